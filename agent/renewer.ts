/**
 * Keeps leases alive: asks for all of them at once every third of the shortest ttl, and hands each answer to its lease.
 * Nothing here waits for a disk, a container or a tool.
 *
 * Containers with our label that no lease knows are asked for too. Only when the scheduler says in so many words that it
 * has no live lease of that id and epoch is one taken away; silence and an empty list say nothing.
 */
import type { LeaseKey, StopReason } from '../proto/lease.ts';
import type { Message, Renewal, Renewed } from '../proto/messages.ts';
import type { Clock } from './base/clock.ts';
import type { Lease } from './lease/lease.ts';
import { noRenewals, type RenewalState, renewable, renewPauseMs, request } from './renewals.ts';

/** Keys in one request, at most; as the scheduler reads. */
const maxKeys = 4096;

/** What it needs of the rest of the agent; handed over by `system.ts`. */
export interface RenewPorts {
  leases(): Lease[];
  /** Containers with our label that no lease knows. */
  strays(): LeaseKey[];
  /** False when there is no session. */
  send(message: Message): boolean;
  keep(key: LeaseKey, ttlMs: number, sentAt: number): void;
  stop(key: LeaseKey, reason: StopReason, message: string, graceMs: number): void;
  /** The scheduler has no live lease of that id and epoch. */
  disown(key: LeaseKey): void;
}

/** See the head of this file. */
export class Renewer {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #ports: RenewPorts;
  #state: RenewalState = noRenewals;
  #cancel: () => void = () => {};
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(parts: { clock: Clock; random: () => number; ports: RenewPorts }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#ports = parts.ports;
  }

  /** Asks from time to time from now on. */
  start(): void {
    this.#schedule();
  }

  /** Asks no more. */
  stop(): void {
    this.#cancel();
  }

  /** A session stands: answers to earlier requests will not come. */
  session(): void {
    this.#state = { ...noRenewals, request: this.#state.request };
    this.#ask();
  }

  /** Leases have changed: one with a short ttl may have begun since the next request was fixed. */
  wake(): void {
    if (this.#clock.now() + renewPauseMs(this.#ports.leases(), 0) < this.#dueAt) this.#schedule();
  }

  /** The scheduler has answered. */
  answered(answer: Renewed): void {
    const sentAt = this.#state.sentAt.get(answer.request);
    if (sentAt === undefined) return;
    for (const renewal of answer.renewals) this.#take(renewal, sentAt);
  }

  #take(renewal: Renewal, sentAt: number): void {
    const { verdict, stopReason, ttlMs, graceMs } = renewal;
    if (verdict === 'keep') return this.#ports.keep(renewal, ttlMs, sentAt);
    if (verdict === 'stop')
      return this.#ports.stop(renewal, stopReason === '' ? 'lease_lost' : stopReason, '', graceMs);
    this.#ports.stop(renewal, 'lease_lost', 'the scheduler does not know this lease', graceMs);
    this.#ports.disown(renewal);
  }

  #ask(): void {
    const leases = [...renewable(this.#ports.leases()), ...this.#ports.strays()].slice(0, maxKeys);
    if (leases.length > 0) {
      const next = request(this.#state, this.#clock.now());
      if (this.#ports.send({ kind: 'renew', value: { request: next.request, leases } })) this.#state = next;
    }
    this.#schedule();
  }

  #schedule(): void {
    this.#cancel();
    this.#dueAt = this.#clock.now() + renewPauseMs(this.#ports.leases(), this.#random());
    this.#cancel = this.#clock.at(this.#dueAt, () => this.#ask());
  }
}

/**
 * When the node itself ends leases: their accelerator is lost, the owner wants it back, the owner's hours are over, or
 * the node drains and the deadline has come. One place for all of them: after every change of the inventory, and
 * whenever time alone makes one due, it looks at all leases again.
 */
import { SuanlinkError } from '../proto/codes.ts';
import type { StopReason } from '../proto/lease.ts';
import type { Inventory } from '../proto/messages.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { lostDevices, type Missing } from './device-loss.ts';
import { type Drain, drainNote, drainText, readDrain } from './drain.ts';
import type { Lease } from './lease/lease.ts';
import { reclaim, type Wanted } from './reclaim.ts';

/** What it needs of the rest of the agent; handed over by `system.ts`. */
export interface WithdrawPorts {
  leases(): Lease[];
  end(lease: Lease, reason: StopReason, message: string): void;
  inventory(): Inventory;
  /** Accelerators that the owner uses and wants back, and by whom they are used. */
  used(): ReadonlyMap<string, string>;
  note(name: string): string | undefined;
  /** Resolves when durable. */
  putNote(name: string, value: string | undefined): Promise<void>;
  /** The drain has changed: no new leases from now on, or again. */
  drained(drain: Drain | undefined): void;
}

/** See the head of this file. */
export class Withdrawals {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #bootId: string;
  readonly #noticeMs: number;
  readonly #ports: WithdrawPorts;
  #wanted: Wanted = new Map();
  #missing: Missing = new Map();
  #drain: Drain | undefined;
  #cancel: () => void = () => {};

  constructor(parts: { clock: Clock; log: Log; bootId: string; noticeMs: number; ports: WithdrawPorts }) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#bootId = parts.bootId;
    this.#noticeMs = parts.noticeMs;
    this.#ports = parts.ports;
  }

  /** Takes up a drain that was asked for before this process; before anything is offered. */
  restore(): void {
    this.#drain = readDrain(this.#ports.note(drainNote), this.#bootId, this.#clock.now());
    if (this.#drain) this.#ports.drained(this.#drain);
  }

  /** Takes no new leases from now on; resolves when that outlives the agent. Again: the newer one counts. */
  async drain(reason: string, deadlineMs: number | undefined): Promise<void> {
    const drain: Drain = {
      reason,
      bootId: this.#bootId,
      ...(deadlineMs === undefined ? {} : { deadline: this.#clock.now() + deadlineMs }),
    };
    this.#set(drain);
    await this.#ports.putNote(drainNote, drainText(drain));
  }

  /** Takes no new leases while this process lives, unless a drain says so already. */
  pause(reason: string): void {
    this.#set(this.#drain ?? { reason, bootId: this.#bootId });
  }

  /** Takes leases again. */
  async undrain(): Promise<void> {
    if (!this.#drain) return;
    this.#set(undefined);
    await this.#ports.putNote(drainNote, undefined);
  }

  /** Ends one lease on the word of an operator of this node; its job goes elsewhere. `not_found` when none runs here. */
  endHere(leaseId: string, reason: string): void {
    const lease = this.#ports.leases().find((each) => each.leaseId === leaseId && each.state !== 'ended');
    if (!lease) throw new SuanlinkError('not_found', `no lease ${leaseId} runs on this node`);
    const why = reason === '' ? 'ended by an operator of the node' : `ended on the node: ${reason}`;
    this.#end(lease, 'owner_reclaimed', why);
  }

  /** Looks at all leases now. */
  check(): void {
    this.#cancel();
    const now = this.#clock.now();
    const leases = this.#ports.leases();
    const lost = lostDevices(this.#missing, this.#ports.inventory(), leases, now);
    this.#missing = lost.missing;
    for (const { lease, why } of lost.stop) this.#end(lease, 'device_lost', why);
    const wanted = reclaim(this.#wanted, this.#ports.used(), leases, this.#noticeMs, now);
    this.#wanted = wanted.wanted;
    for (const { lease, usedBy } of wanted.stop)
      this.#end(lease, 'owner_reclaimed', `the owner uses the accelerator: ${usedBy}`);
    const policy = this.#ports.inventory().ownerPolicy;
    // Jobs were placed so that they fit into the owner's hours; what still runs began late.
    if (policy?.windowLeftMs === 0) this.#endAll(leases, `the owner's hours are over: ${policy.hours}`);
    const { deadline = Number.POSITIVE_INFINITY, reason = '' } = this.#drain ?? {};
    if (now >= deadline) this.#endAll(leases, `the node is drained: ${reason}`);
    const { windowLeftMs = 0 } = policy ?? {};
    const next = Math.min(
      lost.nextAtMs,
      wanted.nextAtMs,
      now >= deadline ? Infinity : deadline,
      windowLeftMs > 0 ? now + windowLeftMs : Infinity,
    );
    if (next !== Number.POSITIVE_INFINITY) this.#cancel = this.#clock.at(next, () => this.check());
  }

  /** Ends no more. */
  stop(): void {
    this.#cancel();
  }

  #set(drain: Drain | undefined): void {
    this.#drain = drain;
    this.#ports.drained(drain);
    this.check();
  }

  #endAll(leases: readonly Lease[], why: string): void {
    for (const lease of leases) this.#end(lease, 'owner_reclaimed', why);
  }

  /** The first reason stands: a lease that stops already is left alone by its machine. */
  #end(lease: Lease, reason: StopReason, message: string): void {
    if (lease.state === 'stopping' || lease.state === 'ended') return;
    this.#log.info('lease_withdrawn', { lease: lease.leaseId, reason, message });
    this.#ports.end(lease, reason, message);
  }
}

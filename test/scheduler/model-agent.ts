/**
 * A model of an agent for pool tests: obeys the protocol (journal, outbox, ttl), without container engine or sockets, on
 * virtual time. Its `containers` are the truth that invariants are checked against.
 */
import type { LeaseKey } from '../../proto/lease.ts';
import type { Inventory, LeaseEnd, Message, Offer } from '../../proto/messages.ts';
import type { NodeId } from '../../proto/ids.ts';
import { endOf } from './ends.ts';
import { usage } from './values.ts';

interface Held {
  offer: Offer;
  state: 'accepted' | 'running' | 'ended';
  validUntil: number;
  acceptSentAt: number;
  renewedAt: number;
  ttlMs: number;
  startedAt: number;
  endSeq: number;
}

const marginMs = 5000;

/** The agent; `out` is what it has sent and the network has not yet delivered. */
export class ModelAgent {
  readonly nodeId: NodeId;
  inventory: Inventory;
  readonly held = new Map<string, Held>();
  outbox: { seq: number; message: Message }[] = [];
  nextSeq = 1;
  out: { seq: number; message: Message }[] = [];
  /** Every end it ever reported, by lease and epoch. */
  readonly ends = new Map<string, LeaseEnd>();
  /** Every lease under which it ever started a container. */
  readonly started = new Map<string, Offer>();
  /** Offers that lapsed here: one that the network hands over again later is void all the same. */
  readonly lapsed = new Set<string>();
  refusing = false;

  constructor(nodeId: NodeId, inventory: Inventory) {
    this.nodeId = nodeId;
    this.inventory = inventory;
  }

  /** Leases whose container runs now. */
  containers(): Offer[] {
    return [...this.held.values()].filter(({ state }) => state === 'running').map(({ offer }) => offer);
  }

  /** A session stands: say what is held, then repeat what is not acknowledged. */
  welcome(receivedSeq: number): void {
    this.acknowledged(receivedSeq);
    this.out = [];
    const leases = [...this.held.values()].map(({ offer, state }) => ({
      leaseId: offer.leaseId,
      epoch: offer.epoch,
      phase: state,
    }));
    this.#say({ kind: 'heldLeases', value: { leases } });
    this.#say({ kind: 'inventory', value: this.inventory });
    for (const numbered of this.outbox) if (numbered.seq > receivedSeq) this.out.push(numbered);
  }

  acknowledged(seq: number): void {
    this.outbox = this.outbox.filter((one) => one.seq > seq);
    for (const [name, { state, endSeq }] of this.held)
      if (state === 'ended' && endSeq <= seq) this.held.delete(name);
  }

  receive(message: Message, now: number): void {
    switch (message.kind) {
      case 'offer':
        return this.#offered(message.value, now);
      case 'commit': {
        const held = this.held.get(nameOf(message.value));
        const key = keyOf(message.value);
        if (!held) return this.#say({ kind: 'reject', value: { ...key, code: 'stale_epoch', message: '' } });
        if (held.state !== 'accepted' || now >= held.validUntil) return;
        Object.assign(held, { state: 'running', ttlMs: message.value.ttlMs, startedAt: now });
        held.renewedAt = held.acceptSentAt;
        this.started.set(nameOf(held.offer), held.offer);
        return this.#tell({
          kind: 'leaseEvent',
          value: { ...key, phase: 'running', detail: '', sinceCommitMs: 0 },
        });
      }
      case 'stop': {
        const held = this.held.get(nameOf(message.value));
        if (held?.state === 'accepted') this.held.delete(nameOf(message.value));
        else if (held) this.#end(held, now, message.value.reason);
        return;
      }
      case 'renewed':
        for (const { verdict, ttlMs, stopReason, ...key } of message.value.renewals) {
          const held = this.held.get(nameOf(key));
          if (held?.state !== 'running') continue;
          if (verdict === 'keep') Object.assign(held, { renewedAt: this.#renewSentAt, ttlMs });
          else this.#end(held, now, verdict === 'stop' && stopReason ? stopReason : 'lease_lost');
        }
        return;
      default:
        return;
    }
  }

  #renewSentAt = 0;

  /** Asks for all its leases; one request at a time, so that the answer is to this one. */
  renew(now: number): void {
    this.#renewSentAt = now;
    const leases = [...this.held.values()]
      .filter(({ state }) => state === 'running')
      .map(({ offer }) => keyOf(offer));
    if (leases.length > 0) this.#say({ kind: 'renew', value: { request: 1, leases } });
  }

  /** Lets time act: offers lapse, leases that were not renewed are stopped. */
  tick(now: number): void {
    for (const [name, held] of this.held) {
      if (held.state === 'accepted' && now >= held.validUntil) {
        this.held.delete(name);
        this.lapsed.add(name);
      }
      if (held.state === 'running' && now >= held.renewedAt + held.ttlMs - marginMs)
        this.#end(held, now, 'lease_lost');
    }
  }

  /** One of its containers ends by itself, or for `reason`. */
  finish(n: number, now: number, reason: LeaseEnd['reason'] = 'completed'): void {
    const running = [...this.held.values()].filter(({ state }) => state === 'running');
    const one = running[n % Math.max(1, running.length)];
    if (one) this.#end(one, now, reason);
  }

  #offered(offer: Offer, now: number): void {
    const key = keyOf(offer);
    const known = this.held.get(nameOf(offer));
    if (known) {
      if (known.state === 'accepted') this.#say({ kind: 'accept', value: key });
      return;
    }
    const reject = (code: string): void =>
      this.#say({ kind: 'reject', value: { ...key, code, message: '' } });
    if (this.lapsed.has(nameOf(offer))) return;
    if (this.inventory.draining) return reject('draining');
    if (this.refusing) return reject('no_capacity');
    for (const id of offer.acceleratorIds) {
      let taken = offer.acceleratorMilli;
      for (const held of this.held.values())
        if (held.offer.acceleratorIds.includes(id)) taken += held.offer.acceleratorMilli;
      if (taken > 1000) return reject('no_capacity');
    }
    const times = { validUntil: now + offer.validForMs, acceptSentAt: now, renewedAt: now };
    this.held.set(nameOf(offer), { offer, state: 'accepted', ...times, ttlMs: 0, startedAt: 0, endSeq: 0 });
    this.#say({ kind: 'accept', value: key });
  }

  #end(held: Held, now: number, reason: LeaseEnd['reason']): void {
    if (held.state !== 'running') return;
    const { offer } = held;
    const key = keyOf(offer);
    const runMs = Math.round(now - held.startedAt);
    const cardMs = Math.floor((runMs * offer.acceleratorIds.length * offer.acceleratorMilli) / 1000);
    const end = endOf(key, '', { reason, usage: usage(key, 1, { runMs, cardMs, cpuMs: 7 }) });
    held.state = 'ended';
    held.endSeq = this.nextSeq;
    this.ends.set(nameOf(offer), end);
    this.#tell({ kind: 'leaseEnd', value: end });
  }

  #say(message: Message): void {
    this.out.push({ seq: 0, message });
  }

  #tell(message: Message): void {
    const numbered = { seq: this.nextSeq, message };
    this.nextSeq += 1;
    this.outbox.push(numbered);
    this.out.push(numbered);
  }
}

const keyOf = ({ leaseId, epoch }: LeaseKey): LeaseKey => ({ leaseId, epoch });

/** Lease and epoch as one word. */
export const nameOf = ({ leaseId, epoch }: LeaseKey): string => `${leaseId} ${epoch}`;

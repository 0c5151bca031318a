/**
 * Runs the lease machine for all leases of the node, and alone knows the order: persist, then send, then act.
 *
 * Each lease is there twice: as decided (the newest, on which further events are applied) and as durable (the newest
 * that is on disk). The runtime loop plans by the durable one only, so nothing is ever done on the strength of a
 * decision that a crash could take back. A journal that cannot be written stops the agent: `onBroken` is called once
 * and nothing more is decided.
 *
 * Two things do not wait for the disk. A renewal counts at once and is written when there is time: a crash before that
 * shortens a lease, which is safe. And a stop that is not durable within `patienceMs` is acted on all the same: taken
 * back by a crash it is decided again from the same deadline, while a container that a hanging disk keeps beyond its
 * lease would break the one promise that others rely on.
 */
import type { LeaseKey } from '../../proto/lease.ts';
import type { Inventory, Message, Offer } from '../../proto/messages.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { refusal } from './book.ts';
import type { StreamName } from './gaps.ts';
import { type Journal, type JournalWrite, leaseName } from './journal.ts';
import type { Lease } from './lease.ts';
import { accept, type LeaseEventIn, nextTick, restore, step } from './machine.ts';
import { Outbox } from './outbox.ts';

/** What the driver needs of the rest of the agent; handed over by `system.ts`. */
export interface LeasePorts {
  /** There is more in the outbox. */
  pump(): void;
  /** The durable state of a lease has changed. */
  wake(name: string): void;
  /** A message as it goes out: with its usage signed. */
  seal(message: Message): Message;
  /** Best-effort message, sent now or never. */
  send(message: Message): void;
  /** The journal is broken. */
  onBroken(error: Error): void;
}

/** Lapsed offers remembered; many times what can lapse while one offer is valid. */
const maxLapsed = 4096;

/** What has become of a piece of output: kept or left out, and when it is durable here. */
export interface Handed {
  kept: boolean;
  done: Promise<void>;
}

/** How long a stop waits for the disk. */
const patienceMs = 1_000;

/** Runs the machine; see the head of this file. */
export class LeaseDriver {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #bootId: string;
  readonly #ports: LeasePorts;
  readonly #decided = new Map<string, Lease>();
  readonly #durable = new Map<string, Lease>();
  readonly #acceptSentAt = new Map<string, number>();
  readonly #lapsed = new Set<string>();
  /** The newest decision of each lease that is not yet to be gone by. */
  readonly #deciding = new Map<string, Promise<void>>();
  /** Decisions of each lease that wait for the disk: called when a stop does not wait for it any longer. */
  readonly #pending = new Map<string, Set<() => void>>();
  /** Leases whose newest renewal is not written yet. */
  readonly #renewed = new Map<string, Lease>();
  #writingRenewals = false;
  readonly #notes: Map<string, string>;
  readonly #outbox: Outbox;
  #ackedSeq: number;
  #cancelTick: () => void = () => {};

  constructor(parts: {
    journal: Journal;
    clock: Clock;
    log: Log;
    bootId: string;
    ports: LeasePorts;
    /** Bound of the outbox; only output is ever left out for it. */
    outboxBytes: number;
  }) {
    this.#journal = parts.journal;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#bootId = parts.bootId;
    this.#ports = parts.ports;
    const found = parts.journal.load();
    this.#notes = found.notes;
    this.#outbox = new Outbox({ ...parts, limitBytes: parts.outboxBytes, lastSeq: found.lastSeq });
    this.#ackedSeq = found.ackedSeq;
    for (const lease of found.leases) {
      const restored = restore(lease, parts.bootId, parts.clock.now());
      this.#decided.set(leaseName(lease), restored);
      this.#durable.set(leaseName(lease), restored);
    }
  }

  /** Starts the clock: leases found in the journal may run out at once. */
  start(): void {
    this.#schedule();
  }

  /** The leases as they are on disk. */
  leases(): Lease[] {
    return [...this.#durable.values()];
  }

  /** One lease as it is on disk. */
  lease(name: string): Lease | undefined {
    return this.#durable.get(name);
  }

  /** A value that was put under `name`, in this process or an earlier one. */
  note(name: string): string | undefined {
    return this.#notes.get(name);
  }

  /** Values under names that begin with `prefix`. */
  notes(prefix: string): [name: string, value: string][] {
    return [...this.#notes].filter(([name]) => name.startsWith(prefix));
  }

  /** Images that leases name, from the offer on until the end. */
  images(): Set<string> {
    const live = [...this.#decided.values()].filter(({ state }) => state !== 'ended');
    return new Set(live.map(({ offer }) => offer.work.image));
  }

  /** Keeps `value` under `name`, or keeps it no longer; resolves when durable. */
  async putNote(name: string, value: string | undefined): Promise<void> {
    if (value === undefined) this.#notes.delete(name);
    else this.#notes.set(name, value);
    await this.#commit([{ kind: 'note', name, value }]);
  }

  /** Whether the scheduler has the lease's end record. */
  acknowledged(lease: Lease): boolean {
    return lease.endSeq !== undefined && lease.endSeq <= this.#ackedSeq;
  }

  /** State-bearing messages that the scheduler has not confirmed yet. */
  get unacknowledged(): number {
    return this.#outbox.lastSeq - this.#ackedSeq;
  }

  /** An offer from the scheduler: reserve and accept, or reject with the reason. The same offer again is accepted again. */
  async offered(offer: Offer, inventory: Inventory): Promise<void> {
    const name = leaseName(offer);
    const known = this.#decided.get(name);
    if (!known && this.#lapsed.has(name)) {
      const { leaseId, epoch } = offer;
      const message = 'this offer was not committed in time';
      this.#ports.send({ kind: 'reject', value: { leaseId, epoch, code: 'stale_epoch', message } });
      return;
    }
    if (!known) {
      // An ended lease's container is dead and holds no card, even while it waits to be removed and acknowledged.
      const live = [...this.#decided.values()].filter((lease) => lease.state !== 'ended');
      const why = refusal(offer, live, inventory);
      if (why) {
        this.#log.info('lease_rejected', { lease: offer.leaseId, epoch: offer.epoch, ...why });
        // First what it believes wrongly, or it would offer the same again.
        this.#ports.send({ kind: 'inventory', value: inventory });
        this.#ports.send({ kind: 'reject', value: { leaseId: offer.leaseId, epoch: offer.epoch, ...why } });
        return;
      }
      await this.#decide(accept(offer, this.#bootId, this.#clock.now()), []);
      if (this.#decided.get(name)?.state !== 'accepted') return; // It took so long that the offer has lapsed.
    } else if (known.state !== 'accepted') {
      return;
    }
    this.#acceptSentAt.set(name, this.#clock.now());
    this.#ports.send({ kind: 'accept', value: { leaseId: offer.leaseId, epoch: offer.epoch } });
  }

  /** The scheduler commits. ttl counts from before our Accept left; a commit for a lease that has run out here is
   * answered with a reject. */
  async committed(commit: LeaseKey & { ttlMs: number; maxDurationMs: number }): Promise<void> {
    const name = leaseName(commit);
    const lease = this.#decided.get(name);
    if (!lease) {
      const { leaseId, epoch } = commit;
      this.#ports.send({
        kind: 'reject',
        value: { leaseId, epoch, code: 'stale_epoch', message: 'this node no longer holds the offer' },
      });
      return;
    }
    if (lease.state !== 'accepted') return;
    const sentAt = this.#acceptSentAt.get(name) ?? lease.offeredAt;
    this.#acceptSentAt.delete(name);
    const { ttlMs, maxDurationMs } = commit;
    await this.apply(commit, { kind: 'committed', ttlMs, maxDurationMs, sentAt });
  }

  /** Applies one event to one lease; resolves when the result is durable (and sent, and the loop woken). */
  async apply(key: LeaseKey, event: LeaseEventIn): Promise<void> {
    const lease = this.#decided.get(leaseName(key));
    if (!lease) return;
    const { next, send } = step(lease, event, this.#clock.now());
    // Nothing to decide; but what was decided before may still be on its way to the disk.
    if (next === lease && send.length === 0) return this.#deciding.get(leaseName(key));
    if (event.kind === 'renewed' && next !== 'gone') return this.#renew(next);
    if (next === 'gone') {
      // The same offer again, late, must not come to life a second time: its end may have been told already.
      this.#lapsed.add(leaseName(key));
      if (this.#lapsed.size > maxLapsed) this.#lapsed.delete(this.#lapsed.values().next().value ?? '');
      await this.#forget(key);
    } else await this.#decide(next, send);
  }

  /** Puts a piece of output into the outbox, or leaves it out when that is full. */
  output(key: LeaseKey, stream: StreamName, offset: number, data: Uint8Array): Handed {
    const lease = this.#decided.get(leaseName(key));
    if (!lease) return { kept: true, done: Promise.resolve() };
    const writes = this.#outbox.piece(key, lease.taken, stream, offset, data);
    if (!writes) return { kept: false, done: Promise.resolve() };
    return { kept: true, done: this.#commit(writes).then(() => this.#ports.pump()) };
  }

  /** Why output is left out; '' when it is not. */
  outboxProblem(): string {
    return this.#outbox.problem();
  }

  /** The scheduler has everything up to `seq`. */
  async acknowledge(seq: number): Promise<void> {
    if (seq <= this.#ackedSeq || seq > this.#outbox.lastSeq) return;
    const before = this.#ackedSeq;
    await this.#commit([{ kind: 'acknowledged', seq }]);
    this.#ackedSeq = Math.max(this.#ackedSeq, seq);
    for (const [name, lease] of this.#durable) {
      if (lease.endSeq !== undefined && lease.endSeq > before && lease.endSeq <= seq) this.#ports.wake(name);
    }
  }

  /** Forgets a lease whose end is acknowledged and whose container is removed. */
  async forget(key: LeaseKey): Promise<void> {
    await this.#forget(key);
  }

  /** Stops the clock; what is decided stays in the journal. */
  stop(): void {
    this.#cancelTick();
  }

  async #decide(next: Lease, send: Message[]): Promise<void> {
    const name = leaseName(next);
    const deciding = this.#persist(name, next, send);
    this.#deciding.set(name, deciding);
    try {
      await deciding;
    } finally {
      if (this.#deciding.get(name) === deciding) this.#deciding.delete(name);
    }
  }

  async #persist(name: string, next: Lease, send: Message[]): Promise<void> {
    const last = next.state === 'ended' ? this.#outbox.lastGaps(next, next.taken) : [];
    const enqueued = [...last, ...send].map((message) => ({
      message,
      write: this.#outbox.enqueue(this.#ports.seal(message)),
    }));
    const end = enqueued.find(({ message }) => message.kind === 'leaseEnd');
    const lease: Lease = end ? { ...next, endSeq: end.write.seq } : next;
    this.#decided.set(name, lease);
    this.#schedule();
    const written = this.#commit([{ kind: 'put_lease', lease }, ...enqueued.map(({ write }) => write)]);
    const early = await this.#durableOrUrgent(name, lease, written);
    // A later decision may have become durable in the same transaction; never go back to an older one.
    const newest = this.#decided.get(name);
    if (!early && newest) this.#durable.set(name, { ...lease, ...timeLeft(newest) });
    this.#log.debug('lease', { lease: lease.leaseId, epoch: lease.epoch, state: lease.state });
    if (send.length > 0) this.#ports.pump();
    this.#ports.wake(name);
  }

  /** Waits for `written`; true when a stop of the lease did not wait so long, and what was decided counts already. An
   * end is always waited for: its record must not be sent, nor its container removed, before it is durable. */
  async #durableOrUrgent(name: string, lease: Lease, written: Promise<void>): Promise<boolean> {
    if (lease.state === 'ended') {
      await written;
      return false;
    }
    const { promise: urgent, resolve } = Promise.withResolvers<true>();
    const hurry = (): void => resolve(true);
    const pending = this.#pending.get(name) ?? new Set();
    this.#pending.set(name, pending.add(hurry));
    const cancel =
      lease.state === 'stopping'
        ? this.#clock.at(this.#clock.now() + patienceMs, () => this.#actEarly(name))
        : () => {};
    try {
      return await Promise.race([written.then(() => false), urgent]);
    } finally {
      cancel();
      pending.delete(hurry);
      if (pending.size === 0) this.#pending.delete(name);
    }
  }

  /** The disk has not taken a stop in time: the runtime loop goes by what is decided. */
  #actEarly(name: string): void {
    const lease = this.#decided.get(name);
    if (lease?.state !== 'stopping') return;
    this.#log.warn('stopping_before_the_disk', { lease: lease.leaseId, problem: this.#journal.problem() });
    this.#durable.set(name, lease);
    for (const hurry of this.#pending.get(name) ?? []) hurry();
    this.#ports.wake(name);
  }

  /** A renewal counts at once; the disk hears of the newest when it has time. */
  #renew(next: Lease): void {
    const name = leaseName(next);
    this.#decided.set(name, next);
    const durable = this.#durable.get(name);
    if (durable) this.#durable.set(name, { ...durable, ...timeLeft(next) });
    this.#renewed.set(name, next);
    this.#schedule();
    this.#ports.wake(name);
    if (this.#writingRenewals) return;
    this.#writeRenewals().catch((error: unknown) => this.#log.error('renewals_not_written', { error }));
  }

  async #writeRenewals(): Promise<void> {
    this.#writingRenewals = true;
    while (this.#renewed.size > 0) {
      const writes = [...this.#renewed].flatMap(([name, lease]): JournalWrite[] => {
        const { leaseId, epoch } = lease;
        if (!this.#decided.has(name)) return [];
        return [{ kind: 'renewed', key: { leaseId, epoch }, ...timeLeft(lease) }];
      });
      this.#renewed.clear();
      await this.#commit(writes);
    }
    this.#writingRenewals = false;
  }

  async #forget(key: LeaseKey): Promise<void> {
    const name = leaseName(key);
    this.#decided.delete(name);
    this.#acceptSentAt.delete(name);
    await this.#commit([{ kind: 'drop_lease', key }]);
    this.#durable.delete(name);
    this.#schedule();
    this.#ports.wake(name);
  }

  async #commit(writes: JournalWrite[]): Promise<void> {
    try {
      await this.#journal.commit(writes);
    } catch (error) {
      this.#ports.onBroken(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  /** One timer for the earliest moment at which time alone changes a lease. */
  #schedule(): void {
    this.#cancelTick();
    let earliest = Number.POSITIVE_INFINITY;
    for (const lease of this.#decided.values()) earliest = Math.min(earliest, nextTick(lease));
    if (earliest === Number.POSITIVE_INFINITY) return;
    this.#cancelTick = this.#clock.at(earliest, () => {
      for (const lease of [...this.#decided.values()]) {
        this.apply(lease, { kind: 'tick' }).catch((error: unknown) =>
          this.#log.error('lease_tick_failed', { error }),
        );
      }
      this.#schedule();
    });
  }
}

/** How long a lease may live, which only renewals change. */
function timeLeft({ renewedAt, ttlMs }: Lease): Pick<Lease, 'renewedAt' | 'ttlMs'> {
  return { renewedAt, ttlMs };
}

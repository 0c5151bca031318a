/**
 * What must hold after every happening, and at the end of a run (DESIGN §5):
 *
 *   I1  no accelerator is in two running containers at once
 *   I2  every accepted job ends exactly once, with one reason
 *   I3  no container outlives its lease by more than the margin, and none runs whose lease the scheduler has given up
 *   I4  logs at the scheduler are byte for byte what the container wrote
 *   I5  usage equals what ran: never twice, never lost
 *
 * and liveness: every accepted job ends, every lease ends, nothing is left on any node.
 */
import type { LeaseId } from '../../proto/ids.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import type { Message } from '../../proto/messages.ts';
import type { Write } from '../../scheduler/store/store.ts';
import { textOf } from './disks.ts';
import type { Truth } from './engine.ts';
import type { SimNode } from './node.ts';
import { options } from './scheduler.ts';
import type { World } from './world.ts';

/** An invariant does not hold. */
export class Violation extends Error {
  readonly about: readonly string[];

  constructor(what: string, about: readonly string[]) {
    super(what);
    this.about = about;
  }
}

/** How much later than granted a container may still be seen running: the engine's own time to end it. */
const slackMs = 1500;

/** Until when the scheduler has allowed a lease to run. True ms. */
interface Allowance {
  until: number;
}

/** See the head of this file. */
export class Invariants {
  readonly #world: World;
  readonly #jobEnds = new Map<string, number>();
  readonly #leaseEnds = new Map<string, number>();
  readonly #usage = new Map<string, number>();
  readonly #allowed = new Map<string, Allowance>();
  #failure: Violation | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Notes a violation found inside the product's own callbacks. */
  fail(what: string, about: readonly string[]): void {
    this.#failure ??= new Violation(what, about);
  }

  /** Every batch that has become durable at the scheduler. */
  written(writes: readonly Write[]): void {
    this.#checkGangs(writes);
    for (const write of writes) {
      if (write.kind === 'job_end') this.#once(this.#jobEnds, write.jobId, 'I2: the job ended');
      if (write.kind === 'lease_state' && write.state === 'ended')
        this.#once(this.#leaseEnds, write.leaseId, 'I2: the lease ended');
      if (write.kind === 'usage')
        this.#once(this.#usage, `${write.row.leaseId} ${write.row.part}`, 'I5: usage was recorded');
    }
  }

  /** What the scheduler sends extends a lease, or does not. */
  granted(message: Message): void {
    const { now } = this.#world.time;
    const allow = ({ leaseId, epoch }: LeaseKey, forMs: number): void => {
      const name = `${leaseId}.${epoch}`;
      this.#allowed.set(name, { until: Math.max(this.#allowed.get(name)?.until ?? 0, now + forMs) });
    };
    if (message.kind === 'commit') allow(message.value, message.value.ttlMs);
    if (message.kind === 'stop') allow(message.value, message.value.graceMs + (options.ttlMs ?? 0));
    if (message.kind !== 'renewed') return;
    for (const renewal of message.value.renewals) {
      if (renewal.verdict === 'keep') allow(renewal, renewal.ttlMs);
      if (renewal.verdict === 'stop') allow(renewal, renewal.graceMs + (options.ttlMs ?? 0));
    }
  }

  /** After every happening. */
  check(): void {
    if (this.#failure) throw this.#failure;
    for (const node of this.#world.nodes) this.#checkNode(node);
  }

  /** When all is said and done. */
  atEnd(): void {
    this.check();
    const { scheduler, submissions, nodes } = this.#world;
    for (const { key, jobId } of submissions) {
      if (jobId === undefined) throw new Violation(`liveness: ${key} was never accepted`, [key]);
      const job = scheduler.disk.jobs.get(jobId);
      const leases = [...scheduler.disk.leases.values()].filter((lease) => lease.jobId === jobId);
      const about = [jobId, ...leases.map(({ leaseId }) => leaseId)];
      if (job?.state !== 'ended') throw new Violation(`liveness: ${jobId} never ended`, about);
      for (const { leaseId, state } of leases)
        if (state !== 'ended') throw new Violation(`liveness: ${leaseId} is still ${state}`, [leaseId]);
    }
    for (const { id, state } of scheduler.disk.jobs.values())
      if (state !== 'ended') throw new Violation(`liveness: ${id} never ended`, [id]);
    for (const { engine, journal, name } of nodes) {
      for (const { seen } of engine.containers.values())
        throw new Violation(`a container of ${seen.lease} is left on ${name}`, [seen.lease]);
      for (const [lease] of journal.leases)
        throw new Violation(`${lease} is left in the journal of ${name}`, [lease.split('.')[0] ?? '']);
      if (journal.outbox.size > 0) throw new Violation(`the outbox of ${name} is not empty`, [name]);
      for (const truth of engine.truths) this.#square(truth, engine.truths);
    }
  }

  /** Of a gang all leases are committed in one batch, or none. */
  #checkGangs(writes: readonly Write[]): void {
    const { disk } = this.#world.scheduler;
    const committed = new Map<string, { size: number; count: number }>();
    for (const write of writes) {
      if (write.kind !== 'lease_state' || write.state !== 'committed') continue;
      const lease = disk.leases.get(write.leaseId);
      const gang = lease && disk.jobs.get(lease.jobId)?.gang;
      if (!gang) continue;
      const entry = committed.get(gang.id) ?? { size: gang.size, count: 0 };
      entry.count += 1;
      committed.set(gang.id, entry);
    }
    for (const [id, { size, count }] of committed)
      if (count % size !== 0) this.fail(`${count} of ${size} leases of the gang ${id} were committed`, [id]);
  }

  #once(seen: Map<string, number>, key: string, what: string): void {
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (count > 1) this.fail(`${what} ${count} times: ${key}`, [key.split(' ')[0] ?? '']);
  }

  #checkNode(node: SimNode): void {
    const { now } = this.#world.time;
    const taken = new Map<string, { milli: number; by: string[] }>();
    for (const { seen, truth, spec } of node.engine.running()) {
      const about = [seen.lease];
      const lease = this.#world.scheduler.disk.leases.get(seen.lease);
      if (!lease) throw new Violation(`${seen.lease} runs and was never granted`, about);
      for (const card of truth.cards) {
        const entry = taken.get(card) ?? { milli: 0, by: [] };
        entry.milli += lease.acceleratorMilli;
        entry.by.push(seen.lease);
        taken.set(card, entry);
        if (entry.milli > 1000) throw new Violation(`I1: ${card} is in ${entry.by.join(' and ')}`, entry.by);
      }
      if (lease.state === 'ended')
        throw new Violation(
          `I3: ${seen.lease} runs though the scheduler ended it: ${lease.end?.reason}`,
          about,
        );
      const allowed = this.#allowed.get(`${seen.lease}.${seen.epoch}`);
      const keep = spec.labels.epoch === seen.epoch ? this.#keepMs(seen.lease) : 0;
      if (allowed === undefined) throw new Violation(`${seen.lease} runs without a Commit`, about);
      if (now > allowed.until + keep + (options.marginMs ?? 0) + slackMs)
        throw new Violation(
          `I3: ${seen.lease} runs ${Math.round(now - allowed.until)} ms past its ttl`,
          about,
        );
    }
  }

  #keepMs(leaseId: LeaseId): number {
    const { disk } = this.#world.scheduler;
    const lease = disk.leases.get(leaseId);
    const job = lease && disk.jobs.get(lease.jobId);
    return job?.spec.on_lost === 'keep_until' ? job.spec.keep_ms : 0;
  }

  /** One container's account: bytes and time at the scheduler are what they were on the node. */
  #square(truth: Truth, all: readonly Truth[]): void {
    const { disk, logs } = this.#world.scheduler;
    const about = [truth.leaseId];
    const twin = all.find((other) => other !== truth && other.leaseId === truth.leaseId);
    if (twin) throw new Violation(`two containers ran for ${truth.leaseId}: ${truth.id}, ${twin.id}`, about);
    if (truth.isStolen) return;
    for (const stream of ['stdout', 'stderr'] as const) {
      const wrote = Buffer.concat(truth.output[stream]);
      const stored = textOf(logs.get(truth.leaseId) ?? [], stream);
      if (!wrote.equals(stored))
        throw new Violation(
          `I4: ${stream} of ${truth.leaseId}: ${stored.length} bytes stored, ${wrote.length} written`,
          about,
        );
    }
    const rows = [...disk.usage.values()].filter((row) => row.leaseId === truth.leaseId);
    const ran = Math.round(truth.endedAt ?? 0) - Math.round(truth.startedAt);
    const billed = rows.reduce((sum, row) => sum + row.runMs, 0);
    // Of one that went down with its machine, only what its renewals say is known.
    if (truth.isReset ? billed > ran : billed !== ran)
      throw new Violation(`I5: ${truth.leaseId} ran ${ran} ms, ${billed} were billed`, about);
  }
}

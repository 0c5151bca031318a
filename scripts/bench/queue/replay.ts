/**
 * A trace through the scheduler's own core in virtual time: `createPool` and its commands, as agents and clients give
 * them, so queue, fair share, backfill, placement and leases are those of the scheduler. Only the agents are played:
 * they accept at once, run for the trace's duration and say that it is over.
 */
import { type LeaseId, makeId, type NodeId, type OrgId, parseAcceleratorId } from '../../../proto/ids.ts';
import type { LeaseKey } from '../../../proto/lease.ts';
import type { Message } from '../../../proto/messages.ts';
import { defaultMassLoss } from '../../../scheduler/fleet/mass-loss.ts';
import { createHeap } from '../../../scheduler/heap.ts';
import { createPool, type Pool } from '../../../scheduler/pool.ts';
import type { Command } from '../../../scheduler/pool/commands.ts';
import type { FairOptions } from '../../../scheduler/queue/shares.ts';
import type { OrgTerms } from '../../../scheduler/records.ts';
import { createMemoryDisk, snapshotOf } from '../../../scheduler/store/memory.ts';
import { defaultTariff } from '../../../scheduler/usage/tariff.ts';
import { inventory, seed, spec, testRandom, usage } from '../../../test/scheduler/values.ts';
import type { TraceJob } from './trace.ts';

/** The published cluster. */
export const cluster = { nodes: 8, cardsPerNode: 8, cards: 64 };

/** A job to replay. */
export interface ReplayJob extends TraceJob {
  org: OrgId;
  limitMs: number;
  /** Default 0. */
  priority?: number;
  /** Default false: beside the queue, on what is left; there is no outcome of it. */
  preemptible?: boolean;
}

/** What became of it. Times in ms of the replay. */
export interface Outcome extends ReplayJob {
  /** Its first start. */
  startMs: number;
  endMs: number;
  /** Card-milliseconds of runs that were taken back: lost, for the traces know of no checkpoints. */
  lostWork: number;
  /** Card-milliseconds (by limits) that were granted to others while it waited, and the most that the bound allows. */
  passedWork: number;
  boundWork: number;
}

/** Called after every event with what has been since the last one. */
export type Watch = (elapsedMs: number) => void;

const farMs = 1e15;

interface Running {
  at: number;
  job: Live;
  node: number;
  key: LeaseKey;
  cards: number;
  since: number;
  reason: 'completed' | 'preempted';
}

interface Live extends Outcome {
  left: number;
  nodes: number;
  grantedBefore: number;
  /** All that was granted when it got its place. */
  grantedAt: number | undefined;
}

/** One replay. */
export class Replay {
  readonly pool: Pool;
  readonly outcomes: Outcome[] = [];
  /** Cards in use and waiting for, by organisation. */
  readonly using = new Map<OrgId, number>();
  readonly waiting = new Map<OrgId, number>();
  now = 0;
  #longest = 0;
  readonly #hasGuarantees: boolean;
  readonly #fair: FairOptions;
  readonly #weights: ReadonlyMap<OrgId, number>;
  readonly #random = testRandom(7);
  readonly #byJob = new Map<string, Live>();
  readonly #waitingWork = new Map<OrgId, number>();
  readonly #ends = createHeap<Running>((a, b) => a.at < b.at);
  /** How each lease that runs ends, as it looks now; what the heap holds beside that is out of date. */
  readonly #running = new Map<LeaseId, Running>();
  readonly #sequences = Array.from({ length: cluster.nodes }, () => 0);
  readonly #inbox: { node: number; message: Message; seq: number }[] = [];

  constructor(fair: FairOptions, terms: readonly { terms: OrgTerms; weight: number }[]) {
    this.#fair = fair;
    this.#weights = new Map(terms.map(({ terms: { org }, weight }) => [org, weight]));
    this.#hasGuarantees = terms.some(({ terms: { guaranteedCards = 0 } }) => guaranteedCards > 0);
    const options = {
      times: { ttlMs: farMs, marginMs: 0, offerValidMs: 10_000 },
      ...{ heartbeatMs: 10_000, tariff: defaultTariff, keepEnded: 100, massLoss: defaultMassLoss },
      ...{ fair, maxOpenJobs: 1_000_000 },
    };
    this.pool = createPool(snapshotOf(createMemoryDisk('bench'), 0), options, 0, 0);
    for (let n = 0; n < cluster.nodes; n += 1) this.#addNode(n);
    for (const { terms: value } of terms)
      this.#apply({ kind: 'set', setting: { kind: 'terms', name: value.org, value } });
  }

  /** Replays `jobs`, which are by arrival. */
  run(jobs: readonly ReplayJob[], watch: Watch = () => {}): void {
    this.#longest = jobs.reduce(
      (most, { cards, limitMs, preemptible }) => (preemptible ? most : Math.max(most, cards * limitMs)),
      0,
    );
    const mayComeBack = this.#hasGuarantees || jobs.some(({ preemptible }) => preemptible);
    let next = 0;
    for (;;) {
      const arrival = jobs[next];
      const end = this.#nextEnd();
      const at = Math.min(arrival?.atMs ?? Number.POSITIVE_INFINITY, end?.at ?? Number.POSITIVE_INFINITY);
      // Those that gave way come back after a pause, with the next event or, after the last, by themselves.
      const isLast = at === Number.POSITIVE_INFINITY;
      if (isLast && !(mayComeBack && this.#isAnyoneWaiting())) break;
      const now = isLast ? this.pool.nextDeadline() : at;
      watch(now - this.now);
      this.now = now;
      if (mayComeBack && this.pool.nextDeadline() <= now) this.#apply({ kind: 'tick' });
      if (end && end.at <= at) this.#finish(end);
      else if (arrival) {
        this.#submit(arrival);
        next += 1;
      }
    }
    const open = jobs.filter((job) => !job.preemptible).length - this.outcomes.length;
    if (open > 0) throw new Error(`${open} jobs never started`);
  }

  #isAnyoneWaiting(): boolean {
    for (const cards of this.waiting.values()) if (cards > 0) return true;
    return false;
  }

  #addNode(n: number): void {
    const tokenId = makeId('token', seed(n));
    const nodeId = this.#nodeId(n);
    const record = {
      id: tokenId,
      kind: 'join' as const,
      secretHash: new Uint8Array(32),
      name: '',
      org: owner,
    };
    const rest = {
      role: '' as const,
      createdUnixMs: 0,
      expiresUnixMs: 0,
      revoked: false,
      usedBy: '' as const,
    };
    this.#apply({ kind: 'put_token', record: { ...record, ...rest } });
    const nodeName = `n${n}`;
    const publicKey = new Uint8Array(32).fill(n);
    this.#apply({ kind: 'enrol', connection: n, nodeId, nodeName, publicKey, tokenId });
    this.#apply({
      ...{ kind: 'connect', connection: n, nodeId, nodeName },
      ...{ agentVersion: '1', bootId: 'b', capability: 1 },
    });
    this.#say(n, { kind: 'heldLeases', value: { leases: [] } });
    const base = inventory(cluster.cardsPerNode);
    const accelerators = base.accelerators.map((card, i) => ({
      ...card,
      id: parseAcceleratorId(`nvidia:${n * cluster.cardsPerNode + i}`),
    }));
    this.#say(n, { kind: 'inventory', value: { ...base, accelerators } });
  }

  readonly #nodeId = (n: number): NodeId => makeId('node', seed(n));

  #say(node: number, message: Message, seq = 0): void {
    this.#inbox.push({ node, message, seq });
    for (let said = this.#inbox.shift(); said; said = this.#inbox.shift()) {
      const { node: connection } = said;
      const rest = { nodeId: this.#nodeId(connection), logFault: '' };
      this.#apply({ kind: 'message', connection, seq: said.seq, message: said.message, ...rest });
    }
  }

  #apply(command: Command): void {
    const { effects } = this.pool.apply(command, { now: this.now, wall: this.now, random: this.#random });
    for (const { job } of this.pool.state.claims.values()) {
      const live = this.#byJob.get(job.record.id);
      if (live) live.grantedAt ??= this.pool.state.turns.totals().all;
    }
    for (const effect of effects)
      if (effect.kind === 'send') this.#receive(effect.connection, effect.message);
  }

  /** What the agent on node `n` does. */
  #receive(n: number, message: Message): void {
    if (message.kind === 'offer') {
      const { leaseId, epoch } = message.value;
      this.#inbox.push({ node: n, message: { kind: 'accept', value: { leaseId, epoch } }, seq: 0 });
    }
    if (message.kind === 'commit') this.#start(n, message.value);
    if (message.kind === 'stop') this.#stop(message.value);
  }

  /** A job uses all of its notice. */
  #stop({ leaseId, graceMs }: Extract<Message, { kind: 'stop' }>['value']): void {
    const run = this.#running.get(leaseId);
    if (!run || run.reason === 'preempted' || run.at <= this.now + graceMs) return;
    this.#willEnd({ ...run, at: this.now + graceMs, reason: 'preempted' });
  }

  #willEnd(run: Running): void {
    this.#running.set(run.key.leaseId, run);
    this.#ends.push(run);
  }

  #nextEnd(): Running | undefined {
    for (let end = this.#ends.peek(); end; end = this.#ends.peek()) {
      if (this.#running.get(end.key.leaseId) === end) return end;
      this.#ends.pop();
    }
    return undefined;
  }

  #start(n: number, key: Extract<Message, { kind: 'commit' }>['value']): void {
    const { leaseId, epoch } = key;
    const lease = this.pool.state.leases.get(leaseId);
    const record = lease && this.pool.state.jobs.get(lease.jobId)?.record;
    const job = record && this.#byJob.get(record.gang?.id ?? record.id);
    if (!lease || !job) throw new Error(`a lease ${leaseId} of nothing`);
    const seq = this.#nextSequence(n);
    const value = { leaseId, epoch, phase: 'running' as const, detail: '', sinceCommitMs: 0 };
    this.#inbox.push({ node: n, message: { kind: 'leaseEvent', value }, seq });
    if (job.left === job.nodes) this.#started(job);
    job.left -= 1;
    const run = { at: this.now + job.durationMs, since: this.now, job, node: n, key: { leaseId, epoch } };
    this.#willEnd({ ...run, cards: lease.acceleratorIds.length, reason: 'completed' });
  }

  #nextSequence(n: number): number {
    const seq = (this.#sequences[n] ?? 0) + 1;
    this.#sequences[n] = seq;
    return seq;
  }

  #started(job: Live): void {
    job.endMs = this.now + job.durationMs;
    this.#wait(job, -1);
    this.#use(job, job.cards);
    if (job.preemptible || job.startMs >= 0) return;
    job.startMs = this.now;
    const granted = job.grantedAt ?? this.pool.state.turns.totals().all;
    job.passedWork = granted - job.cards * job.limitMs - job.grantedBefore;
    this.outcomes.push(job);
  }

  /** The job begins to wait (1) or waits no longer (-1). */
  #wait(job: Live, sign: 1 | -1): void {
    if (job.preemptible) return;
    add(this.waiting, job.org, sign * job.cards);
    add(this.#waitingWork, job.org, sign * job.cards * job.limitMs);
  }

  #use(job: Live, cards: number): void {
    if (!job.preemptible) add(this.using, job.org, cards);
  }

  #finish({ job, node, key, since, cards, reason }: Running): void {
    this.#ends.pop();
    this.#running.delete(key.leaseId);
    const runMs = this.now - since;
    this.#use(job, -job.cards / job.nodes);
    if (reason === 'preempted') {
      job.lostWork += cards * runMs;
      job.left += 1;
      if (job.left === job.nodes) this.#wait(job, 1);
    }
    const empty = {
      ...{ stdoutBytes: 0, stderrBytes: 0, timeline: [] },
      ...{ stdoutSha256: new Uint8Array(32), stderrSha256: new Uint8Array(32) },
    };
    const value = {
      ...{ ...key, ...empty, reason, exitCode: 0, errorCode: '', message: '' },
      usage: usage(key, cards, { runMs, cardMs: runMs * cards }),
    };
    this.#say(node, { kind: 'leaseEnd', value }, this.#nextSequence(node));
  }

  #submit(asked: ReplayJob): void {
    const nodes = Math.ceil(asked.cards / cluster.cardsPerNode);
    const job: Live = {
      ...asked,
      ...{ startMs: -1, endMs: 0, passedWork: 0, lostWork: 0, left: nodes, nodes, grantedAt: undefined },
      boundWork: this.#boundFor(asked),
      grantedBefore: this.pool.state.turns.totals().all,
    };
    this.#wait(job, 1);
    const jobId = makeId('job', this.#random(20));
    this.#byJob.set(jobId, job);
    const jobSpec = spec({
      ...{
        accelerators: asked.cards / nodes,
        nodes,
        time_limit_ms: asked.limitMs,
        grace_ms: 0,
        priority: asked.priority ?? 0,
        preemptible: asked.preemptible ?? false,
        // What is taken back begins anew.
        max_retries: 1000,
      },
      ...{ cpu_milli: 10, memory_bytes: 1024, disk_bytes: 0 },
    });
    this.#apply({
      ...{ kind: 'submit', jobId, org: asked.org, by: 'user', spec: jobSpec },
      ...{ specHash: '', idempotencyKey: null },
    });
    for (let said = this.#inbox.shift(); said; said = this.#inbox.shift())
      this.#say(said.node, said.message, said.seq);
  }

  /** See docs/fairness.md: the most work that is granted before a job that comes now. */
  #boundFor({ org }: ReplayJob): number {
    const { turnPart, slackMs } = this.#fair;
    if (turnPart === 0) return Number.POSITIVE_INFINITY;
    const weight = this.#weights.get(org) ?? 1;
    const others = [...this.#weights.values()].reduce((sum, one) => sum + one, 0) - weight;
    const ahead = this.#waitingWork.get(org) ?? 0;
    const longest = this.#longest;
    const inTurn = ahead + ((ahead + longest) * others) / weight + (this.#weights.size - 1) * longest;
    return (inTurn + 2 * longest) / turnPart + Math.max(slackMs * cluster.cards, longest);
  }
}

const owner = 'pool' as OrgId;

function add(map: Map<OrgId, number>, org: OrgId, amount: number): void {
  map.set(org, (map.get(org) ?? 0) + amount);
}

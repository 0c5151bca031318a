/**
 * A scheduler's pool with model agents in one process, on virtual time: every message is in flight until the test
 * delivers it, every commit is applied to a disk that a new pool can be started from, and the invariants are checked
 * after every step.
 */
import type { JobSpec, JobView } from '../../proto/api.ts';
import { type JobId, makeId, type NodeId, type OrgId } from '../../proto/ids.ts';
import type { Inventory, Message } from '../../proto/messages.ts';
import { defaultMassLoss } from '../../scheduler/fleet/mass-loss.ts';
import { defaultTimes } from '../../scheduler/lease/lease.ts';
import { createPool, type Pool } from '../../scheduler/pool.ts';
import type { Command, Effect, Turn } from '../../scheduler/pool/commands.ts';
import type { PoolOptions } from '../../scheduler/pool/state.ts';
import { createExplainer, jobView } from '../../scheduler/pool/views.ts';
import { defaultFair } from '../../scheduler/queue/shares.ts';
import type { UsageRecord } from '../../scheduler/records.ts';
import {
  createMemoryDisk,
  type MemoryDisk,
  openMemoryStore,
  snapshotOf,
} from '../../scheduler/store/memory.ts';
import type { Store, Write } from '../../scheduler/store/store.ts';
import { defaultTariff } from '../../scheduler/usage/tariff.ts';
import { ModelAgent, nameOf } from './model-agent.ts';
import { inventory, org, seed, spec, testRandom } from './values.ts';

export const worldOptions: PoolOptions = {
  times: defaultTimes,
  heartbeatMs: 10_000,
  tariff: defaultTariff,
  fair: defaultFair,
  keepEnded: 1000,
  massLoss: defaultMassLoss,
  maxOpenJobs: 1000,
};

interface Wire {
  agent: ModelAgent;
  connection: number | undefined;
  /** On the way to the agent. */
  down: Message[];
}

export class World {
  readonly disk: MemoryDisk = createMemoryDisk('sched-1');
  readonly wires: Wire[] = [];
  readonly jobEnds = new Map<JobId, number>();
  readonly leaseEnds = new Map<string, number>();
  readonly usageRows: UsageRecord[] = [];
  readonly jobs: JobId[] = [];
  readonly alerts: string[] = [];
  /** Whether connected agents are heard all the time. */
  heartbeats = true;
  readonly options: PoolOptions;
  commits = 0;
  /** Called after every commit, before its effects are released. */
  afterCommit: () => void = () => {};
  pool: Pool;
  now = 1000;
  #store: Store;
  #failed: Error | undefined;
  #random = testRandom();
  #nextConnection = 1;
  #lastEpoch = 0;

  constructor(options: Partial<PoolOptions> = {}) {
    this.options = { ...worldOptions, ...options };
    this.#store = this.#open();
    this.pool = createPool(
      snapshotOf(this.disk, this.options.keepEnded),
      this.options,
      this.now,
      this.wall(),
    );
  }

  /** Enrols and connects a node. */
  addNode(of: Inventory | number): ModelAgent {
    const n = this.wires.length;
    const nodeId = makeId('node', seed(n));
    const tokenId = makeId('token', seed(n));
    const record = {
      ...{
        id: tokenId,
        kind: 'join' as const,
        secretHash: new Uint8Array(32),
        name: '',
        org,
        role: '' as const,
      },
      ...{ createdUnixMs: 0, expiresUnixMs: 0, revoked: false, usedBy: '' as const },
    };
    this.apply({ kind: 'put_token', record });
    const publicKey = new Uint8Array(32).fill(n);
    this.apply({ kind: 'enrol', connection: 0, nodeId, nodeName: `n${n}`, publicKey, tokenId });
    const agent = new ModelAgent(nodeId, typeof of === 'number' ? inventory(of) : of);
    this.wires.push({ agent, connection: undefined, down: [] });
    this.connect(this.wires.length - 1);
    return agent;
  }

  submit(changes: Partial<JobSpec> = {}, key: string | null = null, of: OrgId = org): JobId {
    const job = spec(changes);
    const jobId = makeId('job', this.#random(20));
    const turn = this.apply({
      ...{ kind: 'submit', jobId, org: of, by: 't', spec: job },
      ...{ specHash: JSON.stringify(job), idempotencyKey: key },
    });
    const id = turn.jobId ?? jobId;
    if (!this.jobs.includes(id)) this.jobs.push(id);
    return id;
  }

  connect(n: number): void {
    const wire = this.wires[n];
    if (!wire) return;
    const connection = this.#nextConnection;
    this.#nextConnection += 1;
    wire.connection = connection;
    wire.down = [];
    wire.agent.out = [];
    const { nodeId } = wire.agent;
    this.apply({
      ...{
        kind: 'connect',
        connection,
        nodeId,
        nodeName: `n${n}`,
        agentVersion: '1',
        bootId: 'b',
        capability: 1,
      },
    });
    this.pump();
  }

  disconnect(n: number): void {
    const wire = this.wires[n];
    if (wire?.connection === undefined) return;
    const { connection } = wire;
    wire.connection = undefined;
    wire.down = [];
    wire.agent.out = [];
    this.apply({ kind: 'disconnect', connection, nodeId: wire.agent.nodeId });
  }

  /** Delivers up to `count` messages each way on one wire (default: on all wires until nothing is on the way). */
  pump(n?: number, count = Number.POSITIVE_INFINITY): void {
    const wires = n === undefined ? this.wires : this.wires.slice(n, n + 1);
    for (let moved = true, left = count; moved && left > 0; left -= 1) {
      moved = false;
      for (const wire of wires) {
        const down = wire.down.shift();
        if (down) this.deliverDown(wire.agent, down);
        const up = wire.agent.out.shift();
        if (up && wire.connection !== undefined) this.deliverUp(wire.agent.nodeId, wire.connection, up);
        moved ||= down !== undefined || up !== undefined;
      }
    }
    this.check();
  }

  deliverDown(agent: ModelAgent, message: Message): void {
    if (message.kind === 'welcome') agent.welcome(message.value.receivedSeq);
    else agent.receive(message, this.now);
  }

  deliverUp(nodeId: NodeId, connection: number, { seq, message }: { seq: number; message: Message }): void {
    if (message.kind === 'renew') {
      const renewed = this.pool.renew(nodeId, connection, message.value, this.now);
      if (renewed) this.#wireOf(connection)?.down.push({ kind: 'renewed', value: renewed });
      return;
    }
    this.apply({ kind: 'message', connection, nodeId, seq, message, logFault: '' });
  }

  /** Lets time pass in steps of at most a second, ticking everybody. */
  advance(ms: number): void {
    for (let left = ms; left > 0; left -= 1000) {
      this.now += Math.min(left, 1000);
      for (const { agent, connection } of this.wires) {
        agent.tick(this.now);
        if (this.heartbeats && connection !== undefined) this.pool.seen(agent.nodeId, this.now);
      }
      if (this.pool.nextDeadline() <= this.now) this.apply({ kind: 'tick' });
    }
    this.check();
  }

  /** The scheduler is killed and started again from its disk: connections are lost with it. */
  restart(): void {
    for (const wire of this.wires) Object.assign(wire, { connection: undefined, down: [] });
    for (const { agent } of this.wires) agent.out = [];
    this.#reload();
  }

  apply(command: Command): Turn {
    const turn = this.pool.apply(command, {
      now: this.now,
      wall: this.wall(),
      random: this.#random,
    });
    if (turn.writes.length > 0) this.#commit(turn.writes);
    for (const effect of turn.effects) this.#release(effect);
    return turn;
  }

  /** Everything that must hold at any moment. */
  check(): void {
    if (this.#failed) throw this.#failed;
    for (const { agent } of this.wires) {
      expectNoOverlap(agent.containers(), `containers of ${agent.nodeId}`);
      // Cards are given away only when nothing runs on them any more.
      for (const offer of agent.containers())
        if (this.disk.leases.get(offer.leaseId)?.state === 'ended')
          fail(`${nameOf(offer)} has ended and runs`);
      const node = this.pool.state.nodes.get(agent.nodeId);
      const live = [...(node?.live.values() ?? [])];
      expectNoOverlap(live, `live leases of ${agent.nodeId}`);
      const cpu = live.reduce((sum, lease) => sum + lease.wants.cpuMilli, 0);
      if (cpu > agent.inventory.host.cpuMilli) fail(`${cpu} CPU milli are leased on ${agent.nodeId}`);
    }
    for (const [id, count] of this.jobEnds) if (count !== 1) fail(`${id} ended ${count} times`);
    for (const [name, count] of this.leaseEnds) if (count !== 1) fail(`${name} ended ${count} times`);
    const keys = this.usageRows.map((row) => `${nameOf(row)} ${row.part}`);
    if (new Set(keys).size !== keys.length) fail('a usage record was written twice');
    let open = 0;
    for (const job of this.pool.state.jobs.values()) {
      if (job.state !== 'ended') open += 1;
      const lease = job.leaseId === undefined ? undefined : this.pool.state.leases.get(job.leaseId);
      const isLive = lease !== undefined && lease.state !== 'ended';
      if ((job.state === 'leased') !== isLive)
        fail(`${job.record.id} is ${job.state}, its lease ${lease?.state}`);
    }
    this.#checkStarts();
    this.#checkWaiting();
    if (this.pool.state.openJobs !== open) fail(`${open} jobs are open, not ${this.pool.state.openJobs}`);
  }

  /** Every job that has no lease waits at one place only; what is kept for it on nodes is kept as long as it has its claim. */
  #checkWaiting(): void {
    const { jobs, queue, claims, timers, nodes } = this.pool.state;
    const pauses = new Map<unknown, number>();
    timers.visit((timer) => {
      if (timer.kind === 'job') pauses.set(timer.job, (pauses.get(timer.job) ?? 0) + 1);
      return false;
    });
    for (const job of jobs.values()) {
      if (job.gang && job.gang[0] !== job) continue;
      if ((job.gang ?? [job]).some(({ state }) => state !== 'queued')) continue;
      const places = Number(queue.has(job)) + Number(claims.has(job)) + (pauses.get(job) ?? 0);
      if (places !== 1) fail(`${job.record.id} waits at ${places} places`);
    }
    const kept = [...claims.values()].flatMap(({ places }) => places.map(({ taking }) => taking));
    const taken = [...nodes.values()].flatMap((node) => node.claims);
    if (taken.length !== kept.length || !taken.every((one) => new Set<unknown>(kept).has(one)))
      fail(`${taken.length} places are kept on nodes, ${kept.length} by claims`);
  }

  /** No job is started more often than it allows. */
  #checkStarts(): void {
    const starts = new Map<JobId, number>();
    for (const { agent } of this.wires)
      for (const { jobId } of agent.started.values()) starts.set(jobId, (starts.get(jobId) ?? 0) + 1);
    for (const [id, count] of starts) {
      const spec = this.disk.jobs.get(id)?.spec;
      // How often a preemptible job gives way and comes back is not limited.
      const allowed = spec?.preemptible ? count : 1 + (spec?.max_retries ?? 0);
      if (count > allowed) fail(`${id} was started ${count} times, ${allowed} are allowed`);
    }
  }

  /** Everybody well and connected, containers ending: what can end must end. */
  settle(rounds = 60): void {
    this.heartbeats = true;
    this.wires.forEach(({ agent }, n) => {
      agent.refusing = false;
      agent.inventory = { ...agent.inventory, draining: false };
      this.connect(n);
    });
    for (let round = 0; round < rounds && !this.#isQuiet(); round += 1) {
      this.pump();
      for (const { agent } of this.wires) {
        for (let n = agent.containers().length; n > 0; n -= 1) agent.finish(0, this.now);
        agent.renew(this.now);
      }
      this.pump();
      this.advance(2000);
    }
  }

  /** A job as the API shows it. */
  view(id: JobId): JobView {
    const { state } = this.pool;
    const found = state.jobs.get(id);
    if (!found) throw new Error(`no ${id}`);
    return jobView(state, found, createExplainer(state, this.now, this.wall()));
  }

  wall(): number {
    return 1_700_000_000_000 + Math.round(this.now);
  }

  #isQuiet(): boolean {
    return (
      this.pool.state.openJobs === 0 &&
      this.wires.every(({ agent, down }) => agent.held.size + agent.outbox.length + down.length === 0)
    );
  }

  #wireOf(connection: number): Wire | undefined {
    return this.wires.find((wire) => wire.connection === connection);
  }

  #release(effect: Effect): void {
    if (effect.kind === 'alert') this.alerts.push(effect.event);
    if (!('connection' in effect)) return;
    const wire = this.#wireOf(effect.connection);
    if (!wire) return;
    if (effect.kind === 'send') wire.down.push(effect.message);
    if (effect.kind === 'ack') wire.agent.acknowledged(effect.seq);
  }

  #commit(writes: Write[]): void {
    this.commits += 1;
    const { brake, pause } = this.pool.state;
    for (const write of writes) {
      if (write.kind === 'job_end') this.jobEnds.set(write.jobId, (this.jobEnds.get(write.jobId) ?? 0) + 1);
      if (write.kind === 'lease_state' && write.state === 'ended')
        this.leaseEnds.set(nameOf(write), (this.leaseEnds.get(nameOf(write)) ?? 0) + 1);
      if (write.kind === 'usage') this.usageRows.push(write.row);
      if (brake && write.kind === 'lease_state' && write.end?.reason === 'node_lost')
        fail(`${nameOf(write)} ended as node_lost while the brake is on`);
      if (write.kind === 'lease' && (brake || pause)) fail(`${nameOf(write.row)} was granted all the same`);
      if (write.kind === 'lease') {
        if (write.row.epoch <= this.#lastEpoch) fail(`epoch ${write.row.epoch} is not new`);
        this.#lastEpoch = write.row.epoch;
      }
    }
    this.#store.commit(writes).catch((error: Error) => {
      this.#failed ??= error;
    });
    this.afterCommit();
  }

  #open(): Store {
    return openMemoryStore(this.disk, (run) => run());
  }

  #reload(): void {
    this.#store = this.#open();
    this.pool = createPool(
      snapshotOf(this.disk, this.options.keepEnded),
      this.options,
      this.now,
      this.wall(),
    );
  }
}

function fail(violation: string): never {
  throw new Error(violation);
}

function expectNoOverlap(
  leases: { acceleratorIds: string[]; acceleratorMilli: number }[],
  what: string,
): void {
  const taken = new Map<string, number>();
  for (const { acceleratorIds, acceleratorMilli } of leases)
    for (const id of acceleratorIds) taken.set(id, (taken.get(id) ?? 0) + acceleratorMilli);
  for (const [id, milli] of taken) if (milli > 1000) fail(`${milli} milli of ${id} in ${what}`);
}

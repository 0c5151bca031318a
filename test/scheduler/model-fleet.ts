/**
 * Thousands of model agents on a whole scheduler core, over connections in memory, in virtual time: greetings are signed,
 * frames are encoded, heartbeats and renewals come when they come from real agents. The store keeps nothing.
 */
import { sign } from 'node:crypto';
import { encodeFrame } from '../../proto/frame.ts';
import { type JobId, makeId, type NodeId } from '../../proto/ids.ts';
import type { Frame, Message } from '../../proto/messages.ts';
import { helloBytes } from '../../proto/signing.ts';
import { createHeap } from '../../scheduler/heap.ts';
import type { Clock, Log } from '../../scheduler/ports.ts';
import type { Logs } from '../../scheduler/store/logs.ts';
import { createMemoryDisk, type MemoryDisk, snapshotOf } from '../../scheduler/store/memory.ts';
import type { Store } from '../../scheduler/store/store.ts';
import { type Core, startCore } from '../../scheduler/system.ts';
import { MemorySocket } from './memory-socket.ts';
import { ModelAgent } from './model-agent.ts';
import { makeKey } from './scripted-agent.ts';
import { inventory, org, principal, seed, spec, testRandom } from './values.ts';

const heartbeatMs = 10_000;
const renewMs = 10_000;
const latencyMs = 1;

/** Virtual time: goes from one timer to the next. */
class VirtualClock implements Clock {
  #now = 0;
  readonly #timers = createHeap<{ at: number; run: (() => void) | undefined }>((a, b) => a.at < b.at);

  now(): number {
    return this.#now;
  }

  wall(): number {
    return 1_700_000_000_000 + this.#now;
  }

  at(atMs: number, run: () => void): () => void {
    const timer: { at: number; run: (() => void) | undefined } = { at: Math.max(atMs, this.#now), run };
    this.#timers.push(timer);
    return () => {
      timer.run = undefined;
    };
  }

  /** Lets `ms` pass; what is due at one moment runs together, and promises settle before time goes on. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (let next = this.#timers.peek(); next && next.at <= until; next = this.#timers.peek()) {
      this.#now = next.at;
      for (let due = this.#timers.peek(); due && due.at <= this.#now; due = this.#timers.peek()) {
        this.#timers.pop();
        due.run?.();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = until;
  }
}

/** How a node dies: its connection is closed, or it says nothing any more. */
export type Death = 'closed' | 'silent';

/** What became of one that died, in ms of virtual time after its death. */
export interface Fate {
  death: Death;
  detectedMs: number | undefined;
  regrantedMs: number | undefined;
}

class FleetAgent {
  readonly model: ModelAgent;
  readonly socket = new MemorySocket();
  isDead = false;

  constructor(nodeId: NodeId) {
    this.model = new ModelAgent(nodeId, inventory(1));
  }

  flush(): void {
    for (const { seq, message } of this.model.out.splice(0)) this.say(message, seq);
  }

  say(message: Message, seq = 0): void {
    if (!this.isDead) this.socket.say(encodeFrame({ seq, ack: 0, message }));
  }
}

const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const noLogs: Logs = {
  append: async () => {},
  sync: async () => {},
  totals: async () => {
    throw new Error('nothing ends by itself here');
  },
  cursor: () => ({ next: async () => [] }),
  async *read() {},
  release: () => {},
  remove: async () => {},
  close: async () => {},
};

function forgetfulStore(disk: MemoryDisk): Store {
  return {
    load: async (keep) => snapshotOf(disk, keep),
    commit: async () => {},
    job: async () => undefined,
    olderJobs: async () => [],
    recentUsage: async () => [],
    jobByKey: async () => undefined,
    lease: async () => undefined,
    usageSums: async () => [],
    jobUsage: async () => [],
    close: async () => {},
  };
}

/** The fleet; see the head of this file. */
export class ModelFleet {
  readonly clock = new VirtualClock();
  readonly alarms: string[] = [];
  readonly #random: (length: number) => Uint8Array;
  readonly #key = makeKey();
  readonly #agents: FleetAgent[] = [];
  readonly #fates = new Map<NodeId, { diedAt: number; jobs: Set<JobId>; fate: Fate }>();
  #core: Core | undefined;

  private constructor(start: number) {
    this.#random = testRandom(start);
  }

  /** `nodes` connected nodes of one card with a job on each, and a fifth as many idle ones beside. */
  static async start(nodes: number, start: number): Promise<ModelFleet> {
    const fleet = new ModelFleet(start);
    const disk = createMemoryDisk('fleet');
    for (let n = 0; n < nodes + Math.ceil(nodes / 5); n += 1) {
      const id = makeId('node', seed(n));
      const record = { id, org, name: `n${n}`, publicKey: fleet.#key.publicKey };
      disk.nodes.set(id, { ...record, sessionEpoch: 0, receivedSeq: 0, enrolledUnixMs: 0 });
      fleet.#agents.push(new FleetAgent(id));
    }
    fleet.#core = await startCore({
      ...{
        stateDir: '',
        clock: fleet.clock,
        random: fleet.#random,
        store: forgetfulStore(disk),
        logs: noLogs,
      },
      log: { ...silentLog, error: (event) => fleet.alarms.push(event) },
      onFatal(error) {
        throw error;
      },
    });
    for (const agent of fleet.#agents) fleet.#connect(agent);
    await fleet.clock.pass(10_000);
    for (let n = 0; n < nodes; n += 1) {
      await fleet.#core.control.submit(principal('tenant'), spec({ max_retries: 1 }), undefined);
    }
    await fleet.clock.pass(30_000);
    return fleet;
  }

  /** Between 0 and `below`. */
  chance(below: number): number {
    const [high = 0, low = 0] = this.#random(2);
    return ((high * 256 + low) / 65_536) * below;
  }

  /** Nodes on which something runs. */
  busy(): NodeId[] {
    return this.#agents.filter(({ model }) => model.containers().length > 0).map(({ model }) => model.nodeId);
  }

  /** Kills a node now. */
  kill(nodeId: NodeId, death: Death): void {
    const agent = this.#agents.find(({ model }) => model.nodeId === nodeId);
    if (!agent) throw new Error(`no ${nodeId}`);
    const diedAt = this.clock.now();
    const jobs = new Set(agent.model.containers().map(({ jobId }) => jobId));
    const fate: Fate = { death, detectedMs: undefined, regrantedMs: undefined };
    this.#fates.set(nodeId, { diedAt, jobs, fate });
    agent.isDead = true;
    if (death === 'silent') {
      agent.socket.cut = () => this.#detected(nodeId);
      return;
    }
    agent.socket.close();
    const view = this.#core?.control.nodes(principal()).find(({ id }) => id === nodeId);
    if (view?.state === 'disconnected') this.#detected(nodeId);
  }

  fates(): Fate[] {
    return [...this.#fates.values()].map(({ fate }) => fate);
  }

  async close(): Promise<void> {
    await this.#core?.close();
  }

  #detected(nodeId: NodeId): void {
    const found = this.#fates.get(nodeId);
    if (found) found.fate.detectedMs ??= this.clock.now() - found.diedAt;
  }

  #connect(agent: FleetAgent): void {
    agent.socket.toAgent = (frame) => {
      this.clock.at(this.clock.now() + latencyMs, () => {
        if (!agent.isDead) this.#heard(agent, frame);
      });
    };
    this.#core?.accept(agent.socket);
  }

  #heard(agent: FleetAgent, { ack, message }: Frame): void {
    const now = this.clock.now();
    agent.model.acknowledged(ack);
    if (message?.kind === 'challenge') this.#greet(agent, message.value);
    else if (message?.kind === 'welcome') {
      agent.model.welcome(message.value.receivedSeq);
      this.#repeat(agent, heartbeatMs, () => agent.say(heartbeat));
      this.#repeat(agent, renewMs, () => agent.model.renew(this.clock.now()));
    } else if (message) {
      if (message.kind === 'offer') this.#regranted(message.value.jobId, agent.model.nodeId);
      agent.model.receive(message, now);
    }
    agent.flush();
  }

  #greet(agent: FleetAgent, { nonce, schedulerId }: { nonce: Uint8Array; schedulerId: string }): void {
    const { nodeId } = agent.model;
    const signature = new Uint8Array(
      sign(null, helloBytes(nonce, schedulerId, nodeId), this.#key.privateKey),
    );
    const rest = { capability: 1, agentVersion: 'model', bootId: 'b', nodeName: nodeId };
    agent.say({ kind: 'hello', value: { nodeId, signature, ...rest } });
  }

  /** Does something again and again, beginning at a random moment of the first period, with up to a tenth of jitter. */
  #repeat(agent: FleetAgent, everyMs: number, act: () => void): void {
    const next = (inMs: number): void =>
      void this.clock.at(this.clock.now() + inMs, () => {
        if (agent.isDead) return;
        act();
        agent.flush();
        next(everyMs - this.chance(everyMs / 10));
      });
    next(this.chance(everyMs));
  }

  #regranted(jobId: JobId, nodeId: NodeId): void {
    for (const [dead, { diedAt, jobs, fate }] of this.#fates)
      if (dead !== nodeId && jobs.has(jobId)) fate.regrantedMs ??= this.clock.now() - diedAt;
  }
}

const heartbeat: Message = {
  kind: 'heartbeat',
  value: {
    ...{ sample: 1, card: [], utilizationPct: [], memoryUsedMib: [], temperatureC: [], powerW: [] },
    ...{ hostCpuPct: 1, hostMemoryUsedMib: 1 },
  },
};

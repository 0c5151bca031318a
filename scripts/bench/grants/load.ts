/**
 * The load of `bench grants`, a process of its own: model agents on real WebSockets that accept every offer, run it for
 * no time and end it, each with a signed usage record; and a client that submits. A life counts as over when the
 * scheduler has acknowledged its end record, which it does when that is durable.
 */
import { sign } from 'node:crypto';
import { capability } from '../../../proto/capability.ts';
import { decodeFrame, encodeFrame } from '../../../proto/frame.ts';
import type { Message } from '../../../proto/messages.ts';
import { helloBytes } from '../../../proto/signing.ts';
import { inventoryOf, nodeId, privateKey } from '../load/nodes.ts';
import { LeanSocket } from '../load/socket.ts';
import { hear, Voice } from './frames.ts';
import { Submitter } from './submitter.ts';

/** What the parent asks for, one at a time. */
export type Order =
  | { kind: 'connect'; port: number; nodes: number; tokens: string[] }
  /** `perSecond`: jobs at this rate; otherwise so many in flight. */
  | { kind: 'run'; warmUpMs: number; measureMs: number; array: number; inFlight: number; perSecond?: number };

/** What was measured in the time asked for. Latencies are of jobs submitted in it, in ms. */
export interface Measured {
  seconds: number;
  ended: number;
  commit_p50_ms: number;
  commit_p99_ms: number;
  commit_max_ms: number;
  end_p50_ms: number;
  end_p99_ms: number;
  own_cpu_us_per_life: number;
}

const heartbeatMs = 10_000;

/** Jobs that were submitted together. */
interface Batch {
  at: number;
  isMeasured: boolean;
}

class Load {
  readonly #submitter: Submitter;
  readonly #batches = new Map<string, Batch>();
  /** What was heard of a batch before the answer to its submission. */
  readonly #early = new Map<string, ((batch: Batch) => void)[]>();
  #commits: number[] = [];
  #ends: number[] = [];
  ended = 0;
  submitted = 0;
  isMeasuring = false;
  onEnded: () => void = () => {};

  constructor(submitter: Submitter) {
    this.#submitter = submitter;
  }

  submit(count: number): void {
    const batch = { at: performance.now(), isMeasured: this.isMeasuring };
    this.submitted += count;
    this.#submitter.submit(count, (id) => {
      const base = id.slice(0, -2);
      this.#batches.set(base, batch);
      for (const tell of this.#early.get(base) ?? []) tell(batch);
      this.#early.delete(base);
    });
  }

  committed(job: string, now: number): void {
    this.#withBatch(job, (batch) => {
      if (batch.isMeasured) this.#commits.push(now - batch.at);
    });
  }

  over(job: string, now: number): void {
    this.ended += 1;
    this.#withBatch(job, (batch) => {
      if (batch.isMeasured) this.#ends.push(now - batch.at);
    });
    this.onEnded();
  }

  latencies(): { commits: number[]; ends: number[] } {
    const taken = { commits: this.#commits, ends: this.#ends };
    this.#commits = [];
    this.#ends = [];
    this.#batches.clear();
    return taken;
  }

  #withBatch(job: string, tell: (batch: Batch) => void): void {
    const base = job.slice(0, -2);
    const batch = this.#batches.get(base);
    if (batch) return tell(batch);
    const early = this.#early.get(base);
    if (early) early.push(tell);
    else this.#early.set(base, [tell]);
  }
}

/** One model agent. */
class Agent {
  readonly #n: number;
  readonly #load: () => Load;
  readonly #voice: Voice;
  readonly #socket: LeanSocket;
  readonly #ready: () => void;
  readonly #jobs = new Map<string, string>();
  /** End records on their way. */
  #unconfirmed: { seq: number; job: string }[] = [];
  #seq = 0;
  #sample = 0;

  constructor(n: number, port: number, load: () => Load, ready: () => void) {
    this.#n = n;
    this.#load = load;
    this.#ready = ready;
    this.#voice = new Voice(nodeId(n), privateKey(n));
    this.#socket = new LeanSocket(port, {
      open: () => {},
      message: (bytes) => this.#heard(bytes),
      closed: () => {
        throw new Error(`node ${n} has lost its connection`);
      },
    });
  }

  heartbeat(): void {
    this.#sample += 1;
    const [card, value] = [this.#sample % 8, this.#sample % 100];
    this.#say({
      kind: 'heartbeat',
      value: {
        ...{ sample: this.#sample, card: [card], utilizationPct: [value], memoryUsedMib: [value * 100] },
        ...{ temperatureC: [60], powerW: [300], hostCpuPct: value, hostMemoryUsedMib: 10_000 },
      },
    });
  }

  #say(message: Message): void {
    this.#socket.send(encodeFrame({ seq: 0, ack: 0, message }));
  }

  #heard(bytes: Buffer): void {
    const said = hear(bytes);
    if (said.ack > 0) this.#confirmed(said.ack);
    if (said.kind === 'offer') {
      this.#jobs.set(said.lease, said.job);
      this.#socket.send(this.#voice.accept(said.lease, said.epoch));
    } else if (said.kind === 'commit') {
      const job = this.#jobs.get(said.lease) ?? '';
      this.#jobs.delete(said.lease);
      this.#load().committed(job, performance.now());
      this.#socket.send(this.#voice.running(this.#seq + 1, said.lease, said.epoch));
      this.#socket.send(this.#voice.ended(this.#seq + 2, said.lease, said.epoch));
      this.#seq += 2;
      this.#unconfirmed.push({ seq: this.#seq, job });
    } else if (said.kind === 'challenge' || said.kind === 'welcome') {
      this.#greet(decodeFrame(bytes).message);
    }
  }

  #confirmed(ack: number): void {
    const now = performance.now();
    for (let first = this.#unconfirmed[0]; first && first.seq <= ack; first = this.#unconfirmed[0]) {
      this.#unconfirmed.shift();
      this.#load().over(first.job, now);
    }
  }

  #greet(message: Message | undefined): void {
    const node = nodeId(this.#n);
    if (message?.kind === 'challenge') {
      const { nonce, schedulerId } = message.value;
      const signature = new Uint8Array(sign(null, helloBytes(nonce, schedulerId, node), privateKey(this.#n)));
      const value = { nodeId: node, signature, capability, agentVersion: 'bench', bootId: 'b', nodeName: '' };
      this.#say({ kind: 'hello', value });
    } else if (message?.kind === 'welcome') {
      this.#seq = message.value.receivedSeq;
      this.#say({ kind: 'heldLeases', value: { leases: [] } });
      this.#say({ kind: 'inventory', value: inventoryOf(this.#n) });
      this.#ready();
    }
  }
}

let load: Load | undefined;
let submitter: Submitter | undefined;

function fail(error: Error): never {
  throw error;
}

async function connectAll({ port, nodes, tokens }: Extract<Order, { kind: 'connect' }>): Promise<void> {
  submitter = new Submitter(port, tokens, fail);
  load = new Load(submitter);
  const now = load;
  const agents: Agent[] = [];
  for (let n = 0; n < nodes; n += 1)
    await new Promise<void>((ready) => agents.push(new Agent(n, port, () => now, ready)));
  agents.forEach((agent, n) =>
    setTimeout(
      () => setInterval(() => agent.heartbeat(), heartbeatMs).unref(),
      (n * heartbeatMs) / nodes,
    ).unref(),
  );
}

/** Submits at a rate, at even distances. */
function pace(by: Load, perSecond: number, array: number): () => void {
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - began) * perSecond) / 1000;
    for (; sent + array <= due; sent += array) by.submit(array);
  }, 1);
  return () => clearInterval(timer);
}

/** Keeps so many jobs in flight. */
function fill(by: Load, inFlight: number, array: number): () => void {
  by.onEnded = () => {
    while (by.submitted - by.ended + array <= inFlight) by.submit(array);
  };
  by.onEnded();
  return () => {
    by.onEnded = () => {};
  };
}

const rounded = (sorted: number[], share: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function run(order: Extract<Order, { kind: 'run' }>): Promise<Measured> {
  const by = load ?? fail(new Error('not connected'));
  const { array, inFlight, perSecond } = order;
  const stop = perSecond === undefined ? fill(by, inFlight, array) : pace(by, perSecond, array);
  await wait(order.warmUpMs);
  const before = by.ended;
  const began = performance.now();
  const cpu = process.cpuUsage();
  by.isMeasuring = true;
  await wait(order.measureMs);
  by.isMeasuring = false;
  const ended = by.ended - before;
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  stop();
  while (by.ended < by.submitted) await wait(10);
  const { commits, ends } = by.latencies();
  commits.sort((a, b) => a - b);
  ends.sort((a, b) => a - b);
  return {
    ...{ seconds: Math.round(seconds * 100) / 100, ended },
    ...{ commit_p50_ms: rounded(commits, 0.5), commit_p99_ms: rounded(commits, 0.99) },
    ...{
      commit_max_ms: rounded(commits, 1),
      end_p50_ms: rounded(ends, 0.5),
      end_p99_ms: rounded(ends, 0.99),
    },
    own_cpu_us_per_life: Math.round((user + system) / ended),
  };
}

process.on('message', (order: Order) => {
  const done = order.kind === 'connect' ? connectAll(order) : run(order);
  done.then(
    (result) => process.send?.({ result }),
    (error: unknown) => fail(error instanceof Error ? error : new Error(String(error))),
  );
});
process.on('disconnect', () => process.exit(0));

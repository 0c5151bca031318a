/**
 * How many leases a scheduler can take through their lives in a second: the real core with SQLite (`synchronous=FULL`)
 * and log files in a temporary directory, and model agents in the same process over connections in memory, which answer
 * at once. A lifecycle is submit, offer, accept, commit, running, end, each durable before the next is let out; with
 * output, each container also writes 64 bytes. Beside the rate: how late a timer of the main thread came meanwhile,
 * because renewals and heartbeats wait as long.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sign } from 'node:crypto';
import { encodeFrame } from '../../proto/frame.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import type { Frame, LeaseEnd, Message } from '../../proto/messages.ts';
import { helloBytes } from '../../proto/signing.ts';
import type { NodeId } from '../../proto/ids.ts';
import type { Control } from '../../scheduler/control.ts';
import { startCore } from '../../scheduler/system.ts';
import { joinToken, realClock } from '../../test/scheduler/core.ts';
import { endOf } from '../../test/scheduler/ends.ts';
import { MemorySocket } from '../../test/scheduler/memory-socket.ts';
import { type AgentKey, makeKey } from '../../test/scheduler/scripted-agent.ts';
import { inventory, principal, spec } from '../../test/scheduler/values.ts';
import { enrolBytes } from '../../proto/signing.ts';
import type { BenchOptions } from '../bench.ts';

/** The bench's name. */
export const name = 'lifecycles';

/** For the list. */
export const summary = 'lives of leases a second through the scheduler alone, without and with output';

const agents = 16;
const cardsEach = 10;
const warmUpMs = 2000;
const measureMs = 8000;
const output = Buffer.from(`${'x'.repeat(63)}\n`);
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

interface Agent {
  key: AgentKey;
  seq: number;
  withOutput: boolean;
  socket: MemorySocket;
}

const keyOf = ({ leaseId, epoch }: LeaseKey): LeaseKey => ({ leaseId, epoch });

/** A connection on which `hear` gets every frame, a turn later than it was sent. */
function connect(accept: (socket: MemorySocket) => void, hear: (frame: Frame) => void): MemorySocket {
  const socket = new MemorySocket();
  socket.toAgent = (frame) => queueMicrotask(() => hear(frame));
  accept(socket);
  return socket;
}

function enrol(
  accept: (socket: MemorySocket) => void,
  token: Awaited<ReturnType<typeof joinToken>>,
  key: AgentKey,
): Promise<NodeId> {
  return new Promise((resolve) => {
    const socket = connect(accept, ({ message }) => {
      if (message?.kind === 'enrolled') resolve(message.value.nodeId);
      if (message?.kind !== 'challenge') return;
      const signed = enrolBytes(message.value.nonce, key.publicKey, token.id);
      const value = {
        ...{ tokenId: token.id, tokenSecret: token.secret, publicKey: key.publicKey, capability: 1 },
        ...{ signature: new Uint8Array(sign(null, signed, key.privateKey)), nodeName: 'bench' },
      };
      socket.say(encodeFrame({ seq: 0, ack: 0, message: { kind: 'enrol', value } }));
    });
  });
}

/** What an agent says to a frame; state-bearing messages are numbered in order. */
function answer(agent: Agent, { message }: Frame): void {
  const say = (said: Message, seq = 0): void => agent.socket.say(encodeFrame({ seq, ack: 0, message: said }));
  const tell = (said: Message): void => {
    agent.seq += 1;
    say(said, agent.seq);
  };
  if (message?.kind === 'offer') say({ kind: 'accept', value: keyOf(message.value) });
  if (message?.kind !== 'commit') return;
  const key = keyOf(message.value);
  tell({ kind: 'leaseEvent', value: { ...key, phase: 'running', detail: '', sinceCommitMs: 0 } });
  if (agent.withOutput)
    tell({ kind: 'logChunk', value: { ...key, stderr: false, offset: 0, data: output, unixMs: 1 } });
  tell({ kind: 'leaseEnd', value: agent.withOutput ? endWithOutput(key) : endOf(key) });
}

const outputHash = new Uint8Array(createHash('sha256').update(output).digest());

function endWithOutput(key: LeaseKey): LeaseEnd {
  return { ...endOf(key), stdoutBytes: output.length, stdoutSha256: outputHash };
}

function openSession(accept: (socket: MemorySocket) => void, agent: Agent, nodeId: NodeId): Promise<void> {
  return new Promise((resolve) => {
    agent.socket = connect(accept, (frame) => {
      const { message } = frame;
      if (message?.kind === 'challenge') {
        const { nonce, schedulerId } = message.value;
        const signature = new Uint8Array(
          sign(null, helloBytes(nonce, schedulerId, nodeId), agent.key.privateKey),
        );
        const value = { nodeId, signature, capability: 1, agentVersion: 'bench', bootId: 'b', nodeName: '' };
        agent.socket.say(encodeFrame({ seq: 0, ack: 0, message: { kind: 'hello', value } }));
      } else if (message?.kind === 'welcome') {
        const send = (said: Message): void =>
          agent.socket.say(encodeFrame({ seq: 0, ack: 0, message: said }));
        send({ kind: 'heldLeases', value: { leases: [] } });
        send({ kind: 'inventory', value: inventory(cardsEach) });
        resolve();
      } else answer(agent, frame);
    });
  });
}

/** Keeps `inFlight` jobs going until `over`; the times from submit to the end of those that ended, in ms. */
async function keepGoing(control: Control, inFlight: number, over: () => boolean): Promise<number[]> {
  const by = principal('tenant');
  const took: number[] = [];
  const one = async (): Promise<void> => {
    while (!over()) {
      const began = performance.now();
      const { id } = await control.submit(by, spec({ cpu_milli: 100, memory_bytes: 1 }), undefined);
      for await (const event of await control.watch(
        by,
        id as never,
        { stdout: 0, stderr: 0 },
        new AbortController().signal,
      ))
        if (event.type === 'end') took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  return took;
}

const at = (sorted: readonly number[], share: number): number =>
  Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;

async function measure(withOutput: boolean, inFlight: number): Promise<object> {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-bench-'));
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const core = await startCore({
    ...{ stateDir: dir, clock: realClock, random, log: quiet },
    onFatal(error) {
      throw error;
    },
  });
  try {
    const accept = (socket: MemorySocket): void => core.accept(socket);
    for (let n = 0; n < agents; n += 1) {
      const agent = { key: makeKey(), seq: 0, withOutput, socket: new MemorySocket() };
      const nodeId = await enrol(accept, await joinToken(core.control, n), agent.key);
      await openSession(accept, agent, nodeId);
    }
    const warm = performance.now() + warmUpMs;
    await keepGoing(core.control, inFlight, () => performance.now() > warm);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const cpu = process.cpuUsage();
    const main = process.threadCpuUsage();
    const began = performance.now();
    const took = await keepGoing(core.control, inFlight, () => performance.now() > began + measureMs);
    const wallMs = performance.now() - began;
    delay.disable();
    const { user, system } = process.cpuUsage(cpu);
    const own = process.threadCpuUsage(main);
    took.sort((a, b) => a - b);
    return {
      in_flight: inFlight,
      lifecycles_per_second: Math.round((took.length * 1000) / wallMs),
      end_p50_ms: at(took, 0.5),
      end_p99_ms: at(took, 0.99),
      main_thread_late_p99_ms: Math.round(delay.percentile(99) / 1e5) / 10,
      main_thread_late_max_ms: Math.round(delay.max / 1e5) / 10,
      cpu_us_per_lifecycle: Math.round((user + system) / took.length),
      main_thread_us_per_lifecycle: Math.round((own.user + own.system) / took.length),
      cores_used: Math.round((user + system) / wallMs / 10) / 100,
    };
  } finally {
    await core.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Measures, `rounds` times (1). */
export async function run({ say, signal, rounds = 1 }: BenchOptions): Promise<object> {
  const result: Record<string, object[]> = { without_output: [], with_output: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const [name, found] of Object.entries(result)) {
      signal.throwIfAborted();
      found.push(await measure(name === 'with_output', 160));
      say(`${name}: ${JSON.stringify(found.at(-1))}`);
    }
  return result;
}

/**
 * What an idle agent costs its node: resident memory and CPU time of a connected agent that samples stand-in
 * accelerators once a second, beside a Node process that does nothing, both watched over the same time.
 *
 * After 10 s to settle, memory is read every second for 30 s (`--rounds N` for N seconds) and the median taken; CPU time
 * is the kernel's count over the whole of it. What the agent starts (the vendors' tools) is not in `memory_bytes` and
 * `cpu_percent`; the tools' CPU time is given beside them, where they end and the kernel can tell.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installSimulatedTools } from '../../agent/probe/simulate/install.ts';
import { program, startAgent, startScheduler } from '../../test/e2e/harness.ts';
import type { BenchOptions } from '../bench.ts';
import { startEngine } from '../engines.ts';

/** Its name on the command line. */
export const name = 'agent';
/** One line for the list of benches. */
export const summary = 'memory and CPU of an idle connected agent beside an empty Node process';

const settleMs = 10_000;
/** USER_HZ: the unit of CPU times in /proc, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** What the kernel says of a process at one moment. */
interface Sample {
  memoryBytes: number;
  ownTicks: number;
  childTicks: number;
}

function sample(pid: number): Sample {
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (rss === undefined) throw new Error(`process ${pid} has ended`);
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // After the name, which may hold spaces: utime, stime, cutime, cstime are the 12th to 15th.
  const ticks = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = ticks;
  return { memoryBytes: Number(rss) * 1024, ownTicks: user + system, childTicks: childUser + childSystem };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

async function watch(agent: number, empty: number, seconds: number, signal: AbortSignal): Promise<object> {
  await sleep(settleMs, undefined, { signal });
  const first = sample(agent);
  const started = performance.now();
  const memory: { agent: number; empty: number }[] = [];
  while (memory.length < seconds) {
    await sleep(1000, undefined, { signal });
    memory.push({ agent: sample(agent).memoryBytes, empty: sample(empty).memoryBytes });
  }
  const last = sample(agent);
  const elapsedSeconds = (performance.now() - started) / 1000;
  const percent = (ticks: number): number => round((ticks / ticksPerSecond / elapsedSeconds) * 100);
  const agentBytes = median(memory.map((each) => each.agent));
  const emptyBytes = median(memory.map((each) => each.empty));
  return {
    memory_bytes: agentBytes,
    empty_node_bytes: emptyBytes,
    memory_ratio: round(agentBytes / emptyBytes),
    cpu_percent: percent(last.ownTicks - first.ownTicks),
    tools_cpu_percent: percent(last.childTicks - first.childTicks),
    seconds: round(elapsedSeconds),
  };
}

/** Runs the bench. */
export async function run({ rounds = 30, say, signal }: BenchOptions): Promise<object> {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-bench-'));
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rmSync(dir, { recursive: true, force: true }));
  say('starting an engine, a scheduler and an agent');
  const engine = await startEngine('podman', join(dir, 'engine'));
  undo.defer(() => engine.stop());
  const scheduler = await startScheduler(join(dir, 'scheduler'));
  undo.defer(async () => void (await scheduler.process.end()));
  undo.defer(() => scheduler.admin.close());
  const tools = join(dir, 'tools');
  await installSimulatedTools(tools, '8xH100', { command: [program] });
  const agentDir = join(dir, 'agent');
  mkdirSync(agentDir);
  writeFileSync(join(agentDir, 'agent.yaml'), 'sample_interval_ms: 1000\n');
  const agent = await startAgent({
    dir: agentDir,
    joinTokenFile: await scheduler.joinToken(),
    engineSocket: engine.socketPath,
    args: ['--tool-path', tools, '--simulated'],
  });
  undo.defer(async () => void (await agent.process.end()));
  const empty = spawn(process.execPath, ['-e', 'setInterval(() => {}, 2 ** 30)'], { stdio: 'ignore' });
  undo.defer(() => void empty.kill());
  say(`watching for ${settleMs / 1000 + rounds} s`);
  return await watch(agent.process.child.pid ?? 0, empty.pid ?? 0, rounds, signal);
}

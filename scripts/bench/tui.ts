/**
 * What the terminal view costs that an operator leaves open: bytes sent to the terminal, CPU time, memory, and the time to
 * its first frame. The built program runs in a real pseudo-terminal, over the agent's own control socket, whose answers are
 * scripted: 16 cards, every value of every card changing once a second, at 80x24 and `--interval 1`. Beside it: 64 cards
 * and 200 leases on a terminal that shows them, and what drawing every frame in full, as nvitop does, would send.
 *
 * Each is watched for 30 s (`--rounds N` for N seconds) after 5 s to settle; the first frame is the median of 7 starts.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusDevice, StatusSnapshot } from '../../proto/status.ts';
import { type ScriptedAgent, scriptedAgent } from '../../test/tui/agent.ts';
import { healthy, lease } from '../../test/tui/snapshots.ts';
import { openTerminal, type Terminal } from '../../test/tui/terminal.ts';
import type { BenchOptions } from '../bench.ts';

/** Its name on the command line. */
export const name = 'tui';
/** One line for the list of benches. */
export const summary = "bytes, CPU, memory and first frame of the operator's terminal view";

const settleMs = 5_000;
/** USER_HZ: the unit of CPU times in /proc, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** The same numbers on every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The card a second later: everything about it has moved a little. */
function later(device: StatusDevice, random: () => number): StatusDevice {
  const move = (value: number | null, by: number, most: number): number =>
    Math.max(0, Math.min(most, Math.round((value ?? 0) + (random() - 0.5) * 2 * by)));
  return {
    ...device,
    utilization_pct: move(device.utilization_pct, 8, 100),
    memory_used_mib: move(device.memory_used_mib, 300, device.memory_total_mib ?? 0),
    temperature_c: move(device.temperature_c, 1.2, 90),
    power_w: move(device.power_w, 12, device.power_limit_w ?? 400),
  };
}

function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return user + system;
}

function memoryBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

const round = (value: number): number => Math.round(value * 100) / 100;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function quit(terminal: Terminal): Promise<void> {
  terminal.type('q');
  await terminal.ended;
}

/** One view, watched while its values change. */
async function steady(
  first: StatusSnapshot,
  size: { cols: number; rows: number },
  seconds: number,
  signal: AbortSignal,
): Promise<{ bytes_per_second: number; cpu_percent: number; memory_bytes: number }> {
  const agent = await scriptedAgent(first);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => agent.remove());
  const random = randomOf(7);
  let status = first;
  const changing = setInterval(() => {
    status = { ...status, devices: status.devices.map((device) => later(device, random)) };
    agent.say(status);
  }, 1000);
  undo.defer(() => clearInterval(changing));
  const terminal = openTerminal({ args: ['top', '--socket', agent.socket, '--interval', '1'], ...size });
  undo.defer(() => quit(terminal));
  await terminal.shows(/910B3/);
  await sleep(settleMs, undefined, { signal });
  const before = { bytes: terminal.bytes(), ticks: cpuTicks(terminal.pid), at: performance.now() };
  const memory: number[] = [];
  while (memory.length < seconds) {
    await sleep(1000, undefined, { signal });
    memory.push(memoryBytes(terminal.pid));
  }
  const elapsed = (performance.now() - before.at) / 1000;
  return {
    bytes_per_second: round((terminal.bytes() - before.bytes) / elapsed),
    cpu_percent: round(((cpuTicks(terminal.pid) - before.ticks) / ticksPerSecond / elapsed) * 100),
    memory_bytes: median(memory),
  };
}

/** Ms from the start of the process to the first frame with the agent's state on it. */
async function firstFrame(agent: ScriptedAgent): Promise<number> {
  const began = performance.now();
  const terminal = openTerminal({ args: ['top', '--socket', agent.socket] });
  await terminal.shows(/AGENT/);
  const took = performance.now() - began;
  await quit(terminal);
  return Math.round(took);
}

/** Bytes of one frame drawn in full. */
async function fullFrameBytes(status: StatusSnapshot): Promise<number> {
  const agent = await scriptedAgent(status);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => agent.remove());
  const terminal = openTerminal({ args: ['top', '--socket', agent.socket] });
  undo.defer(() => quit(terminal));
  await terminal.shows(/910B3/);
  await terminal.still();
  const before = terminal.bytes();
  terminal.type('r');
  await sleep(500);
  return terminal.bytes() - before;
}

/** Runs the bench. */
export async function run({ rounds = 30, say, signal }: BenchOptions): Promise<object> {
  say('first frames');
  const agent = await scriptedAgent(healthy(16));
  const starts: number[] = [];
  for (let start = 0; start < 7; start += 1) starts.push(await firstFrame(agent));
  await agent.stop();
  const down: number[] = [];
  for (let start = 0; start < 7; start += 1) down.push(await firstFrame(agent));
  await agent.remove();
  say(`16 cards at 80x24 for ${rounds + settleMs / 1000} s`);
  const own = await steady(healthy(16), { cols: 80, rows: 24 }, rounds, signal);
  say(`64 cards and 200 leases at 200x60 for ${rounds + settleMs / 1000} s`);
  const many = healthy(64, {
    leases: Array.from({ length: 200 }, (_, index) =>
      lease(`many${String(index).replaceAll(/[01689]/g, 'x')}${index}`),
    ),
  });
  const large = await steady(many, { cols: 200, rows: 60 }, rounds, signal);
  const full = await fullFrameBytes(healthy(16));
  return {
    ...own,
    first_frame_ms: median(starts),
    first_frame_without_agent_ms: median(down),
    full_redraw_bytes_per_second: full,
    large,
    seconds: rounds,
  };
}

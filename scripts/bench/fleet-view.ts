/**
 * The fleet's terminal view over a large fleet: how long from a key press to the frame that it makes, while every node's
 * load goes on changing. Nothing is scripted: the built scheduler with `--agents` (10000) nodes enrolled in its own store,
 * each connected by a simulated agent over a real WebSocket that sends a heartbeat every ten seconds; leases of eight
 * organisations that live and jobs that wait; and the built `suanlink top --fleet` in a real pseudo-terminal as an admin.
 *
 * A key press is over when the terminal shows what it was to change: the row under the cursor, the filter's text, the
 * screen's list. `--rounds` presses (600), 20 to 120 ms apart, on the grid, the lists and in filters.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '../../cli/client/client.ts';
import { openTerminal, type Terminal } from '../../test/tui/terminal.ts';
import type { BenchOptions } from '../bench.ts';
import { Fleet, wait } from './fleet/agents.ts';
import { seedStore, type Tenant } from './load/nodes.ts';
import { end, freePort, residentBytes, startScheduler, threadCpuMs } from './load/process.ts';

/** Its name on the command line. */
export const name = 'fleet-view';
/** One line for the list of benches. */
export const summary = 'key press to frame of the terminal view over a whole fleet';
/** See `run`. */
export const flags = { agents: 'N' };

const size = { cols: 120, rows: 40 };
const leasesEach = 100;
const waitingEach = 50;

const percentile = (sorted: readonly number[], part: number): number =>
  Math.round(10 * (sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? 0)) / 10;

/** A part of the screen that a key changes. */
type Part = (rows: readonly string[]) => string;
/** The row under the cursor: the last one with its sign, below the grid's where there is one. */
const cursorRow: Part = (rows) => (rows.findLast((row) => row.includes('▸ ')) ?? '').slice(0, 20);
const lastRow: Part = (rows) => rows.at(-1) ?? '';
const heads: Part = (rows) => rows.filter((row) => /[A-Z]{3}.*↓/.test(row)).join('');
const body: Part = (rows) => rows.slice(3, -1).join('').replaceAll(/[0-9]/g, '');

/** What is pressed, over and over; every press changes its part of the screen. */
const keys: readonly (readonly [key: string, part: Part])[] = [
  ['2', heads],
  ...['j', 'j', '\u001b[6~', '\u001b[B', '\u001b[6~', 'k', 'G', '\u001b[5~', 'g', 'j'].map(
    (key) => [key, cursorRow] as const,
  ),
  ['o', heads],
  ['o', heads],
  ...['j', '\u001b[6~', 'g'].map((key) => [key, cursorRow] as const),
  ...['o', 'o', 'o', 'o', 'o'].map((key) => [key, heads] as const),
  ...['/', 'n', 'o', 'd', 'e', '-', '4', '2', '\u001b'].map((key) => [key, lastRow] as const),
  ['1', heads],
  ...['j', 'j', '\u001b[C', '\u001b[6~', '\u001b[D', 'G', 'g'].map((key) => [key, cursorRow] as const),
  ['3', body],
  ['j', cursorRow],
  ['k', cursorRow],
  ['4', body],
  ['\u001b[6~', cursorRow],
  ['\u001b[5~', cursorRow],
  ['5', body],
  ['j', cursorRow],
  ['k', cursorRow],
];

async function press(terminal: Terminal, key: string, part: Part): Promise<number> {
  const before = part(terminal.rows());
  const began = performance.now();
  terminal.type(key);
  await terminal.changes(part, before);
  return performance.now() - began;
}

/** How long each press took, and what was pressed; the quickest first. */
async function pressAll(
  terminal: Terminal,
  presses: number,
  signal: AbortSignal,
): Promise<{ key: string; ms: number }[]> {
  const took: { key: string; ms: number }[] = [];
  for (let at = 0; took.length < presses; at += 1) {
    const [key, part] = keys[at % keys.length] ?? ['', lastRow];
    took.push({ key, ms: await press(terminal, key, part) });
    signal.throwIfAborted();
    await wait(20 + ((at * 37) % 100));
  }
  return took.sort((a, b) => a.ms - b.ms);
}

/** Leases that live on a tenth of the nodes' cards at most, and jobs that wait for more cards than a node has. */
async function submitJobs(port: number, tenants: readonly Tenant[], agents: number): Promise<void> {
  for (const [n, { token }] of tenants.entries()) {
    const client = createClient({ url: `http://127.0.0.1:${port}`, token, trust: { kind: 'system' } });
    const image = 'registry.example/train:1';
    for (let i = 0; i < Math.min(leasesEach, agents / 20); i += 1)
      await client.submit(
        { image, accelerators: 1 + (n % 4), strategy: 'spread', keep_idle: true },
        `runs-${i}`,
      );
    for (let i = 0; i < waitingEach; i += 1) await client.submit({ image, accelerators: 16 }, `waits-${i}`);
    client.close();
  }
}

/** Bytes of the stream: until it is complete, and for each second after that. */
async function streamBytes(
  port: number,
  token: string,
  seconds: number,
): Promise<{ first: number; perSecond: number }> {
  const asking = request({
    ...{ host: '127.0.0.1', port, path: '/v1/fleet?follow=true&interval_ms=2000' },
    headers: { authorization: `Bearer ${token}` },
  });
  let bytes = 0;
  let first = 0;
  asking.once('response', (answer) => {
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (first === 0 && chunk.includes('"type":"pool"')) first = bytes;
    });
    answer.on('error', () => {});
  });
  asking.on('error', () => {});
  asking.end();
  await wait(4000);
  const before = bytes;
  await wait(seconds * 1000);
  asking.destroy();
  return { first, perSecond: Math.round((bytes - before) / seconds) };
}

const cpuMs = (pid: number): number => [...threadCpuMs(pid).values()].reduce((sum, ms) => sum + ms, 0);

/** The view and the scheduler while nobody presses anything. */
async function steady(terminal: Terminal, schedulerPid: number, seconds: number): Promise<object> {
  const before = { view: cpuMs(terminal.pid), scheduler: cpuMs(schedulerPid), bytes: terminal.bytes() };
  await wait(seconds * 1000);
  const part = (now: number, was: number): number => Math.round((now - was) / seconds) / 10;
  return {
    view_cpu_percent: part(cpuMs(terminal.pid), before.view),
    view_memory_bytes: residentBytes(terminal.pid),
    terminal_bytes_per_second: Math.round((terminal.bytes() - before.bytes) / seconds),
    scheduler_cpu_percent: part(cpuMs(schedulerPid), before.scheduler),
  };
}

async function cpuPercent(pid: number, seconds: number): Promise<number> {
  const before = cpuMs(pid);
  await wait(seconds * 1000);
  return Math.round((cpuMs(pid) - before) / seconds) / 10;
}

async function measure(
  dir: string,
  agents: number,
  presses: number,
  { say, signal }: BenchOptions,
): Promise<object> {
  const state = join(dir, 'state');
  const tenants = await seedStore(state, agents, 8);
  const port = await freePort();
  const scheduler = await startScheduler(state, port);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => end(scheduler, 'SIGTERM'));
  const fleet = new Fleet(agents);
  undo.defer(() => fleet.close());
  await fleet.begin(port, agents);
  const { ms } = await fleet.allReady(signal);
  say(`${agents} agents have a session after ${Math.round(ms / 100) / 10} s`);
  await submitJobs(port, tenants, agents);
  await wait(15_000);
  const alone = await cpuPercent(scheduler.pid ?? 0, 10);
  const tokenFile = join(state, 'admin-token');
  const stream = await streamBytes(port, readFileSync(tokenFile, 'utf8').trim(), 10);
  say(`the stream: ${JSON.stringify(stream)}`);
  const args = ['top', '--fleet', '--scheduler', `http://127.0.0.1:${port}`, '--token-file', tokenFile];
  const began = performance.now();
  const terminal = openTerminal({ args, ...size });
  undo.defer(() => terminal.kill('SIGKILL'));
  await terminal.shows(new RegExp(`${agents}/${agents} ready`), 20_000);
  const complete = performance.now() - began;
  const quiet = await steady(terminal, scheduler.pid ?? 0, 20);
  say(`nobody presses anything: ${JSON.stringify(quiet)}`);
  const pressed = await pressAll(terminal, presses, signal);
  const slowest = pressed.slice(-8).map(({ key, ms }) => `${JSON.stringify(key)} ${Math.round(ms)} ms`);
  say(`the slowest: ${slowest.join(', ')}`);
  const took = pressed.map(({ ms }) => ms);
  terminal.type('q');
  await terminal.ended;
  return {
    agents,
    presses,
    key_to_frame_p50_ms: percentile(took, 0.5),
    key_to_frame_p99_ms: percentile(took, 0.99),
    key_to_frame_max_ms: percentile(took, 1),
    start_to_whole_fleet_ms: Math.round(complete),
    ...quiet,
    scheduler_cpu_percent_unwatched: alone,
    stream_first_bytes: stream.first,
    stream_bytes_per_second: stream.perSecond,
  };
}

/** Measures with `--agents` (10000) and `--rounds` key presses (600). */
export async function run(options: BenchOptions): Promise<object> {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-bench-'));
  try {
    return await measure(dir, Number(options.flags['agents'] ?? 10_000), options.rounds ?? 600, options);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

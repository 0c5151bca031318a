/**
 * What looking at accelerators costs: a full inventory beside the slowest vendor command alone, steady telemetry at 1 Hz
 * beyond the tools themselves, the parse of an eight-GPU XML, and the bytes of a heartbeat.
 *
 * The tools are stand-ins of stand-ins: what `simulate-node` would print is recorded once, and then shell scripts print
 * it after a pause (400 ms for inventories, as real tools take; none for telemetry), so that the tools themselves cost
 * next to nothing and the agent's side is what is measured. The device nodes of an Ascend host are shown to its probe,
 * which would otherwise need a second command to learn physical ids.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '../../agent/base/log.ts';
import { systemClock } from '../../agent/base/real/system-clock.ts';
import { acknowledge, cardSample, fresh, heartbeat } from '../../agent/capacity/telemetry.ts';
import { parseCapture, probes } from '../../agent/probe/registry.ts';
import { installSimulatedTools } from '../../agent/probe/simulate/install.ts';
import { profileNamed } from '../../agent/probe/simulate/profiles.ts';
import { renderNvidia } from '../../agent/probe/simulate/render-nvidia.ts';
import { type SimulatedState, valuesAt, viewOf } from '../../agent/probe/simulate/state.ts';
import { createTools, type MachineTools } from '../../agent/probe/tools.ts';
import { createWatcher, type ProbeWatcher } from '../../agent/probe/watcher.ts';
import { encodeFrame } from '../../proto/frame.ts';
import type { BenchOptions } from '../bench.ts';

/** Its name on the command line. */
export const name = 'probe';
/** One line for the list of benches. */
export const summary = 'inventory beside the slowest command, telemetry CPU, XML parse, heartbeat bytes';

/** How long a recorded tool pretends to work during an inventory. */
const toolSeconds = 0.4;
const simulator = join(import.meta.dirname, '../../agent/probe/simulate/main.ts');

const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A command with what it printed. */
interface Recorded {
  program: string;
  args: readonly string[];
  stdout: string;
}

/** The machine's tools, on a host that has the nodes of its Ascend cards. */
function withNodes(tools: MachineTools, count: number): MachineTools {
  const nodes = Array.from({ length: count }, (_, i) => `davinci${i}`);
  return {
    ...tools,
    list: async (path) => (path === '/dev' ? [...(await tools.list(path)), ...nodes] : tools.list(path)),
  };
}

function watcherOf(tools: MachineTools): ProbeWatcher {
  return createWatcher({
    probes,
    tools,
    clock: systemClock,
    log: silentLog,
    bootId: 'bench',
    intervalMs: 1000,
  });
}

/** One node: a folder of tools that answer as those of `profile` did when they were recorded. */
class Node {
  readonly #dir: string;
  readonly #ascends: number;

  constructor(dir: string, profile: string) {
    this.#dir = dir;
    const cards = profileNamed(profile)?.cards ?? [];
    this.#ascends = cards.filter(({ tool }) => tool === 'npu-smi').length;
    mkdirSync(dir);
  }

  tools(): MachineTools {
    return withNodes(createTools({ toolPath: [this.#dir], systemPath: [] }), this.#ascends);
  }

  /** Runs the stand-ins once and notes every command of the inventory and of a poll, with its output. */
  async record(profile: string): Promise<Recorded[]> {
    const command = [process.execPath, simulator];
    await installSimulatedTools(this.#dir, profile, { command });
    const recorded: Recorded[] = [];
    const live = this.tools();
    const tools: MachineTools = {
      ...live,
      async run(program, args, options) {
        const output = await live.run(program, args, options);
        recorded.push({ program, args, stdout: output.stdout });
        return output;
      },
    };
    for (const probe of probes) await probe.inventory(tools);
    const inventory = recorded.filter(({ stdout }) => stdout !== '');
    for (const probe of probes) {
      await probe.telemetry(tools);
      await probe.topology?.(tools);
    }
    this.#replace(recorded.filter(({ stdout }) => stdout !== ''));
    return inventory;
  }

  /** Replaces the tools by scripts that print what was recorded. */
  #replace(recorded: readonly Recorded[]): void {
    for (const program of new Set(recorded.map((each) => each.program))) {
      const cases = recorded
        .filter((each) => each.program === program)
        .map(({ args, stdout }, at) => {
          const file = join(this.#dir, `${program}.${at}.txt`);
          writeFileSync(file, stdout);
          return `  ${quoted(args.join(' '))}) cat ${quoted(file)} ;;\n`;
        });
      const pause = `. ${quoted(join(this.#dir, 'pause'))}`;
      const script = `#!/bin/sh\n${pause}\ncase "$*" in\n${cases.join('')}  *) exit 2 ;;\nesac\n`;
      writeFileSync(join(this.#dir, program), script, { mode: 0o755 });
    }
    this.pause(0);
  }

  /** How long every tool waits before it answers. */
  pause(seconds: number): void {
    writeFileSync(join(this.#dir, 'pause'), seconds === 0 ? '' : `sleep ${seconds}\n`);
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Milliseconds from the start of a fresh watcher until every vendor has answered. */
async function inventoryMs(node: Node, cards: number): Promise<number> {
  const watcher = watcherOf(node.tools());
  const started = performance.now();
  await watcher.start(() => {});
  const ms = performance.now() - started;
  const found = watcher.snapshot().vendors.flatMap(({ devices }) => devices);
  await watcher.stop();
  if (found.length !== cards) throw new Error(`the inventory shows ${found.length} of ${cards} cards`);
  return ms;
}

/**
 * Inventories in turn with each command alone. The ratio is the median over the rounds of an inventory to the slowest
 * command of its own round: both are the slowest of as many runs, on a machine that is as busy.
 */
async function inventories(
  dir: string,
  profile: string,
  rounds: number,
  signal: AbortSignal,
): Promise<object> {
  const node = new Node(join(dir, `inventory-${profile}`), profile);
  const commands = await node.record(profile);
  const cards = profileNamed(profile)?.cards.length ?? 0;
  node.pause(toolSeconds);
  const alone = commands.map(() => [] as number[]);
  const full: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    for (const [at, { program, args }] of commands.entries()) {
      signal.throwIfAborted();
      const started = performance.now();
      await node.tools().run(program, args);
      alone[at]?.push(performance.now() - started);
    }
    full.push(await inventoryMs(node, cards));
  }
  const slowest = full.map((_, n) => Math.max(...alone.map((times) => times[n] ?? 0)));
  return {
    profile,
    commands: commands.map(({ program, args }, at) => ({
      command: [program, ...args].join(' ').slice(0, 60),
      alone_ms: round(median(alone[at] ?? [])),
    })),
    slowest_command_ms: round(median(slowest)),
    inventory_ms: round(median(full)),
    ratio: round(median(full.map((ms, n) => ms / (slowest[n] ?? Number.NaN)))),
  };
}

/** The agent side's own CPU time (children not counted) with eight cards sampled once a second, in percent of a core. */
async function telemetryCpu(
  dir: string,
  profile: string,
  seconds: number,
  signal: AbortSignal,
): Promise<number> {
  const node = new Node(join(dir, `telemetry-${profile}`), profile);
  // nvidia-smi loops by itself; the others are polled, with recorded outputs.
  if (profile === '8xH100')
    await installSimulatedTools(join(dir, `telemetry-${profile}`), profile, {
      command: [process.execPath, simulator],
    });
  else await node.record(profile);
  const watcher = watcherOf(node.tools());
  try {
    await watcher.start(() => {});
    await sleep(4000, undefined, { signal });
    const before = process.cpuUsage();
    const sampledAt = watcher.snapshot().vendors.map(({ sampledAtMs }) => sampledAtMs);
    const started = performance.now();
    await sleep(seconds * 1000, undefined, { signal });
    const { user, system } = process.cpuUsage(before);
    const elapsedUs = (performance.now() - started) * 1000;
    const samples = watcher.snapshot().vendors.filter(({ sampledAtMs }, i) => sampledAtMs !== sampledAt[i]);
    if (samples.length !== 1) throw new Error(`${profile} gave no samples`);
    return ((user + system) / elapsedUs) * 100;
  } finally {
    await watcher.stop();
  }
}

/** `nvidia-smi -q -x` of eight GPUs, with the clocks that a real one lists and the stand-in leaves out. */
function eightGpuXml(): string {
  const state: SimulatedState = { profile: '8xH100', seed: 1, startedAtMs: 0, faults: [] };
  const { stdout } = renderNvidia(['-q', '-x'], viewOf(state, 'nvidia-smi', 60_000));
  const graphics = Array.from({ length: 110 }, (_, i) => 1980 - 15 * i);
  const clocks = [2619, 2201, 1593, 810]
    .map(
      (mem) =>
        `\t\t\t<supported_mem_clock>\n\t\t\t\t<value>${mem} MHz</value>\n${graphics
          .map((mhz) => `\t\t\t\t<supported_graphics_clock>${mhz} MHz</supported_graphics_clock>\n`)
          .join('')}\t\t\t</supported_mem_clock>\n`,
    )
    .join('');
  return stdout.replaceAll('\t</gpu>', `\t\t<supported_clocks>\n${clocks}\t\t</supported_clocks>\n\t</gpu>`);
}

function parseXml(): { parse_xml_ms: number; parse_xml_p99_ms: number; xml_bytes: number } {
  const xml = eightGpuXml();
  const times: number[] = [];
  for (let n = 0; n < 250; n += 1) {
    const started = performance.now();
    const reading = parseCapture('nvidia-smi', '-q -x', xml);
    times.push(performance.now() - started);
    if (reading.status !== 'present' || reading.devices.length !== 8) throw new Error('the XML was not read');
  }
  // The first ones are the compiler's.
  const warm = times.slice(50).toSorted((a, b) => a - b);
  return {
    parse_xml_ms: round(median(warm)),
    parse_xml_p99_ms: round(warm[Math.floor(warm.length * 0.99)] ?? 0),
    xml_bytes: xml.length,
  };
}

/** Frames of an hour of heartbeats, one every 10 s, of eight cards at work, each acknowledged before the next. */
function heartbeats(): {
  heartbeat_bytes: number;
  heartbeat_median_bytes: number;
  heartbeat_idle_bytes: number;
} {
  const cards = profileNamed('8xH100')?.cards ?? [];
  const sizes: number[] = [];
  let state = fresh;
  for (let atMs = 0; atMs < 3_600_000; atMs += 10_000) {
    const samples = cards.map((card) => {
      const reading = valuesAt(card, 1, atMs);
      return cardSample({ id: card.uuid, vendor: 'nvidia', reading, health: 'ok', healthReasons: [] });
    });
    const host = { cpuPct: (atMs / 10_000) % 100, memoryUsedMib: 20_000 + (atMs % 7_000) };
    const { next, heartbeat: value } = heartbeat(state, samples, host);
    sizes.push(encodeFrame({ seq: 0, ack: 0, message: { kind: 'heartbeat', value } }).length);
    state = acknowledge(next, value.sample);
  }
  const idle = heartbeat(state, [...(state.acknowledged ?? [])], {
    cpuPct: 1,
    memoryUsedMib: 20_000,
  }).heartbeat;
  // The first one of a session carries every card.
  const steady = sizes.slice(1);
  return {
    heartbeat_bytes: Math.max(...steady),
    heartbeat_median_bytes: median(steady),
    heartbeat_idle_bytes: encodeFrame({ seq: 0, ack: 0, message: { kind: 'heartbeat', value: idle } }).length,
  };
}

/** Runs the bench; `rounds` inventories per node (default 15), and as many seconds of telemetry per vendor and more. */
export async function run({ rounds = 15, say, signal }: BenchOptions): Promise<object> {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-bench-'));
  try {
    const nodes: Record<string, unknown>[] = [];
    for (const profile of ['3xH100+3xAscend910B3+2xMLU370', '8xH100', '8xAscend910B3', '8xMLU370']) {
      say(`inventory of ${profile}`);
      nodes.push((await inventories(dir, profile, rounds, signal)) as Record<string, unknown>);
    }
    const cpu: Record<string, number> = {};
    for (const profile of ['8xH100', '8xAscend910B3', '8xMLU370']) {
      say(`telemetry of ${profile}, ${2 * rounds} s`);
      cpu[profile] = round(await telemetryCpu(dir, profile, 2 * rounds, signal));
    }
    say('parsing and heartbeats');
    return {
      inventory_ratio: nodes[0]?.['ratio'],
      telemetry_cpu_percent: Math.max(...Object.values(cpu)),
      ...parseXml(),
      ...heartbeats(),
      tool_pause_ms: toolSeconds * 1000,
      rounds,
      telemetry_cpu_percent_by_node: cpu,
      nodes,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

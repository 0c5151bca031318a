/**
 * The host of this node (edge): facts once at the start, use at any moment.
 *
 * `systeminformation` knows the names of systems, processors and machines better than the kernel's files, but loading it
 * and asking once adds 14 MiB to the resident memory of the process that does (measured: node 26, 40.5 → 52.4 MiB by
 * loading, 54.1 MiB after asking; 47 ms and 130 ms), for good. So a child of a moment asks it (`host-facts.ts`) and
 * prints JSON; when that fails within its five seconds, /proc and /etc/os-release say enough.
 *
 * Limits are those of the machine as we see it: in a container the limit at the root of its cgroup, on a bare host none.
 * The limit of the agent's own service is not one: leases run beside it, not in it.
 */
import { readFileSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { arch, availableParallelism, hostname, release, totalmem } from 'node:os';
import type { HostInfo } from '../../proto/messages.ts';
import type { Clock } from '../base/clock.ts';
import { runTool } from './exec.ts';
import type { HostFacts } from './host-facts.ts';
import {
  allowedCpus,
  cpuMaxMilli,
  cpuModel,
  cpuPct,
  type CpuTicks,
  cpuTicks,
  memory,
  memoryMaxBytes,
  osName,
  quotaMilli,
} from './host-proc.ts';

/** What the host's facts are asked with. */
export interface HostOptions {
  /** Its file system is the one whose free space is offered. */
  stateDir: string;
  /** Program and arguments that print `HostFacts` (`suanlink internal-host-facts`); without it /proc is enough. */
  factsCommand?: readonly string[];
  engine: string;
  labels: Record<string, string>;
  region: string;
  /** Until the child is given up; 5 s. */
  timeoutMs?: number;
}

function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** A string field of the child's JSON; nothing when the child failed. */
async function facts(options: HostOptions): Promise<(key: keyof HostFacts) => string | undefined> {
  const [program, ...args] = options.factsCommand ?? [];
  if (program === undefined) return () => undefined;
  const { stdout } = await runTool(program, args, { timeoutMs: options.timeoutMs ?? 5000 });
  const values = fields(stdout);
  return (key) => {
    const value = values[key];
    return typeof value === 'string' && value !== '' ? value.slice(0, 128) : undefined;
  };
}

function fields(json: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

const cgroup = '/sys/fs/cgroup';

async function cpuMilli(): Promise<number> {
  const [status, max, quota, period] = await Promise.all([
    text('/proc/self/status'),
    text(`${cgroup}/cpu.max`),
    text(`${cgroup}/cpu/cpu.cfs_quota_us`),
    text(`${cgroup}/cpu/cpu.cfs_period_us`),
  ]);
  const cores = 1000 * (allowedCpus(status) ?? availableParallelism());
  const limit = cpuMaxMilli(max) ?? quotaMilli(Number(quota), Number(period));
  return Math.min(cores, limit ?? cores);
}

async function memoryBytes(): Promise<number> {
  const [meminfo, max, limit] = await Promise.all([
    text('/proc/meminfo'),
    text(`${cgroup}/memory.max`),
    text(`${cgroup}/memory/memory.limit_in_bytes`),
  ]);
  const total = memory(meminfo)?.totalBytes ?? totalmem();
  return Math.min(total, memoryMaxBytes(max) ?? memoryMaxBytes(limit) ?? total);
}

async function diskBytes(folder: string): Promise<number> {
  const space = await statfs(folder).catch(() => undefined);
  return space === undefined ? 0 : space.bavail * space.bsize;
}

/** Everything about the host that does not change by itself. Never rejects; what is not known is '' or 0. */
export async function readHost(options: HostOptions): Promise<HostInfo> {
  const [asked, cpu, ram, disk, os, cpuinfo] = await Promise.all([
    facts(options),
    cpuMilli(),
    memoryBytes(),
    diskBytes(options.stateDir),
    text('/etc/os-release'),
    text('/proc/cpuinfo'),
  ]);
  return {
    hostname: hostname(),
    os: asked('os') ?? osName(os) ?? '',
    kernel: asked('kernel') ?? release(),
    architecture: arch(),
    cpuModel: asked('cpuModel') ?? cpuModel(cpuinfo) ?? '',
    cpuMilli: cpu,
    memoryBytes: ram,
    diskBytes: disk,
    engine: options.engine,
    labels: options.labels,
    region: options.region,
  };
}

/** Two questions closer together than this get one answer. */
const useMs = 500;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Asks how much of the host is used now: CPU in percent of all cores since the last question, memory in bytes; null for
 * not known (CPU: the first time). Costs two small reads of /proc, a tenth of a millisecond.
 */
export function createHostUse(clock: Clock): () => { cpuPct: number | null; memoryUsedBytes: number | null } {
  let before: { atMs: number; ticks: CpuTicks | undefined } | undefined;
  let last: { cpuPct: number | null; memoryUsedBytes: number | null } = {
    cpuPct: null,
    memoryUsedBytes: null,
  };
  return () => {
    const atMs = clock.now();
    if (before && atMs - before.atMs < useMs) return last;
    const ticks = cpuTicks(read('/proc/stat'));
    const ram = memory(read('/proc/meminfo'));
    const pct = before?.ticks && ticks ? cpuPct(before.ticks, ticks) : undefined;
    before = { atMs, ticks };
    last = {
      cpuPct: pct ?? null,
      memoryUsedBytes: ram ? ram.totalBytes - ram.availableBytes : null,
    };
    return last;
  };
}

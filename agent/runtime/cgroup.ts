/**
 * Reads what containers have used from the kernel's cgroup counters (edge).
 *
 * Problem: an engine removes a container's cgroup, counters and all, some milliseconds after its end. How it works: each
 * lease's container is created under a parent cgroup of the lease's own, whose CPU time and memory peak still count
 * what the child used. Docker's child is the only thing in it. Podman puts its monitor beside the container, so there
 * the child itself is read at the end of output, when it is usually still there. When it is not, the parent less the monitor stands in; when that is gone too, what the monitor had
 * used when last seen, and then the figure is not called exact.
 *
 * Kills for memory are counted, in v1, in the container's own cgroup only, which Docker has always removed by then (and
 * Docker's own flag is lost when its exit event overtakes the kernel's: 1 of 10 under load). There a kill is concluded
 * from two counters that stay: the kernel has killed something for memory since, and the peak stands at the limit.
 *
 * Where no parent can be made (systemd manages the cgroups, rootless engines, no permission) the container's own
 * cgroup is read while it exists. CPU time includes the OCI runtime's own start-up in the container, about 30 ms.
 */
import { accessSync, constants, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../base/real/system-clock.ts';
import {
  type CgroupMounts,
  childName,
  isParentName,
  parentName,
  parseKeyed,
  parseMounts,
  parseNumber,
  usualPlaces,
} from './cgroup-parse.ts';
import type { EngineInfo } from './runtime.ts';

/** Counters of one container. */
export interface CgroupCounters {
  cpuNanos: number;
  memoryPeakBytes: number;
  /** Processes that the kernel killed for memory. */
  oomKills: number;
  /** Read so that nothing of what the container did up to now is missing. */
  exact: boolean;
}

/** See the head of this file. */
export interface Cgroups {
  /**
   * The parent to create a lease's container under (`/suanlink-…`); undefined where none can be made. With the
   * container's memory limit, kills for memory are known even where its own cgroup is gone too soon.
   */
  parentFor(lease: string, memoryLimitBytes?: number): string | undefined;
  /** Counters now; undefined when there is nothing (more) to read. Cheap and synchronous. */
  read(lease: string, containerId: string): CgroupCounters | undefined;
  /** Removes the lease's parent from every hierarchy; waits up to two seconds for what is still ending in it. */
  remove(lease: string): Promise<void>;
  /** Removes again what an engine's late clean-up has made anew after `remove`; to be called now and then, and last. */
  sweep(): void;
  /** Removes parents of ours in which nothing runs and which are older than a minute: what a crash may have left. */
  removeAll(): Promise<void>;
}

/** Cgroup counters of containers of the engine that `info` describes. `mounts` and `uid` are for tests. */
export function createCgroups(
  info: EngineInfo,
  mounts: CgroupMounts = parseMounts(readText('/proc/self/mounts') ?? ''),
  uid: number = statSync('/proc/self').uid,
): Cgroups {
  return new KernelCgroups(info, mounts, uid);
}

/** Older than any container that is just being created. */
const leftoverMs = 60_000;

/** Counters of one cgroup and what is below it. */
type Tree = Omit<CgroupCounters, 'exact'>;

/** The kernel charges memory in batches, so a container at its limit peaks a little below. */
const peakSlackBytes = 1024 * 1024;

class KernelCgroups implements Cgroups {
  readonly #engine: EngineInfo['engine'];
  readonly #mounts: CgroupMounts;
  readonly #uid: number;
  readonly #version: EngineInfo['cgroupVersion'];
  readonly #cpuRoot: string | undefined;
  readonly #memoryRoot: string | undefined;
  readonly #parents: boolean;
  /** Leases whose container itself was read; after that the parent has nothing to add. */
  readonly #seen = new Set<string>();
  readonly #monitorNanos = new Map<string, number>();
  readonly #limits = new Map<string, { bytes: number; killsBefore: number }>();
  /** Paths removed within the last minute, with the time. */
  readonly #removed = new Map<string, number>();

  constructor(info: EngineInfo, mounts: CgroupMounts, uid: number) {
    this.#engine = info.engine;
    this.#mounts = mounts;
    this.#uid = uid;
    this.#version = info.cgroupVersion;
    const { controllers } = mounts;
    this.#cpuRoot = controllers.get(info.cgroupVersion === 2 ? 'unified' : 'cpuacct');
    this.#memoryRoot = controllers.get(info.cgroupVersion === 2 ? 'unified' : 'memory');
    this.#parents =
      info.cgroupDriver === 'cgroupfs' &&
      !info.rootless &&
      [this.#cpuRoot, this.#memoryRoot].every(isWritable);
  }

  parentFor(lease: string, memoryLimitBytes?: number): string | undefined {
    if (!this.#parents || !/^[\w.-]+$/.test(lease)) return undefined;
    if (memoryLimitBytes !== undefined && this.#version === 1)
      this.#limits.set(lease, { bytes: memoryLimitBytes, killsBefore: killsOnMachine() });
    return `/${parentName(lease)}`;
  }

  read(lease: string, containerId: string): CgroupCounters | undefined {
    const parent = parentName(lease);
    if (!this.#parents) return this.#readUsual(containerId);
    if (this.#engine === 'docker') {
      const whole = this.#counters(parent);
      const child = this.#counters(join(parent, childName('docker', containerId)));
      return whole && { ...whole, oomKills: this.#kills(lease, whole, child), exact: true };
    }
    const monitor =
      this.#cpuNanos(join(parent, 'conmon')) ?? this.#cpuNanos(join(parent, `conmon-${containerId}`));
    if (monitor !== undefined) this.#monitorNanos.set(lease, monitor);
    const child = this.#counters(join(parent, childName('podman', containerId)));
    if (child) {
      this.#seen.add(lease);
      return { ...child, exact: true };
    }
    const whole = monitor === undefined && this.#seen.has(lease) ? undefined : this.#counters(parent);
    const monitorNanos = monitor ?? this.#monitorNanos.get(lease) ?? 0;
    const cpuNanos = Math.max(0, (whole?.cpuNanos ?? 0) - monitorNanos);
    const oomKills = whole ? this.#kills(lease, whole, undefined) : 0;
    return whole && { ...whole, cpuNanos, oomKills, exact: monitor !== undefined };
  }

  async remove(lease: string): Promise<void> {
    this.#seen.delete(lease);
    this.#monitorNanos.delete(lease);
    this.#limits.delete(lease);
    if (!this.#parents) return;
    const paths = this.#mounts.all.map((root) => join(root, parentName(lease)));
    for (const path of paths) this.#removed.set(path, systemClock.now());
    for (let pauseMs = 1; pauseMs <= 1024; pauseMs *= 2) {
      if (paths.map(removeTree).every((gone) => gone)) return;
      await sleep(pauseMs);
    }
  }

  sweep(): void {
    // Seen with Podman 4.3 on hybrid cgroups: its clean-up process makes the v2 directory once more, empty.
    for (const [path, at] of this.#removed) {
      removeTree(path);
      if (systemClock.now() - at > leftoverMs) this.#removed.delete(path);
    }
  }

  async removeAll(): Promise<void> {
    if (!this.#parents) return;
    for (const root of this.#mounts.all) {
      for (const name of list(root).filter(isParentName)) {
        const path = join(root, name);
        if (ageMs(path) > leftoverMs && isDeserted(path)) removeTree(path);
      }
    }
  }

  /** Kills for memory in a lease's container; see the head of this file. v2 counts those of the whole tree. */
  #kills(lease: string, whole: Tree, child: Tree | undefined): number {
    const counted = Math.max(whole.oomKills, child?.oomKills ?? 0);
    const limit = this.#limits.get(lease);
    if (counted > 0 || child || !limit || whole.memoryPeakBytes < limit.bytes - peakSlackBytes)
      return counted;
    return killsOnMachine() > limit.killsBefore ? 1 : 0;
  }

  #readUsual(containerId: string): CgroupCounters | undefined {
    for (const place of usualPlaces(this.#engine, containerId, this.#uid)) {
      const found = this.#counters(place);
      if (found) return { ...found, exact: false };
    }
    return undefined;
  }

  #counters(place: string): Tree | undefined {
    const cpuNanos = this.#cpuNanos(place);
    if (cpuNanos === undefined || this.#memoryRoot === undefined) return undefined;
    const memory = (file: string): string | undefined => readText(join(this.#memoryRoot ?? '', place, file));
    return {
      cpuNanos,
      memoryPeakBytes:
        parseNumber(memory('memory.max_usage_in_bytes')) ??
        parseNumber(memory('memory.peak')) ??
        // Kernels before 5.19 keep no peak in v2.
        parseNumber(memory('memory.current')) ??
        0,
      oomKills:
        parseKeyed(memory('memory.oom_control'), 'oom_kill') ??
        parseKeyed(memory('memory.events'), 'oom_kill') ??
        0,
    };
  }

  #cpuNanos(place: string): number | undefined {
    if (this.#cpuRoot === undefined) return undefined;
    const v1 = parseNumber(readText(join(this.#cpuRoot, place, 'cpuacct.usage')));
    if (v1 !== undefined) return v1;
    const microseconds = parseKeyed(readText(join(this.#cpuRoot, place, 'cpu.stat')), 'usage_usec');
    return microseconds === undefined ? undefined : microseconds * 1000;
  }
}

/** Processes that the kernel has killed for memory since boot, in any cgroup. */
function killsOnMachine(): number {
  return parseKeyed(readText('/proc/vmstat'), 'oom_kill') ?? 0;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // The cgroup is gone, or this kernel has no such file: nothing to read.
  }
}

function isWritable(path: string | undefined): boolean {
  try {
    accessSync(path ?? '', constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Directories in `path`; none when it is gone. */
function list(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function ageMs(path: string): number {
  try {
    return systemClock.wall() - statSync(path).mtimeMs;
  } catch {
    return 0; // It has just gone.
  }
}

/** Whether no process is in a cgroup or below it. */
function isDeserted(path: string): boolean {
  return (
    readText(join(path, 'cgroup.procs')) === '' && list(path).every((name) => isDeserted(join(path, name)))
  );
}

/** Removes a cgroup and those below it; false when something still runs in one of them. */
function removeTree(path: string): boolean {
  for (const name of list(path)) removeTree(join(path, name));
  try {
    rmdirSync(path);
    return true;
  } catch (caught) {
    return caught instanceof Error && 'code' in caught && caught.code === 'ENOENT';
  }
}

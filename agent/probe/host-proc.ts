/**
 * The host from the kernel's own files: text in, numbers out. Pure. Every function answers `undefined` (or nothing at
 * all) for text that is not what it should be; a wrong number is worse than none.
 */

/** CPU time since boot over all cores, in ticks. */
export interface CpuTicks {
  busy: number;
  total: number;
}

/** First line of /proc/stat. Time spent for guests is part of `user` already. */
export function cpuTicks(stat: string): CpuTicks | undefined {
  const words = /^cpu\s+([\d ]+)/m.exec(stat)?.[1];
  const ticks = (words ?? '').trim().split(/\s+/).map(Number).slice(0, 8);
  const [user, nice, system, idle, iowait = 0] = ticks;
  if ([user, nice, system, idle].some((each) => each === undefined || !Number.isFinite(each)))
    return undefined;
  const total = ticks.reduce((sum, each) => sum + each, 0);
  return { busy: total - (idle ?? 0) - iowait, total };
}

/** Use between two readings in percent of all cores; undefined when no time has passed between them. */
export function cpuPct(earlier: CpuTicks, later: CpuTicks): number | undefined {
  const total = later.total - earlier.total;
  if (total <= 0) return undefined;
  return Math.min(100, Math.max(0, (100 * (later.busy - earlier.busy)) / total));
}

/** Memory of the host in bytes. `available` is what can be had without swapping. */
export interface Memory {
  totalBytes: number;
  availableBytes: number;
}

/** /proc/meminfo; kernels before 3.14 have no MemAvailable: free and page cache stand in for it. */
export function memory(meminfo: string): Memory | undefined {
  const bytes = (key: string): number | undefined => {
    const kib = new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  };
  const totalBytes = bytes('MemTotal');
  const availableBytes =
    bytes('MemAvailable') ?? (bytes('MemFree') ?? 0) + (bytes('Buffers') ?? 0) + (bytes('Cached') ?? 0);
  return totalBytes === undefined || totalBytes === 0 ? undefined : { totalBytes, availableBytes };
}

/** The system's name for people from /etc/os-release. */
export function osName(release: string): string | undefined {
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}=(?:"([^"]*)"|'([^']*)'|(.*))$`, 'm')
      .exec(release)
      ?.slice(1)
      .find((each) => each !== undefined)
      ?.trim();
  const name = value('PRETTY_NAME') ?? [value('NAME'), value('VERSION_ID')].filter(Boolean).join(' ');
  return name === '' ? undefined : name;
}

/** The processor's name from /proc/cpuinfo; ARM kernels often have none, or a board's. */
export function cpuModel(cpuinfo: string): string | undefined {
  const name = /^(?:model name|Model|Hardware|cpu model)\s*:\s*(\S.*)$/m.exec(cpuinfo)?.[1];
  return name?.replaceAll(/\s+/g, ' ').trim();
}

/** Seconds since boot from /proc/uptime. */
export function uptimeSeconds(uptime: string): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)\s/.exec(uptime)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

/** How many processors the process may run on, from `Cpus_allowed_list` of /proc/self/status (`0-3,8,10-11`). */
export function allowedCpus(status: string): number | undefined {
  const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(status)?.[1];
  if (list === undefined) return undefined;
  const counts = list.split(',').map((range) => {
    const [first, last] = range.split('-').map(Number);
    return first === undefined ? Number.NaN : (last ?? first) - first + 1;
  });
  const count = counts.reduce((sum, each) => sum + each, 0);
  return count > 0 ? count : undefined;
}

/** The limit of `cpu.max` (cgroup v2: `quota period`) in thousandths of a core; undefined for none. */
export function cpuMaxMilli(text: string): number | undefined {
  const [quota, period] = text.trim().split(/\s+/).map(Number);
  return quotaMilli(quota, period);
}

/** The same from the two files of cgroup v1; a quota of -1 is none. */
export function quotaMilli(quota: number | undefined, period: number | undefined): number | undefined {
  if (quota === undefined || period === undefined || !(quota > 0) || !(period > 0)) return undefined;
  return Math.floor((quota * 1000) / period);
}

/** A memory limit of cgroup v1 or v2 in bytes; undefined for `max` and for v1's huge number that means the same. */
export function memoryMaxBytes(text: string): number | undefined {
  const bytes = /^\d+$/.test(text.trim()) ? Number(text.trim()) : undefined;
  return bytes === undefined || bytes <= 0 || bytes >= 2 ** 60 ? undefined : bytes;
}

/** Where cgroup counters lie and what their files say (pure). Formats: the kernel's cgroup-v1 and cgroup-v2 documents. */
import type { EngineInfo } from './runtime.ts';

/** The mounted cgroup file systems of a machine. */
export interface CgroupMounts {
  /** Mount point of the hierarchy with each v1 controller (`cpuacct`, `memory`, …), and of v2 as `unified`. */
  controllers: ReadonlyMap<string, string>;
  /** Every cgroup mount point: an engine makes directories in all of them. */
  all: readonly string[];
}

/** /proc/self/mounts → the cgroup mounts. A read-only mount is left out: nothing can be made there. */
export function parseMounts(text: string): CgroupMounts {
  const controllers = new Map<string, string>();
  const all: string[] = [];
  for (const line of text.split('\n')) {
    const [, point = '', type, options = ''] = line.split(' ');
    const words = options.split(',');
    if ((type !== 'cgroup' && type !== 'cgroup2') || !words.includes('rw')) continue;
    all.push(point);
    if (type === 'cgroup2') controllers.set('unified', point);
    else for (const word of words) controllers.set(word, point);
  }
  return { controllers, all };
}

/** Name of a lease's parent cgroup: one level, so that no directory is shared and none must be left. */
export function parentName(lease: string): string {
  return `suanlink-${lease}`;
}

/** Whether `name` in a cgroup root is a parent of ours. */
export function isParentName(name: string): boolean {
  return name.startsWith('suanlink-lease-');
}

/** The container's own cgroup under our parent. Podman's monitor has another beside it (`conmon`, later `conmon-ID`). */
export function childName(engine: EngineInfo['engine'], containerId: string): string {
  return engine === 'podman' ? `libpod-${containerId}` : containerId;
}

/** Where engines put a container's cgroup when they were given no parent, relative to a cgroup root. */
export function usualPlaces(engine: EngineInfo['engine'], containerId: string, uid: number): string[] {
  const user = `user.slice/user-${uid}.slice/user@${uid}.service`;
  return engine === 'podman'
    ? [
        `machine.slice/libpod-${containerId}.scope`,
        `libpod_parent/libpod-${containerId}`,
        `${user}/user.slice/libpod-${containerId}.scope`,
      ]
    : [
        `system.slice/docker-${containerId}.scope`,
        `docker/${containerId}`,
        `${user}/user.slice/docker-${containerId}.scope`,
      ];
}

/** A file that holds one number; undefined for anything else (`max`, nothing). */
export function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;
}

/** The number after `key` in a file of `key number` lines. */
export function parseKeyed(text: string | undefined, key: string): number | undefined {
  const line = text?.split('\n').find((candidate) => candidate.startsWith(`${key} `));
  return parseNumber(line?.slice(key.length + 1));
}

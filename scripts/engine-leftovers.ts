/**
 * Takes away what a private engine can leave behind: processes, mounts, cgroups. Everything is found by the engine's
 * own directory or cgroup name, so nothing of another engine is ever touched.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Kills shims, monitors and containers that live in `dir`, until none is left (at most 10 s; then it throws). */
export async function endProcessesOf(dir: string): Promise<void> {
  for (const end = Date.now() + 10_000; ; await sleep(30)) {
    const pids = processesOf(dir);
    if (pids.length === 0) return;
    if (Date.now() > end) throw new Error(`processes of ${dir} do not end: ${pids.join(' ')}`);
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has just ended by itself.
      }
    }
  }
}

/** Processes with `dir` on their command line or their root file system in it; not this one or its parents. */
export function processesOf(dir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && !ancestors().has(Number(name)))
    .map(Number)
    .filter((pid) => belongsTo(pid, dir));
}

function belongsTo(pid: number, dir: string): boolean {
  if (read(`/proc/${pid}/cmdline`).includes(`${dir}/`)) {
    // Only engine programs: a person's `tail -f` or a test runner given this path is not ours to end.
    return /^(dockerd|containerd|containerd-shim\S*|podman|conmon|runc|docker-proxy)$/.test(
      read(`/proc/${pid}/cmdline`).split('\0')[0]?.split('/').pop() ?? '',
    );
  }
  const root = read(`/proc/${pid}/mountinfo`)
    .split('\n')
    .find((line) => line.split(' ')[4] === '/');
  return root?.includes(`dir=${dir}/`) ?? false;
}

function ancestors(): Set<number> {
  const found = new Set<number>();
  for (let pid = process.pid; pid > 0 && !found.has(pid); ) {
    found.add(pid);
    pid = Number(/\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1] ?? 0);
  }
  return found;
}

/** Unmounts everything below `dir`, the innermost first. */
export function unmountBelow(dir: string): void {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${dir}/`))
    .sort((a, b) => b.length - a.length);
  if (points.length > 0) execFileSync('umount', ['-l', ...points], { stdio: 'ignore' });
}

/** Removes the cgroup `name` from every controller, with all that is below it. */
export async function removeCgroupTree(name: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .map(([, point]) => join(point ?? '', name));
  for (const path of mounts) {
    for (let tries = 0; existsSync(path) && tries < 50; tries++) {
      try {
        removeDirectories(path);
      } catch {
        await sleep(20);
      }
    }
  }
}

function removeDirectories(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeDirectories(join(path, entry.name));
  }
  rmdirSync(path);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // The process has ended, or the kernel does not show us this one.
  }
}

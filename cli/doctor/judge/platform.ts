/** The machine itself: kernel, C library, control groups, limits. Pure. */
import type { Verdict } from '../check.ts';
import { compareVersions } from './version.ts';

/** What the machine says of itself. */
export interface PlatformFacts {
  arch: string;
  kernel: string;
  /** '' where there is another C library. */
  glibc: string;
  cgroup: 'v2' | 'hybrid' | 'v1' | 'none';
  /** Controllers of version 2. */
  controllers: readonly string[];
  /** crun, Podman's usual runtime, needs one version of control groups alone; runc does not. */
  hasRunc: boolean;
  /** Hard limit of open files, of the agent where it runs. */
  openFiles: number;
}

const oldestKernel = '4.18';
const oldestGlibc = '2.28';
const wantedFiles = 65_536;

/** The kernel. */
export function judgeKernel({ arch, kernel }: PlatformFacts): Verdict {
  const values = { arch, kernel, oldest: oldestKernel };
  return compareVersions(kernel, oldestKernel) < 0
    ? { level: 'fail', finding: 'kernel_old', values }
    : { level: 'pass', finding: 'kernel', values };
}

/** The C library. */
export function judgeGlibc({ glibc }: PlatformFacts): Verdict {
  if (glibc === '') return { level: 'fail', finding: 'glibc_none', values: { oldest: oldestGlibc } };
  const values = { glibc, oldest: oldestGlibc };
  return compareVersions(glibc, oldestGlibc) < 0
    ? { level: 'fail', finding: 'glibc_old', values }
    : { level: 'pass', finding: 'glibc', values };
}

/** Control groups: what bounds jobs and counts what they use. */
export function judgeCgroup({ cgroup, controllers, hasRunc }: PlatformFacts): Verdict {
  if (cgroup === 'none') return { level: 'fail', finding: 'cgroup_none' };
  if (cgroup === 'v1') return { level: 'warn', finding: 'cgroup_v1' };
  if (cgroup === 'hybrid')
    return hasRunc
      ? { level: 'pass', finding: 'cgroup_hybrid_runc' }
      : { level: 'warn', finding: 'cgroup_hybrid' };
  const missing = ['cpu', 'memory', 'pids'].filter((name) => !controllers.includes(name));
  return missing.length > 0
    ? { level: 'fail', finding: 'cgroup_controllers', values: { missing: missing.join(', ') } }
    : { level: 'pass', finding: 'cgroup' };
}

/** Open files: containers get no more than the agent has. */
export function judgeLimits({ openFiles }: PlatformFacts): Verdict {
  const values = { files: openFiles, wanted: wantedFiles };
  return openFiles < wantedFiles
    ? { level: 'warn', finding: 'files_few', values }
    : { level: 'pass', finding: 'files', values };
}

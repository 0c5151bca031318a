/** Kernel, C library, control groups, limits and security modules of this machine (edge). */
import { release } from 'node:os';
import { parseLimits } from '../../../agent/runtime/engine/own-limits.ts';
import type { PlatformFacts } from '../judge/platform.ts';
import type { SecurityFacts } from '../judge/security.ts';
import type { Files } from './files.ts';

const cgroups = '/sys/fs/cgroup';

function cgroupKind(files: Files): PlatformFacts['cgroup'] {
  if (files.exists(`${cgroups}/cgroup.controllers`)) return 'v2';
  if (!files.exists(`${cgroups}/memory`)) return 'none';
  return files.exists(`${cgroups}/unified/cgroup.controllers`) ? 'hybrid' : 'v1';
}

/** The C library's version, as the process itself reports it; '' without glibc. */
function glibc(): string {
  const report: unknown = process.report.getReport();
  const header = typeof report === 'object' && report !== null && 'header' in report ? report.header : {};
  return typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header
    ? String(header.glibcVersionRuntime)
    : '';
}

/** The machine; limits are those of the process `pid`, which may be an agent. */
export function gatherPlatform(files: Files, pid: number): PlatformFacts {
  return {
    arch: process.arch,
    kernel: files.text('/proc/sys/kernel/osrelease')?.trim() ?? release(),
    glibc: glibc(),
    cgroup: cgroupKind(files),
    controllers: files.text(`${cgroups}/cgroup.controllers`)?.trim().split(' ') ?? [],
    hasRunc: ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) =>
      files.exists(`${folder}/runc`),
    ),
    openFiles: parseLimits(files.text(`/proc/${pid}/limits`) ?? files.text('/proc/self/limits') ?? '').nofile,
  };
}

function selinuxMode(files: Files): SecurityFacts['selinux'] {
  const enforce = files.text('/sys/fs/selinux/enforce')?.trim();
  if (enforce === undefined) return '';
  return enforce === '1' ? 'enforcing' : 'permissive';
}

/** The security modules. */
export function gatherSecurity(files: Files): SecurityFacts {
  const devices = files.text('/sys/fs/selinux/booleans/container_use_devices');
  const profiles = files.text('/sys/kernel/security/apparmor/profiles');
  return {
    selinux: selinuxMode(files),
    containersMayUseDevices: devices === undefined ? undefined : devices.startsWith('1'),
    apparmor: files.text('/sys/module/apparmor/parameters/enabled')?.trim() === 'Y',
    profiles: profiles
      ?.split('\n')
      .filter((line) => line.endsWith('(enforce)'))
      .map((line) => line.slice(0, line.lastIndexOf(' '))),
    userNamespacesRestricted:
      files.text('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')?.trim() === '1',
  };
}

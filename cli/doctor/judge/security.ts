/** SELinux and AppArmor, where they keep containers from cards or Podman from its work. Pure. */
import type { Verdict } from '../check.ts';

/** What the kernel says of its security modules. */
export interface SecurityFacts {
  /** '' where there is no SELinux. */
  selinux: '' | 'permissive' | 'enforcing';
  /** Whether containers may use devices; undefined: the policy has no such switch. */
  containersMayUseDevices: boolean | undefined;
  apparmor: boolean;
  /** Profiles that are loaded and enforced; undefined: we may not read them. */
  profiles: readonly string[] | undefined;
  /** AppArmor keeps programs without a profile from making user namespaces. */
  userNamespacesRestricted: boolean;
}

/** SELinux. */
export function judgeSelinux({ selinux, containersMayUseDevices }: SecurityFacts): Verdict {
  if (selinux === '') return { level: 'skip', finding: 'selinux_none' };
  if (selinux === 'enforcing' && containersMayUseDevices === false)
    return { level: 'fail', finding: 'selinux_devices' };
  return { level: 'pass', finding: 'selinux', values: { mode: selinux } };
}

/** AppArmor; `rootless`: the engine runs as a user. */
export function judgeApparmor(facts: SecurityFacts, rootless: boolean): Verdict {
  if (!facts.apparmor) return { level: 'skip', finding: 'apparmor_none' };
  const own = facts.profiles?.find((name) => /(?:^|\/)suanlink/.test(name));
  if (own !== undefined) return { level: 'warn', finding: 'apparmor_confined', values: { profile: own } };
  if (rootless && facts.userNamespacesRestricted) return { level: 'warn', finding: 'apparmor_userns' };
  return { level: 'pass', finding: 'apparmor' };
}

/** Versions compared, and those of the engine's parts that nobody should run. Pure. */
import type { KnownBad } from '../../../agent/probe/probe.ts';
import type { Verdict } from '../check.ts';

/** Flaws of runc; versions of distributions often carry the repair under an old number. */
export const badRunc: readonly KnownBad[] = [
  { fixedIn: ['1.1.12'], effect: 'escape', reference: 'CVE-2024-21626' },
  { fixedIn: ['1.2.8', '1.3.3'], effect: 'escape', reference: 'CVE-2025-31133' },
];

function numbers(version: string): number[] {
  return (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}

/** Negative when `a` is the older one, 0 when both are the same as far as both say. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const off = (left[at] ?? 0) - (right[at] ?? 0);
    if (off !== 0) return off;
  }
  return 0;
}

/** Whether `version` is older than the repair of its release line. */
function isBad(version: string, { fixedIn }: KnownBad): boolean {
  const line = (text: string): string => numbers(text).slice(0, 2).join('.');
  const own = fixedIn.find((fixed) => line(fixed) === line(version));
  if (own !== undefined) return compareVersions(version, own) < 0;
  return compareVersions(version, fixedIn.at(-1) ?? '0') < 0;
}

/** A distribution's own build, whose number does not tell which repairs it has. */
function isPatched(version: string): boolean {
  return /[+~]|ubuntu|deb\d|\.el\d|\.oe\d|\.an\d|\.ky\d|\.fc\d/.test(version);
}

/** What is known against `version` of the part `name`. */
export function judgeVersion(name: string, version: string, known: readonly KnownBad[]): Verdict {
  const bad = known.find((each) => isBad(version, each));
  if (!bad) return { level: 'pass', finding: 'version_good', values: { name, version } };
  const values = { name, version, reference: bad.reference, fixed: bad.fixedIn.join(', ') };
  if (bad.effect === 'loses_cards') return { level: 'warn', finding: 'version_loses_cards', values };
  return isPatched(version)
    ? { level: 'warn', finding: 'version_maybe_escape', values }
    : { level: 'fail', finding: 'version_escape', values };
}

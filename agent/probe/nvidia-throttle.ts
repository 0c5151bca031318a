/**
 * Why an NVIDIA GPU does not run at full clocks, in the words of nvidia-smi's own fields. Pure. The same fact comes as a
 * mask of bits (`0x0000000000000044`), as keys that read `Active` (XML, `-q`) and as one query column for each reason;
 * 535 renamed "throttle reasons" to "event reasons". An idle GPU is not throttled.
 */

/** Bits of `clocks_event_reasons.active` (nvml.h) and the names of the reasons; 0x1 is idle. */
const reasons: readonly [bit: number, name: string][] = [
  [0x2, 'applications_clocks_setting'],
  [0x4, 'sw_power_cap'],
  [0x8, 'hw_slowdown'],
  [0x10, 'sync_boost'],
  [0x20, 'sw_thermal_slowdown'],
  [0x40, 'hw_thermal_slowdown'],
  [0x80, 'hw_power_brake_slowdown'],
  [0x100, 'display_clock_setting'],
];

const known: ReadonlySet<string> = new Set(reasons.map(([, name]) => name));

/** Names of the reasons in a mask such as `0x0000000000000044`; null when the word is none. */
export function throttleOfMask(word: string): string[] | null {
  if (!/^0x[0-9a-f]{1,16}$/i.test(word)) return null;
  const bits = Number.parseInt(word.slice(2).slice(-8), 16);
  return reasons.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
}

/** The name of a reason from a key in any form: `SW Power Cap`, `clocks_event_reason_sw_power_cap`. */
function reasonName(key: string): string {
  const name = key
    .trim()
    .toLowerCase()
    .replace(/\s+/g, '_')
    .replace(/^clocks_(?:event|throttle)_reasons?[._]/, '');
  return name === 'display_clocks_setting' ? 'display_clock_setting' : name;
}

/** Names of the reasons that read `Active`; undefined when no key is a reason with a value. */
export function throttleOfKeys(pairs: Iterable<readonly [key: string, value: string]>): string[] | undefined {
  const stated: string[] = [];
  let valued = false;
  for (const [key, value] of pairs) {
    const name = reasonName(key);
    if (!known.has(name) && !/^(?:gpu_)?idle$/.test(name)) continue;
    valued ||= /^(?:not )?active$/i.test(value);
    if (/^active$/i.test(value) && known.has(name)) stated.push(name);
  }
  return valued ? stated : undefined;
}

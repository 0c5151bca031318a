/**
 * What nvidia-smi says instead of devices, and which devices it says it cannot reach. Pure. Texts are matched, not exit
 * codes: the same text comes with different codes, and a lost GPU is one line before the rows of the others.
 */
import type { Reading } from './probe.ts';
import { absent, failed } from './reading.ts';

const texts: readonly [RegExp, 'absent' | 'failed', string][] = [
  [
    /no (?:supported )?(?:devices|gpus) (?:were|are|was)? ?found/i,
    'absent',
    'nvidia-smi says: no devices were found',
  ],
  [
    /couldn'?t communicate with the NVIDIA driver|driver is not loaded|driver not loaded/i,
    'failed',
    'the NVIDIA driver is not loaded (nvidia-smi could not communicate with it)',
  ],
  [
    /driver\/library version mismatch/i,
    'failed',
    'driver and library versions differ (the driver was upgraded without a reboot)',
  ],
  [
    /couldn'?t find (?:the )?libnvidia-ml|libnvidia-ml\.so/i,
    'failed',
    'the NVIDIA management library is missing',
  ],
  [/insufficient permissions/i, 'failed', 'nvidia-smi has not enough permissions'],
  [/GPU is lost/i, 'failed', 'a GPU is lost (fell off the bus)'],
  [/GPU requires reset/i, 'failed', 'a GPU requires a reset'],
];

const otherErrors =
  /failed to initialize nvml|unable to determine the device handle|is not a valid field|not a valid (?:field|option)|^\s*(?:error|failed|fatal)\b|nvidia-smi has failed|command not found|segmentation fault/i;

/** The error that the lines speak of, or null when they speak of none. */
export function nvidiaError(
  lines: readonly string[],
): Extract<Reading, { status: 'absent' | 'failed' }> | null {
  const text = lines.join('\n');
  for (const [pattern, status, reason] of texts)
    if (pattern.test(text)) return status === 'absent' ? absent(reason) : failed(reason);
  const line = lines.find((each) => otherErrors.test(each));
  return line === undefined ? null : failed(`nvidia-smi says: ${line.trim().slice(0, 200)}`);
}

const handle = /unable to determine the device handle for\s+gpu\s*/i;
const address = /[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/i;

/** Whether a line is a message and not a row of output. */
export function isMessage(line: string): boolean {
  return handle.test(line) || otherErrors.test(line) || /^\s*WARNING:|reboot the system/i.test(line);
}

/** Devices named as unreachable: the bus id as printed, else the index. */
export function lostDevices(lines: readonly string[]): string[] {
  const lost = new Set<string>();
  for (const line of lines) {
    const match = handle.exec(line);
    if (match === null) continue;
    const rest = line.slice(match.index + match[0].length);
    const name = address.exec(rest)?.[0] ?? /^\d+/.exec(rest)?.[0];
    if (name !== undefined) lost.add(name);
  }
  return [...lost];
}

/** Bus ids that a warning names (`WARNING: infoROM is corrupted at gpu 0000:02:00.0`), with the warning. */
export function warnedDevices(lines: readonly string[]): { busId: string; warning: string }[] {
  return lines.flatMap((line) => {
    const match = /WARNING:\s*(.*?corrupted)\s+at\s+gpu\s+([0-9a-f:.]+)/i.exec(line.slice(0, 400));
    return match === null ? [] : [{ busId: match[2] ?? '', warning: match[1] ?? '' }];
  });
}

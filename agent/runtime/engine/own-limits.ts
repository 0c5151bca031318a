/** Our own hard limits (edge): what a container may be given where the machine does not let us raise them. */
import { readFileSync } from 'node:fs';
import type { OwnLimits } from '../spec.ts';

/** Largest value that engines accept for a ulimit; stands for "unlimited". */
const unlimited = 1_048_576;

/** Hard limits of this process: open files and processes. Where /proc cannot be read: 1024 and 1024. */
export function readOwnLimits(): OwnLimits {
  let text = '';
  try {
    text = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    // Not Linux, or no /proc: the smallest limits that systems start with.
    return { nofile: 1024, nproc: 1024 };
  }
  return parseLimits(text);
}

/** The text of /proc/PID/limits → hard limits (pure). */
export function parseLimits(text: string): OwnLimits {
  const hard = (name: string): number => {
    const [, value] = new RegExp(`^${name}\\s+\\S+\\s+(\\S+)`, 'm').exec(text) ?? [];
    return value === undefined || value === 'unlimited' ? unlimited : Number(value);
  };
  return { nofile: hard('Max open files'), nproc: hard('Max processes') };
}

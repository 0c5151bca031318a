/**
 * One agent per state directory (edge). The lock file names its holder by pid, boot and start time, so that a recycled
 * pid is never taken for the holder and a stale lock never needs a person.
 */
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SuanlinkError } from '../proto/codes.ts';

/** This boot of the machine; '' where the kernel does not say. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Clock ticks since boot at which `pid` was started, '' when there is no such process. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name in parentheses may contain blanks: count fields after its end. Field 22 is the start time.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Who has, or had, the lock of `dir`; undefined when nobody has. A holder that is not alive left it behind. */
export function lockHolder(dir: string): { pid: number; alive: boolean } | undefined {
  const path = join(dir, 'lock');
  try {
    const [pid = '', boot = '', start = ''] = readFileSync(path, 'utf8').trim().split(' ');
    const alive = boot === readBootId() && start !== '' && startTime(Number(pid)) === start;
    return { pid: Number(pid), alive };
  } catch {
    return undefined;
  }
}

/** Takes the lock of `dir`; `state_locked` with the holder's pid when another live process has it. */
export function takeLock(dir: string): { release(): void } {
  const path = join(dir, 'lock');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, `${process.pid} ${readBootId()} ${startTime(process.pid)}\n`);
      closeSync(file);
      return { release: () => unlinkSync(path) };
    } catch (caught) {
      if (!(caught instanceof Error && 'code' in caught && caught.code === 'EEXIST')) {
        throw SuanlinkError.from(caught, 'storage_failed', `locking ${dir}`);
      }
      const found = lockHolder(dir);
      if (found?.alive) {
        throw new SuanlinkError(
          'state_locked',
          `the state directory ${dir} is in use by process ${found.pid}; stop that agent or use another --state-dir`,
          {
            details: { pid: found.pid },
          },
        );
      }
      unlinkSync(path);
    }
  }
  throw new SuanlinkError('state_locked', `the lock of ${dir} keeps coming back`);
}

/**
 * What the guard is told (pure): which processes must be dead by when, as lines of a small file.
 *
 * Problem: an agent that is stopped (`SIGSTOP`), killed and not started again, or stuck cannot stop its containers, and
 * the scheduler gives their cards to others once ttl and margin have passed. How it works: a shell script outside the agent
 * (`guard-script.ts`) reads this file, which the agent rewrites with every renewal, and ends what is past its time. Times
 * are of the machine's uptime, which goes on while it sleeps. A process is named by pid and start time, so another one
 * that has got its pid is never touched. One that is about to be started, or that the engine has not named yet, is named
 * by its container (pid 0): the guard looks for it itself when its time has come.
 */
import { assertNever } from '../../proto/codes.ts';
import type { Lease } from '../lease/lease.ts';

/** One container's first process. */
export interface GuardEntry {
  /** Name of its lease; no blanks. */
  name: string;
  /** 0: not known yet. */
  pid: number;
  /** Clock ticks since boot at which it was started, as the kernel says; of pid 0 the id of its container. */
  start: string;
  /** Uptime at which it gets SIGTERM, and SIGKILL, in hundredths of a second. */
  termAt: number;
  killAt: number;
}

/** Whose file it is. A guard ends when the token is not its own any more. */
export interface GuardHead {
  token: string;
  bootId: string;
  agentPid: number;
  agentStart: string;
}

const magic = 'suanlink-guard';
const version = '1';

/** Time between SIGTERM and SIGKILL; with the guard's own pace well within the scheduler's margin of 5 s. */
const killAfterMs = 2_000;

/** The file. */
export function guardText(head: GuardHead, entries: readonly GuardEntry[]): string {
  const first = [magic, version, head.token, head.bootId || '-', head.agentPid, head.agentStart].join(' ');
  const lines = entries.map(({ pid, start, termAt, killAt, name }) =>
    [pid, start, termAt, killAt, name].join(' '),
  );
  return `${[first, ...lines].join('\n')}\n`;
}

/** Entries of a file that an earlier agent left, if it is of this boot. Lines that cannot be read are passed over. */
export function readGuardText(text: string, bootId: string): GuardEntry[] {
  const [first = '', ...lines] = text.split('\n');
  const [word, number, , boot] = first.split(' ');
  if (word !== magic || number !== version || boot !== (bootId || '-')) return [];
  return lines.flatMap((line) => {
    const [pid, start = '', termAt, killAt, name = ''] = line.split(' ');
    const entry = { name, pid: Number(pid), start, termAt: Number(termAt), killAt: Number(killAt) };
    const numbers = [entry.termAt, entry.killAt];
    const isWhole = numbers.every((n) => Number.isSafeInteger(n) && n > 0) && Number.isSafeInteger(entry.pid);
    return name !== '' && start !== '' && pid !== '' && isWhole && entry.pid >= 0 ? [entry] : [];
  });
}

/** Who a container's first process is before its pid is known; undefined for an id that the guard could not look for. */
export function unnamed(containerId: string): Pick<GuardEntry, 'pid' | 'start'> | undefined {
  return /^[\w-]{1,128}$/.test(containerId) ? { pid: 0, start: containerId } : undefined;
}

/** When a lease's container must be dead at the latest, on the agent's clock; undefined when it may not have one. */
export function deadlineOf(lease: Lease): number | undefined {
  const { onLost, keepMs } = lease.offer.work;
  const end = lease.renewedAt + lease.ttlMs + (onLost === 'keep_until' ? keepMs : 0);
  switch (lease.state) {
    case 'starting':
    case 'running':
      return end;
    case 'stopping':
      // The scheduler waits for a grace that it has granted, too.
      return Math.max(end, (lease.stop?.at ?? 0) + (lease.stop?.graceMs ?? 0));
    case 'accepted':
    case 'ended':
      return undefined;
    default:
      return assertNever(lease.state);
  }
}

/** The entry of a process that must be dead by `deadline`. */
export function guardEntry(
  process: Pick<GuardEntry, 'name' | 'pid' | 'start'>,
  deadline: number,
  clock: { now: number; uptimeMs: number },
): GuardEntry {
  const termAt = Math.max(1, Math.ceil((clock.uptimeMs + deadline - clock.now) / 10));
  return { ...process, termAt, killAt: termAt + killAfterMs / 10 };
}

/**
 * Watching a job: first its state, then its log and every change as they happen, last its end.
 *
 * HOW IT WORKS. A watcher keeps no events: it holds a position in the log file and the last state it showed, and is
 * woken by a bell when there may be something new. Then it looks. A reader that is slow, or away for an hour, costs
 * nothing but its bell, and misses no byte.
 */
import type { JobView, WatchEvent } from '../proto/api.ts';
import type { JobId, LeaseId } from '../proto/ids.ts';
import type { Clock } from './ports.ts';
import type { LogCursor, LogOffsets, Logs } from './store/logs.ts';

/** Wakes those who watch a job. */
export interface Bells {
  ring(job: JobId): void;
  /** A bell for one watcher; `close` it. */
  open(job: JobId): Bell;
}

/** One watcher's bell. */
export interface Bell {
  /** Resolves when it has been rung since the last wait (true), or after `timeoutMs` or an abort (false). */
  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

interface Ringing {
  rung: boolean;
  wake: (() => void) | undefined;
}

/** Bells for all jobs. */
export function createBells(clock: Clock): Bells {
  const byJob = new Map<JobId, Set<Ringing>>();

  function wait(bell: Ringing, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        signal.removeEventListener('abort', finish);
        bell.wake = undefined;
        resolve(bell.rung);
        bell.rung = false;
      };
      const cancel = clock.at(clock.now() + timeoutMs, finish);
      if (bell.rung || signal.aborted) finish();
      else {
        bell.wake = finish;
        signal.addEventListener('abort', finish);
      }
    });
  }

  return {
    ring(job) {
      for (const bell of byJob.get(job) ?? []) {
        bell.rung = true;
        bell.wake?.();
      }
    },
    open(job) {
      const bell: Ringing = { rung: false, wake: undefined };
      const others = byJob.get(job) ?? new Set();
      byJob.set(job, others.add(bell));
      return {
        wait: (timeoutMs, signal) => wait(bell, timeoutMs, signal),
        close() {
          others.delete(bell);
          if (others.size === 0) byJob.delete(job);
        },
      };
    },
  };
}

/** What a watcher needs to know of its job. */
export interface Watched {
  view: JobView;
  /** The lease whose log is the job's. */
  leaseId: LeaseId | undefined;
  /** Its end is durable. */
  settled: boolean;
}

/** Silence after which an `alive` line is sent, in ms. */
export const aliveMs = 15_000;

function mark({ view }: Watched): string {
  return [view.state, view.lease?.id, view.lease?.state, view.lease?.phase, view.lease?.detail].join(' ');
}

async function* readLog(cursor: LogCursor): AsyncGenerator<WatchEvent> {
  for (let records = await cursor.next(); records.length > 0; records = await cursor.next()) {
    for (const { stream, offset, data, unixMs } of records) {
      const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
      yield { type: 'log', stream, offset, data: text, unix_ms: unixMs };
    }
  }
}

/** The events of one job; ends after `end` or when it is aborted. The bell is opened when the first event is asked for
 * and closed when the reader leaves. */
export async function* watchJob(
  openBell: () => Bell,
  look: () => Watched,
  logs: Logs,
  from: LogOffsets,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  let shown = '';
  let cursor: { of: LeaseId; log: LogCursor } | undefined;
  const bell = openBell();
  try {
    while (!signal.aborted) {
      // Looked at before the log is read: when the job had ended by then, everything it wrote is there to be read.
      const now = look();
      if (mark(now) !== shown && (!now.settled || shown === '')) yield { type: 'state', job: now.view };
      shown = mark(now);
      if (now.leaseId !== undefined && cursor?.of !== now.leaseId)
        cursor = { of: now.leaseId, log: logs.cursor(now.leaseId, from) };
      if (cursor) yield* readLog(cursor.log);
      if (now.settled) {
        yield { type: 'end', job: now.view };
        return;
      }
      if (!(await bell.wait(aliveMs, signal)) && !signal.aborted) yield { type: 'alive' };
    }
  } finally {
    bell.close();
  }
}

/**
 * Watching a job: first its state, then its log and every change as they happen, last its end.
 *
 * HOW IT WORKS. A watcher keeps no events: it holds a position in the log file and the last state it showed, and is
 * woken by a bell when there may be something new. Then it looks. A reader that is slow, or away for an hour, costs
 * nothing but its bell, and misses no byte.
 */
import type { JobView, WatchEvent } from '../proto/api.ts';
import type { SuanlinkError } from '../proto/codes.ts';
import type { JobId, LeaseId } from '../proto/ids.ts';
import { unwanted, type WatchFrom } from './control.ts';
import { mayHaveRun } from './lease/outcome.ts';
import type { Clock } from './ports.ts';
import type { LeaseRecord } from './records.ts';
import type { LogCursor, LogOffsets, Logs } from './store/logs.ts';

/** One watcher's bell. */
export class Bell {
  readonly #clock: Clock;
  readonly #leave: (bell: Bell) => void;
  #isRung = false;
  #end: SuanlinkError | undefined;
  #wake: (() => void) | undefined;

  constructor(clock: Clock, leave: (bell: Bell) => void) {
    this.#clock = clock;
    this.#leave = leave;
  }

  /** Resolves when it has been rung since the last wait (true), or after `timeoutMs` or an abort (false); rejects when
   * the scheduler stops. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      this.#wake = undefined;
      if (this.#end) reject(this.#end);
      else resolve(this.#isRung);
      this.#isRung = false;
    };
    const cancel = this.#clock.at(this.#clock.now() + timeoutMs, finish);
    signal.addEventListener('abort', finish);
    this.#wake = finish;
    if (this.#isRung || this.#end || signal.aborted) finish();
    return promise;
  }

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Ends the wait, and every later one, with `error`. */
  end(error: SuanlinkError): void {
    this.#end = error;
    this.#wake?.();
  }

  close(): void {
    this.#leave(this);
  }
}

/** Wakes those who watch a job. */
export class Bells {
  readonly #clock: Clock;
  readonly #byJob = new Map<JobId, Set<Bell>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(job: JobId): void {
    for (const bell of this.#byJob.get(job) ?? []) bell.ring();
  }

  /** A bell for one watcher, who closes it. */
  open(job: JobId): Bell {
    const others = this.#byJob.get(job) ?? new Set();
    this.#byJob.set(job, others);
    const bell = new Bell(this.#clock, (leaving) => {
      others.delete(leaving);
      if (others.size === 0 && this.#byJob.get(job) === others) this.#byJob.delete(job);
    });
    others.add(bell);
    return bell;
  }

  /** The scheduler stops: nobody waits any longer. */
  end(error: SuanlinkError): void {
    for (const bells of this.#byJob.values()) for (const bell of bells) bell.end(error);
  }
}

/** A lease whose output belongs to a job. */
export interface WatchedLease {
  id: LeaseId;
  /** When retention took its log away; null: it has not. */
  logRemovedUnixMs: number | null;
}

/** Those of a job's leases that may have written something. */
export function watchedLeases(leases: readonly LeaseRecord[]): WatchedLease[] {
  return leases
    .filter(mayHaveRun)
    .map(({ leaseId, logRemovedUnixMs }) => ({ id: leaseId, logRemovedUnixMs }));
}

/** What a watcher needs to know of its job. */
export interface Watched {
  view: JobView;
  /** Its attempts, and the lease that it has now: their logs are the job's, one after the other. */
  leases: readonly WatchedLease[];
  /** Its end is durable. */
  settled: boolean;
}

/** Silence after which an `alive` line is sent, in ms. */
const aliveMs = 15_000;

function mark({ view }: Watched): string {
  return [view.state, view.lease?.id, view.lease?.state, view.lease?.phase, view.lease?.detail].join(' ');
}

async function* readLog(lease: LeaseId, cursor: LogCursor): AsyncGenerator<WatchEvent> {
  for (let records = await cursor.next(); records.length > 0; records = await cursor.next()) {
    for (const { stream, offset, data, unixMs, droppedBytes = 0 } of records) {
      const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
      const rest = { unix_ms: unixMs, dropped_bytes: droppedBytes };
      yield { type: 'log', lease_id: lease, stream, offset, data: text, ...rest };
    }
  }
}

/** Reads the logs of a job's leases one after the other. */
class LeaseLogs {
  readonly #logs: Logs;
  readonly #from: WatchFrom;
  /** Leases whose turn is over or not wanted. */
  readonly #done = new Set<LeaseId>();
  #at: { lease: LeaseId; cursor: LogCursor } | undefined;

  constructor(logs: Logs, from: WatchFrom) {
    this.#logs = logs;
    this.#from = from;
  }

  /** Everything new that `leases` wrote, up to now. */
  async *read(leases: readonly WatchedLease[]): AsyncGenerator<WatchEvent> {
    for (const { id: lease, logRemovedUnixMs } of leases) {
      if (!this.#at && lease !== (this.#from.lease ?? lease)) this.#done.add(lease);
      if (this.#done.has(lease)) continue;
      if (this.#at?.lease !== lease) {
        if (this.#at) this.#done.add(this.#at.lease);
        this.#at = { lease, cursor: this.#logs.cursor(lease, this.#at ? this.#later() : this.#from) };
      }
      if (logRemovedUnixMs === null) {
        yield* readLog(lease, this.#at.cursor);
      } else {
        this.#done.add(lease);
        yield { type: 'log_removed', lease_id: lease, removed_at: new Date(logRemovedUnixMs).toISOString() };
      }
    }
  }

  /** Where later leases begin: at 0, but for a stream that is not wanted at all. */
  #later(): LogOffsets {
    const begin = (offset: number): number => (offset === unwanted ? unwanted : 0);
    return { stdout: begin(this.#from.stdout), stderr: begin(this.#from.stderr) };
  }
}

/** The events of one job; ends after `end` or when it is aborted. The bell is opened when the first event is asked for
 * and closed when the reader leaves. */
export async function* watchJob(
  openBell: () => Bell,
  look: () => Promise<Watched>,
  logs: Logs,
  from: WatchFrom,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  let shown = '';
  const output = new LeaseLogs(logs, from);
  const bell = openBell();
  try {
    while (!signal.aborted) {
      // Looked at before the log is read: when the job had ended by then, everything it wrote is there to be read.
      const now = await look();
      if (mark(now) !== shown && (!now.settled || shown === '')) yield { type: 'state', job: now.view };
      shown = mark(now);
      yield* output.read(now.leases);
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

/**
 * Following a job to its end over connections that fail.
 *
 * What has been read is counted in bytes per stream of the attempt that is being read. A lost connection is made again, after a pause that grows with
 * jitter, from those counts on: an overlap is cut off, a gap is a broken answer and is asked for again. So what comes
 * out is each byte once, in order, whatever the network did.
 */
import type { JobView, WatchEvent } from '../proto/api.ts';
import { SuanlinkError } from '../proto/codes.ts';
import type { Client, Offsets } from './client/client.ts';

/** What a follower sees. */
export type Seen =
  | { type: 'state'; job: JobView }
  | { type: 'log'; stream: 'stdout' | 'stderr'; data: Buffer }
  /** Bytes that the node's limit left out of the log, here. */
  | { type: 'left_out'; stream: 'stdout' | 'stderr'; bytes: number }
  /** The output of an attempt was removed by retention. */
  | { type: 'log_removed'; leaseId: string; at: string }
  | { type: 'end'; job: JobView };

/** What is not there, in words. */
export function missingText(seen: Extract<Seen, { type: 'left_out' | 'log_removed' }>): string {
  return seen.type === 'left_out'
    ? `${seen.bytes} bytes of ${seen.stream} were left out by the node's limit for logs`
    : `the output of ${seen.leaseId} was removed by retention on ${seen.at}`;
}

/** What following needs from outside. */
export interface FollowPorts {
  /** Waits; ends early when `signal` does. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Monotonic milliseconds. */
  now(): number;
  /** 0 ≤ x < 1. */
  random(): number;
  /** Said when the connection is lost (with the pause before the next try) and when it is there again. */
  lost(error: SuanlinkError, pauseMs: number): void;
  back(): void;
}

/** How long to go on without a connection before giving up, in ms. */
export interface FollowLimits {
  reconnectMs: number;
}

const firstPauseMs = 250;
const longestPauseMs = 30_000;
/** A connection that held this long, or brought bytes, starts the pauses again at the first. */
const healthyMs = 10_000;

/** The pause before try number `attempt` (from 0): doubling to 30 s, between half and all of it by `random`. */
export function pauseOf(attempt: number, random: number): number {
  const whole = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt, 16));
  return Math.round(whole * (0.5 + random / 2));
}

/** What is new in `data` at `offset` for one who has `have` bytes; 'gap' when bytes in between are missing. */
export function freshPart(have: number, offset: number, data: Buffer): Buffer | 'gap' {
  if (offset > have) return 'gap';
  return data.subarray(have - offset);
}

/** Whether another try may help: the way there failed, not the request. */
function mayRecover(error: SuanlinkError): boolean {
  return error.retryable || error.code === 'protocol_error' || error.code === 'internal';
}

type LogEvent = Extract<WatchEvent, { type: 'log' }>;

/** What is new in a piece of log; counts it in `have`. */
function* freshLog({ stream, offset, data: text, dropped_bytes }: LogEvent, have: Offsets): Generator<Seen> {
  const end = offset + (dropped_bytes ?? 0);
  const data = freshPart(have[stream], offset, Buffer.from(text, 'base64'));
  if (data === 'gap')
    throw new SuanlinkError('protocol_error', `bytes of ${stream} are missing at ${have[stream]}`);
  if (end > have[stream]) {
    yield { type: 'left_out', stream, bytes: end - have[stream] };
    have[stream] = end;
  }
  have[stream] += data.length;
  if (data.length > 0) yield { type: 'log', stream, data };
}

/** The events of one connection; counts what it yields in `have`. */
async function* connection(
  client: Client,
  id: string,
  have: Offsets,
  signal: AbortSignal,
): AsyncGenerator<Seen> {
  for await (const event of client.watch(id, { ...have }, signal)) {
    if (event.type === 'log') {
      if (event.lease_id !== have.lease) {
        // The next attempt; only what was asked for at first may name no lease.
        if (have.lease !== undefined) Object.assign(have, { stdout: 0, stderr: 0 });
        have.lease = event.lease_id;
      }
      yield* freshLog(event, have);
    } else if (event.type === 'log_removed') {
      yield { type: 'log_removed', leaseId: event.lease_id, at: event.removed_at };
    } else if (event.type === 'state' || event.type === 'end') {
      yield event;
      if (event.type === 'end') return;
    }
  }
  throw new SuanlinkError('unavailable', 'the scheduler ended the watch before the job had ended');
}

/**
 * Everything about job `id` from `from` on until its end. Rejects when trying again cannot help (`not_found`,
 * `unauthenticated`, …) or has not for `reconnectMs`; ends without `end` when `signal` is aborted.
 */
export async function* followJob(
  client: Client,
  id: string,
  from: Offsets,
  ports: FollowPorts,
  limits: FollowLimits,
  signal: AbortSignal,
): AsyncGenerator<Seen> {
  const have = { ...from };
  let attempt = 0;
  let lostAt: number | undefined;
  while (!signal.aborted) {
    const openedAt = ports.now();
    try {
      for await (const seen of connection(client, id, have, signal)) {
        if (lostAt !== undefined) ports.back();
        lostAt = undefined;
        if (seen.type === 'log') attempt = 0;
        yield seen;
        if (seen.type === 'end') return;
      }
    } catch (caught) {
      if (signal.aborted) return;
      const error = SuanlinkError.from(caught);
      lostAt ??= ports.now();
      if (ports.now() - openedAt >= healthyMs) attempt = 0;
      if (!mayRecover(error) || ports.now() - lostAt >= limits.reconnectMs) throw error;
      const pauseMs = pauseOf(attempt, ports.random());
      attempt += 1;
      ports.lost(error, pauseMs);
      await ports.sleep(pauseMs, signal);
    }
  }
}

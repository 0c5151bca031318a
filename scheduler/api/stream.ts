/** Streams of the API as sequences of chunks: a watch as lines, a log as bytes. Pure but for the clock handed in. */
import type { WatchEvent } from '../../proto/api.ts';
import type { Clock } from '../ports.ts';
import { publicJob } from './view-schema.ts';

/** Starts a watch that ends when `signal` does. */
export type OpenWatch = (signal: AbortSignal) => Promise<AsyncIterable<WatchEvent>>;

type Raced = IteratorResult<WatchEvent> | 'silence';

function orSilence(next: Promise<IteratorResult<WatchEvent>>, ms: number, clock: Clock): Promise<Raced> {
  const { promise, resolve, reject } = Promise.withResolvers<Raced>();
  const cancel = clock.at(clock.now() + ms, () => resolve('silence'));
  next.then(resolve, reject);
  return promise.finally(cancel);
}

/** The watch's events, with 'silence' for every `ms` in which none came. Leaving it early ends the watch. */
async function* withSilence(
  open: OpenWatch,
  signal: AbortSignal,
  ms: number,
  clock: Clock,
): AsyncGenerator<WatchEvent | 'silence'> {
  // `return()` of a watch that waits for its next event is heard only after that event: the signal wakes it.
  const left = new AbortController();
  const events = await open(AbortSignal.any([signal, left.signal]));
  const source = events[Symbol.asyncIterator]();
  try {
    let next = source.next();
    for (;;) {
      const raced = await orSilence(next, ms, clock);
      if (raced === 'silence') {
        yield raced;
      } else {
        if (raced.done === true) return;
        yield raced.value;
        next = source.next();
      }
    }
  } finally {
    left.abort();
    await source.return?.();
  }
}

/** A watch as NDJSON: one event a line. */
export async function* watchLines(events: AsyncIterable<WatchEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type === 'state' || event.type === 'end')
      yield `${JSON.stringify({ ...event, job: publicJob(event.job) })}\n`;
    else yield `${JSON.stringify(event)}\n`;
  }
}

/** Values as NDJSON. */
export async function* jsonLines(values: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

/** Which bytes of a job's log. */
export interface LogWish {
  stream: 'stdout' | 'stderr';
  /** Until the job has ended; otherwise what is there now: nothing having come for `caughtUpMs` tells. */
  follow: boolean;
  caughtUpMs: number;
}

/** Silence that a followed log never waits for. */
const hourMs = 3_600_000;

/** The bytes of one stream of a job's log. */
export async function* logBytes(
  open: OpenWatch,
  signal: AbortSignal,
  wish: LogWish,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  for await (const event of withSilence(open, signal, wish.follow ? hourMs : wish.caughtUpMs, clock)) {
    if (event === 'silence') {
      if (!wish.follow) return;
    } else if (event.type === 'log' && event.stream === wish.stream) {
      yield Buffer.from(event.data, 'base64');
    }
  }
}

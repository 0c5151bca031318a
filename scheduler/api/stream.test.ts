import { describe, expect, it } from 'vitest';
import type { WatchEvent } from '../../proto/api.ts';
import type { Clock } from '../ports.ts';
import { logBytes } from './stream.ts';

const log = (stream: 'stdout' | 'stderr', text: string): WatchEvent => ({
  type: 'log',
  lease_id: 'lease-x',
  stream,
  offset: 0,
  data: Buffer.from(text).toString('base64'),
  unix_ms: 0,
  dropped_bytes: 0,
});

/** A clock whose timers run when they are told to. */
function handClock(): Clock & { strike(): void } {
  const timers = new Set<() => void>();
  return {
    now: () => 0,
    wall: () => 0,
    at(_ms, run) {
      timers.add(run);
      return () => void timers.delete(run);
    },
    strike() {
      for (const run of timers) run();
    },
  };
}

/** A watch that says `events`, then waits until it is left. */
function hanging(events: WatchEvent[], state: { left: boolean }) {
  return async function* (signal: AbortSignal): AsyncGenerator<WatchEvent> {
    yield* events;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    state.left = true;
  };
}

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

const never = new AbortController().signal;

describe('the bytes of a log', () => {
  it('are those of one stream', async () => {
    const all = async function* () {
      yield log('stdout', 'a');
      yield log('stderr', 'b');
      yield log('stdout', 'c');
    };
    const wish = { stream: 'stdout' as const, follow: true, caughtUpMs: 1 };
    expect(await text(logBytes(async () => all(), never, wish, handClock()))).toBe('ac');
  });

  it('end at the first silence when they are not followed, and the watch is left', async () => {
    const clock = handClock();
    const state = { left: false };
    const wish = { stream: 'stdout' as const, follow: false, caughtUpMs: 1 };
    const reading = text(
      logBytes(async (signal) => hanging([log('stdout', 'now')], state)(signal), never, wish, clock),
    );
    await new Promise((resolve) => setImmediate(resolve));
    clock.strike();
    expect(await reading).toBe('now');
    expect(state.left).toBe(true);
  });

  it('outlast silence when they are followed, until the client is gone', async () => {
    const clock = handClock();
    const gone = new AbortController();
    const state = { left: false };
    const wish = { stream: 'stdout' as const, follow: true, caughtUpMs: 1 };
    const reading = text(
      logBytes(async (signal) => hanging([log('stdout', 'now')], state)(signal), gone.signal, wish, clock),
    );
    await new Promise((resolve) => setImmediate(resolve));
    clock.strike();
    await new Promise((resolve) => setImmediate(resolve));
    expect(state.left).toBe(false);
    gone.abort();
    expect(await reading).toBe('now');
  });

  it('hand on what went wrong', async () => {
    const broken = async function* (): AsyncGenerator<WatchEvent> {
      yield log('stdout', 'a');
      throw new Error('disk');
    };
    const wish = { stream: 'stdout' as const, follow: true, caughtUpMs: 1 };
    await expect(text(logBytes(async () => broken(), never, wish, handClock()))).rejects.toThrow('disk');
  });
});

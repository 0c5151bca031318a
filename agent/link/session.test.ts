import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Welcome } from '../../proto/messages.ts';
import { backoffMs, maxDelayMs, minDelayMs } from './backoff.ts';
import { deadline, greetingTimeoutMs, initial, type LinkEvent, type LinkState, step } from './session.ts';

const welcome: Welcome = { sessionEpoch: 1, capability: 1, heartbeatMs: 10_000, receivedSeq: 0 };
const challenge = { nonce: new Uint8Array(32), capability: 1, schedulerId: 's' };
const lost: LinkEvent = { kind: 'lost', cause: { code: 'unavailable', message: 'cut' } };

/** A session that stood from `now` on. */
function ready(now: number): LinkState {
  let state = initial(now);
  for (const event of [
    { kind: 'due' },
    { kind: 'challenge', challenge },
    { kind: 'welcome', welcome },
  ] as const)
    state = step(state, event, now, 0).next;
  return state;
}

describe('the link', () => {
  it('dials, greets and is ready', () => {
    const dialing = step(initial(5), { kind: 'due' }, 5, 0);
    expect(dialing.actions).toEqual([{ kind: 'dial' }]);
    const greeting = step(dialing.next, { kind: 'challenge', challenge }, 6, 0);
    expect(greeting.actions).toEqual([{ kind: 'greet', challenge }]);
    const done = step(greeting.next, { kind: 'welcome', welcome }, 7, 0);
    expect(done.actions).toEqual([{ kind: 'ready', welcome }]);
    expect(done.next).toMatchObject({ state: 'ready', since: 7, silentUntil: 30_007 });
  });

  it('gives up a greeting that does not end, and a session that falls silent', () => {
    const dialing = step(initial(0), { kind: 'due' }, 0, 0).next;
    expect(step(dialing, { kind: 'due' }, greetingTimeoutMs - 1, 0).next).toBe(dialing);
    expect(step(dialing, { kind: 'due' }, greetingTimeoutMs, 0).next).toMatchObject({
      state: 'waiting',
      attempt: 1,
    });
    const session = ready(0);
    expect(
      step(step(session, { kind: 'heard' }, 20_000, 0).next, { kind: 'due' }, 30_000, 0).next.state,
    ).toBe('ready');
    expect(step(session, { kind: 'due' }, 30_000, 0).next).toMatchObject({
      state: 'waiting',
      cause: { code: 'unavailable' },
    });
  });

  it('starts the back-off again only after a healthy session', () => {
    const shortLived = step({ ...ready(0), attempt: 6 } as LinkState, lost, 29_999, 0).next;
    expect(shortLived).toMatchObject({ attempt: 7 });
    const healthy = step({ ...ready(0), attempt: 6 } as LinkState, lost, 30_000, 0).next;
    expect(healthy).toMatchObject({ attempt: 1 });
  });

  it('waits at least as long as the scheduler asks', () => {
    const refused = step(
      ready(0),
      { kind: 'refused', refuse: { code: 'unavailable', message: 'starting', retryAfterMs: 5_000 } },
      100,
      0,
    ).next;
    expect(refused).toMatchObject({ state: 'waiting', until: 5_100 });
  });

  it('stops for good when a person has to act', () => {
    const refused = step(
      ready(0),
      { kind: 'refused', refuse: { code: 'bad_signature', message: 'no', retryAfterMs: 0 } },
      1,
      0,
    ).next;
    expect(refused).toEqual({ state: 'refused', cause: { code: 'bad_signature', message: 'no' } });
    expect(deadline(refused)).toBe(Number.POSITIVE_INFINITY);
    expect(step(refused, { kind: 'reconnect' }, 2, 0).actions.at(-1)).toEqual({ kind: 'dial' });
  });

  it('whatever happens: always has a deadline or a reason not to, and dials only from waiting', () => {
    const event = fc.constantFrom<LinkEvent>(
      { kind: 'due' },
      { kind: 'challenge', challenge },
      { kind: 'welcome', welcome },
      { kind: 'heard' },
      lost,
      { kind: 'reconnect' },
      { kind: 'refused', refuse: { code: 'unavailable', message: '', retryAfterMs: 0 } },
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(event, fc.nat({ max: 40_000 }), fc.double({ min: 0, max: 0.999, noNaN: true })), {
          maxLength: 40,
        }),
        (story) => {
          let state = initial(0);
          let now = 0;
          for (const [what, wait, random] of story) {
            now += wait;
            const { next, actions } = step(state, what, now, random);
            if (actions.some((action) => action.kind === 'dial')) expect(next.state).toBe('dialing');
            expect(deadline(next)).toBeLessThan(now + 10 * maxDelayMs);
            state = next;
          }
        },
      ),
    );
  });
});

describe('backoffMs', () => {
  it('stays within its bounds and above the floor', () => {
    fc.assert(
      fc.property(fc.nat({ max: 50 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const delay = backoffMs(attempt, random);
        expect(delay).toBeGreaterThanOrEqual(minDelayMs);
        expect(delay).toBeLessThanOrEqual(maxDelayMs);
        expect(backoffMs(attempt, random, 60_000)).toBeGreaterThanOrEqual(60_000);
      }),
    );
  });
});

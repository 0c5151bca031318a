/**
 * The link to the scheduler as a pure machine: `(state, event, now, random) → { next, actions }`.
 *
 *   waiting ──due──▶ dialing ──challenge──▶ greeting ──welcome──▶ ready
 *      ▲               │ lost                 │ lost, refused       │ lost
 *      └───────────────┴──────────────────────┴─────────────────────┘
 *   any ──refused for good──▶ refused          any ──stop──▶ closed
 *
 * Each state carries what only it needs, deadlines included; the driver keeps one timer for `deadline(state)`. Back-off
 * resets only after a session has been healthy for a while: a scheduler that accepts and drops is not healthy.
 */
import { assertNever, type Code } from '../../proto/codes.ts';
import type { Challenge, Refuse, Welcome } from '../../proto/messages.ts';
import { backoffMs, healthyAfterMs } from './backoff.ts';

/** Time from dialling to the scheduler's Welcome. */
export const greetingTimeoutMs = 15_000;

/** Where the link is. `attempt` counts tries since the last healthy session. */
export type LinkState =
  | { state: 'waiting'; until: number; attempt: number; cause: Cause }
  | { state: 'dialing'; giveUpAt: number; attempt: number }
  | { state: 'greeting'; giveUpAt: number; attempt: number }
  | { state: 'ready'; since: number; attempt: number; welcome: Welcome; silentUntil: number }
  | { state: 'refused'; cause: Cause }
  | { state: 'closed' };

/** Why the link is not up, for people and for the status. */
export interface Cause {
  code: string;
  message: string;
}

/** What can happen to it. */
export type LinkEvent =
  | { kind: 'due' }
  | { kind: 'challenge'; challenge: Challenge }
  | { kind: 'welcome'; welcome: Welcome }
  | { kind: 'refused'; refuse: Refuse }
  | { kind: 'heard' }
  | { kind: 'lost'; cause: Cause }
  | { kind: 'reconnect' }
  | { kind: 'stop' };

/** What the driver must do, in order. */
export type LinkAction =
  | { kind: 'dial' }
  | { kind: 'greet'; challenge: Challenge }
  | { kind: 'hang_up' }
  | { kind: 'ready'; welcome: Welcome };

/** A result of the machine. */
export interface LinkDecision {
  next: LinkState;
  actions: LinkAction[];
}

/** The state before the first try: due at once. */
export function initial(now: number): LinkState {
  return { state: 'waiting', until: now, attempt: 0, cause: { code: '', message: 'not tried yet' } };
}

/** When `due` must be fed in; Infinity for never. */
export function deadline(state: LinkState): number {
  switch (state.state) {
    case 'waiting':
      return state.until;
    case 'dialing':
    case 'greeting':
      return state.giveUpAt;
    case 'ready':
      return state.silentUntil;
    case 'refused':
    case 'closed':
      return Number.POSITIVE_INFINITY;
    default:
      return assertNever(state);
  }
}

/** Applies one event. Pure; `random` within [0, 1). */
export function step(state: LinkState, event: LinkEvent, now: number, random: number): LinkDecision {
  if (state.state === 'closed') return { next: state, actions: [] };
  switch (event.kind) {
    case 'stop':
      return { next: { state: 'closed' }, actions: [{ kind: 'hang_up' }] };
    case 'due':
      return due(state, now, random);
    case 'challenge':
      if (state.state !== 'dialing') return { next: state, actions: [] };
      return {
        next: { ...state, state: 'greeting' },
        actions: [{ kind: 'greet', challenge: event.challenge }],
      };
    case 'welcome':
      if (state.state !== 'greeting') return { next: state, actions: [] };
      return {
        next: {
          state: 'ready',
          since: now,
          attempt: state.attempt,
          welcome: event.welcome,
          silentUntil: now + silenceMs(event.welcome),
        },
        actions: [{ kind: 'ready', welcome: event.welcome }],
      };
    case 'refused':
      return refused(state, event.refuse, now, random);
    case 'heard':
      if (state.state !== 'ready') return { next: state, actions: [] };
      return { next: { ...state, silentUntil: now + silenceMs(state.welcome) }, actions: [] };
    case 'lost':
      return state.state === 'waiting' || state.state === 'refused'
        ? { next: state, actions: [] }
        : retry(state, event.cause, now, random, 0);
    case 'reconnect':
      return { next: dial(0, now), actions: [{ kind: 'hang_up' }, { kind: 'dial' }] };
    default:
      return assertNever(event);
  }
}

/** Every heartbeat is answered; three unanswered ones mean that the path is dead. */
function silenceMs(welcome: Welcome): number {
  return 3 * welcome.heartbeatMs;
}

function dial(attempt: number, now: number): LinkState {
  return { state: 'dialing', giveUpAt: now + greetingTimeoutMs, attempt };
}

function due(state: LinkState, now: number, random: number): LinkDecision {
  if (now < deadline(state)) return { next: state, actions: [] };
  switch (state.state) {
    case 'waiting':
      return { next: dial(state.attempt, now), actions: [{ kind: 'dial' }] };
    case 'dialing':
      return retry(
        state,
        { code: 'deadline_exceeded', message: 'no answer from the scheduler' },
        now,
        random,
        0,
      );
    case 'greeting':
      return retry(
        state,
        { code: 'deadline_exceeded', message: 'the scheduler did not finish the greeting' },
        now,
        random,
        0,
      );
    case 'ready':
      return retry(
        state,
        { code: 'unavailable', message: 'the scheduler has been silent for three heartbeats' },
        now,
        random,
        0,
      );
    case 'refused':
    case 'closed':
      return { next: state, actions: [] };
    default:
      return assertNever(state);
  }
}

function retry(state: LinkState, cause: Cause, now: number, random: number, floorMs: number): LinkDecision {
  const healthy = state.state === 'ready' && now - state.since >= healthyAfterMs;
  const attempt = (healthy || !('attempt' in state) ? 0 : state.attempt) + 1;
  return {
    next: { state: 'waiting', until: now + backoffMs(attempt, random, floorMs), attempt, cause },
    actions: [{ kind: 'hang_up' }],
  };
}

/** Refusals that a person has to mend; everything else may be another tomorrow and is tried again. */
const final: ReadonlySet<string> = new Set<Code>([
  'join_token_used',
  'join_token_expired',
  'bad_signature',
  'unauthenticated',
  'permission_denied',
  'ca_mismatch',
  // Another process has this node's identity; taking the session back from it would go on for ever.
  'session_superseded',
]);

function refused(state: LinkState, refuse: Refuse, now: number, random: number): LinkDecision {
  const cause = { code: refuse.code, message: refuse.message };
  if (final.has(refuse.code)) return { next: { state: 'refused', cause }, actions: [{ kind: 'hang_up' }] };
  return retry(state, cause, now, random, refuse.retryAfterMs);
}

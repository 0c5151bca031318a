/** `(state, event) → { state, effects }`: everything that can happen to the view. Pure. */
import type { LastDocument, LogLine, RecentDocument, StatusSnapshot } from '../../../proto/status.ts';
import { actionOf } from './keys.ts';
import { memoryPct } from './lists.ts';
import { act } from './act.ts';
import type { Effect } from './effects.ts';
import { answer } from './prompt.ts';
import type { Connection, Sample, TuiState } from './state.ts';

/** What can happen. */
export type TuiEvent =
  | { kind: 'key'; key: string; page: number; scrollMax: number }
  | { kind: 'status'; status: StatusSnapshot }
  /** What an agent that is gone said last. */
  | { kind: 'saved'; last: LastDocument; at: number }
  | { kind: 'recent'; recent: RecentDocument }
  | { kind: 'log'; lease: string; lines: readonly LogLine[]; problem: string }
  | { kind: 'connection'; connection: Connection }
  | { kind: 'told'; text: string; role: 'ok' | 'warn' | 'crit' }
  | { kind: 'tick' };

/** The state after an event, and what is to be done. */
export interface Reduced {
  state: TuiState;
  effects: Effect[];
}

/** How long a toast stands. */
const toastMs = 4_000;
/** Samples kept of each device: two minutes at one a second. */
const maxSamples = 120;

/** Applies one event; `now` is wall-clock ms. */
export function reduce(before: TuiState, event: TuiEvent, now: number): Reduced {
  const state = {
    ...before,
    now,
    toast: before.toast && now < before.toast.until ? before.toast : undefined,
  };
  switch (event.kind) {
    case 'key':
      // A word about the last key makes room for what the next one does.
      return pressed({ ...state, toast: undefined }, event.key, event.page, event.scrollMax);
    case 'status':
      return { state: received(state, event.status, now), effects: [] };
    case 'saved':
      return { state: state.status ? state : saved(state, event.last, event.at), effects: [] };
    case 'recent':
      return { state: { ...state, recent: event.recent }, effects: [] };
    case 'log':
      return { state: logged(state, event), effects: [] };
    case 'connection':
      return { state: { ...state, connection: event.connection }, effects: [] };
    case 'told':
      return {
        state: { ...state, toast: { text: event.text, role: event.role, until: now + toastMs } },
        effects: [],
      };
    case 'tick':
      return { state, effects: [] };
  }
}

function saved(state: TuiState, { status, recent }: LastDocument, at: number): TuiState {
  return { ...state, status, recent, statusAt: at };
}

/** Lines kept of a log. */
const maxLogLines = 500;

function logged(
  state: TuiState,
  { lease, lines, problem }: { lease: string; lines: readonly LogLine[]; problem: string },
): TuiState {
  const known = state.log.lease === lease ? state.log.lines : [];
  const last = known.at(-1)?.number ?? 0;
  const more = lines.filter(({ number }) => number > last);
  return { ...state, log: { lease, lines: [...known, ...more].slice(-maxLogLines), problem } };
}

function received(state: TuiState, status: StatusSnapshot, now: number): TuiState {
  const live = { ...state, connection: { kind: 'live' } as const };
  if (state.paused) return live;
  return { ...live, status, statusAt: now, history: remembered(state.history, status) };
}

function remembered(history: TuiState['history'], status: StatusSnapshot): TuiState['history'] {
  return new Map(
    status.devices.map((device) => {
      const sample: Sample = {
        utilPct: device.utilization_pct,
        memoryPct: memoryPct(device),
        temperatureC: device.temperature_c,
        powerW: device.power_w,
      };
      const { count, samples } = history.get(device.id) ?? { count: 0, samples: [] };
      return [device.id, { count: count + 1, samples: [...samples, sample].slice(-maxSamples) }];
    }),
  );
}

function pressed(state: TuiState, key: string, page: number, scrollMax: number): Reduced {
  if (state.prompt) return answered(state, key);
  if (state.help && key !== 'ctrl+c' && key !== 'q') return { state: { ...state, help: false }, effects: [] };
  const action = actionOf(key, state.readonly);
  if (!action) return { state, effects: [] };
  return act(state, action, { page, scrollMax });
}

function answered(state: TuiState, key: string): Reduced {
  const { prompt } = state;
  if (!prompt) return { state, effects: [] };
  const result = answer(prompt, key);
  const next = 'prompt' in result ? result.prompt : undefined;
  const shown = { ...state, prompt: next };
  if (prompt.kind !== 'filter') return { state: shown, effects: 'effects' in result ? result.effects : [] };
  // A filter works while it is typed; Esc brings back the one before.
  const left = 'over' in result && result.over === 'left';
  const text = next?.kind === 'filter' ? next.text : left ? prompt.before : prompt.text;
  const lists = { ...state.lists, [prompt.list]: { ...state.lists[prompt.list], filter: text } };
  return { state: { ...shown, lists }, effects: [] };
}

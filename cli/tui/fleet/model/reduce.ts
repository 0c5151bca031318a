/** `(state, event) → { state, effects }`: everything that can happen to the fleet's view. Pure. */
import { translator } from '../../../i18n/translate.ts';
import type { Action } from '../../model/keys.ts';
import { arrange, moved } from '../../model/lists.ts';
import { edited } from '../../model/prompt.ts';
import type { Connection, ListState } from '../../model/state.ts';
import type { Fleet, FleetListName } from './fleet.ts';
import { fleetActionOf } from './keys.ts';
import { fleetShapes } from './lists.ts';
import { type FleetDetail, fleetListOf, fleetScreens, type FleetState, type Found } from './state.ts';

/** How much is on the screen. */
export interface FleetExtent {
  /** Rows of a page of the list or text. */
  page: number;
  scrollMax: number;
  /** Dots in a row of the grid; 0: there is no grid. */
  across: number;
}

/** What can happen. */
export type FleetViewEvent =
  | { kind: 'key'; key: string; extent: FleetExtent }
  | { kind: 'fleet'; fleet: Fleet }
  | { kind: 'found'; found: Found }
  | { kind: 'connection'; connection: Connection }
  | { kind: 'told'; text: string; role: 'ok' | 'warn' | 'crit' }
  | { kind: 'tick' };

/** What the view asks of the world. */
export type FleetEffect = { kind: 'quit' } | { kind: 'retry' } | { kind: 'copy'; text: string };

/** The state after an event, and what is to be done. */
export interface FleetReduced {
  state: FleetState;
  effects: FleetEffect[];
}

const toastMs = 4_000;
const only = (state: FleetState): FleetReduced => ({ state, effects: [] });

/** Applies one event; `now` is wall-clock ms. */
export function reduceFleet(before: FleetState, event: FleetViewEvent, now: number): FleetReduced {
  const toast = before.toast && now < before.toast.until ? before.toast : undefined;
  const { state, effects } = applied({ ...before, now, toast }, event, now);
  const list = fleetListOf(state);
  return { state: list === undefined ? state : arranged(state, list), effects };
}

function applied(state: FleetState, event: FleetViewEvent, now: number): FleetReduced {
  switch (event.kind) {
    case 'key':
      return pressed({ ...state, toast: undefined }, event.key, event.extent);
    case 'fleet': {
      const live = { ...state, connection: { kind: 'live' } as const };
      return only(state.paused && state.fleet ? live : { ...live, fleet: event.fleet, fleetAt: now });
    }
    case 'found': {
      const { found } = event;
      if (found.id !== state.detail?.id) return only(state);
      return only({ ...state, found: state.found?.id === found.id ? { ...state.found, ...found } : found });
    }
    case 'connection':
      return only({ ...state, connection: event.connection });
    case 'told':
      return only({ ...state, toast: { text: event.text, role: event.role, until: now + toastMs } });
    case 'tick':
      return only(state);
  }
}

/** The rows of a list as they stand, made again only when they, their filter or their order have changed. */
function arranged<List extends FleetListName>(state: FleetState, name: List): FleetState {
  const of = (state.fleet?.[name] ?? []) as FleetState['shown'][List]['of'];
  const { filter, sort, reverse } = state.lists[name];
  const known = state.shown[name];
  if (known.of === of && known.filter === filter && known.sort === sort && known.reverse === reverse)
    return state;
  const rows = arrange(of, fleetShapes[name], state.lists[name]);
  return { ...state, shown: { ...state.shown, [name]: { of, filter, sort, reverse, rows } } };
}

/** Where the cursor of a list gets to by moving `by` rows. */
function cursor<List extends FleetListName>(state: FleetState, name: List, by: number): string {
  return moved(state.shown[name].rows, fleetShapes[name].id, state.lists[name].selected, by);
}

function withList(state: FleetState, name: FleetListName, change: Partial<ListState>): FleetState {
  return { ...state, lists: { ...state.lists, [name]: { ...state.lists[name], ...change } } };
}

function pressed(state: FleetState, key: string, extent: FleetExtent): FleetReduced {
  if (state.prompt) return only(answered(state, state.prompt, key));
  if (state.help && key !== 'ctrl+c' && key !== 'q') return only({ ...state, help: false });
  const inGrid = state.screen === 'overview' && !state.detail && extent.across > 0;
  if (inGrid && (key === 'left' || key === 'right'))
    return only(move(state, key === 'left' ? -1 : 1, extent));
  const action = fleetActionOf(key, false);
  if (!action) return only(state);
  const effects = effectsOf(state, action.kind);
  return effects ? { state, effects } : only(act(state, action, inGrid ? extent : { ...extent, across: 1 }));
}

/** A filter works while it is typed; Esc brings back the one before. */
function answered(state: FleetState, prompt: NonNullable<FleetState['prompt']>, key: string): FleetState {
  const { list, text, before } = prompt;
  if (key === 'escape' || key === 'ctrl+c')
    return withList({ ...state, prompt: undefined }, list, { filter: before });
  if (key === 'enter' || key === 'down' || key === 'up') return { ...state, prompt: undefined };
  const next = edited(text, key) ?? text;
  return withList({ ...state, prompt: { ...prompt, text: next } }, list, { filter: next });
}

function effectsOf(state: FleetState, kind: Action['kind']): FleetEffect[] | undefined {
  switch (kind) {
    case 'quit':
      return [{ kind: 'quit' }];
    case 'reconnect':
      return [{ kind: 'retry' }];
    case 'copy': {
      const list = fleetListOf(state);
      const id = state.detail?.id ?? (list === undefined ? '' : cursor(state, list, 0));
      return id === '' ? [] : [{ kind: 'copy', text: id }];
    }
    default:
      return undefined;
  }
}

function act(state: FleetState, action: Action, extent: FleetExtent): FleetState {
  switch (action.kind) {
    case 'screen':
      return goTo(state, action.index);
    case 'next_screen':
      return goTo(
        state,
        (fleetScreens.indexOf(state.screen) + action.by + fleetScreens.length) % fleetScreens.length,
      );
    case 'move':
      return move(state, action.by * extent.across, extent);
    case 'page':
      return move(state, action.by * extent.across * Math.max(1, extent.page - 1), extent);
    case 'end':
      return move(state, action.at === 'first' ? -1e9 : 1e9, extent);
    case 'enter':
      return enter(state);
    case 'back':
      return back(state);
    case 'filter':
    case 'sort':
    case 'reverse':
      return arrangeList(state, action.kind);
    case 'help':
      return { ...state, help: true };
    case 'language':
      return { ...state, language: state.language === 'en' ? 'zh-CN' : 'en' };
    case 'refresh':
      return { ...state, redraw: state.redraw + 1 };
    case 'pause': {
      const text = translator(state.language)(state.paused ? 'toast.resumed' : 'toast.paused');
      return { ...state, paused: !state.paused, toast: { text, role: 'ok', until: state.now + 3000 } };
    }
    default:
      return state;
  }
}

function goTo(state: FleetState, index: number): FleetState {
  return { ...state, screen: fleetScreens[index] ?? 'overview', detail: undefined, scroll: 0 };
}

function move(state: FleetState, by: number, { scrollMax }: FleetExtent): FleetState {
  const name = fleetListOf(state);
  if (name !== undefined) return withList(state, name, { selected: cursor(state, name, by) });
  return { ...state, scroll: Math.max(0, Math.min(scrollMax, Math.min(state.scroll, scrollMax) + by)) };
}

/** The node or job that is meant by the row under the cursor. */
function subject(state: FleetState): FleetDetail | undefined {
  const name = fleetListOf(state);
  if (name === undefined || name === 'orgs') return undefined;
  const id = cursor(state, name, 0);
  if (id === '') return undefined;
  if (name === 'nodes' || name === 'queue') return { kind: name === 'nodes' ? 'node' : 'job', id };
  if (name === 'leases') {
    const lease = state.shown.leases.rows.find((row) => row.id === id);
    return lease && { kind: 'job', id: lease.job_id };
  }
  const node = state.shown.alerts.rows.find((row) => row.id === id)?.node_id ?? '';
  return node === '' ? undefined : { kind: 'node', id: node };
}

function enter(state: FleetState): FleetState {
  const name = fleetListOf(state);
  if (name === undefined) return state;
  // What is opened has the cursor also when the filter that made it the first row is gone.
  const selected = cursor(state, name, 0);
  const held = withList(state, name, { selected });
  // An organisation is what it has: its leases.
  if (name === 'orgs')
    return selected === ''
      ? state
      : withList({ ...held, screen: 'leases' }, 'leases', { filter: selected, selected: '' });
  const detail = subject(state);
  return detail ? { ...held, detail, found: undefined, scroll: 0 } : state;
}

function back(state: FleetState): FleetState {
  if (state.detail) return { ...state, detail: undefined, scroll: 0 };
  const name = fleetListOf(state);
  if (name !== undefined && state.lists[name].filter !== '') return withList(state, name, { filter: '' });
  return state.screen === 'overview' ? state : goTo(state, 0);
}

function arrangeList(state: FleetState, kind: 'filter' | 'sort' | 'reverse'): FleetState {
  const name = fleetListOf(state);
  if (name === undefined) return state;
  const { filter, reverse, sort } = state.lists[name];
  if (kind === 'filter') return { ...state, prompt: { list: name, text: filter, before: filter } };
  if (kind === 'reverse') return withList(state, name, { reverse: !reverse });
  return withList(state, name, { sort: (sort + 1) % fleetShapes[name].sorts.length });
}

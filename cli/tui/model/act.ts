/** What an action does to the view. Pure. */
import { assertNever } from '../../../proto/codes.ts';
import { translator } from '../../i18n/translate.ts';
import type { Effect } from './effects.ts';
import type { Action } from './keys.ts';
import { rowIds } from './rows.ts';
import { moved } from './lists.ts';
import { leaseShape, deviceShape } from './lists.ts';
import { type ListName, type ListState, screens, type TuiState } from './state.ts';

interface Done {
  state: TuiState;
  effects: Effect[];
}

const only = (state: TuiState): Done => ({ state, effects: [] });

/** The list under the cursor; undefined where there is only text. */
export function listOf(state: TuiState): ListName | undefined {
  if (state.detail) return undefined;
  switch (state.screen) {
    case 'overview':
      return state.overviewFocus;
    case 'devices':
    case 'leases':
    case 'events':
      return state.screen;
    case 'node':
      return undefined;
  }
}

/** How much of a list or text is on the screen, and how far the text can be scrolled. */
export interface Extent {
  page: number;
  scrollMax: number;
}

/** Applies an action. */
export function act(state: TuiState, action: Action, extent: Extent): Done {
  switch (action.kind) {
    case 'screen':
      return only(goTo(state, action.index));
    case 'next_screen':
      return only(goTo(state, (screens.indexOf(state.screen) + action.by + screens.length) % screens.length));
    case 'move':
      return only(move(state, action.by, extent));
    case 'page':
      return only(move(state, action.by * Math.max(1, extent.page - 1), extent));
    case 'end':
      return only(move(state, action.at === 'first' ? -1_000_000 : 1_000_000, extent));
    case 'enter':
      return only(enter(state));
    case 'log':
      return only(openLease(state, 'log'));
    case 'back':
      return only(back(state));
    case 'filter':
    case 'sort':
    case 'reverse':
      return only(arrangeList(state, action.kind));
    case 'drain':
    case 'undrain':
    case 'cancel':
      return only(ask(state, action.kind));
    case 'shell':
    case 'reconnect':
    case 'copy':
    case 'quit':
      return { state, effects: effectsOf(state, action.kind) };
    case 'follow':
    case 'wrap':
    case 'timestamps':
    case 'help':
    case 'language':
    case 'pause':
    case 'refresh':
      return only(toggle(state, action.kind));
    default:
      return assertNever(action);
  }
}

function goTo(state: TuiState, index: number): TuiState {
  return { ...state, screen: screens[index] ?? 'overview', detail: undefined, scroll: 0 };
}

function withList(state: TuiState, name: ListName, change: Partial<ListState>): TuiState {
  return { ...state, lists: { ...state.lists, [name]: { ...state.lists[name], ...change } } };
}

function move(state: TuiState, by: number, { scrollMax }: Extent): TuiState {
  const name = listOf(state);
  if (name === undefined) return scrolled(state, by, scrollMax);
  const ids = rowIds(state, name);
  // While the last event is followed, the cursor is on it whatever it was on before.
  const from = name === 'events' && state.follow ? (ids.at(-1) ?? '') : state.lists[name].selected;
  const selected = moved(ids, String, from, by);
  const next = withList(state, name, { selected });
  if (state.screen !== 'overview')
    return name === 'events' ? { ...next, follow: selected === ids.at(-1) } : next;
  // Past the end of one list of the overview the other begins.
  const stuck = selected === state.lists[name].selected || ids.length === 0;
  if (!stuck || Math.abs(by) > 1) return next;
  if (name === 'devices' && by > 0 && rowIds(state, 'leases').length > 0)
    return { ...next, overviewFocus: 'leases' };
  return name === 'leases' && by < 0 && rowIds(state, 'devices').length > 0
    ? { ...next, overviewFocus: 'devices' }
    : next;
}

/** A log that is followed stands at its end: going up from there stops following, reaching the end begins again. */
function scrolled(state: TuiState, by: number, scrollMax: number): TuiState {
  const logged = state.detail !== undefined && state.detail.kind !== 'device';
  const from = logged && state.follow ? scrollMax : Math.min(state.scroll, scrollMax);
  const scroll = Math.max(0, Math.min(scrollMax, from + by));
  return { ...state, scroll, follow: logged ? scroll === scrollMax : state.follow };
}

/** Id of the device or lease that is meant: the one shown, or the one under the cursor. */
function subject(state: TuiState): { kind: 'device' | 'lease'; id: string } | undefined {
  if (state.detail) return { kind: state.detail.kind === 'device' ? 'device' : 'lease', id: state.detail.id };
  const name = listOf(state);
  if (name !== 'devices' && name !== 'leases') return undefined;
  const id = moved(rowIds(state, name), String, state.lists[name].selected, 0);
  return id === '' ? undefined : { kind: name === 'devices' ? 'device' : 'lease', id };
}

/** The lease that is meant: itself, or the one on the device. */
export function subjectLease(state: TuiState): string | undefined {
  const meant = subject(state);
  if (meant?.kind !== 'device') return meant?.id;
  return state.status?.devices.find(({ id }) => id === meant.id)?.lease_id ?? undefined;
}

function enter(state: TuiState): TuiState {
  const meant = subject(state);
  if (!meant) return state;
  if (state.detail?.kind === 'device') return openLease(state, 'lease');
  return state.detail ? state : { ...state, detail: meant, scroll: 0, follow: true };
}

function openLease(state: TuiState, kind: 'lease' | 'log'): TuiState {
  const id = subjectLease(state);
  return id === undefined ? state : { ...state, detail: { kind, id }, scroll: 0, follow: true };
}

function back(state: TuiState): TuiState {
  if (state.detail?.kind === 'log')
    return { ...state, detail: { kind: 'lease', id: state.detail.id }, scroll: 0, follow: true };
  if (state.detail) return { ...state, detail: undefined, scroll: 0 };
  const name = listOf(state);
  if (name !== undefined && state.lists[name].filter !== '') return withList(state, name, { filter: '' });
  return state.screen === 'overview' ? state : goTo(state, 0);
}

function arrangeList(state: TuiState, kind: 'filter' | 'sort' | 'reverse'): TuiState {
  const name = listOf(state);
  if (name === undefined) return state;
  const list = state.lists[name];
  if (kind === 'filter')
    return { ...state, prompt: { kind: 'filter', list: name, text: list.filter, before: list.filter } };
  if (kind === 'reverse') return withList(state, name, { reverse: !list.reverse });
  const orders = name === 'devices' ? deviceShape.sorts : name === 'leases' ? leaseShape.sorts : [];
  return withList(state, name, { sort: (list.sort + 1) % Math.max(1, orders.length) });
}

function ask(state: TuiState, kind: 'drain' | 'undrain' | 'cancel'): TuiState {
  if (state.connection.kind !== 'live' || !state.status) return state;
  const draining = state.status.agent.state === 'draining';
  if (kind === 'undrain') return draining ? { ...state, prompt: { kind: 'undrain' } } : state;
  if (kind === 'drain')
    return {
      ...state,
      prompt: {
        kind: 'drain',
        step: 'reason',
        reason: state.status.agent.drain_reason,
        deadline: '',
        problem: '',
      },
    };
  const id = subjectLease(state);
  const lease = state.status.leases.find((each) => each.id === id);
  if (!lease || lease.state === 'ended' || lease.state === 'stopping') return state;
  return {
    ...state,
    prompt: { kind: 'cancel', lease: lease.id, typed: '', step: 'id', reason: '', problem: '' },
  };
}

function effectsOf(state: TuiState, kind: 'shell' | 'reconnect' | 'copy' | 'quit'): Effect[] {
  switch (kind) {
    case 'quit':
      return [{ kind: 'quit' }];
    case 'reconnect':
      return [{ kind: state.connection.kind === 'live' ? 'reconnect' : 'retry' }];
    case 'copy': {
      const id = subject(state)?.id ?? state.status?.agent.node_id;
      return id === undefined ? [] : [{ kind: 'copy', text: id }];
    }
    case 'shell': {
      const lease = subjectLease(state);
      return lease === undefined || state.connection.kind !== 'live' ? [] : [{ kind: 'shell', lease }];
    }
  }
}

function toggle(
  state: TuiState,
  kind: 'follow' | 'wrap' | 'timestamps' | 'help' | 'language' | 'pause' | 'refresh',
): TuiState {
  const language = state.language === 'en' ? 'zh-CN' : 'en';
  switch (kind) {
    case 'follow':
    case 'wrap':
    case 'timestamps':
      return { ...state, [kind]: !state[kind] };
    case 'help':
      return { ...state, help: true };
    case 'language':
      return { ...state, language };
    case 'refresh':
      return { ...state, redraw: state.redraw + 1 };
    case 'pause': {
      const text = translator(state.language)(state.paused ? 'toast.resumed' : 'toast.paused');
      return {
        ...state,
        paused: !state.paused,
        toast: { text, role: 'ok', until: state.now + 3000 },
      };
    }
  }
}

/** What the fleet's view knows and shows at one moment: plain values, changed only by `reduce.ts`. Types and the start. */
import type { JobView, NodeView } from '../../../../proto/api.ts';
import type { Language } from '../../../i18n/translate.ts';
import type { Connection, ListState, Toast } from '../../model/state.ts';
import type { Fleet, FleetListName, FleetRows } from './fleet.ts';

/** The screens, in the order of their keys. */
export const fleetScreens = ['overview', 'nodes', 'queue', 'leases', 'orgs', 'alerts'] as const;
/** One of `fleetScreens`. */
export type FleetScreen = (typeof fleetScreens)[number];

/** What is shown over the screen. */
export interface FleetDetail {
  kind: 'node' | 'job';
  id: string;
}

/** What the scheduler has told of one node or job. */
export interface Found {
  id: string;
  node?: NodeView;
  job?: JobView;
  /** Why the job is where it is; '' before it is known. */
  explained?: string;
  /** Why it cannot be told; '' when it can. */
  problem: string;
}

/** Rows as they stand on the screen, and what they were made from. */
export interface Arranged<Row> {
  of: readonly Row[];
  filter: string;
  sort: number;
  reverse: boolean;
  rows: readonly Row[];
}

/** Everything. */
export interface FleetState {
  now: number;
  /** The scheduler, as one names it. */
  url: string;
  language: Language;
  intervalMs: number;
  connection: Connection;
  fleet: Fleet | undefined;
  /** When `fleet` came. */
  fleetAt: number;
  paused: boolean;
  screen: FleetScreen;
  detail: FleetDetail | undefined;
  found: Found | undefined;
  help: boolean;
  lists: Readonly<Record<FleetListName, ListState>>;
  shown: { readonly [List in FleetListName]: Arranged<FleetRows[List]> };
  /** First line of a long text that is shown. */
  scroll: number;
  prompt: { list: FleetListName; text: string; before: string } | undefined;
  toast: Toast | undefined;
  /** Grows when everything must be drawn again. */
  redraw: number;
}

const list: ListState = { selected: '', sort: 0, reverse: false, filter: '' };
const nothing = { of: [], filter: '', sort: 0, reverse: false, rows: [] };

/** The state before anything is known. */
export function startFleet(given: Pick<FleetState, 'now' | 'url' | 'language' | 'intervalMs'>): FleetState {
  return {
    ...given,
    connection: { kind: 'connecting' },
    fleet: undefined,
    fleetAt: 0,
    paused: false,
    screen: 'overview',
    detail: undefined,
    found: undefined,
    help: false,
    lists: { nodes: list, queue: list, leases: list, orgs: list, alerts: list },
    shown: { nodes: nothing, queue: nothing, leases: nothing, orgs: nothing, alerts: nothing },
    scroll: 0,
    prompt: undefined,
    toast: undefined,
    redraw: 0,
  };
}

/** The list under the cursor; undefined where there is only text. */
export function fleetListOf({
  screen,
  detail,
}: Pick<FleetState, 'screen' | 'detail'>): FleetListName | undefined {
  if (detail) return undefined;
  return screen === 'overview' ? 'nodes' : screen;
}

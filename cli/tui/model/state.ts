/** What the terminal view knows and shows at one moment: plain values, changed only by `reduce.ts`. Types and the start. */
import type { LogLine, RecentDocument, StatusSnapshot } from '../../../proto/status.ts';
import type { Language } from '../../i18n/translate.ts';

/** The screens, in the order of their keys. */
export const screens = ['overview', 'devices', 'leases', 'events', 'node'] as const;
/** One of `screens`. */
export type Screen = (typeof screens)[number];

/** How the view stands with the agent. Times are wall-clock ms. */
export type Connection =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | {
      kind: 'down';
      /** `absent`: nobody listens; `denied`: the socket is not ours to open; `foreign`: something else answers;
       * `lost`: it was there and is no longer heard. */
      cause: 'absent' | 'denied' | 'foreign' | 'lost';
      message: string;
      since: number;
      retryAt: number;
    };

/** A list's cursor, order and filter. */
export interface ListState {
  /** Id of the row under the cursor; '' for the first. */
  selected: string;
  sort: number;
  reverse: boolean;
  filter: string;
}

/** Lists that have a cursor. */
export type ListName = 'devices' | 'leases' | 'events';

/** What is shown over the screen. */
export interface Detail {
  /** `log`: the lease's output alone. */
  kind: 'device' | 'lease' | 'log';
  id: string;
}

/** A question at the bottom of the screen, being answered. */
export type Prompt =
  | { kind: 'filter'; list: ListName; text: string; before: string }
  | { kind: 'drain'; step: 'reason' | 'deadline'; reason: string; deadline: string; problem: string }
  | { kind: 'undrain' }
  | { kind: 'cancel'; lease: string; typed: string; step: 'id' | 'reason'; reason: string; problem: string };

/** A short word about what has just been done. */
export interface Toast {
  text: string;
  role: 'ok' | 'warn' | 'crit';
  until: number;
}

/** What is remembered of a device: its last samples, newest last, and how many there have been. */
export interface History {
  count: number;
  samples: readonly Sample[];
}

/** One reading of a device's changing values. */
export interface Sample {
  utilPct: number | null;
  memoryPct: number | null;
  temperatureC: number | null;
  powerW: number | null;
}

/** Everything. */
export interface TuiState {
  now: number;
  socket: string;
  ownVersion: string;
  language: Language;
  /** Keys that change something are off. */
  readonly: boolean;
  connection: Connection;
  status: StatusSnapshot | undefined;
  /** When `status` came, or was made if it was read from disk. */
  statusAt: number;
  /** What has happened lately; undefined before the agent has said. */
  recent: RecentDocument | undefined;
  /** The last lines of the lease whose detail is shown. */
  log: { lease: string; lines: readonly LogLine[]; problem: string };
  intervalMs: number;
  paused: boolean;
  /** By device. */
  history: ReadonlyMap<string, History>;
  screen: Screen;
  detail: Detail | undefined;
  help: boolean;
  lists: Readonly<Record<ListName, ListState>>;
  /** First line of a long text that is shown: detail, help. */
  scroll: number;
  prompt: Prompt | undefined;
  toast: Toast | undefined;
  follow: boolean;
  wrap: boolean;
  timestamps: boolean;
  /** The overview's cursor is in this list. */
  overviewFocus: 'devices' | 'leases';
  /** Grows when everything must be drawn again. */
  redraw: number;
}

const list: ListState = { selected: '', sort: 0, reverse: false, filter: '' };

/** The state before anything is known. */
export function startState(
  given: Pick<TuiState, 'now' | 'socket' | 'ownVersion' | 'language' | 'readonly' | 'intervalMs'>,
): TuiState {
  return {
    ...given,
    connection: { kind: 'connecting' },
    status: undefined,
    statusAt: 0,
    recent: undefined,
    log: { lease: '', lines: [], problem: '' },
    paused: false,
    history: new Map(),
    screen: 'overview',
    detail: undefined,
    help: false,
    lists: { devices: list, leases: list, events: list },
    scroll: 0,
    prompt: undefined,
    toast: undefined,
    follow: true,
    wrap: false,
    timestamps: false,
    overviewFocus: 'devices',
    redraw: 0,
  };
}

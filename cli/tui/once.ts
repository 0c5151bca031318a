/** The same as a table, once, for pipes, logs and health checks; or the status as JSON (edge). */
import { SuanlinkError } from '../../proto/codes.ts';
import type { StatusSnapshot } from '../../proto/status.ts';
import { askAgent } from '../agent-socket.ts';
import { spoken } from '../i18n/spoken-error.ts';
import { type Language, translator } from '../i18n/translate.ts';
import { print, say } from '../terminal.ts';
import { exitCodeOf, notices } from './model/verdict.ts';
import { deviceRows, leaseRows } from './model/rows.ts';
import { startState, type Connection, type TuiState } from './model/state.ts';
import { type Colour, paint } from './term/paint.ts';
import type { Line } from './view/cells.ts';
import { header } from './view/header.ts';
import { layoutOf } from './view/layout.ts';
import { listingLines } from './view/listing.ts';
import { noticeLines } from './view/notices.ts';
import { deviceListing, leaseListing } from './view/overview.ts';
import { ascii, toAscii, unicode } from './view/glyphs.ts';
import type { View } from './view/context.ts';

/** What is shown, and how. */
export interface OnceOptions {
  socket: string;
  version: string;
  language: Language;
  ascii: boolean;
  colour: Colour;
  intervalMs: number;
  json: boolean;
  watch: boolean;
}

/** Columns when nobody says how many there are, and at most. */
const usualCols = 120;

/** Prints the table or the document; 0 healthy, 1 degraded, 2 critical, 3 no agent. */
export async function showOnce(options: OnceOptions): Promise<number> {
  if (options.json && options.watch) return watchJson(options);
  let status: StatusSnapshot;
  try {
    status = await askAgent(options.socket, 'GET', '/v1/status');
  } catch (caught) {
    return noAgent(SuanlinkError.from(caught), options);
  }
  if (options.json) print(JSON.stringify(status, null, 2));
  else for (const line of onceLines(status, options)) print(line);
  return verdict(status, { kind: 'live' }, options);
}

function noAgent(error: SuanlinkError, options: OnceOptions): number {
  say(`suanlink top: ${spoken(error, options.language)}`);
  return 3;
}

function verdict(status: StatusSnapshot, connection: Connection, options: OnceOptions): number {
  return exitCodeOf({ connection, status, socket: options.socket, ownVersion: options.version });
}

function stateOf(status: StatusSnapshot, options: OnceOptions): TuiState {
  const now = Date.now();
  const start = startState({
    now,
    socket: options.socket,
    ownVersion: options.version,
    language: options.language,
    readonly: true,
    intervalMs: options.intervalMs,
  });
  return { ...start, readonly: false, connection: { kind: 'live' }, status, statusAt: now };
}

/** The table: header, what is the matter, devices, leases; as wide as the terminal, or 120 columns. */
function onceLines(status: StatusSnapshot, options: OnceOptions): string[] {
  const t = translator(options.language);
  const cols = Math.min(process.stdout.columns || usualCols, usualCols);
  const state = stateOf(status, options);
  // Without a cursor, and with room for every row.
  const layout = { ...layoutOf(Math.max(40, cols), 24), header: 2 };
  const view: View = { state, layout, t, glyphs: options.ascii ? ascii : unicode };
  const lines: Line[] = [
    ...header(view),
    ...noticeLines(view, notices(state).length),
    [],
    ...listingLines(view, deviceListing(view, false), Math.max(2, deviceRows(state).length + 1)),
    [],
    ...listingLines(view, leaseListing(view, false), Math.max(2, leaseRows(state).length + 1)),
  ];
  const painted = lines.map((line) => paint(line, options.colour));
  return options.ascii ? painted.map(toAscii) : painted;
}

/** One document a line, until Ctrl-C or the reader goes away. */
async function watchJson(options: OnceOptions): Promise<number> {
  const { openFeed } = await import('./feed.ts');
  const ended = Promise.withResolvers<number>();
  let code = 3;
  const feed = openFeed(options.socket, options.intervalMs, (event) => {
    if (event.kind === 'status') {
      process.stdout.write(`${JSON.stringify(event.status)}\n`);
      code = verdict(event.status, { kind: 'live' }, options);
    } else if (event.kind === 'connection' && event.connection.kind === 'down') {
      code = 3;
      say(`suanlink top: ${event.connection.message}`);
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve(code));
  const result = await ended.promise;
  feed.close();
  return result;
}

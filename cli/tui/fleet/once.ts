/** The fleet as a table, once, for pipes, logs and health checks; or as JSON (edge). */
import { SuanlinkError } from '../../../proto/codes.ts';
import type { Client } from '../../client/client.ts';
import { exitCodes } from '../../exit-codes.ts';
import { spoken } from '../../i18n/spoken-error.ts';
import { type Language, translator } from '../../i18n/translate.ts';
import { print, say } from '../../terminal.ts';
import { type Colour, paint } from '../term/paint.ts';
import { ascii, toAscii, unicode } from '../view/glyphs.ts';
import { layoutOf } from '../view/layout.ts';
import { fleetExitCode } from './model/alerts.ts';
import { type Fleet, FleetBook } from './model/fleet.ts';
import { reduceFleet } from './model/reduce.ts';
import { startFleet } from './model/state.ts';
import { fleetOnce } from './view/once.ts';

/** What is shown, and how. */
export interface FleetOnceOptions {
  client: Client;
  url: string;
  language: Language;
  ascii: boolean;
  colour: Colour;
  intervalMs: number;
  json: boolean;
  watch: boolean;
}

/** Columns when nobody says how many there are, and at most. */
const usualCols = 120;

/** Prints the table or the document; 0 healthy, 1 degraded, 2 critical, 3 no scheduler. */
export async function showFleetOnce(options: FleetOnceOptions): Promise<number> {
  const left = new AbortController();
  if (options.watch)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => left.abort());
  try {
    return await shown(options, left.signal);
  } catch (caught) {
    const reason = spoken(SuanlinkError.from(caught), options.language);
    say(`suanlink top: ${translator(options.language)('once.no_scheduler', { reason })}`);
    return exitCodes.not_connected;
  } finally {
    options.client.close();
  }
}

async function shown(options: FleetOnceOptions, signal: AbortSignal): Promise<number> {
  const { client, intervalMs, watch, json } = options;
  const book = new FleetBook();
  let code: number = exitCodes.not_connected;
  try {
    for await (const event of client.fleet({ follow: watch, interval_ms: intervalMs }, signal)) {
      if (watch) process.stdout.write(`${JSON.stringify(event)}\n`);
      const fleet = book.take(event);
      if (!fleet) continue;
      code = fleetExitCode(fleet.alerts);
      if (watch) continue;
      if (json) print(JSON.stringify(documentOf(fleet), null, 2));
      else for (const line of lines(fleet, options)) print(line);
    }
  } catch (caught) {
    if (!signal.aborted) throw caught;
  }
  return code;
}

/** The sums first, then the lists. */
function documentOf({ pool, ...lists }: Fleet): object {
  return { ...pool, ...lists };
}

function lines(fleet: Fleet, options: FleetOnceOptions): string[] {
  const now = Date.now();
  const { url, language, intervalMs } = options;
  const start = startFleet({ now, url, language, intervalMs });
  const { state } = reduceFleet(start, { kind: 'fleet', fleet }, now);
  const cols = Math.max(40, Math.min(process.stdout.columns || usualCols, usualCols));
  const glyphs = options.ascii ? ascii : unicode;
  const view = { state, layout: { ...layoutOf(cols, 24), header: 2 }, glyphs, t: translator(language) };
  const painted = fleetOnce(view).map((line) => paint(line, options.colour));
  return options.ascii ? painted.map(toAscii) : painted;
}

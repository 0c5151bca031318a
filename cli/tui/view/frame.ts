/**
 * The whole screen as rows of segments: `(state, size) → lines`, exactly as many as the terminal has rows, none wider than
 * it has columns. Pure: the shell only draws what comes out here.
 */
import type { Translate } from '../../i18n/translate.ts';
import type { Detail, TuiState } from '../model/state.ts';
import { cutLine, type Line, segment } from './cells.ts';
import { isOld, type View } from './context.ts';
import { deviceDetail } from './device-detail.ts';
import { eventLines } from './events.ts';
import { footer } from './footer.ts';
import { ascii, type Glyphs, toAscii } from './glyphs.ts';
import { header } from './header.ts';
import { helpLines } from './help.ts';
import { layoutOf, least } from './layout.ts';
import { leaseDetail } from './lease-detail.ts';
import { logLines } from './log.ts';
import { listingLines } from './listing.ts';
import { nodeLines } from './node.ts';
import { downLines, noticeLines } from './notices.ts';
import { deviceListing, leaseListing, overview, troubled } from './overview.ts';

/** What is drawn. */
export interface Frame {
  lines: Line[];
  /** How far the text on the screen can be scrolled; 0 when all of it is shown. */
  scrollMax: number;
}

/** Rows of the body: a list, or the part of a text that is scrolled to. */
interface Body {
  lines: Line[];
  scrollMax: number;
}

/** Draws `state` for a terminal of that size. */
export function frame(state: TuiState, cols: number, rows: number, glyphs: Glyphs, t: Translate): Frame {
  const layout = layoutOf(cols, rows);
  const view: View = { state, layout, glyphs, t };
  if (layout.size === 'notice') {
    const values = { cols: least.cols, rows: least.rows, have_cols: cols, have_rows: rows };
    return { lines: exact([[segment(t('size.too_small', values))]], cols, rows, glyphs), scrollMax: 0 };
  }
  const down = state.help ? [] : downLines(view).slice(0, Math.max(0, layout.body - 2));
  const room = layout.body - down.length;
  const body = state.help ? unscrolled(helpLines(view, room)) : screenBody(view, room);
  const lines = [
    ...header(view),
    ...exact([...down, ...body.lines], cols, layout.body, glyphs),
    footer(view),
  ];
  return { lines: exact(lines, cols, rows, glyphs), scrollMax: body.scrollMax };
}

function exact(lines: readonly Line[], cols: number, rows: number, glyphs: Glyphs): Line[] {
  const shown = Array.from({ length: rows }, (_, row) => cutLine(lines[row] ?? [], cols, glyphs.ellipsis));
  if (glyphs !== ascii) return shown;
  return shown.map((line) => line.map((piece) => ({ ...piece, text: toAscii(piece.text) })));
}

/** Rows that a page of the list or text has that is on the screen. */
export function pageOf(cols: number, rows: number): number {
  return Math.max(1, layoutOf(cols, rows).body - 2);
}

const unscrolled = (lines: Line[]): Body => ({ lines, scrollMax: 0 });

function screenBody(view: View, room: number): Body {
  const { state } = view;
  if (state.detail) return detailBody(view, state.detail, room);
  if (state.screen === 'node') return scrolled(view, nodeLines(view), room);
  if (state.screen === 'overview') return unscrolled(overview(view, room));
  // The lists keep one line for what is the matter; the overview and the node's screen say more.
  const told = !isOld(view) && troubled(view) && room > 6 ? noticeLines(view, 1) : [];
  return unscrolled([...told, ...listLines(view, state.screen, room - told.length)]);
}

function detailBody(view: View, { kind, id }: Detail, room: number): Body {
  const { follow } = view.state;
  if (kind === 'device') return scrolled(view, deviceDetail(view, id, room), room);
  if (kind === 'log') {
    const [head = [], ...lines] = logLines(view, id);
    const body = follow ? atEnd([], lines, room - 1) : scrolled(view, lines, room - 1);
    return { ...body, lines: [head, ...body.lines] };
  }
  const facts = leaseDetail(view, id);
  const log = logLines(view, id);
  // Followed, the end of the log stays in sight below what is most worth knowing of the lease.
  return follow && log.length > 0 ? atEnd(facts, log, room) : scrolled(view, [...facts, ...log], room);
}

/** The beginning of `facts` and the end of `log`. */
function atEnd(facts: readonly Line[], log: readonly Line[], room: number): Body {
  const all = facts.length + log.length;
  const scrollMax = all > room ? all - room + 1 : 0;
  const top = facts.slice(0, Math.max(room - log.length, Math.ceil(room / 2)));
  const left = Math.max(1, room - top.length);
  if (log.length <= left || top.length === 0) return { lines: [...top, ...log.slice(-left)], scrollMax };
  const [head = [], ...rest] = log;
  return { lines: [...top, head, ...rest.slice(-Math.max(1, left - 1))], scrollMax };
}

function listLines(view: View, screen: 'devices' | 'leases' | 'events', room: number): Line[] {
  switch (screen) {
    case 'devices':
      return listingLines(view, deviceListing(view, true), room);
    case 'leases':
      return listingLines(view, leaseListing(view, true), room);
    case 'events':
      return eventLines(view, room);
  }
}

/** The part of a long text that is scrolled to; when there is more, the last line says where one is. */
function scrolled({ state, glyphs }: View, lines: readonly Line[], room: number): Body {
  if (lines.length <= room) return unscrolled([...lines]);
  const scrollMax = lines.length - room + 1;
  const from = Math.min(state.scroll, scrollMax);
  const shown = lines.slice(from, from + room - 1);
  const place = `${from + 1}-${from + shown.length}/${lines.length}`;
  return { lines: [...shown, [segment(` ${glyphs.down} ${place}`, 'muted')]], scrollMax };
}

/**
 * The whole screen as rows of segments: `(state, size) → lines`, exactly as many as the terminal has rows, none wider than
 * it has columns. Pure: the shell only draws what comes out here.
 */
import type { Translate } from '../../i18n/translate.ts';
import type { Detail, TuiState } from '../model/state.ts';
import { bindings } from '../model/keys.ts';
import { exact, type Frame, scrolled, tooSmall, unscrolled } from './body.ts';
import { type Line, segment } from './cells.ts';
import { isOld, type View } from './context.ts';
import { deviceDetail } from './device-detail.ts';
import { eventLines } from './events.ts';
import { footer } from './footer.ts';
import type { Glyphs } from './glyphs.ts';
import { header } from './header.ts';
import { type Help, helpLines } from './help.ts';
import { layoutOf } from './layout.ts';
import { leaseDetail } from './lease-detail.ts';
import { logLines } from './log.ts';
import { listingLines } from './listing.ts';
import { nodeLines } from './node.ts';
import { downLines, noticeLines } from './notices.ts';
import { deviceListing, leaseListing, overview, troubled } from './overview.ts';

/** Draws `state` for a terminal of that size. */
export function frame(state: TuiState, cols: number, rows: number, glyphs: Glyphs, t: Translate): Frame {
  const layout = layoutOf(cols, rows);
  const view: View = { state, layout, glyphs, t };
  if (layout.size === 'notice') return tooSmall(view);
  const down = state.help ? [] : downLines(view).slice(0, Math.max(0, layout.body - 2));
  const room = layout.body - down.length;
  const body = state.help ? unscrolled(helpLines(view, help(view), room)) : screenBody(view, room);
  const lines = [
    ...header(view),
    ...exact([...down, ...body.lines], cols, layout.body, glyphs),
    footer(view),
  ];
  return { lines: exact(lines, cols, rows, glyphs), scrollMax: body.scrollMax };
}

function help({ state, t }: View): Help {
  const readonly: Line[] = state.readonly ? [[segment(` ${t('help.readonly')}`, 'warn')]] : [];
  const notes = [...readonly, [segment(` ${t('help.glyphs')}`, 'muted')]];
  return { keys: bindings, readonly: state.readonly, notes };
}

/** Rows that a page of the list or text has that is on the screen. */
export function pageOf(cols: number, rows: number): number {
  return Math.max(1, layoutOf(cols, rows).body - 2);
}

function screenBody(view: View, room: number): Frame {
  const { state } = view;
  if (state.detail) return detailBody(view, state.detail, room);
  if (state.screen === 'node') return scrolled(view, nodeLines(view), room, view.state.scroll);
  if (state.screen === 'overview') return unscrolled(overview(view, room));
  // The lists keep one line for what is the matter; the overview and the node's screen say more.
  const told = !isOld(view) && troubled(view) && room > 6 ? noticeLines(view, 1) : [];
  return unscrolled([...told, ...listLines(view, state.screen, room - told.length)]);
}

function detailBody(view: View, { kind, id }: Detail, room: number): Frame {
  const { follow } = view.state;
  if (kind === 'device') return scrolled(view, deviceDetail(view, id, room), room, view.state.scroll);
  if (kind === 'log') {
    const [head = [], ...lines] = logLines(view, id);
    const body = follow ? atEnd([], lines, room - 1) : scrolled(view, lines, room - 1, view.state.scroll);
    return { ...body, lines: [head, ...body.lines] };
  }
  const facts = leaseDetail(view, id);
  const log = logLines(view, id);
  // Followed, the end of the log stays in sight below what is most worth knowing of the lease.
  return follow && log.length > 0
    ? atEnd(facts, log, room)
    : scrolled(view, [...facts, ...log], room, view.state.scroll);
}

/** The beginning of `facts` and the end of `log`. */
function atEnd(facts: readonly Line[], log: readonly Line[], room: number): Frame {
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

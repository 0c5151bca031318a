/**
 * The fleet's whole screen as rows of segments: `(state, size) → lines`, exactly as many as the terminal has rows. Only what
 * is on the screen is built, however many nodes there are. Pure.
 */
import type { MessageKey, Translate } from '../../../i18n/translate.ts';
import { duration } from '../../model/format.ts';
import { exact, type Frame, scrolled, tooSmall, unscrolled } from '../../view/body.ts';
import { cutLine, type Line, segment } from '../../view/cells.ts';
import { dimmed } from '../../view/context.ts';
import { cutTail, hintLine, typed } from '../../view/footer.ts';
import type { Glyphs } from '../../view/glyphs.ts';
import { helpLines } from '../../view/help.ts';
import { type Layout, layoutOf } from '../../view/layout.ts';
import { listingLines } from '../../view/listing.ts';
import { silenceLines } from '../../view/notices.ts';
import { fleetBindings } from '../model/keys.ts';
import type { FleetExtent } from '../model/reduce.ts';
import { fleetListOf, type FleetState } from '../model/state.ts';
import { alertGroups, alertLines } from './alerts.ts';
import { type FleetView, isOld } from './context.ts';
import { detailLines } from './detail.ts';
import { dotsAcross, gridLines, legend } from './grid.ts';
import { fleetHeader } from './header.ts';
import { alertListing, leaseListing, queueListing } from './lists.ts';
import { nodeListing } from './nodes.ts';
import { orgListing } from './orgs.ts';

/** Lines of alerts on the overview at most. */
const mostAlerts = { full: 4, normal: 3, compact: 2, mini: 1, notice: 0 };

/** How the overview's lines are shared out. */
function shares(
  { shown, fleet }: FleetState,
  layout: Layout,
  room: number,
): { alerts: number; grid: number; list: number } {
  const alerts = Math.min(alertGroups(fleet?.alerts ?? []).length, mostAlerts[layout.size]);
  const left = room - alerts - 1;
  const want = Math.ceil(shown.nodes.rows.length / dotsAcross(layout));
  const list = layout.size === 'mini' ? 2 : Math.max(4, Math.floor(left / 4));
  const grid = Math.max(1, Math.min(want, left - list - 1));
  return { alerts, grid, list: Math.max(0, left - grid - 1) };
}

/** How much of a list, text or grid is on the screen of that size, for the keys that move by it. */
export function fleetExtent(state: FleetState, cols: number, rows: number, scrollMax: number): FleetExtent {
  const layout = layoutOf(cols, rows);
  const page = Math.max(1, layout.body - 2);
  if (state.screen !== 'overview' || state.detail) return { page, scrollMax, across: 0 };
  return { page: shares(state, layout, layout.body).grid, scrollMax, across: dotsAcross(layout) };
}

function overview(view: FleetView, room: number): Line[] {
  const { alerts, grid, list } = shares(view.state, view.layout, room);
  const told = alertLines(view, alerts);
  return [
    ...(isOld(view) ? dimmed(told) : told),
    legend(view),
    ...gridLines(view, grid),
    [],
    ...listingLines(view, nodeListing(view, true), list),
  ];
}

/** Whose rows are not all here says so. */
function bounded(view: FleetView, list: 'leases' | 'queue'): Line[] {
  const { fleet } = view.state;
  const all = list === 'leases' ? fleet?.pool.leases : fleet?.pool.waiting_jobs;
  const here = fleet?.[list].length ?? 0;
  if (all === undefined || all <= here) return [];
  return [[segment(` ${view.t(`fleet.bounded_${list}`, { here, all })}`, 'warn')]];
}

function screenLines(view: FleetView, room: number): Line[] {
  switch (view.state.screen) {
    case 'overview':
      return overview(view, room);
    case 'nodes':
      return listingLines(view, nodeListing(view, true), room);
    case 'queue': {
      const told = bounded(view, 'queue');
      return [...told, ...listingLines(view, queueListing(view), room - told.length)];
    }
    case 'leases': {
      const told = bounded(view, 'leases');
      return [...told, ...listingLines(view, leaseListing(view), room - told.length)];
    }
    case 'orgs':
      return listingLines(view, orgListing(view), room);
    case 'alerts':
      return listingLines(view, alertListing(view), room);
  }
}

function body(view: FleetView, room: number): Frame {
  const { state, t } = view;
  if (state.help) {
    const notes: Line[] = [[segment(` ${t('fleet.help')}`, 'muted')]];
    return unscrolled(helpLines(view, { keys: fleetBindings, readonly: false, notes }, room));
  }
  if (state.detail) return scrolled(view, detailLines(view, state.detail), room, state.scroll);
  if (!state.fleet) return unscrolled([]);
  return unscrolled(screenLines(view, room));
}

/** Why the scheduler is not heard, and what to do. */
function downLines(view: FleetView): Line[] {
  const { state, t } = view;
  const { connection, now } = state;
  if (connection.kind !== 'down') return [];
  const age = duration(now - state.fleetAt);
  return silenceLines(view, {
    why: `${t(`fleet.notice.${connection.cause}`, { url: state.url })}: ${connection.message}`,
    hint: t(`fleet.notice.${connection.cause}.hint`),
    ...{ retryAt: connection.retryAt, now },
    meanwhile: state.fleet ? t('notice.last_snapshot', { age }) : '',
  });
}

function hints(state: FleetState): MessageKey[] {
  if (state.detail) return ['footer.back', 'footer.help', 'footer.quit'];
  const list = fleetListOf(state);
  return [
    'footer.fleet_screens',
    ...(list === 'orgs' ? (['footer.fleet_org'] as const) : (['footer.detail'] as const)),
    ...(['footer.filter', 'footer.sort', 'footer.fleet_pause', 'footer.help', 'footer.quit'] as const),
  ];
}

function footer(view: FleetView): Line {
  const { state, layout } = view;
  if (state.prompt) return cutTail(typed('/', state.prompt.text), layout.cols);
  if (state.toast)
    return cutLine([segment(` ${state.toast.text}`, state.toast.role, { bold: true })], layout.cols);
  return hintLine(view, hints(state));
}

/** Draws `state` for a terminal of that size. */
export function fleetFrame(
  state: FleetState,
  cols: number,
  rows: number,
  glyphs: Glyphs,
  t: Translate,
): Frame {
  const layout = layoutOf(cols, rows);
  const view: FleetView = { state, layout, glyphs, t };
  if (layout.size === 'notice') return tooSmall(view);
  const down = state.help ? [] : downLines(view).slice(0, Math.max(0, layout.body - 2));
  const shown = body(view, layout.body - down.length);
  const middle = exact([...down, ...shown.lines], cols, layout.body, glyphs);
  const lines = [...fleetHeader(view), ...middle, footer(view)];
  return { lines: exact(lines, cols, rows, glyphs), scrollMax: shown.scrollMax };
}

/** The first rows of the fleet's view: which scheduler and how it is; the sums; on larger screens the tabs. Pure. */
import { clock, duration } from '../../model/format.ts';
import { type Line, lineWidth, type Role, segment, spread } from '../../view/cells.ts';
import { fitting, tabLine } from '../../view/header.ts';
import { badge } from '../../view/words.ts';
import { fleetScreens } from '../model/state.ts';
import { type FleetView, isOld } from './context.ts';
import { connectionShown } from './words.ts';

const between: Line = [segment('  ')];

function counted(
  view: FleetView,
  label: Parameters<FleetView['t']>[0],
  value: string,
  role: Role = 'plain',
): Line {
  return [segment(`${view.t(label)} `, 'muted'), segment(value, role)];
}

function identity(view: FleetView): Line {
  const { state, layout, t } = view;
  const parts: Line[] = [
    [segment('suanlink', 'accent', { bold: true }), segment(` ${t('fleet.title')}`, 'plain', { bold: true })],
    [segment(`${t('scheduler.label')} `, 'muted'), badge(connectionShown(view))],
  ];
  const { fleet } = state;
  if (fleet) {
    const { node_states: nodes, cards, used_cards: used } = fleet.pool;
    const all = Object.values(nodes).reduce((sum, count) => sum + count, 0);
    const role: Role = nodes.ready < all ? 'warn' : 'plain';
    parts.push(counted(view, 'fleet.nodes', `${nodes.ready}/${all} ${t('fleet.ready')}`, role));
    parts.push(counted(view, 'header.cards', `${used}/${cards} ${t('fleet.used')}`));
  }
  return fitting([...parts, [segment(state.url, 'muted')]], between, layout.cols);
}

function sums(view: FleetView): Line {
  const { state, layout, t } = view;
  const right: Line = [
    ...(state.paused ? [segment(`${t('header.paused')} `, 'warn', { bold: true })] : []),
    segment(clock(state.now, false), 'muted'),
  ];
  const { fleet } = state;
  if (!fleet) return spread([], right, layout.cols);
  const { pool, alerts } = fleet;
  const bad = (count: number, role: Role): Role => (count > 0 ? role : 'muted');
  const age = state.now - state.fleetAt;
  const stale = !state.paused && !isOld(view) && age > Math.max(3 * state.intervalMs, 6_000);
  const urgent = alerts.filter(({ severity }) => severity !== 'info').length;
  const parts: Line[] = [
    ...(stale ? [[segment(t('header.stale', { age: duration(age) }), 'warn')]] : []),
    ...(pool.granting ? [] : [[segment(t('fleet.not_granting'), 'crit', { bold: true })]]),
    counted(view, 'fleet.alerts', String(urgent), bad(urgent, 'warn')),
    counted(view, 'fleet.offline', String(pool.node_states.offline), bad(pool.node_states.offline, 'crit')),
    counted(view, 'fleet.ill', String(pool.ill_cards), bad(pool.ill_cards, 'warn')),
    counted(view, 'fleet.free', String(pool.free_cards)),
    counted(view, 'fleet.leases', String(pool.leases)),
    counted(view, 'fleet.waiting', String(pool.waiting_jobs)),
  ];
  return spread(fitting(parts, between, layout.cols - lineWidth(right) - 1), right, layout.cols);
}

/** Where one is below a screen. */
function crumb({ state }: FleetView): string {
  const { detail, fleet } = state;
  if (!detail) return '';
  return `› ${fleet?.nodes.find(({ id }) => id === detail.id)?.name ?? detail.id}`;
}

/** The header's rows. */
export function fleetHeader(view: FleetView): Line[] {
  const { layout, state, t } = view;
  const lines = [identity(view), sums(view)];
  if (layout.header < 3) return lines;
  const names = fleetScreens.map((screen) => t(`fleet.screen.${screen}`));
  return [...lines, tabLine(view, names, fleetScreens.indexOf(state.screen), crumb(view))];
}

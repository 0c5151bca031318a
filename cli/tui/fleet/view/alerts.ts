/** What is the matter, in few lines: what is of one kind stands together, the worst first. Pure. */
import { type Line, segment } from '../../view/cells.ts';
import { badge } from '../../view/words.ts';
import type { FleetAlert } from '../model/alerts.ts';
import type { FleetView } from './context.ts';
import { alertShown } from './words.ts';

/** Names that are said of a group; the screen cuts off what does not fit. */
const mostNames = 20;

/** Alerts of one kind and severity together, in the order of the first of each. */
export function alertGroups(alerts: readonly FleetAlert[]): FleetAlert[][] {
  return [...Map.groupBy(alerts, ({ severity, kind }) => `${severity} ${kind}`).values()];
}

/** The worst `most` groups, a line for each. */
export function alertLines(view: FleetView, most: number): Line[] {
  const groups = alertGroups(view.state.fleet?.alerts ?? []);
  return groups.slice(0, most).map((group): Line => {
    const [first] = group;
    if (!first) return [];
    const leases = group.reduce((sum, alert) => sum + alert.leases, 0);
    const names = group
      .slice(0, mostNames)
      .map(({ name, detail }) => [name, detail].filter(Boolean).join(' '));
    return [
      segment(' '),
      badge(alertShown(view, first)),
      ...(group.length > 1 ? [segment(` ${group.length}`)] : []),
      ...(leases > 0 ? [segment(`  ${view.t('node.leases', { count: leases })}`, 'warn')] : []),
      segment(`  ${names.join(', ')}`),
    ];
  });
}

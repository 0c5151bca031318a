/** The lists of waiting jobs, leases and alerts. Pure. */
import type { FleetJobView, FleetLeaseView } from '../../../../proto/fleet.ts';
import { duration, shortId } from '../../model/format.ts';
import { cut, segment } from '../../view/cells.ts';
import type { Listing } from '../../view/listing.ts';
import type { Column } from '../../view/table.ts';
import { badge } from '../../view/words.ts';
import type { FleetAlert } from '../model/alerts.ts';
import type { FleetListName, FleetRows } from '../model/fleet.ts';
import { fleetShapes } from '../model/lists.ts';
import { numbers, words } from './columns.ts';
import { type FleetView, isOld } from './context.ts';
import { alertShown, leaseStateShown } from './words.ts';

/** How long ago; what the clocks of two machines make negative is now. */
const ago = ({ state }: FleetView, at: string): string => duration(Math.max(0, state.now - Date.parse(at)));

/** `16`, `2x8` on two nodes, `0.5` of a card. */
function wants({ cards, nodes, accelerator_milli: milli }: FleetJobView): string {
  const each = milli < 1000 ? String(milli / 1000) : String(cards);
  return nodes > 1 ? `${nodes}x${each}` : each;
}

function queueColumns(view: FleetView): Column<FleetJobView>[] {
  const { t, glyphs } = view;
  const image = { id: 'image', head: t('column.image'), width: 12, max: 40, priority: 6 };
  const note = { id: 'note', head: t('column.note'), width: 10, max: 60, priority: 8 };
  return [
    words({ id: 'job', head: t('column.job'), width: 8, priority: 1 }, (j) => shortId(j.id), 'accent'),
    numbers({ id: 'wants', head: t('column.cards'), width: 6, priority: 2 }, wants),
    numbers({ id: 'waited', head: t('fleet.column.waited'), width: 7, priority: 3 }, (j) =>
      ago(view, j.submitted_at),
    ),
    numbers({ id: 'priority', head: t('fleet.column.priority'), width: 5, priority: 5 }, (j) => j.priority),
    words({ id: 'org', head: t('column.org'), width: 10, max: 16, priority: 4 }, (j) => j.org),
    words({ id: 'user', head: t('fleet.column.user'), width: 10, max: 16, priority: 7 }, (j) => j.user),
    { ...image, cell: (j, width) => [segment(cut(j.image, width, 'start', glyphs.ellipsis))] },
    words(
      note,
      (j) => j.setback || (j.preemptible ? t('fleet.preemptible') : ''),
      (j) => (j.setback ? 'warn' : 'muted'),
    ),
  ];
}

function leaseColumns(view: FleetView): Column<FleetLeaseView>[] {
  const { t } = view;
  const state = { id: 'state', head: t('column.state'), width: 12, priority: 2 };
  return [
    words({ id: 'lease', head: t('column.lease'), width: 8, priority: 1 }, (l) => shortId(l.id), 'accent'),
    { ...state, cell: (l) => [badge(leaseStateShown(view, l))] },
    numbers({ id: 'cards', head: t('column.cards'), width: 5, priority: 4 }, (l) => l.cards),
    numbers({ id: 'age', head: t('column.age'), width: 7, priority: 5 }, (l) => ago(view, l.granted_at)),
    words({ id: 'node', head: t('fleet.column.node'), width: 14, max: 24, priority: 3 }, (l) => l.node_name),
    words({ id: 'org', head: t('column.org'), width: 10, max: 16, priority: 6 }, (l) => l.org),
    words({ id: 'job', head: t('column.job'), width: 8, priority: 7 }, (l) => shortId(l.job_id), 'muted'),
    words({ id: 'note', head: t('column.note'), width: 10, max: 80, priority: 8 }, (l) => l.notice, 'warn'),
  ];
}

/** The cards and leases that an alert touches. */
function touched({ t }: FleetView, { cards, leases }: FleetAlert): string {
  const parts = [
    cards > 0 ? t('fleet.cards', { count: cards }) : '',
    leases > 0 ? t('node.leases', { count: leases }) : '',
  ];
  return parts.filter(Boolean).join(', ');
}

function alertColumns(view: FleetView): Column<FleetAlert>[] {
  const { t } = view;
  const what = { id: 'what', head: t('column.what'), width: 18, max: 24, priority: 1 };
  const since = { id: 'since', head: t('fleet.column.since'), width: 7, priority: 4 };
  return [
    { ...what, cell: (a) => [badge(alertShown(view, a))] },
    words(
      { id: 'node', head: t('fleet.column.node'), width: 12, max: 24, priority: 2 },
      (a) => a.name,
      'accent',
    ),
    numbers(since, (a) => (a.since === null ? '' : ago(view, a.since))),
    words({ id: 'touched', head: t('fleet.column.touched'), width: 12, max: 20, priority: 5 }, (a) =>
      touched(view, a),
    ),
    words({ id: 'detail', head: t('column.detail'), width: 12, max: 120, priority: 3 }, (a) => a.detail),
  ];
}

/** The list `name` as it stands. */
export function fleetListing<List extends FleetListName>(
  view: FleetView,
  name: List,
  columns: Column<FleetRows[List]>[],
  empty: string,
): Listing<FleetRows[List]> {
  const { state } = view;
  const list = state.lists[name];
  return {
    columns,
    rows: state.shown[name].rows,
    id: fleetShapes[name].id,
    list,
    sorted: fleetShapes[name].sorts[list.sort]?.column ?? '',
    focused: true,
    empty,
    dim: () => isOld(view),
  };
}

/** The jobs that wait. */
export const queueListing = (view: FleetView): Listing<FleetJobView> =>
  fleetListing(view, 'queue', queueColumns(view), view.t('fleet.no_jobs'));

/** The leases that live. */
export const leaseListing = (view: FleetView): Listing<FleetLeaseView> =>
  fleetListing(view, 'leases', leaseColumns(view), view.t('fleet.no_leases'));

/** What is the matter. */
export const alertListing = (view: FleetView): Listing<FleetAlert> =>
  fleetListing(view, 'alerts', alertColumns(view), view.t('fleet.no_alerts'));

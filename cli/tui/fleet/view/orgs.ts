/** The list of organisations: what each uses beside what it is due. Pure. */
import type { FleetOrgView } from '../../../../proto/fleet.ts';
import { bar } from '../../model/format.ts';
import { type Line, segment } from '../../view/cells.ts';
import type { Listing } from '../../view/listing.ts';
import type { Column } from '../../view/table.ts';
import { numbers, words } from './columns.ts';
import type { FleetView } from './context.ts';
import { fleetListing } from './lists.ts';

/** Its part of the pool. */
function shareCell({ glyphs }: FleetView, { share_milli: milli }: FleetOrgView, width: number): Line {
  const number = `${(milli / 10).toFixed(1)}%`.padStart(6);
  if (width < 12) return [segment(number)];
  const text = bar(milli / 1000, width - 7, glyphs.bar, glyphs.barRest);
  const filled = text.lastIndexOf(glyphs.bar) + 1;
  return [segment(text.slice(0, filled), 'active'), segment(text.slice(filled)), segment(` ${number}`)];
}

function columns(view: FleetView): Column<FleetOrgView>[] {
  const { t, layout } = view;
  const share = {
    id: 'share',
    head: t('fleet.column.share'),
    width: layout.cols >= 100 ? 18 : 7,
    priority: 3,
  };
  const month = { id: 'month', head: t('fleet.column.month'), width: 9, priority: 6 };
  const sure = { id: 'guaranteed', head: t('fleet.column.guaranteed'), width: 7, priority: 7 };
  return [
    words({ id: 'org', head: t('column.org'), width: 12, max: 24, priority: 1 }, (o) => o.org, 'accent'),
    numbers({ id: 'in_use', head: t('fleet.column.in_use'), width: 8, priority: 2 }, (o) => o.cards_in_use),
    { ...share, cell: (o, width) => shareCell(view, o, width) },
    numbers({ id: 'waiting', head: t('fleet.column.waiting'), width: 8, priority: 4 }, (o) => o.waiting_jobs),
    numbers({ id: 'used', head: t('fleet.column.used'), width: 9, priority: 5 }, (o) => o.decayed_card_hours),
    numbers(month, (o) => o.month_card_hours),
    numbers(sure, (o) => o.guaranteed_cards || null),
    numbers({ id: 'most', head: t('fleet.column.most'), width: 7, priority: 8 }, (o) => o.max_cards),
  ];
}

/** Organisations and what is due to them. */
export const orgListing = (view: FleetView): Listing<FleetOrgView> =>
  fleetListing(view, 'orgs', columns(view), view.t('fleet.no_orgs'));

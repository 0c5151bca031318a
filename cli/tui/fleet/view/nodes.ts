/** The list of nodes. Pure. */
import { bar, percent } from '../../model/format.ts';
import { type Line, segment } from '../../view/cells.ts';
import type { Listing } from '../../view/listing.ts';
import type { Column } from '../../view/table.ts';
import { badge } from '../../view/words.ts';
import type { FleetNode } from '../model/fleet.ts';
import { numbers, words } from './columns.ts';
import { type FleetView, isOld } from './context.ts';
import { fleetListing } from './lists.ts';
import { nodeStateShown } from './words.ts';

function utilCell({ glyphs }: FleetView, { util }: FleetNode, width: number): Line {
  const number = percent(util).padStart(4);
  if (width < 10) return [segment(number, util === null ? 'muted' : 'plain')];
  const text = bar(util === null ? null : util / 100, width - 5, glyphs.bar, glyphs.barRest);
  const filled = text.lastIndexOf(glyphs.bar) + 1;
  return [segment(text.slice(0, filled), 'ok'), segment(text.slice(filled)), segment(` ${number}`)];
}

function cardsCell({ used, cards, ill }: FleetNode): Line {
  return [segment(`${used}/${cards}`), ...(ill > 0 ? [segment(`!${ill}`, 'warn')] : [])];
}

/** Why it is as it is, or when it was last heard. */
const noteText = ({ note, seen_at: at }: FleetNode): string =>
  note || (at ?? '').slice(0, 19).replace('T', ' ');

function columns(view: FleetView): Column<FleetNode>[] {
  const { t, layout } = view;
  const util = { id: 'util', head: t('column.util'), width: layout.cols >= 100 ? 15 : 5, priority: 4 };
  const cards = { id: 'cards', head: t('column.cards'), width: 7, priority: 3, align: 'right' } as const;
  const region = { id: 'region', head: t('fleet.column.region'), width: 7, priority: 11 };
  const note = { id: 'note', head: t('column.note'), width: 10, max: 60, priority: 10 };
  const memory = { id: 'memory', head: t('column.memory'), width: 5, priority: 7 };
  return [
    words(
      { id: 'node', head: t('fleet.column.node'), width: 14, max: 32, priority: 1 },
      (n) => n.name,
      'accent',
    ),
    {
      id: 'state',
      head: t('column.state'),
      width: 10,
      priority: 2,
      cell: (n) => [badge(nodeStateShown(view, n))],
    },
    { ...cards, cell: cardsCell },
    { ...util, cell: (n, width) => utilCell(view, n, width) },
    numbers(memory, (n) => (n.memory === null ? null : percent(n.memory))),
    numbers({ id: 'free', head: t('fleet.column.free'), width: 5, priority: 6 }, (n) => n.free),
    numbers({ id: 'leases', head: t('fleet.column.leases'), width: 6, priority: 8 }, (n) => n.leases),
    words({ id: 'org', head: t('column.org'), width: 10, max: 16, priority: 5 }, (n) => n.org),
    words({ id: 'model', head: t('fleet.column.model'), width: 12, max: 28, priority: 9 }, (n) => n.model),
    words(region, (n) => n.region, 'muted'),
    words(note, noteText, (n) => (n.ill > 0 ? 'warn' : 'muted')),
  ];
}

/** The nodes as they stand. */
export function nodeListing(view: FleetView, focused: boolean): Listing<FleetNode> {
  return {
    ...fleetListing(view, 'nodes', columns(view), view.t('fleet.no_nodes')),
    focused,
    dim: ({ state: node }) => isOld(view) || node === 'offline',
  };
}

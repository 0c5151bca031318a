/** The fleet as a table without a cursor: the sums, what is the matter, every node. Pure. */
import type { Line } from '../../view/cells.ts';
import { blank } from '../../view/context.ts';
import { listingLines } from '../../view/listing.ts';
import type { FleetView } from './context.ts';
import { alertLines } from './alerts.ts';
import { legend } from './grid.ts';
import { fleetHeader } from './header.ts';
import { nodeListing } from './nodes.ts';

/** Kinds of alerts at most. */
const mostAlerts = 10;

/** All rows. */
export function fleetOnce(view: FleetView): Line[] {
  return [
    ...fleetHeader(view),
    ...alertLines(view, mostAlerts),
    blank,
    legend(view),
    ...listingLines(view, nodeListing(view, false), Math.max(2, view.state.shown.nodes.rows.length + 1)),
  ];
}

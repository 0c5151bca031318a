/** The first screen: what is the matter, the accelerators, the leases. Pure. */
import { deviceRows, leaseRows } from '../model/rows.ts';
import { deviceShape, leaseShape } from '../model/lists.ts';
import { notices } from '../model/verdict.ts';
import { blank, isOld, type View } from './context.ts';
import { deviceColumns } from './devices.ts';
import { eventListing } from './events.ts';
import type { Line } from './cells.ts';
import { share } from './layout.ts';
import { leaseColumns } from './leases.ts';
import { type Listing, listingLines } from './listing.ts';
import { noticeLines } from './notices.ts';
import type { StatusDevice, StatusLease } from '../../../proto/status.ts';

/** The list of accelerators as it stands. */
export function deviceListing(view: View, focused: boolean): Listing<StatusDevice> {
  const { state, t } = view;
  const list = state.lists.devices;
  return {
    columns: deviceColumns(view),
    rows: deviceRows(state),
    id: ({ id }) => id,
    list,
    sorted: deviceShape.sorts[list.sort]?.column ?? '',
    focused,
    empty: t('list.no_devices'),
    dim: ({ health }) => isOld(view) || health === 'unknown',
  };
}

/** The list of leases as it stands. */
export function leaseListing(view: View, focused: boolean): Listing<StatusLease> {
  const { state, t } = view;
  const list = state.lists.leases;
  return {
    columns: leaseColumns(view),
    rows: leaseRows(state),
    id: ({ id }) => id,
    list,
    sorted: leaseShape.sorts[list.sort]?.column ?? '',
    focused,
    empty: t('list.no_leases'),
    dim: ({ state: lease }) => isOld(view) || lease === 'ended',
  };
}

/** Lines of notices: one always, more where the lists leave room, up to so many. */
const maxNotices = { full: 8, normal: 6, compact: 4, mini: 2, notice: 0 };

/** The overview in exactly `room` lines. */
export function overview(view: View, room: number): Line[] {
  const { state, layout } = view;
  const devices = deviceRows(state).length;
  const leases = leaseRows(state).length;
  const lists = layout.size === 'mini' ? Math.min(devices, 6) + 1 : devices + Math.min(leases, 3) + 2;
  const spare = Math.max(layout.size === 'full' || layout.size === 'normal' ? 4 : 1, room - lists);
  const told = noticeLines(view, Math.min(maxNotices[layout.size], spare, Math.max(0, room - 4)));
  const left = room - told.length;
  if (layout.size === 'mini') {
    const focused = state.overviewFocus === 'devices' ? deviceListing(view, true) : undefined;
    const lines = focused
      ? listingLines(view, focused, left)
      : listingLines(view, leaseListing(view, true), left);
    return [...told, ...lines];
  }
  const large = layout.size !== 'compact';
  const events = large && left > devices + leases + 8;
  const total = left - (large ? 2 : 0);
  const leaseLeast = Math.min(4, Math.max(2, leases + 1));
  const [deviceRoom = 0, leaseRoom = 0, eventRoom = 0] = share(total, [
    { least: Math.min(devices + 1, total - leaseLeast), want: Math.max(2, devices + 1) },
    { least: leaseLeast, want: Math.max(2, leases + 1) },
    { least: 0, want: events ? 12 : 0 },
  ]);
  const body = [
    ...listingLines(view, deviceListing(view, state.overviewFocus === 'devices'), deviceRoom),
    ...(large ? [blank] : []),
    ...listingLines(view, leaseListing(view, state.overviewFocus === 'leases'), leaseRoom),
    ...(eventRoom > 2 ? [blank, ...listingLines(view, eventListing(view, false), eventRoom)] : []),
  ];
  return [...told, ...body].slice(0, room);
}

/** Whether something is the matter that a screen without notices should point to. */
export function troubled(view: View): boolean {
  return notices(view.state).some(({ severity }) => severity !== 'info');
}

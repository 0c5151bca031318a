/** The rows of each list as they stand on the screen. Pure. */
import type { NodeEvent, StatusDevice, StatusLease } from '../../../proto/status.ts';
import { arrange, deviceShape, eventShape, leaseShape } from './lists.ts';
import type { ListName, TuiState } from './state.ts';

/** Devices, filtered and in order. */
export function deviceRows(state: TuiState): StatusDevice[] {
  return arrange(state.status?.devices ?? [], deviceShape, state.lists.devices);
}

/** Leases on the node, then those that ended lately, the last first. */
export function allLeases({ status, recent }: Pick<TuiState, 'status' | 'recent'>): StatusLease[] {
  const here = status?.leases ?? [];
  const names = new Set(here.map(({ id, epoch }) => `${id}/${epoch}`));
  const ended = (recent?.ended ?? []).filter(({ id, epoch }) => !names.has(`${id}/${epoch}`));
  return [...here, ...ended.toReversed()];
}

/** Leases, filtered and in order. */
export function leaseRows(state: TuiState): StatusLease[] {
  return arrange(allLeases(state), leaseShape, state.lists.leases);
}

/** Events, filtered; oldest first, so that the newest stand where one looks. */
export function eventRows(state: TuiState): NodeEvent[] {
  return arrange(state.recent?.events ?? [], eventShape, state.lists.events);
}

/** Ids of a list's rows. */
export function rowIds(state: TuiState, name: ListName): string[] {
  switch (name) {
    case 'devices':
      return deviceRows(state).map(({ id }) => id);
    case 'leases':
      return leaseRows(state).map(({ id }) => id);
    case 'events':
      return eventRows(state).map(({ seq }) => String(seq));
  }
}

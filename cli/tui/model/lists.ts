/** Lists longer than the screen: filter, order, cursor and the window that is shown. Pure. */
import type { NodeEvent, StatusDevice, StatusLease } from '../../../proto/status.ts';
import type { ListState } from './state.ts';

/** What a list needs to know of its rows. */
export interface ListShape<Row> {
  id(row: Row): string;
  /** Words that a filter looks at. */
  words(row: Row): string;
  /** Values that a filter such as `util>80` compares; null for not known. */
  value(row: Row, name: string): number | null | undefined;
  /** Orders to cycle through: the column's id, and what it sorts by. */
  sorts: readonly { column: string; by(row: Row): number | string }[];
}

/** Devices. */
export const deviceShape: ListShape<StatusDevice> = {
  id: ({ id }) => id,
  words: (device) =>
    [device.index, device.vendor, device.model, device.health, device.lease_id ?? '', device.id].join(' '),
  value(device, name) {
    switch (name) {
      case 'util':
        return device.utilization_pct;
      case 'mem':
        return memoryPct(device);
      case 'temp':
        return device.temperature_c;
      case 'power':
        return device.power_w;
      default:
        return undefined;
    }
  },
  sorts: [
    { column: 'index', by: () => 0 },
    { column: 'util', by: ({ utilization_pct: pct }) => -(pct ?? -1) },
    { column: 'memory', by: (device) => -(memoryPct(device) ?? -1) },
    { column: 'temperature', by: ({ temperature_c: celsius }) => -(celsius ?? -1) },
    { column: 'power', by: ({ power_w: watts }) => -(watts ?? -1) },
    { column: 'health', by: ({ health }) => ['failed', 'degraded', 'unknown', 'ok'].indexOf(health) },
    { column: 'lease', by: ({ lease_id: lease }) => lease ?? '~' },
  ],
};

/** Share of the device's memory that is used; null when not known. */
export function memoryPct({ memory_used_mib: used, memory_total_mib: total }: StatusDevice): number | null {
  return used === null || total === null || total === 0 ? null : (used / total) * 100;
}

const stateOrder = ['starting', 'stopping', 'running', 'accepted', 'ended'];

/** Leases. */
export const leaseShape: ListShape<StatusLease> = {
  id: ({ id }) => id,
  words: (lease) =>
    [lease.id, lease.state, lease.image, lease.org, lease.job_id, lease.end_reason ?? ''].join(' '),
  value(lease, name) {
    switch (name) {
      case 'cards':
        return lease.accelerator_ids.length;
      case 'age':
        return lease.age_ms / 60_000;
      default:
        return undefined;
    }
  },
  sorts: [
    { column: 'state', by: ({ state }) => stateOrder.indexOf(state) },
    { column: 'age', by: ({ age_ms: age }) => -age },
    { column: 'image', by: ({ image }) => image },
    { column: 'org', by: ({ org }) => org },
    { column: 'cards', by: ({ accelerator_ids: ids }) => -ids.length },
  ],
};

/** Events. */
export const eventShape: ListShape<NodeEvent> = {
  id: ({ seq }) => String(seq),
  words: ({ kind, severity, subject, detail }) => [kind, severity, subject, detail].join(' '),
  value: () => undefined,
  sorts: [{ column: 'time', by: () => 0 }],
};

/** `util>80`, `mem<=10`, `temp=60`. */
const comparison = /^([a-z]+)(>=|<=|>|<|=)(\d+(?:\.\d+)?)$/;

function matches<Row>(row: Row, shape: ListShape<Row>, word: string): boolean {
  const [, name = '', sign = '', number = ''] = comparison.exec(word) ?? [];
  const value = name === '' ? undefined : shape.value(row, name);
  if (value === undefined) return shape.words(row).toLowerCase().includes(word);
  if (value === null) return false;
  const wanted = Number(number);
  switch (sign) {
    case '>':
      return value > wanted;
    case '<':
      return value < wanted;
    case '>=':
      return value >= wanted;
    case '<=':
      return value <= wanted;
    default:
      return Math.round(value) === wanted;
  }
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}

/** The rows that the filter lets through, in order. */
export function arrange<Row>(rows: readonly Row[], shape: ListShape<Row>, state: ListState): Row[] {
  const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = rows.filter((row) => words.every((word) => matches(row, shape, word)));
  const order = shape.sorts[state.sort % Math.max(1, shape.sorts.length)];
  const sorted = order ? kept.toSorted((a, b) => compare(order.by(a), order.by(b))) : kept;
  return state.reverse ? sorted.toReversed() : sorted;
}

/** Where the cursor is among `rows`: on its own row, or the first when that has gone. -1 when there is none. */
export function cursorAt<Row>(rows: readonly Row[], id: (row: Row) => string, selected: string): number {
  if (rows.length === 0) return -1;
  return Math.max(
    0,
    rows.findIndex((row) => id(row) === selected),
  );
}

/** The id that the cursor reaches by moving `by` rows. */
export function moved<Row>(
  rows: readonly Row[],
  id: (row: Row) => string,
  selected: string,
  by: number,
): string {
  const at = cursorAt(rows, id, selected);
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
  return row === undefined ? '' : id(row);
}

/** Which rows of `count` are shown in `room` lines so that the cursor is among them; it stays in the middle. */
export function windowOf(count: number, cursor: number, room: number): { from: number; to: number } {
  if (count <= room) return { from: 0, to: count };
  const from = Math.max(0, Math.min(count - room, cursor - Math.floor(room / 2)));
  return { from, to: from + room };
}

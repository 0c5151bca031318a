/** Tables that fit: columns are left out by priority until the rest has room, the flexible ones share what is left. Pure. */
import { fit, type Line } from './cells.ts';

/** One column. Of those that fit together, the ones with the lowest `priority` numbers are shown, in the order given. */
export interface Column<Row> {
  id: string;
  head: string;
  width: number;
  /** It grows up to this when there is room. Of an odd cell, columns with high priority numbers have the better half. */
  max?: number;
  priority: number;
  align?: 'left' | 'right';
  cell(row: Row, width: number): Line;
}

/** A column with the width that it got. */
export interface Placed<Row> extends Column<Row> {
  width: number;
}

/** Cells between two columns. */
const gap = 1;

/** The columns that fit into `width` cells, with their widths. */
export function placeColumns<Row>(columns: readonly Column<Row>[], width: number): Placed<Row>[] {
  const chosen = new Set<string>();
  let used = -gap;
  for (const column of columns.toSorted((a, b) => a.priority - b.priority)) {
    if (used + gap + column.width > width) continue;
    chosen.add(column.id);
    used += gap + column.width;
  }
  let left = width - used;
  const widths = new Map(columns.map(({ id, width: own }) => [id, own]));
  const growing = columns
    .filter(({ id, max }) => chosen.has(id) && max !== undefined)
    .toSorted((a, b) => b.priority - a.priority);
  // Equal shares first, then what some did not need.
  for (const shared of [true, false])
    for (const [index, { id, width: own, max = own }] of growing.entries()) {
      const share = shared ? Math.ceil(left / (growing.length - index)) : left;
      const now = widths.get(id) ?? own;
      const more = Math.min(max - now, share);
      widths.set(id, now + more);
      left -= more;
    }
  return columns
    .filter(({ id }) => chosen.has(id))
    .map((column) => ({ ...column, width: widths.get(column.id) ?? column.width }));
}

/** The line of heads; `sorted` is marked, at the head that it shares with the column before if it has none of its own. */
export function headLine<Row>(columns: readonly Placed<Row>[], sorted = '', mark = ''): Line {
  const at = columns.findIndex(({ id }) => id === sorted);
  const marked = columns[at]?.head === '' ? at - 1 : at;
  return columns.flatMap(({ head, width, align }, index) => [
    ...(index === 0 ? [] : [{ text: ' '.repeat(gap) }]),
    ...fit([{ text: head + (index === marked ? mark : ''), role: 'muted' }], width, align),
  ]);
}

/** One row's line. */
export function rowLine<Row>(
  columns: readonly Placed<Row>[],
  row: Row,
  ellipsis = '…',
  /** The row under the cursor: its first columns, which say what it is, are inverse. */
  here = false,
): Line {
  return columns.flatMap((column, index) => [
    ...(index === 0 ? [] : [{ text: ' '.repeat(gap) }]),
    ...marked(fit(column.cell(row, column.width), column.width, column.align, ellipsis), here && index < 2),
  ]);
}

function marked(line: Line, here: boolean): Line {
  return here ? line.map((piece) => ({ ...piece, inverse: true })) : line;
}

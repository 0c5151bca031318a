/** Columns of one piece of text. Pure. */
import { type Role, segment } from '../../view/cells.ts';
import type { Column } from '../../view/table.ts';

type Place<Row> = Omit<Column<Row>, 'cell'>;

/** A column of words. */
export function words<Row>(
  place: Place<Row>,
  text: (row: Row) => string,
  role: Role | ((row: Row) => Role) = 'plain',
): Column<Row> {
  const roleOf = typeof role === 'function' ? role : () => role;
  return { ...place, cell: (row) => [segment(text(row), roleOf(row))] };
}

/** A column of numbers, right-aligned; null is a dash. */
export function numbers<Row>(place: Place<Row>, value: (row: Row) => number | string | null): Column<Row> {
  return {
    ...place,
    align: 'right',
    cell(row) {
      const number = value(row);
      return [number === null ? segment('-', 'muted') : segment(String(number))];
    },
  };
}

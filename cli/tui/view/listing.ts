/** A windowed table with a cursor: head, the rows that fit, and which of how many. Pure. */
import { cursorAt, windowOf } from '../model/lists.ts';
import type { ListState } from '../model/state.ts';
import { type Line, lineWidth, segment, spread } from './cells.ts';
import type { Surface } from './context.ts';
import { type Column, headLine, placeColumns, rowLine } from './table.ts';

/** What is listed. */
export interface Listing<Row> {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  id(row: Row): string;
  list: ListState;
  /** Column that the rows are in order of. */
  sorted: string;
  /** The keys go to this list. */
  focused: boolean;
  /** Shown when there are no rows. */
  empty: string;
  /** Rows in the style of what is no longer so. */
  dim?(row: Row): boolean;
}

/** Cells for the cursor's sign. */
const gutter = 2;

/** `listing` in exactly `room` lines, the head among them. */
export function listingLines<Row>(view: Surface, listing: Listing<Row>, room: number): Line[] {
  const { glyphs, layout, t } = view;
  const { rows, list } = listing;
  const width = layout.cols;
  if (room <= 0) return [];
  const columns = placeColumns(listing.columns, width - gutter);
  const cursor = cursorAt(rows, listing.id, list.selected);
  const { from, to } = windowOf(rows.length, cursor, room - 1);
  const facts = [
    ...(list.filter === '' ? [] : [t('list.filter', { text: list.filter })]),
    ...(list.reverse ? [t('list.reversed')] : []),
    ...(rows.length > to - from ? [`${from + 1}-${to}/${rows.length}`] : []),
  ].join(` ${glyphs.dot} `);
  const mark = list.reverse ? glyphs.up : glyphs.down;
  const heads: Line = [{ text: ' '.repeat(gutter) }, ...headLine(columns, listing.sorted, mark)];
  const head = facts === '' ? heads : overlaid(heads, [segment(` ${facts}`, 'warn')], width);
  if (rows.length === 0) {
    const text = list.filter === '' ? listing.empty : t('list.no_match', { text: list.filter });
    return padded([head, [segment(`  ${text}`, 'muted')]], room);
  }
  const shown = rows.slice(from, to).map((row, index): Line => {
    const here = listing.focused && from + index === cursor;
    const cells = rowLine(columns, row, glyphs.ellipsis, here);
    const dim = listing.dim?.(row) === true;
    const shownCells = dim ? cells.map((piece) => ({ ...piece, role: 'muted' as const })) : cells;
    return [segment(here ? `${glyphs.cursor} ` : '  ', 'accent'), ...shownCells];
  });
  return padded([head, ...shown], room);
}

/** `right` at the right end, over what `line` has there. */
function overlaid(line: Line, right: Line, width: number): Line {
  return spread(line, right, Math.max(width, lineWidth(right)), '');
}

function padded(lines: readonly Line[], room: number): Line[] {
  return [...lines.slice(0, room), ...Array.from({ length: Math.max(0, room - lines.length) }, () => [])];
}

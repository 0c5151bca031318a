/**
 * Box tables (`| a | b |` between borders) as rows and groups, for all vendors that print them. Pure. A table starts at
 * a header row that its reader knows by its words; the header has as many text rows as each entry below it.
 */
import { boxCells, isBorder } from './text.ts';

/** Cells of each row, null for a border. */
export type Rows = readonly (string[] | null)[];

/** Rows and borders among the lines; a row without its closing bar was cut and is left out. */
export function tableRows(lines: readonly string[]): (string[] | null)[] {
  return lines.flatMap((line) => {
    if (isBorder(line)) return [null];
    const cells = /[|│┃║]\s*$/.test(line) ? boxCells(line) : null;
    return cells === null ? [] : [cells];
  });
}

/** One table: its header rows, and the entries below, each with exactly as many rows as the header. */
export interface Table {
  header: string[][];
  groups: string[][][];
}

/**
 * The table whose first header row matches, null when there is none. The header ends at a border, or at a row that begins
 * with a number where a source lost its borders. Entries stand between borders, or several in one frame. The table ends where `isNext` says so. Entries that are not whole, in rows or in cells, are left out.
 */
export function tableOf(
  rows: Rows,
  isHeader: (cells: readonly string[]) => boolean,
  isNext: (cells: readonly string[]) => boolean,
): Table | null {
  const start = rows.findIndex((cells) => cells !== null && isHeader(cells));
  if (start < 0) return null;
  const header: string[][] = [];
  let at = start;
  for (let cells = rows[at]; cells !== null && cells !== undefined; cells = rows[at]) {
    if (/^\d/.test(cells[0] ?? '')) break;
    header.push(cells);
    at += 1;
  }
  const groups: string[][][] = [[]];
  for (const cells of rows.slice(at)) {
    if (cells === null) groups.push([]);
    else if (isNext(cells)) break;
    else if (groups.at(-1)?.length === header.length) groups.push([cells]);
    else groups.at(-1)?.push(cells);
  }
  const whole = groups.filter(
    (group) =>
      group.length === header.length && group.every((cells, row) => cells.length === header[row]?.length),
  );
  return { header, groups: whole };
}

/** Whether the last table ends in its border; one that does not was cut. Remarks may follow it. */
export function endsWhole(lines: readonly string[]): boolean {
  return isBorder(lines.findLast((line) => isBorder(line) || /^\s*[|│┃║]/.test(line)) ?? '');
}

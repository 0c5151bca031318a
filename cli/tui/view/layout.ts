/**
 * How much fits: terminal size → what is shown and how many rows each part gets. Pure.
 *
 *   full    120x40 and more   tabs, host, notices, tables with history
 *   normal  100x30 and more   tabs, notices, wider tables
 *   compact  80x20 and more   header 2, one notice, devices, leases
 *   mini     40x8  and more   header, one table
 *   notice  less              one line: what it needs and has
 */

/** How much is shown. */
export type SizeClass = 'full' | 'normal' | 'compact' | 'mini' | 'notice';

/** The regions of the screen. */
export interface Layout {
  size: SizeClass;
  cols: number;
  rows: number;
  /** Rows of the header, the tabs included. */
  header: number;
  /** Rows between header and footer. */
  body: number;
  footer: number;
}

/** Least size at which more than a notice is shown. */
export const least = { cols: 40, rows: 8 };

function classOf(cols: number, rows: number): SizeClass {
  if (cols < least.cols || rows < least.rows) return 'notice';
  if (cols >= 120 && rows >= 40) return 'full';
  if (cols >= 100 && rows >= 30) return 'normal';
  if (cols >= 80 && rows >= 20) return 'compact';
  return 'mini';
}

/** The layout for a terminal of that size. */
export function layoutOf(cols: number, rows: number): Layout {
  const size = classOf(cols, rows);
  if (size === 'notice') return { size, cols, rows, header: 0, body: rows, footer: 0 };
  const header = size === 'full' || size === 'normal' ? 3 : 2;
  return { size, cols, rows, header, body: rows - header - 1, footer: 1 };
}

/** Rows for each part of a stack: every part gets its least, then parts grow in order up to what they want. */
export function share(total: number, parts: readonly { least: number; want: number }[]): number[] {
  const given = parts.map(() => 0);
  let left = total;
  for (const pass of ['least', 'want'] as const) {
    for (const [index, part] of parts.entries()) {
      const more = Math.max(0, Math.min(part[pass] - (given[index] ?? 0), left));
      given[index] = (given[index] ?? 0) + more;
      left -= more;
    }
  }
  return given;
}

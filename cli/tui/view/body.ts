/** The part of the screen between header and footer, and the screen as exactly as many rows as there are. Pure. */
import { cutLine, type Line, segment } from './cells.ts';
import type { Surface } from './context.ts';
import { ascii, type Glyphs, toAscii } from './glyphs.ts';
import { least } from './layout.ts';

/** What is drawn. */
export interface Frame {
  lines: Line[];
  /** How far the text on the screen can be scrolled; 0 when all of it is shown. */
  scrollMax: number;
}

/** Exactly `rows` rows of at most `cols` cells. */
export function exact(lines: readonly Line[], cols: number, rows: number, glyphs: Glyphs): Line[] {
  const shown = Array.from({ length: rows }, (_, row) => cutLine(lines[row] ?? [], cols, glyphs.ellipsis));
  if (glyphs !== ascii) return shown;
  return shown.map((line) => line.map((piece) => ({ ...piece, text: toAscii(piece.text) })));
}

/** A body that is shown as it is. */
export const unscrolled = (lines: Line[]): Frame => ({ lines, scrollMax: 0 });

/** The part of a long text that is scrolled to; when there is more, the last line says where one is. */
export function scrolled({ glyphs }: Surface, lines: readonly Line[], room: number, scroll: number): Frame {
  if (lines.length <= room) return unscrolled([...lines]);
  const scrollMax = lines.length - room + 1;
  const from = Math.min(scroll, scrollMax);
  const shown = lines.slice(from, from + room - 1);
  const place = `${from + 1}-${from + shown.length}/${lines.length}`;
  return { lines: [...shown, [segment(` ${glyphs.down} ${place}`, 'muted')]], scrollMax };
}

/** The one line of a terminal that is too small for more. */
export function tooSmall({ layout: { cols, rows }, glyphs, t }: Surface): Frame {
  const values = { cols: least.cols, rows: least.rows, have_cols: cols, have_rows: rows };
  return unscrolled(exact([[segment(t('size.too_small', values))]], cols, rows, glyphs));
}

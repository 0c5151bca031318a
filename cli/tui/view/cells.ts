/** Text in terminal cells: segments with a role, cut and padded by display width. A CJK character is two cells. Pure. */
import stringWidth from 'string-width';
import { plain } from '../../plain.ts';

/** What a piece of text means; `term/paint.ts` gives each role its colour. */
export type Role = 'plain' | 'ok' | 'active' | 'warn' | 'crit' | 'muted' | 'accent';

/** A piece of a line in one style. */
export interface Segment {
  readonly text: string;
  readonly role?: Role;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

/** One row of the screen, or a part of one. */
export type Line = readonly Segment[];

/** A piece of a line. What comes from outside is made safe here: no control characters. */
export function segment(text: string, role: Role = 'plain', style: { bold?: boolean } = {}): Segment {
  return { text: plain(text), role, ...style };
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const printableAscii = /^[ -~]*$/;
/** The signs that we draw, one cell each. */
const signs = new Set('·–‘’›≠…‖→↑↓●◐◌▲▸✖');

/** Cells of a character whose width is beyond doubt; undefined for the others, which string-width knows. */
function plainWidth(code: number, character: string): 1 | 2 | undefined {
  if (code >= 0x20 && code < 0x7f) return 1;
  if (code >= 0x4e00 && code <= 0x9fff) return 2;
  if ((code >= 0x3001 && code <= 0x3029) || (code >= 0xff01 && code <= 0xff60)) return 2;
  return (code >= 0x2500 && code <= 0x259f) || signs.has(character) ? 1 : undefined;
}

/** The characters of `text` as a terminal puts them into cells, each with the cells that it takes. */
export function characters(text: string): { text: string; width: number }[] {
  const found: { text: string; width: number }[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const width = plainWidth(text.charCodeAt(index), character);
    if (width === undefined)
      return [...graphemes.segment(text)].map(({ segment: piece }) => ({
        text: piece,
        width: stringWidth(piece),
      }));
    found.push({ text: character, width });
  }
  return found;
}

/** Cells that `text` takes. */
export function textWidth(text: string): number {
  if (printableAscii.test(text)) return text.length;
  let width = 0;
  for (let index = 0; index < text.length; index += 1) {
    const cells = plainWidth(text.charCodeAt(index), text.charAt(index));
    if (cells === undefined) return stringWidth(text);
    width += cells;
  }
  return width;
}

const sgr = /\u001b\[[\d;]*m/g;

/**
 * Cells that a painted text takes: what Ink measures its rows with, in what we build.
 *
 * @public
 */
export function paintedWidth(text: string): number {
  return textWidth(text.replaceAll(sgr, ''));
}

/** Cells that `line` takes. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + textWidth(text), 0);
}

/** The longest beginning of `text` that fits into `width` cells. */
function head(text: string, width: number): string {
  if (printableAscii.test(text)) return text.slice(0, width);
  let used = 0;
  for (let index = 0; index < text.length; index += 1) {
    const cells = plainWidth(text.charCodeAt(index), text.charAt(index));
    if (cells === undefined) return graphemeHead(text, width);
    used += cells;
    if (used > width) return text.slice(0, index);
  }
  return text;
}

/** The same for any text: what belongs together stays together. */
function graphemeHead(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const { segment: piece, index } of graphemes.segment(text)) {
    used += stringWidth(piece);
    if (used > width) break;
    end = index + piece.length;
  }
  return text.slice(0, end);
}

/** The longest end of `text` that fits into `width` cells. */
function tail(text: string, width: number): string {
  const pieces = [...graphemes.segment(text)].map(({ segment: piece }) => piece);
  let used = 0;
  let at = pieces.length;
  while (at > 0 && used + stringWidth(pieces[at - 1] ?? '') <= width) {
    at -= 1;
    used += stringWidth(pieces[at] ?? '');
  }
  return pieces.slice(at).join('');
}

/** `text` in at most `width` cells; what is cut off, at the end or at the start, is shown by `…` (`~` in ASCII). */
export function cut(text: string, width: number, from: 'end' | 'start' = 'end', mark = '…'): string {
  if (width <= 0) return '';
  if (textWidth(text) <= width) return text;
  return from === 'end' ? head(text, width - 1) + mark : mark + tail(text, width - 1);
}

/** `line` in at most `width` cells. */
export function cutLine(line: Line, width: number, mark = '…'): Line {
  if (lineWidth(line) <= width) return line;
  const kept: Segment[] = [];
  let left = width - 1;
  for (const piece of line) {
    const text = head(piece.text, left);
    kept.push({ ...piece, text });
    left -= textWidth(text);
    if (text !== piece.text) {
      kept.push({ ...piece, text: width > 0 ? mark : '' });
      break;
    }
  }
  return kept;
}

/** `line` in exactly `width` cells. */
export function fit(line: Line, width: number, align: 'left' | 'right' = 'left', mark = '…'): Line {
  const shown = cutLine(line, width, mark);
  const blank = { text: ' '.repeat(Math.max(0, width - lineWidth(shown))) };
  if (blank.text === '') return shown;
  return align === 'left' ? [...shown, blank] : [blank, ...shown];
}

/** `left` and `right` at the two ends of `width` cells; the left one gives way. */
export function spread(left: Line, right: Line, width: number, mark = '…'): Line {
  const room = width - lineWidth(right);
  if (room < 4) return fit(left, width, 'left', mark);
  return [...fit(left, room, 'left', mark), ...right];
}

/** `lines` with `between` between each two. */
export function joined(parts: readonly Line[], between: Line): Line {
  return parts.flatMap((part, index) => (index === 0 ? part : [...between, ...part]));
}

/** Whether a line may not end between these two: within a Latin word, before what closes, after what opens. */
function belongTogether(before: string, after: string): boolean {
  if (/[，。；：、！？）》”…]/.test(after) || /[（《“]/.test(before)) return true;
  return /[!-~]/.test(before) && /[!-~]/.test(after);
}

/** Where to end the line that begins with `piece` of `text`; in its second half, or at its end when nothing parts it there. */
function lineEnd(text: string, piece: string): number {
  let end = piece.length;
  while (belongTogether(text.charAt(end - 1), text.charAt(end))) {
    // What may be a part of a larger character is not taken apart.
    const isWhole = plainWidth(text.charCodeAt(end - 1), text.charAt(end - 1)) !== undefined;
    if (!isWhole || end - 1 <= piece.length / 2) return piece.length;
    end -= 1;
  }
  return end;
}

/** `text` broken into lines of at most `width` cells, where Latin and Chinese may be parted. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = plain(text).trimEnd();
  if (width < 2) return [rest];
  while (textWidth(rest) > width) {
    const piece = head(rest, width);
    const end = lineEnd(rest, piece);
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

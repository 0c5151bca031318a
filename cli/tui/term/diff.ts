/**
 * What to send so that a terminal which shows one frame shows the next: only the cells that differ. Pure.
 *
 * A terminal over slow ssh or a serial line gets a few bytes for a number that changed, not a line. Every run of changed
 * cells is one cursor move and its text; runs with a short gap between them are joined, because a move costs more.
 */
import { characters } from '../view/cells.ts';

/** One cell; the cell right of a wide character has no text of its own. */
interface Cell {
  text: string;
  style: string;
}

/** Cells that may be sent again rather than moved over. */
const joinGap = 4;
const sequence = /\u001b\[([\d;]*)m/g;
/** The style after one SGR sequence with these parameters: a weight, inverse or not, a colour. */
function styled(style: string, parameters: string): string {
  let [weight = '', inverse = '', colour = ''] = style.split(',');
  for (const word of (parameters || '0').split(';')) {
    if (word === '0') [weight, inverse, colour] = ['', '', ''];
    else if (word === '22') weight = '';
    else if (word === '27') inverse = '';
    else if (word === '39') colour = '';
    else if (word === '1') weight = word;
    else if (word === '7') inverse = word;
    else colour = word;
  }
  return weight + inverse + colour === '' ? '' : `${weight},${inverse},${colour}`;
}

/** The sequence that sets `style`, from any other. */
function setting(style: string, from: string): string {
  const words = style.split(',').filter(Boolean);
  if (words.length === 0) return '\u001b[m';
  return `\u001b[${[...(from === '' ? [] : ['0']), ...words].join(';')}m`;
}

/** A painted line as cells. */
function cellsOf(line: string, cols: number): Cell[] {
  const cells: Cell[] = [];
  let style = '';
  let at = 0;
  const put = (text: string): void => {
    for (const { text: piece, width } of characters(text)) {
      if (width === 0 || cells.length + width > cols) continue;
      cells.push({ text: piece, style });
      for (let extra = 1; extra < width; extra += 1) cells.push({ text: '', style });
    }
  };
  for (const match of line.matchAll(sequence)) {
    put(line.slice(at, match.index));
    at = match.index + match[0].length;
    style = styled(style, match[1] ?? '');
  }
  put(line.slice(at));
  return cells;
}

const blankCell: Cell = { text: ' ', style: '' };
const same = (a: Cell, b: Cell): boolean => a.text === b.text && a.style === b.style;

/** Runs of columns that differ, short gaps closed. */
function runs(before: readonly Cell[], after: readonly Cell[], width: number): [number, number][] {
  const found: [number, number][] = [];
  for (let column = 0; column < width; column += 1) {
    if (same(before[column] ?? blankCell, after[column] ?? blankCell)) continue;
    const last = found.at(-1);
    if (last && column - last[1] <= joinGap) last[1] = column + 1;
    else found.push([column, column + 1]);
  }
  return found;
}

/** Widens a run so that it begins and ends with whole characters in both frames. */
function whole(
  [from, to]: [number, number],
  lines: readonly (readonly Cell[])[],
  width: number,
): [number, number] {
  let start = from;
  let end = to;
  while (start > 0 && lines.some((line) => line[start]?.text === '')) start -= 1;
  while (end < width && lines.some((line) => line[end]?.text === '')) end += 1;
  return [start, end];
}

/** Writes cells, tracking the style. */
function write(cells: readonly Cell[], from: number, to: number): string {
  let out = '';
  let style = '';
  for (let column = from; column < to; column += 1) {
    const cell = cells[column] ?? blankCell;
    const blank = cell.text === ' ' && !cell.style.includes(',7,') && !style.includes(',7,');
    if (cell.style !== style && !blank) {
      out += setting(cell.style, style);
      style = cell.style;
    }
    out += cell.text;
  }
  return style === '' ? out : `${out}\u001b[m`;
}

function lineDiff(old: readonly Cell[], next: readonly Cell[], row: number, cols: number): string {
  const length = (cells: readonly Cell[]): number => {
    let end = cells.length;
    while (end > 0 && same(cells[end - 1] ?? blankCell, blankCell)) end -= 1;
    return end;
  };
  const [oldEnd, newEnd] = [length(old), length(next)];
  // What is longer than before is erased rather than overwritten when it is more than a few cells.
  const erase = oldEnd - newEnd > 4;
  const width = erase ? newEnd : Math.max(oldEnd, newEnd);
  let out = '';
  // Where the cursor is in this row; the first move names the row, the others only go right.
  let at = -1;
  const move = (column: number): string => {
    const text = at < 0 ? `\u001b[${row + 1};${column + 1}H` : at === column ? '' : `\u001b[${column - at}C`;
    at = column;
    return text;
  };
  for (const run of runs(old, next, width)) {
    const [from, to] = whole(run, [old, next], width);
    out += move(from) + write(next, from, to);
    // After the last column the cursor waits to wrap: where it is then differs between terminals.
    at = to < cols ? to : -1;
  }
  return erase ? `${out}${move(newEnd)}\u001b[K` : out;
}

/** A frame in painted lines, with the cells of those that have been looked at. */
export interface PaintedFrame {
  lines: readonly string[];
  cells: (Cell[] | undefined)[];
}

/** A frame of these painted lines. */
export function paintedFrame(lines: readonly string[]): PaintedFrame {
  return { lines, cells: [] };
}

function cellsAt(frame: PaintedFrame, row: number, cols: number): Cell[] {
  return (frame.cells[row] ??= cellsOf(frame.lines[row] ?? '', cols));
}

/** What turns the screen that shows `before` into `after`; '' when it is the same. Without a frame before, all of it. */
export function frameDiff(before: PaintedFrame | undefined, after: PaintedFrame, cols: number): string {
  if (!before) {
    const all = after.lines.map((line, row) => `\u001b[${row + 1};1H${line}`);
    return `\u001b[m\u001b[2J${all.join('')}`;
  }
  return after.lines
    .map((line, row) => {
      if (before.lines[row] !== line)
        return lineDiff(cellsAt(before, row, cols), cellsAt(after, row, cols), row, cols);
      after.cells[row] = before.cells[row];
      return '';
    })
    .join('');
}

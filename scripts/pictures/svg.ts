/**
 * What a terminal shows, as an SVG picture. Pure: the same buffer always gives the same bytes.
 *
 * Everything stands on the terminal's grid, whatever font the reader has: a run of characters is one `<text>` that is made
 * to fill its cells (`textLength`), narrow and wide characters in runs of their own, and block elements are rectangles.
 */
import type { IBufferCell, Terminal } from '@xterm/headless';

/** In pixels. Latin fonts are six tenths as wide as high; a Chinese character fills its square. */
const cell = { width: 8, height: 17, font: 13.33, wideFont: 15, baseline: 13, margin: 12 };
const background = '#0d1117';
const foreground = '#e6edf3';
/** The sixteen colours, dimmed as little as a dark background allows. */
const palette = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#7d8590', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
];
const fonts = [
  ...['ui-monospace', 'SFMono-Regular', 'Menlo', 'Consolas', "'DejaVu Sans Mono'", "'Noto Sans Mono'"],
  ...["'Noto Sans CJK SC'", "'PingFang SC'", "'Microsoft YaHei'", 'monospace'],
].join(',');

/** How characters are drawn. */
interface Style {
  colour: string;
  /** '' for the picture's own. */
  behind: string;
  bold: boolean;
  dim: boolean;
}

/** Characters side by side in one style. */
interface Run extends Style {
  kind: 'ascii' | 'sign' | 'wide' | 'block' | 'blank';
  column: number;
  cells: number;
  text: string;
}

const number = (value: number): string => String(Math.round(value * 100) / 100);

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function colourOf(code: number, isDefault: boolean, isPalette: boolean, otherwise: string): string {
  if (isDefault) return otherwise;
  return isPalette ? (palette[code] ?? otherwise) : `#${code.toString(16).padStart(6, '0')}`;
}

function styleOf(of: IBufferCell): Style {
  const front = colourOf(of.getFgColor(), of.isFgDefault(), of.isFgPalette(), foreground);
  const back = colourOf(of.getBgColor(), of.isBgDefault(), of.isBgPalette(), background);
  const [colour, behind] = of.isInverse() ? [back, front] : [front, back];
  const [bold, dim] = [of.isBold() !== 0, of.isDim() !== 0];
  return { colour, behind: behind === background ? '' : behind, bold, dim };
}

function kindOf(text: string, width: number): Run['kind'] {
  if (text === '' || text === ' ') return 'blank';
  if (width === 2) return 'wide';
  if (/^[▀-▟]$/.test(text)) return 'block';
  return /^[!-~]$/.test(text) ? 'ascii' : 'sign';
}

const sameStyle = (a: Style, b: Style): boolean =>
  a.colour === b.colour && a.behind === b.behind && a.bold === b.bold && a.dim === b.dim;

/** The runs of one row; blanks that nothing stands behind are left out. */
function runsOf(terminal: Terminal, row: number): Run[] {
  const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row);
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const at = line?.getCell(column);
    // Width 0: the right half of a wide character.
    if (!at || at.getWidth() === 0) continue;
    const style = styleOf(at);
    const text = at.getChars() || ' ';
    const kind = kindOf(text, at.getWidth());
    if (kind === 'blank' && style.behind === '') continue;
    const last = runs.at(-1);
    const joins = last?.kind === kind && last.column + last.cells === column && sameStyle(last, style);
    if (last && joins) {
      last.text += text;
      last.cells += at.getWidth();
    } else runs.push({ ...style, kind, column, cells: at.getWidth(), text });
  }
  return runs;
}

/** The rectangle of a block element in its cell: what part of it, and how dense. Signs that are not drawn here are full. */
function blockShape(sign: string): { from: number; height: number; opacity: number } {
  const shades: Record<string, number> = { '░': 0.15, '▒': 0.4, '▓': 0.7 };
  const shade = shades[sign];
  if (shade !== undefined) return { from: 0, height: 1, opacity: shade };
  const eighths = sign.charCodeAt(0) - '▁'.charCodeAt(0) + 1;
  const height = eighths >= 1 && eighths <= 8 ? eighths / 8 : 1;
  return { from: 1 - height, height, opacity: 1 };
}

/** The same sign side by side is one rectangle. */
function blocks({ text, column, colour }: Run, top: number): string {
  return [...text.matchAll(/(.)\1*/gu)]
    .map(({ 0: same, 1: sign = '', index }) => {
      const { from, height, opacity } = blockShape(sign);
      const x = number(cell.margin + (column + index) * cell.width);
      const y = number(top + from * cell.height);
      const shade = opacity === 1 ? '' : ` fill-opacity="${opacity}"`;
      return `<rect x="${x}" y="${y}" width="${number(same.length * cell.width)}" height="${number(height * cell.height)}" fill="${colour}"${shade}/>`;
    })
    .join('');
}

function words({ kind, text, column, cells, colour, bold, dim }: Run, top: number): string {
  const x = number(cell.margin + column * cell.width);
  const y = number(top + cell.baseline);
  const length = number(cells * cell.width);
  const looks = `${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.6"' : ''}`;
  const fill = colour === foreground ? '' : ` fill="${colour}"`;
  const adjust = cells === (kind === 'wide' ? 2 : 1) ? '' : ` textLength="${length}"`;
  const size = kind === 'wide' ? ` font-size="${cell.wideFont}"` : '';
  return `<text x="${x}" y="${y}"${adjust}${size}${fill}${looks}>${escaped(text)}</text>`;
}

function drawn(run: Run, top: number): string {
  const x = number(cell.margin + run.column * cell.width);
  const behind =
    run.behind === ''
      ? ''
      : `<rect x="${x}" y="${number(top)}" width="${number(run.cells * cell.width)}" height="${cell.height}" fill="${run.behind}"/>`;
  if (run.kind === 'blank') return behind;
  return behind + (run.kind === 'block' ? blocks(run, top) : words(run, top));
}

/** What `terminal` shows as an SVG document; `title` is what it is called for those who do not see it. */
export function svgOf(terminal: Terminal, title: string): string {
  const width = number(terminal.cols * cell.width + 2 * cell.margin);
  const height = number(terminal.rows * cell.height + 2 * cell.margin);
  const rows = Array.from({ length: terminal.rows }, (_, row) => {
    const top = cell.margin + row * cell.height;
    return runsOf(terminal, row)
      .map((run) => drawn(run, top))
      .join('');
  }).filter(Boolean);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${fonts}" font-size="${cell.font}" fill="${foreground}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${background}"/>`,
    // Rectangles side by side show no seams.
    '<g shape-rendering="crispEdges">',
    ...rows,
    '</g>\n</svg>\n',
  ].join('\n');
}

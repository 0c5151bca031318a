/** The signs that the view draws with: Unicode, or ASCII for terminals and fonts that lack them. Pure. */

/** One set of signs. */
export interface Glyphs {
  ok: string;
  busy: string;
  warn: string;
  fail: string;
  unknown: string;
  held: string;
  none: string;
  cursor: string;
  bar: string;
  barRest: string;
  ellipsis: string;
  down: string;
  up: string;
  dot: string;
  rule: string;
  arrow: string;
  /** Lowest to highest. */
  sparks: readonly string[];
}

/** For terminals with UTF-8. */
export const unicode: Glyphs = {
  ok: '●',
  busy: '◐',
  warn: '▲',
  fail: '✖',
  unknown: '◌',
  held: '‖',
  none: '·',
  cursor: '▸',
  bar: '█',
  barRest: '░',
  ellipsis: '…',
  down: '↓',
  up: '↑',
  dot: '·',
  rule: '─',
  arrow: '→',
  sparks: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
};

/** For everything else. */
export const ascii: Glyphs = {
  ok: '*',
  busy: '~',
  warn: '!',
  fail: 'X',
  unknown: '?',
  held: '=',
  none: '.',
  cursor: '>',
  bar: '#',
  barRest: '-',
  ellipsis: '~',
  down: 'v',
  up: '^',
  dot: '-',
  rule: '-',
  arrow: '->',
  sparks: ['_', '.', ':', '-', '=', '+', '*', '#'],
};

/** `text` with the signs that we draw replaced by one ASCII character each, for terminals without UTF-8. */
export function toAscii(text: string): string {
  return text.replaceAll(/[●◐▲✖◌‖▸█░…↓↑·─→≠–’›]/g, (sign) => asciiOf[sign] ?? '?');
}

const asciiOf: Record<string, string> = {
  '●': '*',
  '◐': '~',
  '▲': '!',
  '✖': 'X',
  '◌': '?',
  '‖': '=',
  '▸': '>',
  '█': '#',
  '░': '-',
  '…': '~',
  '↓': 'v',
  '↑': '^',
  '·': '-',
  '─': '-',
  '→': '>',
  '≠': '/',
  '–': '-',
  '’': "'",
  '›': '>',
};

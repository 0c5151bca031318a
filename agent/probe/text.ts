/**
 * Small readers shared by all vendor parsers. Pure, linear in the length of the text, and strict: a word is a number
 * only when all of it is one, and every spelling of "no value" becomes null, never 0.
 *
 * The rule that all of them serve: layout is decided by words (headers, keys, units), never by column offsets, because
 * every table that we have seen changed its width between two versions of its tool.
 */

const escapeCharacter = String.fromCharCode(27);
const bell = String.fromCharCode(7);
const ansi = new RegExp(
  `${escapeCharacter}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${escapeCharacter}]*${bell}?|[@-Z\\\\^_])`,
  'g',
);
const controls = new RegExp('[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]', 'g');
const nul = String.fromCharCode(0);
const marks = new RegExp('\\ufeff|^\\ufffd+', 'g');

/** Text without the NULs of UTF-16 that was read as bytes (PowerShell redirects so): every second character is one. */
function narrow(text: string): string {
  const sample = text.slice(0, 400);
  return sample.split(nul).length - 1 > sample.length / 4 ? text.replaceAll(nul, '') : text;
}

/**
 * Lines of tool output without ANSI escapes, byte order mark, CR and blanks at the end. Other control characters become
 * blanks: a number that one of them cuts in two must not close up to another number.
 */
export function cleanLines(text: string): string[] {
  return narrow(text)
    .replace(marks, '')
    .replace(ansi, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(controls, ' ').trimEnd());
}

/** Words that stand for "no value", in lower case, without square brackets around them. */
const noValue = new Set([
  '',
  'n/a',
  'na',
  'n.a.',
  'n/s',
  'nan',
  'none available',
  'not available',
  'not applicable',
  'not supported',
  'not found',
  'not specified',
  'unsupported',
  'unavailable',
  'unknown',
  'unknown error',
  'unknown value',
  'err',
  'err!',
  'error!',
  '[err]',
  'gpu is lost',
  'gpu requires reset',
  'reset required',
  'requires reset',
  'insufficient permissions',
  'no permission',
  'permission denied',
  'no data',
  'invalid',
  'null',
  'undefined',
  'deprecated',
  'function not found',
  'requested functionality has been deprecated',
  '?',
  '/',
]);

/** The trimmed word, or null where the tool says that it has no value (`N/A`, `[Not Supported]`, `-`, `ERR!`, …). */
export function unknown(word: string | null | undefined): string | null {
  if (word === null || word === undefined) return null;
  const trimmed = word.trim();
  const bare = /^\[[^[\]]*\]$/.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed;
  if (noValue.has(bare.toLowerCase()) || /^[-–—_*.]+$/.test(bare)) return null;
  return trimmed;
}

const units =
  '(?:%|°c|℃|c|deg ?c|w|mw|kw|v|mv|a|ma|j|mj|rpm|s|ms|us|hz|khz|mhz|ghz|' +
  '(?:[kmgt]i?)?b(?:ytes?)?(?:/s|ps)?|(?:[kmgt]i?)?bits?/s|[kmg]bps|gt/s|lanes?)';
const number = new RegExp(`^([+-]?\\d{1,18}(?:\\.\\d{1,18})?)\\s*${units}?$`, 'i');

/**
 * The number in a word such as `81559`, `81559 MiB`, `34C`, `98.50 W`, `7 %`; null for "no value" and for everything
 * that is not wholly one plain number with at most a known unit. The unit is not converted: see `mib` and `watts`.
 */
export function num(word: string | null | undefined): number | null {
  const known = unknown(word);
  if (known === null) return null;
  const match = number.exec(known);
  return match === null ? null : Number(match[1]);
}

/** A percentage from 0 to 100; null for everything else (tools print -1 where they could not measure). */
export function percent(word: string | null | undefined): number | null {
  const value = num(word);
  return value !== null && value >= 0 && value <= 100 ? value : null;
}

/** For counts and indexes: digits and nothing else, so that a percentage or a size is never taken for one. */
export function count(word: string | null | undefined): number | null {
  const known = word?.trim() ?? '';
  return /^\d{1,15}$/.test(known) ? Number(known) : null;
}

const memory = /^(\d{1,18}(?:\.\d{1,18})?)\s*(b|bytes?|k|kb|kib|m|mb|mib|g|gb|gib|t|tb|tib)?$/i;
const memoryShift: Record<string, number> = { b: 1 / 1048576, k: 1 / 1024, m: 1, g: 1024, t: 1048576 };

/**
 * Memory in MiB, rounded down; null for "no value" and anything else. Without a unit the word counts in `unit`.
 * `MB` and `GB` count as MiB and GiB: that is what vendor tools mean when they print `65536 MB`.
 */
export function mib(
  word: string | null | undefined,
  unit: 'B' | 'KiB' | 'MiB' | 'GiB' = 'MiB',
): number | null {
  const match = memory.exec(unknown(word) ?? '');
  if (match === null) return null;
  const scale = memoryShift[(match[2] || unit).charAt(0).toLowerCase()];
  return scale === undefined ? null : Math.floor(Number(match[1]) * scale);
}

/** Power in watts (`250 W`, `250000 mW`, `0.25 kW`, `250`); null for "no value" and anything else. */
export function watts(word: string | null | undefined): number | null {
  const value = num(word);
  if (value === null || value < 0 || word === null || word === undefined) return null;
  const unit = /[a-z%°℃/]*$/i.exec(word.trim())?.[0].toLowerCase() ?? '';
  if (unit === '' || unit === 'w') return value;
  if (unit === 'mw') return value / 1000;
  return unit === 'kw' ? value * 1000 : null;
}

/** `true` for Enabled/On/Yes/Active, `false` for Disabled/Off/No/Inactive, null for anything else. */
export function flag(word: string | null | undefined): boolean | null {
  const known = unknown(word)?.toLowerCase();
  if (known === undefined) return null;
  if (/^(?:enabled?|on|yes|true|active)$/.test(known)) return true;
  return /^(?:disabled?|off|no|false|inactive)$/.test(known) ? false : null;
}

/** `used / total` as printed in one cell (`26690/ 65536`, `12MiB / 81559MiB`): MiB each, null where there is none. */
export function usedOfTotal(
  cell: string | null | undefined,
): { used: number | null; total: number | null } | null {
  // `N/A / N/A` and `N/A/ 65536`: take "N/A" apart from the slash that separates.
  const words = (cell ?? '').replace(/\bN\/A\b/gi, 'NA').split('/');
  if (words.length !== 2) return null;
  return { used: mib(words[0]), total: mib(words[1]) };
}

/**
 * Cells of a box-table row `| a | b |` (also with Unicode bars), trimmed; null when the line is no such row, is a
 * border, or lacks its closing bar (cut off: its last number may be half a number).
 */
export function boxCells(line: string): string[] | null {
  const plain = line.replace(/[│┃║]/g, '|').trim();
  if (!plain.startsWith('|') || !plain.endsWith('|') || plain.length < 2) return null;
  const cells = plain
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
  return cells.every((cell) => /^[-=+~─═┼╪\s]*$/.test(cell) && /[-=─═]{2}/.test(cell)) ? null : cells;
}

/** Whether a line is a border of a box table: nothing but `+ - = |` (or their Unicode kin) and blanks. */
export function isBorder(line: string): boolean {
  return /^[\s+|=\-~─═━┼╪┬┴├┤┌┐└┘╒╕╘╛╞╡╤╧╔╗╚╝╠╣╦╩╬]+$/.test(line) && /[-=─═━]{3}/.test(line);
}

/** Position of the first header cell that matches, -1 when none does. */
export function columnOf(header: readonly string[], word: RegExp): number {
  return header.findIndex((cell) => word.test(cell));
}

/** Words of a line that are apart by two or more blanks, or by tabs (`Ascend 910B4` stays one word). */
export function wideSplit(line: string): string[] {
  return line
    .trim()
    .split(/\t+|\s{2,}/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** `key : value` of a line, with its indentation in blanks; null when there is no colon or no key. */
export function keyValue(line: string): { indent: number; key: string; value: string } | null {
  const at = line.indexOf(':');
  if (at <= 0) return null;
  const key = line.slice(0, at);
  const trimmed = key.trim();
  if (trimmed === '') return null;
  return { indent: key.length - key.trimStart().length, key: trimmed, value: line.slice(at + 1).trim() };
}

/** Rows of comma-separated text, blank lines left out, cells trimmed; cells in double quotes may hold commas. */
export function csvRows(text: string): string[][] {
  return cleanLines(text)
    .filter((line) => line.trim() !== '')
    .map(csvCells);
}

function csvCells(line: string): string[] {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  return [...cells, cell.trim()];
}

/**
 * A PCI address in one form, `dddd:bb:dd.f` in lower case (domain of 4 digits, more only when it needs them):
 * `00000000:81:00.0`, `0000:81:00.0`, `81:00.0` and `81:00` are the same card. Null when the word is none.
 */
export function busAddress(word: string | null | undefined): string | null {
  const match = /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{1,2}):([0-9a-f]{1,2})(?:\.([0-7]))?$/i.exec(
    unknown(word) ?? '',
  );
  if (match === null) return null;
  const [, domain = '0', bus = '', device = '', part = '0'] = match;
  const hex = (digits: string, width: number): string =>
    Number.parseInt(digits, 16).toString(16).padStart(width, '0');
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(device, 2)}.${part}`;
}

/**
 * Reads the boxed device tables that most vendor tools copy from nvidia-smi (`mx-smi`, `ixsmi`, `hl-smi`, `efsmi`,
 * `xpu-smi`, `amd-smi`). Pure and linear in the text.
 *
 * How it works: the header tells the layout. Its rows are split into words, a device is as many rows as the header has,
 * and the words of a device's cell go to the words of the header cell above it, by order and never by column offset: the
 * same tool changed its widths, its number of columns and the place of a value within one year (MetaX 2.1.6, 2.1.12,
 * 2.2.9). Where a cell holds more words than its header, the name (or the power pair) takes the rest.
 *
 * Ground rules: a device begins only where its bus cell holds a PCI address or says that there is none; a row with
 * another number of cells than the header belongs to something else; a row without its closing bar was cut off.
 */
import type { DeviceReading, ProcessReading } from './probe.ts';
import { boxCells, busAddress, count, flag, isBorder, mib, num, unknown, watts } from './text.ts';
import { put } from './reading.ts';

/** Words of one device by the header word above them, in lower case with `-` for blanks (`volatile-uncorr.-ecc`). */
export type DeviceCells = ReadonlyMap<string, string>;

/** What the device table of an output holds. */
export interface DeviceTable {
  devices: DeviceCells[];
  /** The table ended in the middle of a device or without its border. */
  truncated: boolean;
}

const labels = /volatile \S+(?: ecc)?|(?:compute|mig|sr-iov) m\.|gcu virt|(?:boot )?fw ver|\S+/gi;
const busLabel = /^(?:bus-?id|bdf)$/;
const unitAfterNumber = /(\d) (?=(?:%|°?c|℃|m?w|[kmgt]i?b|[mg]hz)(?:[\s/]|$))/gi;
/** Labels above values with a unit. */
const measured = /temp|^p(?:ower|wr)|mem|util?$|^dused$|^clock/;
const maxHeaderRows = 5;

/** Words of a header cell; labels of several words are one. */
function labelsOf(cell: string): string[] {
  return (cell.match(labels) ?? []).map((label) => label.toLowerCase().replace(/\s+/g, '-'));
}

/**
 * Words of a data cell: a number and its unit are one word (`39 C`), and so is a pair (`57W / 350W`). `N/A` becomes
 * `NA`, which keeps its slash apart from the one of a pair.
 */
export function wordsOf(cell: string): string[] {
  return cell
    .replace(/\s+/g, ' ')
    .replace(/\[?N\/A\]?/gi, 'NA')
    .replace(/ ?\/ ?/g, '/')
    .replace(unitAfterNumber, '$1')
    .split(' ')
    .filter((word) => word !== '');
}

/** Whether a word can stand under a label when not every label has its word. */
function fits(label: string, word: string): boolean {
  if (busLabel.test(label)) return busAddress(word) !== null;
  if (indexLabel.test(label)) return count(word) !== null;
  if (label === 'temp') return /^\d+(?:°?c|℃)$/i.test(word);
  if (/^p(?:ower|wr)/.test(label)) return /\d+m?w$/i.test(word);
  return /util?$|^dused$|%/.test(label) && /^\d+(?:\.\d+)?%$/.test(word);
}

/** Gives the words of one cell to the labels above it. */
function assign(cells: Map<string, string>, above: readonly string[], cell: string): void {
  const name = above.findIndex((label) => label.endsWith('name'));
  // Names and versions are kept as they are printed: `X 8 GB` holds no value with a unit.
  const words = above.some((label) => measured.test(label))
    ? wordsOf(cell)
    : cell.split(/\s+/).filter(Boolean);
  const spare = words.length - above.length;
  const power = above.findIndex((label) => /^p(?:ower|wr)/.test(label));
  const wide = name >= 0 ? name : power >= 0 ? power : above.length - 1;
  let at = 0;
  for (const [column, label] of above.entries()) {
    const take = spare > 0 && column === wide ? spare + 1 : 1;
    const taken = words.slice(at, at + take);
    at += take;
    const word = taken.join(column === power && name < 0 ? '/' : ' ');
    if (taken.length > 0 && !cells.has(label) && (spare >= 0 || fits(label, word))) cells.set(label, word);
  }
}

interface Device {
  cells: Map<string, string>;
  rows: number;
}

interface Layout {
  /** Labels by header row, then by column. */
  rows: string[][][];
  columns: number;
  busRow: number;
  busColumn: number;
}

/** The header that begins at `lines[at]`, or null when none does. */
function layoutAt(lines: readonly string[], at: number): Layout | null {
  const first = boxCells(lines[at] ?? '');
  if (
    first === null ||
    first.length < 2 ||
    first.some((cell) => wordsOf(cell).some((word) => busAddress(word)))
  )
    return null;
  const rows: string[][][] = [];
  for (let row = at; row < at + maxHeaderRows; row += 1) {
    const cells = boxCells(lines[row] ?? '');
    if (cells === null || cells.length !== first.length) break;
    rows.push(cells.map(labelsOf));
  }
  const busRow = rows.findIndex((row) => row.some((cell) => cell.some((label) => busLabel.test(label))));
  if (busRow !== 0) return null;
  const busColumn = rows[0]?.findIndex((cell) => cell.some((label) => busLabel.test(label))) ?? -1;
  return { rows, columns: first.length, busRow, busColumn };
}

/**
 * Whether a row is the rest of a name that did not fit its cell (xpu-smi 2.0): only the cell of the name holds words,
 * where the header row in turn has labels in other columns. The rest is added to the name.
 */
function goesOn(layout: Layout, device: Device, cells: readonly string[]): boolean {
  const column = layout.rows[0]?.findIndex((cell) => cell.includes('name')) ?? -1;
  const rest = cells[column] ?? '';
  const others = cells.some((cell, at) => at !== column && cell !== '');
  const labelled = layout.rows[device.rows]?.some((cell, at) => at !== column && cell.length > 0) ?? false;
  if (device.rows === 0 || rest === '' || others || !labelled) return false;
  device.cells.set('name', `${device.cells.get('name') ?? ''} ${rest}`.trim());
  return true;
}

/** Whether a row begins a device: its bus cell holds a PCI address, or no value right below a border. */
function begins(layout: Layout, cells: readonly string[], afterBorder: boolean): boolean {
  const words = wordsOf(cells[layout.busColumn] ?? '');
  if (words.some((word) => busAddress(word) !== null)) return true;
  const above = layout.rows[0]?.[layout.busColumn] ?? [];
  const bus = words[above.findIndex((label) => busLabel.test(label))];
  return afterBorder && bus !== undefined && unknown(bus) === null;
}

/**
 * The device table of an output; null when it has none. Outputs that repeat themselves (`-l`) give each device once,
 * as it was printed first.
 */
export function deviceTable(lines: readonly string[]): DeviceTable | null {
  const start = lines.findIndex((_, at) => layoutAt(lines, at) !== null);
  const layout = start < 0 ? null : layoutAt(lines, start);
  if (layout === null) return null;
  const devices: Device[] = [];
  let afterBorder = false;
  let closed = false;
  for (const line of lines.slice(start + layout.rows.length)) {
    const cells = boxCells(line);
    if (cells === null) {
      const border = isBorder(line) || /^\s*\|[-=+|]+\s*$/.test(line);
      if (border) closed = true;
      else if (line.trim() !== '') closed = false;
      afterBorder ||= border;
      continue;
    }
    if (cells.some((cell) => /\bprocess(?:es)?\b/i.test(cell))) break;
    if (cells.length !== layout.columns) continue;
    closed = false;
    if (begins(layout, cells, afterBorder)) devices.push({ cells: new Map(), rows: 0 });
    afterBorder = false;
    const device = devices.at(-1);
    if (device !== undefined && goesOn(layout, device, cells)) continue;
    const above = layout.rows[device?.rows ?? 0];
    if (device === undefined || above === undefined) continue;
    for (const [column, cell] of cells.entries()) assign(device.cells, above[column] ?? [], cell);
    device.rows += 1;
  }
  const truncated = !closed || devices.some(({ rows }) => rows < layout.rows.length);
  return { devices: distinct(devices.map(({ cells }) => cells)), truncated };
}

const indexLabel = /^(?:gpu|aip|xpu|gcu|dev|id)$/;

/** Devices without repetitions of the same index and bus address. */
function distinct(devices: readonly DeviceCells[]): DeviceCells[] {
  const seen = new Set<string>();
  return devices.filter((cells) => {
    const key = `${word(cells, indexLabel) ?? ''} ${word(cells, busLabel) ?? ''}`;
    return seen.size !== seen.add(key).size;
  });
}

/** The word under the first label that matches; undefined when the table has no such label or nothing under it. */
export function word(cells: DeviceCells, label: RegExp): string | undefined {
  for (const [key, value] of cells) if (label.test(key)) return value;
  return undefined;
}

/** Both sides of `a/b`; a unit behind the second holds for both (`826/65536MiB`). Null when it is no pair. */
export function pairOf(pair: string): [string, string] | null {
  const [first = '', second = '', ...rest] = pair.replace(/\[?N\/A\]?/gi, 'NA').split('/');
  if (rest.length > 0 || second.trim() === '') return null;
  const unit = /[a-z%]+\s*$/i.exec(second.trim())?.[0] ?? '';
  const left = first.trim();
  return [/\d$/.test(left) && unknown(second) !== null ? `${left}${unit}` : left, second.trim()];
}

/** Sets used and total memory from a pair; a single word without a value means that neither is known. */
export function putMemory(device: DeviceReading, pair: string | undefined): void {
  if (pair === undefined) return;
  const sides = pairOf(pair) ?? (unknown(pair) === null ? ['', ''] : null);
  if (sides === null) return;
  put(device, 'memoryUsedMib', sides[0], mib);
  put(device, 'memoryTotalMib', sides[1], mib);
}

/** Sets power and its limit from a pair, or the power alone from a single word. */
export function putPower(device: DeviceReading, pair: string | undefined): void {
  if (pair === undefined) return;
  const sides = pairOf(pair);
  put(device, 'powerW', sides?.[0] ?? pair, watts);
  if (sides !== null) put(device, 'powerLimitW', sides[1], watts);
  else if (unknown(pair) === null) put(device, 'powerLimitW', pair, watts);
}

/** The bus address as printed, null when it is none. */
export const printedBus = (bus: string): string | null => (busAddress(bus) === null ? null : bus.trim());

/** The fields that all these tables share, by the meaning of their labels. */
export function commonFields(cells: DeviceCells): DeviceReading {
  const device: DeviceReading = {};
  put(device, 'index', word(cells, indexLabel), count);
  put(device, 'model', word(cells, /^(?:gpu-)?name$/), unknown);
  put(device, 'busId', word(cells, busLabel), printedBus);
  putMemory(device, word(cells, /^mem(?:ory)?-usage$/));
  put(device, 'utilizationPct', word(cells, /^(?:gpu|aip|xpu|gfx)-util?$/), num);
  put(device, 'temperatureC', word(cells, /^temp$/), num);
  const power = word(cells, /^pwr:usage\/cap$|^power-usage$/);
  putPower(device, power);
  if (power === undefined) put(device, 'powerW', word(cells, /^power$/), watts);
  const ecc = word(cells, /^volatile-|^uec$/);
  if (ecc !== undefined && flag(ecc) !== null) device.eccEnabled = flag(ecc);
  else put(device, 'eccUncorrected', ecc, count);
  put(device, 'computeMode', word(cells, /^compute-m\.$/), mode);
  put(device, 'clockMhz', word(cells, /^clock-sm$/), num);
  put(device, 'memoryClockMhz', word(cells, /^clock-mem$/), num);
  return device;
}

/** A mode is a word or two; what is left of another column beside it is none. */
function mode(text: string): string | null {
  return /^[a-z][\w. ]*$/i.test(text.trim()) ? unknown(text) : null;
}

/**
 * Rows of the process table, boxed or not. Its header is found by the word PID; cards that the tool lists as idle (PID
 * `N/A`) are no rows. The name is what stands between PID (and type) and memory.
 */
export function processRows(lines: readonly string[]): ProcessReading[] {
  const at = lines.findIndex((line) => /\bPID\b/.test(line) && /process/i.test(line));
  if (at < 0) return [];
  const header = rowWords((lines[at] ?? '').replace(/process name|process/gi, 'NAME'));
  const pidAt = header.indexOf('PID');
  const nameAt = header.indexOf('NAME');
  const rows: ProcessReading[] = [];
  for (const line of lines.slice(at + 1)) {
    const words = rowWords(line);
    const [device, pid] = [count(words[0]), count(words[pidAt])];
    if (device === null || pid === null || words.length <= nameAt) continue;
    // A process may have no name; then its memory stands in the name's place.
    const name = unknown(words.slice(nameAt, -1).join(' '));
    rows.push({ device, pid, name, memoryUsedMib: mib(words.at(-1)) });
  }
  return rows;
}

/** Words of a process row, its bars left out. Types are single letters (`4321 C`), so only memory takes its unit. */
const rowWords = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .replace(/(\d) (?=[kmgt]i?b\b)/gi, '$1')
    .split(/\s+/)
    .filter((word) => word !== '');

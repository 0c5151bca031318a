/**
 * Reads comma-separated queries (`ixsmi --query-gpu=… --format=csv`, `hl-smi -Q … -f csv`) and cuts looping ones into
 * samples. Pure. Columns are named by the header row, else by the arguments; without either nothing is guessed.
 */
import type { DeviceReading } from './probe.ts';
import { count, csvRows, mib, num, unknown, watts } from './text.ts';
import { put } from './reading.ts';
import { printedBus } from './table.ts';

/** `memory.total [MiB]` → `memory.total`. */
const fieldOf = (cell: string): string => (cell.split('[', 1)[0] ?? '').trim().toLowerCase();

const field = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$/;

/** Whether a row names columns: only field names, and two of them that say what they are. */
function isHeader(row: readonly string[]): boolean {
  const names = row.map(fieldOf).filter((name) => name !== '');
  const known = names.filter(
    (name) => name.includes('.') || /^(?:gpu_)?(?:index|uuid|name|serial|bus_id|timestamp)$/.test(name),
  );
  return (
    names.length > 0 && names.every((name) => field.test(name)) && known.length >= Math.min(2, names.length)
  );
}

/** Field names in the arguments of a query, undefined when they name none. */
function asked(args: string): string[] | undefined {
  const list = /(?:--query-\w+[= ]|(?:^|\s)-Q\s*)"?([\w.]+(?:,\s?[\w.]+)*)/.exec(args)?.[1];
  return list?.split(',').map((name) => name.trim().toLowerCase());
}

/** What a row says of which device it is. */
function identity(row: ReadonlyMap<string, string>): string | undefined {
  const named = [/uuid$/, /bus_id$/, /^index$/].map((name) => [...row].find(([key]) => name.test(key))?.[1]);
  return named.find((word) => word !== undefined && unknown(word) !== null);
}

/** One row per device, its last one: looping tools print them again and again. Rows without a name stay. */
function latest(rows: readonly ReadonlyMap<string, string>[]): ReadonlyMap<string, string>[] {
  const last = new Map(rows.map((row, at) => [identity(row) ?? `row ${at}`, row]));
  return [...last.values()];
}

/**
 * Rows of a query as value by field name, one per device; null when the text has no such rows or nothing names the
 * columns.
 */
export function queryRows(args: string, text: string): ReadonlyMap<string, string>[] | null {
  const rows = csvRows(text).filter((row) => row.length > 1 || isHeader(row));
  const header = rows.find(isHeader)?.map(fieldOf) ?? asked(args);
  if (header === undefined) return null;
  // A header that is damaged is still none of the devices.
  const names = (row: readonly string[]): number =>
    row.filter((cell, at) => fieldOf(cell) === header[at]).length;
  const found = rows
    .filter((row) => row.length === header.length && !isHeader(row) && names(row) < row.length / 2)
    .map((row) => new Map(header.map((name, column) => [name, row[column] ?? ''])));
  return found.length === 0 ? null : latest(found);
}

/** Memory, which some versions print in bytes without saying so: more than 64 TiB in MiB is no card. */
function memory(word: string): number | null {
  const value = num(word);
  return value !== null && /^\s*\d+\s*$/.test(word) && value > 67_108_864 ? mib(word, 'B') : mib(word);
}

/** A row's fields by their names, `aip`, `gpu` and `xpu` alike. */
export function queryDevice(row: ReadonlyMap<string, string>): DeviceReading {
  const device: DeviceReading = {};
  const of = (name: RegExp): string | undefined => [...row].find(([key]) => name.test(key))?.[1];
  put(device, 'index', of(/^index$/), count);
  put(device, 'model', of(/^(?:gpu_)?name$/), unknown);
  put(device, 'uuid', of(/^(?:gpu_)?uuid$/), unknown);
  put(device, 'serial', of(/^(?:gpu_)?serial$/), unknown);
  put(device, 'busId', of(/bus_id$/), printedBus);
  put(device, 'memoryTotalMib', of(/^memory\.total$/), memory);
  put(device, 'memoryUsedMib', of(/^memory\.used$/), memory);
  put(device, 'memoryFreeMib', of(/^memory\.free$/), memory);
  put(device, 'utilizationPct', of(/^utilization\.(?:gpu|aip|xpu)$/), num);
  put(device, 'memoryUsagePct', of(/^memory\.utilization$/), num);
  put(device, 'temperatureC', of(/^temperature\.(?:gpu|aip|xpu)$/), num);
  put(device, 'memoryTemperatureC', of(/^temperature\.memory$/), num);
  put(device, 'powerW', of(/^(?:gpu\.)?power\.draw$/), watts);
  put(device, 'powerLimitW', of(/^(?:gpu\.)?power\.(?:limit|max)$/), watts);
  put(device, 'eccUncorrected', of(/^ecc\.errors\.uncorrected\.(?:volatile|aggregate)\.total$/), count);
  put(device, 'clockMhz', of(/^clocks\.(?:current\.)?(?:sm|soc|gr)$/), num);
  put(device, 'memoryClockMhz', of(/^clocks\.(?:current\.)?mem(?:ory)?$/), num);
  put(device, 'minorNumber', of(/^(?:minor_number|minor)$/), count);
  return device;
}

const marker = /^#rows=(\d+)$/;

/**
 * Cuts the rows of a looping tool into samples. `keyOf` tells which device a row speaks of, undefined for a line that is
 * no row. These tools do not say how many devices they have: the first sample ends when a device comes again, and from
 * then on the number of rows is known. It travels in `rest`, because nothing else is remembered between two calls.
 */
export function splitRows(
  buffer: string,
  keyOf: (line: string) => string | undefined,
): { samples: string[]; rest: string } {
  const end = buffer.lastIndexOf('\n') + 1;
  const samples: string[] = [];
  let expected = 0;
  let lines: string[] = [];
  const seen = new Set<string>();
  const flush = (): void => {
    expected = seen.size;
    samples.push(`${lines.join('\n')}\n`);
    lines = [];
    seen.clear();
  };
  for (const line of buffer.slice(0, end).split(/\r?\n/)) {
    const rows = marker.exec(line)?.[1];
    if (rows !== undefined) expected = Number(rows);
    if (rows !== undefined || line.trim() === '') continue;
    const key = keyOf(line);
    if (key !== undefined && seen.has(key)) flush();
    lines.push(line);
    if (key !== undefined) seen.add(key);
    if (key !== undefined && seen.size === expected) flush();
  }
  const open = [...(expected > 0 ? [`#rows=${expected}`] : []), ...lines].map((line) => `${line}\n`).join('');
  return { samples, rest: open + buffer.slice(end) };
}

/**
 * Reads `nvidia-smi --query-gpu=… --format=csv[,noheader][,nounits]` and `--query-compute-apps`. Pure. Columns are
 * found by name: in the header, or in the arguments where the header was switched off.
 */
import type { DeviceReading, ProcessReading, Reading } from './probe.ts';
import { isMessage, nvidiaError } from './nvidia-errors.ts';
import { throttleOfKeys, throttleOfMask } from './nvidia-throttle.ts';
import { failed, put } from './reading.ts';
import { busAddress, count, csvRows, flag, mib, num, percent, unknown, watts } from './text.ts';

type Setter = (device: DeviceReading, word: string) => void;

function field<K extends keyof DeviceReading>(key: K, read: (word: string) => DeviceReading[K]): Setter {
  return (device, word) => put(device, key, word, read);
}

function throttle(device: DeviceReading, word: string): void {
  const reasons = throttleOfMask(word);
  if (reasons !== null) device.throttleReasons = reasons;
}

/** `Yes` and `No`, or the counts that `--query-remapped-rows` prints instead. */
const pending = (word: string): boolean | null =>
  flag(word) ?? (count(word) === null ? null : count(word) !== 0);

/** Query fields that are read. Of several for one value the first that has one wins, so the order matters. */
const setters: readonly [string, Setter][] = [
  ['index', field('index', count)],
  ['name', field('model', unknown)],
  ['gpu_name', field('model', unknown)],
  ['uuid', field('uuid', unknown)],
  ['gpu_uuid', field('uuid', unknown)],
  ['serial', field('serial', unknown)],
  ['gpu_serial', field('serial', unknown)],
  ['pci.bus_id', field('busId', unknown)],
  ['gpu_bus_id', field('busId', unknown)],
  ['memory.total', field('memoryTotalMib', mib)],
  ['memory.used', field('memoryUsedMib', mib)],
  ['memory.free', field('memoryFreeMib', mib)],
  ['memory.reserved', field('memoryReservedMib', mib)],
  ['utilization.gpu', field('utilizationPct', percent)],
  ['temperature.gpu', field('temperatureC', num)],
  ['temperature.memory', field('memoryTemperatureC', num)],
  ['temperature.gpu.tlimit', field('temperatureMarginC', num)],
  ['vbios_version', field('firmware', unknown)],
  ['power.draw', field('powerW', watts)],
  ['power.draw.average', field('powerW', watts)],
  ['power.draw.instant', field('powerW', watts)],
  ['power.limit', field('powerLimitW', watts)],
  ['enforced.power.limit', field('powerLimitW', watts)],
  ['ecc.mode.current', field('eccEnabled', flag)],
  ['ecc.errors.uncorrected.volatile.total', field('eccUncorrected', count)],
  ['mig.mode.current', field('migEnabled', flag)],
  ['compute_cap', field('computeCapability', unknown)],
  ['compute_mode', field('computeMode', unknown)],
  ['clocks.current.sm', field('clockMhz', num)],
  ['clocks.sm', field('clockMhz', num)],
  ['clocks.current.graphics', field('clockMhz', num)],
  ['clocks.gr', field('clockMhz', num)],
  ['clocks.current.memory', field('memoryClockMhz', num)],
  ['clocks.mem', field('memoryClockMhz', num)],
  ['gpu_recovery_action', field('recoveryAction', unknown)],
  ['remapped_rows.pending', field('remapPending', pending)],
  ['remapped_rows.failure', field('remapFailure', pending)],
  ['retired_pages.pending', field('pageRetirementPending', pending)],
  ['clocks_event_reasons.active', throttle],
  ['clocks_throttle_reasons.active', throttle],
];
const known = new Set([
  ...setters.map(([name]) => name),
  'timestamp',
  'driver_version',
  'count',
  'pid',
  'process_name',
]);

/** A header cell without its unit: `memory.total [MiB]` is `memory.total`. */
function columnName(cell: string): string {
  const unit = cell.endsWith(']') ? cell.lastIndexOf('[') : -1;
  return (unit < 0 ? cell : cell.slice(0, unit)).trim().toLowerCase();
}

/** Names of the queried fields in the arguments, null when they hold no query. */
function queried(args: string): string[] | null {
  const match = /--query-(?:gpu|compute-apps|apps|remapped-rows)(?:=|\s+)(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(
    args,
  );
  const list = match?.[1] ?? match?.[2] ?? match?.[3];
  return list === undefined ? null : list.split(',').map(columnName);
}

interface Sheet {
  columns: string[];
  rows: string[][];
  /** Rows that cannot be a device's: of another length, or with something else where its names stand. */
  strange: number;
}

/** What the cells that name a device must look like, when they are not one of the words for "no value". */
const names: readonly [RegExp, (word: string) => boolean][] = [
  [/^index$/, (word) => count(word) !== null],
  [/^(?:gpu_)?uuid$/, (word) => /^(?:GPU|MIG)-\S+$/i.test(word)],
  [/^(?:pci\.|gpu_)bus_id$/, (word) => busAddress(word) !== null],
];

/** Whether a row can be a device's: noise and damaged headers can have the right number of columns too. */
function isCredible(columns: readonly string[], row: readonly string[]): boolean {
  if (row.length !== columns.length) return false;
  return columns.every((column, at) => {
    const word = row[at] ?? '';
    const check = names.find(([name]) => name.test(column))?.[1];
    return check === undefined || unknown(word) === null || check(word);
  });
}

/** The row with what is too much put back into the name of the process, which may hold commas. */
function withName(columns: readonly string[], row: string[]): string[] {
  const at = columns.indexOf('process_name');
  const spare = row.length - columns.length;
  if (at < 0 || spare <= 0) return row;
  return [...row.slice(0, at), row.slice(at, at + spare + 1).join(', '), ...row.slice(at + spare + 1)];
}

/** Header and rows; null when neither header nor arguments name the columns. */
function sheetOf(lines: readonly string[], args: string): Sheet | null {
  // Who pastes an output often pastes the command above it, and it names the columns as well.
  const command = lines.findIndex((line) => /nvidia-smi\S*\s.*--query-/.test(line));
  const own = command < 0 ? lines : lines.slice(command + 1);
  const rows = csvRows(own.filter((line) => !isMessage(line)).join('\n'));
  const isHeader = (row: readonly string[]): boolean => {
    const names = row.map(columnName);
    return names.some((name) => known.has(name)) && names.every((name) => /^[a-z][\w.]*$/i.test(name));
  };
  const at = rows.findIndex(isHeader);
  const columns =
    at >= 0 ? (rows[at] ?? []).map(columnName) : (queried(args) ?? queried(lines[command] ?? ''));
  if (columns === null) return null;
  const body = rows
    .slice(at + 1)
    .filter((row) => !isHeader(row) && row.some((word) => word.trim() !== ''))
    .map((row) => withName(columns, row));
  const credible = body.filter((row) => isCredible(columns, row));
  return { columns, rows: credible, strange: body.length - credible.length };
}

/** What tells a row's device from the others, so that a looping query (`-l`) does not multiply devices. */
function identity(device: DeviceReading): string | null {
  if (typeof device.index === 'number') return `index ${device.index}`;
  const bus = busAddress(device.busId);
  if (bus !== null) return bus;
  // Publishers mask uuids with zeros, all alike.
  return typeof device.uuid === 'string' && /[1-9a-f]/i.test(device.uuid.slice(4)) ? device.uuid : null;
}

/** Devices once each, in the order of their first row, with the values of their last. */
function latest(devices: readonly DeviceReading[]): DeviceReading[] {
  const byIdentity = new Map<string, DeviceReading>();
  for (const [at, device] of devices.entries()) byIdentity.set(identity(device) ?? `row ${at}`, device);
  return [...byIdentity.values()];
}

function deviceOf(columns: readonly string[], row: readonly string[]): DeviceReading | null {
  const device: DeviceReading = {};
  for (const [name, set] of setters) {
    const word = row[columns.indexOf(name)];
    if (word !== undefined && columns.includes(name)) set(device, word);
  }
  // Drivers from 535 on also have a column for each reason.
  const reasons = throttleOfKeys(columns.map((name, at) => [name, row[at] ?? ''] as const));
  if (device.throttleReasons === undefined && reasons !== undefined) device.throttleReasons = reasons;
  const { index = null, uuid = null, busId = null, model = null } = device;
  const named = index !== null || uuid !== null || busId !== null || model !== null;
  if (!named && row.every((word) => unknown(word) === null)) return null;
  if (!columns.includes('index')) device.index = null;
  const bad = row.find((word) => /^\[?(?:GPU is lost|GPU requires reset)/i.test(word));
  if (bad !== undefined) device.health = `error: ${bad.replace(/[[\]]/g, '')}`;
  const { memoryTotalMib, memoryUsedMib, memoryFreeMib, memoryReservedMib } = device;
  if (memoryTotalMib === undefined && typeof memoryUsedMib === 'number' && typeof memoryFreeMib === 'number')
    device.memoryTotalMib = memoryUsedMib + memoryFreeMib + (memoryReservedMib ?? 0);
  return device;
}

function appsReading({ columns, rows }: Sheet): Reading {
  const cell = (row: readonly string[], ...names: string[]): string | undefined =>
    row[columns.findIndex((name) => names.includes(name))];
  const processes = rows.flatMap((row): ProcessReading[] => {
    const pid = count(cell(row, 'pid'));
    if (pid === null) return [];
    return [
      {
        device: unknown(cell(row, 'gpu_uuid', 'gpu_bus_id', 'gpu_serial', 'gpu_name')),
        pid,
        name: unknown(cell(row, 'process_name', 'name')),
        memoryUsedMib: mib(cell(row, 'used_memory', 'used_gpu_memory')),
      },
    ];
  });
  return { status: 'present', devices: [], processes };
}

/**
 * Whether the first cells of rows that nobody named are indexes: all are counts that rise from row to row, and a lone row
 * has a 0. Every script asks for the index first.
 */
function firstIsIndex(rows: readonly (readonly string[])[]): boolean {
  const firsts = rows.map(([first]) => count(first));
  return firsts.every(
    (first, at) =>
      first !== null &&
      first < 256 &&
      (at === 0 || first > (firsts[at - 1] ?? 0)) &&
      (firsts.length > 1 || first === 0),
  );
}

/** Rows whose columns nobody named: only what says itself what it is. */
function unnamed(lines: readonly string[]): Reading | null {
  const rows = csvRows(lines.filter((line) => !isMessage(line)).join('\n'));
  const indexed = firstIsIndex(rows);
  const devices = rows.flatMap((row): DeviceReading[] => {
    const uuid = row.find((word) => /^GPU-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(word));
    const busId = row.find((word) => word.includes('.') && busAddress(word) !== null);
    const model = row.find((word) => /^(?:NVIDIA|Tesla|GeForce|Quadro|TITAN)\b/i.test(word));
    const driver = row.some((word) => /^\d{3}\.\d{2,3}(?:\.\d{2})?$/.test(word));
    if (row.length < 2 || (uuid === undefined && busId === undefined && (model === undefined || driver)))
      return [];
    const index = indexed ? count(row[0]) : null;
    return [{ index, ...(model && { model }), ...(uuid && { uuid }), ...(busId && { busId }) }];
  });
  return devices.length === 0 ? null : { status: 'present', devices: numbered(latest(devices)) };
}

/** Gives devices without an index their position in the output. */
function numbered(devices: DeviceReading[]): DeviceReading[] {
  return devices.map((device, position) =>
    typeof device.index === 'number' ? device : { ...device, position },
  );
}

/** Reads a query's output; null when the text is not one. */
export function parseQuery(args: string, lines: readonly string[]): Reading | null {
  const sheet = sheetOf(lines, args);
  if (sheet === null) return unnamed(lines);
  const { columns, rows, strange } = sheet;
  // `--query-supported-clocks` has a row for every clock of every card.
  if (columns.includes('graphics') || columns.some((name) => name.startsWith('retired_pages.a'))) return null;
  if (columns.includes('pid')) return appsReading(sheet);
  const devices = rows.map((row) => deviceOf(columns, row)).filter((device) => device !== null);
  if (devices.length === 0) return nvidiaError(lines) ?? failed('the query printed no complete row');
  const driverVersion = unknown(rows[0]?.[columns.indexOf('driver_version')]);
  return {
    status: 'present',
    devices: numbered(latest(devices)),
    // A row that could not be read may have been a card: what is listed is right, but more may be missing.
    ...(strange > 0 ? { truncated: true } : {}),
    ...(columns.includes('driver_version') ? { driverVersion } : {}),
  };
}

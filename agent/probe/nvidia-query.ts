/**
 * Reads `nvidia-smi --query-gpu=… --format=csv[,noheader][,nounits]`. Pure.
 *
 * Which column is which is told by the header row, else by the field list in the arguments, else (captured output of an
 * unknown command without a header) only by values that can be nothing else: a GPU UUID, a PCI address, a product name.
 * Field names are those of `nvidia-smi --help-query-gpu` of drivers 418 to 610; names that newer drivers dropped are
 * kept as aliases. A row with another number of columns than the header is cut off or no row at all, and is left out.
 */
import type { DeviceReading, ProcessReading, Reading } from './probe.ts';
import { busAddress, count, csvRows, flag, mib, num, unknown, watts } from './text.ts';
import { deviceFault, lostDevices } from './nvidia-faults.ts';

type Word = string | undefined;
/** A field of the reading, the query fields it comes from (the first one with a value wins), and how to read it. */
type Column = readonly [
  field: keyof DeviceReading,
  names: readonly string[],
  read: (word: Word) => string | number | boolean | null,
];

const memory = (word: Word): number | null => mib(word);
const columns: readonly Column[] = [
  ['index', ['index'], count],
  ['model', ['name', 'gpu_name'], unknown],
  ['uuid', ['uuid', 'gpu_uuid'], unknown],
  ['serial', ['serial', 'gpu_serial'], unknown],
  ['busId', ['pci.bus_id', 'gpu_bus_id'], unknown],
  ['memoryTotalMib', ['memory.total'], memory],
  ['memoryUsedMib', ['memory.used'], memory],
  ['memoryFreeMib', ['memory.free'], memory],
  ['memoryReservedMib', ['memory.reserved'], memory],
  ['utilizationPct', ['utilization.gpu'], num],
  ['temperatureC', ['temperature.gpu'], num],
  ['memoryTemperatureC', ['temperature.memory'], num],
  ['powerW', ['power.draw', 'power.draw.average', 'power.draw.instant'], watts],
  ['powerLimitW', ['power.limit', 'enforced.power.limit'], watts],
  ['eccEnabled', ['ecc.mode.current'], flag],
  ['eccUncorrected', ['ecc.errors.uncorrected.volatile.total'], count],
  ['migEnabled', ['mig.mode.current'], flag],
  ['computeMode', ['compute_mode'], unknown],
  ['architecture', ['compute_cap'], architectureOf],
  ['clockMhz', ['clocks.current.sm', 'clocks.sm', 'clocks.current.graphics', 'clocks.gr'], num],
  ['memoryClockMhz', ['clocks.current.memory', 'clocks.mem'], num],
  ['recoveryAction', ['gpu_recovery_action'], unknown],
  ['remapPending', ['remapped_rows.pending'], flag],
  ['remapFailure', ['remapped_rows.failure'], flag],
  ['pageRetirementPending', ['retired_pages.pending'], flag],
];

const fieldNames = new Set(columns.flatMap(([, names]) => names));
const throttle =
  /^clocks_(?:event|throttle)_reasons\.(sw_power_cap|sync_boost|(?:hw|sw)_(?:thermal_|power_brake_)?slowdown)$/;

/** Architecture by compute capability (`9.0`), null when we do not know it. */
export function architectureOf(capability: Word): string | null {
  const match = /^(\d{1,2})\.(\d)$/.exec(unknown(capability) ?? '');
  const value = Number(match?.[1]) * 10 + Number(match?.[2]);
  if (match === null || value < 30) return null;
  const from: readonly (readonly [number, string])[] = [
    [100, 'Blackwell'],
    [90, 'Hopper'],
    [89, 'Ada Lovelace'],
    [80, 'Ampere'],
    [75, 'Turing'],
    [70, 'Volta'],
    [60, 'Pascal'],
    [50, 'Maxwell'],
    [30, 'Kepler'],
  ];
  return value >= 130 ? null : (from.find(([least]) => value >= least)?.[1] ?? null);
}

/** `power.draw [W]` → `power.draw`. */
const fieldName = (cell: string): string => cell.replace(/\s*\[[^\]]*\]$/, '').trim();

/** Whether a row is the header: only field names, and among them one that we know. */
function isHeader(row: readonly string[]): boolean {
  const names = row.map(fieldName);
  return (
    names.every((name) => /^[a-z][\w.]*$/i.test(name)) &&
    names.some((name) => fieldNames.has(name) || name === 'pid')
  );
}

/** The fields asked for in the arguments (`--query-gpu=a,b` or `--query-gpu a,b`), undefined when not told. */
export function queriedFields(args: string): string[] | undefined {
  const list = /--query-(?:gpu|compute-apps)[=\s]["']?([\w.]+(?:\s?,\s?[\w.]+)*)/.exec(args)?.[1];
  return list?.split(',').map((name) => name.trim());
}

function readRow(fields: readonly string[], row: readonly string[]): DeviceReading | undefined {
  const cells = new Map(fields.map((name, i) => [name, row[i] ?? '']));
  const device: DeviceReading = {};
  let misread = 0;
  let read = 0;
  for (const [field, names, reader] of columns) {
    const words = names.flatMap((name) => cells.get(name) ?? []);
    if (words.length === 0) continue;
    const values = words.map(reader);
    read += 1;
    // A cell with a value of the wrong kind: this may be no row of ours.
    if (words.some((word, i) => values[i] === null && unknown(word) !== null && reader !== architectureOf))
      misread += 1;
    Object.assign(device, { [field]: values.find((value) => value !== null) ?? null });
  }
  if (misread * 2 > read) return undefined;
  // Older drivers and short queries: used + free is what the tool's own total leaves to programs.
  const { memoryTotalMib, memoryUsedMib, memoryFreeMib } = device;
  if (memoryTotalMib === undefined && typeof memoryUsedMib === 'number' && typeof memoryFreeMib === 'number')
    device.memoryTotalMib = memoryUsedMib + memoryFreeMib;
  const reasons = fields.filter((name) => throttle.test(name));
  if (reasons.length > 0)
    device.throttleReasons = reasons
      .filter((name) => cells.get(name) === 'Active')
      .map((name) => name.replace(throttle, '$1'));
  const fault = row.map(deviceFault).find((each) => each !== undefined);
  if (fault !== undefined) device.health = `error: ${fault}`;
  return device;
}

/** What a row without header or arguments says for certain; undefined when it is no GPU row. */
function guessRow(row: readonly string[]): DeviceReading | undefined {
  const uuid = row.find((cell) => /^GPU-[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}$/i.test(cell));
  const busId = row.find((cell) => /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i.test(cell));
  const model = row.find((cell) => /^(?:NVIDIA|Tesla|Quadro|GeForce|GRID|TITAN)\b.*\w/i.test(cell));
  if (row.length < 2 || (uuid === undefined && busId === undefined)) return undefined;
  return {
    ...(uuid === undefined ? {} : { uuid }),
    ...(busId === undefined ? {} : { busId }),
    ...(model === undefined ? {} : { model }),
  };
}

/** The last row of every device: a loop (`-l`, `-lms`) prints them again and again. */
function lastPass(devices: readonly DeviceReading[]): DeviceReading[] {
  const latest = new Map<string, DeviceReading>();
  devices.forEach((device, i) => {
    const { uuid, busId, index } = device;
    // Masked identifiers are the same for all cards; only all three together tell them apart.
    const named = uuid ?? busId ?? index;
    latest.set(
      named === undefined || named === null ? `@${i}` : `${uuid} ${busAddress(busId)} ${index}`,
      device,
    );
  });
  return [...latest.values()].map((device, position) =>
    device.index === undefined ? { index: null, position, ...device } : device,
  );
}

function processRow(fields: readonly string[], row: readonly string[]): ProcessReading {
  const cell = (...names: string[]): Word => row[fields.findIndex((field) => names.includes(field))];
  return {
    device: unknown(cell('gpu_uuid', 'gpu_bus_id')),
    pid: count(cell('pid')),
    name: unknown(cell('process_name', 'name')),
    memoryUsedMib: mib(cell('used_gpu_memory', 'used_memory')),
  };
}

/** Reads query output; undefined when the text has neither a header nor a row of one (it is another kind of output). */
export function parseQuery(args: string, output: string): Reading | undefined {
  let fields = queriedFields(args);
  const devices: DeviceReading[] = [];
  const processes: ProcessReading[] = [];
  const drivers = new Set<string>();
  let ragged = false;
  let header = false;
  for (const row of csvRows(output)) {
    if (isHeader(row)) {
      fields = row.map(fieldName);
      header = true;
    } else if (fields === undefined) {
      const device = guessRow(row);
      if (device) devices.push(device);
    } else if (row.length !== fields.length) ragged ||= row.length > 1;
    else if (fields.includes('pid')) processes.push(processRow(fields, row));
    else {
      const device = readRow(fields, row);
      if (device === undefined) continue;
      devices.push(device);
      const driver = unknown(row[fields.indexOf('driver_version')]);
      if (driver !== null) drivers.add(driver);
    }
  }
  if (devices.length === 0 && processes.length === 0 && !header) return undefined;
  const lost = lostDevices(output);
  const [driverVersion] = drivers;
  if (fields?.includes('pid')) return { status: 'present', devices: [], processes };
  if (devices.length === 0) return { status: 'failed', reason: 'the query printed no rows' };
  return {
    status: 'present',
    devices: lastPass(devices),
    ...(lost.length > 0 ? { lost } : {}),
    ...(driverVersion === undefined ? {} : { driverVersion }),
    ...(ragged ? { truncated: true } : {}),
  };
}

/**
 * Reads the table of `npu-smi info` (310 to 910C, 20.2 to 26.0) with its process table. Pure. Each chip has one text row
 * per header row. The words of the header say what the cells hold: `Device` or `Phy-ID` beside the chip, HBM or not;
 * within a cell, `used / total` pairs go to the `…-Usage` words and single values to the others, in order.
 */
import type { DeviceReading, ProcessReading, Reading } from './probe.ts';
import { put } from './reading.ts';
import { busAddress, columnOf, count, mib, num, percent, unknown, usedOfTotal, watts } from './text.ts';
import { endsWhole, type Rows, tableOf, tableRows } from './text-table.ts';

/** Values of a cell by the words of its header cell, in lower case. */
function labelled(header: string, cell: string): Map<string, string> {
  const labels = header.split(/\s+/).filter((word) => word !== '');
  const words = cell
    .replace(/\bN\/A\b/gi, 'NA')
    .replace(/\s*\/\s*/g, '/')
    .split(/\s+/)
    .filter((word) => word !== '');
  const isPair = (label: string): boolean => /-usage/i.test(label);
  const pairLabels = labels.filter(isPair);
  const values = new Map<string, string>();
  const assign = (names: readonly string[], found: readonly string[]): void => {
    // Fewer or more values than names: nobody can say which is missing.
    if (names.length !== found.length) return;
    for (const [at, name] of names.entries()) values.set(name.toLowerCase(), found[at] ?? '');
  };
  if (labels.length === words.length) assign(labels, words);
  else {
    assign(
      pairLabels,
      words.filter((word) => word.includes('/')),
    );
    assign(
      labels.filter((label) => !isPair(label)),
      words.filter((word) => !word.includes('/')),
    );
  }
  return values;
}

/** The value of the first label that starts with `name`. */
function valueOf(values: ReadonlyMap<string, string>, name: string): string | undefined {
  for (const [label, value] of values) if (label.startsWith(name)) return value;
  return undefined;
}

function readMemory(device: DeviceReading, values: ReadonlyMap<string, string>): void {
  const hbm = usedOfTotal(valueOf(values, 'hbm-usage'));
  const ddr = usedOfTotal(valueOf(values, 'memory-usage'));
  const named = [...values.keys()].some((label) => /^(?:hbm|memory)-usage/.test(label));
  // 910B prints its DDR pair as 0 / 0, and a chip without HBM might print that pair so: an empty pair is no memory.
  const main = hbm !== null && hbm.total !== 0 ? hbm : (ddr ?? hbm);
  if (named) {
    device.memoryUsedMib = main?.used ?? null;
    device.memoryTotalMib = main?.total ?? null;
  }
  if (main === hbm && ddr !== null && ddr.total !== 0) {
    device.ddrUsedMib = ddr.used;
    device.ddrTotalMib = ddr.total;
  }
}

/** One chip from its two rows; null when it has no NPU id or chip id. */
function deviceOf(header: readonly string[][], group: readonly string[][]): DeviceReading | null {
  const top = /^(\d+)\s+(.*)$/.exec(group[0]?.[0] ?? '');
  const ids = labelled(header[1]?.[0] ?? '', group[1]?.[0] ?? '');
  const card = count(top?.[1]);
  const chip = count(valueOf(ids, 'chip'));
  if (card === null || chip === null) return null;
  const values = new Map<string, string>();
  for (const [row, cells] of header.entries())
    for (const [column, names] of cells.entries())
      if (column > 0)
        for (const [name, value] of labelled(names, group[row]?.[column] ?? '')) values.set(name, value);
  const bus = unknown(valueOf(values, 'bus-id'));
  // A text row that is not in its place (cut, repeated) shows by this cell, and then no value can be trusted.
  if (bus !== null && busAddress(bus) === null) return null;
  const device: DeviceReading = { card, chip, model: unknown(top?.[2]) };
  put(device, 'physicalId', valueOf(ids, 'phy'), count);
  put(device, 'index', valueOf(ids, 'device') ?? valueOf(ids, 'phy'), count);
  const health = columnOf(header[0] ?? [], /^Health$/i);
  put(device, 'health', group[0]?.[health], unknown);
  if (valueOf(values, 'bus-id') !== undefined) device.busId = bus;
  put(device, 'powerW', valueOf(values, 'power'), watts);
  put(device, 'temperatureC', valueOf(values, 'temp'), num);
  put(device, 'utilizationPct', valueOf(values, 'aicore'), percent);
  readMemory(device, values);
  return device;
}

/**
 * Where no column gives an index: the NPU id when each NPU has one chip (so that a lost card leaves a hole), else the
 * order.
 */
export function withIndexes(devices: readonly DeviceReading[]): DeviceReading[] {
  const single = new Set(devices.map(({ card }) => card)).size === devices.length;
  return devices.map((device, at) => {
    if (typeof device.index === 'number') return device;
    return { ...device, index: single && typeof device.card === 'number' ? device.card : at };
  });
}

function devicesOf(rows: Rows): DeviceReading[] | null {
  const table = tableOf(
    rows,
    (cells) => /^NPU\s+Name/i.test(cells[0] ?? ''),
    (cells) => /^NPU\s/i.test(cells[0] ?? ''),
  );
  if (table === null) return null;
  const devices = new Map<string, DeviceReading>();
  for (const group of table.groups) {
    const device = deviceOf(table.header, group);
    const key = device === null ? '' : `${device.card}/${device.chip}`;
    if (device !== null && !devices.has(key)) devices.set(key, device);
  }
  return withIndexes([...devices.values()]);
}

function processesOf(rows: Rows): ProcessReading[] {
  const start = rows.findIndex((cells) => cells?.some((cell) => /^Process id\b/i.test(cell)));
  const header = rows[start];
  if (start < 0 || header === null || header === undefined) return [];
  const pidAt = columnOf(header, /^Process id(?! in)/i);
  const nameAt = columnOf(header, /^Process name/i);
  const memoryAt = columnOf(header, /^Process memory/i);
  return rows.slice(start + 1).flatMap((cells) => {
    const pid = count(cells?.[pidAt]);
    if (cells === null || pid === null || cells.length !== header.length) return [];
    const device = (cells[0] ?? '').split(/\s+/).slice(0, 2).join('/');
    return [{ device, pid, name: unknown(cells[nameAt]), memoryUsedMib: mib(cells[memoryAt]) }];
  });
}

/** Reads the table; null when the text has none. The version in the banner is the driver's. */
export function parseInfoTable(lines: readonly string[]): Reading | null {
  const rows = tableRows(lines);
  const devices = devicesOf(rows);
  if (devices === null) return null;
  const banner = lines.find((line) => /npu-smi\s+\S+.*Version:/i.test(line)) ?? '';
  return {
    status: 'present',
    devices,
    toolVersion: unknown(/npu-smi\s+([^\s|]+)/i.exec(banner)?.[1]),
    driverVersion: unknown(/Version:\s*([^\s|]+)/i.exec(banner)?.[1]),
    processes: processesOf(rows),
    ...(endsWhole(lines) ? {} : { truncated: true }),
  };
}

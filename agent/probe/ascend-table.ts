/**
 * Reads the table of `npu-smi info` (310 to 950, 20.2 to 26.1) with its process table. Pure. Each chip has one text row
 * per header row. The words of the header say what the cells hold: `Device` or `Phy-ID` beside the chip, HBM or not;
 * within a cell, `used / total` pairs go to the `…-Usage` words and single values to the others, in order. The 950 has
 * its id and its name in columns of their own, names no chips, and calls the load `NPU Util`.
 */
import type { DeviceReading, ProcessReading, Reading } from './probe.ts';
import { withIndexes } from './ascend-chip.ts';
import { put } from './reading.ts';
import { busAddress, columnOf, count, mib, num, percent, unknown, usedOfTotal, watts } from './text.ts';
import { endsWhole, type Rows, tableOf, tableRows } from './text-table.ts';

const labelWords = /(?:NPU|AI|Process) (?:ID|Util|Core|Cube)\S*|\S+/gi;

/** Values of a cell by the words of its header cell, in lower case. */
function labelled(header: string, cell: string): Map<string, string> {
  const labels: readonly string[] = header.match(labelWords) ?? [];
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

interface Ids {
  card: number | null;
  chip: number | null;
  model: string | undefined;
  /** The cell below the first header cell, by its words. */
  words: ReadonlyMap<string, string>;
}

/** `0  910B3` above `0`, under `NPU  Name` above `Chip`; or `0 | Ascend950DT` under `NPU ID | Name`. */
function idsOf(header: readonly string[][], group: readonly string[][]): Ids | null {
  const words = labelled(header[1]?.[0] ?? '', group[1]?.[0] ?? '');
  if (/^NPU ID$/i.test(header[0]?.[0] ?? '')) {
    const card = count(group[0]?.[0]);
    const name = columnOf(header[0] ?? [], /^Name$/i);
    return card === null ? null : { card, chip: null, model: group[0]?.[name], words };
  }
  const top = /^(\d+)\s+(.*)$/.exec(group[0]?.[0] ?? '');
  const card = count(top?.[1]);
  const chip = count(valueOf(words, 'chip'));
  return card === null || chip === null ? null : { card, chip, model: top?.[2], words };
}

/** One chip from its two rows; null when it has no NPU id or, where the table names chips, no chip id. */
function deviceOf(header: readonly string[][], group: readonly string[][]): DeviceReading | null {
  const ids = idsOf(header, group);
  if (ids === null) return null;
  const values = new Map<string, string>();
  for (const [row, cells] of header.entries())
    for (const [column, names] of cells.entries())
      if (column > 0)
        for (const [name, value] of labelled(names, group[row]?.[column] ?? '')) values.set(name, value);
  const bus = unknown(valueOf(values, 'bus-id'));
  // A text row that is not in its place (cut, repeated) shows by this cell, and then no value can be trusted.
  if (bus !== null && busAddress(bus) === null) return null;
  const { card, chip, model, words } = ids;
  const device: DeviceReading = { card, ...(chip === null ? {} : { chip }), model: unknown(model) };
  put(device, 'physicalId', valueOf(words, 'phy'), count);
  put(device, 'index', valueOf(words, 'device') ?? valueOf(words, 'phy'), count);
  const health = columnOf(header[0] ?? [], /^Health$/i);
  put(device, 'health', group[0]?.[health], unknown);
  if (valueOf(values, 'bus-id') !== undefined) device.busId = bus;
  put(device, 'powerW', valueOf(values, 'power'), watts);
  put(device, 'temperatureC', valueOf(values, 'temp'), num);
  const load = valueOf(values, 'aicore') ?? valueOf(values, 'ai core') ?? valueOf(values, 'npu util');
  put(device, 'utilizationPct', load, percent);
  readMemory(device, values);
  return device;
}

function devicesOf(rows: Rows): DeviceReading[] | null {
  const table = tableOf(
    rows,
    (cells) => /^NPU(?:\s+Name\b| ID$)/i.test(cells[0] ?? '') && !cells.some((cell) => /process/i.test(cell)),
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
    const [card = '', chip] = (cells[0] ?? '').split(/\s+/);
    return [
      {
        device: chip === undefined ? count(card) : `${card}/${chip}`,
        pid,
        name: unknown(cells[nameAt]),
        memoryUsedMib: mib(cells[memoryAt]),
      },
    ];
  });
}

/** Reads the table; null when the text has none. The version in the banner is the driver's. */
export function parseInfoTable(lines: readonly string[]): Reading | null {
  const rows = tableRows(lines);
  const devices = devicesOf(rows);
  if (devices === null) return null;
  const banner = lines.find((line) => /npu-smi\s/i.test(line) && /Version:/i.test(line)) ?? '';
  return {
    status: 'present',
    devices,
    toolVersion: unknown(/npu-smi\s+([^\s|]+)/i.exec(banner)?.[1]),
    driverVersion: unknown(/Version:\s*([^\s|]+)/i.exec(banner)?.[1]),
    processes: processesOf(rows),
    ...(endsWhole(lines) ? {} : { truncated: true }),
  };
}

/**
 * Reads the plain table of `nvidia-smi` (all widths since 304, with the MIG and process tables). Pure. The header rows
 * say how many rows a card has and what stands in which cell; inside a cell, units tell values apart (`27C`, `72W`), so
 * a column that grows or moves changes nothing. A card counts when all of its rows are whole.
 */
import type { DeviceReading, PartitionReading, ProcessReading, Reading } from './probe.ts';
import { nvidiaError } from './nvidia-errors.ts';
import { failed, put } from './reading.ts';
import {
  busAddress,
  columnOf,
  count,
  flag,
  isBorder,
  mib,
  num,
  percent,
  unknown,
  usedOfTotal,
  watts,
} from './text.ts';
import { type Rows, tableOf, tableRows } from './text-table.ts';

const bad = (word: string | undefined): boolean => word !== undefined && /ERR!/.test(word);

/** Words of a cell, with `/` a word of its own and `N/A` whole. */
function words(cell: string): string[] {
  return cell
    .replace(/\bN\/A\b/gi, 'NA')
    .replace(/\[?(?:Unknown Error|Not Supported|GPU is lost)\]?/gi, 'NA')
    .replaceAll('/', ' / ')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** `0  NVIDIA H100 80GB HBM3  On`: index, name, and a last word where the header names a third column. */
function readName(device: DeviceReading, header: string, cell: string): void {
  const match = /^(\d+)\s+(.*)$/.exec(cell);
  const third = header.split(/\s+/).length > 2;
  const rest = (match?.[2] ?? '').trim();
  const name = third ? rest.replace(/\s+\S+$/, '') : rest;
  device.index = count(match?.[1]);
  device.model = unknown(name);
}

/** Fan, temperature, state, power: told apart by unit; without units by the order of the header. */
function readSensors(device: DeviceReading, errors: string[], cell: string): void {
  const list = words(cell);
  const slash = list.indexOf('/');
  const before = slash < 0 ? list : list.slice(0, Math.max(slash - 1, 0));
  const temperature = before.find((word) => /^-?\d+C$/i.test(word)) ?? before[1];
  put(device, 'temperatureC', temperature ?? '', (word) => (/C$/i.test(word) ? num(word) : null));
  put(device, 'powerW', slash < 0 ? '' : list[slash - 1], watts);
  put(device, 'powerLimitW', slash < 0 ? '' : list[slash + 1], watts);
  if (bad(before[0])) errors.push('fan');
  if (bad(before[1])) errors.push('temperature');
  if (bad(before[2])) errors.push('performance state');
  if (slash >= 0 && (bad(list[slash - 1]) || bad(list[slash + 1]))) errors.push('power');
}

/** Where the header names each thing: its row and cell. */
function placeOf(header: readonly string[][], word: RegExp): [number, number] | null {
  for (const [row, cells] of header.entries()) {
    const column = columnOf(cells, word);
    if (column >= 0) return [row, column];
  }
  return null;
}

function deviceOf(header: readonly string[][], group: readonly string[][]): DeviceReading | null {
  const cellFor = (word: RegExp): string | undefined => {
    const place = placeOf(header, word);
    return place === null ? undefined : group[place[0]]?.[place[1]];
  };
  const device: DeviceReading = {};
  const errors: string[] = [];
  readName(device, header[0]?.[0] ?? '', cellFor(/^GPU\b/) ?? '');
  if (device.index === null || device.index === undefined) return null;
  const bus = cellFor(/Bus-Id/i);
  const [busWord] = words(bus ?? '');
  // A text row that is not in its place (cut, repeated) shows by this cell, and then no value can be trusted.
  if (busWord !== undefined && unknown(busWord) !== null && busAddress(busWord) === null) return null;
  put(device, 'busId', bus, (cell) => cell.split(/\s+/).find((word) => busAddress(word) !== null) ?? null);
  const sensors = cellFor(/Pwr|Temp/);
  if (sensors !== undefined) readSensors(device, errors, sensors);
  const memory = cellFor(/Memory-Usage/i);
  // Drivers before 304 put the share before the sizes: `2%   83MB / 4799MB`.
  const pair = usedOfTotal(memory?.replace(/^\d+% +/, ''));
  if (memory !== undefined) {
    device.memoryUsedMib = pair?.used ?? null;
    device.memoryTotalMib = pair?.total ?? null;
  }
  const [load, ...mode] = words(cellFor(/GPU-Util/i) ?? '');
  put(device, 'utilizationPct', load, (word) => (word.endsWith('%') ? percent(word) : null));
  if (mode.length > 0) device.computeMode = unknown(mode.join(' '));
  const ecc = cellFor(/Uncorr/i);
  put(device, 'eccUncorrected', ecc, count);
  if (ecc !== undefined && flag(ecc) !== null) device.eccEnabled = flag(ecc);
  put(device, 'migEnabled', cellFor(/MIG M/), (word) => flag(word.replace(/\*$/, '')));
  if (bad(memory)) errors.push('memory');
  if (bad(load)) errors.push('utilization');
  if (bad(ecc)) errors.push('ECC');
  if (bad(bus)) errors.push('bus id');
  if (errors.length > 0)
    device.health = `error: ${errors.join(', ')} ${errors.length > 1 ? 'read' : 'reads'} ERR!`;
  return device;
}

/** The MIG table: its first text row per child has four numbers, its second (BAR1) none. */
function partitionsOf(rows: Rows): Map<number, PartitionReading[]> {
  const byGpu = new Map<number, PartitionReading[]>();
  const start = rows.findIndex((cells) => /^GPU\s+GI\s+CI\s+MIG/i.test(cells?.[0] ?? ''));
  if (start < 0) return byGpu;
  const memoryAt = columnOf(rows[start] ?? [], /Memory-Usage/i);
  const countsAt = columnOf(rows[start + 1] ?? [], /^SM\b/i);
  for (const cells of rows.slice(start + 1)) {
    if (cells !== null && cells.length !== rows[start]?.length) break;
    const ids = (cells?.[0] ?? '').split(/\s+/).map((word) => count(word));
    const [gpu = null, gi = null, ci = null, index = null] = ids;
    if (cells === null || ids.length !== 4 || gpu === null) continue;
    const pair = usedOfTotal(cells[memoryAt]);
    const [sm, uncorrected] = (cells[countsAt] ?? '').split(/\s+/);
    const children = byGpu.get(gpu) ?? [];
    byGpu.set(gpu, children);
    children.push({
      index,
      gi,
      ci,
      memoryTotalMib: pair?.total ?? null,
      memoryUsedMib: pair?.used ?? null,
      sm: count(sm),
      eccUncorrected: count(uncorrected),
    });
  }
  return byGpu;
}

/** A process: device, MIG ids where the header has them, PID, type where it has it, name and memory. */
const typed = /^(\d+)\s+(?:(?:\d+|N\/A)\s+(?:\d+|N\/A)\s+)?(\d+)\s+[A-Z+]+\s+(.*)$/;
const untyped = /^(\d+)\s+(\d+)\s+(.*)$/;

function processesOf(rows: Rows): ProcessReading[] {
  const at = rows.findIndex((cells) => cells !== null && /\bPID\b/.test(cells[0] ?? ''));
  if (at < 0) return [];
  const form = /\bType\b/i.test(rows[at]?.[0] ?? '') ? typed : untyped;
  return rows.slice(at + 1).flatMap((cells) => {
    const match = form.exec(cells?.[0] ?? '');
    if (match === null) return [];
    const rest = match[3] ?? '';
    const last = /(?:^|\s)(\S+)$/.exec(rest);
    const name = rest.slice(0, last?.index ?? 0).trim();
    return [
      { device: Number(match[1]), pid: count(match[2]), name: unknown(name), memoryUsedMib: mib(last?.[1]) },
    ];
  });
}

/**
 * The rows without those of vGPUs: the table of `nvidia-smi vgpu` lists them below their GPU and names them in a header
 * row of their own, and only a GPU has a PCI address.
 */
function withoutGuests(rows: Rows): Rows {
  const header = rows.findIndex((cells) => /^vGPU ID\b/i.test(cells?.[0] ?? ''));
  if (header < 0) return rows;
  return rows.filter(
    (cells, at) => at < header || cells === null || busAddress(cells[1]) !== null || cells.length === 1,
  );
}

/** Whether the last line that is part of a table is a border; warnings may follow the table. */
function endsWhole(lines: readonly string[]): boolean {
  return isBorder(lines.findLast((line) => /^\s*[|+]/.test(line)) ?? '');
}

/** Reads the table; null when the text has none. */
export function parseTable(lines: readonly string[]): Reading | null {
  const rows = withoutGuests(tableRows(lines));
  const table = tableOf(
    rows,
    (cells) => /^GPU\s+Name/i.test(cells[0] ?? '') && cells.length > 1,
    (cells) => cells.length === 1 || /^GPU\s/.test(cells[0] ?? ''),
  );
  if (table === null) return null;
  const children = partitionsOf(rows);
  const devices = new Map<number, DeviceReading>();
  for (const group of table.groups) {
    const device = deviceOf(table.header, group);
    if (device === null || typeof device.index !== 'number' || devices.has(device.index)) continue;
    const mig = children.get(device.index);
    devices.set(device.index, mig === undefined ? device : { ...device, mig });
  }
  if (devices.size === 0)
    return nvidiaError(lines) ?? failed('the table ended before the first GPU was whole');
  const banner = lines.find((line) => /NVIDIA-SMI/.test(line)) ?? '';
  return {
    status: 'present',
    devices: [...devices.values()],
    driverVersion: unknown(/(?:Driver|KMD) Version:\s*([^\s|]+)/.exec(banner)?.[1]),
    runtimeVersion: unknown(/CUDA (?:UMD )?Version:\s*([^\s|]+)/.exec(banner)?.[1]),
    processes: processesOf(rows),
    ...(endsWhole(lines) ? {} : { truncated: true }),
  };
}

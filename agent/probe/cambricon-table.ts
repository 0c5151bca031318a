/**
 * Reads the table of `cnmon` (1.16, 4.x to 6.x) with its process table. Pure. Header words decide: the middle column is
 * `Bus-Id` or `Inited Driver`, the last `SR-IOV`, `Mode` or `vMemory-Usage` (which is virtual and never memory). A row with
 * a number under `VF` or `MI` (a card's own row has `/`) is a part of the card and no card.
 */
import type { DeviceReading, PartitionReading, ProcessReading, Reading } from './probe.ts';
import { put } from './reading.ts';
import { busAddress, count, mib, num, percent, unknown, usedOfTotal, watts } from './text.ts';
import { endsWhole, type Rows, tableOf, tableRows } from './text-table.ts';

const blanks = /\s+/;

/** The words of a cell by the words of its header cell, when there are as many. */
function labelled(header: string, cell: string): Map<string, string> {
  const labels = header.split(blanks);
  const words = cell.split(blanks);
  if (labels.length !== words.length) return new Map();
  return new Map(labels.map((label, at) => [label.toLowerCase(), words[at] ?? '']));
}

/**
 * `0  /  MLU370-X4  v1.1.6` under `Card VF Name Firmware`: the name takes what the others leave. Gives the number of the
 * part that the row stands for, null when it is the card's own.
 */
function readNames(device: DeviceReading, header: string, cell: string): number | null {
  const labels = header.split(blanks).map((label) => label.toLowerCase());
  const words = cell.split(blanks);
  const name = labels.indexOf('name');
  const after = labels.length - 1 - name;
  device.index = count(words[0]);
  if (name < 0 || words.length < labels.length) return null;
  device.model = unknown(words.slice(name, words.length - after).join(' '));
  const firmware = labels.indexOf('firmware');
  if (firmware > name) put(device, 'firmware', words[words.length - labels.length + firmware], unknown);
  return /^(?:vf|mi)$/.test(labels[1] ?? '') ? count(words[1]) : null;
}

/** `0%   32C   106 W/ 250 W` under `Fan Temp Pwr:Usage/Cap`. */
function readSensors(device: DeviceReading, cell: string): void {
  const plain = cell.replace(/\bN\/A\b/gi, 'NA');
  const slash = plain.indexOf('/');
  const before = (slash < 0 ? plain : plain.slice(0, slash)).trim();
  const power = /(?:^|\s)(\S+(?:\s+m?W)?)$/.exec(before);
  const rest = before
    .slice(0, power?.index ?? 0)
    .trim()
    .split(blanks);
  device.temperatureC = num(rest.find((word) => /^-?\d+(?:\.\d+)?C$/i.test(word)));
  device.powerW = slash < 0 ? null : watts(power?.[1]);
  device.powerLimitW = slash < 0 ? null : watts(plain.slice(slash + 1).trim());
}

function readLoad(device: DeviceReading, header: string, cell: string): void {
  const values = labelled(header, cell);
  put(device, 'utilizationPct', values.get('util'), (word) => (word.endsWith('%') ? percent(word) : null));
  put(device, 'ecc', values.get('ecc-error'), (word) => count(word) ?? unknown(word));
  const mode = values.get('mode') ?? values.get('sr-iov');
  put(device, 'mode', mode, unknown);
  put(device, 'computeMode', values.get('compute-mode'), unknown);
}

interface Entry {
  index: number;
  device: DeviceReading;
  part: number | null;
}

function entryOf(header: readonly string[][], group: readonly string[][]): Entry | null {
  const device: DeviceReading = {};
  let part: number | null = null;
  // No Bus-Id column (4.x) reads as unknown: the node has one, this version does not print it.
  device.busId = null;
  for (const [row, cells] of header.entries())
    for (const [column, label] of cells.entries()) {
      const cell = group[row]?.[column] ?? '';
      if (/^Card\b/i.test(label)) part = readNames(device, label, cell);
      else if (/Pwr/i.test(label)) readSensors(device, cell);
      else if (/^Bus-Id/i.test(label)) device.busId = busAddress(cell) === null ? null : cell;
      else if (/^Memory-Usage/i.test(label)) {
        const pair = usedOfTotal(cell);
        device.memoryUsedMib = pair?.used ?? null;
        device.memoryTotalMib = pair?.total ?? null;
      } else readLoad(device, label, cell);
    }
  return typeof device.index === 'number' ? { index: device.index, device, part } : null;
}

function partitionOf(device: DeviceReading, index: number): PartitionReading {
  const { model = null, memoryTotalMib = null, memoryUsedMib = null } = device;
  return { index, profile: model, memoryTotalMib, memoryUsedMib };
}

function driverOf(
  lines: readonly string[],
  header: readonly string[][],
  group: readonly string[][],
): string | null {
  const banner = /Driver\s+(v[^\s|]+)/i.exec(lines.find((line) => /CNMON\s+v/i.test(line)) ?? '')?.[1];
  if (banner !== undefined) return banner;
  const column = header[0]?.findIndex((label) => /\bDriver$/i.test(label)) ?? -1;
  return unknown(labelled(header[0]?.[column] ?? '', group[0]?.[column] ?? '').get('driver'));
}

function processesOf(rows: Rows): ProcessReading[] {
  const start = rows.findIndex((cells) => /^Card\b.*\bPID\b/i.test(cells?.[0] ?? ''));
  if (start < 0) return [];
  return rows.slice(start + 1).flatMap((cells) => {
    const match = /^(\d+)\s+(?:\S+\s+)?(\d+)\s+(.*?)\s*(\d+\s*[KMG]i?B)?$/i.exec(
      cells?.[0]?.slice(0, 1000) ?? '',
    );
    if (match === null) return [];
    const [, device, pid, name, memory] = match;
    return [{ device: Number(device), pid: count(pid), name: unknown(name), memoryUsedMib: mib(memory) }];
  });
}

/** Reads the table; null when the text has none. */
export function parseCnmonTable(lines: readonly string[]): Reading | null {
  const rows = tableRows(lines);
  const table = tableOf(
    rows,
    (cells) => /^Card\b.*\bName\b/i.test(cells[0] ?? ''),
    (cells) => /^(?:Processes|Card)\b/i.test(cells[0] ?? ''),
  );
  if (table === null) return null;
  const { header, groups } = table;
  const devices = new Map<number, DeviceReading>();
  for (const group of groups) {
    const entry = entryOf(header, group);
    if (entry === null) continue;
    const { index, device, part } = entry;
    const card = devices.get(index);
    if (part === null && card === undefined) devices.set(index, device);
    else if (part !== null) {
      const parent = card ?? { index };
      devices.set(index, parent);
      const parts = parent.mig ?? [];
      if (!parts.some((each) => each.index === part)) parent.mig = [...parts, partitionOf(device, part)];
    }
  }
  return {
    status: 'present',
    devices: [...devices.values()],
    toolVersion: unknown(/CNMON\s+(v[^\s|]+)/i.exec(lines.join('\n'))?.[1]),
    driverVersion: driverOf(lines, header, groups[0] ?? []),
    processes: processesOf(rows),
    ...(endsWhole(lines) ? {} : { truncated: true }),
  };
}

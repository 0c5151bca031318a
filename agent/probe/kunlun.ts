/**
 * Kunlunxin through xpu_smi (Kunlun 1 and 2) and xpu-smi (P800, where both names exist).
 *
 * Forms: the old output is three one-line tables, of which only DEVICES lists cards (VIDEO repeats their names); the new
 * one copies nvidia-smi, with a third line per card for the on-chip memory (L3), which must not be taken for the card's.
 * A K200 board shows as two devices with one address and one serial, so its ids carry the index too. Intel's XPU Manager
 * also installs an xpu-smi: what speaks of Intel is not ours.
 */
import type { DeviceReading, ProcessReading, Reading, Tools, VendorProbe } from './probe.ts';
import { grantOf } from './grant.ts';
import { answer, ask, onBus, said } from './look.ts';
import { absent, put } from './reading.ts';
import { commonFields, deviceTable, pairOf, printedBus, processRows, putMemory, wordsOf } from './table.ts';
import { keyedLines, keyedProcesses, valueOf, valuesByName } from './text-keyed.ts';
import { linkMatrix } from './text-matrix.ts';
import {
  boxCells,
  busAddress,
  cleanLines,
  columnOf,
  count,
  flag,
  isBorder,
  mib,
  num,
  unknown,
  watts,
} from './text.ts';

const oldName = 'xpu_smi';
const newName = 'xpu-smi';
/** Baidu's id, and the one that a P800 reports in `xpu-smi -q`. */
const pciVendors = ['1d22', '2057'];

type Present = Extract<Reading, { status: 'present' }>;

function versions(lines: readonly string[]): Partial<Present> {
  const text = lines.join('\n');
  const driver = /Driver Version\s*:\s*([^\s|]+)/i.exec(text)?.[1];
  const runtime = /(?:XPU-RT|Runtime) Version\s*:\s*([^\s|]+)/i.exec(text)?.[1];
  return {
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(runtime === undefined ? {} : { runtimeVersion: unknown(runtime) }),
  };
}

/** Rows of the first table whose header matches, as cell by column name; `closed` when its border was seen. */
function boxRows(
  lines: readonly string[],
  wanted: RegExp,
): { header: string[]; rows: string[][]; closed: boolean } | null {
  const at = lines.findIndex((line) => wanted.test(line) && boxCells(line) !== null);
  const header = boxCells(lines[at] ?? '');
  if (at < 0 || header === null) return null;
  const rows: string[][] = [];
  let borders = 0;
  for (const line of lines.slice(at + 1)) {
    const cells = boxCells(line);
    borders += cells === null && isBorder(line) ? 1 : 0;
    if (borders >= 2 || (cells === null && /\w/.test(line))) break;
    if (cells !== null && cells.length === header.length) rows.push(cells);
  }
  return { header, rows, closed: borders >= 2 };
}

/** The three tables of the old tool. */
function fromOldTables(lines: readonly string[]): Present | null {
  const table = boxRows(lines, /\bDevID\b.*\bPCI Addr\b/i);
  if (table === null || table.rows.length === 0) return null;
  const devices = table.rows.flatMap((row): DeviceReading[] => {
    const of = (name: RegExp): string | undefined => row[columnOf(table.header, name)];
    const index = count(of(/^DevID$/i));
    if (index === null || busAddress(of(/^PCI Addr$/i)) === null) return [];
    const device: DeviceReading = { index };
    put(device, 'busId', of(/^PCI Addr$/i), printedBus);
    put(device, 'model', of(/^Model$/i), unknown);
    put(device, 'serial', of(/^SN$/i), unknown);
    put(device, 'deviceNode', of(/^INODE$/i), unknown);
    put(device, 'health', of(/^State$/i), unknown);
    put(device, 'utilizationPct', of(/^UseRate$/i), num);
    putMemory(device, wordsOf(of(/^Memory$/i) ?? '').join('') || undefined);
    put(device, 'powerW', of(/^Power/i), watts);
    put(device, 'temperatureC', of(/^Temp/i), num);
    put(device, 'clockMhz', of(/^Freq/i), num);
    put(device, 'firmware', of(/^Firmware/i), unknown);
    return [device];
  });
  const processes = boxRows(lines, /\bDevID\b.*\bPID\b/i);
  return {
    status: 'present',
    devices: distinct(devices),
    processes: processes?.rows.flatMap((row) => oldProcess(processes.header, row)) ?? [],
    ...versions(lines),
    ...(table.closed ? {} : { truncated: true }),
  };
}

function oldProcess(header: readonly string[], row: readonly string[]): ProcessReading[] {
  const of = (name: RegExp): string | undefined => row[columnOf(header, name)];
  const [device, pid] = [count(of(/^DevID$/i)), count(of(/^PID$/i))];
  if (device === null || pid === null) return [];
  const memory = wordsOf(of(/^Memory$/i) ?? '').join('');
  const used = pairOf(memory)?.[0] ?? memory;
  return [{ device, pid, name: unknown(of(/^Command$/i)), memoryUsedMib: mib(used) }];
}

/** Devices without repetitions; one address may stand for two of them. */
function distinct(devices: readonly DeviceReading[]): DeviceReading[] {
  const seen = new Set<string>();
  return devices.filter(({ index, busId }) => seen.size !== seen.add(`${index} ${busId}`).size);
}

function fromTable(lines: readonly string[]): Present | null {
  const table = deviceTable(lines);
  if (table === null || table.devices.length === 0) return null;
  return {
    status: 'present',
    devices: table.devices.map(commonFields),
    processes: processRows(lines),
    ...versions(lines),
    ...(table.truncated ? { truncated: true } : {}),
  };
}

/** `xpu-smi -q`: one block per `XPU 00000000:01:00.0`, or `XPU 0` with the address inside. */
function fromFullText(lines: readonly string[]): Present | null {
  const heads = lines.flatMap((line, at) => {
    const name = /^\s*XPU\s+([0-9a-f:.]+)\s*$/i.exec(line)?.[1];
    return name !== undefined && (busAddress(name) !== null || count(name) !== null) ? [{ name, at }] : [];
  });
  if (heads.length === 0) return null;
  const processes: ProcessReading[] = [];
  const devices = heads.map(({ name, at }, position): DeviceReading => {
    const keyed = keyedLines(lines.slice(at + 1, heads[position + 1]?.at));
    const values = valuesByName(keyed);
    const of = (...names: string[]): string | undefined => valueOf(values, ...names);
    const index = count(name);
    const device: DeviceReading = index === null ? { position } : { index };
    put(device, 'busId', of('pci>bus id', 'bus id') ?? name, printedBus);
    put(device, 'model', of('product name'), unknown);
    put(device, 'uuid', of('xpu uuid', 'uuid'), unknown);
    put(device, 'serial', of('serial number'), unknown);
    put(device, 'minorNumber', of('minor number'), count);
    put(device, 'architecture', of('product architecture'), unknown);
    put(device, 'firmware', of('all version'), unknown);
    put(device, 'memoryTotalMib', of('memory usage>total'), mib);
    put(device, 'memoryUsedMib', of('memory usage>used'), mib);
    put(device, 'memoryFreeMib', of('memory usage>free'), mib);
    put(device, 'memoryReservedMib', of('memory usage>reserved'), mib);
    put(device, 'utilizationPct', of('utilization>xpu'), num);
    put(device, 'eccEnabled', of('ecc mode>current'), flag);
    put(device, 'eccUncorrected', of('volatile>dram uncorrectable'), count);
    put(device, 'temperatureC', of('xpu current temp'), num);
    put(device, 'powerLimitW', of('enforced power limit', 'power limit'), watts);
    put(device, 'powerW', of('power draw'), watts);
    put(device, 'clockMhz', of('clocks>cluster'), num);
    processes.push(...keyedProcesses(keyed, index ?? name));
    return device;
  });
  return { status: 'present', devices, processes, ...versions(lines) };
}

/** `XPU 0: P800 OAM (UUID: …)`. */
function fromList(lines: readonly string[]): Present | null {
  const devices = lines.flatMap((line): DeviceReading[] => {
    const [, number, rest = ''] = /^\s*XPU (\d+):\s*(\S.*)$/.exec(line) ?? [];
    const [name = '', identity] = rest.split('(UUID:', 2);
    const index = count(number);
    if (index === null) return [];
    const device: DeviceReading = { index };
    if (busAddress(name) === null) device.model = unknown(name);
    else device.busId = name.trim();
    put(device, 'uuid', identity?.split(')', 1)[0], unknown);
    return [device];
  });
  return devices.length === 0 ? null : { status: 'present', devices };
}

/**
 * `xpu-smi -m`: values for machines, without names, in an order that the vendor fixed. A line is only read when all that
 * can be checked fits: an address first, a name at its place, no more memory used than there is, and a load of at most 100.
 */
function fromMachineRows(lines: readonly string[]): Present | null {
  const devices = lines.flatMap((line): DeviceReading[] => {
    const values = line.match(/"[^"]*"|\S+/g) ?? [];
    const [bus = '', , index, serial, temperature] = values;
    const [power, used, total, load, firmware, name] = [8, 17, 18, 19, 20, 21].map(
      (column) => values[column],
    );
    const [usedMib, totalMib, pct] = [count(used), count(total), count(load)];
    const model = name?.replace(/^"|"$/g, '') ?? '';
    if (busAddress(bus) === null || count(index) === null || !/[A-Za-z]/.test(model)) return [];
    if (usedMib === null || totalMib === null || usedMib > totalMib || pct === null || pct > 100) return [];
    const device: DeviceReading = { index: count(index), busId: bus, model };
    put(device, 'serial', serial, unknown);
    put(device, 'temperatureC', temperature, num);
    put(device, 'powerW', power, watts);
    put(device, 'firmware', firmware, unknown);
    return [{ ...device, memoryUsedMib: usedMib, memoryTotalMib: totalMib, utilizationPct: pct }];
  });
  return devices.length === 0 ? null : { status: 'present', devices };
}

function parse(program: string, _args: string, text: string): Reading {
  const lines = cleanLines(text);
  if (/\bIntel\b|"device_list"|XPUM_|Level Zero|"pci_bdf_address"/.test(text))
    return absent("this xpu-smi is Intel's XPU Manager, not Kunlunxin's");
  const topology = linkMatrix(lines, /^XPU\d+$/);
  return (
    fromOldTables(lines) ??
    fromTable(lines) ??
    fromFullText(lines) ??
    (topology === null ? null : { status: 'present', devices: [], topology }) ??
    fromList(lines) ??
    fromMachineRows(lines) ??
    said(lines, program)
  );
}

/** The tool under its own name, or under the one it shares with Intel's where the bus shows Kunlun cards. */
async function look(tools: Tools): Promise<Reading> {
  if ((await tools.find(oldName)) !== undefined) return ask(tools, oldName, [], parse);
  if (await onBus(tools, pciVendors)) return ask(tools, newName, [], parse);
  return absent('xpu_smi is not installed in a trusted folder');
}

const rules = { good: /^n(?:ormal)?$/i, byBus: true };

/** The Kunlunxin probe. */
export const kunlun: VendorProbe = {
  vendor: 'kunlun',
  programs: [oldName, newName],
  toolFolders: ['/usr/local/xpu/bin'],
  pciVendors,
  cardNodes: /^\/dev\/xpu\d+$/,
  parse,
  inventory: async (tools) => answer('kunlun', await look(tools), rules),
  telemetry: async (tools) => answer('kunlun', await look(tools), rules),
  grant: (devices, host) =>
    grantOf(devices, host, {
      cdi: ['kunlunxin.com/xpu'],
      shared: ['/dev/xpuctrl'],
      own: ({ deviceNode, minorNumber, index }) =>
        deviceNode && /^\/dev\/xpu\d+$/.test(deviceNode)
          ? [deviceNode]
          : typeof index === 'number'
            ? [`/dev/xpu${minorNumber ?? index}`]
            : [],
    }),
};

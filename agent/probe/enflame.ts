/**
 * Enflame through efsmi.
 *
 * `efsmi -q` is asked: its table (`efsmi` alone) has the memory's size but not its use. Without ECC a card has more memory
 * than with it, so the size is always the printed one. Ids come from the address, which both forms print (`00:01:00.0`
 * with a domain of two digits, or in parts).
 */
import type { DeviceReading, Reading, Tools, VendorProbe } from './probe.ts';
import { grantOf } from './grant.ts';
import { answer, ask, said } from './look.ts';
import { put } from './reading.ts';
import { commonFields, type DeviceCells, deviceTable, printedBus, putPower, word, wordsOf } from './table.ts';
import { keyedLines, valueOf, valuesByName } from './text-keyed.ts';
import { cleanLines, count, flag, mib, num, unknown, watts } from './text.ts';

const program = 'efsmi';

type Present = Extract<Reading, { status: 'present' }>;

function versions(lines: readonly string[]): Partial<Present> {
  const text = lines.join('\n');
  const driver = /Driver Ver(?:sion)?\s*:\s*([^\s|]+)/i.exec(text)?.[1];
  const tool = /EFSMI:?\s+V?(\d[\w.]*)/i.exec(text)?.[1];
  return {
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(tool === undefined ? {} : { toolVersion: tool }),
  };
}

function tableDevice(cells: DeviceCells): DeviceReading {
  const device = commonFields(cells);
  put(device, 'firmware', word(cells, /fw-ver$/), unknown);
  put(device, 'eccEnabled', word(cells, /^ecc$/), flag);
  putPower(device, word(cells, /^pwr\(usage\/cap\)$/));
  const memory = word(cells, /^mem$/);
  put(device, 'memoryTotalMib', memory, mib);
  // The column is called Mem and holds the size alone; its use is not in this table.
  if (memory !== undefined) device.memoryUsedMib = null;
  put(device, 'utilizationPct', word(cells, /^dused$/), num);
  put(device, 'serial', word(cells, /^sn$/), unknown);
  return device;
}

function fromTable(lines: readonly string[]): Present | null {
  const table = deviceTable(lines);
  if (table === null || table.devices.length === 0) return null;
  return {
    status: 'present',
    devices: table.devices.map(tableDevice),
    ...versions(lines),
    ...(table.truncated ? { truncated: true } : {}),
  };
}

/** `efsmi -q`: one block per `DEV ID 0`; the address in four parts. Before 1.4 `Mem Size` and `Mem Usage`. */
function fromBlocks(lines: readonly string[]): Present | null {
  const heads = lines.flatMap((line, at) => {
    const index = count(/^\s*DEV ID:?\s+(\d+)\s*$/i.exec(line)?.[1]);
    return index === null ? [] : [{ index, at }];
  });
  if (heads.length === 0) return null;
  let driver: string | undefined;
  const devices = heads.map(({ index, at }, order): DeviceReading => {
    const values = valuesByName(keyedLines(lines.slice(at + 1, heads[order + 1]?.at)));
    const of = (...names: string[]): string | undefined => valueOf(values, ...names);
    driver ??= of('driver info>ver');
    const device: DeviceReading = { index };
    put(device, 'model', of('dev name'), unknown);
    put(device, 'uuid', of('dev uuid'), unknown);
    put(device, 'serial', of('dev sn'), unknown);
    put(device, 'health', of('health'), unknown);
    const parts = ['domain', 'bus', 'dev', 'func'].map((name) => of(`pcie info>${name}`, name));
    if (parts.every((part) => part !== undefined)) {
      const [domain = '', bus = '', dev = '', func = ''] = parts;
      put(device, 'busId', `${domain}:${bus}:${dev}.${func}`, printedBus);
    }
    put(device, 'powerLimitW', of('power capa'), watts);
    put(device, 'powerW', of('cur power'), watts);
    put(device, 'memoryTotalMib', of('total size', 'mem size'), mib);
    put(device, 'memoryUsedMib', of('used size', 'mem usage'), mib);
    put(device, 'memoryFreeMib', of('free size'), mib);
    put(device, 'memoryReservedMib', of('reserved size'), mib);
    put(device, 'temperatureC', of('gcu temp'), num);
    put(device, 'memoryTemperatureC', of('mem temp', 'hbm temp'), num);
    put(device, 'utilizationPct', of('gcu usage'), num);
    put(device, 'memoryClockMhz', of('mem clk'), num);
    put(device, 'clockMhz', of('gcu clk'), num);
    put(device, 'eccEnabled', of('ecc mode>current', 'mem ecc'), flag);
    return device;
  });
  return { status: 'present', devices, ...(driver === undefined ? {} : { driverVersion: unknown(driver) }) };
}

/** `efsmi --dmon`: `*Dev Pwr DTemp …` above `*Idx W C …`, then a row per card and sample. */
function fromMonitor(lines: readonly string[]): Present | null {
  const at = lines.findIndex((line) => /^\s*[*#]\s?Dev\b.*\bPwr\b/i.test(line));
  if (at < 0) return null;
  const labels = wordsOf((lines[at] ?? '').replace(/^\s*[*#]\s?/, '')).map((label) => label.toLowerCase());
  const devices = new Map<number, DeviceReading>();
  for (const line of lines.slice(at + 1)) {
    const row = line.trim().split(/\s+/);
    const index = count(row[0]);
    if (index === null || row.length !== labels.length) continue;
    const of = (label: string): string | undefined => row[labels.indexOf(label)];
    const device: DeviceReading = { index, samples: (devices.get(index)?.samples ?? 0) + 1 };
    put(device, 'powerW', of('pwr'), watts);
    put(device, 'temperatureC', of('dtemp'), num);
    put(device, 'utilizationPct', of('dused'), num);
    put(device, 'memoryUsagePct', of('mused'), num);
    put(device, 'memoryTotalMib', of('mem'), mib);
    put(device, 'memoryClockMhz', of('mclk'), num);
    device.last = Object.fromEntries(
      labels.map((label, column) => [label, num(row[column]) ?? unknown(row[column])]),
    );
    devices.set(index, device);
  }
  return devices.size === 0 ? null : { status: 'present', devices: [...devices.values()] };
}

function parse(_program: string, _args: string, text: string): Reading {
  const lines = cleanLines(text);
  return fromTable(lines) ?? fromBlocks(lines) ?? fromMonitor(lines) ?? said(lines, program);
}

/** Everything by `-q`, by the table where a version does not know it. */
async function look(tools: Tools): Promise<Reading> {
  const full = await ask(tools, program, ['-q'], parse);
  if (full.status !== 'failed' || (await tools.find(program)) === undefined) return full;
  const table = await ask(tools, program, [], parse);
  return table.status === 'present' ? table : full;
}

const rules = { good: /^true$/i, byBus: true };

/** The Enflame probe. */
export const enflame: VendorProbe = {
  vendor: 'enflame',
  programs: [program],
  toolFolders: ['/opt/tops/bin'],
  pciVendors: ['1e36', '1ea0'],
  cardNodes: /^\/dev\/gcu\d+$/,
  parse,
  inventory: async (tools) => answer('enflame', await look(tools), rules),
  telemetry: async (tools) => answer('enflame', await look(tools), rules),
  grant: (devices, host) =>
    grantOf(devices, host, {
      cdi: ['enflame.com/gcu'],
      shared: ['/dev/gcuctl'],
      own: ({ index }) => (typeof index === 'number' ? [`/dev/gcu${index}`] : []),
    }),
};

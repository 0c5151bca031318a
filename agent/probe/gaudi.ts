/**
 * Intel Gaudi (Habana) through hl-smi.
 *
 * One query names the card and its changing values, so inventory, telemetry and the looping child share it. The table
 * (`hl-smi` alone) looks like nvidia-smi's with AIP for GPU: 1.4 writes `Mib`, 1.20 adds a line for the network driver,
 * 1.22 renames the ECC column to `Uncor-Events`, and the memory of a Gaudi 3 makes its row one character wider.
 */
import type { DeviceReading, Reading, Tools, VendorProbe } from './probe.ts';
import { grantOf, nodesOf } from './grant.ts';
import { answer, ask, said, withNodes } from './look.ts';
import { failed, put } from './reading.ts';
import { queryDevice, queryRows, splitRows } from './query.ts';
import { commonFields, deviceTable, printedBus, processRows } from './table.ts';
import { keyedLines, valueOf, valuesByName } from './text-keyed.ts';
import { linkMatrix } from './text-matrix.ts';
import { cleanLines, count, csvRows, flag, mib, num, unknown } from './text.ts';

const program = 'hl-smi';

type Present = Extract<Reading, { status: 'present' }>;

const fields =
  'index,uuid,name,bus_id,driver_version,memory.total,memory.used,memory.free,power.draw,power.max,temperature.aip,utilization.aip';
const queryArgs = ['-Q', fields, '-f', 'csv,noheader'];

function versions(lines: readonly string[]): Partial<Present> {
  const text = lines.join('\n');
  const driver = /^[ \t|]*Driver Version[ \t]*:\s*([^\s|]+)/im.exec(text)?.[1];
  const tool = /HL-SMI Version\s*:\s*([^\s|]+)/i.exec(text)?.[1];
  return {
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(tool === undefined ? {} : { toolVersion: unknown(tool) }),
  };
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

/** `hl-smi -L` and `-q`: one block per `[0] AIP (accel0) 0000:43:00.0`. */
function fromBlocks(lines: readonly string[]): Present | null {
  const heads = lines.flatMap((line, at) => {
    const [, number, rest = ''] = /^\s*\[(\d+)\]\s*AIP\b(.*)$/i.exec(line) ?? [];
    const bus = rest.trim().split(/\s+/).at(-1);
    const node = /^\s*\((\w+)\)/.exec(rest)?.[1];
    const index = count(number);
    return index === null || bus === undefined || printedBus(bus) === null ? [] : [{ index, node, bus, at }];
  });
  if (heads.length === 0) return null;
  const devices = heads.map(({ index, node, bus, at }, order): DeviceReading => {
    const block = keyedLines(lines.slice(at + 1, heads[order + 1]?.at));
    const values = valuesByName(block);
    const device: DeviceReading = { index, busId: bus };
    if (node !== undefined && /^accel\d+$/.test(node)) device.deviceNode = `/dev/accel/${node}`;
    put(device, 'model', valueOf(values, 'product name'), unknown);
    put(device, 'uuid', valueOf(values, 'aip uuid', 'uuid'), unknown);
    put(device, 'serial', valueOf(values, 'serial number'), unknown);
    put(device, 'health', valueOf(values, 'module status'), unknown);
    put(device, 'firmware', valueOf(values, 'firmware [spi] version'), unknown);
    put(device, 'memoryTotalMib', valueOf(values, 'memory usage>total'), mib);
    put(device, 'memoryUsedMib', valueOf(values, 'memory usage>used'), mib);
    put(device, 'memoryFreeMib', valueOf(values, 'memory usage>free'), mib);
    put(device, 'utilizationPct', valueOf(values, 'utilization>aip', 'aip utilization'), num);
    put(device, 'temperatureC', valueOf(values, 'temperature>aip', 'aip temperature'), num);
    put(device, 'remapPending', valueOf(values, 'replaced rows>pending'), flag);
    put(device, 'clockMhz', valueOf(values, 'clocks>[1] soc', 'clocks>soc'), num);
    const throttled = block.filter(({ sections }) =>
      sections.some((name) => /^Clocks Throttle Reasons$/i.test(name)),
    );
    const reasons = throttled.filter(({ value }) => value !== undefined);
    if (reasons.length > 0)
      device.throttleReasons = reasons
        .filter(({ value }) => /^active$/i.test(value ?? ''))
        // A reason with a long name has its value on a line of its own.
        .map(({ key, sections }) => (key || sections.at(-1) || '').toLowerCase().replace(/\s+/g, '_'));
    // Gaudi 2 has a supply of 54 V and one of 12 V with a draw each; their sum is no number that the tool prints.
    if (block.filter(({ key }) => /^power draw$/i.test(key)).length === 1) {
      put(device, 'powerW', valueOf(values, 'power draw'), num);
      put(device, 'powerLimitW', valueOf(values, 'power limit', 'power max'), num);
    }
    return device;
  });
  return { status: 'present', devices: lastOf(devices), ...versions(lines) };
}

/** Devices once each, in the order of their first row; those without an index have their place in the output. */
function lastOf(rows: readonly DeviceReading[]): DeviceReading[] {
  const devices = new Map<string, DeviceReading>();
  for (const [at, row] of rows.entries())
    devices.set(String(row.index ?? row.busId ?? row.uuid ?? row.serial ?? `row ${at}`), row);
  return [...devices.values()].map((device, position) =>
    typeof device.index === 'number' ? device : { ...device, position },
  );
}

/**
 * Rows whose columns nobody named: only what says itself what it is (`HL-225`, a PCI address, a uuid of dashes), and the
 * index where every row begins with another number.
 */
function fromUnnamed(lines: readonly string[]): Present | null {
  const rows = csvRows(lines.join('\n')).filter((row) => row.length > 1);
  const firsts = rows.map(([first]) => count(first));
  const indexed =
    new Set(firsts).size === rows.length && firsts.every((first) => first !== null && first < 256);
  const devices = rows.flatMap((row): DeviceReading[] => {
    const model = row.find((word) => /^HL-\d{3}\w*$/i.test(word));
    const busId = row.find((word) => word.includes('.') && printedBus(word) !== null);
    const uuid = row.find((word) => /^\w{4}-HL\w+(?:-\w+){4,8}$/i.test(word));
    if (model === undefined && busId === undefined && uuid === undefined) return [];
    const index = indexed ? count(row[0]) : null;
    return [
      {
        ...(index !== null && { index }),
        ...(model && { model }),
        ...(uuid && { uuid }),
        ...(busId && { busId }),
      },
    ];
  });
  return devices.length === 0 ? null : { status: 'present', devices: lastOf(devices) };
}

function fromQuery(args: string, text: string): Present | null {
  const rows = queryRows(args, text);
  if (rows === null) return null;
  const driver = rows[0]?.get('driver_version');
  // Rows come in no order of theirs; a looping query prints a device again, and its last row counts.
  const devices = lastOf(rows.map(queryDevice));
  return { status: 'present', devices, ...(driver === undefined ? {} : { driverVersion: unknown(driver) }) };
}

/** A driver that is not loaded says in the same line that it may be for want of devices: we could not look. */
function notLoaded(lines: readonly string[]): Reading | null {
  const line = lines.find((each) => /driver is not loaded/i.test(each));
  return line === undefined ? null : failed(`${program}: ${line.trim().slice(0, 160)}`);
}

function parse(_program: string, args: string, text: string): Reading {
  const lines = cleanLines(text);
  const topology = linkMatrix(lines, /^(?:AIP|HL|GPU)\d+$/);
  return (
    fromTable(lines) ??
    fromBlocks(lines) ??
    (topology === null ? null : { status: 'present', devices: [], topology }) ??
    fromQuery(args, lines.join('\n')) ??
    fromUnnamed(lines) ??
    notLoaded(lines) ??
    said(lines, program)
  );
}

/** Devices by index: the query prints them in another order each time. */
function inOrder(reading: Reading): Reading {
  if (reading.status !== 'present') return reading;
  const devices = reading.devices.toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0));
  return { ...reading, devices };
}

/** The query; a version that does not know one of its fields is asked for its table instead. */
async function look(tools: Tools): Promise<Reading> {
  const reading = inOrder(await ask(tools, program, queryArgs, parse));
  if (reading.status !== 'failed' || (await tools.find(program)) === undefined) return reading;
  const table = await ask(tools, program, [], parse);
  return table.status === 'present' ? table : reading;
}

const rules = { good: /^operational$/i, byBus: true };

/** The Gaudi probe. */
export const gaudi: VendorProbe = {
  vendor: 'gaudi',
  programs: [program],
  pciVendors: ['1da3'],
  parse,
  inventory: async (tools) => answer('gaudi', await withNodes(tools, await look(tools), 'accel'), rules),
  telemetry: async (tools) => answer('gaudi', await look(tools), rules),
  stream: {
    program,
    args: (intervalMs) => [...queryArgs, '-l', String(Math.max(1, Math.round(intervalMs / 1000)))],
    split: (buffer) =>
      splitRows(buffer, (line) => {
        const [row] = csvRows(line);
        return row?.length === fields.split(',').length ? row[0] : undefined;
      }),
    parse: (sample) => parse(program, queryArgs.join(' '), sample),
  },
  grant: (devices, host) =>
    grantOf(devices, host, {
      cdi: ['intel.com/gaudi', 'habana.ai/gaudi'],
      visible: {
        variable: 'HABANA_VISIBLE_DEVICES',
        none: '',
        runtime: 'habana',
        value: ({ index }) => index,
      },
      own: nodesOf,
    }),
};

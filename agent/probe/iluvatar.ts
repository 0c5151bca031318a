/**
 * Iluvatar CoreX through ixsmi, which copies nvidia-smi.
 *
 * `ixsmi` alone is the cheapest complete command and its table did not change between 3.0 and 4.4. It has neither uuid nor
 * minor number, and the number of /dev/iluvatarN is the minor number; so the inventory also asks `ixsmi -q`, and ids come
 * from the address, which both print. Boards with two chips (BI-V150) print power at the odd chip only: the even one says
 * `N/A`, and the board's power is not split here.
 */
import type { DeviceReading, ProcessReading, Reading, Tools, VendorProbe } from './probe.ts';
import { grantOf } from './grant.ts';
import { answer, ask, joined, said } from './look.ts';
import { put } from './reading.ts';
import { queryDevice, queryRows } from './query.ts';
import { commonFields, deviceTable, printedBus, processRows } from './table.ts';
import { keyedLines, keyedProcesses, valueOf, valuesByName } from './text-keyed.ts';
import { linkMatrix } from './text-matrix.ts';
import { childAt, readXml, textAt, type XmlElement } from './text-xml.ts';
import { cleanLines, count, flag, mib, num, unknown, watts } from './text.ts';

const program = 'ixsmi';

type Present = Extract<Reading, { status: 'present' }>;

function versions(lines: readonly string[]): Partial<Present> {
  const text = lines.join('\n');
  const driver = /Driver Version\s*:\s*([^\s|]+)/i.exec(text)?.[1];
  const runtime = /CUDA Version\s*:\s*([^\s|]+)/i.exec(text)?.[1];
  const tool = /IX-ML\s*:\s*([^\s|]+)/i.exec(text)?.[1];
  return {
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(runtime === undefined ? {} : { runtimeVersion: unknown(runtime) }),
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

/** `ixsmi -q`: one block per `GPU 00000000:15:00.0`. */
function fromFullText(lines: readonly string[]): Present | null {
  const heads = lines.flatMap((line, at) => {
    const bus = /^\s*GPU\s+([0-9a-f:.]+)\s*$/i.exec(line)?.[1];
    return bus !== undefined && printedBus(bus) !== null ? [{ bus, at }] : [];
  });
  if (heads.length === 0) return null;
  const processes: ProcessReading[] = [];
  const devices = heads.map(({ bus, at }, position): DeviceReading => {
    const keyed = keyedLines(lines.slice(at + 1, heads[position + 1]?.at));
    const values = valuesByName(keyed);
    processes.push(...keyedProcesses(keyed, bus));
    const device: DeviceReading = { position, busId: bus };
    const of = (...names: string[]): string | undefined => valueOf(values, ...names);
    put(device, 'model', of('product name'), unknown);
    put(device, 'uuid', of('gpu uuid'), unknown);
    put(device, 'serial', of('serial number'), unknown);
    put(device, 'minorNumber', of('minor number'), count);
    put(device, 'firmware', of('vbios version'), unknown);
    const memory = ['fb memory usage', 'memory usage'];
    put(device, 'memoryTotalMib', of(...memory.map((each) => `${each}>total`)), mib);
    put(device, 'memoryUsedMib', of(...memory.map((each) => `${each}>used`)), mib);
    put(device, 'memoryFreeMib', of(...memory.map((each) => `${each}>free`)), mib);
    put(device, 'utilizationPct', of('utilization>gpu'), num);
    put(device, 'temperatureC', of('gpu current temp', 'temperature>gpu'), num);
    put(device, 'powerW', of('power draw', 'gpu power draw', 'board power draw'), watts);
    put(
      device,
      'powerLimitW',
      of('power limit', 'current power limit', 'gpu power limit', 'board power limit'),
      watts,
    );
    put(device, 'computeMode', of('compute mode'), unknown);
    put(device, 'eccEnabled', of('ecc mode>current', 'ecc mode'), flag);
    return device;
  });
  return { status: 'present', devices, processes, ...versions(lines) };
}

/** `ixsmi -q -x`. */
function fromXml(text: string): Present | null {
  const root = readXml(text, new Set(['supported_clocks', 'processes']));
  const log = root.children.find(({ children }) => children.some(({ name }) => name === 'gpu'));
  if (log === undefined) return null;
  const gpus = log.children.filter(({ name }) => name === 'gpu');
  const driver = textAt(log, 'driver_version');
  const runtime = textAt(log, 'cuda_version');
  return {
    status: 'present',
    devices: gpus.filter(({ closed }) => closed).map(xmlDevice),
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(runtime === undefined ? {} : { runtimeVersion: unknown(runtime) }),
    ...(log.closed ? {} : { truncated: true }),
  };
}

function xmlDevice(gpu: XmlElement, position: number): DeviceReading {
  const device: DeviceReading = { position };
  put(device, 'busId', /id="([^"]*)"/.exec(gpu.attributes)?.[1], printedBus);
  put(device, 'model', textAt(gpu, 'product_name'), unknown);
  put(device, 'uuid', textAt(gpu, 'uuid'), unknown);
  put(device, 'serial', textAt(gpu, 'serial'), unknown);
  put(device, 'minorNumber', textAt(gpu, 'minor_number'), count);
  for (const memory of ['memory_usage', 'fb_memory_usage']) {
    put(device, 'memoryTotalMib', textAt(gpu, memory, 'total'), mib);
    put(device, 'memoryUsedMib', textAt(gpu, memory, 'used'), mib);
    put(device, 'memoryFreeMib', textAt(gpu, memory, 'free'), mib);
  }
  put(device, 'utilizationPct', textAt(gpu, 'utilization', 'gpu_util'), num);
  put(device, 'temperatureC', textAt(gpu, 'temperature', 'gpu_temp'), num);
  const power = childAt(gpu, 'power_readings') ?? childAt(gpu, 'gpu_power_readings');
  for (const draw of ['gpu_power_draw', 'power_draw', 'board_power_draw'])
    put(device, 'powerW', textAt(power, draw), watts);
  for (const limit of [
    'current_gpu_power_limit',
    'power_limit',
    'current_power_limit',
    'current_board_power_limit',
  ])
    put(device, 'powerLimitW', textAt(power, limit), watts);
  put(device, 'computeMode', textAt(gpu, 'compute_mode'), unknown);
  return device;
}

/** `GPU 0: Iluvatar BI-V100 (UUID: GPU-…)`. */
function fromList(lines: readonly string[]): Present | null {
  const devices = lines.flatMap((line): DeviceReading[] => {
    const [, number, rest = ''] = /^\s*GPU (\d+):\s*(\S.*)$/.exec(line) ?? [];
    const [model, identity] = rest.split('(UUID:', 2);
    const index = count(number);
    if (index === null || identity === undefined) return [];
    return [{ index, model: unknown(model), uuid: unknown(identity.split(')', 1)[0]) }];
  });
  return devices.length === 0 ? null : { status: 'present', devices };
}

function fromQuery(args: string, text: string): Present | null {
  const rows = queryRows(args, text);
  if (rows === null) return null;
  const driver = rows[0]?.get('driver_version');
  return {
    status: 'present',
    devices: rows.map(queryDevice),
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
  };
}

function parse(_program: string, args: string, text: string): Reading {
  const lines = cleanLines(text);
  const topology = linkMatrix(lines, /^GPU\d+$/);
  return (
    (text.includes('<gpu') ? fromXml(lines.join('\n')) : null) ??
    fromTable(lines) ??
    fromFullText(lines) ??
    (topology === null ? null : { status: 'present', devices: [], topology }) ??
    fromList(lines) ??
    fromQuery(args, lines.join('\n')) ??
    said(lines, program)
  );
}

/** The table, and what only `-q` knows; a `-q` that fails leaves the cards without device nodes, not without cards. */
async function inventoryReading(tools: Tools): Promise<Reading> {
  const reading = await ask(tools, program, [], parse);
  if (reading.status !== 'present') return reading;
  return joined(reading, await ask(tools, program, ['-q'], parse));
}

const rules = { byBus: true };

/** The Iluvatar probe. */
export const iluvatar: VendorProbe = {
  vendor: 'iluvatar',
  programs: [program],
  toolFolders: ['/usr/local/corex/bin'],
  pciVendors: ['1e3e'],
  cardNodes: /^\/dev\/iluvatar\d+$/,
  parse,
  inventory: async (tools) => answer('iluvatar', await inventoryReading(tools), rules),
  telemetry: async (tools) => answer('iluvatar', await ask(tools, program, [], parse), rules),
  grant: (devices, host) =>
    grantOf(devices, host, {
      cdi: ['iluvatar.com/gpu', 'iluvatar.ai/gpu'],
      shared: ['/dev/itrctl'],
      visible: { variable: 'IX_VISIBLE_DEVICES', none: '', runtime: 'iluvatar', value: ({ index }) => index },
      own: ({ minorNumber }) => (typeof minorNumber === 'number' ? [`/dev/iluvatar${minorNumber}`] : []),
    }),
};

/**
 * Intel data center and Arc GPUs through xpu-smi (XPU Manager).
 *
 * `discovery -j` lists cards without their memory, so the inventory asks once more per card; `dump` prints changing values
 * of all cards by index, once or for ever. Values are texts, numbers or `-1` for "none" and may be `unknown`. Kunlunxin's
 * tool has the same name: what does not speak of Intel is not ours.
 */
import type { DeviceReading, Reading, Tools, VendorProbe } from './probe.ts';
import { type JsonObject, listOf, member, objectOf, readJson, textOf } from './json.ts';
import { grantOf, nodesOf } from './grant.ts';
import { answer, ask, joined, onBus, said, withNodes } from './look.ts';
import { absent, failed, put } from './reading.ts';
import { fromPairs, fromProcesses, fromTopology } from './intel-more.ts';
import { splitRows } from './query.ts';
import { commonFields, deviceTable, printedBus, processRows } from './table.ts';
import { boxCells, cleanLines, count, csvRows, flag, mib, num, unknown, watts } from './text.ts';

const program = 'xpu-smi';

type Present = Extract<Reading, { status: 'present' }>;

/** A number, null for `-1` and everything that is none. */
const positive = (word: string): number | null => {
  const value = num(word);
  return value === null || value < 0 ? null : value;
};

const bytes = (word: string): number | null => (positive(word) === null ? null : mib(word, 'B'));

function jsonDevice(card: JsonObject): DeviceReading {
  const device: DeviceReading = { index: count(textOf(card, /^device_id$/)) };
  put(device, 'model', textOf(card, /^device_name$/), unknown);
  put(device, 'uuid', textOf(card, /^(?:soc_)?uuid$/), unknown);
  put(device, 'serial', textOf(card, /^serial_number$/), unknown);
  put(device, 'busId', textOf(card, /^pci_bdf_address$/), printedBus);
  put(device, 'deviceNode', textOf(card, /^drm_device$/), unknown);
  put(device, 'health', textOf(card, /^device_(?:state|status)$/), unknown);
  put(device, 'firmware', textOf(card, /^(?:gfx_)?firmware_version$/), unknown);
  put(device, 'memoryTotalMib', textOf(card, /^memory_physical_size_byte$/), bytes);
  put(device, 'memoryTotalMib', textOf(card, /^memory_physical_size$/), (size) =>
    positive(size) === null ? null : mib(size),
  );
  put(device, 'memoryFreeMib', textOf(card, /^memory_free_size_byte$/), bytes);
  put(device, 'eccEnabled', textOf(card, /^memory_ecc_state$/), flag);
  putMetrics(device, card);
  return device;
}

const metrics: readonly [
  type: RegExp,
  field:
    | 'powerW'
    | 'temperatureC'
    | 'memoryTemperatureC'
    | 'utilizationPct'
    | 'memoryUsedMib'
    | 'memoryUsagePct'
    | 'clockMhz',
][] = [
  [/_STATS_GPU_UTILIZATION$/, 'utilizationPct'],
  [/_STATS_POWER$/, 'powerW'],
  [/_STATS_GPU_CORE_TEMPERATURE$/, 'temperatureC'],
  [/_STATS_MEMORY_TEMPERATURE$/, 'memoryTemperatureC'],
  [/_STATS_MEMORY_USED$/, 'memoryUsedMib'],
  [/_STATS_MEMORY_UTILIZATION$/, 'memoryUsagePct'],
  [/_STATS_GPU_FREQUENCY$/, 'clockMhz'],
];

/** `stats -d N -j`: values of the device, where the tool has them for the device and not for its tiles. */
function putMetrics(device: DeviceReading, card: JsonObject): void {
  for (const each of listOf(member(card, /^device_level$/))) {
    const type = textOf(objectOf(each), /^metrics_type$/) ?? '';
    const value = textOf(objectOf(each), /^value$/);
    const field = metrics.find(([pattern]) => pattern.test(type))?.[1];
    if (field === 'memoryUsedMib')
      put(device, field, value, (used) => (positive(used) === null ? null : mib(used)));
    else if (field !== undefined) put(device, field, value, positive);
  }
}

/** `discovery -j` (a list), `discovery -d N -j` and `stats -d N -j` (one card). */
function fromJson(text: string): Reading | null {
  const { values, truncated } = readJson(text);
  const cards = values.flatMap((value) => {
    const root = objectOf(value);
    const list = member(root, /^device_list$|^devices$/);
    return (list === undefined ? [root] : listOf(list).map(objectOf)).filter((card) => card !== undefined);
  });
  const devices = cards.filter((card) => member(card, /^device_id$/) !== undefined).map(jsonDevice);
  const error = values.map((value) => textOf(objectOf(value), /^error$/)).find((each) => each !== undefined);
  if (devices.length === 0) return error === undefined ? null : said([error], program);
  const driver = cards.map((card) => textOf(card, /^driver_version$/)).find((each) => each !== undefined);
  return {
    status: 'present',
    devices,
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(truncated ? { truncated } : {}),
  };
}

const facts: readonly [key: RegExp, put: (device: DeviceReading, value: string) => void][] = [
  [/^device name$/i, (device, value) => put(device, 'model', value, unknown)],
  [/^(?:soc )?uuid$/i, (device, value) => put(device, 'uuid', value, unknown)],
  [/^serial number$/i, (device, value) => put(device, 'serial', value, unknown)],
  [/^pci bdf address$/i, (device, value) => put(device, 'busId', value, printedBus)],
  [/^drm device$/i, (device, value) => put(device, 'deviceNode', value, unknown)],
  [/^device state$/i, (device, value) => put(device, 'health', value, unknown)],
  [/^(?:gfx )?firmware version$/i, (device, value) => put(device, 'firmware', value, unknown)],
  [/^memory physical size$/i, (device, value) => put(device, 'memoryTotalMib', value, mib)],
  [/^ecc state$/i, (device, value) => put(device, 'eccEnabled', value, flag)],
];

/** `discovery` without `-j`: an index at the left, `Key: value` lines at the right. */
function fromInformation(lines: readonly string[]): Present | null {
  const at = lines.findIndex((line) => /\|\s*Device ID\s*\|\s*Device Information\s*\|/i.test(line));
  if (at < 0) return null;
  const devices: DeviceReading[] = [];
  let driver: string | undefined;
  for (const line of lines.slice(at + 1)) {
    const cells = boxCells(line);
    if (cells?.length !== 2) continue;
    const index = count(cells[0]);
    if (index !== null) devices.push({ index });
    const device = devices.at(-1);
    const [, key = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(cells[1] ?? '') ?? [];
    if (/^driver version$/i.test(key)) driver ??= value;
    if (device !== undefined) facts.find(([name]) => name.test(key))?.[1](device, value);
  }
  if (devices.length === 0) return null;
  return { status: 'present', devices, ...(driver === undefined ? {} : { driverVersion: unknown(driver) }) };
}

/** The table that xpu-smi 2.0 prints alone. */
function fromTable(lines: readonly string[]): Present | null {
  const table = deviceTable(lines);
  if (table === null || table.devices.length === 0) return null;
  const driver = /\bDriver:\s*([^\s|]+)/i.exec(lines.join('\n'))?.[1];
  return {
    status: 'present',
    devices: table.devices.map(commonFields),
    processes: processRows(lines),
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(table.truncated ? { truncated: true } : {}),
  };
}

/** The metrics of `dump` that we ask for: load, power, frequency, temperatures, memory in use. */
const dumpMetrics = '0,1,2,3,4,18';
const dumpHeader =
  'Timestamp, DeviceId, GPU Utilization (%), GPU Power (W), GPU Frequency (MHz), GPU Core Temperature (Celsius Degree), GPU Memory Temperature (Celsius Degree), GPU Memory Used (MiB)';

const dumpColumns: readonly [label: RegExp, put: (device: DeviceReading, value: string) => void][] = [
  [
    /^(?:average % utilization of all gpu engines|gpu utilization)/i,
    (device, value) => put(device, 'utilizationPct', value, positive),
  ],
  [/^gpu power/i, (device, value) => put(device, 'powerW', value, watts)],
  [/^gpu frequency/i, (device, value) => put(device, 'clockMhz', value, positive)],
  [/^gpu core temperature/i, (device, value) => put(device, 'temperatureC', value, positive)],
  [/^gpu memory temperature/i, (device, value) => put(device, 'memoryTemperatureC', value, positive)],
  [/^gpu memory utilization/i, (device, value) => put(device, 'memoryUsagePct', value, positive)],
  [/^gpu memory used/i, (device, value) => put(device, 'memoryUsedMib', value, mib)],
  [/^device name/i, (device, value) => put(device, 'model', value, unknown)],
  [/^(?:soc )?uuid/i, (device, value) => put(device, 'uuid', value, unknown)],
  [/^pci bdf address/i, (device, value) => put(device, 'busId', value, printedBus)],
  [/^memory physical size/i, (device, value) => put(device, 'memoryTotalMib', value, mib)],
];

/** `dump -d -1 -m …` and `discovery --dump …`: the last row of each card. */
function fromDump(lines: readonly string[]): Present | null {
  const rows = csvRows(lines.join('\n'));
  const at = rows.findIndex((row) => row.some((label) => /^device ?id$/i.test(label)));
  const header = rows[at] ?? [];
  const id = header.findIndex((label) => /^device ?id$/i.test(label));
  const devices = new Map<number, DeviceReading>();
  for (const row of at < 0 ? [] : rows.slice(at + 1)) {
    const index = count(row[id]);
    if (index === null || row.length !== header.length || /tile/i.test(header.join())) continue;
    const stream = /^timestamp$/i.test(header[0] ?? '');
    const device: DeviceReading = {
      index,
      ...(stream && { samples: (devices.get(index)?.samples ?? 0) + 1 }),
    };
    for (const [column, label] of header.entries())
      dumpColumns.find(([name]) => name.test(label))?.[1](device, row[column] ?? '');
    devices.set(index, device);
  }
  return devices.size === 0 ? null : { status: 'present', devices: [...devices.values()] };
}

function parse(_program: string, _args: string, text: string): Reading {
  const lines = cleanLines(text);
  if (/XPU-RT|KUNLUN|\bDevID\b|\bXPU-Util\b|^[ \t]*XPU \d+:/im.test(text) && !/\bIntel\b/.test(text))
    return absent("this xpu-smi is Kunlunxin's, not Intel's");
  return (
    fromJson(lines.join('\n')) ??
    fromInformation(lines) ??
    fromTable(lines) ??
    fromDump(lines) ??
    fromPairs(lines) ??
    fromProcesses(lines) ??
    fromTopology(lines) ??
    said(lines, program)
  );
}

/** The list of cards. Where the bus shows Kunlunxin's, the tool of this name is theirs and runs for their probe. */
async function listed(tools: Tools): Promise<Reading> {
  if ((await tools.find('xpu_smi')) === undefined && (await onBus(tools, ['1d22', '2057'])))
    return absent("this machine's xpu-smi is Kunlunxin's");
  return ask(tools, program, ['discovery', '-j'], parse);
}

/** The list, and every card by itself: only that names its memory. */
async function inventoryReading(tools: Tools): Promise<Reading> {
  const list = await listed(tools);
  if (list.status !== 'present') return list;
  let reading: Reading = list;
  for (const { index } of list.devices) {
    const one = await ask(tools, program, ['discovery', '-d', String(index), '-j'], parse);
    if (one.status === 'failed') return failed(`card ${index}: ${one.reason}`);
    reading = joined(reading, one);
  }
  return reading;
}

/** One row per card; the list beside it says which cards those are. */
async function telemetryReading(tools: Tools): Promise<Reading> {
  const list = await listed(tools);
  if (list.status !== 'present') return list;
  return joined(await ask(tools, program, ['dump', '-d', '-1', '-m', dumpMetrics, '-n', '1'], parse), list);
}

/** The Intel probe. No PCI ids: graphics inside Intel's processors have them too, and no tool lists those. */
export const intel: VendorProbe = {
  vendor: 'intel',
  programs: [program],
  pciVendors: [],
  graphicsInside: true,
  parse,
  inventory: async (tools) => answer('intel', await withNodes(tools, await inventoryReading(tools), 'drm')),
  telemetry: async (tools) => answer('intel', await telemetryReading(tools)),
  stream: {
    program,
    args: (intervalMs) => [
      'dump',
      '-d',
      '-1',
      '-m',
      dumpMetrics,
      '-i',
      String(Math.max(1, Math.round(intervalMs / 1000))),
    ],
    split: (buffer) =>
      splitRows(buffer, (line) => /^\s*\d{2}:\d{2}:\d{2}(?:\.\d+)?,\s*(\d+),/.exec(line)?.[1]),
    parse: (sample) => parse(program, '', /DeviceId/i.test(sample) ? sample : `${dumpHeader}\n${sample}`),
  },
  grant: (devices, host) => grantOf(devices, host, { cdi: ['intel.com/gpu'], own: nodesOf }),
};

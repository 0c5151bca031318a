/**
 * Moore Threads through mthreads-gmi.
 *
 * `mthreads-gmi -q --json` says everything in one process. The table (`mthreads-gmi` alone) has columns that are parted
 * by single bars, three lines per card, and memory written `used(total)`; its third line lacks the middle bar, so cells
 * are counted from the right. The JSON has a key that ends in a blank (`"Power Draw "`) and memory in MiB or GiB.
 */
import type { DeviceReading, Reading, Tools, VendorProbe } from './probe.ts';
import { type JsonObject, listOf, member, objectOf, readJson, textOf } from './json.ts';
import { grantOf, nodesOf } from './grant.ts';
import { answer, ask, said, withNodes } from './look.ts';
import { put } from './reading.ts';
import { printedBus, processRows, wordsOf } from './table.ts';
import { keyedLines, valueOf, valuesByName } from './text-keyed.ts';
import { linkMatrix } from './text-matrix.ts';
import { busAddress, cleanLines, count, isBorder, mib, num, unknown, watts } from './text.ts';

const program = 'mthreads-gmi';

type Present = Extract<Reading, { status: 'present' }>;

/** A value below sections of the JSON; undefined when the tool does not name it. */
function at(object: JsonObject, ...path: RegExp[]): string | undefined {
  let here: JsonObject | undefined = object;
  for (const section of path.slice(0, -1)) here = objectOf(member(here, section));
  const key = path.at(-1);
  return key === undefined ? undefined : textOf(here, key);
}

function jsonDevice(gpu: JsonObject, position: number): DeviceReading {
  const index = at(gpu, /^index$/i);
  const device: DeviceReading = index === undefined ? { position } : { index: count(index) };
  put(device, 'model', at(gpu, /^product name$/i), unknown);
  put(device, 'uuid', at(gpu, /^gpu uuid$/i), unknown);
  put(device, 'serial', at(gpu, /^serial number$/i), unknown);
  put(device, 'busId', at(gpu, /^pci$/i, /bus ?id$/i), printedBus);
  put(device, 'minorNumber', at(gpu, /^minor number$/i), count);
  put(device, 'firmware', at(gpu, /^mtbios version$/i), unknown);
  const memory = /^fb memory usage$|^memory usage$/i;
  put(device, 'memoryTotalMib', at(gpu, memory, /^total$/i), mib);
  put(device, 'memoryUsedMib', at(gpu, memory, /^used$/i), mib);
  put(device, 'memoryFreeMib', at(gpu, memory, /^free$/i), mib);
  put(device, 'utilizationPct', at(gpu, /^utilization$/i, /^gpu$/i), num);
  put(device, 'temperatureC', at(gpu, /^temperature$/i, /^gpu (?:current )?temp/i), num);
  const power = /^power readings$/i;
  put(device, 'powerW', at(gpu, power, /^power draw$/i), watts);
  const limit = at(gpu, power, /^current power limit$/i) ?? at(gpu, power, /^power limit$/i);
  put(device, 'powerLimitW', limit, watts);
  put(device, 'clockMhz', at(gpu, /^clocks$/i, /^graphics$/i), num);
  put(device, 'memoryClockMhz', at(gpu, /^clocks$/i, /^memory$/i), num);
  put(device, 'ecc', at(gpu, /^ecc mode$/i, /^current$/i) ?? at(gpu, /^ecc mode$/i), unknown);
  return device;
}

/** `-q --json`, and `-q -d MEMORY --json` and its kin, which name fewer values. */
function fromJson(text: string): Present | null {
  const { values, truncated } = readJson(text);
  const root = values.map(objectOf).find((each) => member(each, /^gpu$/i) !== undefined);
  const gpus = listOf(member(root, /^gpu$/i)).flatMap((each) => objectOf(each) ?? []);
  if (gpus.length === 0) return null;
  const driver = textOf(root, /^driver version$/i);
  return {
    status: 'present',
    devices: gpus.map(jsonDevice),
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(truncated ? { truncated } : {}),
  };
}

/** The bus address in a row's middle cell, which only the first line of a card has. */
const addressOf = (cells: readonly string[]): string | undefined =>
  cells.length === 3 && busAddress(cells[1]) !== null ? cells[1] : undefined;

function putRow(
  device: DeviceReading,
  line: number,
  cells: readonly string[],
  headers: readonly string[],
): void {
  const last = wordsOf(cells.at(-1) ?? '');
  const header = headers[line] ?? '';
  if (line === 0) {
    const [index, ...name] = (cells[0] ?? '').split(/\s+/);
    device.index = count(index);
    put(device, 'model', name.join(' '), unknown);
    put(device, 'busId', cells[1], printedBus);
    put(device, 'utilizationPct', last[0], num);
    const memory = /^\S+\s+(\S.*)$/.exec(cells.at(-1) ?? '')?.[1];
    const [, used, total] = /^([^()]*)\(([^()]*)\)$/.exec(memory ?? '') ?? [];
    const none = memory !== undefined && unknown(memory) === null ? memory : undefined;
    put(device, 'memoryUsedMib', used ?? none, mib);
    put(device, 'memoryTotalMib', total ?? none, mib);
  } else if (/\bTemp\b/i.test(header)) put(device, 'temperatureC', last[0], num);
  else if (/ECC Mode/i.test(header)) put(device, 'ecc', cells.at(-1), unknown);
}

/** The table: what stands below `ID  Name |PCIe |%GPU  Mem`, as many lines per card as the header has. */
function fromTable(all: readonly string[]): Present | null {
  const lines = all.filter((line) => line.trim() !== '');
  const start = lines.findIndex(
    (line) => /^\s*ID\s+Name\b/i.test(line) && line.split('|').length === 3 && /\bMem\b/i.test(line),
  );
  if (start < 0) return null;
  const end = lines.findIndex((line, position) => position > start && isBorder(line));
  const headers = lines.slice(start, end < 0 ? start : end).map((line) => line.split('|').at(-1) ?? '');
  const devices: { reading: DeviceReading; lines: number }[] = [];
  let ended = false;
  for (const line of lines.slice(end < 0 ? start + 1 : end + 1)) {
    ended = isBorder(line);
    if (/^\s*Processes:/i.test(line)) break;
    const cells = line.split('|').map((cell) => cell.trim());
    if (ended || cells.length < 2) continue;
    if (addressOf(cells) !== undefined) devices.push({ reading: {}, lines: 0 });
    const device = devices.at(-1);
    if (device === undefined || device.lines >= headers.length) continue;
    putRow(device.reading, device.lines, cells, headers);
    device.lines += 1;
  }
  if (devices.length === 0) return null;
  const driver = /Driver Version\s*:\s*(\S+)/i.exec(lines.join('\n'))?.[1];
  const tool = /mthreads-gmi\s*:\s*(\S+)/i.exec(lines.join('\n'))?.[1];
  const whole = devices.every((device) => device.lines === headers.length);
  return {
    status: 'present',
    devices: distinct(devices.map(({ reading }) => reading)),
    processes: processRows(lines),
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(tool === undefined ? {} : { toolVersion: tool }),
    ...(whole ? {} : { truncated: true }),
  };
}

/** Cards without repetitions. */
function distinct(devices: readonly DeviceReading[]): DeviceReading[] {
  const seen = new Set<string>();
  return devices.filter(({ index, busId }) => seen.size !== seen.add(`${index} ${busId}`).size);
}

/** `-q` without `--json`: one block per `GPU0 00000000:04:00.0`. */
function fromFullText(lines: readonly string[]): Present | null {
  const heads = lines.flatMap((line, position) => {
    const [, number, bus] = /^\s*GPU ?#?(\d+)\s+([0-9a-f:.]+)\s*$/i.exec(line) ?? [];
    return number !== undefined && bus !== undefined && printedBus(bus) !== null
      ? [{ number, bus, position }]
      : [];
  });
  if (heads.length === 0) return null;
  const devices = heads.map(({ number, bus, position }, order): DeviceReading => {
    const values = valuesByName(keyedLines(lines.slice(position + 1, heads[order + 1]?.position)));
    const of = (...names: string[]): string | undefined => valueOf(values, ...names);
    const device: DeviceReading = { index: count(number), busId: bus };
    put(device, 'model', of('product name'), unknown);
    put(device, 'uuid', of('gpu uuid'), unknown);
    put(device, 'serial', of('serial number'), unknown);
    put(device, 'memoryTotalMib', of('fb memory usage>total', 'memory usage>total'), mib);
    put(device, 'memoryUsedMib', of('fb memory usage>used', 'memory usage>used'), mib);
    put(device, 'utilizationPct', of('utilization>gpu'), num);
    put(device, 'temperatureC', of('gpu current temp'), num);
    put(device, 'powerW', of('power draw'), watts);
    put(device, 'powerLimitW', of('current power limit', 'power limit'), watts);
    return device;
  });
  const driver = /^[ \t]*Driver Version[ \t]*:[ \t]*(\S+)/im.exec(lines.join('\n'))?.[1];
  return { status: 'present', devices, ...(driver === undefined ? {} : { driverVersion: unknown(driver) }) };
}

function parse(_program: string, _args: string, text: string): Reading {
  const lines = cleanLines(text);
  const topology = linkMatrix(lines, /^GPU\d+$/);
  return (
    fromJson(lines.join('\n')) ??
    fromTable(lines) ??
    fromFullText(lines) ??
    (topology === null ? null : { status: 'present', devices: [], topology }) ??
    said(lines, program)
  );
}

/** Everything by JSON; a version that does not know `--json` is asked for its table. */
async function look(tools: Tools): Promise<Reading> {
  const full = await ask(tools, program, ['-q', '--json'], parse);
  if (full.status !== 'failed' || (await tools.find(program)) === undefined) return full;
  const table = await ask(tools, program, [], parse);
  return table.status === 'present' ? table : full;
}

const rules = { byBus: true };

/** The Moore Threads probe. */
export const mthreads: VendorProbe = {
  vendor: 'mthreads',
  programs: [program],
  toolFolders: ['/usr/local/musa/bin'],
  pciVendors: ['1ed5'],
  cardNodes: /^\/dev\/mtgpu\.\d+$/,
  parse,
  inventory: async (tools) => answer('mthreads', await withNodes(tools, await look(tools), 'drm'), rules),
  telemetry: async (tools) => answer('mthreads', await look(tools), rules),
  grant: (devices, host) =>
    grantOf(devices, host, {
      cdi: ['mthreads.com/gpu'],
      visible: {
        variable: 'MTHREADS_VISIBLE_DEVICES',
        none: '',
        runtime: 'mthreads',
        value: ({ index }) => index,
      },
      own: (device) => [
        ...(typeof device.index === 'number' ? [`/dev/mtgpu.${device.minorNumber ?? device.index}`] : []),
        ...nodesOf(device),
      ],
    }),
};

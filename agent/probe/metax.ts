/**
 * MetaX through mx-smi.
 *
 * `mx-smi` alone is the cheapest complete command: name, address, memory, load, temperature, power and processes in one
 * process. Its table had four layouts in two years (2.1.6 without a power cap, 2.1.12 with one, 2.2.4 with a state, 2.2.9
 * with Board and GPU apart), which `table.ts` reads by their headers. It prints no uuids, so ids come from the address.
 * MOFFETT's tool has the same name; neither tool's own banner is in the other's output.
 */
import type {
  DeviceReading,
  PartitionReading,
  Reading,
  Tools,
  TopologyReading,
  VendorProbe,
} from './probe.ts';
import { grantOf, nodesOf } from './grant.ts';
import { answer, ask, said, withNodes } from './look.ts';
import { absent, put } from './reading.ts';
import {
  commonFields,
  type DeviceCells,
  deviceTable,
  pairOf,
  printedBus,
  processRows,
  word,
  wordsOf,
} from './table.ts';
import { keyedLines, valueOf, valuesByName } from './text-keyed.ts';
import { linkMatrix } from './text-matrix.ts';
import { cleanLines, count, csvRows, mib, num, unknown, watts } from './text.ts';

const program = 'mx-smi';

/** `Unavailable` is a state of a card here, not the lack of one. */
const state = (value: string): string | null =>
  /^unavailable$/i.test(value.trim()) ? value.trim() : unknown(value);

function tableDevice(cells: DeviceCells): DeviceReading {
  const device = commonFields(cells);
  put(device, 'health', word(cells, /^gpu-state$/), state);
  if (cells.has('board')) put(device, 'card', word(cells, /^board$/), count);
  return device;
}

function versions(lines: readonly string[]): Partial<Extract<Reading, { status: 'present' }>> {
  const text = lines.join('\n');
  const of = (label: RegExp): string | undefined => label.exec(text)?.[1];
  const driver = of(/Kernel Mode Driver Version:\s*([^\s|]+)/i) ?? of(/\bKMD[ \w]*:\s*([^\s|]+)/);
  const runtime = of(/MACA Version:\s*([^\s|]+)/i);
  const tool = of(/MX-SMI\s+(?:version:\s*)?(\d[\w.]*)/i);
  return {
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(runtime === undefined ? {} : { runtimeVersion: unknown(runtime) }),
    ...(tool === undefined ? {} : { toolVersion: tool }),
  };
}

const sliceLabels = /Vram Quota|\S+/gi;

/** `002  0  2  25%  0/16000 MiB  0%` under `Minor GPU sGPU-Id Compute Vram Quota sGPU-Util`: parts of the GPU named. */
function slices(lines: readonly string[]): { gpu: number; part: PartitionReading }[] {
  const plain = lines.map((line) => line.replace(/^\s*\||\|\s*$/g, ' ').trim());
  const at = plain.findIndex((line) => /\bsGPU-Id\b/i.test(line) && /\bGPU\b/i.test(line));
  if (at < 0) return [];
  const labels = ((plain[at] ?? '').match(sliceLabels) ?? []).map((label) => label.toLowerCase());
  return plain.slice(at + 1).flatMap((line) => {
    const words = wordsOf(line);
    const of = (label: string): string | undefined => words[labels.indexOf(label)];
    const [gpu, index] = [count(of('gpu')), count(of('sgpu-id'))];
    if (words.length !== labels.length || gpu === null || index === null) return [];
    const part: PartitionReading = { index };
    put(part, 'profile', of('compute'), unknown);
    const [used, total] = pairOf(of('vram quota') ?? '') ?? [];
    put(part, 'memoryUsedMib', used, mib);
    put(part, 'memoryTotalMib', total, mib);
    return [{ gpu, part }];
  });
}

/** The devices with their parts; each part once. */
function withSlices(devices: readonly DeviceReading[], lines: readonly string[]): DeviceReading[] {
  const all = slices(lines);
  return devices.map((device) => {
    const own = all.filter(({ gpu }) => gpu === device.index).map(({ part }) => part);
    const mig = own.filter((part, at) => own.findIndex(({ index }) => index === part.index) === at);
    return mig.length === 0 ? device : { ...device, mig };
  });
}

function fromTable(lines: readonly string[]): Reading | null {
  const table = deviceTable(lines);
  if (table === null || table.devices.length === 0) return null;
  const attached = /^[ \t]*Attached GPUs\s*:\s*(\d+)$/im.exec(lines.join('\n'))?.[1];
  const missing = (count(attached) ?? 0) > table.devices.length;
  return {
    status: 'present',
    devices: withSlices(table.devices.map(tableDevice), lines),
    processes: processRows(lines),
    ...versions(lines),
    ...(table.truncated || missing ? { truncated: true } : {}),
  };
}

const head = /^\s*GPU(?:#| (?=\d+:))(\d+):?\s+(\S.*)$/;

/** `GPU#0  MXC500  0000:05:00.0  Available (UUID: GPU-…)`: of `-L`, and above the values of `--show-…`. */
function headOf(line: string): DeviceReading | null {
  const match = head.exec(line);
  const index = count(match?.[1]);
  if (index === null || match?.[2] === undefined) return null;
  const device: DeviceReading = { index };
  const [before = '', identity] = match[2].split('(UUID:', 2);
  put(device, 'uuid', identity?.split(')', 1)[0], unknown);
  const words = before.split(/\s+/).filter((each) => each !== '');
  const at = words.findIndex((each) => printedBus(each) !== null);
  put(device, 'model', (at < 0 ? words : words.slice(0, at)).join(' ') || undefined, unknown);
  put(device, 'busId', words[at], printedBus);
  if (at >= 0 && words.length > at + 1) put(device, 'health', words.slice(at + 1).join(' '), state);
  return device;
}

/** Devices of `-L` and of `--show-memory`, `--show-usage`, `--show-temperature`, `--show-board-power`. */
function fromBlocks(lines: readonly string[]): Reading | null {
  const heads = lines.flatMap((line, at) => {
    const device = headOf(line);
    return device === null ? [] : [{ device, at }];
  });
  if (heads.length === 0) return null;
  const devices = new Map<number, DeviceReading>();
  for (const [order, { device, at }] of heads.entries()) {
    const values = valuesByName(keyedLines(lines.slice(at + 1, heads[order + 1]?.at)));
    const known = devices.get(device.index ?? 0) ?? device;
    devices.set(device.index ?? 0, known);
    // `vis_vram` is the part that the host can map; on these cards it is all of it, but only `vram` says so by itself.
    put(known, 'memoryTotalMib', valueOf(values, 'vram total', 'vis_vram total'), (size) => mib(size, 'KiB'));
    put(known, 'memoryUsedMib', valueOf(values, 'vram used', 'vis_vram used'), (size) => mib(size, 'KiB'));
    put(known, 'utilizationPct', valueOf(values, 'utilization>gpu', 'gpu', 'gpu usage'), num);
    put(known, 'temperatureC', valueOf(values, 'hotspot', 'temperature>hotspot', 'temperature>chip'), num);
    put(known, 'powerW', valueOf(values, 'total', 'board power>total', 'power'), watts);
    const errors = [...values].filter(([name]) => /^[\w ]*uncorrectable$/.test(name));
    const counts = errors.map(([, value]) => count(value)).filter((value) => value !== null);
    if (counts.length > 0) known.eccUncorrected = Math.max(...counts);
  }
  return { status: 'present', devices: [...devices.values()], ...versions(lines) };
}

/** `mx-smi dmon --format csv`: two header rows, the second with units; the last sample of each GPU. */
function fromMonitor(lines: readonly string[]): Reading | null {
  const rows = csvRows(lines.join('\n'));
  const at = rows.findIndex((row) => /^#?\s*dev(?:ice)?$/i.test(row[0] ?? '') && row.length > 2);
  const header = rows[at]?.map((label) => label.replace('#', '').trim().toLowerCase()) ?? [];
  if (at < 0) return null;
  const units = rows[at + 1] ?? [];
  const devices = new Map<number, DeviceReading>();
  for (const row of rows.slice(at + 1)) {
    const index = count(row[0]);
    const of = (name: RegExp): string | undefined => row[header.findIndex((label) => name.test(label))];
    if (index === null || row.length < header.filter((label) => label !== '').length) continue;
    const device: DeviceReading = { index, samples: (devices.get(index)?.samples ?? 0) + 1 };
    put(device, 'busId', of(/^bd(?:f|fid)$/), printedBus);
    put(device, 'temperatureC', of(/^hottemp$/), num);
    put(device, 'powerW', of(/^power$/), watts);
    put(device, 'utilizationPct', of(/^gpu$/), num);
    put(device, 'memoryUsagePct', of(/^vram$/), num);
    const inGib = units[header.indexOf('total')]?.trim().toUpperCase() === 'GB';
    put(device, 'memoryTotalMib', of(/^total$/), (size) => mib(size, inGib ? 'GiB' : 'MiB'));
    device.last = Object.fromEntries(
      header.flatMap((label, column) =>
        label === '' ? [] : [[label, num(row[column]) ?? unknown(row[column])]],
      ),
    );
    devices.set(index, device);
  }
  return devices.size === 0 ? null : { status: 'present', devices: [...devices.values()] };
}

function parse(_program: string, _args: string, text: string): Reading {
  const lines = cleanLines(text);
  if (/moffett|\bspu\b/i.test(text) && !/metax|\bmaca\b/i.test(text))
    return absent("this mx-smi is MOFFETT's, not MetaX's");
  const topology = linkMatrix(
    lines.map((line) => line.replace('Node Affinity', 'NUMA Affinity')),
    /^GPU\d+$/,
  );
  return (
    fromTable(lines) ??
    (topology === null ? null : { status: 'present', devices: [], topology }) ??
    fromMonitor(lines) ??
    fromBlocks(lines) ??
    said(lines, program)
  );
}

const look = (tools: Tools): Promise<Reading> => ask(tools, program, [], parse);
const rules = { byBus: true };

/** MetaXLink and PCIe links between the cards. */
async function topology(tools: Tools): Promise<TopologyReading | null> {
  const reading = await ask(tools, program, ['topo', '-m'], parse);
  return reading.status === 'present' ? (reading.topology ?? null) : null;
}

/** The MetaX probe. */
export const metax: VendorProbe = {
  vendor: 'metax',
  programs: [program],
  toolFolders: ['/opt/mxdriver/bin', '/opt/maca/bin'],
  pciVendors: ['9999'],
  parse,
  inventory: async (tools) => answer('metax', await withNodes(tools, await look(tools), 'drm'), rules),
  telemetry: async (tools) => answer('metax', await look(tools), rules),
  topology,
  grant: (devices, host) =>
    grantOf(devices, host, {
      cdi: ['metax-tech.com/gpu'],
      // Control and link nodes of the driver; which card a container sees is told by the nodes under /dev/dri.
      shared: ['/dev/mxcd', '/dev/mxgd', '/dev/mxnd'],
      own: nodesOf,
    }),
};

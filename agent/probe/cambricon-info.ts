/**
 * Reads `cnmon info`, as text (a block of `key : value` under each `Card N`) and as the JSON that `-j` writes into a
 * file. Pure. Virtual memory is never memory.
 */
import type { DeviceReading, Reading } from './probe.ts';
import { failed, put } from './reading.ts';
import { count, flag, mib, num, percent, unknown, watts } from './text.ts';
import { type KeyedLine, keyedLines, keyedProcesses, valueOf, valuesByName } from './text-keyed.ts';

/** PCI parts, printed in hexadecimal or decimal, are one address only when all four are hexadecimal with `0x` or not. */
function pciAddress(parts: readonly (string | undefined)[]): string | null {
  const digits = parts.map((part) => /^(?:0x)?([0-9a-f]{1,8})$/i.exec(part ?? '')?.[1]);
  const [domain, bus, device, fn] = digits;
  if (domain === undefined || bus === undefined || device === undefined || fn === undefined) return null;
  return `${domain.padStart(4, '0')}:${bus.padStart(2, '0')}:${device.padStart(2, '0')}.${fn}`.toLowerCase();
}

function eccCount(lines: readonly KeyedLine[]): number | null | undefined {
  const line = lines.find(
    ({ sections, key }) =>
      sections.some((name) => /ecc/i.test(name)) && /uncorrect|multiple|error/i.test(key),
  );
  return line === undefined ? undefined : count(line.value);
}

function deviceOf(index: number | null, lines: readonly KeyedLine[]): DeviceReading {
  const values = valuesByName(lines);
  const device: DeviceReading = { index };
  put(device, 'model', valueOf(values, 'product name', 'card name'), unknown);
  put(device, 'uuid', valueOf(values, 'uuid'), unknown);
  put(device, 'serial', valueOf(values, 'serial number', 'card sn', 'board sn', 'sn'), unknown);
  put(device, 'firmware', valueOf(values, 'firmware'), unknown);
  put(device, 'health', valueOf(values, 'health state>device', 'health state', 'health'), unknown);
  put(device, 'computeMode', valueOf(values, 'compute mode'), unknown);
  put(device, 'mode', valueOf(values, 'mode', 'sr-iov mode'), unknown);
  const memory = (name: string): string | undefined =>
    valueOf(values, `physical memory usage>${name}`, `memory usage>${name}`);
  put(device, 'memoryTotalMib', memory('total'), mib);
  put(device, 'memoryUsedMib', memory('used'), mib);
  put(device, 'memoryFreeMib', memory('free'), mib);
  put(
    device,
    'utilizationPct',
    valueOf(values, 'utilization>mlu average', 'mlu average', 'utilization>mlu'),
    percent,
  );
  put(device, 'temperatureC', valueOf(values, 'temperature>chip', 'temperature>board'), num);
  put(device, 'memoryTemperatureC', valueOf(values, 'temperature>memory'), num);
  put(device, 'clockMhz', valueOf(values, 'frequency>mlu', 'frequency>ipu', 'frequency>cluster'), num);
  put(device, 'memoryClockMhz', valueOf(values, 'frequency>ddr', 'frequency>hbm', 'frequency>memory'), num);
  put(device, 'powerW', valueOf(values, 'power>usage', 'power usage'), watts);
  put(device, 'powerLimitW', valueOf(values, 'power>cap', 'power cap'), watts);
  put(device, 'eccEnabled', valueOf(values, 'ecc mode', 'ecc mode>current'), flag);
  const ecc = eccCount(lines);
  if (ecc !== undefined) device.ecc = ecc;
  const whole = valueOf(values, 'bus id', 'bus-id', 'pci>bus id');
  const parts = ['domain id', 'bus num', 'device', 'function'].map((name) =>
    valueOf(values, `pci>${name}`, name),
  );
  const bus = whole ?? pciAddress(parts) ?? undefined;
  put(device, 'busId', bus, unknown);
  return device;
}

/** Reads the text form; null when no line has a key of it. Without a `Card N` line there is one card. */
export function parseInfoText(lines: readonly string[]): Reading | null {
  if (!lines.some((line) => /^\s*Product Name\s*:|^\s*Card\s*\d+\s*:?$/i.test(line))) return null;
  const cards: { index: number | null; lines: KeyedLine[] }[] = [];
  for (const line of keyedLines(lines)) {
    const index = /^Card\s*(\d+)$/i.exec(line.key)?.[1];
    if (index !== undefined && (line.value ?? '') === '') cards.push({ index: count(index), lines: [] });
    else if (cards.length > 0) cards.at(-1)?.lines.push(line);
    else if (line.value !== undefined && !/^timestamp$/i.test(line.key))
      cards.push({ index: null, lines: [line] });
  }
  const named = cards.some(({ index }) => index !== null);
  const whole = cards.filter(
    (card, at) =>
      card.lines.some(({ value }) => value !== undefined) &&
      (card.index !== null || !named) &&
      cards.findIndex(({ index }) => index === card.index) === at,
  );
  if (whole.length === 0) return null;
  const driver = whole[0]?.lines.find(
    ({ sections, key, value }) =>
      value !== undefined && /^driver(?: version)?$/i.test(key) && !/health/i.test(sections.at(-1) ?? ''),
  )?.value;
  const tool = /CNMON\s+(v\d[\w.]*)/i.exec(lines.find((line) => /^[=\s]*CNMON\s+v/i.test(line)) ?? '')?.[1];
  return {
    status: 'present',
    devices: whole.map(({ index, lines: own }, position) =>
      index === null ? { ...deviceOf(null, own), position } : deviceOf(index, own),
    ),
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(tool === undefined ? {} : { toolVersion: tool }),
    processes: whole.flatMap(({ index, lines: own }) => keyedProcesses(own, index)),
  };
}

type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value below a path of keys as a word; undefined when there is none. */
function wordAt(from: Json, ...path: string[]): string | undefined {
  let at: unknown = from;
  for (const key of path) at = isJson(at) ? at[key] : undefined;
  if (at === null) return '';
  return typeof at === 'string' || typeof at === 'number' ? String(at) : undefined;
}

function jsonDevice(card: Json): DeviceReading {
  const device: DeviceReading = {};
  put(device, 'index', wordAt(card, 'CardNum') ?? '', count);
  put(device, 'model', wordAt(card, 'ProductName'), unknown);
  put(device, 'uuid', wordAt(card, 'UUID'), unknown);
  put(device, 'serial', wordAt(card, 'SN'), unknown);
  put(device, 'firmware', wordAt(card, 'Firmware'), unknown);
  put(device, 'health', wordAt(card, 'HealthState') ?? wordAt(card, 'HealthState', 'Device'), unknown);
  put(device, 'computeMode', wordAt(card, 'ComputeMode'), unknown);
  put(device, 'memoryTotalMib', wordAt(card, 'PhysicalMemUsage', 'Total'), mib);
  put(device, 'memoryUsedMib', wordAt(card, 'PhysicalMemUsage', 'Used'), mib);
  put(device, 'memoryFreeMib', wordAt(card, 'PhysicalMemUsage', 'Free'), mib);
  put(device, 'utilizationPct', wordAt(card, 'Utilization', 'MLUAverage'), percent);
  put(
    device,
    'temperatureC',
    wordAt(card, 'Temperature', 'Chip') ?? wordAt(card, 'Temperature', 'Board'),
    num,
  );
  put(device, 'memoryTemperatureC', wordAt(card, 'Temperature', 'Memory'), num);
  put(device, 'powerW', wordAt(card, 'Power', 'Usage'), watts);
  put(device, 'powerLimitW', wordAt(card, 'Power', 'Cap'), watts);
  const parts = ['DomainID', 'Bus', 'Device', 'Function'].map((key) => wordAt(card, 'PCI', key));
  const bus = pciAddress(parts);
  if (bus !== null) device.busId = bus;
  return device;
}

/** Reads the JSON form; null when the text holds none. Lines before the JSON are left out. */
export function parseInfoJson(text: string): Reading | null {
  const start = text.indexOf('{');
  if (start < 0 || !/"CnmonInfo"/i.test(text)) return null;
  let root: unknown;
  try {
    root = JSON.parse(text.slice(start, text.lastIndexOf('}') + 1));
  } catch {
    return failed('the JSON of cnmon is not whole');
  }
  const list = isJson(root) ? root['CnmonInfo'] : undefined;
  const cards = Array.isArray(list) ? list.filter(isJson) : [];
  const devices = cards
    .map(jsonDevice)
    .filter(({ index, uuid, model }) =>
      [index, uuid, model].some((fact) => fact !== undefined && fact !== null),
    );
  if (devices.length === 0) return failed('the JSON of cnmon holds no card');
  const driver = wordAt(cards[0] ?? {}, 'Driver') ?? wordAt(cards[0] ?? {}, 'DriverVersion');
  return {
    status: 'present',
    devices: devices.map((device, position) =>
      typeof device.index === 'number' ? device : { ...device, position },
    ),
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
  };
}

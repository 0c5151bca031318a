/**
 * What the probes of the smaller vendors share beside their parsers: running a tool, what its messages mean, which
 * nodes under /dev a card has. Impure only through `Tools`.
 */
import type { DeviceReading, ProbeAnswer, ProbedDevice, Reading, Tools, Vendor } from './probe.ts';
import { absent, answerOf, deviceId, failed, healthOf, readRun } from './reading.ts';
import { busAddress, isBorder } from './text.ts';

/** Runs a tool once and reads what it prints. Never throws. */
export async function ask(
  tools: Tools,
  program: string,
  args: readonly string[],
  parse: (program: string, args: string, text: string) => Reading,
): Promise<Reading> {
  const output = await tools.run(program, args);
  return readRun(program, output, (text) => parse(program, args.join(' '), text));
}

/** The first of `programs` that lies in a trusted folder. */
export async function firstFound(tools: Tools, programs: readonly string[]): Promise<string | undefined> {
  for (const program of programs) if ((await tools.find(program)) !== undefined) return program;
  return undefined;
}

const pciDevices = '/sys/bus/pci/devices';

/** Whether the PCI bus shows an accelerator or display of one of these vendors. False where there is no bus to see. */
export async function onBus(tools: Tools, vendors: readonly string[]): Promise<boolean> {
  for (const name of await tools.list(pciDevices)) {
    const vendor = (await tools.readText(`${pciDevices}/${name}/vendor`))?.trim().replace(/^0x/, '');
    if (vendor === undefined || !vendors.includes(vendor)) continue;
    if (/^0x(?:03|12|0b40|0780)/.test((await tools.readText(`${pciDevices}/${name}/class`)) ?? ''))
      return true;
  }
  return false;
}

const faults = /driver|initiali[sz]|librar|module|permission|communicat|timed? ?out|error|fail/i;
const nothing =
  /\bno (?:(?:supported|amd|intel|\w+) )?(?:gpus?|[dhgx][cp]us?|aips?|accelerators?|devices?|cards?)\b|no json data to report|attached \w+ *: *0\b/i;

/** What a text without devices says: absent when the tool plainly finds none, else failed with its own first words. */
export function said(lines: readonly string[], tool: string): Reading {
  const spoken = lines
    .map((line) => line.trim())
    .filter((line) => /\w/.test(line) && !isBorder(line) && !/^[=|+*-]{3}/.test(line));
  if (spoken.length === 0) return failed(`${tool} printed nothing`);
  const fault = spoken.find((line) => faults.test(line));
  const none = spoken.find((line) => nothing.test(line));
  if (none !== undefined && (fault === undefined || fault === none))
    return absent(`${tool}: ${none.slice(0, 160)}`);
  return failed(`${tool} lists no device: ${(fault ?? spoken[0] ?? '').slice(0, 160)}`);
}

/** How a vendor's readings become devices. */
export interface AnswerRules {
  /** Health words of this tool that mean well, beside the common ones. */
  good?: RegExp;
  /** Ids from the bus address, because not every command of this tool prints uuids. */
  byBus?: boolean;
}

/** Ids for all devices: as `deviceId` says; where two would share one (two devices on one card), the index parts them. */
function ids(vendor: Vendor, devices: readonly DeviceReading[], byBus: boolean): string[] {
  const plain = devices.map((device) => {
    const { uuid, ...rest } = device;
    return deviceId(vendor, byBus || uuid === undefined ? rest : device);
  });
  return plain.map((id, at) =>
    plain.indexOf(id) === plain.lastIndexOf(id) ? id : `${id}-${devices[at]?.index ?? at}`,
  );
}

/** Brings a reading into the shape of an answer. */
export function answer(
  vendor: Vendor,
  reading: Reading,
  { good, byBus = false }: AnswerRules = {},
): ProbeAnswer {
  const made = answerOf(vendor, reading);
  if (made.status !== 'present') return made;
  const names = ids(
    vendor,
    made.devices.map((device) => device.reading),
    byBus,
  );
  const devices = made.devices.map((device, at): ProbedDevice => {
    const { health } = device.reading;
    const well = typeof health === 'string' && good?.test(health) === true;
    return {
      ...device,
      id: names[at] ?? device.id,
      ...(well ? healthOf({ ...device.reading, health: 'OK' }) : {}),
    };
  });
  return { ...made, devices };
}

/** Adds what `extra` lists (matched by bus address, else by index) to the devices of `reading`. */
export function joined(reading: Reading, extra: Reading): Reading {
  if (reading.status !== 'present' || extra.status !== 'present') return reading;
  const devices = reading.devices.map((device) => {
    const bus = busAddress(device.busId);
    const same = extra.devices.filter((other) => {
      const otherBus = busAddress(other.busId);
      if (bus === null || otherBus === null) return other.index !== undefined && other.index === device.index;
      return (
        otherBus === bus &&
        (other.index === undefined || device.index === undefined || other.index === device.index)
      );
    });
    return same.length === 1 ? { ...same[0], ...device } : device;
  });
  const { driverVersion, runtimeVersion } = extra;
  return {
    ...reading,
    devices,
    ...(reading.driverVersion === undefined && driverVersion !== undefined ? { driverVersion } : {}),
    ...(reading.runtimeVersion === undefined && runtimeVersion !== undefined ? { runtimeVersion } : {}),
  };
}

/** The card's nodes under /dev as the kernel names them; empty when it does not. */
async function kernelNodes(tools: Tools, bus: string, kind: 'drm' | 'accel'): Promise<string[]> {
  const folder = kind === 'drm' ? '/dev/dri' : '/dev/accel';
  const names = await tools.list(`${pciDevices}/${bus}/${kind}`);
  return names
    .filter((name) => /^(?:card|renderD|accel|accel_controlD)\d+$/.test(name))
    .toSorted()
    .map((name) => `${folder}/${name}`);
}

/**
 * Writes the card's nodes (`/dev/dri/card1 /dev/dri/renderD129`, by PCI address) into `deviceNode`.
 * The number of a render node has nothing to do with the tool's index, so only the kernel can tell.
 */
export async function withNodes(tools: Tools, reading: Reading, kind: 'drm' | 'accel'): Promise<Reading> {
  if (reading.status !== 'present') return reading;
  const devices = await Promise.all(
    reading.devices.map(async (device) => {
      const bus = busAddress(device.busId);
      if (bus === null) return device;
      const nodes = await kernelNodes(tools, bus, kind);
      return {
        ...device,
        ...(nodes.length > 0 && { deviceNode: nodes.join(' ') }),
      };
    }),
  );
  return { ...reading, devices };
}

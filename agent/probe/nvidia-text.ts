/**
 * Reads `nvidia-smi -q` (text). Pure. The text names how many GPUs are attached, and it has no end mark, so an output
 * that lists fewer and stops within one was cut: it is an error and never a smaller machine.
 */
import type { DeviceReading, PartitionReading, ProcessReading, Reading } from './probe.ts';
import { nvidiaError } from './nvidia-errors.ts';
import { throttleOfKeys } from './nvidia-throttle.ts';
import { absent, failed, put } from './reading.ts';
import { count, flag, mib, num, percent, unknown, watts } from './text.ts';
import { type KeyedLine, keyedLines, valueOf, valuesByName } from './text-keyed.ts';

const gpuHeading = /^GPU\s+((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i;

interface Section {
  busId: string;
  lines: KeyedLine[];
}

/** The lines of each GPU; what stands before the first is the head. */
function sectionsOf(lines: readonly KeyedLine[]): { head: KeyedLine[]; gpus: Section[] } {
  const head: KeyedLine[] = [];
  const gpus = new Map<string, Section>();
  let last: Section | undefined;
  for (const line of lines) {
    const busId = line.value === undefined ? gpuHeading.exec(line.key)?.[1] : undefined;
    if (busId === undefined) (last?.lines ?? head).push(line);
    else if (last?.busId !== busId) {
      // Looping (`-l`) prints every GPU again: the last print counts.
      gpus.delete(busId);
      last = { busId, lines: [] };
      gpus.set(busId, last);
    }
  }
  return { head, gpus: [...gpus.values()] };
}

const inside = (line: KeyedLine, name: RegExp): boolean =>
  line.sections.some((section) => name.test(section));

/** Splits lines into blocks that start with `isStart`. */
function blocksOf(lines: readonly KeyedLine[], isStart: (line: KeyedLine) => boolean): KeyedLine[][] {
  const blocks: KeyedLine[][] = [];
  for (const line of lines) {
    if (isStart(line)) blocks.push([]);
    blocks.at(-1)?.push(line);
  }
  return blocks;
}

/** Sum of the volatile uncorrected counts (`SRAM Uncorrectable`, …), or the `Double Bit` total of old drivers. */
function eccUncorrected(lines: readonly KeyedLine[]): number | null | undefined {
  const volatile = lines.filter((line) => inside(line, /^volatile$/i) && line.value !== undefined);
  if (volatile.length === 0) return undefined;
  const old = volatile.find((line) => inside(line, /^double bit$/i) && /^total$/i.test(line.key));
  if (old !== undefined) return count(old.value);
  const counts = volatile
    .filter(({ key }) => /uncorrect/i.test(key))
    .map(({ value }) => count(value))
    .filter((value) => value !== null);
  return counts.length === 0 ? null : counts.reduce((sum, value) => sum + value, 0);
}

function partition(lines: readonly KeyedLine[]): PartitionReading {
  const values = valuesByName(lines);
  const child: PartitionReading = {};
  put(child, 'index', valueOf(values, 'index'), count);
  put(child, 'gi', valueOf(values, 'gpu instance id'), count);
  put(child, 'ci', valueOf(values, 'compute instance id'), count);
  put(child, 'uuid', valueOf(values, 'mig uuid', 'uuid'), unknown);
  put(child, 'memoryTotalMib', valueOf(values, 'fb memory usage>total'), mib);
  put(child, 'memoryUsedMib', valueOf(values, 'fb memory usage>used'), mib);
  put(child, 'sm', valueOf(values, 'multiprocessor count'), count);
  const ecc = eccUncorrected(lines);
  if (ecc !== undefined) child.eccUncorrected = ecc;
  return child;
}

/** Power stands in `Power Readings`, since 535 in `GPU Power Readings`; the module's block is not the GPU. */
function powerValue(values: ReadonlyMap<string, string>, ...names: string[]): string | undefined {
  const full = ['gpu power readings', 'power readings'].flatMap((block) =>
    names.map((name) => `${block}>${name}`),
  );
  const there = full.filter((name) => values.has(name));
  return values.get(there.find((name) => unknown(values.get(name)) !== null) ?? there[0] ?? '');
}

function processesOf(lines: readonly KeyedLine[], device: number): ProcessReading[] {
  const own = lines.filter((line) => inside(line, /^(?:compute )?processes$/i));
  return blocksOf(own, ({ key }) => /^process id$/i.test(key)).flatMap((block) => {
    const values = valuesByName(block);
    const pid = count(values.get('process id'));
    if (pid === null) return [];
    const memoryUsedMib = mib(valueOf(values, 'used gpu memory'));
    return [{ device, pid, name: unknown(values.get('name')), memoryUsedMib }];
  });
}

function deviceOf({ busId, lines }: Section, index: number): DeviceReading {
  const isMig = (line: KeyedLine): boolean =>
    inside(line, /^MIG Devices?$/i) || /^MIG Devices?$/i.test(line.key);
  const values = valuesByName(lines.filter((line) => !isMig(line)));
  const device: DeviceReading = { index };
  put(device, 'minorNumber', valueOf(values, 'minor number'), count);
  put(device, 'model', valueOf(values, 'product name'), unknown);
  put(device, 'architecture', valueOf(values, 'product architecture'), unknown);
  put(device, 'uuid', valueOf(values, 'gpu uuid'), unknown);
  put(device, 'serial', valueOf(values, 'serial number'), unknown);
  put(device, 'busId', valueOf(values, 'pci>bus id', 'bus id') ?? busId, unknown);
  // Drivers before 319 wrote `Memory Usage`, and `Gpu` for the temperature.
  put(device, 'memoryTotalMib', valueOf(values, 'fb memory usage>total', 'memory usage>total'), mib);
  put(device, 'memoryUsedMib', valueOf(values, 'fb memory usage>used', 'memory usage>used'), mib);
  put(device, 'memoryFreeMib', valueOf(values, 'fb memory usage>free', 'memory usage>free'), mib);
  put(device, 'memoryReservedMib', valueOf(values, 'fb memory usage>reserved'), mib);
  put(device, 'utilizationPct', valueOf(values, 'utilization>gpu'), percent);
  put(device, 'temperatureC', valueOf(values, 'gpu current temp', 'temperature>gpu'), num);
  put(device, 'memoryTemperatureC', valueOf(values, 'memory current temp'), num);
  put(device, 'temperatureLimitC', valueOf(values, 'gpu slowdown temp'), num);
  put(device, 'temperatureMarginC', valueOf(values, 'gpu t.limit temp'), num);
  put(device, 'firmware', valueOf(values, 'vbios version'), unknown);
  put(
    device,
    'powerW',
    powerValue(values, 'power draw', 'average power draw', 'instantaneous power draw'),
    watts,
  );
  put(
    device,
    'powerLimitW',
    powerValue(values, 'current power limit', 'power limit', 'enforced power limit'),
    watts,
  );
  put(device, 'clockMhz', valueOf(values, 'clocks>sm'), num);
  put(device, 'memoryClockMhz', valueOf(values, 'clocks>memory'), num);
  put(device, 'computeMode', valueOf(values, 'compute mode'), unknown);
  put(device, 'eccEnabled', valueOf(values, 'ecc mode>current'), flag);
  put(device, 'migEnabled', valueOf(values, 'mig mode>current'), flag);
  put(device, 'recoveryAction', valueOf(values, 'gpu recovery action'), unknown);
  put(device, 'remapPending', valueOf(values, 'remapped rows>pending'), flag);
  put(device, 'remapFailure', valueOf(values, 'remapping failure occurred'), flag);
  const retirement = ['retired pages>pending page blacklist', 'retired pages>pending'];
  put(device, 'pageRetirementPending', valueOf(values, ...retirement), flag);
  const clocks = lines.filter((line) => inside(line, /^Clocks (?:Throttle|Event) Reasons$/i));
  const reasons = throttleOfKeys(clocks.map(({ key, value }) => [key, value ?? ''] as const));
  if (reasons !== undefined) device.throttleReasons = reasons;
  const ecc = eccUncorrected(lines.filter((line) => !isMig(line)));
  if (ecc !== undefined) device.eccUncorrected = ecc;
  const children = blocksOf(
    lines.filter(isMig),
    ({ key, value }) => /^MIG Device$/i.test(key) && value === undefined,
  );
  if (children.length > 0) device.mig = children.map(partition);
  return device;
}

/** Reads the text of `-q`; null when it is none. `args` tell whether sections were left out on purpose (`-d`). */
export function parseFullText(args: string, lines: readonly string[]): Reading | null {
  if (!lines.some((line) => /NVSMI LOG|^\s*Attached GPUs\s*:/i.test(line))) return null;
  const { head, gpus } = sectionsOf(keyedLines(lines));
  const values = valuesByName(head);
  const attached = count(values.get('attached gpus'));
  if (attached === 0) return absent('no GPU is attached');
  if (gpus.length === 0)
    return nvidiaError(lines) ?? failed('the output ended before the first GPU was named');
  // `Processes` (at first `Compute Processes`) is the last block that every driver prints for every GPU.
  const ended =
    /(?:^|\s)(?:-d|--display)/.test(args) ||
    gpus.at(-1)?.lines.some(({ key }) => /^(?:compute )?processes$/i.test(key));
  const chosen = /(?:^|\s)(?:-i|--id)/.test(args);
  const fewer = attached !== null && gpus.length < attached;
  if (fewer && !chosen && ended !== true)
    return failed(`the output ended early: ${attached} GPUs attached, ${gpus.length - 1} listed whole`);
  // Fewer whole GPUs than attached: one was asked for (`-i`, unless the arguments say otherwise), or the cut fell between two.
  const whole = ended === true && (!fewer || chosen);
  return {
    status: 'present',
    devices: gpus.map(deviceOf),
    driverVersion: unknown(values.get('driver version')),
    runtimeVersion: unknown(values.get('cuda version')),
    processes: gpus.flatMap(({ lines: own }, index) => processesOf(own, index)),
    ...(whole ? {} : { truncated: true }),
  };
}

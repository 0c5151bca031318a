/**
 * Reads amd-smi: JSON (ROCm 6: a list; ROCm 7: `{"gpu_data": [...]}`) and indented text; its tables and rows are read in
 * `amdsmi-rows.ts`. Pure.
 *
 * JSON and text have the same names (`"market_name"`, `MARKET_NAME:`), so both become one tree. A number is
 * `{"value": 42, "unit": "W"}`, `"42 W"`, `42` or `"N/A"`, in one and the same output.
 */
import type { DeviceReading, ProcessReading, Reading } from './probe.ts';
import { type Json, type JsonObject, listOf, member, objectOf, readJson, textOf } from './json.ts';
import { put } from './reading.ts';
import { fromCsv, fromLinkTable, fromMonitor, fromTable, versionOf } from './amdsmi-rows.ts';
import { printedBus } from './table.ts';
import { cleanLines, count, mib, num, unknown, watts } from './text.ts';

type Present = Extract<Reading, { status: 'present' }>;

/** The scalar at a path of names, its unit behind it; undefined when nothing is there. */
function scalar(object: JsonObject | undefined, ...path: RegExp[]): string | undefined {
  let at: Json | undefined = object;
  for (const name of path) at = member(objectOf(at), name);
  const found = objectOf(at);
  if (found === undefined) return typeof at === 'string' ? at : undefined;
  const value = textOf(found, /^value$/i);
  const unit = textOf(found, /^unit$/i) ?? '';
  return value === undefined || unknown(value) === null ? value : `${value} ${unit}`.trim();
}

/** The first of several places that has a value, else the first that is there at all. */
function first(...found: (string | undefined)[]): string | undefined {
  return (
    found.find((each) => each !== undefined && unknown(each) !== null) ??
    found.find((each) => each !== undefined)
  );
}

const degrees = (value: string): number | null => num(value.replace(/ /g, ''));

function staticFields(device: DeviceReading, gpu: JsonObject): void {
  put(
    device,
    'model',
    first(scalar(gpu, /^asic$/i, /^market_name$/i), scalar(gpu, /^board$/i, /^product_name$/i)),
    unknown,
  );
  put(device, 'uuid', scalar(gpu, /^uuid$/i), unknown);
  put(
    device,
    'serial',
    first(scalar(gpu, /^asic$/i, /^asic_serial$/i), scalar(gpu, /^board$/i, /^product_serial$/i)),
    unknown,
  );
  put(device, 'busId', first(scalar(gpu, /^bdf$/i), scalar(gpu, /^bus$/i, /^bdf$/i)), printedBus);
  put(device, 'architecture', scalar(gpu, /^asic$/i, /^target_graphics_version$/i), unknown);
  put(device, 'numaNode', scalar(gpu, /^numa$/i, /^node$/i), count);
  put(
    device,
    'memoryTotalMib',
    first(scalar(gpu, /^vram$/i, /^size(?:_mb)?$/i), scalar(gpu, /^vram$/i, /^vram_size(?:_mb)?$/i)),
    mib,
  );
  // The cap in force, and only where it is not told the most that it may be; ROCm 7 has them in a block.
  const caps = [/^socket_power(?:_limit)?$/i, /^power_cap$/i, /^max_power(?:_limit)?$/i];
  const limits = caps.flatMap((name) => [
    scalar(gpu, /^limit$/i, name),
    scalar(gpu, /^limit$/i, /^ppt0$/i, name),
  ]);
  put(device, 'powerLimitW', first(...limits), watts);
  const slowdown = ['edge', 'hotspot'].map((sensor) =>
    scalar(gpu, /^limit$/i, new RegExp(`^slowdown_${sensor}(?:_temperature)?$`, 'i')),
  );
  put(device, 'temperatureLimitC', first(...slowdown), degrees);
  const bios = [/^vbios$/i, /^ifwi$/i].flatMap((block) => [
    scalar(gpu, block, /^version$/i),
    scalar(gpu, block, /^part_number$/i),
  ]);
  put(device, 'firmware', first(...bios), unknown);
  const compute = scalar(gpu, /^partition$/i, /^(?:compute_partition|accelerator_partition)$/i);
  const memory = scalar(gpu, /^partition$/i, /^memory_partition$/i);
  if (compute !== undefined && memory !== undefined)
    put(device, 'mode', unknown(compute) === null ? compute : `${compute}/${memory}`, unknown);
}

function metricFields(device: DeviceReading, gpu: JsonObject): void {
  put(device, 'memoryTotalMib', scalar(gpu, /^mem_usage$/i, /^total_vram$/i), mib);
  put(device, 'memoryUsedMib', scalar(gpu, /^mem_usage$/i, /^used_vram$/i), mib);
  put(device, 'memoryFreeMib', scalar(gpu, /^mem_usage$/i, /^free_vram$/i), mib);
  put(device, 'utilizationPct', scalar(gpu, /^usage$/i, /^gfx_(?:activity|usage)$/i), num);
  const sensors = [/^edge(?:_temperature)?$/i, /^(?:hotspot|junction)(?:_temperature)?$/i];
  put(device, 'temperatureC', first(...sensors.map((name) => scalar(gpu, /^temperature$/i, name))), degrees);
  put(
    device,
    'memoryTemperatureC',
    scalar(gpu, /^temperature$/i, /^(?:mem|vram)(?:_temperature)?$/i),
    degrees,
  );
  const power = /^(?:(?:average_|current_)?socket_power|current_power)$/i;
  put(device, 'powerW', scalar(gpu, /^power$/i, power), watts);
  put(device, 'powerLimitW', scalar(gpu, /^power$/i, /^(?:power_cap|power_limit)$/i), watts);
  const throttled = scalar(gpu, /^power$/i, /^throttle_status$/i);
  if (throttled !== undefined && /^(?:un)?throttled$/i.test(throttled))
    device.throttleReasons = /^un/i.test(throttled) ? [] : ['throttled'];
  put(device, 'clockMhz', scalar(gpu, /^clock$/i, /^gfx(?:_0)?$/i, /^(?:clk|cur_clk)$/i), num);
  put(device, 'memoryClockMhz', scalar(gpu, /^clock$/i, /^mem(?:_0)?$/i, /^(?:clk|cur_clk)$/i), num);
  put(device, 'eccUncorrected', scalar(gpu, /^ecc$/i, /^(?:total_)?uncorrectable(?:_count)?$/i), count);
}

/** `amd-smi monitor --json` has no sections: its names stand beside the index. */
function monitorFields(device: DeviceReading, gpu: JsonObject): void {
  put(device, 'powerW', scalar(gpu, /^power_usage$/i), watts);
  put(device, 'temperatureC', scalar(gpu, /^hotspot_temperature$/i), degrees);
  put(device, 'memoryTemperatureC', scalar(gpu, /^memory_temperature$/i), degrees);
  put(device, 'utilizationPct', scalar(gpu, /^gfx$/i), num);
  put(device, 'memoryUsedMib', scalar(gpu, /^vram_used$/i), mib);
  put(device, 'memoryTotalMib', scalar(gpu, /^vram_total$/i), mib);
}

function processesOf(device: number | null, gpu: JsonObject): ProcessReading[] {
  return listOf(member(gpu, /^process_(?:list|info)$/i)).flatMap((each) => {
    const info = objectOf(member(objectOf(each), /^process_info$/i)) ?? objectOf(each);
    const pid = count(textOf(info, /^pid$/i));
    if (pid === null) return [];
    const memory = first(scalar(info, /^memory_usage$/i, /^vram_mem$/i), scalar(info, /^vram_mem$/i));
    const name = scalar(info, /^name$/i);
    return [
      {
        device,
        pid,
        ...(name !== undefined && { name: unknown(name) }),
        ...(memory !== undefined && { memoryUsedMib: mib(memory) }),
      },
    ];
  });
}

/** What objects with a `gpu` member say. */
function readGpus(gpus: readonly JsonObject[], truncated: boolean): Present | null {
  const devices = new Map<number, DeviceReading>();
  const processes: ProcessReading[] = [];
  let driver: string | undefined;
  for (const gpu of gpus) {
    const index = count(scalar(gpu, /^gpu(?:_id)?$/i));
    if (index === null) continue;
    const device = devices.get(index) ?? { index };
    devices.set(index, device);
    staticFields(device, gpu);
    metricFields(device, gpu);
    monitorFields(device, gpu);
    processes.push(...processesOf(index, gpu));
    driver ??= scalar(gpu, /^driver$/i, /^(?:driver_)?version$/i);
  }
  if (devices.size === 0) return null;
  return {
    status: 'present',
    devices: [...devices.values()],
    ...(driver === undefined ? {} : { driverVersion: versionOf(driver) }),
    ...(processes.length === 0 ? {} : { processes }),
    ...(truncated ? { truncated } : {}),
  };
}

/** Objects with a `gpu` member in any of the wrappings of ROCm 6 and 7. */
function gpusIn(values: readonly Json[]): JsonObject[] {
  return values.flatMap((value) => {
    const wrapped = member(objectOf(value), /^gpu_data$/i);
    return listOf(wrapped ?? value).flatMap((each) => objectOf(each) ?? []);
  });
}

/** Indented text as objects: `GPU: 0` begins one, `KEY:` without a value a section. */
function gpusInText(lines: readonly string[]): JsonObject[] {
  const gpus: Map<string, Json>[] = [];
  let open: { indent: number; members: Map<string, Json> }[] = [];
  for (const line of lines) {
    const match = /^(\s*)([A-Za-z][\w /]*):(?:\s+(.*))?$/.exec(line);
    if (match === null) continue;
    const [, blanks = '', name = '', value = ''] = match;
    const indent = blanks.length;
    if (/^GPU$/i.test(name) && count(value) !== null) {
      const members = new Map<string, Json>([['gpu', value]]);
      gpus.push(members);
      open = [{ indent, members }];
      continue;
    }
    while (open.length > 1 && (open.at(-1)?.indent ?? 0) >= indent) open.pop();
    const inside = open.at(-1)?.members;
    if (inside === undefined) continue;
    const section = new Map<string, Json>();
    const before = inside.get(name);
    if (before === undefined) inside.set(name, value === '' ? section : value);
    // A section that comes again is one more of its kind (`PROCESS_INFO:`).
    else if (value === '' && typeof before !== 'string') inside.set(name, [...listOf(before), section]);
    if (value === '') open.push({ indent, members: section });
  }
  return gpus;
}

/** Any output of amd-smi that lists GPUs; null when the text does not. */
export function readAmdSmi(text: string): Present | null {
  const lines = cleanLines(text);
  const { values, truncated } = readJson(lines.join('\n'));
  return (
    readGpus(gpusIn(values), truncated) ??
    fromTable(lines) ??
    fromMonitor(lines) ??
    readGpus(gpusInText(lines), false) ??
    fromCsv(lines) ??
    fromLinkTable(lines)
  );
}

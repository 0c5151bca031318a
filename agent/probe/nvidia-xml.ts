/**
 * Reads `nvidia-smi -q -x` (DTD v10 to v13). Pure. The schema number does not tell the layout (525 says v12 and keeps
 * the blocks of v11), so every value is looked for in each place that it has had; children are only looked for directly
 * in their block, because MIG devices and power modules repeat the names of the GPU's own.
 */
import type { DeviceReading, PartitionReading, ProcessReading, Reading } from './probe.ts';
import { absent, failed, put } from './reading.ts';
import { count, flag, mib, num, percent, unknown, watts } from './text.ts';
import { throttleOfKeys } from './nvidia-throttle.ts';
import { childAt, readXml, textAt, type XmlElement } from './text-xml.ts';

/** Nine tenths of the text of a card, and nothing that we read. */
const skipped = new Set(['supported_clocks', 'accounted_processes', 'encoder_stats', 'fbc_stats']);

function firstText(from: XmlElement, ...paths: string[]): string | undefined {
  const texts = paths.map((path) => textAt(from, ...path.split('/')));
  return texts.find((text) => unknown(text) !== null) ?? texts.find((text) => text !== undefined);
}

/** Uncorrected errors since the driver was loaded: the total where printed (v10), else all memories (v11+). */
function eccUncorrected(from: XmlElement, block: string): number | null | undefined {
  const volatile = childAt(from, ...block.split('/'));
  if (volatile === undefined) return undefined;
  const total = textAt(volatile, 'double_bit', 'total');
  if (total !== undefined) return count(total);
  const counts = volatile.children
    .filter(({ name, closed }) => closed && /uncorrect/.test(name))
    .map(({ text }) => count(text))
    .filter((value) => value !== null);
  return counts.length === 0 ? null : counts.reduce((sum, value) => sum + value, 0);
}

function partition(from: XmlElement): PartitionReading {
  const child: PartitionReading = {};
  put(child, 'index', textAt(from, 'index'), count);
  put(child, 'gi', textAt(from, 'gpu_instance_id'), count);
  put(child, 'ci', textAt(from, 'compute_instance_id'), count);
  put(child, 'uuid', textAt(from, 'uuid'), unknown);
  put(child, 'memoryTotalMib', textAt(from, 'fb_memory_usage', 'total'), mib);
  put(child, 'memoryUsedMib', textAt(from, 'fb_memory_usage', 'used'), mib);
  put(child, 'sm', textAt(from, 'device_attributes', 'shared', 'multiprocessor_count'), count);
  const ecc = eccUncorrected(from, 'ecc_error_count/volatile_count');
  if (ecc !== undefined) child.eccUncorrected = ecc;
  return child;
}

function busIdOf(gpu: XmlElement): string | undefined {
  return textAt(gpu, 'pci', 'pci_bus_id') ?? /id="([^"]*)"/.exec(gpu.attributes)?.[1];
}

/** Reasons that read Active, in the block of either name (`clocks_event_reasons` since 535). */
function throttleReasons(gpu: XmlElement): string[] | undefined {
  const block = childAt(gpu, 'clocks_event_reasons') ?? childAt(gpu, 'clocks_throttle_reasons');
  const closed = block?.children.filter((child) => child.closed) ?? [];
  return throttleOfKeys(closed.map(({ name, text }) => [name, text] as const));
}

function deviceOf(gpu: XmlElement, index: number): DeviceReading {
  const device: DeviceReading = { index };
  put(device, 'minorNumber', textAt(gpu, 'minor_number'), count);
  put(device, 'model', textAt(gpu, 'product_name'), unknown);
  put(device, 'architecture', textAt(gpu, 'product_architecture'), unknown);
  put(device, 'uuid', textAt(gpu, 'uuid'), unknown);
  put(device, 'serial', textAt(gpu, 'serial'), unknown);
  put(device, 'busId', busIdOf(gpu), unknown);
  put(device, 'memoryTotalMib', textAt(gpu, 'fb_memory_usage', 'total'), mib);
  put(device, 'memoryUsedMib', textAt(gpu, 'fb_memory_usage', 'used'), mib);
  put(device, 'memoryFreeMib', textAt(gpu, 'fb_memory_usage', 'free'), mib);
  put(device, 'memoryReservedMib', textAt(gpu, 'fb_memory_usage', 'reserved'), mib);
  put(device, 'utilizationPct', textAt(gpu, 'utilization', 'gpu_util'), percent);
  put(device, 'temperatureC', textAt(gpu, 'temperature', 'gpu_temp'), num);
  put(device, 'memoryTemperatureC', textAt(gpu, 'temperature', 'memory_temp'), num);
  put(device, 'temperatureLimitC', textAt(gpu, 'temperature', 'gpu_temp_slow_threshold'), num);
  put(device, 'temperatureMarginC', textAt(gpu, 'temperature', 'gpu_temp_tlimit'), num);
  put(device, 'firmware', textAt(gpu, 'vbios_version'), unknown);
  put(device, 'powerW', powerText(gpu, 'power_draw', 'average_power_draw', 'instant_power_draw'), watts);
  put(
    device,
    'powerLimitW',
    powerText(gpu, 'current_power_limit', 'power_limit', 'enforced_power_limit'),
    watts,
  );
  put(device, 'clockMhz', textAt(gpu, 'clocks', 'sm_clock'), num);
  put(device, 'memoryClockMhz', textAt(gpu, 'clocks', 'mem_clock'), num);
  put(device, 'computeMode', textAt(gpu, 'compute_mode'), unknown);
  put(device, 'eccEnabled', textAt(gpu, 'ecc_mode', 'current_ecc'), flag);
  put(device, 'migEnabled', textAt(gpu, 'mig_mode', 'current_mig'), flag);
  put(device, 'recoveryAction', textAt(gpu, 'gpu_recovery_action'), unknown);
  put(device, 'remapPending', textAt(gpu, 'remapped_rows', 'remapped_row_pending'), flag);
  put(device, 'remapFailure', textAt(gpu, 'remapped_rows', 'remapped_row_failure'), flag);
  const retirement = firstText(gpu, 'retired_pages/pending_retirement', 'retired_pages/pending_blacklist');
  put(device, 'pageRetirementPending', retirement, flag);
  const ecc = eccUncorrected(gpu, 'ecc_errors/volatile');
  if (ecc !== undefined) device.eccUncorrected = ecc;
  const children = childAt(gpu, 'mig_devices')?.children.filter(
    ({ name, closed }) => closed && name === 'mig_device',
  );
  if (children !== undefined && children.length > 0) device.mig = children.map(partition);
  const reasons = throttleReasons(gpu);
  if (reasons !== undefined) device.throttleReasons = reasons;
  return device;
}

/** 535 moved the block (`gpu_power_readings`); its twins for memory and module are not the GPU. */
function powerText(gpu: XmlElement, ...names: string[]): string | undefined {
  return firstText(
    gpu,
    ...['gpu_power_readings', 'power_readings'].flatMap((block) => names.map((name) => `${block}/${name}`)),
  );
}

function processesOf(gpu: XmlElement, device: number): ProcessReading[] {
  const rows = childAt(gpu, 'processes')?.children.filter(({ name }) => name === 'process_info') ?? [];
  return rows.flatMap((row) => {
    const pid = count(textAt(row, 'pid'));
    if (pid === null) return [];
    const memoryUsedMib = mib(textAt(row, 'used_memory'));
    return [{ device, pid, name: unknown(textAt(row, 'process_name')), memoryUsedMib }];
  });
}

/**
 * Reads the last whole log of the text (looping prints several). `attached_gpus` may count more than the log holds
 * (535.54.03 says 4 for one), so it only decides about a log that was cut.
 */
export function parseXml(text: string): Reading {
  const start = text.indexOf('<nvidia_smi_log');
  const logs = readXml(start < 0 ? '' : text.slice(start), skipped).children.filter(
    ({ name }) => name === 'nvidia_smi_log',
  );
  const log = logs.findLast(({ closed }) => closed) ?? logs.at(-1);
  const gpus = log?.children.filter(({ name, closed }) => name === 'gpu' && closed) ?? [];
  const attached = count(textAt(log, 'attached_gpus'));
  if (log?.closed !== true && gpus.length < Math.max(attached ?? 1, 1))
    return failed(`the XML ended early: ${gpus.length} of ${attached ?? 'unknown'} GPUs are complete`);
  if (gpus.length === 0)
    return attached === 0 ? absent('no GPU is attached') : failed('the XML holds no GPU');
  return {
    status: 'present',
    devices: gpus.map(deviceOf),
    driverVersion: unknown(textAt(log, 'driver_version')),
    runtimeVersion: unknown(textAt(log, 'cuda_version')),
    processes: gpus.flatMap(processesOf),
    ...(log?.closed === true ? {} : { truncated: true }),
  };
}

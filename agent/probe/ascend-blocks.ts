/**
 * Reads the `key : value` outputs of npu-smi (`-l`, `-t board|usages|common|memory|health|ecc|power|temp`), the id map
 * (`-m`) and the scrolling table (`watch`). Pure. A chip's id stands first in its block (`-t common`) or last
 * (`-t usages`); the management controller (`mcu`) repeats the chip's keys and is no accelerator.
 */
import type { DeviceReading, Reading } from './probe.ts';
import { put } from './reading.ts';
import { count, mib, num, percent, unknown, watts, wideSplit } from './text.ts';
import { withIndexes } from './ascend-table.ts';

type Block = Map<string, string>;

/** `HBM Usage Rate(%)` and `Hbm Usage Rate (%)` are one key. */
function keyOf(key: string): string {
  return key.toLowerCase().replace(/\s+/g, ' ').replace(' (', '(').trim();
}

/** Blocks of pairs: parted by blank lines, by a key that comes again, and before the controller's name. */
function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [new Map()];
  for (const line of lines) {
    const at = line.indexOf(':');
    if (at < 0) {
      if (line.trim() === '' && blocks.at(-1)?.size !== 0) blocks.push(new Map());
      continue;
    }
    const key = keyOf(line.slice(0, at));
    const value = line.slice(at + 1).trim();
    const again = blocks.at(-1)?.has(key) === true || (key === 'chip name' && /^mcu$/i.test(value));
    if (again && blocks.at(-1)?.size !== 0) blocks.push(new Map());
    blocks.at(-1)?.set(key, value);
  }
  return blocks.filter((block) => block.size > 0);
}

const isController = (block: Block): boolean => /^mcu$/i.test(block.get('chip name') ?? '');

function first(block: Block, ...keys: string[]): string | undefined {
  const key = keys.find((each) => block.has(each));
  return key === undefined ? undefined : block.get(key);
}

function readMemory(device: DeviceReading, block: Block): void {
  const hbm = mib(block.get('hbm capacity(mb)'));
  const ddr = first(block, 'ddr capacity(mb)', 'memory capacity(mb)');
  if (hbm !== null && hbm > 0) {
    device.memoryTotalMib = hbm;
    const ddrMib = mib(ddr);
    if (ddrMib !== null && ddrMib > 0) device.ddrTotalMib = ddrMib;
  } else put(device, 'memoryTotalMib', ddr ?? block.get('hbm capacity(mb)'), mib);
  put(device, 'hbmUsagePct', block.get('hbm usage rate(%)'), percent);
  // With HBM the DDR rate is not the device's memory.
  if (!block.has('hbm usage rate(%)'))
    put(device, 'memoryUsagePct', first(block, 'ddr usage rate(%)', 'memory usage rate(%)'), percent);
}

function readBlock(device: DeviceReading, block: Block): void {
  put(device, 'chip', block.get('chip id'), count);
  put(device, 'physicalId', first(block, 'chip phy-id', 'chip phy id', 'chip physical id'), count);
  put(device, 'model', first(block, 'chip name', 'model'), unknown);
  put(device, 'serial', block.get('serial number'), unknown);
  put(device, 'busId', block.get('pcie bus info'), unknown);
  put(device, 'firmware', block.get('firmware version'), unknown);
  put(device, 'chipCount', block.get('chip count'), count);
  put(device, 'health', first(block, 'health', 'health status'), unknown);
  put(device, 'utilizationPct', first(block, 'aicore usage rate(%)', 'ai core usage rate(%)'), percent);
  put(device, 'temperatureC', first(block, 'temperature(c)', 'npu temperature(c)'), num);
  put(device, 'memoryTemperatureC', block.get('hbm temperature(c)'), num);
  put(device, 'powerW', first(block, 'npu real-time power(w)', 'power dissipation(w)', 'power(w)'), watts);
  put(device, 'clockMhz', first(block, 'aicore curfreq(mhz)', 'aicore freq(mhz)'), num);
  put(
    device,
    'eccUncorrected',
    first(block, 'hbm double bit error count', 'hbm double-bit error count', 'ddr double bit error count'),
    count,
  );
  readMemory(device, block);
}

/** Whether a block only names a card, and what follows belongs to it. */
function isHead(block: Block): boolean {
  return [...block.keys()].every((key) => /^(?:npu id|chip count|slot id|product name|card id)$/.test(key));
}

/** Each chip once; where blocks name chips, one that names none is a heading or was torn from its chip. */
function distinct(devices: readonly DeviceReading[]): DeviceReading[] {
  const seen = new Set<string>();
  const chips = devices.some(({ chip }) => typeof chip === 'number');
  return devices.filter(({ card, chip }) => {
    if (typeof (chips ? chip : card) !== 'number') return false;
    const key = `${card}/${chip}`;
    return seen.size !== seen.add(key).size;
  });
}

/** Reads key and value blocks; null when no block names an NPU. */
export function parseBlocks(lines: readonly string[]): Reading | null {
  const blocks = blocksOf(lines);
  if (!blocks.some((block) => block.has('npu id') || block.has('chip id'))) return null;
  const devices: DeviceReading[] = [];
  let head: Block = new Map();
  let used = true;
  const closeHead = (): void => {
    if (used || !head.has('npu id')) return;
    const device: DeviceReading = {};
    put(device, 'card', head.get('npu id'), count);
    readBlock(device, head);
    devices.push(device);
  };
  for (const block of blocks) {
    if (isController(block)) continue;
    if (block.has('npu id') && isHead(block)) {
      closeHead();
      head = block;
      used = false;
      continue;
    }
    if (!block.has('npu id') && !block.has('chip id') && used) continue;
    const device: DeviceReading = {};
    if (block.has('npu id')) {
      closeHead();
      head = block;
    }
    put(device, 'card', head.get('npu id'), count);
    readBlock(device, block);
    used = true;
    devices.push(device);
  }
  closeHead();
  const total = count(blocks.find((block) => block.has('total count'))?.get('total count'));
  const list = distinct(devices);
  if (list.length === 0) return null;
  const driver = blocks.find((block) => block.has('software version'))?.get('software version');
  return {
    status: 'present',
    devices: list.some(({ chip }) => typeof chip === 'number') ? withIndexes(list) : list,
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(total !== null && total > list.length ? { truncated: true } : {}),
  };
}

const mapHeader = /NPU ID|Slot ID|Chip Phy-?\s?ID|Chip Physical ID|Chip Logic ID|Chip ID|Chip Name/gi;

/** Reads `-m`; null when there is no header of it. All columns but the last (the name) are numbers or `-`. */
export function parseMap(lines: readonly string[]): Reading | null {
  const start = lines.findIndex((line) => /NPU ID\s.*Chip ID\s.*Chip Name/i.test(line));
  if (start < 0) return null;
  const names = (lines[start]?.match(mapHeader) ?? []).map((name) => name.toLowerCase());
  const devices: DeviceReading[] = [];
  for (const line of lines.slice(start + 1)) {
    const words = line.trim().split(/\s+/);
    const row = new Map(names.map((name, at) => [name, words[at]]));
    const model = words.slice(names.length - 1).join(' ');
    const card = count(row.get('npu id'));
    const chip = count(row.get('chip id'));
    const numbers = words.slice(0, names.length - 1).every((word) => /^(?:\d+|-|NA|N\/A)$/i.test(word));
    // What has no logic id is a management controller, whatever its name.
    if (row.has('chip logic id') && count(row.get('chip logic id')) === null) continue;
    if (!numbers || words.length < names.length || card === null || chip === null || /^mcu$/i.test(model))
      continue;
    const device: DeviceReading = { card, chip, model: unknown(model) };
    put(device, 'index', row.get('chip logic id'), count);
    for (const [name, word] of row) if (/phy/.test(name)) put(device, 'physicalId', word, count);
    if (!devices.some((each) => each.card === card && each.chip === chip)) devices.push(device);
  }
  return { status: 'present', devices };
}

/** Columns of `npu-smi info watch`, by the start of their names. */
const watchColumns: readonly [RegExp, 'powerW' | 'temperatureC' | 'utilizationPct' | 'memoryUsagePct'][] = [
  [/^pwr|^power/i, 'powerW'],
  [/^temp/i, 'temperatureC'],
  [/^ai ?core\(/i, 'utilizationPct'],
  [/^memory\(/i, 'memoryUsagePct'],
];

/** Reads `watch`; null when there is no header of it. The last row of each chip is its value. */
export function parseWatch(lines: readonly string[]): Reading | null {
  const isHeader = (line: string): boolean =>
    /NpuID|NPU ID/i.test(line) && /ChipId|Chip ID/i.test(line) && /AI ?Core/i.test(line);
  const header = lines.find(isHeader);
  if (header === undefined) return null;
  const names = wideSplit(header);
  const byChip = new Map<string, DeviceReading>();
  for (const line of lines) {
    const words = line.trim().split(/\s+/);
    const card = count(words[0]);
    const chip = count(words[1]);
    if (words.length !== names.length || card === null || chip === null) continue;
    const samples = (byChip.get(`${card}/${chip}`)?.samples ?? 0) + 1;
    const device: DeviceReading = { card, chip, samples };
    for (const [pattern, key] of watchColumns)
      put(device, key, words[names.findIndex((name) => pattern.test(name))], num);
    byChip.set(`${card}/${chip}`, device);
  }
  return { status: 'present', devices: withIndexes([...byChip.values()]) };
}

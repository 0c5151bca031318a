/**
 * Reads the `key : value` outputs of npu-smi (`-l`, `-t board|usages|common|memory|health|ecc|power|temp`). Pure. A chip's
 * id stands first in its block (`-t common`), last (`-t usages`), or nowhere: a query for one chip (`-c`) does not repeat
 * it, and a 950 has none. The management controllers (`mcu`, `3559`) repeat the chip's keys and are no accelerators.
 */
import type { DeviceReading, Reading } from './probe.ts';
import { askedChip, withIndexes } from './ascend-chip.ts';
import { put } from './reading.ts';
import { count, flag, mib, num, percent, unknown, watts } from './text.ts';

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
    const open = blocks.at(-1);
    // A source may have lost the blank line above the controller; what only has ids so far is the controller itself.
    const next = key === 'chip name' && controller.test(value) && [...(open?.keys() ?? [])].some(isFact);
    if ((open?.has(key) === true || next) && open?.size !== 0) blocks.push(new Map());
    blocks.at(-1)?.set(key, value);
  }
  return blocks.filter((block) => block.size > 0);
}

const controller = /^(?:mcu|3559)$/i;
const isFact = (key: string): boolean => !/^(?:npu id|chip id|chip type|chip count)$/.test(key);
/** Flash has a capacity too. */
const isOther = (block: Block): boolean =>
  controller.test(block.get('chip name') ?? '') || block.has('flash id') || block.has('flash count');

function first(block: Block, ...keys: string[]): string | undefined {
  const key = keys.find((each) => block.has(each));
  return key === undefined ? undefined : block.get(key);
}

function readMemory(device: DeviceReading, block: Block): void {
  const hbm = mib(block.get('hbm capacity(mb)'));
  // 310: `Capacity(MB)` is what can be used, `Total Capacity(MB)` what is built in.
  const ddr = first(block, 'ddr capacity(mb)', 'memory capacity(mb)', 'capacity(mb)');
  if (hbm !== null && hbm > 0) {
    device.memoryTotalMib = hbm;
    const ddrMib = mib(ddr);
    if (ddrMib !== null && ddrMib > 0) device.ddrTotalMib = ddrMib;
  } else {
    // A 910B says 0 of its DDR: where the line of its HBM is missing, nothing is known of its memory.
    const only = ddr ?? block.get('hbm capacity(mb)');
    put(device, 'memoryTotalMib', only, (word) => mib(word) || null);
  }
  put(device, 'hbmUsagePct', block.get('hbm usage rate(%)'), percent);
  // With HBM the DDR rate is not the device's memory.
  if (!block.has('hbm usage rate(%)'))
    put(device, 'memoryUsagePct', first(block, 'ddr usage rate(%)', 'memory usage rate(%)'), percent);
  put(
    device,
    'memoryClockMhz',
    first(block, 'hbm clock speed(mhz)', 'ddr clock speed(mhz)', 'clock speed(mhz)'),
    num,
  );
}

/** The worst of the memories: an error of one is not hidden by the other. */
function readEcc(device: DeviceReading, block: Block): void {
  const counts = [...block].filter(([key]) => /double[ -]bit error count$/.test(key));
  const known = counts.map(([, value]) => count(value)).filter((value) => value !== null);
  if (counts.length > 0) device.eccUncorrected = known.length === 0 ? null : Math.max(...known);
  const [, enabled] = [...block].find(([key]) => /ecc[- ]enable(?:d)?(?: status)?$/.test(key)) ?? [];
  put(device, 'eccEnabled', enabled, flag);
}

function readBlock(device: DeviceReading, block: Block): void {
  put(device, 'chip', block.get('chip id'), count);
  put(device, 'physicalId', first(block, 'chip phy-id', 'chip phy id', 'chip physical id'), count);
  put(device, 'model', first(block, 'chip name', 'npu name', 'model'), unknown);
  put(device, 'serial', block.get('serial number'), unknown);
  put(device, 'busId', block.get('pcie bus info'), unknown);
  put(device, 'firmware', block.get('firmware version'), unknown);
  put(device, 'chipCount', block.get('chip count'), count);
  put(device, 'health', first(block, 'health', 'health status'), unknown);
  const load = first(block, 'aicore usage rate(%)', 'ai core usage rate(%)', 'npu utilization(%)');
  put(device, 'utilizationPct', load, percent);
  put(device, 'temperatureC', first(block, 'temperature(c)', 'npu temperature(c)'), num);
  put(device, 'memoryTemperatureC', block.get('hbm temperature(c)'), num);
  // On a 310 the power of the chip is called its rated power: it is the number that the table shows as Power.
  const power = ['npu real-time power(w)', 'power dissipation(w)', 'power(w)', 'rated power dissipation(w)'];
  put(device, 'powerW', first(block, ...power), watts);
  put(device, 'clockMhz', first(block, 'aicore curfreq(mhz)', 'aicore freq(mhz)'), num);
  readEcc(device, block);
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

/** Keys that no other program prints: they show that a block without ids is a chip's. */
const telling =
  /^(?:aicore|hbm|ddr|ctrlcpu|memory) .*\((?:%|mb|mhz|c)\)$|^(?:health status|capacity\(mb\))$|bit error count$|^(?:npu )?temperature\(c\)$|power(?: dissipation)?\(w\)$/;

/** The one chip of a query that names it (`-i 0 -c 0`), null when the blocks say nothing of a chip. */
function namedByArgs(blocks: readonly Block[], args: string): Reading | null {
  const block = blocks.find((each) => !isOther(each) && [...each.keys()].some((key) => telling.test(key)));
  if (block === undefined) return null;
  const device: DeviceReading = { position: 0, ...askedChip(args) };
  readBlock(device, block);
  return { status: 'present', devices: [device] };
}

/** Chips in the order of the text; a block without a card's id belongs to the card above it. */
function chipsOf(blocks: readonly Block[]): DeviceReading[] {
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
    if (isOther(block)) continue;
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
  return devices;
}

/** Reads key and value blocks; null when no block speaks of an NPU. */
export function parseBlocks(lines: readonly string[], args: string): Reading | null {
  const blocks = blocksOf(lines);
  if (!blocks.some((block) => block.has('npu id') || block.has('chip id'))) return namedByArgs(blocks, args);
  const total = count(first(new Map(blocks.flatMap((block) => [...block])), 'total count', 'card count'));
  const list = distinct(chipsOf(blocks));
  if (list.length === 0) return null;
  const driver = blocks.find((block) => block.has('software version'))?.get('software version');
  // Where nothing counts chips (950), the id of the NPU is its index.
  const chips = list.some(({ chip }) => typeof chip === 'number');
  const counted = blocks.some((block) => block.has('chip count'));
  return {
    status: 'present',
    devices: chips || !counted ? withIndexes(list) : list,
    ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
    ...(total !== null && total > list.length ? { truncated: true } : {}),
  };
}

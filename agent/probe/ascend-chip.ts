/** What tells one Ascend chip from another, shared by the readers of npu-smi's outputs. Pure. */
import type { DeviceReading } from './probe.ts';
import { count } from './text.ts';

/** The card and chip that a query was made for. */
export interface AskedChip {
  card?: number;
  chip?: number;
}

/** `-i CARD -c CHIP` of the arguments: outputs for one chip do not repeat them. Empty where they are not given. */
export function askedChip(args: string): AskedChip {
  const of = (flag: 'i' | 'c'): number | null =>
    count(new RegExp(`(?:^|\\s)-${flag}[= ]\\s*(\\d{1,10})(?:\\s|$)`).exec(args)?.[1]);
  const [card, chip] = [of('i'), of('c')];
  return { ...(card === null ? {} : { card }), ...(chip === null ? {} : { chip }) };
}

/**
 * Where nothing gives an index: the NPU id when each NPU has one chip (so that a lost card leaves a hole), else the order.
 * A second chip that is shown without the first one has no index: nobody can tell how many chips the cards before have.
 */
export function withIndexes(devices: readonly DeviceReading[]): DeviceReading[] {
  const single = new Set(devices.map(({ card }) => card)).size === devices.length;
  return devices.map((device, at) => {
    if (typeof device.index === 'number' || (single && (device.chip ?? 0) > 0)) return device;
    // Alone and without its NPU id (a line is missing) it may be any of the machine's.
    if (devices.length === 1 && typeof device.card !== 'number') return device;
    return { ...device, index: single && typeof device.card === 'number' ? device.card : at };
  });
}

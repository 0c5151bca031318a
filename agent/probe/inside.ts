/**
 * What a container can really open, compared with what it was leased. Pure: the vendor's list command has been run inside
 * the container, and its text is read by the same parser that reads it on the host.
 *
 * Devices are compared by uuid where both sides have one for each, else by bus address, else by number alone: inside a
 * container indexes count from 0 and say nothing. A card that is listed with MIG instances stands for these.
 */
import type { DeviceReading, PartitionReading, ProbedDevice, Reading } from './probe.ts';
import { busAddress } from './text.ts';

/** The result: `unclear` when the tool ran and what it said tells nothing. */
export type InsideVerdict = { kind: 'match' } | { kind: 'mismatch' | 'unclear'; detail: string };

type Seen = DeviceReading | PartitionReading;

/** Names of all by one key; undefined when one has none. Cards with two chips share an address: names may come twice. */
function namesBy(key: (seen: Seen) => string | null | undefined, all: readonly Seen[]): string[] | undefined {
  const names = all.flatMap((seen) => key(seen) ?? []);
  return names.length === all.length ? names : undefined;
}

const keys: readonly ((seen: Seen) => string | null | undefined)[] = [
  (seen) => seen.uuid,
  (seen) => ('busId' in seen ? busAddress(seen.busId) : null),
];

/** What `a` has beyond `b`, each name as often as it is too many. */
function beyond(a: readonly string[], b: readonly string[]): string[] {
  const left = [...b];
  return a.filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}

/** Compares what the tool lists inside with the leased devices of its vendor. */
export function compareInside(leased: readonly ProbedDevice[], reading: Reading): InsideVerdict {
  if (reading.status === 'failed') return { kind: 'unclear', detail: reading.reason };
  const devices = reading.status === 'present' ? reading.devices : [];
  const seen: Seen[] = devices.flatMap((device) => (device.mig?.length ? device.mig : [device]));
  const own = leased.map((device) => device.reading);
  for (const key of keys) {
    const [there, wanted] = [namesBy(key, seen), namesBy(key, own)];
    if (!there || !wanted || seen.length === 0) continue;
    const [missing, foreign] = [beyond(wanted, there), beyond(there, wanted)];
    if (missing.length + foreign.length === 0) return { kind: 'match' };
    const parts = [
      ...(missing.length > 0 ? [`does not see ${list(missing)}`] : []),
      ...(foreign.length > 0 ? [`sees ${list(foreign)}, which it was not leased`] : []),
    ];
    return { kind: 'mismatch', detail: `the container ${parts.join(' and ')}` };
  }
  return seen.length === own.length
    ? { kind: 'match' }
    : {
        kind: 'mismatch',
        detail: `the container sees ${seen.length} accelerators and was leased ${own.length}`,
      };
}

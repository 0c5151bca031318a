/**
 * What nvidia-smi says when it cannot answer. Pure. Sources of the texts: `docs/vendors.md`; the exit code is no proof
 * either way (a lost GPU prints its line and exits 0, partial rows come with exit 15), so these texts decide.
 */
import type { Reading } from './probe.ts';

const driverFaults: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/couldn't communicate with the NVIDIA driver/i, 'the NVIDIA driver is not loaded or does not answer'],
  [
    /Driver\/library version mismatch/i,
    'driver and library versions do not match (reload the driver or reboot)',
  ],
  [/couldn't find (?:libnvidia-ml\S*|the NVML)/i, 'the NVML library is not installed'],
  [/Failed to initialize NVML: ?([^\n\r]{1,80})/i, 'NVML did not start'],
  [/Insufficient permissions|does not have permission/i, 'no permission to talk to the driver'],
  [/Field "([^"\n]{1,80})" is not a valid field to query/i, 'this driver does not know the field'],
  [
    /(?:Invalid combination of input arguments|is not recognized|Invalid (?:option|argument))/i,
    'this driver does not know the arguments',
  ],
];

/** Why the whole answer is a failure, undefined when no such text is in it. */
export function driverFault(output: string): string | undefined {
  for (const [pattern, reason] of driverFaults) {
    const match = pattern.exec(output);
    if (match) return match[1] === undefined ? reason : `${reason}: ${match[1].trim()}`;
  }
  return undefined;
}

/** The answer that an output without any device stands for; undefined when it names no cause. */
export function faultReading(output: string): Reading | undefined {
  const lost = lostDevices(output);
  if (lost.length > 0) return { status: 'failed', reason: `unreachable: ${lost.join(', ')}` };
  const fault = driverFault(output);
  if (fault !== undefined) return { status: 'failed', reason: fault };
  return /No devices? (?:were|was) found|No GPUs? (?:were )?found/i.test(output)
    ? { status: 'absent', reason: 'nvidia-smi finds no devices' }
    : undefined;
}

/** What is wrong with the card when a cell holds this instead of a value; undefined for values and plain N/A. */
export function deviceFault(cell: string): string | undefined {
  const match = /GPU is lost|(?:GPU )?requires reset|Reset required/i.exec(cell);
  return match?.[0];
}

/** Cards that the output names as unreachable: bus address where it gives one, else the index, as printed. */
export function lostDevices(output: string): string[] {
  const found = new Set<string>();
  const line =
    /Unable to determine the device handle for (?:GPU|device)\s?(\d{0,4})\s?:?\s?((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])?/gi;
  for (const [, index = '', bus] of output.matchAll(line)) found.add(bus ?? index);
  for (const [, bus] of output.matchAll(
    /GPU at (?:PCI:)?((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])[^\n]{0,40}is lost/gi,
  ))
    if (bus !== undefined) found.add(bus);
  found.delete('');
  return [...found];
}

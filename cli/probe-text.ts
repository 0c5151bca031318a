/** The probe document as text for a person: a row per device, and one per vendor that could not be asked. Pure. */
import type { ProbeDevice, ProbeDocument, ProbeVendor } from '../proto/probe.ts';
import { table } from './table.ts';
import { showDuration } from './units.ts';

const head = ['VENDOR', '#', 'MODEL', 'MEMORY MiB', 'UTIL', 'TEMP', 'POWER', 'HEALTH', 'AGE', 'NOTE'];

/** A number with its unit; `?` when the tool has no value or did not say. */
function measured(value: number | null | undefined, unit: string): string {
  return typeof value === 'number' ? `${value}${unit}` : '?';
}

/** `used/total`. */
function pair(used: number | null | undefined, total: number | null | undefined, unit = ''): string {
  if (typeof total !== 'number') return measured(used, unit);
  return `${typeof used === 'number' ? used : '?'}/${total}${unit}`;
}

function rounded(value: number | null | undefined): number | null {
  return typeof value === 'number' ? Math.round(value) : null;
}

function note(device: ProbeDevice): string {
  const parts = device.mig?.length ?? 0;
  return [
    ...device.health_reasons,
    ...(device.unusable ? [device.unusable] : []),
    ...(device.external_use ? [`in use: ${device.external_use}`] : []),
    ...(parts > 0 ? [`${parts} partitions`] : []),
    ...(device.notes ?? []),
  ].join('; ');
}

function age(ageMs: number | null): string {
  return ageMs === null ? '-' : showDuration(ageMs);
}

function deviceRow(vendor: ProbeVendor, device: ProbeDevice): string[] {
  return [
    device.vendor,
    String(device.index ?? device.position ?? '-'),
    device.model ?? '?',
    pair(device.memory_used_mib, device.memory_total_mib),
    measured(device.utilization_pct, '%'),
    measured(device.temperature_c, '°C'),
    pair(rounded(device.power_w), rounded(device.power_limit_w), ' W'),
    device.health,
    age(device.sample_age_ms ?? vendor.sample_age_ms),
    note(device),
  ];
}

/** A vendor without devices to show. */
function vendorRow(vendor: ProbeVendor): string[] {
  const known =
    vendor.last_good_age_ms === null ? '' : ` (last good ${showDuration(vendor.last_good_age_ms)} ago)`;
  const blank = Array.from({ length: 6 }, () => '-');
  return [vendor.vendor, ...blank, vendor.status, age(vendor.sample_age_ms), `${vendor.reason}${known}`];
}

function rowsOf(vendor: ProbeVendor): string[][] {
  return vendor.devices.length === 0
    ? [vendorRow(vendor)]
    : vendor.devices.map((device) => deviceRow(vendor, device));
}

/** The document in lines. Vendors that are absent have a row only when there is nothing else to show. */
export function probeText({ probes }: ProbeDocument): string {
  const there = probes.filter(({ status }) => status !== 'absent');
  const absent = probes.filter(({ status }) => status === 'absent');
  if (there.length === 0) return table(head, absent.flatMap(rowsOf));
  const names = absent.map(({ vendor }) => vendor).join(', ');
  return table(head, there.flatMap(rowsOf)) + (names === '' ? '' : `absent: ${names}\n`);
}

/** Which vendors have not answered yet, for a person who waits. */
export function waitingFor({ probes }: ProbeDocument): string {
  return probes
    .filter(
      ({ status, sample_age_ms: ageMs }) => status === 'pending' || (status === 'present' && ageMs === null),
    )
    .map(({ vendor }) => vendor)
    .join(', ');
}

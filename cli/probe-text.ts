/** The probe document as text for a person: a row per device, and one per vendor that could not be asked. Pure. */
import type { ProbeDevice, ProbeDocument, ProbeVendor } from '../proto/probe.ts';
import type { Translate } from './i18n/translate.ts';
import { table } from './table.ts';
import { showDuration } from './units.ts';

const head = (t: Translate): string[] => [
  ...[t('column.vendor'), t('column.index'), t('probe.model'), t('probe.memory'), t('column.util')],
  ...[t('column.temperature'), t('column.power'), t('column.health'), t('column.age'), t('column.note')],
];

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

function note(device: ProbeDevice, t: Translate): string {
  const parts = device.mig?.length ?? 0;
  return [
    ...device.health_reasons,
    ...(device.unusable ? [device.unusable] : []),
    ...(device.external_use ? [t('probe.in_use', { by: device.external_use })] : []),
    ...(parts > 0 ? [t('probe.partitions', { count: parts })] : []),
    ...(device.notes ?? []),
  ].join('; ');
}

function age(ageMs: number | null): string {
  return ageMs === null ? '-' : showDuration(ageMs);
}

function deviceRow(vendor: ProbeVendor, device: ProbeDevice, t: Translate): string[] {
  return [
    device.vendor,
    String(device.index ?? device.position ?? '-'),
    device.model ?? '?',
    pair(device.memory_used_mib, device.memory_total_mib),
    measured(device.utilization_pct, '%'),
    measured(device.temperature_c, '°C'),
    pair(rounded(device.power_w), rounded(device.power_limit_w), ' W'),
    t(`word.${device.health}`),
    age(device.sample_age_ms ?? vendor.sample_age_ms),
    note(device, t),
  ];
}

/** A vendor without devices to show. */
function vendorRow(vendor: ProbeVendor, t: Translate): string[] {
  const { reason, last_good_age_ms: good } = vendor;
  const why = good === null ? reason : t('probe.last_good', { reason, time: showDuration(good) });
  const blank = Array.from({ length: 6 }, () => '-');
  return [vendor.vendor, ...blank, t(`word.${vendor.status}`), age(vendor.sample_age_ms), why];
}

function rowsOf(vendor: ProbeVendor, t: Translate): string[][] {
  return vendor.devices.length === 0
    ? [vendorRow(vendor, t)]
    : vendor.devices.map((device) => deviceRow(vendor, device, t));
}

/** The document in lines. Vendors that are absent have a row only when there is nothing else to show. */
export function probeText({ probes }: ProbeDocument, t: Translate): string {
  const there = probes.filter(({ status }) => status !== 'absent');
  const absent = probes.filter(({ status }) => status === 'absent');
  if (there.length === 0)
    return table(
      head(t),
      absent.flatMap((vendor) => rowsOf(vendor, t)),
    );
  const names = absent.map(({ vendor }) => vendor).join(', ');
  return (
    table(
      head(t),
      there.flatMap((vendor) => rowsOf(vendor, t)),
    ) + (names === '' ? '' : `${t('probe.absent', { vendors: names })}\n`)
  );
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

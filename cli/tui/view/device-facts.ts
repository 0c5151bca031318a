/** What is known of an accelerator beside its load: what it is, where it sits, how it is clocked, what ails it. Pure. */
import type { StatusDevice, StatusSnapshot } from '../../../proto/status.ts';
import type { MessageKey } from '../../i18n/translate.ts';
import { duration } from '../model/format.ts';
import type { Line, Role, Segment } from './cells.ts';
import type { View } from './context.ts';
import { field } from './node.ts';

/** What a vendor calls its own runtime. */
const runtimes: Readonly<Record<string, string>> = {
  ...{ nvidia: 'CUDA', ascend: 'CANN', cambricon: 'CNToolkit', amd: 'ROCm', metax: 'MACA', mthreads: 'MUSA' },
};
/** A probe's answer that is older than this is told. */
const staleMs = 10_000;

/** A number with its unit, or `-`. */
const measured = (value: number | null, unit: string): string => (value === null ? '-' : `${value}${unit}`);

function versions({ t }: View, { vendor, driver_version, runtime_version, firmware }: StatusDevice): string {
  const named = [
    [t('detail.driver'), driver_version],
    [runtimes[vendor] ?? t('detail.runtime'), runtime_version],
    [t('detail.firmware'), firmware],
  ] as const;
  return named.map(([name, version]) => `${name} ${version || '-'}`).join('   ');
}

function temperature({ t }: View, device: StatusDevice): string {
  const limit = measured(device.temperature_limit_c, 'C');
  const memory = measured(device.memory_temperature_c, 'C');
  return t('detail.temperature_text', { own: measured(device.temperature_c, 'C'), limit, memory });
}

function clocks({ t }: View, device: StatusDevice): string {
  const memory = measured(device.memory_clock_mhz, ' MHz');
  return t('detail.clock_text', { own: measured(device.clock_mhz, ' MHz'), memory });
}

function ecc({ t }: View, { ecc_enabled: enabled, ecc_uncorrected: errors }: StatusDevice): Segment {
  const mode = enabled === null ? '-' : t(enabled ? 'detail.on' : 'detail.off');
  const text = t('detail.ecc_text', { mode, errors: errors ?? '-' });
  return { text, role: errors === null || errors === 0 ? 'plain' : 'warn' };
}

function throttle(device: StatusDevice): Segment {
  const { throttle_reasons: reasons } = device;
  return reasons.length === 0 ? { text: '-' } : { text: reasons.join(', '), role: 'warn' };
}

/** What the vendor's tool last answered, and what it could not say. */
function probe({ t }: View, of: StatusSnapshot['probes'][number]): Segment {
  const words: Record<typeof of.status, [MessageKey, Role]> = {
    present: ['node.vendor_present', 'plain'],
    absent: ['node.vendor_absent', 'warn'],
    failed: ['node.vendor_failed', 'crit'],
    pending: ['node.vendor_pending', 'plain'],
  };
  const [key, role] = words[of.status];
  const ageMs = of.status === 'failed' ? of.last_good_age_ms : of.sampled_age_ms;
  const age = ageMs === null || ageMs < staleMs ? [] : [t('detail.last_good', { time: duration(ageMs) })];
  return {
    text: [`${of.vendor}: ${t(key)}`, ...age, of.reason, ...of.notes].filter(Boolean).join('; '),
    role,
  };
}

function links({ state, t }: View, device: StatusDevice): string {
  if (device.links === null) return '-';
  const named = device.links.map(({ kind, word, peer_id: peer }) => {
    const other = state.status?.devices.find((each) => each.id === peer);
    return `${other ? `#${other.index}` : peer} ${word || kind}`;
  });
  return named.length === 0 ? t('detail.no_links') : named.join('  ');
}

/** What its maker calls it, beside its id, which may be the same. */
function serials({ id, serial, uuid }: StatusDevice): string {
  return [serial, uuid].filter((name) => name !== '' && name !== id).join('   ') || '-';
}

/** All of it in lines; what the tool does not say is `-`. */
export function deviceFacts(view: View, device: StatusDevice): Line[] {
  const { t, state } = view;
  const model = `${device.vendor} ${device.model}${device.simulated ? ` (${t('detail.simulated')})` : ''}`;
  const place = [
    device.bus_address || '-',
    `NUMA ${device.numa_node ?? '-'}`,
    `CPU ${device.cpu_affinity ?? '-'}`,
  ].join('   ');
  const asked = state.status?.probes.find(({ vendor }) => vendor === device.vendor);
  return [
    ...field(view, 'detail.id', device.id),
    ...field(view, 'detail.model', model),
    ...field(view, 'detail.serial', serials(device)),
    ...field(view, 'detail.place', place),
    ...field(view, 'detail.versions', versions(view, device)),
    ...field(view, 'column.temperature', temperature(view, device)),
    ...field(view, 'detail.power_limit', measured(device.power_limit_w, 'W')),
    ...field(view, 'detail.clock', clocks(view, device)),
    ...field(view, 'detail.throttle', throttle(device)),
    ...field(view, 'detail.ecc', ecc(view, device)),
    ...field(view, 'detail.links', links(view, device)),
    ...(asked ? field(view, 'detail.probe', probe(view, asked)) : []),
  ];
}

/** Everything about one accelerator. Pure. */
import type { StatusDevice } from '../../../proto/status.ts';
import { memory, percent, shortId } from '../model/format.ts';
import { deviceName } from '../model/verdict.ts';
import type { Sample } from '../model/state.ts';
import { type Line, segment } from './cells.ts';
import { blank, dimmed, isOld, type View } from './context.ts';
import { deviceFacts } from './device-facts.ts';
import { note, temperatureRole } from './devices.ts';
import { field, heading } from './node.ts';
import { plot } from './plots.ts';
import { badge, healthShown } from './words.ts';

function valueLine(view: View, device: StatusDevice): Line {
  const parts: Line = [
    segment(` ${deviceName(device)}  `, 'accent', { bold: true }),
    badge(healthShown(view, device)),
    segment(`   ${view.t('column.util')} `, 'muted'),
    segment(percent(device.utilization_pct)),
    segment(`   ${view.t('column.memory')} `, 'muted'),
    segment(memory(device.memory_used_mib, device.memory_total_mib)),
    segment(`   ${view.t('column.temperature')} `, 'muted'),
    segment(
      device.temperature_c === null ? '-' : `${device.temperature_c}C`,
      temperatureRole(device.temperature_c),
    ),
    segment(`   ${view.t('column.power')} `, 'muted'),
    segment(powerText(device)),
  ];
  return parts;
}

function powerText({ power_w: watts, power_limit_w: limit }: StatusDevice): string {
  if (watts === null) return '-';
  return limit === null ? `${Math.round(watts)}W` : `${Math.round(watts)}/${Math.round(limit)}W`;
}

function plots(view: View, samples: readonly Sample[], room: number): Line[] {
  const { t, layout } = view;
  const height = Math.max(2, Math.min(6, Math.floor(room / 4)));
  const width = Math.min(120, layout.cols - 14);
  return [
    ...plot(
      view,
      t('column.util'),
      samples.map(({ utilPct }) => utilPct),
      100,
      width,
      height,
    ),
    ...plot(
      view,
      t('column.memory'),
      samples.map(({ memoryPct }) => memoryPct),
      100,
      width,
      height,
    ),
  ];
}

function processLines(view: View, device: StatusDevice): Line[] {
  const { t } = view;
  if (device.processes === null) return [[segment(` ${t('list.processes_unknown')}`, 'muted')]];
  if (device.processes.length === 0) return [[segment(` ${t('list.no_processes')}`, 'muted')]];
  return device.processes.map((process): Line => {
    const owner =
      process.lease_id === null
        ? process.container_id === null
          ? process.unit || t(`owner.${process.owner}`)
          : `${t('owner.container')} ${process.container_id.slice(0, 12)}`
        : `${t('owner.lease')} ${shortId(process.lease_id)}  ${(process.container_id ?? '').slice(0, 12)}`;
    const used = process.memory_used_mib === null ? '-' : `${process.memory_used_mib}M`;
    return [
      segment(` ${String(process.pid).padStart(8)}`),
      segment(`${used.padStart(9)}  `),
      segment(process.lease_id === null ? owner : owner, process.lease_id === null ? 'warn' : 'accent'),
      segment(`  ${process.name}`),
    ];
  });
}

/** All lines about the device; the frame shows those that fit. */
export function deviceDetail(view: View, id: string, room: number): Line[] {
  const { state, t } = view;
  const device = state.status?.devices.find((each) => each.id === id);
  if (!device) return [[segment(` ${t('detail.device_gone')}`, 'warn')]];
  const why = note(device);
  const lines = [
    valueLine(view, device),
    ...(why === ''
      ? []
      : field(view, 'detail.why', { text: why, role: device.health === 'failed' ? 'crit' : 'warn' })),
    blank,
    ...plots(view, state.history.get(id)?.samples ?? [], room),
    blank,
    ...field(view, 'column.lease', device.lease_id ?? '-'),
    ...(device.external_use === ''
      ? []
      : field(view, 'detail.external', { text: device.external_use, role: 'warn' })),
    ...device.notes.flatMap((text) => field(view, 'column.note', { text, role: 'warn' })),
    blank,
    heading(t('detail.processes')),
    ...processLines(view, device),
    ...(device.events.length === 0 ? [] : [blank, heading(t('detail.kernel_events'))]),
    ...device.events.map(
      ({ at, code, severity, message }): Line => [
        segment(` ${at.slice(0, 19).replace('T', ' ')}  `, 'muted'),
        segment(`${code}  `, severity === 'failed' ? 'crit' : severity === 'degraded' ? 'warn' : 'plain'),
        segment(message),
      ],
    ),
    blank,
    heading(t('detail.facts')),
    ...deviceFacts(view, device),
  ];
  return isOld(view) ? dimmed(lines) : lines;
}

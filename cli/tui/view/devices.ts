/** The table of accelerators. Pure. */
import type { StatusDevice } from '../../../proto/status.ts';
import { bar, grouped, memory, percent, shortId, shortModel, spark } from '../model/format.ts';
import { memoryPct } from '../model/lists.ts';
import { type Line, type Role, segment } from './cells.ts';
import type { View } from './context.ts';
import type { Column } from './table.ts';
import { badge, healthShown, level } from './words.ts';

/** Degrees below the card's own limit at which its temperature is a warning. */
const nearLimitC = 5;

/** Roles of a temperature when the card names no limit. */
export function temperatureRole(celsius: number | null): Role {
  return level(celsius, 85, 85 + 2 * nearLimitC);
}

function barLine(view: View, pct: number | null, width: number, role: Role): Line {
  const { glyphs } = view;
  if (pct === null) return [segment(' '.repeat(width))];
  const text = bar(pct / 100, width, glyphs.bar, glyphs.barRest);
  const filled = text.lastIndexOf(glyphs.bar) + 1;
  return [segment(text.slice(0, filled), role), segment(text.slice(filled))];
}

/** How full a card's memory is, as a role. */
const memoryRole = (pct: number | null): Role => (pct === null ? 'muted' : pct >= 95 ? 'warn' : 'active');
const utilRole = (pct: number | null): Role => (pct === null ? 'muted' : pct >= 10 ? 'ok' : 'active');

/** Every column that the table may have; the size of the terminal decides. */
export function deviceColumns(view: View): Column<StatusDevice>[] {
  const columns = [...identityColumns(view), ...valueColumns(view), ...positionColumns(view)];
  return view.layout.cols >= 100 ? columns : columns.filter(({ id }) => !wideOnly.has(id));
}

/** Columns for terminals of 100 columns and more. */
const wideOnly = new Set(['numa', 'history', 'memory_bar']);

type DeviceColumns = Column<StatusDevice>[];

function identityColumns(view: View): DeviceColumns {
  const { t } = view;
  return [
    {
      id: 'index',
      head: t('column.index'),
      width: 2,
      priority: 1,
      align: 'right',
      cell: (d) => [segment(String(d.index))],
    },
    {
      id: 'device',
      head: t('column.device'),
      width: 10,
      max: 26,
      priority: 5,
      cell: (d) => [segment(`${shortModel(d.model) || d.vendor}${d.simulated ? '*' : ''}`)],
    },
    {
      id: 'health',
      head: t('column.health'),
      width: 9,
      priority: 2,
      cell: (d) => [badge(healthShown(view, d))],
    },
  ];
}

function valueColumns(view: View): DeviceColumns {
  const { t } = view;
  return [
    {
      id: 'bar',
      head: t('column.util'),
      width: 10,
      priority: 8,
      cell: (d, width) => barLine(view, d.utilization_pct, width, utilRole(d.utilization_pct)),
    },
    {
      id: 'util',
      head: view.layout.cols < 71 ? t('column.util') : '',
      width: view.layout.cols < 71 ? 6 : 4,
      priority: 3,
      align: 'right',
      cell: (d) => [segment(percent(d.utilization_pct))],
    },
    {
      id: 'memory_bar',
      head: '',
      width: 10,
      priority: 11,
      cell: (d, width) => barLine(view, memoryPct(d), width, memoryRole(memoryPct(d))),
    },
    {
      id: 'memory',
      head: t('column.memory'),
      width: 9,
      priority: 4,
      align: 'right',
      cell: (d) => [segment(memory(d.memory_used_mib, d.memory_total_mib), level(memoryPct(d), 95, 101))],
    },
    {
      id: 'temperature',
      head: t('column.temperature'),
      width: 5,
      priority: 6,
      align: 'right',
      cell: (d) => [segment(celsius(d.temperature_c), temperatureRole(d.temperature_c))],
    },
    {
      id: 'power',
      head: t('column.power'),
      width: 6,
      priority: 9,
      align: 'right',
      cell: (d) => [segment(d.power_w === null ? '-' : `${Math.round(d.power_w)}W`)],
    },
  ];
}

function positionColumns(view: View): DeviceColumns {
  const { t, state, glyphs } = view;
  const history = (device: StatusDevice): (number | null)[] => {
    const { count, samples } = state.history.get(device.id) ?? { count: 0, samples: [] };
    return grouped(
      samples.map(({ utilPct }) => utilPct),
      count,
      samplesPerSign,
    );
  };
  return [
    { id: 'lease', head: t('column.lease'), width: 8, priority: 7, cell: (d) => leaseCell(view, d) },
    {
      id: 'numa',
      head: t('column.numa'),
      width: 4,
      priority: 13,
      align: 'right',
      cell: (d) => [segment(d.numa_node === null ? '-' : String(d.numa_node))],
    },
    {
      id: 'history',
      head: t('column.history'),
      width: 24,
      priority: 12,
      cell: (d, width) => [segment(spark(history(d), 100, width, glyphs.sparks), 'active')],
    },
    {
      id: 'note',
      head: t('column.note'),
      width: 16,
      max: 80,
      priority: 14,
      cell: (d) => [segment(note(d), d.health === 'failed' ? 'crit' : 'warn')],
    },
  ];
}

/** Samples that one sign of the history stands for. */
const samplesPerSign = 5;

/** The lease on it, or who else uses it. */
function leaseCell({ glyphs }: View, device: StatusDevice): Line {
  if (device.lease_id !== null) return [segment(shortId(device.lease_id), 'accent')];
  return [segment(device.external_use === '' ? glyphs.none : device.external_use, 'muted')];
}

/** `62C`, or `-` when not known. */
function celsius(value: number | null): string {
  return value === null ? '-' : `${Math.round(value)}C`;
}

/** Why a device is not simply well and offered; '' when it is. */
export function note(device: StatusDevice): string {
  if (device.health !== 'ok') return device.health_reasons.join(', ');
  if (!device.offered) return device.not_offered_reason;
  return device.notes[0] ?? '';
}

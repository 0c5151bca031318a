/** The table of leases. Pure. */
import type { StatusLease } from '../../../proto/status.ts';
import { duration, shortId } from '../model/format.ts';
import { cut, type Line, segment } from './cells.ts';
import type { View } from './context.ts';
import { pullText } from './lease-detail.ts';
import type { Column } from './table.ts';
import { badge, leaseShown } from './words.ts';

/** What a lease is waiting for or has come to, in a few words. */
function leaseNote(view: View, lease: StatusLease): string {
  const { status } = view.state;
  if (lease.pull) return pullText(view, lease.pull) || lease.waiting_for;
  if (lease.state === 'ended') return lease.error ?? lease.end_reason ?? '';
  if (lease.state === 'stopping') return lease.error ?? '';
  if (lease.devices_inside === 'mismatch') return lease.devices_inside_detail;
  if (lease.state !== 'running') return lease.waiting_for;
  // Out of touch with the scheduler it cannot be renewed: how long it still has is what counts.
  const offline = status !== undefined && status.scheduler.state !== 'connected';
  return offline && lease.ttl_left_ms !== null
    ? view.t('lease.offline', { time: duration(lease.ttl_left_ms) })
    : '';
}

function cardsCell(view: View, lease: StatusLease): Line {
  const indices = (view.state.status?.devices ?? [])
    .filter(({ id }) => lease.accelerator_ids.includes(id))
    .map(({ index }) => index);
  return [
    segment(
      lease.accelerator_ids.length === 0
        ? '-'
        : indices.length > 0
          ? ranges(indices)
          : String(lease.accelerator_ids.length),
    ),
  ];
}

/** `0-3,6` of 0, 1, 2, 3, 6. */
function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const value of numbers.toSorted((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last && value === last[1] + 1) last[1] = value;
    else parts.push([value, value]);
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

type LeaseColumns = Column<StatusLease>[];

/** Every column that the table may have. */
export function leaseColumns(view: View): LeaseColumns {
  return [...identityColumns(view), ...timeColumns(view), ...noteColumns(view)];
}

function identityColumns(view: View): LeaseColumns {
  const { t, glyphs } = view;
  return [
    {
      id: 'lease',
      head: t('column.lease'),
      width: 8,
      priority: 1,
      cell: (l) => [segment(shortId(l.id), 'accent')],
    },
    {
      id: 'state',
      head: t('column.state'),
      width: 12,
      priority: 2,
      cell: (l) => [badge(leaseShown(view, l))],
    },
    { id: 'cards', head: t('column.cards'), width: 6, priority: 3, cell: (l) => cardsCell(view, l) },
    {
      id: 'image',
      head: t('column.image'),
      width: 12,
      max: 40,
      priority: 6,
      cell: (l, width) => [segment(cut(l.image, width, 'start', glyphs.ellipsis))],
    },
  ];
}

function timeColumns({ t }: View): LeaseColumns {
  return [
    {
      id: 'age',
      head: t('column.age'),
      width: 6,
      priority: 5,
      align: 'right',
      cell: (l) => [segment(duration(l.age_ms))],
    },
    {
      id: 'left',
      head: t('column.left'),
      width: 6,
      priority: 9,
      align: 'right',
      cell: (l) => [segment(l.time_left_ms === null ? '-' : duration(l.time_left_ms))],
    },
    {
      id: 'exit',
      head: t('column.exit'),
      width: 4,
      priority: 10,
      align: 'right',
      cell: (l) => [
        segment(l.exit_code === null ? '-' : String(l.exit_code), l.exit_code ? 'crit' : 'plain'),
      ],
    },
  ];
}

function noteColumns(view: View): LeaseColumns {
  const { t } = view;
  return [
    { id: 'org', head: t('column.org'), width: 10, priority: 8, cell: (l) => [segment(l.org)] },
    {
      id: 'note',
      head: t('column.note'),
      width: 12,
      max: 80,
      priority: 7,
      cell: (l) => [segment(leaseNote(view, l), leaseShown(view, l).role === 'crit' ? 'crit' : 'muted')],
    },
  ];
}

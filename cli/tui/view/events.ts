/** What has happened on the node, newest at the bottom. Pure. */
import type { NodeEvent } from '../../../proto/status.ts';
import { eventRows } from '../model/rows.ts';
import { clock, shortId } from '../model/format.ts';
import { deviceName } from '../model/verdict.ts';
import { type Line, type Role, segment } from './cells.ts';
import { isOld, type View } from './context.ts';
import { type Listing, listingLines } from './listing.ts';
import type { Column } from './table.ts';

const roles: Record<NodeEvent['severity'], Role> = { info: 'plain', warn: 'warn', crit: 'crit' };

/** What it happened to, as a person calls it. */
function subjectText({ state }: View, { kind, subject }: NodeEvent): string {
  if (kind.startsWith('lease_')) return shortId(subject);
  const device = state.status?.devices.find(({ id }) => id === subject);
  return device ? deviceName(device) : subject;
}

function glyph({ glyphs }: View, { severity }: NodeEvent): string {
  return severity === 'crit' ? glyphs.fail : severity === 'warn' ? glyphs.warn : glyphs.dot;
}

function columns(view: View): Column<NodeEvent>[] {
  const { t, state } = view;
  const today = new Date(state.now).toDateString();
  const time = (at: string): string => {
    const ms = Date.parse(at);
    const day = new Date(ms).toDateString() === today ? '' : `${at.slice(5, 10)} `;
    return day + clock(ms, day === '');
  };
  return [
    {
      id: 'time',
      head: t('column.time'),
      width: 11,
      priority: 2,
      cell: ({ at }) => [segment(time(at), 'muted')],
    },
    {
      id: 'what',
      head: t('column.what'),
      width: 22,
      priority: 1,
      cell: (event) => [segment(`${glyph(view, event)} ${t(`event.${event.kind}`)}`, roles[event.severity])],
    },
    {
      id: 'subject',
      head: '',
      width: 10,
      max: 20,
      priority: 3,
      cell: (event) => [segment(subjectText(view, event), 'accent')],
    },
    {
      id: 'detail',
      head: t('column.detail'),
      width: 12,
      max: 200,
      priority: 4,
      cell: ({ detail }) => [segment(detail)],
    },
  ];
}

/** The last events as lines without a cursor, for the overview. */
export function eventListing(view: View, focused: boolean): Listing<NodeEvent> {
  const { state, t } = view;
  const rows = eventRows(state);
  const last = rows.at(-1);
  const list = state.lists.events;
  return {
    columns: columns(view),
    rows,
    id: ({ seq }) => String(seq),
    list: state.follow || !focused ? { ...list, selected: String(last?.seq ?? '') } : list,
    sorted: '',
    focused,
    empty: t('list.no_events'),
    dim: () => isOld(view),
  };
}

/** The screen in exactly `room` lines. */
export function eventLines(view: View, room: number): Line[] {
  return listingLines(view, eventListing(view, true), room);
}

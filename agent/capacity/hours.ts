/**
 * The hours in which an owner lends a node: weekly windows such as `Mon-Fri 20:00-08:00`, by the wall clock of a time
 * zone. Pure: the moment comes in, the zone's rules come from the program's own tables.
 *
 * A window that ends before it begins runs into the next day and belongs to the day on which it begins. Windows may
 * touch and overlap; together they are one set of minutes of the week. Where the zone sets its clocks forward or back,
 * a window opens and closes when its clocks say so, and the time left is real time.
 */
import { SuanlinkError } from '../../proto/codes.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const weekMs = 7 * dayMs;
const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Part of a week, from Monday 00:00, in milliseconds; `from` < `to`. */
interface Span {
  from: number;
  to: number;
}

/** Hours as configured. */
export interface Hours {
  /** For people: as written, with the zone. */
  text: string;
  /** Sorted, apart from each other. */
  spans: readonly Span[];
  /** Milliseconds that the zone's clocks are ahead of UTC at a moment. */
  offsetAt: (unixMs: number) => number;
}

/** Whether the hours are on at a moment, and the next moment at which that changes; undefined: never. */
export interface HoursState {
  open: boolean;
  changesAt: number | undefined;
}

function wrong(text: string, why: string): SuanlinkError {
  return new SuanlinkError('config_invalid', `${JSON.stringify(text)} ${why}`);
}

function dayOf(name: string, text: string): number {
  const day = dayNames.indexOf(name.toLowerCase());
  if (day < 0)
    throw wrong(text, `names no day: ${JSON.stringify(name)} is none of Mon, Tue, Wed, Thu, Fri, Sat, Sun`);
  return day;
}

/** Days of `Mon-Fri`, `Sat,Sun`, `Fri-Mon` or `daily`. */
function daysOf(words: string, text: string): number[] {
  if (/^daily$/i.test(words)) return [0, 1, 2, 3, 4, 5, 6];
  return words.split(',').flatMap((part) => {
    const [first = '', last = first, ...more] = part.split('-');
    if (more.length > 0)
      throw wrong(text, `is no window: ${JSON.stringify(part)} is no day or range of days`);
    const from = dayOf(first, text);
    const length = (dayOf(last, text) - from + 7) % 7;
    return Array.from({ length: length + 1 }, (_, i) => (from + i) % 7);
  });
}

function timeOf(hour: string, minute: string, text: string): number {
  const ms = (Number(hour) * 60 + Number(minute)) * minuteMs;
  if (Number(minute) > 59 || ms > dayMs)
    throw wrong(text, `has a time that no clock shows: ${hour}:${minute}`);
  return ms;
}

/** Spans of one window, those beyond Sunday at the beginning of the week. */
function spansOf(text: string): Span[] {
  const match = /^\s*(\S+)\s+(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*$/.exec(text);
  if (!match) throw wrong(text, 'is no window such as "Mon-Fri 20:00-08:00" or "Sat,Sun 00:00-24:00"');
  const [, days = '', fromHour = '', fromMinute = '', toHour = '', toMinute = ''] = match;
  const from = timeOf(fromHour, fromMinute, text);
  const to = timeOf(toHour, toMinute, text);
  if (from === to) throw wrong(text, 'has no length; a whole day is 00:00-24:00');
  return daysOf(days, text).flatMap((day) => {
    const begin = day * dayMs + from;
    const end = day * dayMs + to + (to < from ? dayMs : 0);
    if (end <= weekMs) return [{ from: begin, to: end }];
    const rest = { from: 0, to: end - weekMs };
    return begin < weekMs ? [{ from: begin, to: weekMs }, rest] : [rest];
  });
}

function merged(spans: readonly Span[]): Span[] {
  const whole: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else whole.push({ ...span });
  }
  return whole;
}

/**
 * The offsets of a zone by its IANA name; `config_invalid` when there is no such zone. By Temporal: `Intl.DateTimeFormat`
 * brings ICU's tables and keeps 8 MB resident (docs/adr/0001-node-26.md), with the same answers.
 */
function offsetsOf(zone: string): (unixMs: number) => number {
  const offsetAt = (unixMs: number): number =>
    Temporal.Instant.fromEpochMilliseconds(Math.floor(unixMs)).toZonedDateTimeISO(zone).offsetNanoseconds /
    1e6;
  try {
    offsetAt(0);
  } catch (error) {
    if (error instanceof RangeError) throw wrong(zone, 'is no time zone such as Asia/Shanghai');
    throw error;
  }
  // Temporal takes the zone of a whole date too.
  if (/^\d/.test(zone)) throw wrong(zone, 'is no time zone such as Asia/Shanghai');
  return offsetAt;
}

/** Reads windows; `config_invalid` with what is wrong with one. At least one window must be given. */
export function parseHours(windows: readonly string[], zone: string): Hours {
  return {
    text: `${windows.join('; ')} (${zone})`,
    spans: merged(windows.flatMap(spansOf)),
    offsetAt: offsetsOf(zone),
  };
}

/** Where in the week the zone's clocks stand; 1970 began on a Thursday. */
function place(hours: Hours, unixMs: number): number {
  return (((unixMs + hours.offsetAt(unixMs) + 3 * dayMs) % weekMs) + weekMs) % weekMs;
}

function isOpen(hours: Hours, unixMs: number): boolean {
  const at = place(hours, unixMs);
  return hours.spans.some(({ from, to }) => from <= at && at < to);
}

/** Milliseconds from a place in the week until the windows change, were the clocks never set; undefined: never. */
function untilEdge(spans: readonly Span[], at: number): number | undefined {
  // An edge at the week's end is none where Monday goes on as Sunday ended.
  const [first] = spans;
  const isWhole = first?.from === 0 && spans.at(-1)?.to === weekMs;
  const edges = spans.flatMap(({ from, to }) => [from, to]).filter((edge) => !isWhole || edge % weekMs !== 0);
  if (edges.length === 0) return undefined;
  return Math.min(...edges.map((edge) => ((edge - at + weekMs - 1) % weekMs) + 1));
}

/** The first moment in (`from`, `to`] with another offset than at `from`; undefined when both ends have the same. */
function clockChange(hours: Hours, from: number, to: number): number | undefined {
  const before = hours.offsetAt(from);
  if (hours.offsetAt(to) === before) return undefined;
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (hours.offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** The state at a moment. */
export function hoursAt(hours: Hours, unixMs: number): HoursState {
  const now = Math.floor(unixMs);
  const open = isOpen(hours, now);
  // Clocks are set a few times a year: one turn usually, two in such a week.
  for (let from = now, turns = 0; turns < 8; turns += 1) {
    const left = untilEdge(hours.spans, place(hours, from));
    if (left === undefined) return { open, changesAt: undefined };
    const edge = from + left;
    const set = clockChange(hours, from, edge);
    if (set === undefined && isOpen(hours, edge) !== open) return { open, changesAt: edge };
    from = set ?? edge;
    if (isOpen(hours, from) !== open) return { open, changesAt: from };
  }
  // More turns than any zone's clocks have made in a week: time to look again in a day.
  return { open, changesAt: now + dayMs };
}

/** A moment as the zone's clocks show it: `Mon 20:00`. */
export function clockText(hours: Hours, unixMs: number): string {
  const minutes = Math.floor(place(hours, unixMs) / minuteMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = dayNames[Math.floor(minutes / 1440)] ?? '';
  return `${day.slice(0, 1).toUpperCase()}${day.slice(1)} ${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}

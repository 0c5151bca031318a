import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockText, type Hours, hoursAt, parseHours } from './hours.ts';

const minute = 60_000;
const hour = 60 * minute;
const night = parseHours(['Mon-Fri 20:00-08:00', 'Sat,Sun 00:00-24:00'], 'Asia/Shanghai');
/** Shanghai is 8 hours ahead of UTC, and 2026-11-23 is a Monday. */
const shanghai = (day: number, time: string): number => Date.parse(`2026-11-${22 + day}T${time}+08:00`);

describe('hours', () => {
  it.each([
    [1, '07:59', false, 12 * 60 + 1],
    [1, '08:00', false, 12 * 60],
    [1, '19:59', false, 1],
    [1, '20:00', true, 12 * 60],
    [2, '03:30', true, 270],
    // From Friday evening to Sunday midnight without a gap; Saturday's early hours are in two windows.
    [5, '19:00', false, 60],
    [5, '21:00', true, 51 * 60],
    [7, '23:59', true, 1],
  ])('on day %i at %s: open %s, for %i minutes more', (day, time, open, minutes) => {
    const now = shanghai(day, time);
    const { open: isOpen, changesAt = 0 } = hoursAt(night, now);
    expect([isOpen, (changesAt - now) / minute]).toEqual([open, minutes]);
  });

  it('of a whole week never change', () => {
    const always = parseHours(['daily 00:00-24:00'], 'UTC');
    expect(hoursAt(always, 0)).toEqual({ open: true, changesAt: undefined });
    expect(hoursAt(parseHours(['Mon-Sun 07:00-19:00', 'Fri-Thu 19:00-07:00'], 'UTC'), 0)).toEqual({
      open: true,
      changesAt: undefined,
    });
  });

  it('are said as the clocks of the zone show them', () => {
    expect(clockText(night, shanghai(1, '20:00'))).toBe('Mon 20:00');
    expect(night.text).toBe('Mon-Fri 20:00-08:00; Sat,Sun 00:00-24:00 (Asia/Shanghai)');
  });

  it('follow clocks that are set: a night of 2026-03-29 in Berlin has one hour less, one of 2026-10-25 one more', () => {
    const berlin = parseHours(['daily 22:00-06:00'], 'Europe/Berlin');
    const left = (at: string): number =>
      ((hoursAt(berlin, Date.parse(at)).changesAt ?? 0) - Date.parse(at)) / hour;
    expect(left('2026-03-27T22:00+01:00')).toBe(8);
    expect(left('2026-03-28T22:00+01:00')).toBe(7);
    expect(left('2026-10-24T22:00+02:00')).toBe(9);
    // A window within the hour that is left out that night opens when the clocks jump over its beginning.
    const skipped = parseHours(['daily 02:30-04:00'], 'Europe/Berlin');
    const before = Date.parse('2026-03-29T01:00+01:00');
    expect(hoursAt(skipped, before)).toEqual({
      open: false,
      changesAt: Date.parse('2026-03-29T03:00+02:00'),
    });
  });

  it.each([
    ['Mon-Fri', /is no window such as/],
    ['Mon-Fry 20:00-08:00', /"Fry" is none of Mon, Tue/],
    ['Mon 25:00-26:00', /no clock shows: 25:00/],
    ['Mon 10:60-11:00', /no clock shows: 10:60/],
    ['Mon 10:00-10:00', /no length; a whole day is 00:00-24:00/],
    ['Mon-Tue-Wed 10:00-11:00', /no day or range of days/],
    ['20:00-08:00', /is no window/],
    ['', /is no window/],
  ])('refuse %j', (text, why) => {
    expect(() => parseHours([text], 'UTC')).toThrow(why);
    expect(() => parseHours([text], 'UTC')).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  });

  it.each(['Asia/Shangai', 'Asia/', ' ', '2026-01-01T00:00Z', '2026-01-01T00:00+08:00[Asia/Shanghai]'])(
    'refuse a zone that is none, %j',
    (zone) => {
      expect(() => parseHours(['Mon 10:00-11:00'], zone)).toThrow(`${JSON.stringify(zone)} is no time zone`);
    },
  );

  it('know every zone and offset that Intl knows', () => {
    const differing = Intl.supportedValuesOf('timeZone').flatMap((zone) => {
      const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
      const { offsetAt } = parseHours(['daily 00:00-24:00'], zone);
      return [Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)]
        .filter((moment) => {
          const name = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value ?? '';
          const [, sign, hours = 0, minutes = 0] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name) ?? [];
          const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
          return offsetAt(moment) !== (sign === '-' ? 0 - ms : ms);
        })
        .map((moment) => `${zone} at ${moment}`);
    });
    expect(differing).toEqual([]);
  });
});

describe('whatever the windows, the zone and the moment', () => {
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  const clock = fc.integer({ min: 0, max: 1439 }).map((m) => {
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${two(Math.floor(m / 60))}:${two(m % 60)}`;
  });
  const window = fc
    .record({ from: fc.constantFrom(...days), to: fc.constantFrom(...days), begin: clock, end: clock })
    .filter(({ begin, end }) => begin !== end)
    .map(({ from, to, begin, end }) => `${from}-${to} ${begin}-${end}`);
  const zones = [
    'UTC',
    'Asia/Shanghai',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  ];
  const moment = fc.oneof(
    fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2030-01-01') }),
    // Around the days on which some of these zones set their clocks.
    fc
      .tuple(
        fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01'),
        fc.integer({ min: -3 * 86_400_000, max: 2 * 86_400_000 }),
      )
      .map(([day, shift]) => Date.parse(day) + shift),
  );

  const calendars = new Map(
    zones.map((timeZone) => [
      timeZone,
      new Intl.DateTimeFormat('en-GB', {
        timeZone,
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
    ]),
  );

  /** By the calendar of the zone alone, for comparison: is `ms` in one of the windows? */
  function inWindows(windows: readonly string[], zone: string, ms: number): boolean {
    const parts = calendars.get(zone)?.formatToParts(ms) ?? [];
    const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
    const day = days.indexOf(part('weekday'));
    const now = `${part('hour')}:${part('minute')}`;
    return windows.some((text) => {
      const [range = '', times = ''] = text.split(' ');
      const [first = '', last = ''] = range.split('-');
      const [begin = '', end = ''] = times.split('-');
      const has = (which: number): boolean => {
        const span = (days.indexOf(last) - days.indexOf(first) + 7) % 7;
        return (((which + 7) % 7) - days.indexOf(first) + 7) % 7 <= span;
      };
      return begin < end
        ? has(day) && begin <= now && now < end
        : (has(day) && begin <= now) || (has(day - 1) && now < end);
    });
  }

  it('they are open when the calendar of the zone says so, until exactly the next change', () => {
    fc.assert(
      fc.property(
        fc.array(window, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...zones),
        moment,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (windows, zone, now, part) => {
          const hours: Hours = parseHours(windows, zone);
          const { open, changesAt } = hoursAt(hours, now);
          expect(open).toBe(inWindows(windows, zone, now));
          const end = changesAt ?? now + 8 * 86_400_000;
          expect(end).toBeGreaterThan(now);
          expect(inWindows(windows, zone, end - 1)).toBe(open);
          expect(inWindows(windows, zone, Math.floor(now + part * (end - 1 - now)))).toBe(open);
          if (changesAt !== undefined) expect(inWindows(windows, zone, changesAt)).toBe(!open);
        },
      ),
      { numRuns: 300 },
    );
  });
});

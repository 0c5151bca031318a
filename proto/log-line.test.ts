import { describe, expect, it } from 'vitest';
import { isJournal, journalLine, type LogLine, Repeats, terminalLine } from './log-line.ts';

const line = (
  event: string,
  fields: Record<string, unknown> = {},
  level: LogLine['level'] = 'warn',
): LogLine => ({
  level,
  event,
  fields,
});

describe('a line', () => {
  it('has the time of day at a terminal, and a priority in the journal', () => {
    const one = line('lost', { why: 'no route', after_ms: 20, left: ['a'] });
    expect(terminalLine(one, '2026-11-25T08:01:02.345Z')).toBe(
      '08:01:02.345 warn  lost why=no route after_ms=20 left=["a"]\n',
    );
    expect(journalLine(one)).toBe('<4>lost why=no route after_ms=20 left=["a"]\n');
    const levels = ['debug', 'info', 'warn', 'error'] as const;
    expect(levels.map((level) => journalLine(line('e', {}, level)).slice(0, 3))).toEqual([
      '<7>',
      '<6>',
      '<4>',
      '<3>',
    ]);
    expect(journalLine(line('broken', { error: 'a\n at b\n at c' }))).toBe(
      '<4>broken error=a |  at b |  at c\n',
    );
  });

  it('goes to the journal when that is where our own output goes', () => {
    expect(isJournal('8:1234', { dev: 8, ino: 1234 })).toBe(true);
    expect(isJournal('8:1234', { dev: 8, ino: 1 })).toBe(false);
    expect(isJournal(undefined, { dev: 8, ino: 1 })).toBe(false);
  });
});

describe('what is said again and again', () => {
  it('is written five times in half a minute, then counted, and the count is told with the next line of all', () => {
    const repeats = new Repeats();
    const written = Array.from({ length: 100 }, (_, at) =>
      repeats.take(line('fails', { at: 1 }), at * 100),
    ).flat();
    expect(written).toEqual(Array.from({ length: 5 }, () => line('fails', { at: 1 })));
    expect(repeats.take(line('else'), 20_000)).toEqual([line('else')]);
    expect(repeats.take(line('else'), 31_000)).toEqual([
      line('fails', { at: 1, repeated: 95 }),
      line('else'),
    ]);
    expect(repeats.take(line('fails', { at: 1 }), 31_001)).toEqual([line('fails', { at: 1 })]);
  });

  it('is only what is the same in every word, and never what is asked for to the full', () => {
    const repeats = new Repeats();
    const different = Array.from({ length: 20 }, (_, at) =>
      repeats.take(line('card', { index: at }), 0),
    ).flat();
    expect(different).toHaveLength(20);
    const debug = Array.from({ length: 20 }, () => repeats.take(line('sent', {}, 'debug'), 0)).flat();
    expect(debug).toHaveLength(20);
  });

  it('is remembered within bounds', () => {
    const repeats = new Repeats();
    for (let at = 0; at < 6; at += 1) repeats.take(line('first'), 0);
    const told = Array.from({ length: 1_000 }, (_, at) => repeats.take(line(`other ${at}`), 0)).flat();
    expect(told).toHaveLength(1_001);
    expect(told).toContainEqual(line('first', { repeated: 1 }));
  });
});

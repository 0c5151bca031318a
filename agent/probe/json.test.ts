import { describe, expect, it } from 'vitest';
import { listOf, member, objectOf, readJson, textOf } from './json.ts';

const plain = (value: unknown): unknown =>
  value instanceof Map
    ? Object.fromEntries([...value].map(([key, each]) => [key, plain(each)]))
    : Array.isArray(value)
      ? value.map(plain)
      : value;

describe('JSON as tools print it', () => {
  it('keeps every scalar as it was printed', () => {
    const { values } = readJson('{"a": 1.50, "b": "x\\u0041\\"", "c": null, "d": [true, -1e3], "e": {}}');
    expect(plain(values)).toEqual([{ a: '1.50', b: 'xA"', c: 'null', d: ['true', '-1e3'], e: {} }]);
  });

  it('passes over noise before, between and behind', () => {
    const text = 'WARNING: [x] {not json}\n{"a": "1"}\nbye {"b": "2"} [3]';
    expect(plain(readJson(text).values)).toEqual([{ a: '1' }, { b: '2' }]);
  });

  it('does without commas and without quotes (hy-smi of DTK 24)', () => {
    const text = '{"card0": {"use (%)": 23%\n "temp": 41.0 "sn": "T1"},}';
    expect(plain(readJson(text).values)).toEqual([{ card0: { 'use (%)': '23%', temp: '41.0', sn: 'T1' } }]);
  });

  it.each(['{"a": "12', '{"a": 12', '{"a": {"b": "1"', '[{"a": "1"}', '{"a": "1",'])(
    'says that %s was cut',
    (text) => {
      const { truncated, values } = readJson(text);
      expect(truncated).toBe(true);
      expect(JSON.stringify(plain(values))).not.toContain('12');
    },
  );

  it('gives nothing of a quoted text whose end is missing on its line', () => {
    expect(plain(readJson('{"a": "12\n, "b": "3"}').values)).toEqual([{ b: '3' }]);
  });

  it('ends at a depth that no tool prints', () => {
    const { values, truncated } = readJson('{"a":'.repeat(10_000));
    expect(values).toHaveLength(1);
    expect(truncated).toBe(true);
  });

  it('treats a key like any other, whatever its name', () => {
    const [value] = readJson('{"__proto__": {"x": "1"}, "constructor": "2"}').values;
    expect(textOf(objectOf(value), /^constructor$/)).toBe('2');
    expect(textOf(objectOf(member(objectOf(value), /^__proto__$/)), /^x$/)).toBe('1');
  });

  it('finds members with blanks around their key, and takes a single object as a list', () => {
    const [value] = readJson('{"Power Draw ": "66.0 W", "gpu_data": {"gpu": 0}}').values;
    expect(textOf(objectOf(value), /^power draw$/i)).toBe('66.0 W');
    expect(listOf(member(objectOf(value), /^gpu_data$/))).toHaveLength(1);
    expect(listOf('1')).toEqual([]);
  });
});

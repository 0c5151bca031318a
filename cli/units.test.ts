import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../proto/duration.ts';
import { SuanlinkError } from '../proto/codes.ts';
import { parseBytes } from '../proto/size.ts';
import { parseInteger, parseMilli, showBytes, showDuration, showMilli, showYuan } from './units.ts';

describe('sizes', () => {
  it.each([
    ['0', 0],
    ['4096', 4096],
    ['512b', 512],
    ['1k', 1024],
    ['512MiB', 512 * 2 ** 20],
    ['512m', 512 * 2 ** 20],
    ['4GiB', 4 * 2 ** 30],
    ['4 GiB', 4 * 2 ** 30],
    ['1.5GB', 1_500_000_000],
    ['0.5g', 2 ** 29],
    ['2TiB', 2 ** 41],
  ])('%s', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it.each([
    '',
    'GiB',
    '-1',
    '1e9',
    '0x10',
    '4 Gibs',
    '4GiB4',
    '1,5GB',
    '9999999TiB',
    'NaN',
    'Infinity',
    '四',
  ])('%j is none', (text) => expect(() => parseBytes(text)).toThrow(/is not a size/));

  it('come back from their own text', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1023 }), fc.constantFrom('B', 'KiB', 'MiB', 'GiB', 'TiB'), (count, unit) => {
        const bytes = parseBytes(`${count}${unit}`);
        expect(parseBytes(showBytes(bytes))).toBe(bytes);
      }),
    );
  });
});

describe('durations', () => {
  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['1.5d', 129_600_000],
    ['250ms', 250],
    ['2min', 120_000],
    ['1d2h3m4s', 93_784_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', 's', '-1s', '1 h', '1h 30m', '1y', '1hh', 'soon', '1e3', '99999999999999999d'])(
    '%j is none',
    (text) => expect(() => parseDuration(text)).toThrow(/is not a duration/),
  );

  it('come back from the longer texts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 3599 }), (seconds) => {
        expect(parseDuration(showDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });

  it.each([
    [0, '0.0s'],
    [1234, '1.2s'],
    [59_400, '59s'],
    [61_000, '1m01s'],
    [3_720_000, '1h02m'],
    [273_600_000, '3d04h'],
  ])('%i ms reads %s', (ms, text) => expect(showDuration(ms)).toBe(text));
});

describe('counts', () => {
  it.each([
    ['2.5', 2500],
    ['4', 4000],
    ['0.25', 250],
    ['0.001', 1],
  ])('%s', (text, milli) => {
    expect(parseMilli(text)).toBe(milli);
    expect(showMilli(milli)).toBe(text);
  });

  it.each(['', '-1', '1.2345', '.5', '1e3', 'x'])('%j is none', (text) =>
    expect(() => parseMilli(text)).toThrow(/is not a number/),
  );

  it.each(['', '1.5', '0x1', '1e3', '9999999999999999'])('%j is no integer', (text) =>
    expect(() => parseInteger(text)).toThrow(/is not an integer/),
  );

  it('price in yuan has what digits it needs', () => {
    expect([0, 1_230_000, 1_234_567, 10].map(showYuan)).toEqual(['¥0.00', '¥1.23', '¥1.234567', '¥0.00001']);
  });
});

it('no text makes a parser throw anything but our error', () => {
  for (const parse of [parseBytes, parseDuration, parseMilli, parseInteger])
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const value = parse(text);
          expect(Number.isSafeInteger(value)).toBe(true);
        } catch (caught) {
          expect(caught).toBeInstanceOf(SuanlinkError);
        }
      }),
    );
});

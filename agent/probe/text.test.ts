import { describe, expect, it } from 'vitest';
import {
  boxCells,
  busAddress,
  cleanLines,
  count,
  csvRows,
  flag,
  isBorder,
  keyValue,
  mib,
  num,
  percent,
  unknown,
  usedOfTotal,
  watts,
  wideSplit,
} from './text.ts';

const none = [
  'N/A',
  '[N/A]',
  'n/a',
  'NA',
  '-',
  '--',
  '[Not Supported]',
  'Not Supported',
  'Unknown Error',
  '[Unknown Error]',
  'ERR!',
  '[Insufficient Permissions]',
  '[GPU requires reset]',
  '[GPU is lost]',
  'Requested functionality has been deprecated',
  'unknown',
  'null',
  '/',
  '',
  '   ',
];

describe('no value', () => {
  it.each(none)('%j is null for every reader, and never 0', (word) => {
    for (const read of [unknown, num, mib, watts, percent, count, flag, busAddress])
      expect(read(word)).toBeNull();
  });

  it('keeps words that only look like it', () => {
    for (const word of ['0', 'None', 'Default', 'Orin (nvgpu)', '0000000000000', 'REDACTED'])
      expect(unknown(word)).toBe(word);
  });
});

describe('numbers', () => {
  it('with known units only', () => {
    expect([num('34C'), num('98.50 W'), num('7 %'), num('0%'), num('1980 MHz'), num('-3 C')]).toEqual([
      34, 98.5, 7, 0, 1980, -3,
    ]);
    for (const word of ['P0', '0x10', '1e5', '12 apples', '1,5', '3 4', 'C', '1.2.3', '9'.repeat(400)])
      expect(num(word)).toBeNull();
  });

  it('counts are digits and nothing else', () => {
    expect([count('0'), count(' 17 '), count('32768')]).toEqual([0, 17, 32768]);
    for (const word of ['0%', '-1', '1.5', '12 MiB']) expect(count(word)).toBeNull();
  });

  it('percentages stay within 0 and 100', () => {
    expect([percent('0 %'), percent('100%'), percent('-1'), percent('101')]).toEqual([0, 100, null, null]);
  });

  it('memory in MiB, rounded down', () => {
    expect([
      mib('81559MiB'),
      mib('65536 MB'),
      mib('12 GB'),
      mib('1048575', 'B'),
      mib('2097152 B'),
      mib('1023 KiB'),
    ]).toEqual([81559, 65536, 12288, 0, 2, 0]);
    expect([mib('12 GHz'), mib('12 MiB/s')]).toEqual([null, null]);
  });

  it('power in watts', () => {
    expect([watts('250 W'), watts('12.5'), watts('90500 mW'), watts('-4 W'), watts('4 C')]).toEqual([
      250,
      12.5,
      90.5,
      null,
      null,
    ]);
  });

  it('pairs, with or without blanks, and with N/A on either side', () => {
    expect(usedOfTotal('26690/ 65536')).toEqual({ used: 26690, total: 65536 });
    expect(usedOfTotal('12MiB / 81559MiB')).toEqual({ used: 12, total: 81559 });
    expect(usedOfTotal('N/A / N/A')).toEqual({ used: null, total: null });
    expect(usedOfTotal('N/A/ 65536')).toEqual({ used: null, total: 65536 });
    expect(usedOfTotal('Not Supported')).toBeNull();
  });
});

describe('lines', () => {
  it('lose escapes, marks and line ends, and nothing else', () => {
    expect(cleanLines('\uFEFF\u001b[4mGPU0\tCPU\u001b[0m  \r\nb\rc')).toEqual(['GPU0\tCPU', 'b', 'c']);
  });

  it('of UTF-16 read as bytes are read', () => {
    expect(cleanLines([...'\uFFFDindex, 7'].join('\0'))).toEqual(['index, 7']);
  });

  it('keep a number apart that a control character cut in two', () => {
    expect(cleanLines('3\u000111')).toEqual(['3 11']);
  });

  it('split on wide blanks, keys and commas', () => {
    expect(wideSplit('0    0   Ascend 910B4')).toEqual(['0', '0', 'Ascend 910B4']);
    expect(keyValue('  PCIe Bus Info : 0000:0C:00.0')).toEqual({
      indent: 2,
      key: 'PCIe Bus Info',
      value: '0000:0C:00.0',
    });
    expect(csvRows('a, "b, c", d\n\ne,,f')).toEqual([
      ['a', 'b, c', 'd'],
      ['e', '', 'f'],
    ]);
  });

  it('of box tables', () => {
    expect(boxCells('| a  b |  c |')).toEqual(['a  b', 'c']);
    expect(boxCells('|====+===|')).toBeNull();
    expect(boxCells('plain')).toBeNull();
    expect(isBorder('+----+---+')).toBe(true);
    expect(isBorder('|ERR!   38C |')).toBe(false);
  });
});

it('bus addresses have one form', () => {
  for (const word of ['00000000:81:00.0', '0000:81:00.0', '81:00.0', '81:00', '0000:81:00.0 '])
    expect(busAddress(word)).toBe('0000:81:00.0');
  expect(busAddress('00010000:01:00.0')).toBe('10000:01:00.0');
  expect(busAddress('12:34:56')).toBe('0012:34:56.0');
  expect(busAddress('Off')).toBeNull();
});

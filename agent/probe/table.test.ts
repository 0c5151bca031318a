import { describe, expect, it } from 'vitest';
import { commonFields, deviceTable, pairOf, processRows, putMemory, putPower, wordsOf } from './table.ts';
import type { DeviceReading } from './probe.ts';
import { cleanLines } from './text.ts';

const table = (text: string) => deviceTable(cleanLines(text));
const devices = (text: string): DeviceReading[] => table(text)?.devices.map(commonFields) ?? [];

const border = '+------------------+--------------+';
const head = `${border}
| GPU  Name        | Bus-Id       |
| Temp  Pwr:Usage/Cap | Memory-Usage |
|==================+==============|
`;

describe('words of a cell', () => {
  it.each([
    ['39 C   Sleep    105W  300W', ['39C', 'Sleep', '105W', '300W']],
    ['N/A   31C   N/A    95W / 600W', ['NA', '31C', 'NA', '95W/600W']],
    ['[N/A]   7 %', ['NA', '7%']],
    ['826/65536 MiB', ['826/65536MiB']],
    ['0MiB /    96MiB', ['0MiB/96MiB']],
    ['0 P800 OAM', ['0', 'P800', 'OAM']],
  ])('%s', (cell, words) => expect(wordsOf(cell)).toEqual(words));
});

describe('pairs', () => {
  it.each([
    ['826/65536MiB', ['826MiB', '65536MiB']],
    ['141/750W', ['141W', '750W']],
    ['N/A / N/A', ['NA', 'NA']],
    ['97W/NA', ['97W', 'NA']],
  ])('%s', (pair, sides) => expect(pairOf(pair)).toEqual(sides));

  it('are nothing else', () => {
    expect(pairOf('5')).toBeNull();
    expect(pairOf('1/2/3')).toBeNull();
  });

  it('give null for no value, and nothing for a single number', () => {
    const device: DeviceReading = {};
    putMemory(device, 'N/A');
    putPower(device, '44W');
    expect(device).toEqual({ memoryUsedMib: null, memoryTotalMib: null, powerW: 44 });
  });
});

describe('device tables', () => {
  it('takes words by order, whatever the widths', () => {
    const row = (wide: number): string =>
      `| 3${' '.repeat(wide)}ACME X 9  | 0000:0e:00.0${' '.repeat(wide)}|
| 41C ${' '.repeat(wide)}57W / 350W | 12MiB / 99MiB |
${border}
`;
    const expected = {
      index: 3,
      model: 'ACME X 9',
      busId: '0000:0e:00.0',
      temperatureC: 41,
      powerW: 57,
      powerLimitW: 350,
      memoryUsedMib: 12,
      memoryTotalMib: 99,
    };
    for (const wide of [1, 3, 40]) expect(devices(head + row(wide))).toEqual([expected]);
  });

  it('does not count a repeated device twice (`-l`)', () => {
    const once = `| 0 A | 01:00.0 |\n| 1C 2W / 3W | 4MiB / 5MiB |\n${border}\n`;
    expect(devices(head + once + head + once)).toHaveLength(1);
  });

  it('knows two devices of one address by their index', () => {
    const one = (index: number): string =>
      `| ${index} A | 01:00.0 |\n| 1C 2W / 3W | 4MiB / 5MiB |\n${border}\n`;
    expect(devices(head + one(0) + one(1)).map(({ index }) => index)).toEqual([0, 1]);
  });

  it('says that a table ended early', () => {
    const whole = `${head}| 0 A | 01:00.0 |\n| 1C 2W / 3W | 4MiB / 5MiB |\n${border}\n`;
    expect(table(whole)?.truncated).toBe(false);
    expect(table(`${head}| 0 A | 01:00.0 |\n`)?.truncated).toBe(true);
    expect(table(`${head}| 0 A | 01:00.0 |\n| 1C 2W / 3W | 4MiB / 5MiB |\n`)?.truncated).toBe(true);
  });

  it('takes no number from a row that lost its closing bar', () => {
    expect(devices(`${head}| 0 A | 01:00.0 |\n| 1C 2W / 3W | 4MiB / 5`)[0]?.memoryTotalMib).toBeUndefined();
  });

  it('keeps a device without an address when the tool has none', () => {
    expect(devices(`${head}| 0 A | N/A |\n| 1C 2W / 3W | 4MiB / 5MiB |\n${border}\n`)).toMatchObject([
      { index: 0, busId: null, memoryTotalMib: 5 },
    ]);
  });

  it('is null without a header that names an address', () => {
    expect(table('| a | b |\n| 0 | 01:00.0 |')).toBeNull();
  });
});

describe('process tables', () => {
  it('reads rows with and without a type, names with blanks, and passes over idle cards', () => {
    const lines = cleanLines(`| Processes:                     AIP Memory |
|  AIP       PID   Type   Process name      Usage |
|=================|
|   0        N/A   N/A    N/A               N/A   |
|   1       4321     C    python -u a.py  512MiB  |
+=====+`);
    expect(processRows(lines)).toEqual([
      { device: 1, pid: 4321, name: 'python -u a.py', memoryUsedMib: 512 },
    ]);
  });
});

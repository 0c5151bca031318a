import { describe, expect, test } from 'vitest';
import {
  allowedCpus,
  cpuMaxMilli,
  cpuModel,
  cpuPct,
  cpuTicks,
  memory,
  memoryMaxBytes,
  osName,
  quotaMilli,
  uptimeSeconds,
} from './host-proc.ts';

describe('processor time', () => {
  test('counts idle and waiting time as not used, guests once', () => {
    const ticks = cpuTicks('cpu  10 1 4 80 5 0 0 0 7 0\ncpu0 10 1 4 80 5 0 0 0 7 0\nintr 1\n');
    expect(ticks).toEqual({ busy: 15, total: 100 });
  });

  test('of two readings gives percent, within 0 to 100', () => {
    expect(cpuPct({ busy: 10, total: 100 }, { busy: 60, total: 200 })).toBe(50);
    expect(cpuPct({ busy: 10, total: 100 }, { busy: 5, total: 200 }), 'iowait may go back').toBe(0);
    expect(cpuPct({ busy: 10, total: 100 }, { busy: 10, total: 100 })).toBeUndefined();
  });

  test.each(['', 'cpu', 'cpu  1 2\n', 'intr 5\n'])('is not known from %j', (text) => {
    expect(cpuTicks(text)).toBeUndefined();
  });
});

describe('memory', () => {
  test('is what the kernel says is available', () => {
    const text = 'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    600 kB\n';
    expect(memory(text)).toEqual({ totalBytes: 1_024_000, availableBytes: 614_400 });
  });

  test('of old kernels is free memory and caches', () => {
    const text = 'MemTotal:       1000 kB\nMemFree:         100 kB\nBuffers: 20 kB\nCached: 80 kB\n';
    expect(memory(text)?.availableBytes).toBe(200 * 1024);
  });

  test('is not known from other text', () => {
    expect(memory('SwapTotal: 5 kB')).toBeUndefined();
  });
});

test('names of system and processor', () => {
  expect(osName('NAME="Ubuntu"\nPRETTY_NAME="Ubuntu 24.04.1 LTS"\n')).toBe('Ubuntu 24.04.1 LTS');
  expect(osName("NAME='openEuler'\nVERSION_ID=22.03\n")).toBe('openEuler 22.03');
  expect(osName('')).toBeUndefined();
  expect(cpuModel('processor\t: 0\nmodel name\t: AMD EPYC  9654 96-Core\n')).toBe('AMD EPYC 9654 96-Core');
  expect(cpuModel('processor\t: 0\nBogoMIPS\t: 200.00\n')).toBeUndefined();
  expect(uptimeSeconds('350735.47 234388.90\n')).toBe(350_735.47);
  expect(uptimeSeconds('now')).toBeUndefined();
});

test('limits', () => {
  expect(allowedCpus('Name:\tnode\nCpus_allowed_list:\t0-3,8,10-11\n')).toBe(7);
  expect(allowedCpus('Name:\tnode\n')).toBeUndefined();
  expect(cpuMaxMilli('150000 100000\n')).toBe(1500);
  expect(cpuMaxMilli('max 100000\n')).toBeUndefined();
  expect(cpuMaxMilli('')).toBeUndefined();
  expect(quotaMilli(-1, 100_000)).toBeUndefined();
  expect(quotaMilli(50_000, 100_000)).toBe(500);
  expect(memoryMaxBytes('536870912\n')).toBe(536_870_912);
  for (const none of ['max\n', '', '9223372036854771712\n', '-1'])
    expect(memoryMaxBytes(none)).toBeUndefined();
});

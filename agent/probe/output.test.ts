import { describe, expect, it } from 'vitest';
import { readingTable, readingToJson } from './output.ts';
import { parseCapture, probes } from './registry.ts';

describe('json', () => {
  it('has the names of the corpus, keeps null and leaves out what is not spoken of', () => {
    const json = readingToJson({
      status: 'present',
      devices: [
        {
          index: 0,
          memoryTotalMib: null,
          powerW: 1.5,
          mig: [{ gi: 1, memoryUsedMib: 2 }],
          last: { temperatureC: 3 },
        },
      ],
      lost: ['0000:04:00.0'],
      topology: { devices: ['GPU0'], links: { GPU0: { GPU0: 'X' } }, cpuAffinity: { GPU0: '0-3' } },
      driverVersion: null,
    });
    expect(json).toEqual({
      status: 'present',
      devices: [
        {
          index: 0,
          memory_total_mib: null,
          power_w: 1.5,
          mig: [{ gi: 1, memory_used_mib: 2 }],
          last: { temperature_c: 3 },
        },
      ],
      lost: ['0000:04:00.0'],
      topology: { devices: ['GPU0'], links: { GPU0: { GPU0: 'X' } }, cpu_affinity: { GPU0: '0-3' } },
      driver_version: null,
    });
  });

  it('of a failure has its reason and no devices', () => {
    expect(readingToJson({ status: 'failed', reason: 'why' })).toEqual({
      status: 'failed',
      reason: 'why',
      devices: [],
    });
  });
});

describe('table', () => {
  it('shows a dash where nothing is known', () => {
    const text = readingTable({
      status: 'present',
      devices: [{ index: 3, model: 'X1', memoryUsedMib: null, memoryTotalMib: 10 }],
      lost: ['1'],
      truncated: true,
    });
    const [head = '', row = '', ...rest] = text.split('\n');
    expect(head).toMatch(/^INDEX +MODEL/);
    expect(row.split(/ {2,}/)).toEqual(['3', 'X1', '-', '?/10', '-', '-', '-', '-', '-']);
    expect(rest).toEqual(['lost: 1', 'the output ended early']);
  });

  it('of an absence is one line', () => {
    expect(readingTable({ status: 'absent', reason: 'none' })).toBe('absent: none');
  });
});

describe('captures', () => {
  it('go to the vendor of the tool, typed with a path or .exe', () => {
    const list = 'GPU 0: NVIDIA H20 (UUID: GPU-1)\n';
    for (const tool of ['nvidia-smi', '/usr/bin/nvidia-smi', 'C:\\Windows\\nvidia-smi.exe'])
      expect(parseCapture(tool, '-L', list).status).toBe('present');
  });

  it('of an unknown tool name the known ones', () => {
    const reading = parseCapture('foo-smi', '', 'x');
    expect(reading).toMatchObject({ status: 'failed' });
    expect(reading.status === 'failed' && reading.reason).toContain('nvidia-smi');
  });

  it('vendors are there once each', () => {
    expect(new Set(probes.map(({ vendor }) => vendor)).size).toBe(probes.length);
  });
});

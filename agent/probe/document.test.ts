import { expect, test } from 'vitest';
import { probeDocument } from './document.ts';
import type { VendorState } from './snapshot.ts';

const moment = { nowMs: 5_000, wallMs: Date.UTC(2026, 6, 1) };
const present: VendorState = {
  vendor: 'ascend',
  status: 'present',
  reason: '',
  lastGoodAgeMs: null,
  devices: [
    {
      id: 'ascend-0000:01:00.0',
      vendor: 'ascend',
      reading: { index: 0, physicalId: 4, memoryUsedMib: null, health: 'Warning', busId: '0000:01:00.0' },
      health: 'degraded',
      healthReasons: ['the tool says: Warning'],
      sampledAtMs: 3_900,
      externalUse: 'a job of Slurm',
      events: [{ atMs: 1_000, code: 'ras 3', severity: 'degraded', message: 'said so' }],
    },
  ],
  driverVersion: '24.1.0',
  runtimeVersion: null,
  sampledAtMs: 3_800,
};

test('a device has the names of a parsed capture, our health and the word of its tool', () => {
  const { probes, ...head } = probeDocument(
    { vendors: [present], generation: 'g', kernelLogProblem: '' },
    moment,
  );
  expect(head).toEqual({
    schema: 'suanlink.probe/v1',
    generated_at: '2026-07-01T00:00:00.000Z',
    generation: 'g',
    kernel_log_problem: '',
  });
  expect(probes).toEqual([
    {
      vendor: 'ascend',
      status: 'present',
      reason: '',
      last_good_age_ms: null,
      driver_version: '24.1.0',
      runtime_version: null,
      sampled_at: '2026-06-30T23:59:58.800Z',
      sample_age_ms: 1_200,
      devices: [
        {
          id: 'ascend-0000:01:00.0',
          vendor: 'ascend',
          index: 0,
          physical_id: 4,
          memory_used_mib: null,
          bus_id: '0000:01:00.0',
          tool_health: 'Warning',
          health: 'degraded',
          health_reasons: ['the tool says: Warning'],
          sample_age_ms: 1_100,
          external_use: 'a job of Slurm',
          events: [
            { at: '2026-06-30T23:59:56.000Z', code: 'ras 3', severity: 'degraded', message: 'said so' },
          ],
        },
      ],
    },
  ]);
});

test('a vendor that was never sampled has no age', () => {
  const failed: VendorState = {
    ...present,
    status: 'failed',
    reason: 'hangs',
    devices: [],
    sampledAtMs: null,
  };
  const [vendor] = probeDocument(
    { vendors: [{ ...failed, lastGoodAgeMs: 12.6 }], generation: '' },
    moment,
  ).probes;
  expect(vendor).toMatchObject({ last_good_age_ms: 13, sampled_at: null, sample_age_ms: null, devices: [] });
});

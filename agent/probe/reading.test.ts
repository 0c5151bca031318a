import { describe, expect, it } from 'vitest';
import type { DeviceReading, ToolOutput } from './probe.ts';
import { answerOf, deviceId, healthOf, put, readRun } from './reading.ts';

describe('put', () => {
  it('sets what is spoken of, and never replaces a value by none', () => {
    const device: DeviceReading = {};
    put(device, 'model', undefined, () => 'x');
    expect(device).toEqual({});
    put(device, 'model', 'N/A', () => null);
    expect(device).toEqual({ model: null });
    put(device, 'model', 'a', (word) => word);
    put(device, 'model', 'N/A', () => null);
    expect(device).toEqual({ model: 'a' });
  });
});

it.each([
  [{ uuid: 'GPU-5a1b', busId: '0:1:0.0' }, 'GPU-5a1b'],
  [{ uuid: 'GPU-00000000-0000', busId: '00000000:3B:00.0' }, 'nvidia-0000:3b:00.0'],
  [{ uuid: null, busId: '0000:0C:00.0', chip: 1 }, 'nvidia-0000:0c:00.0-1'],
  [{ card: 5, chip: 0, busId: null }, 'nvidia-5-0'],
  [{ index: null, position: 3 }, 'nvidia-3'],
] as const)('the id of %j is %s', (reading, id) => expect(deviceId('nvidia', reading)).toBe(id));

it.each<[DeviceReading, string]>([
  [{}, 'ok'],
  [{ health: 'OK' }, 'ok'],
  [{ health: 'Good', eccUncorrected: 0, recoveryAction: 'None', remapPending: false }, 'ok'],
  [{ health: null }, 'unknown'],
  [{ health: 'Warning' }, 'degraded'],
  [{ health: 'Alarm' }, 'failed'],
  [{ health: 'error: GPU is lost' }, 'failed'],
  [{ health: 'error: fan reads ERR!' }, 'degraded'],
  [{ health: 'error: memory, utilization read ERR!' }, 'failed'],
  [{ eccUncorrected: 2 }, 'degraded'],
  [{ remapPending: true }, 'degraded'],
  [{ remapFailure: true, eccUncorrected: 1 }, 'failed'],
  [{ recoveryAction: 'Drain P2P' }, 'degraded'],
  [{ recoveryAction: 'Reset' }, 'failed'],
])('%j is %s', (reading, health) => {
  const seen = healthOf(reading);
  expect(seen.health).toBe(health);
  expect(seen.healthReasons.length > 0).toBe(health !== 'ok');
});

describe('a run', () => {
  const run = (output: Partial<ToolOutput>) =>
    readRun('x-smi', { code: 0, signal: null, stdout: '', stderr: '', durationMs: 7, ...output }, (text) => {
      if (text.startsWith('card'))
        return { status: 'present', devices: [{ index: 0 }], truncated: text.endsWith('~') };
      return text.includes('none')
        ? { status: 'absent', reason: 'none' }
        : { status: 'failed', reason: `said ${text}` };
    });

  it('with rows counts, whatever its exit code', () => {
    expect(run({ code: 14, stdout: 'card' }).status).toBe('present');
  });

  it('that was cut, killed or crashed never shows a smaller machine', () => {
    for (const output of [
      { stdout: 'card~' },
      { stdout: 'card', signal: 'SIGSEGV', code: null },
      { stdout: 'card', problem: 'deadline' as const },
    ])
      expect(run(output).status).toBe('failed');
  });

  it('that fails is explained by what it says on either stream', () => {
    expect(run({ code: 6, stderr: 'none here' })).toEqual({ status: 'absent', reason: 'none' });
    expect(run({ code: 9, stdout: 'boo' })).toEqual({ status: 'failed', reason: 'said boo (exit 9)' });
    expect(run({ code: 9, stderr: 'eek' })).toEqual({ status: 'failed', reason: 'said eek (exit 9)' });
    expect(run({ problem: 'missing', code: null }).status).toBe('absent');
    expect(run({ problem: 'busy', code: null })).toMatchObject({ status: 'failed' });
  });
});

it('an answer that only names lost devices failed', () => {
  expect(answerOf('nvidia', { status: 'present', devices: [], lost: ['1'] }).status).toBe('failed');
  expect(answerOf('nvidia', { status: 'present', devices: [{ index: 1 }], lost: ['0'] })).toMatchObject({
    status: 'present',
    devices: [{ id: 'nvidia-1', health: 'ok' }],
    driverVersion: null,
  });
});

import { describe, expect, it } from 'vitest';
import { leaseIdOf, workOf } from '../../test/fakes/offer.ts';
import type { EngineInfo } from './runtime.ts';
import { containerSpec, noDevices } from './spec.ts';

const engine: EngineInfo = {
  engine: 'docker',
  version: '',
  cgroupVersion: 2,
  cgroupDriver: 'cgroupfs',
  rootless: false,
  runtimes: ['runc', 'runsc'],
  cdi: false,
};
const key = { leaseId: leaseIdOf(1), epoch: 7 };
const spec = (work = workOf(), granted = noDevices) =>
  containerSpec({
    key,
    agent: 'node-a',
    work,
    acceleratorIds: ['nvidia:GPU-1'],
    granted,
    engine,
    limits: { nofile: 1000, nproc: 96_000 },
    cgroupParent: undefined,
  });

describe('containerSpec', () => {
  it('names, labels and tells the container of its lease', () => {
    expect(spec()).toMatchObject({
      name: `suanlink-${key.leaseId}-7`,
      labels: { agent: 'node-a', lease: key.leaseId, epoch: 7 },
      env: { SUANLINK_LEASE_ID: key.leaseId, SUANLINK_EPOCH: '7', SUANLINK_ACCELERATORS: 'nvidia:GPU-1' },
    });
  });

  it('never lets a job choose its devices, its loader or its lease', () => {
    const env = {
      NVIDIA_VISIBLE_DEVICES: 'all',
      ASCEND_VISIBLE_DEVICES: '0-7',
      CAMBRICON_VISIBLE_DEVICES: '0',
      NVIDIA_DRIVER_CAPABILITIES: 'all',
      LD_PRELOAD: '/x.so',
      SUANLINK_EPOCH: '1',
      KEPT: 'yes',
      OLD_PATH: 'ok',
    };
    const made = spec(workOf({ env }), { ...noDevices, env: { NVIDIA_VISIBLE_DEVICES: 'GPU-1' } });
    expect(made.env).toEqual({
      KEPT: 'yes',
      OLD_PATH: 'ok',
      NVIDIA_VISIBLE_DEVICES: 'GPU-1',
      SUANLINK_LEASE_ID: key.leaseId,
      SUANLINK_EPOCH: '7',
      SUANLINK_ACCELERATORS: 'nvidia:GPU-1',
    });
  });

  it('asks for no more open files and processes than this process may', () => {
    expect(spec().limits).toMatchObject({ nofile: 1000, nproc: 32_768 });
  });

  it('takes the runtime of the sandbox that was asked for, or none at all', () => {
    expect(spec(workOf({ sandbox: 'gvisor' })).runtime).toBe('runsc');
    expect(() => spec(workOf({ sandbox: 'kata' }))).toThrow(/no runtime for the sandbox kata/);
  });

  it('gives a read-only root a bounded /tmp', () => {
    expect(spec(workOf({ readOnlyRoot: true, memoryBytes: 2 ** 40 }))).toMatchObject({
      readOnlyRoot: true,
      tmpfs: { '/tmp': 256 * 2 ** 20 },
    });
  });
});

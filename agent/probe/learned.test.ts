import { describe, expect, test } from 'vitest';
import { countsMs, eventHealth, keptEvents } from './events.ts';
import { goodSamples } from './health.ts';
import { presentLook, sampled } from './inventory.ts';
import type { KernelEvent } from './kernel-log.ts';
import { type Known, unasked } from './known.ts';
import { withBusy, withKernelEvent, withProcesses, withTopology } from './learned.ts';
import type { DeviceReading, ProbeAnswer, ProbedDevice } from './probe.ts';
import type { Ours } from './snapshot.ts';
import { contentOf, stateOf } from './state.ts';
import { busyMs } from './use.ts';

type Present = Extract<ProbeAnswer, { status: 'present' }>;

const device = (id: string, reading: DeviceReading): ProbedDevice => ({
  id,
  vendor: 'nvidia',
  reading,
  health: 'ok',
  healthReasons: [],
});
const answer: Present = {
  status: 'present',
  devices: [
    device('a', { index: 0, busId: '00000000:01:00.0' }),
    device('b', { index: 1, busId: '00000000:02:00.0' }),
  ],
  driverVersion: '550',
  runtimeVersion: '12.4',
};
const known: Known = presentLook(unasked('nvidia'), answer, [], 'nvidia-smi', 1000);
const nothing: Ours = { leases: new Map(), cards: new Set() };
const health = (at: Known): string =>
  stateOf(at, 0)
    .devices.map((each) => each.health)
    .join();

const event = (code: string, severity: KernelEvent['severity'] = 'failed'): KernelEvent => ({
  address: '0000:01:00.0',
  code,
  severity,
  message: 'words',
});

describe('a kernel event', () => {
  test('makes the card at its address worse at once, with the reason', () => {
    const after = withKernelEvent(known, event('xid 79'), 2000);
    expect(health(after)).toBe('failed,ok');
    expect(stateOf(after, 0).devices[0]).toMatchObject({
      healthReasons: ['the kernel says: xid 79, words'],
      events: [{ code: 'xid 79', atMs: 2000 }],
    });
    expect(contentOf(after)).not.toBe(contentOf(known));
  });

  test('of another address, or of no card that we know, changes nothing', () => {
    expect(withKernelEvent(known, { ...event('xid 79'), address: '0000:09:00.0' }, 2000)).toBe(known);
  });

  test('that is only information is remembered and no more', () => {
    const after = withKernelEvent(known, event('xid 13', 'info'), 2000);
    expect(health(after)).toBe('ok,ok');
    expect(stateOf(after, 0).devices[0]?.events).toHaveLength(1);
  });

  test('is not outweighed by the word of the tool until it counts no more, and then must be outlived', () => {
    let after = withKernelEvent(known, event('xid 119'), 2000);
    for (let i = 0; i < 20; i += 1) after = sampled(after, answer, 3000 + i);
    expect(health(after)).toBe('failed,ok');
    const late = 2000 + countsMs.failed;
    for (let i = 1; i < goodSamples; i += 1) after = sampled(after, answer, late + i);
    expect(health(after)).toBe('failed,ok');
    expect(health(sampled(after, answer, late + goodSamples))).toBe('ok,ok');
  });

  test('is lifted when the driver asks for nothing any more', () => {
    let after = withKernelEvent(
      withKernelEvent(known, event('xid 119'), 2000),
      event('xid 154', 'info'),
      3000,
    );
    for (let i = 0; i < goodSamples; i += 1) after = sampled(after, answer, 4000 + i);
    expect(health(after)).toBe('ok,ok');
  });

  test('of a kind that comes again and again keeps its first words, so that nothing is told twice', () => {
    let after = known;
    for (let i = 0; i < 40; i += 1)
      after = withKernelEvent(after, { ...event('xid 94', 'degraded'), message: `no ${i}` }, 2000 + i);
    const [first] = stateOf(after, 0).devices;
    expect(first?.events).toHaveLength(keptEvents);
    expect(first?.healthReasons).toEqual([`the kernel says: xid 94, no ${40 - keptEvents}`]);
  });

  test('that is worse counts, whatever came after it', () => {
    const at = (code: string, severity: 'failed' | 'degraded', atMs: number) => ({
      code,
      severity,
      atMs,
      message: '',
    });
    const both = [at('xid 79', 'failed', 0), at('xid 94', 'degraded', 10)];
    expect(eventHealth(both, 20)).toEqual({ health: 'failed', healthReasons: ['the kernel says: xid 79'] });
    expect(eventHealth([], 20).health).toBe('ok');
  });
});

describe('links', () => {
  const matrix = {
    devices: ['GPU0', 'GPU1'],
    links: { GPU0: { GPU0: 'X', GPU1: 'NV4' }, GPU1: { GPU0: 'NV4', GPU1: 'X' } },
  };

  test('are shown with the devices, and are news', () => {
    const after = withTopology(known, {
      ...matrix,
      cpuAffinity: { GPU0: '0-3' },
      numaAffinity: { GPU0: '0' },
    });
    const [a] = stateOf(after, 0).devices;
    expect(a?.links).toEqual([{ kind: 'nvlink', peerId: 'b', word: 'NV4' }]);
    expect(a?.reading).toMatchObject({ cpuAffinity: '0-3', numaNode: 0 });
    expect(contentOf(after)).not.toBe(contentOf(known));
  });

  test('that the kernel contradicts are placed by the kernel', () => {
    const placed = presentLook(
      known,
      { ...answer, devices: [device('a', { index: 0, numaNode: 1 }), device('b', { index: 1 })] },
      [],
      'nvidia-smi',
      2000,
    );
    const after = withTopology(placed, { ...matrix, numaAffinity: { GPU0: '0' } });
    expect(stateOf(after, 0).devices[0]?.reading.numaNode).toBe(1);
  });

  test('that cannot be read are a note', () => {
    expect(stateOf(withTopology(known, { problem: 'no' }), 0).notes).toEqual(['links: no']);
    expect(stateOf(withTopology(known, { devices: ['GPU7'], links: {} }), 0).notes).toEqual([
      'links: the matrix names GPU7, and these are not the listed devices',
    ]);
    expect(stateOf(withTopology(known, null), 0).notes).toBeUndefined();
    expect(stateOf(known, 0).devices[0]?.links, 'unknown is not none').toBeUndefined();
  });
});

describe('processes', () => {
  const facts = new Map([[4, { containers: [], unit: 'x.service' }]]);
  const rows = [{ device: 1, pid: 4, name: 'serve' }];

  test('are shown with their device, and who is not ours is news', () => {
    const after = withProcesses(known, rows, facts, nothing, 2000);
    const [a, b] = stateOf(after, 0).devices;
    expect(a).toMatchObject({ processes: [] });
    expect(b).toMatchObject({
      processes: [{ pid: 4, owner: { kind: 'host', unit: 'x.service' } }],
      externalUse: 'pid 4 (serve, x.service)',
    });
    expect(contentOf(after)).not.toBe(contentOf(known));
    expect(stateOf(known, 0).devices[0]?.processes, 'unknown is not none').toBeUndefined();
  });

  test('explain load; without them and without a lease it is a note after a while, and not before', () => {
    const busy = sampled(known, { ...answer, devices: [device('b', { utilizationPct: 90 })] }, 2000);
    const notes = (at: Known, nowMs: number): unknown => stateOf(at, nowMs).devices[1]?.notes;
    const after = withBusy(busy, nothing, 2000);
    expect(notes(after, 2000 + busyMs - 1)).toBeUndefined();
    expect(notes(withBusy(after, nothing, 3000), 2000 + busyMs)).toEqual([
      'busy without a lease, and no process is seen that could explain it',
    ]);
    expect(notes(withBusy(after, { ...nothing, cards: new Set(['b']) }, 3000), 1e6)).toBeUndefined();
    expect(
      notes(withBusy(withProcesses(after, rows, facts, nothing, 3000), nothing, 3000), 1e6),
    ).toBeUndefined();
  });
});

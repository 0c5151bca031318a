import { describe, expect, test } from 'vitest';
import { goodSamples } from './health.ts';
import { absentLook, differs, failedLook, presentLook, sampled, vanishedMs } from './inventory.ts';
import { type Known, unasked } from './known.ts';
import { busCards } from './pci.ts';
import type { DeviceReading, ProbeAnswer, ProbedDevice, Tools, VendorProbe } from './probe.ts';
import { contentOf, generationOf, stateOf, troubled } from './state.ts';

type Present = Extract<ProbeAnswer, { status: 'present' }>;

function device(id: string, reading: DeviceReading = {}, more: Partial<ProbedDevice> = {}): ProbedDevice {
  return { id, vendor: 'nvidia', reading, health: 'ok', healthReasons: [], ...more };
}

function present(...devices: ProbedDevice[]): Present {
  return { status: 'present', devices, driverVersion: '550', runtimeVersion: '12.4', processes: [] };
}

const looked = (answer: Present, bus: string[] = [], before: Known = unasked('nvidia'), atMs = 1000): Known =>
  presentLook(
    before,
    answer,
    bus.map((address) => ({ address })),
    'nvidia-smi',
    atMs,
  );

const a = device('a', { busId: '00000000:01:00.0', model: 'H100' });
const b = device('b', { busId: '00000000:02:00.0', model: 'H100' });
const healths = (known: Known): Record<string, string> =>
  Object.fromEntries(stateOf(known, 0).devices.map(({ id, health }) => [id, health]));

describe('a failed look', () => {
  test('keeps the last good reading, marked unknown, beside its age', () => {
    const state = stateOf(failedLook(looked(present(a, b)), 'it hangs'), 5000);
    expect(state).toMatchObject({
      status: 'failed',
      reason: 'it hangs',
      lastGoodAgeMs: 4000,
      driverVersion: '550',
    });
    expect(state.devices).toMatchObject([
      { id: 'a', health: 'unknown', healthReasons: ['it hangs'], reading: { model: 'H100' } },
      { id: 'b', health: 'unknown' },
    ]);
  });

  test('before any good one has no devices and no age', () => {
    expect(stateOf(failedLook(unasked('nvidia'), 'no'), 9)).toMatchObject({
      devices: [],
      lastGoodAgeMs: null,
    });
  });

  test('is over with the next good one', () => {
    const state = stateOf(
      looked(present(a, b), [], failedLook(looked(present(a, b)), 'it hangs'), 2000),
      5000,
    );
    expect(state).toMatchObject({ status: 'present', reason: '', lastGoodAgeMs: null });
    expect(state.devices.map(({ health }) => health)).toEqual(['ok', 'ok']);
  });

  test('does not change the generation', () => {
    const known = looked(present(a, b));
    expect(generationOf('x', [failedLook(known, 'no')])).toBe(generationOf('x', [known]));
  });
});

test('a vendor without tools is absent, unless it had cards', () => {
  expect(stateOf(absentLook(unasked('nvidia'), 'no tool'), 0)).toMatchObject({
    status: 'absent',
    reason: 'no tool',
  });
  const gone = stateOf(absentLook(looked(present(a)), 'no tool'), 2000);
  expect(gone).toMatchObject({
    status: 'failed',
    reason: 'cards were here, but now: no tool',
    lastGoodAgeMs: 1000,
  });
  expect(gone.devices).toHaveLength(1);
});

describe('a card that is no longer listed', () => {
  const before = looked(present(a, b));
  const after = looked(present(a), [], before, 2000);

  test('is failed with the reason, and calls for another look', () => {
    expect(healths(after)).toEqual({ a: 'ok', b: 'failed' });
    expect(stateOf(after, 0).devices[1]?.healthReasons).toEqual(['nvidia-smi no longer lists it']);
    expect(troubled(before)).toBe(false);
    expect(troubled(after)).toBe(true);
    expect(generationOf('x', [after])).toBe(generationOf('x', [before]));
  });

  test('goes after ten minutes', () => {
    const later = looked(present(a), [], after, 2000 + vanishedMs - 1);
    expect(Object.keys(healths(later))).toEqual(['a', 'b']);
    const gone = looked(present(a), [], later, 2000 + vanishedMs);
    expect(Object.keys(healths(gone))).toEqual(['a']);
    expect(generationOf('x', [gone])).not.toBe(generationOf('x', [before]));
    expect(troubled(gone)).toBe(false);
  });

  test('is itself again some samples after it is back', () => {
    let known = looked(present(a, b), [], after, 3000);
    expect(healths(known)).toEqual({ a: 'ok', b: 'failed' });
    expect(stateOf(known, 0).devices).toHaveLength(2);
    for (let i = 1; i < goodSamples; i += 1) known = sampled(known, present(a, b), 3000 + i);
    expect(healths(known)).toEqual({ a: 'ok', b: 'ok' });
  });
});

describe('the PCI bus', () => {
  const bus = ['0000:01:00.0', '0000:02:00.0'];
  const both =
    'on the PCI bus at 0000:02:00.0, but not listed by nvidia-smi (the PCI bus shows 2 cards, nvidia-smi lists 1)';

  test('with the same cards says nothing', () => {
    expect(healths(looked(present(a, b), ['0000:01:00.0', '0000:02:00.0']))).toEqual({ a: 'ok', b: 'ok' });
  });

  test('with a card that the tool does not list makes one that is degraded and not to be leased, with both facts', () => {
    const known = looked(present(a), ['0000:01:00.0', '0000:02:00.0']);
    expect(stateOf(known, 0).devices[1]).toMatchObject({
      id: 'nvidia-0000:02:00.0',
      health: 'degraded',
      healthReasons: [both],
      unusable: both,
    });
  });

  test('withholds such a card until it has been listed and good for a while', () => {
    let known = looked(present(a, b), bus, looked(present(a), bus, looked(present(a, b), bus)), 2000);
    const unusable = (): string | undefined =>
      stateOf(known, 0).devices.find(({ id }) => id === 'b')?.unusable;
    expect(healths(known)).toEqual({ a: 'ok', b: 'degraded' });
    expect(unusable()).toMatch(/was degraded \(on the PCI bus .*must be ok for a while/);
    for (let i = 1; i < goodSamples; i += 1) known = sampled(known, present(a, b), 2000 + i);
    expect(healths(known)).toEqual({ a: 'ok', b: 'ok' });
    expect(unusable()).toBeUndefined();
  });

  test('keeps the identity of a card that was listed before', () => {
    const known = looked(present(a), ['0000:01:00.0', '0000:02:00.0'], looked(present(a, b)), 2000);
    expect(healths(known)).toEqual({ a: 'ok', b: 'degraded' });
    expect(stateOf(known, 0).devices[1]?.reading.model).toBe('H100');
  });

  test('with more cards than the tool, when addresses are not known, degrades what is listed', () => {
    const known = looked(present(device('a'), device('b')), ['0000:01:00.0', '0000:02:00.0', '0000:03:00.0']);
    expect(healths(known)).toEqual({ a: 'degraded', b: 'degraded' });
    expect(stateOf(known, 0).devices[0]?.healthReasons).toEqual([
      'the PCI bus shows 3 cards, nvidia-smi lists 2',
    ]);
  });

  test('shows fewer cards than a simulated tool, and that is no fault', () => {
    expect(healths(looked(present(a, b), ['0000:01:00.0']))).toEqual({ a: 'ok', b: 'ok' });
  });
});

describe('a sample', () => {
  const known = looked(present(a, b));

  test('updates values and keeps what it does not speak of', () => {
    const next = sampled(known, present(device('a', { utilizationPct: 40 }), device('b', {})), 3000);
    expect(next.devices[0]?.reading).toEqual({
      busId: '00000000:01:00.0',
      model: 'H100',
      utilizationPct: 40,
    });
    expect(next.sampledAtMs).toBe(3000);
    expect(known.sampledAtMs).toBeNull();
    expect(contentOf(next), 'changing values are no change of content').toBe(contentOf(known));
  });

  test('has its own age for each device, and outlives the next inventory', () => {
    const first = sampled(known, present(device('a', { utilizationPct: 40 }), device('b')), 3000);
    const both = [device('a', { utilizationPct: 50 }), device('b', { memoryUsedMib: 1 })] as const;
    const ages = (at: Known): unknown => stateOf(at, 0).devices.map(({ sampledAtMs }) => sampledAtMs);
    expect(ages(known)).toEqual([null, null]);
    expect(ages(first)).toEqual([3000, null]);
    const second = sampled(first, present(...both), 4000);
    expect(ages(second)).toEqual([4000, 4000]);
    const inventory = looked(present(a, b), [], second, 9000);
    expect(ages(inventory)).toEqual([4000, 4000]);
    expect(inventory.devices[0]?.reading.utilizationPct).toBe(50);
    expect(inventory.devices[0]?.reading.model).toBe('H100');
  });

  test('keeps the uuids of partitions', () => {
    const mig = [{ gi: 2, ci: 0, uuid: 'MIG-1', profile: '3g.40gb' }];
    const next = sampled(
      looked(present(device('a', { mig }))),
      present(device('a', { mig: [{ gi: 2, ci: 0, memoryUsedMib: 9 }] })),
      1,
    );
    expect(next.devices[0]?.reading.mig).toEqual([{ ...mig[0], memoryUsedMib: 9 }]);
  });

  test('changes health, with the findings of the inventory still in force', () => {
    const bad = device('a', {}, { health: 'degraded', healthReasons: ['row remapping'] });
    const next = sampled(
      looked(present(bad, b)),
      present(device('a'), device('b', {}, { health: 'failed', healthReasons: ['lost'] })),
      3000,
    );
    expect(healths(next)).toEqual({ a: 'degraded', b: 'failed' });
    expect(contentOf(next)).not.toBe(contentOf(looked(present(bad, b))));
  });

  test('tells when it speaks of other devices', () => {
    expect(differs(known, present(a, b))).toBe(false);
    expect(differs(known, present(a))).toBe(true);
    expect(differs(known, present(a, b, device('c')))).toBe(true);
    const busOnly = looked(present(a), ['0000:01:00.0', '0000:02:00.0']);
    expect(differs(busOnly, present(a)), 'what only the bus shows is not expected of the tool').toBe(false);
  });
});

describe('the generation', () => {
  const mig = [{ gi: 2, ci: 0, uuid: 'MIG-1' }];

  test('does not depend on the order, and starts with the boot id', () => {
    expect(generationOf('boot', [looked(present(a, b))])).toBe(generationOf('boot', [looked(present(b, a))]));
    expect(generationOf('boot', [])).toMatch(/^boot-[0-9a-f]{16}$/);
    expect(generationOf('other', [])).not.toBe(generationOf('boot', []));
  });

  test('changes with partitions and not with values', () => {
    const whole = generationOf('x', [looked(present(device('a', { migEnabled: false })))]);
    const split = generationOf('x', [looked(present(device('a', { migEnabled: true, mig })))]);
    const busy = generationOf('x', [
      looked(present(device('a', { migEnabled: true, mig, utilizationPct: 9 }))),
    ]);
    expect(split).not.toBe(whole);
    expect(busy).toBe(split);
  });
});

describe('cards on the bus', () => {
  const files: Record<string, string> = {
    '/sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de\n',
    '/sys/bus/pci/devices/0000:01:00.0/class': '0x030200\n',
    '/sys/bus/pci/devices/0000:01:00.1/vendor': '0x10de\n',
    '/sys/bus/pci/devices/0000:01:00.1/class': '0x040300\n',
    '/sys/bus/pci/devices/0000:02:00.0/vendor': '0x10de\n',
    '/sys/bus/pci/devices/0000:02:00.0/class': '0x030000\n',
    '/sys/bus/pci/devices/0000:03:00.0/vendor': '0x8086\n',
    '/sys/bus/pci/devices/0000:03:00.0/class': '0x030000\n',
    '/sys/bus/pci/devices/0000:04:00.0/vendor': '0x10de\n',
    '/sys/bus/pci/devices/0000:04:00.0/class': '0x030200\n',
    '/sys/bus/pci/devices/0000:05:00.0/vendor': '0x10de\n',
    '/sys/bus/pci/devices/0000:05:00.0/class': '0x030200\n',
  };
  const folders: Record<string, string[]> = {
    '/sys/bus/pci/devices': [...new Set(Object.keys(files).map((path) => path.split('/')[5] ?? ''))],
    '/sys/bus/pci/drivers/vfio-pci': ['0000:04:00.0', 'bind'],
    '/sys/bus/pci/devices/0000:05:00.0': ['physfn', 'vendor'],
  };
  const tools: Pick<Tools, 'readText' | 'list'> = {
    readText: async (path) => files[path],
    list: async (path) => folders[path] ?? [],
  };
  const cards = async (probe: Pick<VendorProbe, 'pciVendors' | 'graphicsInside'>): Promise<string[]> =>
    (await busCards(tools, probe)).map(({ address }) => address);

  test('are accelerators and graphics cards, not their sound, virtual functions or what a guest has', async () => {
    expect(await cards({ pciVendors: ['10de'] })).toEqual(['0000:01:00.0', '0000:02:00.0']);
  });

  test('do not include the graphics inside a processor', async () => {
    expect(await cards({ pciVendors: ['8086'], graphicsInside: true })).toEqual([]);
  });

  test('are none when the vendor has no known id', async () => {
    expect(await cards({ pciVendors: [] })).toEqual([]);
  });
});

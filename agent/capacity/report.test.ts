import { describe, expect, it } from 'vitest';
import { inventory as sample } from '../../test/fakes/agent-core.ts';
import { migCard, probed, vendorState } from '../../test/fakes/probed.ts';
import type { Inventory } from '../../proto/messages.ts';
import type { VendorState, WatchedDevice } from '../probe/snapshot.ts';
import { openPolicy, policyNow, type SharingPolicy } from './policy.ts';
import { inventory, reclaimed } from './report.ts';

function report(vendors: VendorState[], part: Partial<SharingPolicy> = {}, ungrantable = ''): Inventory {
  const policy = { ...openPolicy, ...part };
  const rules = { policy, now: policyNow(policy, 0), draining: false, drainReason: '', simulated: false };
  return inventory({
    generation: 'g',
    host: sample.host,
    vendors,
    rules: { ...rules, ungrantable: () => ungrantable },
  });
}

const whole = probed('nvidia', {
  index: 0,
  uuid: 'GPU-a',
  model: 'NVIDIA A100-SXM4-80GB',
  memoryTotalMib: 81_920,
  computeCapability: '8.0',
});
const instances = [
  { index: 0, gi: 1, ci: 0, profile: '3g.40gb', uuid: 'MIG-1', memoryTotalMib: 40_192, memoryUsedMib: 37 },
  { index: 1, gi: 5, ci: 0, profile: '1g.10gb', uuid: 'MIG-2', memoryTotalMib: 9728, memoryUsedMib: 12 },
];

describe('a whole card', () => {
  it('carries its architecture and its peak figures, dense and with their source', () => {
    const [card] = report([vendorState([whole])]).accelerators;
    expect(card).toMatchObject({
      id: 'GPU-a',
      architecture: 'Ampere',
      offered: true,
      memoryBytes: 81_920 * 2 ** 20,
      throughput: [
        { precision: 'bf16', gigaFlops: 312_000, dense: true, source: expect.stringContaining('torchtitan') },
        { precision: 'fp16', gigaFlops: 312_000, dense: true },
      ],
    });
    expect(card).not.toHaveProperty('partition');
  });

  it('of unknown memory or model has neither memory nor figures', () => {
    const [card] = report([
      vendorState([probed('ascend', { index: 0, model: null, memoryTotalMib: null })]),
    ]).accelerators;
    expect(card).toMatchObject({ model: '', architecture: '', throughput: [] });
    expect(card).not.toHaveProperty('memoryBytes');
  });
});

describe('a card with MIG on', () => {
  it('is listed and not offered; its instances are, each with its own memory', () => {
    const { accelerators } = report([vendorState([whole, migCard(instances)])]);
    expect(accelerators.map(({ id, offered }) => [id, offered])).toEqual([
      ['GPU-a', true],
      ['GPU-b', false],
      ['MIG-1', true],
      ['MIG-2', true],
    ]);
    expect(accelerators[1]?.notOfferedReason).toBe('MIG is on: its 2 instances are leased instead');
    expect(accelerators[2]).toMatchObject({
      vendor: 'nvidia',
      model: 'NVIDIA A100-SXM4-80GB MIG 3g.40gb',
      architecture: 'Ampere',
      index: 1,
      busAddress: '00000000:3B:00.0',
      numaNode: 1,
      memoryBytes: 40_192 * 2 ** 20,
      partition: { kind: 'mig', parentId: 'GPU-b', profile: '3g.40gb' },
      throughput: [],
    });
  });

  it('never offers more memory than the card has', () => {
    const { accelerators } = report([vendorState([migCard(instances)])]);
    const offered = accelerators.filter((card) => card.offered).map((card) => card.memoryBytes ?? 0);
    expect(offered.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(81_920 * 2 ** 20);
  });

  it('does not count the memory of a GPU instance once for each of its compute instances', () => {
    const shared = [0, 1].map((ci) => ({ index: ci, gi: 1, ci, uuid: `MIG-${ci}`, memoryTotalMib: 40_192 }));
    const byName = [{ index: 0, profile: '1c.3g.40gb', uuid: 'MIG-9', memoryTotalMib: 40_192 }];
    for (const mig of [shared, byName]) {
      const parts = report([vendorState([migCard(mig)])]).accelerators.slice(1);
      expect(parts.map((card) => card.memoryBytes)).toEqual(mig.map(() => undefined));
      expect(parts.every((card) => card.offered)).toBe(true);
    }
  });

  it('without instances, or with one that has no uuid, offers nothing of it', () => {
    expect(report([vendorState([migCard([])])]).accelerators).toMatchObject([
      { id: 'GPU-b', offered: false, notOfferedReason: 'MIG is on and there is no instance' },
    ]);
    const [, part] = report([
      vendorState([migCard([{ index: 0, gi: 1, ci: 0, profile: '1g.10gb' }])]),
    ]).accelerators;
    expect(part).toMatchObject({
      id: 'GPU-b/mig0',
      offered: false,
      notOfferedReason: 'the tool gives no uuid of this MIG instance',
    });
  });

  it('in use by its owner keeps its instances too, for the tool does not tell whose they are', () => {
    const used = { ...migCard(instances), externalUse: 'pid 7' };
    const parts = report([vendorState([used])]).accelerators.slice(1);
    expect(parts.map((card) => card.notOfferedReason)).toEqual([
      'in use by owner: pid 7',
      'in use by owner: pid 7',
    ]);
  });

  it('passes its health and what the owner withholds on to its instances', () => {
    const ill = migCard(instances, { health: 'failed', healthReasons: ['fell off the bus'] });
    expect(report([vendorState([ill])]).accelerators.slice(1)).toMatchObject([
      { health: 'failed', offered: false, notOfferedReason: 'fell off the bus' },
      { health: 'failed', offered: false },
    ]);
    const withheld = report([vendorState([migCard(instances)])], { withhold: ['GPU-b'] }).accelerators;
    expect(withheld.map((card) => card.offered)).toEqual([false, false, false]);
    const one = report([vendorState([migCard(instances)])], { withhold: ['MIG-1'] }).accelerators;
    expect(one.map((card) => card.offered)).toEqual([false, false, true]);
  });
});

it('a vendor whose tool does not answer keeps its cards, not offered', () => {
  const state = vendorState([whole], { status: 'failed', reason: 'hangs', lastGoodAgeMs: 4000 });
  expect(report([state])).toMatchObject({
    accelerators: [{ health: 'unknown', offered: false, notOfferedReason: expect.stringContaining('hangs') }],
    probes: [{ vendor: 'nvidia', status: 'failed', lastGoodAgeMs: 4000 }],
  });
});

it('a card that no container could be given is not offered', () => {
  expect(report([vendorState([whole])], {}, 'no /dev/nvidia0').accelerators).toMatchObject([
    { offered: false, notOfferedReason: 'no /dev/nvidia0' },
  ]);
});

const device: WatchedDevice = { id: 'a', vendor: 'nvidia', reading: {}, health: 'ok', healthReasons: [] };

function offered(part: Partial<WatchedDevice>, policy: Partial<SharingPolicy> = {}): string {
  const { accelerators } = report([vendorState([{ ...device, ...part }])], policy);
  return accelerators[0]?.offered ? 'offered' : (accelerators[0]?.notOfferedReason ?? 'missing');
}

describe('a card as the watcher sees it', () => {
  it('that is well or only degraded is offered', () => {
    expect(offered({})).toBe('offered');
    expect(offered({ health: 'degraded', healthReasons: ['warm'] })).toBe('offered');
    expect(offered({ notes: ['busy'] })).toBe('offered');
  });

  it('that only the bus shows is not, although it has not failed', () => {
    expect(offered({ health: 'degraded', healthReasons: ['both facts'], unusable: 'both facts' })).toBe(
      'both facts',
    );
  });

  it('that has failed is not', () => {
    expect(offered({ health: 'failed', healthReasons: ['xid 79'] })).toBe('xid 79');
  });

  it.each([
    ['withhold', 'in use by owner: pid 7 (python)'],
    ['reclaim', 'in use by owner: pid 7 (python)'],
    ['ignore', 'offered'],
  ] as const)('in use by its owner, with the policy %s: %s', (externalUse, result) => {
    expect(offered({ externalUse: 'pid 7 (python)' }, { externalUse })).toBe(result);
  });

  it('in use by its owner is wanted back under the policy reclaim only', () => {
    const vendors = [
      vendorState([
        { ...device, externalUse: 'pid 7' },
        { ...device, id: 'b' },
      ]),
    ];
    expect(reclaimed(vendors, { externalUse: 'reclaim' })).toEqual(new Map([['a', 'pid 7']]));
    expect(reclaimed(vendors, { externalUse: 'withhold' }).size).toBe(0);
  });

  it('in parts is wanted back with all of them, because leases hold those', () => {
    const reading = { migEnabled: true, mig: [{ uuid: 'MIG-1', profile: '3g.40gb', gi: 2, ci: 0 }] };
    const vendors = [vendorState([{ ...device, reading, externalUse: 'pid 7' }])];
    expect([...reclaimed(vendors, { externalUse: 'reclaim' }).keys()]).toEqual(['a', 'MIG-1']);
  });

  it('is told with its links and its place', () => {
    const link = { kind: 'nvlink', peerId: 'b', word: 'NV18' } as const;
    const { accelerators } = report([
      vendorState([
        { ...device, links: [link], reading: { numaNode: 1, cpuAffinity: '0-3' } },
        { ...device, id: 'b' },
      ]),
    ]);
    expect(accelerators[0]).toMatchObject({ links: [link], numaNode: 1, cpuAffinity: '0-3' });
    expect(accelerators[1]).toMatchObject({ links: [] });
    expect(accelerators[1]).not.toHaveProperty('cpuAffinity');
  });
});

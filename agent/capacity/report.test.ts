import { describe, expect, test } from 'vitest';
import { inventory as testInventory } from '../../test/fakes/agent-core.ts';
import type { VendorState, WatchedDevice } from '../probe/snapshot.ts';
import { inventory, type OwnerPolicy, reclaimed } from './report.ts';

const policy: OwnerPolicy = {
  withhold: [],
  draining: false,
  drainReason: '',
  externalUse: 'withhold',
  simulated: false,
};
const device: WatchedDevice = { id: 'a', vendor: 'nvidia', reading: {}, health: 'ok', healthReasons: [] };

function state(...devices: WatchedDevice[]): VendorState {
  return {
    vendor: 'nvidia',
    status: 'present',
    reason: '',
    lastGoodAgeMs: null,
    devices,
    driverVersion: null,
    runtimeVersion: null,
    sampledAtMs: null,
  };
}

function offered(part: Partial<WatchedDevice>, own: Partial<OwnerPolicy> = {}): string {
  const { accelerators } = inventory({
    generation: 'g',
    host: testInventory.host,
    vendors: [state({ ...device, ...part })],
    policy: { ...policy, ...own },
  });
  return accelerators[0]?.offered ? 'offered' : (accelerators[0]?.notOfferedReason ?? 'missing');
}

describe('a card', () => {
  test('that is well or only degraded is offered', () => {
    expect(offered({})).toBe('offered');
    expect(offered({ health: 'degraded', healthReasons: ['warm'] })).toBe('offered');
    expect(offered({ notes: ['busy'] })).toBe('offered');
  });

  test('that only the bus shows is not, although it has not failed', () => {
    expect(offered({ health: 'degraded', healthReasons: ['both facts'], unusable: 'both facts' })).toBe(
      'both facts',
    );
  });

  test('that has failed is not', () => {
    expect(offered({ health: 'failed', healthReasons: ['xid 79'] })).toBe('xid 79');
  });

  test.each([
    ['withhold', 'in use by owner: pid 7 (python)'],
    ['reclaim', 'in use by owner: pid 7 (python)'],
    ['ignore', 'offered'],
  ] as const)('in use by its owner, with the policy %s: %s', (externalUse, result) => {
    expect(offered({ externalUse: 'pid 7 (python)' }, { externalUse })).toBe(result);
  });

  test('in use by its owner is wanted back under the policy reclaim only', () => {
    const vendors = [state({ ...device, externalUse: 'pid 7' }, { ...device, id: 'b' })];
    expect(reclaimed(vendors, { externalUse: 'reclaim' })).toEqual(new Map([['a', 'pid 7']]));
    expect(reclaimed(vendors, { externalUse: 'withhold' }).size).toBe(0);
  });

  test('is told with its links and its place', () => {
    const link = { kind: 'nvlink', peerId: 'b', word: 'NV18' } as const;
    const { accelerators } = inventory({
      generation: 'g',
      host: testInventory.host,
      vendors: [
        state(
          { ...device, links: [link], reading: { numaNode: 1, cpuAffinity: '0-3' } },
          { ...device, id: 'b' },
        ),
      ],
      policy,
    });
    expect(accelerators[0]).toMatchObject({ links: [link], numaNode: 1, cpuAffinity: '0-3' });
    expect(accelerators[1]).toMatchObject({ links: [] });
    expect(accelerators[1]).not.toHaveProperty('cpuAffinity');
  });
});

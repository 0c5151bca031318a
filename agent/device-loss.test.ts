import { describe, expect, it } from 'vitest';
import { inventory as sample } from '../test/fakes/agent-core.ts';
import { type Missing, lostDevices, missingMs } from './device-loss.ts';
import type { Inventory } from '../proto/messages.ts';

const none: Missing = new Map();
const lease = (state: string, ...acceleratorIds: string[]) => ({ state, offer: { acceleratorIds } });
const both = lease('running', 'nvidia:GPU-1', 'nvidia:GPU-2');
const probe = (status: 'present' | 'absent' | 'failed') => ({
  vendor: 'nvidia',
  status,
  reason: '',
  lastGoodAgeMs: 0,
});
const there: Inventory = { ...sample, probes: [probe('present')] };
const without = (id: string, status: 'present' | 'absent' | 'failed' = 'present'): Inventory => ({
  ...there,
  accelerators: there.accelerators.filter((card) => card.id !== id),
  probes: [probe(status)],
});
const failing = (health: 'failed' | 'degraded' | 'unknown'): Inventory => ({
  ...there,
  accelerators: there.accelerators.map((card, i) =>
    i === 1 ? { ...card, health, healthReasons: ['xid 79', 'ecc'] } : card,
  ),
});

describe('a leased accelerator', () => {
  it('that is there costs nobody the lease', () => {
    expect(lostDevices(none, there, [both], 0)).toEqual({ missing: new Map(), stop: [], nextAtMs: Infinity });
  });

  it('that fails ends the lease at once, with the reasons', () => {
    expect(lostDevices(none, failing('failed'), [both], 0).stop).toEqual([
      { lease: both, why: 'accelerator nvidia:GPU-2 has failed: xid 79; ecc' },
    ]);
    expect(lostDevices(none, failing('degraded'), [both], 0).stop).toEqual([]);
    expect(lostDevices(none, failing('unknown'), [both], 0).stop).toEqual([]);
    expect(lostDevices(none, failing('failed'), [lease('running', 'nvidia:GPU-1')], 0).stop).toEqual([]);
  });

  it('that vanishes from a good list ends it when it stays away', () => {
    const first = lostDevices(none, without('nvidia:GPU-2'), [both], 1000);
    expect(first).toMatchObject({ stop: [], nextAtMs: 1000 + missingMs });
    const later = lostDevices(first.missing, without('nvidia:GPU-2'), [both], 1000 + missingMs);
    expect(later.stop).toEqual([{ lease: both, why: 'accelerator nvidia:GPU-2 is no longer there' }]);
    expect(later.nextAtMs).toBe(Infinity);
    const back = lostDevices(first.missing, there, [both], 2000);
    expect(lostDevices(back.missing, without('nvidia:GPU-2'), [both], 9000).nextAtMs).toBe(9000 + missingMs);
  });

  it('that a silent tool does not list is not lost; one that the last of its kind took with it is', () => {
    const silent = lostDevices(none, without('nvidia:GPU-2', 'failed'), [both], 0);
    expect(silent).toMatchObject({ stop: [], nextAtMs: Infinity });
    const empty = { ...without('nvidia:GPU-2', 'absent'), accelerators: [] };
    const { missing } = lostDevices(none, empty, [both], 0);
    expect(lostDevices(missing, empty, [both], missingMs).stop[0]?.why).toBe(
      'accelerator nvidia:GPU-1 is no longer there; accelerator nvidia:GPU-2 is no longer there',
    );
  });

  it('of a lease that ends already is not its concern', () => {
    const ending = [lease('stopping', 'nvidia:GPU-2'), lease('ended', 'nvidia:GPU-2')];
    expect(lostDevices(none, failing('failed'), ending, 0).stop).toEqual([]);
    expect(lostDevices(none, without('nvidia:GPU-2'), ending, 0).nextAtMs).toBe(Infinity);
  });
});

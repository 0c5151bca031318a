import { describe, expect, it } from 'vitest';
import type { AcceleratorInfo } from '../../proto/messages.ts';
import { card, inventory } from '../../test/scheduler/values.ts';
import { compact, createSharer } from './compact.ts';

const links: AcceleratorInfo['links'] = [{ kind: 'nvlink', peerId: 'nvidia:1', word: 'NV12' }];
const throughput = [{ precision: 'bf16', gigaFlops: 312_000, dense: true, source: 'data sheet' }];

/** A copy that shares nothing with what it was made from. */
const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('an inventory as it is kept', () => {
  const told = inventory([
    card(0, {
      links,
      throughput,
      cpuAffinity: '0-15',
      numaNode: 0,
      health: 'degraded',
      healthReasons: ['hot'],
    }),
    card(1, { throughput, partition: { kind: 'mig', parentId: 'nvidia:0', profile: '1g.10gb' } }),
  ]);

  it('says all that was told, but for the links', () => {
    const kept = compact(copyOf(told), createSharer());
    const accelerators = told.accelerators.map((one) => ({ ...one, links: [] }));
    expect(kept).toEqual({ ...told, accelerators });
  });

  it('shares equal peaks between nodes, also when others were told in between', () => {
    const sharer = createSharer();
    const first = compact(copyOf(told), sharer);
    const other = compact(inventory([card(0, { throughput: [] })]), sharer);
    const second = compact(copyOf(told), sharer);
    expect(second.accelerators[1]?.throughput).toBe(first.accelerators[0]?.throughput);
    expect(other.accelerators[0]?.throughput).toEqual([]);
  });

  it('stays right however many different words there are', () => {
    const sharer = createSharer();
    for (let n = 0; n < 50_000; n += 1) expect(sharer.text(`word ${n % 30_000}`)).toBe(`word ${n % 30_000}`);
  });
});

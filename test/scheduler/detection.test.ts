/** A dead node is known as one within 30 s, and its work is granted again within ttl + margin. */
import { describe, expect, it } from 'vitest';
import { type Death, ModelFleet } from './model-fleet.ts';

describe('a node that dies', () => {
  it.each<[number, Death, number]>([
    [1, 'closed', 8],
    [1, 'silent', 8],
    [60, 'closed', 1],
    [60, 'silent', 1],
  ])(
    'among %i, %s, is missed within 30 s and its job is elsewhere within 35 s',
    async (nodes, death, rounds) => {
      let deaths = 0;
      for (let round = 0; round < rounds; round += 1) {
        const fleet = await ModelFleet.start(nodes, round + 1);
        const busy = fleet.busy();
        expect(busy).toHaveLength(nodes);
        for (const nodeId of busy.slice(0, Math.max(1, nodes / 6))) {
          await fleet.clock.pass(fleet.chance(2000));
          fleet.kill(nodeId, death);
        }
        await fleet.clock.pass(40_000);
        for (const { detectedMs, regrantedMs } of fleet.fates()) {
          expect(detectedMs).toBeLessThanOrEqual(death === 'closed' ? 0 : 30_000);
          // The offer takes a millisecond to its node.
          expect(regrantedMs).toBeLessThanOrEqual(35_001);
          // And not before the dead node, if it lived on, would have stopped by itself.
          expect(regrantedMs).toBeGreaterThan(24_000);
          deaths += 1;
        }
        expect(fleet.alarms).toEqual([]);
        await fleet.close();
      }
      expect(deaths).toBeGreaterThanOrEqual(8);
    },
  );
});

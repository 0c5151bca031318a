/** A node as the API shows it. */
import { describe, expect, it } from 'vitest';
import { nodeView } from '../../scheduler/pool/views.ts';
import { card, inventory } from './values.ts';
import { World } from './world.ts';

describe('a node', () => {
  it('is shown with its cards, who holds them and their newest samples', () => {
    const world = new World();
    const agent = world.addNode(2);
    const wire = () => world.wires[0];
    world.submit();
    world.pump();
    const connection = wire()?.connection ?? 0;
    world.pool.heartbeat(agent.nodeId, connection, {
      ...{ sample: 1, card: [1], utilizationPct: [7], memoryUsedMib: [-1], temperatureC: [40], powerW: [90] },
      ...{ hostCpuPct: 1, hostMemoryUsedMib: 1 },
    });
    const node = world.pool.state.nodes.get(agent.nodeId);
    if (!node) throw new Error('no node');
    const view = nodeView(node, world.now);
    expect(view).toMatchObject({ state: 'connected', free: { cpu_milli: 63_000 } });
    expect(
      view.accelerators.map((one) => [one.lease_id !== null, one.utilization_pct, one.memory_used_mib]),
    ).toEqual([
      [true, null, null],
      [false, 7, null],
    ]);
    // Another list of cards: the sample of position 1 would be another card's.
    agent.out.push({ seq: 0, message: { kind: 'inventory', value: inventory([card(1)]) } });
    world.pump();
    expect(nodeView(node, world.now).accelerators.map((one) => one.utilization_pct)).toEqual([null]);
    world.disconnect(0);
    expect(nodeView(node, world.now)).toMatchObject({ state: 'disconnected', connected_since: null });
  });
});

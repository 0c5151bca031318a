/** The steering of the scheduler's twin. */
import type { AlertView, PlacementView } from '../../proto/api.ts';
import type { Steering } from '../../scheduler/control.ts';
import { CoreSteering } from '../../scheduler/core-steering.ts';
import { createPool } from '../../scheduler/pool.ts';
import type { Command, Turn } from '../../scheduler/pool/commands.ts';
import { createMemoryDisk, snapshotOf } from '../../scheduler/store/memory.ts';
import { testRandom } from '../scheduler/values.ts';
import { worldOptions } from '../scheduler/world.ts';

/** The real steering, over a pool of its own without nodes. */
export function twinSteering(): Steering {
  const pool = createPool(snapshotOf(createMemoryDisk('twin'), 0), worldOptions, 0, 0);
  const clock = { now: () => 0, wall: () => 0 };
  const random = testRandom(3);
  const run = async (command: Command): Promise<Turn> => pool.apply(command, { now: 0, wall: 0, random });
  return new CoreSteering({ state: pool.state, run, clock, random });
}

/** What an operator's pause says. */
export const pauseAlert = (message: string): AlertView => ({
  kind: 'granting_paused',
  since: new Date().toISOString(),
  message,
  until: null,
});

/** Where a job is or would go, in a word. */
export function placement(verdict: PlacementView['verdict'], what: string): PlacementView {
  return { verdict, nodes: [], fitting: [], fitting_nodes: 0, lacking: [], text: `${what}: ${verdict}` };
}

/** The fleet of the scheduler's twin: none. */
import { SuanlinkError } from '../../proto/codes.ts';
import type { FleetEvent } from '../../proto/fleet.ts';
import type { Control } from '../../scheduler/control.ts';
import { createPool } from '../../scheduler/pool.ts';
import { FleetPicture, fleetChanges } from '../../scheduler/pool/fleet-picture.ts';
import { createMemoryDisk, snapshotOf } from '../../scheduler/store/memory.ts';
import { worldOptions } from '../scheduler/world.ts';

async function* noFleet(): AsyncGenerator<FleetEvent> {
  const pool = createPool(snapshotOf(createMemoryDisk('twin'), 0), worldOptions, 0, 0);
  yield* fleetChanges(undefined, new FleetPicture(pool.state, undefined).look({ now: 0, wall: 0 }));
}

/** The real picture, over a pool without nodes. */
export function twinFleet(): Pick<Control, 'nodes' | 'node' | 'fleet'> {
  return {
    nodes: () => [],
    node(_by, name) {
      throw new SuanlinkError('not_found', `there is no node ${name}`);
    },
    fleet: () => noFleet(),
  };
}

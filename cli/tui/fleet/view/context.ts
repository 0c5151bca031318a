/** What every part of the fleet's view is drawn with. Pure. */
import type { Surface } from '../../view/context.ts';
import type { FleetState } from '../model/state.ts';

/** State, size, signs and language. */
export interface FleetView extends Surface {
  state: FleetState;
}

/** The scheduler is not heard: what is shown is old. */
export function isOld({ state }: FleetView): boolean {
  return state.connection.kind === 'down';
}

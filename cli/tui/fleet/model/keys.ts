/** The keys of the fleet's view: those of the agent's view that mean something here. Pure. */
import { type Action, type Binding, bindings, keyTable, screenKeys } from '../../model/keys.ts';
import { fleetScreens } from './state.ts';

const here: ReadonlySet<Action['kind']> = new Set([
  ...(['next_screen', 'move', 'page', 'end', 'enter', 'back', 'filter', 'sort', 'reverse'] as const),
  ...(['copy', 'language', 'pause', 'refresh', 'help', 'quit'] as const),
]);

/** Every key. */
export const fleetBindings: readonly Binding[] = [
  ...screenKeys(fleetScreens.length),
  ...bindings
    .filter(({ action }) => here.has(action.kind))
    .map(
      (binding): Binding =>
        binding.action.kind === 'filter' ? { ...binding, help: 'help.fleet_filter' } : binding,
    ),
  { keys: ['R'], shown: 'R', action: { kind: 'reconnect' }, help: 'help.fleet_reconnect' },
];

/** What a key asks for. */
export const fleetActionOf = keyTable(fleetBindings);

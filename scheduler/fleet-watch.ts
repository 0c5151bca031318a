/**
 * Those who watch the fleet. All who see the same share one picture, which is looked at only while somebody watches and at
 * most once a second; what a watcher has been told is the picture that it was told last, so a slow one costs a reference and
 * is told the difference when it reads again.
 */
import type { FleetEvent } from '../proto/fleet.ts';
import { SuanlinkError } from '../proto/codes.ts';
import type { OrgId } from '../proto/ids.ts';
import type { FleetWish } from './control.ts';
import { FleetPicture, fleetChanges, type FleetTables } from './pool/fleet-picture.ts';
import type { PoolState } from './pool/state.ts';
import type { Clock } from './ports.ts';

/** Watchers at the same time at most. */
const mostWatchers = 64;
/** A picture is good for so long. */
const freshMs = 900;

interface Shared {
  picture: FleetPicture;
  watchers: number;
  tables: FleetTables | undefined;
  at: number;
}

/** Resolves after `ms`, or when `signal` is aborted. */
function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.at(clock.now() + ms, resolve);
  const left = (): void => resolve();
  signal.addEventListener('abort', left);
  if (signal.aborted) left();
  return promise.finally(() => {
    cancel();
    signal.removeEventListener('abort', left);
  });
}

/** See the head of this file. */
export class FleetWatch {
  readonly #state: PoolState;
  readonly #clock: Clock;
  readonly #shared = new Map<OrgId | undefined, Shared>();
  #watchers = 0;

  constructor(state: PoolState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** What `org` (undefined: everybody) has in the fleet. `resource_exhausted` while too many watch. */
  watch(org: OrgId | undefined, wish: FleetWish, signal: AbortSignal): AsyncIterable<FleetEvent> {
    if (this.#watchers >= mostWatchers)
      throw new SuanlinkError(
        'resource_exhausted',
        `the fleet is watched by ${mostWatchers} already; try again later`,
      );
    return this.#tell(org, wish, signal);
  }

  async *#tell(
    org: OrgId | undefined,
    { follow, intervalMs }: FleetWish,
    signal: AbortSignal,
  ): AsyncGenerator<FleetEvent> {
    const shared = this.#shared.get(org) ?? {
      picture: new FleetPicture(this.#state, org),
      ...{ watchers: 0, tables: undefined, at: 0 },
    };
    this.#shared.set(org, shared);
    shared.watchers += 1;
    this.#watchers += 1;
    try {
      let told: FleetTables | undefined;
      while (!signal.aborted) {
        const now = this.#look(shared);
        yield* fleetChanges(told, now);
        told = now;
        if (!follow) return;
        await pause(intervalMs, this.#clock, signal);
      }
    } finally {
      shared.watchers -= 1;
      this.#watchers -= 1;
      if (shared.watchers === 0) this.#shared.delete(org);
    }
  }

  #look(shared: Shared): FleetTables {
    const at = { now: this.#clock.now(), wall: Math.round(this.#clock.wall()) };
    if (shared.tables && at.now - shared.at < freshMs) return shared.tables;
    shared.at = at.now;
    shared.tables = shared.picture.look(at);
    return shared.tables;
  }
}

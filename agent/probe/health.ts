/**
 * A device's health over time. Pure. One look says what it saw; here a device that was bad stays bad until it has been
 * good for a while, so that a card with a loose connection is not leased, lost and leased again.
 *
 *   worse (ok → degraded → failed)   shown at once
 *   better                           shown after `goodSamples` good samples in a row, or `goodMs` of them
 *   unknown                          shown at once, and is no proof of either: what was held before is still held after
 */
import type { ProbedDevice } from './probe.ts';

/** A health and why; `unusable` withholds a device that has not failed. */
export type Health = Pick<ProbedDevice, 'health' | 'healthReasons' | 'unusable'>;

/** What is remembered of one device. */
export interface HealthTrack {
  /** What everybody is told. */
  shown: Health;
  /** The last bad health that has not been outlived yet. */
  held: Health | undefined;
  goodSinceMs: number | undefined;
  goodCount: number;
}

/** So many good samples in a row make a device good again … */
export const goodSamples = 6;
/** … or good samples for this long, for tools that answer seldom. */
export const goodMs = 60_000;

const rank = { ok: 0, degraded: 1, unknown: 2, failed: 3 } as const;
/** What cannot be leased is as bad as what has failed: it must be good for a while too. */
const rankOf = ({ health, unusable }: Health): number => rank[unusable === undefined ? health : 'failed'];
const good: Health = { health: 'ok', healthReasons: [] };

/** The worse of two, with the reasons of both when both are bad. */
export function worse(a: Health, b: Health): Health {
  if (a.health === 'ok') return b;
  if (b.health === 'ok') return a;
  const healthReasons = [...new Set([...a.healthReasons, ...b.healthReasons])];
  const unusable = a.unusable ?? b.unusable;
  return {
    health: rank[a.health] >= rank[b.health] ? a.health : b.health,
    healthReasons,
    ...(unusable !== undefined && { unusable }),
  };
}

/** What the numbers say that no vendor's own word says: a device at its own temperature limit. */
export function observed(device: ProbedDevice): Health {
  const { health, healthReasons, unusable } = device;
  const { temperatureC, temperatureLimitC } = device.reading;
  const hot =
    typeof temperatureC === 'number' &&
    typeof temperatureLimitC === 'number' &&
    temperatureC >= temperatureLimitC;
  return worse(
    { health, healthReasons, ...(unusable !== undefined && { unusable }) },
    hot
      ? { health: 'degraded', healthReasons: [`at its temperature limit of ${temperatureLimitC} °C`] }
      : good,
  );
}

function settled(seen: Health): HealthTrack {
  return {
    shown: seen,
    held: seen.health === 'ok' ? undefined : seen,
    goodSinceMs: undefined,
    goodCount: 0,
  };
}

/** The track after one more sample. A device never seen before is what it shows. */
export function track(before: HealthTrack | undefined, seen: Health, nowMs: number): HealthTrack {
  if (!before) return seen.health === 'unknown' ? { ...settled(good), shown: seen } : settled(seen);
  const { held } = before;
  if (seen.health === 'unknown') return { ...before, shown: seen, goodSinceMs: undefined, goodCount: 0 };
  if (!held || rankOf(seen) >= rankOf(held)) return settled(seen);
  const goodSinceMs = before.goodSinceMs ?? nowMs;
  const goodCount = before.goodCount + 1;
  if (goodCount >= goodSamples || nowMs - goodSinceMs >= goodMs) return settled(seen);
  const was = held.healthReasons.join('; ');
  const again = `was ${held.health}${was === '' ? '' : ` (${was})`}; must be ${seen.health} for a while first`;
  const shown = {
    health: held.health,
    healthReasons: [again],
    ...(held.unusable !== undefined && { unusable: again }),
  };
  return { shown, held, goodSinceMs, goodCount };
}

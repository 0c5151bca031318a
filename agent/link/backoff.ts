/** How long to wait before the next try. Pure: the random number is handed in. */

/** Shortest and longest pause between two connection attempts. */
export const minDelayMs = 250;
/** See `minDelayMs`. */
export const maxDelayMs = 30_000;
/** A session that lasted this long counts as healthy: the next loss starts from the shortest delay again. */
export const healthyAfterMs = 30_000;

/**
 * Delay before attempt `attempt` (1 is the first retry): full jitter over a window that doubles, so that a fleet that
 * lost its scheduler together does not come back together. `random` is within [0, 1). Never less than `floorMs`, what
 * the scheduler asked for.
 */
export function backoffMs(attempt: number, random: number, floorMs = 0): number {
  const windowMs = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(attempt, 16));
  return Math.round(Math.max(floorMs * (1 + random / 4), minDelayMs + random * (windowMs - minDelayMs)));
}

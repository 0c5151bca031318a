/** The newest telemetry of a node, in memory only: heartbeats carry what changed, newest wins. Pure. */
import type { Heartbeat } from '../../proto/messages.ts';

/** One card's newest sample; null is not known. */
export interface CardSample {
  utilizationPct: number | null;
  memoryUsedMib: number | null;
  temperatureC: number | null;
  powerW: number | null;
}

/** Newest samples by position in the inventory. */
export type Telemetry = ReadonlyMap<number, CardSample>;

const known = (value: number | undefined): number | null =>
  value === undefined || value === -1 ? null : value;

/** `before` with the cards of `heartbeat` replaced; positions from `cards` on are not of this inventory. */
export function merge(before: Telemetry, heartbeat: Heartbeat, cards: number): Telemetry {
  if (heartbeat.card.length === 0) return before;
  const next = new Map(before);
  heartbeat.card.forEach((position, i) => {
    if (position >= cards) return;
    next.set(position, {
      utilizationPct: known(heartbeat.utilizationPct[i]),
      memoryUsedMib: known(heartbeat.memoryUsedMib[i]),
      temperatureC: known(heartbeat.temperatureC[i]),
      powerW: known(heartbeat.powerW[i]),
    });
  });
  return next;
}

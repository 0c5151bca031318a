/** The newest telemetry of a node, in memory only: heartbeats carry what changed, newest wins. Pure. */
import type { Heartbeat } from '../../proto/messages.ts';

/** One card's newest sample; null is not known. */
export interface CardSample {
  utilizationPct: number | null;
  memoryUsedMib: number | null;
  temperatureC: number | null;
  powerW: number | null;
  /** When it was last seen in use (monotonic ms); null: not yet. */
  busyAt: number | null;
}

/** Newest samples by position in the inventory. */
export type Telemetry = ReadonlyMap<number, CardSample>;

const known = (value: number | undefined): number | null =>
  value === undefined || value === -1 ? null : value;

/** What telemetry is taken over by. */
export interface Reading {
  /** Of the inventory: positions from there on are not of it. */
  cards: number;
  /** Monotonic ms. */
  now: number;
  /** A card counts as in use from this many percent. */
  busyPct: number;
}

const isBusy = (utilizationPct: number | null | undefined, { busyPct }: Reading): boolean =>
  utilizationPct !== undefined && utilizationPct !== null && utilizationPct >= busyPct;

/** `before` with the cards of `heartbeat` replaced. */
export function merge(before: Telemetry, heartbeat: Heartbeat, reading: Reading): Telemetry {
  if (heartbeat.card.length === 0) return before;
  const next = new Map(before);
  heartbeat.card.forEach((position, i) => {
    if (position >= reading.cards) return;
    const old = before.get(position);
    const utilizationPct = known(heartbeat.utilizationPct[i]);
    // Only what changes is sent: a card was in use until it is said that it is no more.
    const isInUse = isBusy(utilizationPct, reading) || isBusy(old?.utilizationPct, reading);
    next.set(position, {
      utilizationPct,
      memoryUsedMib: known(heartbeat.memoryUsedMib[i]),
      temperatureC: known(heartbeat.temperatureC[i]),
      powerW: known(heartbeat.powerW[i]),
      busyAt: isInUse ? reading.now : (old?.busyAt ?? null),
    });
  });
  return next;
}

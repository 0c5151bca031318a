/**
 * The newest telemetry of a node, in memory only: heartbeats carry what changed, newest wins.
 *
 * Kept as plain numbers that are overwritten: of 15,000 nodes that say something every ten seconds each sample would
 * otherwise be garbage that has grown old.
 */
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

/** What telemetry is taken over by. */
export interface Reading {
  /** Of the inventory: positions from there on are not of it. */
  cards: number;
  /** Monotonic ms. */
  now: number;
  /** A card counts as in use from this many percent. */
  busyPct: number;
}

const notKnown = Number.NaN;
/** How many numbers a card has: utilisation, memory, temperature, power, when it was last in use. */
const width = 5;

const told = (value: number | undefined): number => (value === undefined || value === -1 ? notKnown : value);

const orNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

/** Newest samples by position in the inventory. */
export class Telemetry {
  readonly #numbers: number[] = [];

  /** Whether nothing was told yet. */
  get isEmpty(): boolean {
    return this.#numbers.length === 0;
  }

  /** Positions up to there may have a sample. */
  get length(): number {
    return this.#numbers.length / width;
  }

  /** A card's newest sample; nothing is known of one that was never told of. */
  at(position: number): CardSample {
    const from = width * position;
    return {
      utilizationPct: orNull(this.#numbers[from]),
      memoryUsedMib: orNull(this.#numbers[from + 1]),
      temperatureC: orNull(this.#numbers[from + 2]),
      powerW: orNull(this.#numbers[from + 3]),
      busyAt: orNull(this.#numbers[from + 4]),
    };
  }

  /** Takes over the cards of a heartbeat. */
  take(heartbeat: Heartbeat, { cards, now, busyPct }: Reading): void {
    const numbers = this.#numbers;
    const { card, utilizationPct, memoryUsedMib, temperatureC, powerW } = heartbeat;
    for (let i = 0; i < card.length; i += 1) {
      const position = card[i] ?? cards;
      if (position >= cards) continue;
      const from = width * position;
      while (numbers.length < from + width) numbers.push(notKnown);
      const utilization = told(utilizationPct[i]);
      // Only what changes is sent: a card was in use until it is said that it is no more.
      if (utilization >= busyPct || (numbers[from] ?? notKnown) >= busyPct) numbers[from + 4] = now;
      numbers[from] = utilization;
      numbers[from + 1] = told(memoryUsedMib[i]);
      numbers[from + 2] = told(temperatureC[i]);
      numbers[from + 3] = told(powerW[i]);
    }
  }
}

/** Seeded chance: the same seed gives the same numbers, so that every run can be had again. */

/** Numbers from a seed. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0;
    this.next();
  }

  /** In [0, 1). SplitMix32. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  }

  /** True with probability `p`. */
  is(p: number): boolean {
    return this.next() < p;
  }

  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** One of them; `of` is not empty. */
  pick<T>(of: readonly [T, ...T[]] | readonly T[]): T {
    const found = of[Math.floor(this.next() * of.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }

  /** Mostly short, seldom long: `median` ms at the median, at most `most`. */
  delay(median: number, most: number): number {
    return Math.min(most, median * (0.2 - Math.log2(1 - this.next()) * 0.8));
  }

  /** `length` bytes. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.whole(0, 255));
  }

  /** Another source that does not disturb this one. */
  fork(): Chance {
    return new Chance(this.whole(0, 2 ** 32 - 1));
  }
}

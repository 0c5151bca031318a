/**
 * Things that are looked at when their time has come, in steps. A time that has moved later by then costs nothing before: the
 * thing is put in again. Pure.
 */

/** Things by the step in which they are due; a time is ms. */
export class Wheel<T> {
  readonly #stepMs: number;
  readonly #slots = new Map<number, T[]>();
  /** All steps up to this one have been looked at. */
  #done: number;

  constructor(stepMs: number, now: number) {
    this.#stepMs = stepMs;
    this.#done = Math.floor(now / stepMs);
  }

  /** To be looked at when `at` has come, by a step later at the latest; what is late already in the next step. */
  add(thing: T, at: number): void {
    const step = Math.max(Math.ceil(at / this.#stepMs), this.#done + 1);
    const slot = this.#slots.get(step);
    if (slot) slot.push(thing);
    else this.#slots.set(step, [thing]);
  }

  /** Takes out what is due at `now`. */
  due(now: number): T[] {
    const until = Math.floor(now / this.#stepMs);
    const found: T[] = [];
    // Time may have stood still for us: then few slots are there, and many steps.
    const steps = [...this.#slots.keys()].filter((step) => step <= until).sort((a, b) => a - b);
    for (const step of steps) {
      for (const thing of this.#slots.get(step) ?? []) found.push(thing);
      this.#slots.delete(step);
    }
    this.#done = Math.max(this.#done, until);
    return found;
  }
}

/**
 * Values by key, at most so many: those that were not asked for longest go first. Asking changes nothing but a number: a map
 * that is kept in order of use by taking entries out and putting them in again is made anew every few times.
 */

interface Entry<T> {
  value: T;
  used: number;
}

/** What was asked for of late. */
export class Recent<T> {
  readonly #most: number;
  readonly #byKey = new Map<string, Entry<T>>();
  #time = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): T | undefined {
    const entry = this.#byKey.get(key);
    if (!entry) return undefined;
    this.#time += 1;
    entry.used = this.#time;
    return entry.value;
  }

  set(key: string, value: T): void {
    this.#time += 1;
    const entry = this.#byKey.get(key);
    if (entry) {
      entry.value = value;
      entry.used = this.#time;
      return;
    }
    if (this.#byKey.size >= this.#most) this.#dropOldest();
    this.#byKey.set(key, { value, used: this.#time });
  }

  /** Several at once, as it takes a look at all. */
  #dropOldest(): void {
    const byUse = [...this.#byKey].sort(([, a], [, b]) => a.used - b.used);
    for (const [key] of byUse.slice(0, Math.max(1, this.#most >> 3))) this.#byKey.delete(key);
  }
}

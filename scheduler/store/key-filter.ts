/**
 * A Bloom filter of idempotency keys: what it does not know was never added, what it knows was so probably. It spares a
 * new key the way to the store, where it would wait behind whatever is being written. With 10 bits a key a few in a hundred
 * new ones are looked up all the same. Pure.
 */
import { hash } from 'node:crypto';

const bitsPerKey = 10;
/** SHA-256 gives eight words of 32 bits: as many places for each key. */
const places = 8;
/** Keys in the first segment; each that follows takes twice as many. */
const firstKeys = 2 ** 14;

/** An idempotency key, and whose it is. */
export type OrgKey = readonly [org: string, key: string];

interface Segment {
  bits: Uint32Array;
  /** Keys that it still takes. */
  left: number;
}

function newSegment(keys: number): Segment {
  return { bits: new Uint32Array(Math.ceil((keys * bitsPerKey) / 32)), left: keys };
}

/** See the head of this file. Empty at first; grows with what is added. */
export class KeyFilter {
  readonly #segments: Segment[] = [newSegment(firstKeys)];

  /** Memory of the filter, in bytes. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bits }) => sum + bits.byteLength, 0);
  }

  add(key: OrgKey): void {
    let last = this.#segments.at(-1);
    if (!last || last.left === 0) {
      last = newSegment(firstKeys * 2 ** this.#segments.length);
      this.#segments.push(last);
    }
    last.left -= 1;
    for (const word of wordsOf(key)) {
      const at = word % (last.bits.length * 32);
      last.bits[at >>> 5] = (last.bits[at >>> 5] ?? 0) | (1 << (at & 31));
    }
  }

  /** Whether the key may have been added; false: surely not. */
  mayHave(key: OrgKey): boolean {
    const words = wordsOf(key);
    return this.#segments.some(({ bits }) =>
      words.every((word) => {
        const at = word % (bits.length * 32);
        return ((bits[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
      }),
    );
  }
}

function wordsOf([org, key]: OrgKey): number[] {
  const digest = hash('sha256', `${org}\0${key}`, 'buffer');
  return Array.from({ length: places }, (_, n) => digest.readUInt32LE(4 * n));
}

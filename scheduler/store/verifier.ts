/** Ed25519 signatures as they go to the thread that verifies them, and their verifying. Pure. */
import { type KeyObject, verify } from 'node:crypto';
import { publicKeyOf } from '../../proto/ed25519.ts';

/** Keys that are kept read, at most. */
const keptKeys = 20_000;
/** Bytes of an Ed25519 key and of a signature. */
export const keyBytes = 32;
/** See `keyBytes`. */
export const signatureBytes = 64;

/** One signature, its key and what is signed, in one piece: each piece costs its own way to the thread. */
export function packed(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): Uint8Array {
  const all = new Uint8Array(keyBytes + signatureBytes + data.length);
  all.set(publicKey);
  all.set(signature, keyBytes);
  all.set(data, keyBytes + signatureBytes);
  return all;
}

/** What `packed` was made of. */
export function unpacked(all: Uint8Array): [publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array] {
  const dataAt = keyBytes + signatureBytes;
  return [all.subarray(0, keyBytes), all.subarray(dataAt), all.subarray(keyBytes, dataAt)];
}

/** Verifies one signature after another, where it is called, and keeps the keys that it has read. */
export class Verifier {
  readonly #keys = new Map<string, KeyObject>();

  isSignedBy(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
    try {
      return verify(null, data, this.#key(publicKey), signature);
    } catch {
      // A point that is no key signs nothing.
      return false;
    }
  }

  #key(publicKey: Uint8Array): KeyObject {
    const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1');
    const known = this.#keys.get(name);
    if (known) return known;
    const made = publicKeyOf(publicKey);
    if (this.#keys.size >= keptKeys) this.#keys.clear();
    this.#keys.set(name, made);
    return made;
  }
}

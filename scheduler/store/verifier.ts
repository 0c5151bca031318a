/** Ed25519 signatures as they go to the thread that verifies them, and their verifying. Pure. */
import { type KeyObject, verify } from 'node:crypto';
import { publicKeyOf } from '../../proto/ed25519.ts';

/** Keys that are kept read, at most. */
const keptKeys = 20_000;
/** Bytes of an Ed25519 key and of a signature. */
export const keyBytes = 32;
/** See `keyBytes`. */
export const signatureBytes = 64;

/** A signature to be verified, its Ed25519 key and what is signed. */
export interface Check {
  publicKey: Uint8Array;
  signature: Uint8Array;
  data: Uint8Array;
}

/** Bytes of a check's length, which stands before it. */
const lengthBytes = 4;
const headBytes = lengthBytes + keyBytes + signatureBytes;

/** Checks in one piece, since each piece costs its own way to the thread: the length of what is signed, key, signature, what is
 * signed. */
export function packed(checks: readonly Check[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(checks.reduce((sum, { data }) => sum + headBytes + data.length, 0));
  const lengths = new DataView(all.buffer);
  let at = 0;
  for (const { publicKey, signature, data } of checks) {
    lengths.setUint32(at, data.length);
    all.set(publicKey, at + lengthBytes);
    all.set(signature, at + lengthBytes + keyBytes);
    all.set(data, at + headBytes);
    at += headBytes + data.length;
  }
  return all;
}

/** What `packed` was made of. */
export function unpacked(all: Uint8Array): Check[] {
  const lengths = new DataView(all.buffer, all.byteOffset, all.length);
  const checks: Check[] = [];
  for (let at = 0; at < all.length; ) {
    const [keyAt, end] = [at + lengthBytes, at + headBytes + lengths.getUint32(at)];
    checks.push({
      publicKey: all.subarray(keyAt, keyAt + keyBytes),
      signature: all.subarray(keyAt + keyBytes, at + headBytes),
      data: all.subarray(at + headBytes, end),
    });
    at = end;
  }
  return checks;
}

/** Verifies one signature after another, where it is called, and keeps the keys that it has read. */
export class Verifier {
  readonly #keys = new Map<string, KeyObject>();

  /** 1 for each of what `packed` made that is good, 0 for the others. */
  verifyAll(all: Uint8Array): Uint8Array {
    return Uint8Array.from(unpacked(all), (check) => (this.isGood(check) ? 1 : 0));
  }

  isGood({ publicKey, signature, data }: Check): boolean {
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

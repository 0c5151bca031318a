/** The cryptography of a handshake: node:crypto, computing only. */
import { createHash, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';

/** What `handshake.ts` asks of cryptography; a port, so that tests can see what it is asked. */
export interface Proofs {
  /** Whether `signature` is the Ed25519 signature over `data` of the raw public key (32 bytes). */
  isSignedBy(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean;
  /** Whether `secret` has the SHA-256 `hash`; takes the same time whatever differs. */
  hasHash(secret: string, hash: Uint8Array): boolean;
}

/** Whether `signature` is the Ed25519 signature over `data` of the raw public key; may take its time elsewhere. */
export type Verify = (
  publicKey: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

function keyOf(publicKey: Uint8Array): KeyObject {
  const x = Buffer.from(publicKey).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** A `Verify` that computes beside the main thread and keeps the keys that it has read. */
export function createVerify(): Verify {
  const keys = new WeakMap<Uint8Array, KeyObject>();
  return (publicKey, data, signature) => {
    try {
      const key = keys.get(publicKey) ?? keyOf(publicKey);
      keys.set(publicKey, key);
      return new Promise((resolve) => {
        verify(null, data, key, signature, (error, isGood) => resolve(!error && isGood));
      });
    } catch {
      // A point that is no key signs nothing.
      return false;
    }
  };
}

/** The real thing. */
export const proofs: Proofs = {
  isSignedBy(publicKey, data, signature) {
    try {
      return verify(null, data, keyOf(publicKey), signature);
    } catch {
      // A point that is no key signs nothing.
      return false;
    }
  },
  hasHash(secret, hash) {
    const own = createHash('sha256').update(secret).digest();
    return hash.length === own.length && timingSafeEqual(own, hash);
  },
};

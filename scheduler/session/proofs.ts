/** The cryptography of a handshake: node:crypto, computing only. */
import { createHash, timingSafeEqual, verify } from 'node:crypto';
import { publicKeyOf } from '../../proto/ed25519.ts';

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

/** The real thing. */
export const proofs: Proofs = {
  isSignedBy(publicKey, data, signature) {
    try {
      return verify(null, data, publicKeyOf(publicKey), signature);
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

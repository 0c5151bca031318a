/** Raw Ed25519 keys, as they are on the wire, for `node:crypto`. Pure. */
import { createPublicKey, type KeyObject } from 'node:crypto';

/** The key of 32 raw bytes; throws for a point that is none. */
export function publicKeyOf(raw: Uint8Array): KeyObject {
  const x = Buffer.from(raw).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** The key with which a scheduler signs what it bills (edge): made once, kept beside the store, never shown. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SuanlinkError } from '../../proto/codes.ts';

/** A key pair of which only these two things are ever shown. */
export interface UsageKey {
  /** Raw Ed25519 public key, 32 bytes. */
  publicKey: Uint8Array;
  /** Ed25519 signature over `data`, 64 bytes. */
  sign(data: Uint8Array): Uint8Array;
}

/** The key in `dir/usage.key`, made (mode 0600) when there is none; `storage_failed`. */
export function loadUsageKey(dir: string): UsageKey {
  const path = join(dir, 'usage.key');
  try {
    if (!existsSync(path)) {
      const { privateKey } = generateKeyPairSync('ed25519');
      writeFileSync(`${path}.new`, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    }
    const key = createPrivateKey(readFileSync(path, 'utf8'));
    const jwk = createPublicKey(key).export({ format: 'jwk' });
    return {
      publicKey: new Uint8Array(Buffer.from(String(jwk.x), 'base64url')),
      sign: (data) => new Uint8Array(sign(null, data, key)),
    };
  } catch (cause) {
    throw SuanlinkError.from(cause, 'storage_failed', `reading the key for usage records ${path}`);
  }
}

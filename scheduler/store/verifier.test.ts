import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { packed, unpacked, Verifier } from './verifier.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const raw = new Uint8Array(Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url'));
const data = new Uint8Array(Buffer.from('what was used'));
const signature = new Uint8Array(sign(null, data, privateKey));

describe('verifying', () => {
  const verifier = new Verifier();

  it('tells good signatures from others, however often a key comes', () => {
    for (let i = 0; i < 3; i += 1) expect(verifier.isSignedBy(raw, data, signature)).toBe(true);
    expect(verifier.isSignedBy(raw, data.slice(1), signature)).toBe(false);
    expect(verifier.isSignedBy(raw, data, signature.slice().fill(1, 3, 9))).toBe(false);
  });

  it('takes what is no key for a bad signature', () => {
    expect(verifier.isSignedBy(new Uint8Array(31), data, signature)).toBe(false);
  });

  it('goes to its thread in one piece and comes out as it was', () => {
    expect(unpacked(packed(raw, data, signature))).toEqual([raw, data, signature]);
    expect(unpacked(packed(raw, new Uint8Array(0), signature))).toEqual([raw, new Uint8Array(0), signature]);
  });
});

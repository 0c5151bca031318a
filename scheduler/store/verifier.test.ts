import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Check, packed, unpacked, Verifier } from './verifier.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const raw = new Uint8Array(Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url'));
const data = new Uint8Array(Buffer.from('what was used'));
const signature = new Uint8Array(sign(null, data, privateKey));
const good: Check = { publicKey: raw, data, signature };

describe('verifying', () => {
  const verifier = new Verifier();

  it('tells good signatures from others, however often a key comes', () => {
    for (let i = 0; i < 3; i += 1) expect(verifier.isGood(good)).toBe(true);
    expect(verifier.isGood({ ...good, data: data.slice(1) })).toBe(false);
    expect(verifier.isGood({ ...good, signature: signature.slice().fill(1, 3, 9) })).toBe(false);
  });

  it('takes what is no key for a bad signature', () => {
    expect(verifier.isGood({ ...good, publicKey: new Uint8Array(31) })).toBe(false);
  });

  it('goes to its thread in one piece and comes out as it was, with an answer for each in their order', () => {
    const nothing = { ...good, data: new Uint8Array(0) };
    for (const checks of [[], [good], [nothing, good, nothing, good]])
      expect(unpacked(packed(checks))).toEqual(checks);
    expect([...verifier.verifyAll(packed([good, nothing, good]))]).toEqual([1, 0, 1]);
  });
});

import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedOf, signTogether } from './receipts.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');

function isGood(receipt: Uint8Array, countersignature: Uint8Array): boolean {
  const found = signedOf(receipt, countersignature);
  return found !== undefined && verify(null, found.signed, publicKey, found.signature);
}

const receiptsOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => new Uint8Array(Buffer.from(`receipt ${i}`)));

function signed(receipts: readonly Uint8Array[]): { countersignatures: Uint8Array[]; calls: number } {
  let calls = 0;
  const countersignatures = signTogether(receipts, (data) => {
    calls += 1;
    return new Uint8Array(sign(null, data, privateKey));
  });
  return { countersignatures, calls };
}

describe('receipts under one signature', () => {
  it.each([1, 2, 3, 4, 5, 7, 8, 9, 100])('are good one by one (%d of them)', (count) => {
    const receipts = receiptsOf(count);
    const { countersignatures, calls } = signed(receipts);
    expect(calls).toBe(1);
    for (const [i, receipt] of receipts.entries())
      expect(isGood(receipt, countersignatures[i] ?? new Uint8Array(0))).toBe(true);
  });

  it('are good for no other receipt, and not when any byte is changed', () => {
    const receipts = receiptsOf(11);
    const { countersignatures } = signed(receipts);
    fc.assert(
      fc.property(fc.nat(10), fc.nat(10), fc.nat(), (mine, other, where) => {
        const own = countersignatures[mine] ?? new Uint8Array(0);
        const receipt = receipts[mine] ?? new Uint8Array(0);
        if (mine !== other) expect(isGood(receipts[other] ?? receipt, own)).toBe(false);
        const changed = own.slice();
        const at = where % changed.length;
        changed[at] = ((changed[at] ?? 0) + 1 + (where % 200)) & 255;
        expect(isGood(receipt, changed)).toBe(false);
      }),
    );
  });

  it('are those of before when there is one alone', () => {
    const [receipt = new Uint8Array(0)] = receiptsOf(1);
    const { countersignatures } = signed([receipt]);
    expect(countersignatures).toEqual([new Uint8Array(sign(null, receipt, privateKey))]);
  });

  it('are none of a length that no path has', () => {
    const receipts = receiptsOf(2);
    const [first = new Uint8Array(0)] = signed(receipts).countersignatures;
    for (const length of [0, 63, 65, 96, first.length - 1])
      expect(isGood(receipts[0] ?? first, first.subarray(0, length))).toBe(false);
    expect(signed([]).countersignatures).toEqual([]);
  });
});

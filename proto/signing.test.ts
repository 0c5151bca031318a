import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeId } from './ids.ts';
import type { Usage } from './messages.ts';
import { type Receipt, receiptBytes, usageBytes } from './signing.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const nodeId = makeId('node', new Uint8Array(20));
const usage: Usage = {
  ...{ leaseId: makeId('lease', new Uint8Array(20).fill(1)), epoch: 2, part: 1, runMs: 2 ** 40, cardMs: 4 },
  ...{ cpuMs: 5, cpuExact: true, memoryPeakBytes: 6 },
};
const receipt: Receipt = {
  ...{ schedulerId: 's', usage: usageBytes(nodeId, usage), nodeSignature: new Uint8Array(64).fill(7) },
  ...{ nodePublicKey: new Uint8Array(32).fill(8), proof: 'signed', org: 'acme', jobId: 'j', model: 'A100' },
  ...{ cards: 1, cardMs: 4, tariff: 't', priceMicroYuan: 9, recordedUnixMs: 10 },
};

describe('what is signed of usage', () => {
  it('is these bytes, in this release and in every one after it', () => {
    const count = (value: number): string => value.toString(16).padStart(16, '0');
    const text = (value: string): string => count(value.length) + hex(Buffer.from(value));
    const counts = [2, 1, 2 ** 40, 4, 5, 1, 6].map(count).join('');
    const head = hex(Buffer.from('suanlink.v1 usage\0'));
    expect(hex(usageBytes(nodeId, usage))).toBe(head + text(nodeId) + text(usage.leaseId) + counts);
    // The signature itself is not part of it.
    const signed: Usage = { ...usage, signature: new Uint8Array(64) };
    expect(usageBytes(nodeId, signed)).toEqual(usageBytes(nodeId, usage));
  });

  it('differs when anything in it does', () => {
    const changes: Partial<Usage>[] = [
      ...[{ epoch: 3 }, { part: 2 }, { runMs: 1 }, { cardMs: 5 }, { cpuMs: 6 }, { memoryPeakBytes: 7 }],
      ...[{ cpuExact: false }, { leaseId: makeId('lease', new Uint8Array(20)) }],
    ];
    const all = [usage, ...changes.map((change) => ({ ...usage, ...change }))].map((one) =>
      hex(usageBytes(nodeId, one)),
    );
    expect(new Set(all).size).toBe(changes.length + 1);
  });
});

describe('what a scheduler signs of a bill', () => {
  it('differs when anything in it does', () => {
    const changes: Partial<Receipt>[] = [
      ...[{ schedulerId: 't' }, { usage: new Uint8Array(3) }, { nodeSignature: new Uint8Array(0) }],
      ...[
        { nodePublicKey: new Uint8Array(32) },
        { proof: 'disputed' as const },
        { org: 'acm' },
        { jobId: 'k' },
      ],
      ...[
        { model: '' },
        { cards: 2 },
        { cardMs: 3 },
        { tariff: '' },
        { priceMicroYuan: 0 },
        { recordedUnixMs: 1 },
      ],
    ];
    const all = [receipt, ...changes.map((change) => ({ ...receipt, ...change }))].map((one) =>
      hex(receiptBytes(one)),
    );
    expect(new Set(all).size).toBe(changes.length + 1);
  });

  it('never lets one text end where another begins', () => {
    fc.assert(
      fc.property(fc.tuple(fc.string(), fc.string()), fc.tuple(fc.string(), fc.string()), (a, b) => {
        const of = ([org, jobId]: [string, string]): string => hex(receiptBytes({ ...receipt, org, jobId }));
        expect(of(a) === of(b)).toBe(a[0] === b[0] && a[1] === b[1]);
      }),
    );
  });
});

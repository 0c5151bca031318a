import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecords, encodeRecord, headerBytes, type LogRecord } from './log-record.ts';
import { cutBefore } from './logs.ts';

const place = {
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  offset: fc.maxSafeNat(),
  unixMs: fc.maxSafeNat(),
};
const record = fc.oneof<fc.Arbitrary<LogRecord>[]>(
  fc.record({ ...place, data: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({
    ...place,
    data: fc.constant(new Uint8Array(0)),
    droppedBytes: fc.integer({ min: 1, max: 2 ** 40 }),
  }),
);

describe('log records', () => {
  it('come back as they were, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(record), fc.nat(), (records, cut) => {
        const bytes = Buffer.concat(records.map(encodeRecord));
        expect(decodeRecords(bytes)).toEqual({
          records: records.map((one) => ({ ...one, data: Buffer.from(one.data) })),
          used: bytes.length,
          damaged: false,
        });
        const torn = decodeRecords(bytes.subarray(0, cut % (bytes.length + 1)));
        expect(torn.damaged).toBe(false);
        expect(records.slice(0, torn.records.length).map(({ offset }) => offset)).toEqual(
          torn.records.map(({ offset }) => offset),
        );
      }),
    );
  });

  it('end where a byte differs', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (records, where, flip) => {
          const bytes = Buffer.concat(records.map(encodeRecord));
          const at = where % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ flip;
          const good = decodeRecords(bytes);
          expect(good.used).toBeLessThanOrEqual(at);
          expect(good.records.length).toBeLessThan(records.length);
        },
      ),
    );
  });

  it('of an impossible length are damage, not something to wait for', () => {
    const bytes = Buffer.alloc(headerBytes);
    bytes.writeUInt32LE(2 ** 31, 4);
    expect(decodeRecords(bytes)).toMatchObject({ records: [], used: 0, damaged: true });
  });

  it('are cut to what a reader wants', () => {
    const one: LogRecord = { stream: 'stderr', offset: 10, unixMs: 0, data: Uint8Array.of(1, 2, 3) };
    expect(cutBefore(one, { stdout: 99, stderr: 10 })).toBe(one);
    expect(cutBefore(one, { stdout: 0, stderr: 12 })).toMatchObject({ offset: 12, data: Uint8Array.of(3) });
    expect(cutBefore(one, { stdout: 0, stderr: 13 })).toBeUndefined();
  });
});

/** Log files: offsets, restarts, torn tails, readers. */
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeId } from '../../proto/ids.ts';
import { openLogFiles } from '../../scheduler/store/log-files.ts';
import { encodeRecord } from '../../scheduler/store/log-record.ts';
import type { Logs } from '../../scheduler/store/logs.ts';
import { tempDir } from './core.ts';
import { seed } from './values.ts';

const lease = makeId('lease', seed(1));
const start = { stdout: 0, stderr: 0 };
let dir = tempDir();
beforeEach(() => {
  dir = tempDir();
});
afterEach(() => dir.remove());

async function text(logs: Logs, of = lease, from = start): Promise<{ stdout: string; stderr: string }> {
  const found = { stdout: '', stderr: '' };
  for await (const { stream, offset, data } of logs.read(of, from)) {
    expect(offset).toBe(from[stream] + found[stream].length);
    found[stream] += Buffer.from(data).toString('latin1');
  }
  return found;
}
const bytes = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const sha = (value: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(value, 'latin1').digest());
/** The file of a log of ten bytes a record. */
const fileOf = (all: string): Buffer =>
  Buffer.concat(
    (all.match(/.{10}/g) ?? []).map((piece, n) =>
      encodeRecord({ stream: 'stdout', offset: n * 10, unixMs: 1, data: bytes(piece) }),
    ),
  );
const file = (): string => join(dir.path, 'logs', `${lease}.log`);

describe('a log', () => {
  it('holds both streams, each byte once, whatever is sent again', async () => {
    const logs = await openLogFiles(dir.path);
    await logs.append(lease, 'stdout', 0, bytes('abc'), 1);
    await logs.append(lease, 'stderr', 0, bytes('x'), 2);
    await logs.append(lease, 'stdout', 0, bytes('abc'), 3);
    await logs.append(lease, 'stdout', 1, bytes('bcde'), 4);
    await logs.append(lease, 'stdout', 5, bytes(''), 4);
    await logs.sync();
    expect(await text(logs)).toEqual({ stdout: 'abcde', stderr: 'x' });
    expect(await text(logs, lease, { stdout: 4, stderr: 9 })).toEqual({ stdout: 'e', stderr: '' });
    expect(await logs.totals(lease)).toEqual({
      stdout: { bytes: 5, droppedBytes: 0, sha256: sha('abcde') },
      stderr: { bytes: 1, droppedBytes: 0, sha256: sha('x') },
    });
  });

  it('refuses a gap and is as it was', async () => {
    const logs = await openLogFiles(dir.path);
    await logs.append(lease, 'stdout', 0, bytes('ab'), 1);
    await expect(logs.append(lease, 'stdout', 3, bytes('d'), 1)).rejects.toMatchObject({
      code: 'protocol_error',
    });
    await logs.append(lease, 'stdout', 2, bytes('c'), 1);
    expect((await text(logs)).stdout).toBe('abc');
  });

  it('of nothing makes no file', async () => {
    const logs = await openLogFiles(dir.path);
    expect((await logs.totals(lease)).stdout).toMatchObject({ bytes: 0, sha256: sha('') });
    expect(await text(logs)).toEqual({ stdout: '', stderr: '' });
    await logs.close();
    expect(readdirSync(join(dir.path, 'logs'))).toEqual([]);
  });

  it('that was synced is there after a power failure that took the file, all of it or a part', async () => {
    const logs = await openLogFiles(dir.path);
    const other = makeId('lease', seed(2));
    for (let n = 0; n < 20; n += 1) {
      await logs.append(lease, 'stdout', n * 10, bytes('0123456789'), 1);
      await logs.append(other, 'stderr', n, bytes('x'), 1);
    }
    await logs.sync();
    const names = readdirSync(join(dir.path, 'logs'));
    expect(names).toContain('0000000001.journal');
    const journal = readFileSync(join(dir.path, 'logs', '0000000001.journal'));
    for (const left of [0, 1, 37, 100, 500]) {
      truncateSync(file(), 0);
      appendFileSync(file(), fileOf('0123456789'.repeat(20)).subarray(0, left));
      appendFileSync(file(), Buffer.alloc(left % 7));
      writeFileSync(join(dir.path, 'logs', '0000000001.journal'), journal);
      // What was being written to the journal when the power went.
      appendFileSync(join(dir.path, 'logs', '0000000001.journal'), journal.subarray(0, left));
      const again = await openLogFiles(dir.path);
      expect((await text(again)).stdout).toBe('0123456789'.repeat(20));
      expect((await text(again, other)).stderr).toBe('x'.repeat(20));
      expect((await again.totals(lease)).stdout.bytes).toBe(200);
      await again.close();
      expect(readdirSync(join(dir.path, 'logs')).filter((name) => name.endsWith('.journal'))).toEqual([]);
    }
  });

  it('survives the change from one part of the journal to the next', async () => {
    const logs = await openLogFiles(dir.path, 2000);
    const many = Array.from({ length: 10 }, (_, i) => makeId('lease', seed(50 + i)));
    for (let n = 0; n < 50; n += 1) {
      await Promise.all(many.map((one) => logs.append(one, 'stdout', n * 5, bytes('12345'), 1)));
      if (n % 3 === 0) await logs.sync();
    }
    await logs.sync();
    const parts = () =>
      readdirSync(join(dir.path, 'logs')).filter((name) => name.endsWith('.journal')).length;
    await expect.poll(parts).toBe(1);
    for (const one of many) {
      truncateSync(join(dir.path, 'logs', `${one}.log`), 1000);
      logs.release(one);
    }
    const again = await openLogFiles(dir.path, 2000);
    for (const one of many) expect((await text(again, one)).stdout.length).toBeGreaterThanOrEqual(150);
    await again.close();
  });

  it('goes on after a restart where it was, however its file was torn', async () => {
    const whole = ['hello ', 'wide ', 'world'];
    const first = await openLogFiles(dir.path);
    let offset = 0;
    for (const piece of whole) {
      await first.append(lease, 'stdout', offset, bytes(piece), 1);
      offset += piece.length;
    }
    await first.sync();
    const { length } = readFileSync(file());
    const fullFile = readFileSync(file());
    for (let cut = length; cut >= 0; cut -= 1) {
      truncateSync(file(), 0);
      appendFileSync(file(), fullFile.subarray(0, cut));
      if (cut % 3 === 0) appendFileSync(file(), Buffer.alloc(cut % 70, 0xee));
      const logs = await openLogFiles(dir.path);
      // The agent sends everything that was not acknowledged again.
      let at = 0;
      for (const piece of whole) {
        await logs.append(lease, 'stdout', at, bytes(piece), 1);
        at += piece.length;
      }
      await logs.sync();
      expect((await text(logs)).stdout).toBe('hello wide world');
      expect((await logs.totals(lease)).stdout.sha256).toEqual(sha('hello wide world'));
    }
  });

  it('is the same bytes for any chunks, duplicates, restarts and readers', async () => {
    const chunk = fc.record({
      back: fc.nat({ max: 20 }),
      data: fc.string({ maxLength: 300 }),
      stop: fc.boolean(),
    });
    let n = 10;
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 20 }), fc.nat({ max: 400 }), async (chunks, from) => {
        n += 1;
        const own = makeId('lease', seed(n));
        let logs = await openLogFiles(dir.path);
        let written = '';
        const cursor = logs.cursor(own, start);
        let followed = '';
        for (const { back, data, stop } of chunks) {
          const latin = Buffer.from(data).toString('latin1');
          const again = written.slice(Math.max(0, written.length - back));
          await logs.append(own, 'stdout', written.length - again.length, bytes(again + latin), 1);
          written += latin;
          if (stop) {
            await logs.close();
            logs = await openLogFiles(dir.path);
          }
          for (const record of await cursor.next()) followed += Buffer.from(record.data).toString('latin1');
        }
        for (let more = await cursor.next(); more.length > 0; more = await cursor.next())
          for (const record of more) followed += Buffer.from(record.data).toString('latin1');
        expect(followed).toBe(written);
        expect((await text(logs, own, { stdout: from, stderr: 0 })).stdout).toBe(written.slice(from));
        expect((await logs.totals(own)).stdout).toMatchObject({
          bytes: written.length,
          sha256: sha(written),
        });
        await logs.close();
      }),
      { numRuns: 60 },
    );
  });

  it('keeps on record how much was left out and where, over restarts, and takes it once', async () => {
    let logs = await openLogFiles(dir.path);
    await logs.append(lease, 'stdout', 0, bytes('abc'), 1);
    for (let round = 0; round < 3; round += 1) {
      // 100 bytes left out before 'def', and 7 at the end.
      await logs.append(lease, 'stdout', 103, bytes('def'), 2, 100);
      await logs.append(lease, 'stdout', 113, bytes(''), 3, 7);
      expect((await logs.totals(lease)).stdout).toEqual({
        ...{ bytes: 113, droppedBytes: 107, sha256: sha('abcdef') },
      });
      const records = await logs.cursor(lease, start).next();
      expect(
        records.map(({ offset, data, droppedBytes }) => [offset, data.length, droppedBytes ?? 0]),
      ).toEqual([
        [0, 3, 0],
        [3, 0, 100],
        [103, 3, 0],
        [106, 0, 7],
      ]);
      const later = await logs.cursor(lease, { stdout: 50, stderr: 0 }).next();
      expect(later.map(({ offset, droppedBytes }) => [offset, droppedBytes ?? 0])).toEqual([
        [50, 53],
        [103, 0],
        [106, 7],
      ]);
      await logs.close();
      logs = await openLogFiles(dir.path);
    }
    await logs.append(lease, 'stdout', 113, bytes('g'), 4);
    await logs.close();
  });

  it('refuses a jump that is not exactly what was left out', async () => {
    const logs = await openLogFiles(dir.path);
    await logs.append(lease, 'stdout', 0, bytes('abc'), 1);
    for (const dropped of [0, 1, 96])
      await expect(logs.append(lease, 'stdout', 100, bytes('x'), 2, dropped)).rejects.toMatchObject({
        code: 'protocol_error',
      });
    await logs.append(lease, 'stdout', 100, bytes('x'), 2, 97);
    expect((await logs.totals(lease)).stdout).toMatchObject({ bytes: 101, droppedBytes: 97 });
    await logs.close();
  });

  it('is gone when it is removed, and listed until then', async () => {
    const logs = await openLogFiles(dir.path);
    await logs.append(lease, 'stdout', 0, bytes('abc'), 1);
    await logs.append(makeId('lease', seed(2)), 'stdout', 0, bytes('x'), 1);
    const listed = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const one of logs.files()) found.push(one.lease);
      return found;
    };
    expect(await listed()).toHaveLength(2);
    await logs.remove(lease);
    await logs.remove(lease);
    expect(await listed()).toEqual([makeId('lease', seed(2))]);
    expect(await text(logs)).toEqual({ stdout: '', stderr: '' });
    await logs.close();
  });

  it('with large records is read a piece at a time', async () => {
    const logs = await openLogFiles(dir.path);
    const big = 'x'.repeat(300_000);
    for (let i = 0; i < 5; i += 1) await logs.append(lease, 'stdout', i * big.length, bytes(big), 1);
    const cursor = logs.cursor(lease, start);
    const sizes: number[] = [];
    for (let more = await cursor.next(); more.length > 0; more = await cursor.next())
      sizes.push(more.reduce((sum, { data }) => sum + data.length, 0));
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(1_500_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024);
  });

  it('syncs together what was appended together', async () => {
    const logs = await openLogFiles(dir.path);
    const many = Array.from({ length: 40 }, (_, i) => makeId('lease', seed(100 + i)));
    await Promise.all(
      many.map(async (one) => {
        await logs.append(one, 'stdout', 0, bytes('a'), 1);
        await logs.sync();
        await logs.append(one, 'stdout', 1, bytes('b'), 1);
        await logs.sync();
      }),
    );
    for (const one of many) expect((await text(logs, one)).stdout).toBe('ab');
    await logs.close();
  });
});

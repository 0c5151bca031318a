import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Gap, type Taken, withGap } from '../lease/gaps.ts';
import { OutputCollector } from './output.ts';

const sha = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Collects into one buffer per stream, checking that every piece lies where the last one ended. */
function receiver(taken: { stdout: number; stderr: number }) {
  const got = { stdout: [] as number[], stderr: [] as number[] };
  const collector = new OutputCollector(taken, (stream, offset, data) => {
    expect(offset).toBe(taken[stream] + got[stream].length);
    got[stream].push(...data);
    return { kept: true, done: Promise.resolve() };
  });
  return { got, collector };
}

describe('OutputCollector', () => {
  it('hands on every byte once and in order, however the pieces are cut and repeated, and hashes all of them', async () => {
    const piece = fc.record({
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      back: fc.nat({ max: 20 }),
      data: fc.uint8Array({ maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 20 }),
        fc.nat({ max: 30 }),
        async (pieces, takenBefore) => {
          const whole = { stdout: [] as number[], stderr: [] as number[] };
          // First run: everything is new. `back` repeats bytes that were already seen.
          const { got, collector } = receiver({ stdout: 0, stderr: 0 });
          for (const { stream, back, data } of pieces) {
            const start = Math.max(0, whole[stream].length - back);
            const bytes = new Uint8Array([...whole[stream].slice(start), ...data]);
            whole[stream].push(...data);
            await collector.sink({ stream, offset: start, data: bytes });
          }
          expect(got).toEqual(whole);
          const totals = await collector.output();
          expect(totals.stdoutBytes).toBe(whole.stdout.length);
          expect(Buffer.from(totals.stderrSha256).toString('hex')).toBe(sha(new Uint8Array(whole.stderr)));
          // Second run, after a restart: the log is read from its beginning, only the rest is handed on.
          const taken = { stdout: Math.min(takenBefore, whole.stdout.length), stderr: 0 };
          const again = receiver(taken);
          await again.collector.sink({ stream: 'stdout', offset: 0, data: new Uint8Array(whole.stdout) });
          expect(again.got.stdout).toEqual(whole.stdout.slice(taken.stdout));
          expect(Buffer.from((await again.collector.output()).stdoutSha256).toString('hex')).toBe(
            sha(new Uint8Array(whole.stdout)),
          );
        },
      ),
    );
  });

  it('cuts a large piece into frames that fit', async () => {
    const sizes: number[] = [];
    const collector = new OutputCollector({ stdout: 0, stderr: 0 }, (_stream, _offset, data) => {
      sizes.push(data.length);
      return { kept: true, done: Promise.resolve() };
    });
    await collector.sink({ stream: 'stdout', offset: 0, data: new Uint8Array(150_000) });
    expect(sizes).toEqual([65_536, 65_536, 18_928]);
  });

  it('hashes what was kept and counts the rest, the second time as the first', async () => {
    const pieces = fc.array(
      fc.record({ kept: fc.boolean(), data: fc.uint8Array({ minLength: 1, maxLength: 9 }) }),
    );
    await fc.assert(
      fc.asyncProperty(pieces, fc.nat(20), async (all, known) => {
        let gaps: Gap[] = [];
        let at = 0;
        const verdicts = all.map(({ kept }) => kept);
        const whole = all.flatMap(({ data }) => [...data]);
        const collect = (taken: Taken): OutputCollector =>
          new OutputCollector(taken, (stream, offset, data) => {
            const kept = verdicts.shift() ?? true;
            if (!kept) gaps = withGap(gaps, { stream, offset, bytes: data.length });
            at = offset + data.length;
            return { kept, done: Promise.resolve() };
          });
        const first = collect({ stdout: 0, stderr: 0 });
        let offset = 0;
        for (const { data } of all) {
          await first.sink({ stream: 'stdout', offset, data });
          offset += data.length;
        }
        const kept = all.filter((piece) => piece.kept).flatMap(({ data }) => [...data]);
        const totals = await first.output();
        expect(totals.stdoutBytes - (totals.stdoutDroppedBytes ?? 0)).toBe(kept.length);
        expect(Buffer.from(totals.stdoutSha256).toString('hex')).toBe(sha(new Uint8Array(kept)));
        // Another process reads the log again in pieces of its own: everything was taken.
        const again = collect({ stdout: at, stderr: 0, gaps });
        for (let from = 0; from < whole.length; from += known + 1)
          await again.sink({
            stream: 'stdout',
            offset: from,
            data: new Uint8Array(whole.slice(from, from + known + 1)),
          });
        expect(await again.output()).toEqual(totals);
      }),
    );
  });
});

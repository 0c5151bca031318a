/** Output on real engines: byte-exact live and from the log, at any offset, in any content; held back when not taken. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createEngine } from '../../agent/runtime/engine/engine.ts';
import type { OutputFrom } from '../../agent/runtime/runtime.ts';
import { type Bed, eachEngine, never, Taken } from './bed.ts';

const start: OutputFrom = { stdout: 0, stderr: 0 };

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** All output of a container from the engine's log. */
async function fromLog(bed: Bed, id: string, from = start, runtime = bed.runtime): Promise<Taken> {
  const taken = new Taken(from);
  expect(await runtime.output(id, from, taken.sink, never)).toEqual({ complete: true });
  return taken;
}

function expectSame(got: Taken, wanted: Taken): void {
  expect(got.stdout.length).toBe(wanted.stdout.length);
  expect(got.stderr.length).toBe(wanted.stderr.length);
  expect(hash(got.stdout)).toBe(hash(wanted.stdout));
  expect(hash(got.stderr)).toBe(hash(wanted.stderr));
}

const scripts: [name: string, script: string, stdout: number, stderr: number][] = [
  ['nothing', 'true', 0, 0],
  ['no newline at the end', 'printf abc', 3, 0],
  ['1 MiB without a newline', 'head -c 1048576 /dev/zero | tr "\\000" x', 1_048_576, 0],
  ['binary', 'head -c 700000 /dev/urandom; head -c 300000 /dev/urandom >&2', 700_000, 300_000],
  ['not UTF-8', 'printf "\\377\\376\\303\\n\\000\\r\\n\\304\\343\\272\\303\\n\\303"', 13, 0],
  ['empty lines and returns', 'printf "\\n\\na\\r\\n\\rb\\n\\n"', 9, 0],
  ['a line of exactly 16 KiB', 'head -c 16384 /dev/zero | tr "\\000" x; echo; echo end', 16_389, 0],
  ['lines over 16 KiB', 'for i in 1 2 3; do head -c 20000 /dev/zero | tr "\\000" x; echo; done', 60_003, 0],
  ['20,000 short lines', 'seq 1 20000', 108_894, 0],
  [
    'both streams in turn',
    'i=0; while [ $i -lt 300 ]; do echo $i; echo $i >&2; i=$((i+1)); done',
    1090,
    1090,
  ],
];

eachEngine('output', (bed) => {
  const { runtime } = bed;

  it.each(scripts)('%s: live and from the log alike', async (_name, script, stdout, stderr) => {
    const { id, taken, complete } = await bed.run(bed.script(script));
    expect(complete).toBe(true);
    expect([taken.stdout.length, taken.stderr.length]).toEqual([stdout, stderr]);
    expectSame(await fromLog(bed, id), taken);
  });

  it('is the bytes themselves', async () => {
    const { id, taken } = await bed.run(bed.script('printf "out\\n\\377\\000"; printf "err" >&2'));
    expect(taken.stdout).toEqual(Buffer.from([0x6f, 0x75, 0x74, 0x0a, 0xff, 0x00]));
    expect(taken.stderr.toString()).toBe('err');
    expectSame(await fromLog(bed, id), taken);
  });

  it('has every byte of a quick start, twenty times', async () => {
    for (let round = 0; round < 20; round++) {
      const { taken, complete } = await bed.run(bed.spec(['echo', `round ${round}`]));
      expect([taken.stdout.toString(), complete]).toEqual([`round ${round}\n`, true]);
    }
  });

  it('goes on from an offset', async () => {
    const { id, taken } = await bed.run(bed.script('seq 1 5000; seq 1 3000 >&2'));
    for (const from of [
      { stdout: 0, stderr: 1 },
      { stdout: 7_001, stderr: 13_000 },
      { stdout: taken.stdout.length, stderr: taken.stderr.length },
    ]) {
      const rest = await fromLog(bed, id, from);
      expect(rest.stdout.equals(taken.stdout.subarray(from.stdout))).toBe(true);
      expect(rest.stderr.equals(taken.stderr.subarray(from.stderr))).toBe(true);
    }
  });

  it('can be followed from the log while it is written', async () => {
    const id = await runtime.create(
      bed.script('for i in 1 2 3 4 5; do seq 1 2000; head -c 50000 /dev/urandom; sleep 0.15; done; exit 5'),
    );
    const live = new Taken();
    const { drained } = await runtime.start(id, live.sink);
    const [whole, rest] = await Promise.all([
      fromLog(bed, id),
      fromLog(bed, id, { stdout: 1234, stderr: 0 }),
    ]);
    expect(await drained).toEqual({ complete: true });
    expectSame(whole, live);
    expect(rest.stdout.equals(live.stdout.subarray(1234))).toBe(true);
    expect(await runtime.wait(id, never)).toMatchObject({ exitCode: 5 });
  });

  it('can be read through the log endpoint alone', async () => {
    const remote = createEngine({ socketPath: bed.socketPath, readLogFiles: false });
    const id = await runtime.create(
      bed.script('for i in 1 2 3; do seq 1 2000; seq 1 1000 >&2; sleep 0.2; done'),
    );
    const live = new Taken();
    const { drained } = await runtime.start(id, live.sink);
    const followed = await fromLog(bed, id, start, remote);
    await drained;
    expectSame(followed, live);
    expectSame(await fromLog(bed, id, start, remote), live);
    await remote.close();
  });

  it('stops with the signal, not complete', async () => {
    const id = await bed.launch(bed.script('echo one; sleep 60'));
    const abort = new AbortController();
    const taken = new Taken();
    const reading = runtime.output(id, start, taken.sink, abort.signal);
    await expect.poll(() => taken.stdout.toString(), { timeout: 15_000 }).toBe('one\n');
    abort.abort();
    expect(await reading).toEqual({ complete: false });
  });

  it('of a container that closes its output and runs on is complete once it has ended', async () => {
    const { exited, taken } = await bed.run(bed.script('echo said; exec >&- 2>&-; sleep 0.6; exit 4'));
    expect(exited.exitCode).toBe(4);
    expect((exited.finishedAtMs ?? 0) - (exited.startedAtMs ?? 0)).toBeGreaterThan(550);
    expect(taken.stdout.toString()).toBe('said\n');
  });

  it('ends with the container although a process of it held the pipe', async () => {
    const { exited, taken, complete } = await bed.run(
      bed.script('(sleep 60; echo never) & echo now; exit 6'),
    );
    expect([exited.exitCode, taken.stdout.toString(), complete]).toEqual([6, 'now\n', true]);
  });

  it('is held back while it is not taken, and nothing is lost', async () => {
    const id = await runtime.create(
      bed.script('yes "$(head -c 900 /dev/zero | tr "\\000" y)" | head -c 30000000'),
    );
    const held = Promise.withResolvers<void>();
    const taken = createHash('sha256');
    let bytes = 0;
    const { drained } = await runtime.start(id, async ({ data }) => {
      taken.update(data);
      bytes += data.length;
      await held.promise;
    });
    await sleep(1_500);
    const before = bytes;
    expect((await runtime.inspect(id))?.state).toBe('running');
    await sleep(300);
    expect(bytes).toBe(before);
    expect(before).toBeLessThan(2 ** 20);
    held.resolve();
    expect(await drained).toEqual({ complete: true });
    expect(bytes).toBe(30_000_000);
    const again = createHash('sha256');
    await runtime.output(id, start, ({ data }) => void again.update(data), never);
    expect(again.digest('hex')).toBe(taken.digest('hex'));
  });

  it('with a sink that fails is not complete, and can be read again', async () => {
    const id = await runtime.create(bed.script('seq 1 3000'));
    const { drained } = await runtime.start(id, () => {
      throw new Error('disk full');
    });
    expect(await drained).toEqual({ complete: false });
    expect((await fromLog(bed, id)).stdout.length).toBe(13_893);
  });
});

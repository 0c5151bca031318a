/** What happens when the engine goes away: never "exited", and everything is there when it comes back. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseMounts } from '../../agent/runtime/cgroup-parse.ts';
import { openRuntime } from '../../agent/runtime/engine/find.ts';
import { silentLog } from '../../agent/base/log.ts';
import { processesOf } from '../../scripts/engine-leftovers.ts';
import { startEngine, type TestEngine } from '../../scripts/engines.ts';
import { importTestImage } from '../../scripts/test-image.ts';
import { Bed, never, Taken } from './bed.ts';
import { testImage } from './provided.ts';

const start = { stdout: 0, stderr: 0 };
/** For machines that do much else. */
const patient = { timeout: 15_000 };

describe.each(['docker', 'podman'] as const)('an engine that is killed: %s', (kind) => {
  let dir: string;
  let engine: TestEngine;
  let bed: Bed;

  beforeAll(async () => {
    dir = join(mkdtempSync(join(tmpdir(), 'suanlink-faults-')), 'e');
    engine = await startEngine(kind, dir);
    await importTestImage(engine, testImage);
    bed = new Bed(engine);
  });
  afterEach(async () => {
    // A test that failed half-way must not fail those after it.
    if (killed) await restart();
    await bed.clear();
  });
  afterAll(async () => {
    await bed.runtime.close();
    await engine.stop();
    rmSync(join(dir, '..'), { recursive: true });
  });

  let killed = false;
  /** Kills the daemon alone. */
  const kill = async (): Promise<void> => {
    process.kill(engine.pid, 'SIGKILL');
    killed = true;
    await expect
      .poll(
        () =>
          bed.runtime.list(bed.agent).then(
            () => 'up',
            () => 'down',
          ),
        patient,
      )
      .toBe('down');
  };
  /** Brings up another one on the same state. */
  const restart = async (): Promise<void> => {
    engine = await startEngine(kind, dir);
    killed = false;
  };

  it('in the middle of a run: engine_unavailable, and then the container as it really is', async () => {
    const { runtime } = bed;
    const id = await runtime.create(
      bed.script('i=0; while [ $i -lt 30 ]; do echo $i; i=$((i+1)); sleep 0.1; done; exit 5'),
    );
    const live = new Taken();
    const { drained } = await runtime.start(id, live.sink);
    const waiting = runtime.wait(id, never).catch((caught: unknown) => caught);
    const reading = runtime.output(id, start, () => {}, never).catch((caught: unknown) => caught);
    await expect.poll(() => live.stdout.length, patient).toBeGreaterThan(10);
    await kill();
    expect(await drained).toEqual({ complete: false });
    expect(await waiting).toMatchObject({ code: 'engine_unavailable' });
    expect(await reading).toMatchObject({ code: 'engine_unavailable' });
    for (const call of [runtime.list(bed.agent), runtime.inspect(id), runtime.stop(id, 0), runtime.info()])
      await expect(call).rejects.toMatchObject({ code: 'engine_unavailable' });
    await restart();

    const exited = await runtime.wait(id, never);
    const seen = { stdout: live.stdout.length, stderr: 0 };
    const rest = new Taken(seen);
    expect(await runtime.output(id, seen, rest.sink, never)).toEqual({ complete: true });
    const all = Buffer.concat([live.stdout, rest.stdout]).toString();
    const numbers = Array.from({ length: 30 }, (_, at) => `${at}\n`).join('');
    if (kind === 'podman') {
      // Its monitor needs no service: the container runs on.
      expect(exited).toMatchObject({ state: 'exited', exitCode: 5 });
      expect(all).toBe(numbers);
    } else {
      // Docker without live restore ends its containers at the next start, and says so.
      expect(exited.state).toBe('exited');
      expect(numbers.startsWith(all)).toBe(true);
    }
  });

  it('just when the container ends: what is missing is not called complete', async () => {
    const { runtime } = bed;
    const id = await runtime.create(bed.script('echo first; sleep 1; echo last'));
    const live = new Taken();
    const { drained } = await runtime.start(id, live.sink);
    await expect.poll(() => live.stdout.toString(), patient).toBe('first\n');
    await kill();
    await sleep(1_300);
    await restart();
    expect(await drained).toEqual({ complete: false });
    await runtime.wait(id, never);
    const all = new Taken();
    await runtime.output(id, start, all.sink, never);
    expect(all.stdout.toString()).toBe(kind === 'podman' ? 'first\nlast\n' : 'first\n');
  });

  it('while nothing runs: the next call works again', async () => {
    await kill();
    await expect(bed.runtime.create(bed.spec(['true']))).rejects.toMatchObject({
      code: 'engine_unavailable',
    });
    await restart();
    const { exited } = await bed.run(bed.script('exit 3'));
    expect(exited.exitCode).toBe(3);
  });

  it('ends a watch of events', async () => {
    let ended = false;
    const watching = (async () => {
      for await (const _ of bed.runtime.events(never));
      ended = true;
    })();
    await sleep(300);
    await kill();
    await watching;
    expect(ended).toBe(true);
    await restart();
  });

  it('leaves nothing when it is stopped, running containers and a kill included', async () => {
    const id = await bed.launch(bed.script('trap "" TERM; sleep 600'));
    process.kill(engine.pid, 'SIGKILL');
    await engine.stop();
    expect(processesOf(dir)).toEqual([]);
    expect(readdirSync(join(dir, '..'))).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(dir);
    expect([...cgroupsNamed(engine.cgroup), ...cgroupsNamed(`libpod_parent/libpod-${id}`)]).toEqual([]);
    engine = await startEngine(kind, dir);
  });
});

describe('openRuntime', () => {
  let stateDir: string;
  afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

  it('supervises podman where nothing listens, starts it again when it is killed, and leaves nothing', async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'suanlink-open-'));
    const nothing = { env: { PATH: process.env['PATH'] ?? '' } };
    const open = () => openRuntime({ preferred: 'podman', stateDir, log: silentLog, ...nothing });
    const first = await open();
    expect(first.description).toMatch(/^podman \d.* at .*podman\.sock \(supervised\)$/);
    const pid = Number(readFileSync(join(stateDir, 'podman.pid'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    const pidNow = () => Number(readFileSync(join(stateDir, 'podman.pid'), 'utf8'));
    await expect.poll(pidNow, patient).not.toBe(pid);
    await expect
      .poll(
        () =>
          first.runtime.info().then(
            ({ engine }) => engine,
            () => 'down',
          ),
        patient,
      )
      .toBe('podman');
    await first.close();
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it('says what it tried and what to install', async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'suanlink-open-'));
    const none = openRuntime({ preferred: `unix://${stateDir}/none.sock`, stateDir, log: silentLog });
    await expect(none).rejects.toMatchObject({ code: 'engine_unavailable' });
    await expect(none).rejects.toThrow(/none\.sock: no such socket/);
    await expect(openRuntime({ preferred: 'dokcer', stateDir, log: silentLog })).rejects.toMatchObject({
      code: 'config_invalid',
    });
  });
});

/** Cgroup directories of that name, in any hierarchy. */
function cgroupsNamed(name: string): string[] {
  const { all } = parseMounts(readFileSync('/proc/self/mounts', 'utf8'));
  return all.map((root) => join(root, name)).filter((path) => existsSync(path));
}

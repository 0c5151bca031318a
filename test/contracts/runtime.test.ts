/** The contract of `agent/runtime/runtime.ts` on real engines: one body, Docker and Podman. Output, limits, images and
 * faults have files of their own in `test/engines/`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eachEngine, never } from '../engines/bed.ts';
import { testImage } from '../engines/provided.ts';

eachEngine('runtime', (bed) => {
  const { runtime } = bed;

  it('says what the engine is', async () => {
    const info = await runtime.info();
    expect(info.engine).toBe(bed.kind);
    expect(info.version).toMatch(/^\d+\.\d+/);
    expect(info.runtimes).toContain('runc');
    expect(info.rootless).toBe(false);
  });

  describe('exit', () => {
    it.each([0, 1, 7, 125, 126, 127, 255])('code %i', async (code) => {
      const { exited, complete } = await bed.run(bed.script(`exit ${code}`));
      expect(exited).toMatchObject({ state: 'exited', exitCode: code, oomKilled: false });
      expect(complete).toBe(true);
    });

    it('of a process that a signal killed is 128 and the signal', async () => {
      const { exited } = await bed.run(bed.script('sh -c "kill -9 \\$\\$"; exit $?'));
      expect(exited.exitCode).toBe(137);
    });

    it('has start and end times of the engine’s clock', async () => {
      const before = Date.now();
      const { exited } = await bed.run(bed.script('sleep 0.3'));
      const { startedAtMs = 0, finishedAtMs = 0 } = exited;
      expect(startedAtMs).toBeGreaterThanOrEqual(before - 1);
      expect(finishedAtMs).toBeLessThanOrEqual(Date.now());
      expect(finishedAtMs - startedAtMs).toBeGreaterThanOrEqual(290);
      expect(finishedAtMs - startedAtMs).toBeLessThan(2_000);
    });

    it('is seen within milliseconds', async () => {
      const late: number[] = [];
      for (let round = 0; round < 5; round++) {
        const { exited } = await bed.run(bed.script('sleep 0.05'));
        late.push(Date.now() - (exited.finishedAtMs ?? 0));
      }
      expect(Math.min(...late)).toBeLessThan(100);
    });

    it('keeps lease, epoch, agent, name and image', async () => {
      const spec = bed.spec(['true']);
      const { exited, id } = await bed.run(spec);
      expect(exited).toMatchObject({ ...spec.labels, id, name: spec.name });
      expect(exited.image).toContain(testImage);
      expect(await runtime.inspect(id)).toEqual(exited);
    });
  });

  describe('create', () => {
    it('twice for one lease and epoch gives one container', async () => {
      const spec = bed.spec(['true']);
      const id = await runtime.create(spec);
      expect(await runtime.create(spec)).toBe(id);
      expect((await runtime.list(bed.agent)).known).toHaveLength(1);
    });

    it('refuses a name that another lease has', async () => {
      const spec = bed.spec(['true']);
      await runtime.create(spec);
      const other = { ...bed.spec(['true']), name: spec.name };
      await expect(runtime.create(other)).rejects.toMatchObject({ code: 'container_create_failed' });
      const newer = { ...spec, labels: { ...spec.labels, epoch: 2 } };
      await expect(runtime.create(newer)).rejects.toMatchObject({ code: 'container_create_failed' });
    });

    it.each(['suanlink.test/none:1', 'no spaces', 'Upper/case', 'busybox:'])(
      'of image %j: image_not_found',
      async (image) => {
        await expect(runtime.create(bed.spec(['true'], { image }))).rejects.toMatchObject({
          code: 'image_not_found',
        });
      },
    );

    it('with a runtime that is not there: container_create_failed', async () => {
      const made = runtime.create(bed.spec(['true'], { runtime: 'none-such' }));
      await expect(made).rejects.toMatchObject({ code: 'container_create_failed' });
    });
  });

  describe('start', () => {
    it.each([
      ['nosuch', 'command_not_found'],
      ['/bin/nosuch', 'command_not_found'],
      ['/etc/not-executable', 'command_not_executable'],
      ['/etc', 'command_not_executable'],
    ])('of %s: %s', async (command, code) => {
      const id = await runtime.create(bed.spec([command]));
      await expect(runtime.start(id, () => {})).rejects.toMatchObject({ code });
      expect((await runtime.inspect(id))?.state).toBe('created');
    });

    it('of a device that is not there: container_start_failed or container_create_failed', async () => {
      const spec = bed.spec(['true'], {
        devices: [{ hostPath: '/dev/none-such', containerPath: '/dev/none-such', permissions: 'rw' }],
      });
      const started = async (): Promise<unknown> => runtime.start(await runtime.create(spec), () => {});
      await expect(started()).rejects.toMatchObject({ code: /^container_(start|create)_failed$/ });
    });

    it('of a container that is gone: not_found', async () => {
      await expect(runtime.start('0'.repeat(64), () => {})).rejects.toMatchObject({ code: 'not_found' });
    });

    it('of a container that runs already is not complete, and the log has everything', async () => {
      const id = await bed.launch(bed.script('echo first; sleep 0.5; echo last'));
      const { drained } = await runtime.start(id, () => {});
      expect(await drained).toEqual({ complete: false });
      const seen: string[] = [];
      const sink = ({ data }: { data: Uint8Array }): void => void seen.push(Buffer.from(data).toString());
      expect(await runtime.output(id, { stdout: 0, stderr: 0 }, sink, never)).toEqual({ complete: true });
      expect(seen.join('')).toBe('first\nlast\n');
    });

    it('takes command, entrypoint, environment, directory and user from the spec', async () => {
      const { taken } = await bed.run(
        bed.spec(['$A,$(pwd),$(id -u)'], {
          entrypoint: ['sh', '-c', 'eval "echo $0"'],
          env: { A: 'a b=c "d" 中' },
          workingDir: '/etc',
          user: '65534:65534',
        }),
      );
      expect(taken.stdout.toString()).toBe('a b=c "d" 中,/etc,65534\n');
    });
  });

  describe('stop', () => {
    it('asks first', async () => {
      const id = await bed.launch(bed.script('trap "exit 143" TERM; while :; do sleep 0.02; done'));
      await sleep(200);
      await runtime.stop(id, 10_000);
      expect(await runtime.wait(id, never)).toMatchObject({ state: 'exited', exitCode: 143 });
    });

    it('kills after the grace', async () => {
      const id = await bed.launch(bed.script('trap "" TERM; sleep 60'));
      const began = Date.now();
      await runtime.stop(id, 300);
      expect(Date.now() - began).toBeGreaterThanOrEqual(300);
      expect(Date.now() - began).toBeLessThan(15_000);
      expect(await runtime.wait(id, never)).toMatchObject({ state: 'exited', exitCode: 137 });
    });

    it('kills at once without a grace', async () => {
      const id = await bed.launch(bed.script('sleep 60'));
      await runtime.stop(id, 0);
      expect(await runtime.inspect(id)).toMatchObject({ state: 'exited', exitCode: 137 });
    });

    it('is fine with a container that never ran, has ended, or is gone', async () => {
      const created = await runtime.create(bed.spec(['true']));
      await runtime.stop(created, 1_000);
      expect((await runtime.inspect(created))?.state).toBe('created');
      const { id } = await bed.run(bed.spec(['true']));
      await runtime.stop(id, 1_000);
      await runtime.remove(id);
      await runtime.stop(id, 1_000);
    });
  });

  describe('remove', () => {
    it('takes away a running container', async () => {
      const id = await bed.launch(bed.script('sleep 60'));
      await runtime.remove(id);
      expect(await runtime.inspect(id)).toBeUndefined();
    });

    it('is fine twice', async () => {
      const { id } = await bed.run(bed.spec(['true']));
      await runtime.remove(id);
      await runtime.remove(id);
      expect(await runtime.inspect(id)).toBeUndefined();
    });
  });

  describe('wait', () => {
    it('ends with the container of another run of the agent', async () => {
      const id = await bed.launch(bed.script('sleep 0.4; exit 9'));
      expect(await runtime.wait(id, never)).toMatchObject({ state: 'exited', exitCode: 9 });
    });

    it('ends with its signal', async () => {
      const id = await bed.launch(bed.script('sleep 60'));
      const abort = new AbortController();
      const waiting = runtime.wait(id, abort.signal);
      await sleep(100);
      abort.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
    });

    it('of a container that is gone: not_found', async () => {
      await expect(runtime.wait('0'.repeat(64), never)).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  it('lists its own containers, and apart those whose labels do not parse', async () => {
    const foreign = { Image: testImage, Cmd: ['true'] };
    const label = (more: Record<string, string>): object => ({
      ...foreign,
      Labels: { 'suanlink.agent': bed.agent, ...more },
    });
    await bed.raw('POST', '/v1.41/containers/create', foreign);
    const other = await bed.raw('POST', '/v1.41/containers/create', {
      ...foreign,
      Labels: { 'suanlink.agent': `${bed.agent}-other` },
    });
    const broken = await bed.raw('POST', '/v1.41/containers/create', label({ 'suanlink.lease': '../x' }));
    const created = bed.spec(['true']);
    const running = bed.script('sleep 60');
    await runtime.create(created);
    await bed.launch(running);
    const ended = await bed.run(bed.script('exit 3'));
    const { known, unknown } = await runtime.list(bed.agent);
    expect(unknown).toEqual([(JSON.parse(broken.body) as { Id: string }).Id]);
    const state = new Map(known.map((container) => [container.name, container]));
    expect(state.size).toBe(3);
    expect(state.get(created.name)).toMatchObject({ state: 'created', ...created.labels });
    expect(state.get(running.name)).toMatchObject({ state: 'running', ...running.labels });
    expect(state.get(ended.exited.name)).toEqual(ended.exited);
    await runtime.remove((JSON.parse(other.body) as { Id: string }).Id);
  });

  it('gives statistics of what runs and nothing of what does not', async () => {
    const id = await bed.launch(bed.script('x=$(head -c 4000000 /dev/zero | tr "\\000" x); sleep 60; :'));
    const memory = async (): Promise<number> => (await runtime.stats(id))?.memoryBytes ?? 0;
    await expect.poll(memory, { timeout: 15_000 }).toBeGreaterThan(4e6);
    const { cpuNanos = 0, memoryBytes = 0 } = (await runtime.stats(id)) ?? {};
    expect(cpuNanos).toBeGreaterThan(1e6);
    expect(cpuNanos).toBeLessThan(5e9);
    expect(memoryBytes).toBeLessThanOrEqual(64 * 2 ** 20);
    await runtime.stop(id, 0);
    expect(await runtime.stats(id)).toBeUndefined();
    await runtime.remove(id);
    expect(await runtime.stats(id)).toBeUndefined();
  });

  it('wakes on events of its containers until the signal', async () => {
    const abort = new AbortController();
    let woken = 0;
    const watching = (async () => {
      for await (const _ of runtime.events(abort.signal)) woken++;
    })();
    // Podman tells of what has just been as well.
    await sleep(1_000);
    const before = woken;
    await bed.run(bed.spec(['true']));
    await expect.poll(() => woken, { timeout: 15_000 }).toBeGreaterThan(before);
    abort.abort();
    await watching;
  });
});

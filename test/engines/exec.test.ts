/** Commands inside containers, on real engines. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compareInside } from '../../agent/probe/inside.ts';
import { nvidia } from '../../agent/probe/nvidia.ts';
import { deviceOf } from '../probe/grants.ts';
import { eachEngine, Taken } from './bed.ts';

const limits = { timeoutMs: 10_000, maxBytes: 65_536 };

eachEngine('a command inside a container', (bed) => {
  const running = (): Promise<string> => bed.launch(bed.script('sleep 60'));

  it('gives its output, apart, and its exit code', async () => {
    const id = await running();
    const result = await bed.runtime.exec(id, ['sh', '-c', 'echo one; echo two >&2; exit 7'], limits);
    expect(result).toEqual({ exitCode: 7, stdout: 'one\n', stderr: 'two\n', truncated: false });
    expect(await bed.runtime.exec(id, ['true'], limits)).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
      truncated: false,
    });
  });

  it('may do no more than the container, and does not show in its output', async () => {
    const id = await bed.runtime.create(bed.script('echo mine; sleep 2'));
    const taken = new Taken();
    const { drained } = await bed.runtime.start(id, taken.sink);
    const { stdout } = await bed.runtime.exec(id, ['cat', '/proc/self/status'], limits);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect(stdout).toContain(`${set}:\t0000000000000000`);
    expect(stdout).toContain('NoNewPrivs:\t1');
    expect(stdout).toContain('Seccomp:\t2');
    expect(await drained).toEqual({ complete: true });
    expect(taken.stdout.toString()).toBe('mine\n');
  });

  it('that the image has not got, or that is no program, is told so', async () => {
    const id = await running();
    await expect(bed.runtime.exec(id, ['nvidia-smi', '-L'], limits)).rejects.toMatchObject({
      code: 'command_not_found',
    });
    await expect(bed.runtime.exec(id, ['/no/such/program'], limits)).rejects.toMatchObject({
      code: 'command_not_found',
    });
    await expect(bed.runtime.exec(id, ['/etc'], limits)).rejects.toMatchObject({
      code: 'command_not_executable',
    });
    // An exit code of the command's own is no error.
    expect(await bed.runtime.exec(id, ['sh', '-c', 'exit 127'], limits)).toMatchObject({ exitCode: 127 });
  });

  it('is how a granted card is seen from inside: a tool that the grant mounts can be run', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'suanlink-tool-'));
    try {
      const hostPath = join(dir, 'nvidia-smi');
      writeFileSync(hostPath, '#!/bin/sh\necho "GPU 0: NVIDIA H20 (UUID: GPU-a) $*"\n', { mode: 0o755 });
      const mounts = [{ hostPath, containerPath: '/bin/nvidia-smi', readOnly: true as const }];
      const id = await bed.launch(bed.script('sleep 60', { mounts }));
      const { stdout } = await bed.runtime.exec(id, ['nvidia-smi', '-L'], limits);
      expect(stdout).toBe('GPU 0: NVIDIA H20 (UUID: GPU-a) -L\n');
      const leased = [deviceOf('nvidia', 'GPU-a', { uuid: 'GPU-a' })];
      expect(compareInside(leased, nvidia.parse('nvidia-smi', '-L', stdout))).toEqual({ kind: 'match' });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('that does not end in time is given up, and the container runs on', async () => {
    const id = await running();
    const began = performance.now();
    await expect(bed.runtime.exec(id, ['sleep', '30'], { ...limits, timeoutMs: 700 })).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    expect(performance.now() - began).toBeLessThan(5000);
    expect((await bed.runtime.inspect(id))?.state).toBe('running');
  });

  it('that prints too much is cut off', async () => {
    const id = await running();
    const result = await bed.runtime.exec(id, ['yes'], { ...limits, maxBytes: 1001 });
    expect(result).toMatchObject({ truncated: true, stderr: '' });
    expect(result.stdout).toBe('y\n'.repeat(501).slice(0, 1001));
  });

  it('needs a container that runs', async () => {
    const { id } = await bed.run(bed.spec(['true']));
    await expect(bed.runtime.exec(id, ['true'], limits)).rejects.toMatchObject({ code: 'not_found' });
    await expect(bed.runtime.exec('f'.repeat(64), ['true'], limits)).rejects.toMatchObject({
      code: 'not_found',
    });
    const created = await bed.runtime.create(bed.spec(['true']));
    await expect(bed.runtime.exec(created, ['true'], limits)).rejects.toMatchObject({ code: 'not_found' });
  });
});

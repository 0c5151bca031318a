/** A job in a sandbox has another kernel than the host: gVisor's own, on a real Docker. */
import { release } from 'node:os';
import { expect, inject, it } from 'vitest';
import { sandboxLabels, sandboxRuntime } from '../../agent/runtime/sandbox.ts';
import { Bed } from './bed.ts';

it('runs on gVisor instead of the kernel of this machine', async () => {
  const docker = inject('engines').find(({ kind }) => kind === 'docker');
  if (!docker) throw new Error('there is no Docker to test on');
  const bed = new Bed(docker);
  const { runtimes } = await bed.runtime.info();
  expect(sandboxLabels(runtimes)).toEqual({ 'sandbox.gvisor': 'yes' });
  const runtime = sandboxRuntime('gvisor', runtimes) ?? '';
  const limits = { ...bed.spec([]).limits, memoryBytes: 256 * 2 ** 20 };
  const script = bed.script('uname -r; dmesg | grep -c "Starting gVisor"', { runtime, limits });
  const { taken, complete, exited } = await bed.run(script);
  expect(complete).toBe(true);
  expect(exited).toMatchObject({ state: 'exited', exitCode: 0 });
  const [kernel, found] = taken.stdout.toString().trim().split('\n');
  expect(kernel).not.toBe(release());
  expect(found).toBe('1');
  await bed.clear();
  await bed.runtime.close();
});

/** A container that does not have the accelerators of its lease is told of everywhere, and goes on. */
import { afterEach, expect, it } from 'vitest';
import type { Agent } from '../../agent/parts.ts';
import type { Grant } from '../../agent/capacity/offering.ts';
import type { JobView } from '../../proto/api.ts';
import { parseId } from '../../proto/ids.ts';
import type { StatusLease } from '../../proto/status.ts';
import { admin, type Pair, startPair } from '../fakes/pair.ts';
import { spec } from '../scheduler/values.ts';

let pair: Pair;
afterEach(() => pair.close());

const grant: Grant = (_vendor, leased) => ({
  nodes: [],
  mounts: [],
  env: {},
  ...(leased.length > 0 ? { check: ['nvidia-smi', '-L'] } : {}),
});

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A job of one card in whose container nvidia-smi prints `text`. */
async function seeing(
  text: string,
): Promise<{ job: () => Promise<JobView>; lease: () => StatusLease | undefined; agent: Agent }> {
  pair = await startPair();
  pair.engine.inside = () => ({ exitCode: 0, stdout: text, stderr: '', truncated: false });
  const agent = await pair.agent('a', undefined, { grant });
  const small = { image: 'suanlink.test/busybox:1', command: ['hang'], cpu_milli: 100, disk_bytes: 0 };
  const { id } = await pair.core.control.submit(admin, spec(small), undefined);
  return {
    agent,
    job: () => pair.core.control.job(admin, parseId('job', id)),
    lease: () => agent.port.status().leases.find(({ job_id }) => job_id === id),
  };
}

it('in the status of the node and in the detail of the lease; the job runs on', async () => {
  const { job, lease } = await seeing('GPU 0: NVIDIA H100 (UUID: GPU-x)\nGPU 1: NVIDIA H100 (UUID: GPU-y)\n');
  const detail = 'the container sees 2 accelerators and was leased 1';
  await until(() => lease()?.devices_inside === 'mismatch');
  expect(lease()?.devices_inside_detail).toBe(detail);
  await until(async () => (await job()).lease?.detail === detail);
  expect((await job()).lease?.state).toBe('running');
});

it('a container that has them is shown to have, and the scheduler need not hear of it', async () => {
  const { job, lease } = await seeing('GPU 0: NVIDIA H100 (UUID: GPU-x)\n');
  await until(() => lease()?.devices_inside === 'match');
  expect((await job()).lease).toMatchObject({ state: 'running', detail: '' });
});

/** Scheduler and agent together: lives of leases over a real socket. */
import { afterEach, describe, expect, it } from 'vitest';
import type { JobSpec, JobView } from '../../proto/api.ts';
import { laterFields } from '../../proto/job-fields.ts';
import { parseId } from '../../proto/ids.ts';
import { admin, type Pair, startPair } from '../fakes/pair.ts';

const spec = (part: Partial<JobSpec> = {}): JobSpec => ({
  image: 'suanlink.test/busybox:1',
  command: ['true'],
  entrypoint: [],
  env: {},
  working_dir: '',
  user: '',
  accelerators: 1,
  accelerator_milli: 1000,
  vendors: [],
  models: [],
  accelerator_memory_bytes: 0,
  cpu_milli: 100,
  memory_bytes: 2 ** 20,
  disk_bytes: 0,
  shm_bytes: 2 ** 20,
  pids: 10,
  network: 'none',
  read_only_root: false,
  time_limit_ms: 60_000,
  grace_ms: 100,
  on_lost: 'stop',
  keep_ms: 0,
  ...laterFields,
  priority: 0,
  node_labels: {},
  ...part,
});

let pair: Pair;
afterEach(() => pair.close());

/** Follows a job to its end. */
async function follow(job: JobView): Promise<{ job: JobView; stdout: string }> {
  const out: Buffer[] = [];
  for await (const event of await pair.core.control.watch(
    admin,
    parseId('job', job.id),
    { stdout: 0, stderr: 0 },
    AbortSignal.timeout(18_000),
  )) {
    if (event.type === 'log' && event.stream === 'stdout') out.push(Buffer.from(event.data, 'base64'));
    if (event.type === 'end') return { job: event.job, stdout: Buffer.concat(out).toString() };
  }
  throw new Error(`no end: ${JSON.stringify(await pair.core.control.job(admin, parseId('job', job.id)))}`);
}

const state = async (job: JobView): Promise<string> => {
  const now = await pair.core.control.job(admin, parseId('job', job.id));
  return now.lease?.state ?? now.state;
};
async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('scheduler and agent', () => {
  it('run a job: output, reason, exit code, usage, price', async () => {
    pair = await startPair();
    await pair.agent('a');
    const { job, stdout } = await follow(
      await pair.core.control.submit(
        admin,
        spec({ command: ['print', 'hello', 'exit', '7'], accelerators: 2 }),
        undefined,
      ),
    );
    expect(stdout).toBe('hello');
    expect(job).toMatchObject({
      state: 'ended',
      end: {
        reason: 'exit_nonzero',
        exit_code: 7,
        stdout_bytes: 5,
        usage: { cards: 2, run_ms: 1000, card_ms: 2000, cpu_ms: 5, model: 'H100' },
      },
    });
    expect(job.end?.usage.price_micro_yuan).toBeGreaterThan(0);
    expect(await pair.core.control.usage(admin, { sinceUnixMs: 0, limit: 10 })).toHaveLength(1);
    await until(() => pair.engine.containers.size === 0);
  });

  it('wait for capacity in order, with a reason a person can read', async () => {
    pair = await startPair();
    const waiting = await pair.core.control.submit(admin, spec(), undefined);
    expect(waiting.state).toBe('queued');
    expect(waiting.waiting_reason).not.toBe('');
    await pair.agent('a');
    expect((await follow(waiting)).job.end?.reason).toBe('completed');
  });

  it('cancel a running job', async () => {
    pair = await startPair();
    await pair.agent('a');
    const job = await pair.core.control.submit(admin, spec({ command: ['hang'] }), undefined);
    await until(async () => (await state(job)) === 'running');
    await pair.core.control.cancel(admin, parseId('job', job.id), 'enough');
    expect((await follow(job)).job.end).toMatchObject({ reason: 'cancelled', exit_code: 143 });
  });

  it('keep a lease across a restart of the agent and of nothing else', async () => {
    pair = await startPair();
    const first = await pair.agent('a');
    const job = await pair.core.control.submit(admin, spec({ command: ['hang'] }), undefined);
    await until(async () => (await state(job)) === 'running');
    await first.stop();
    await pair.agent('a');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await state(job)).toBe('running');
    const [id = ''] = pair.engine.containers.keys();
    pair.engine.end(id, 0);
    expect((await follow(job)).job.end).toMatchObject({ reason: 'completed' });
    expect(pair.engine.calls.filter((call) => call === 'create')).toHaveLength(1);
  });

  it('give a lease up when the node is gone for longer than ttl and margin, and grant again after it', async () => {
    pair = await startPair({ ttlMs: 600, marginMs: 200, heartbeatMs: 200 });
    const agent = await pair.agent('a');
    const job = await pair.core.control.submit(admin, spec({ command: ['hang'] }), undefined);
    await until(async () => (await state(job)) === 'running');
    await agent.stop(); // its container runs on
    expect((await follow(job)).job.end).toMatchObject({ reason: 'node_lost' });
    await pair.agent('a'); // finds the lease run out: stops the container, frees the card
    await until(() => pair.engine.containers.size === 0);
    const next = await pair.core.control.submit(admin, spec({ accelerators: 2 }), undefined);
    expect((await follow(next)).job.end?.reason).toBe('completed');
  });

  it('renew for longer than a ttl', async () => {
    pair = await startPair({ ttlMs: 600, marginMs: 200, heartbeatMs: 200 });
    await pair.agent('a');
    const job = await pair.core.control.submit(admin, spec({ command: ['hang'] }), undefined);
    await until(async () => (await state(job)) === 'running');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await state(job)).toBe('running');
    pair.engine.end('c1', 0);
    expect((await follow(job)).job.end).toMatchObject({ reason: 'completed' });
  });

  it('run 100 jobs over two nodes, each once', async () => {
    pair = await startPair();
    await Promise.all([pair.agent('a'), pair.agent('b')]);
    const jobs = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        pair.core.control.submit(
          admin,
          spec({ command: ['print', `job ${i}`, 'exit', String(i % 3)] }),
          `key ${i}`,
        ),
      ),
    );
    const ended = await Promise.all(jobs.map(follow));
    ended.forEach(({ job, stdout }, i) => {
      expect(stdout).toBe(`job ${i}`);
      expect(job.end?.exit_code).toBe(i % 3);
    });
    expect(await pair.core.control.usage(admin, { sinceUnixMs: 0, limit: 1000 })).toHaveLength(100);
    const again = await pair.core.control.submit(admin, jobs[0]?.spec ?? spec(), 'key 0');
    expect(again.id).toBe(jobs[0]?.id);
  });

  it('let the newer of two sessions of one node win', async () => {
    pair = await startPair();
    const first = await pair.agent('a');
    await first.stop();
    const second = await pair.agent('a');
    await until(() => second.port.status().scheduler.state === 'connected');
    expect(pair.core.control.nodes(admin).filter((node) => node.state === 'connected')).toHaveLength(1);
  });
});

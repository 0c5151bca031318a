/** What must be refused, with a typed reason and before anything is done; and 20 equal submissions at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobView } from '../../proto/api.ts';
import { decodeJoinToken, encodeJoinToken } from '../../proto/join-token.ts';
import { startEngine, type TestEngine } from '../../scripts/engines.ts';
import { importTestImage } from '../../scripts/test-image.ts';
import { readFileSync } from 'node:fs';
import { type Agent, launch, type Scheduler, startAgent, startScheduler, until } from './harness.ts';

const image = 'suanlink.test/busybox:1';
const dir = mkdtempSync(join(tmpdir(), 'suanlink-e2e-'));
let engine: TestEngine;
let scheduler: Scheduler;
let agent: Agent;

beforeAll(async () => {
  engine = await startEngine('podman', join(dir, 'engine'));
  await importTestImage(engine, image);
  scheduler = await startScheduler(join(dir, 'scheduler'));
  agent = await startAgent({
    dir: join(dir, 'a'),
    name: 'a',
    joinTokenFile: await scheduler.joinToken(),
    engineSocket: engine.socketPath,
  });
}, 180_000);
afterAll(async () => {
  await agent?.process.end();
  await scheduler?.process.end();
  scheduler?.admin.close();
  await engine?.stop();
  rmSync(dir, { recursive: true, force: true });
}, 120_000);

/** Starts an agent that must not come up; its exit code and words. */
async function refusedAgent(name: string, args: string[]): Promise<{ code: number | null; said: string }> {
  const process = launch([
    'agent',
    '--state-dir',
    join(dir, name, 'state'),
    '--socket',
    join(dir, `${name}.sock`),
    '--engine',
    `unix://${engine.socketPath}`,
    ...args,
  ]);
  const code = await process.exited;
  return { code, said: process.said() };
}

const nodes = async (): Promise<number> => (await scheduler.admin.call('GET', '/v1/nodes')).body.nodes.length;

describe('enrolment', () => {
  it('refuses a scheduler whose CA is not the pinned one, before the token is sent', async () => {
    const file = await scheduler.joinToken();
    const token = decodeJoinToken(readFileSync(file, 'utf8'));
    const wrong = join(dir, 'wrong-pin');
    writeFileSync(wrong, encodeJoinToken({ ...token, caHash: '0'.repeat(64) }));
    const before = await nodes();
    expect(await refusedAgent('pin', ['--join-token-file', wrong])).toMatchObject({
      code: 1,
      said: expect.stringContaining('ca_mismatch'),
    });
    expect(await nodes()).toBe(before);
    // The secret has not been used up: the right token still enrols.
    const good = await startAgent({
      dir: join(dir, 'good'),
      name: 'good',
      joinTokenFile: file,
      engineSocket: engine.socketPath,
    });
    await good.process.end();
  });

  it('refuses a join token that has been used', async () => {
    const file = await scheduler.joinToken();
    const first = await startAgent({
      dir: join(dir, 'first'),
      name: 'first',
      joinTokenFile: file,
      engineSocket: engine.socketPath,
    });
    await first.process.end();
    const before = await nodes();
    expect(await refusedAgent('second', ['--join-token-file', file])).toMatchObject({
      code: 78,
      said: expect.stringContaining('join_token_used'),
    });
    expect(await nodes()).toBe(before);
  });

  it('refuses a second agent on one state directory, naming the holder', async () => {
    const process = launch([
      'agent',
      '--state-dir',
      join(agent.dir, 'state'),
      '--socket',
      join(dir, 'other.sock'),
      '--engine',
      `unix://${engine.socketPath}`,
    ]);
    expect(await process.exited).toBe(1);
    // The wrapper execs, so the pid we started is the holder's.
    expect(process.said()).toContain(`in use by process ${agent.process.child.pid}`);
  });

  it('refuses a configuration it cannot read, with the place', async () => {
    const config = join(dir, 'bad.yaml');
    writeFileSync(config, 'name: a\nengin: docker\n');
    expect(await refusedAgent('bad', ['--config', config])).toEqual({
      code: 78,
      said: expect.stringContaining(`${config}:2:1: unknown key engin; did you mean engine?`),
    });
  });
});

describe('the API', () => {
  it('answers 20 equal keys at once with one job', async () => {
    const spec = { image, command: ['true'], memory_bytes: 32 * 2 ** 20, cpu_milli: 100 };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => scheduler.admin.submit(spec, 'the-same-key')),
    );
    expect(new Set(answers.map((job) => job.id)).size).toBe(1);
    const listed = (await scheduler.admin.call('GET', '/v1/jobs?limit=1000')).body.jobs as JobView[];
    expect(listed.filter((job) => job.idempotency_key === 'the-same-key')).toHaveLength(1);
    await scheduler.admin.follow(answers[0]?.id ?? '');
    const other = await scheduler.admin.call(
      'POST',
      '/v1/jobs',
      { ...spec, command: ['false'] },
      { 'idempotency-key': 'the-same-key' },
    );
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
  });

  it('shows nothing of one organisation to another', async () => {
    const mine = scheduler.client(await scheduler.apiToken('acme'));
    const theirs = scheduler.client(await scheduler.apiToken('rival'));
    const job = await mine.submit({ image, command: ['true'], memory_bytes: 32 * 2 ** 20, cpu_milli: 100 });
    expect((await theirs.call('GET', `/v1/jobs/${job.id}`)).status).toBe(404);
    expect((await theirs.call('POST', `/v1/jobs/${job.id}/cancel`, {})).status).toBe(404);
    expect((await theirs.call('GET', '/v1/jobs')).body.jobs).toEqual([]);
    expect((await theirs.call('POST', '/v1/tokens', { kind: 'join', name: 'x' })).body.error.code).toBe(
      'permission_denied',
    );
    expect(
      (await scheduler.client('slk_aaaaaaaaaaaaaaaaaaaa_' + 'A'.repeat(43)).call('GET', '/v1/jobs')).body
        .error.code,
    ).toBe('unauthenticated');
    await mine.follow(job.id);
    mine.close();
    theirs.close();
  });

  it('refuses malformed jobs with the field', async () => {
    const answer = await scheduler.admin.call('POST', '/v1/jobs', { image, comand: ['x'] });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_argument' } } });
    expect(answer.body.error.message).toContain('command');
  });
});

describe('trouble in the middle', () => {
  it('of the scheduler: it restarts, and the lease and its output go on', async () => {
    const job = await scheduler.admin.submit({
      image,
      command: ['sh', '-c', 'for i in $(seq 1 50); do echo $i; sleep 0.1; done'],
      memory_bytes: 32 * 2 ** 20,
      cpu_milli: 100,
    });
    await until('the job to run', async () =>
      (await scheduler.admin.call('GET', `/v1/jobs/${job.id}`)).body.lease?.state === 'running'
        ? true
        : undefined,
    );
    await scheduler.process.end('SIGKILL');
    scheduler.admin.close();
    scheduler = await startScheduler(scheduler.dir, { port: Number(new URL(scheduler.url).port) });
    const { job: ended, stdout } = await scheduler.admin.follow(job.id);
    expect(ended.end).toMatchObject({ reason: 'completed' });
    expect(stdout.toString()).toBe(Array.from({ length: 50 }, (_, i) => `${i + 1}\n`).join(''));
  }, 90_000);

  it('of the engine: its socket goes, which is never taken for an exit', async () => {
    const job = await scheduler.admin.submit({
      image,
      command: ['sh', '-c', 'sleep 6; echo done'],
      memory_bytes: 32 * 2 ** 20,
      cpu_milli: 100,
    });
    await until('the job to run', async () =>
      (await scheduler.admin.call('GET', `/v1/jobs/${job.id}`)).body.lease?.state === 'running'
        ? true
        : undefined,
    );
    process.kill(engine.pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect((await scheduler.admin.call('GET', `/v1/jobs/${job.id}`)).body.end).toBeNull();
    process.kill(engine.pid, 'SIGCONT');
    const { job: ended, stdout } = await scheduler.admin.follow(job.id);
    expect(ended.end).toMatchObject({ reason: 'completed' });
    expect(stdout.toString()).toBe('done\n');
  }, 120_000);
});

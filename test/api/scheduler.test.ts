/** The whole scheduler with its real core: first start, restart, equal keys at once, refusals at start, closing. */
import { linkSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobView } from '../../proto/api.ts';
import { type Scheduler, type SchedulerOptions, startScheduler } from '../../scheduler/server.ts';
import { call, errorOf } from './call.ts';
import { memoryLog, realClock } from './server.ts';

let directory = '';
const running: Scheduler[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'suanlink-scheduler-'));
});
afterEach(async () => {
  for (const scheduler of running.splice(0)) await scheduler.close();
  rmSync(directory, { recursive: true });
});

async function start(change: Partial<SchedulerOptions> = {}): Promise<Scheduler> {
  const scheduler = await startScheduler({
    stateDir: join(directory, 'state'),
    listen: '127.0.0.1:0',
    tls: 'on',
    version: '0.0.0-test',
    clock: realClock,
    log: memoryLog(),
    onFatal: (error) => {
      throw error;
    },
    ...change,
  });
  running.push(scheduler);
  return scheduler;
}

async function stop(scheduler: Scheduler): Promise<void> {
  running.splice(running.indexOf(scheduler), 1);
  await scheduler.close();
}

/** A function that calls `scheduler` as its first admin. */
function asAdmin(scheduler: Scheduler) {
  const token = readFileSync(scheduler.adminTokenFile, 'utf8').trim();
  const tls = { ca: readFileSync(scheduler.caFile) };
  return (path: string, sent: Parameters<typeof call>[1] = {}) =>
    call(`${scheduler.url}${path}`, { token, tls, ...sent });
}

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('a scheduler', () => {
  it('makes its authority and one admin token at the first start, and keeps them', async () => {
    const first = await start();
    expect(first.firstStart).toBe(true);
    expect(mode(first.adminTokenFile)).toBe('600');
    expect(mode(join(directory, 'state'))).toBe('700');
    const made = (await asAdmin(first)('/v1/jobs', { body: { image: 'busybox' } })).body as JobView;
    expect(made).toMatchObject({ org: 'default', state: 'queued', submitted_by: 'first admin' });
    await stop(first);
    const second = await start();
    expect(second.firstStart).toBe(false);
    expect(second.caHash).toBe(first.caHash);
    expect((await asAdmin(second)(`/v1/jobs/${made.id}`)).body).toMatchObject({
      id: made.id,
      state: 'queued',
    });
  });

  it('makes another admin token when there is no usable one left', async () => {
    const first = await start();
    const listed = (await asAdmin(first)('/v1/tokens')).body as { tokens: { id: string }[] };
    await asAdmin(first)(`/v1/tokens/${listed.tokens[0]?.id}/revoke`, { method: 'POST' });
    expect((await asAdmin(first)('/v1/tokens')).status).toBe(401);
    await stop(first);
    const second = await start();
    expect(second.firstStart).toBe(true);
    expect((await asAdmin(second)('/v1/tokens')).status).toBe(200);
  });

  it('answers 20 equal keys at once with one job', async () => {
    const scheduler = await start();
    const ask = asAdmin(scheduler);
    const body = { image: 'busybox', command: ['true'], accelerators: 1 };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        ask('/v1/jobs', { body, headers: { 'idempotency-key': 'pipeline-7' } }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(((await ask('/v1/jobs')).body as { jobs: unknown[] }).jobs).toHaveLength(1);
    const other = await ask('/v1/jobs', {
      body: { ...body, pids: 7 },
      headers: { 'idempotency-key': 'pipeline-7' },
    });
    expect(errorOf(other)).toMatchObject({ status: 409, code: 'conflict' });
  });

  it('shows jobs of another organisation as not there, by any way', async () => {
    const scheduler = await start();
    const ask = asAdmin(scheduler);
    const token = async (org: string): Promise<string> => {
      const made = await ask('/v1/tokens', { body: { kind: 'api', name: org, org } });
      return (made.body as { secret: string }).secret;
    };
    const [acme, other] = [await token('acme'), await token('other')];
    const { id } = (await ask('/v1/jobs', { token: acme, body: { image: 'busybox' } })).body as JobView;
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/watch'],
      ['GET', '/logs'],
      ['POST', '/cancel'],
    ] as const) {
      const answer = await ask(`/v1/jobs/${id}${path}`, { token: other, method });
      expect(errorOf(answer)).toMatchObject({ status: 404, code: 'not_found' });
      const unknown = await ask(`/v1/jobs/job-${'z'.repeat(20)}${path}`, { token: other, method });
      expect(errorOf(unknown).message.replace('z'.repeat(20), id.slice(4))).toBe(errorOf(answer).message);
    }
    expect((await ask(`/v1/jobs/${id}`, { token: acme })).body).toMatchObject({ state: 'queued' });
  });

  it('ends watches and refuses newcomers when it closes, in little time', async () => {
    const scheduler = await start();
    const ask = asAdmin(scheduler);
    const { id } = (await ask('/v1/jobs', { body: { image: 'busybox' } })).body as JobView;
    const watching = ask(`/v1/jobs/${id}/watch`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = performance.now();
    await stop(scheduler);
    expect(performance.now() - before).toBeLessThan(2500);
    expect((await watching).text).toMatch(/^\{"type":"state"/);
    await expect(call(`${scheduler.url}/healthz`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a scheduler is refused', () => {
  it('without TLS where others can listen in', async () => {
    await expect(start({ listen: '0.0.0.0:0', tls: 'off' })).rejects.toMatchObject({
      code: 'config_invalid',
    });
  });

  it('a port that is taken, and leaves its state free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(start({ listen: `127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('something else listens there'),
    });
    other.close();
    expect((await start()).url).toMatch(/^https:/);
  });

  it('a state directory in use', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'state_locked' });
  });

  it('an authority without its key', async () => {
    const first = await start();
    await stop(first);
    rmSync(join(directory, 'state/ca.key'));
    await expect(start()).rejects.toMatchObject({ code: 'config_invalid' });
  });
});

/** Leaves a socket file that nobody listens on, as a killed process does. */
async function leaveSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.1`, resolve));
  linkSync(`${path}.1`, path);
  await new Promise((resolve) => server.close(resolve));
}

describe('plain HTTP', () => {
  it('is served on loopback when asked for', async () => {
    const scheduler = await start({ tls: 'off' });
    expect(scheduler).toMatchObject({ caFile: '', caHash: '' });
    expect((await call(`${scheduler.url}/readyz`)).status).toBe(200);
  });

  it('is served on a unix socket, whose leftover is replaced', async () => {
    const path = join(directory, 's.sock');
    writeFileSync(path, 'not a socket');
    await expect(start({ listen: `unix:${path}`, tls: 'off' })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(readFileSync(path, 'utf8')).toBe('not a socket');
    rmSync(path);
    await leaveSocket(path);
    const scheduler = await start({ listen: `unix:${path}`, tls: 'off' });
    expect(scheduler.url).toBe(`unix:${path}`);
    expect(mode(path)).toBe('660');
  });
});

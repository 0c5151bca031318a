/** Jobs over HTTP: submit, watch, logs, and what never leaves the scheduler. */
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobView, WatchEvent } from '../../proto/api.ts';
import { call, errorOf } from './call.ts';
import { type TestServer, testServer } from './server.ts';

let server: TestServer;
let token = '';
beforeAll(async () => {
  server = await testServer();
  token = server.twin.token('acme', 'tenant');
});
afterAll(() => server.close());

async function submit(...command: string[]): Promise<JobView> {
  const { body, status } = await call(`${server.url}/v1/jobs`, {
    token,
    body: { image: 'busybox', command },
  });
  expect(status).toBe(201);
  return body as JobView;
}

async function watch(id: string, query = ''): Promise<WatchEvent[]> {
  const { text, headers } = await call(`${server.url}/v1/jobs/${id}/watch${query}`, { token });
  expect(headers['content-type']).toMatch(/^application\/x-ndjson/);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as WatchEvent);
}

const bytes = (events: WatchEvent[], stream: string): string =>
  Buffer.concat(
    events.flatMap((event) =>
      event.type === 'log' && event.stream === stream ? [Buffer.from(event.data, 'base64')] : [],
    ),
  ).toString();

describe('a job', () => {
  it('is watched from its state to its end', async () => {
    const job = await submit('out:one\n', 'err:two\n', 'wait:20', 'out:three\n', 'exit:3');
    const events = await watch(job.id);
    expect(events[0]?.type).toBe('state');
    expect(bytes(events, 'stdout')).toBe('one\nthree\n');
    expect(bytes(events, 'stderr')).toBe('two\n');
    expect(events.at(-1)).toMatchObject({ type: 'end', job: { state: 'ended', end: { exit_code: 3 } } });
  });

  it('is watched from any byte on', async () => {
    const job = await submit('out:0123456789', 'err:abcdef', 'exit:0');
    await watch(job.id);
    const events = await watch(job.id, '?stdout_offset=7&stderr_offset=6');
    expect(bytes(events, 'stdout')).toBe('789');
    expect(bytes(events, 'stderr')).toBe('');
    expect(events.find((event) => event.type === 'log')).toMatchObject({ offset: 7 });
  });

  it('has its log as raw bytes, from any offset', async () => {
    const job = await submit('bytes:200000', 'err:e', 'exit:0');
    const logs = (query: string) => call(`${server.url}/v1/jobs/${job.id}/logs?${query}`, { token });
    await watch(job.id);
    const wanted = Buffer.alloc(200_000, 'abcdefghijklmnopqrstuvwxyz\n').toString();
    expect((await logs('')).text).toBe(wanted);
    expect((await logs('follow=true&offset=199990')).text).toBe(wanted.slice(199_990));
    expect((await logs('stream=stderr')).text).toBe('e');
    expect((await logs('offset=999999999')).text).toBe('');
  });

  it('that still runs has the log that is there now, when it is not followed', async () => {
    const job = await submit('out:so far', 'hold');
    const { text } = await call(`${server.url}/v1/jobs/${job.id}/logs`, { token });
    expect(text).toBe('so far');
    await call(`${server.url}/v1/jobs/${job.id}/cancel`, { token, method: 'POST' });
  });

  it('whose output was removed says so, and when, instead of nothing', async () => {
    const job = await submit('out:x', 'exit:0');
    await watch(job.id);
    const held = server.twin.jobs.get(job.id as never);
    const attempt = (lease_id: string, log_removed_at: string | null) =>
      ({ lease_id, log_removed_at }) as JobView['attempts'][number];
    const read = async (query = '') => call(`${server.url}/v1/jobs/${job.id}/logs${query}`, { token });
    const [first, second] = [`lease-${'a'.repeat(20)}`, `lease-${'b'.repeat(20)}`];
    const attempts = [attempt(first, '2026-11-01T00:00:00.000Z'), attempt(second, null)];
    if (held) held.view = { ...held.view, attempts };
    expect((await read()).text).toBe('x');
    if (held) held.view = { ...held.view, attempts: [attempts[0]] as JobView['attempts'] };
    for (const query of ['', `?lease=${first}`]) {
      const refused = errorOf(await read(query));
      expect(refused).toMatchObject({ status: 404, code: 'not_found' });
      expect(refused.message).toBe('the output was removed by retention on 2026-11-01T00:00:00.000Z');
    }
  });

  it('may be cancelled again and again', async () => {
    const job = await submit('hold');
    const url = `${server.url}/v1/jobs/${job.id}/cancel`;
    for (const body of [{}, { message: 'again' }, undefined])
      expect((await call(url, { token, method: 'POST', ...(body ? { body } : {}) })).status).toBe(200);
    expect((await watch(job.id)).at(-1)).toMatchObject({
      type: 'end',
      job: { end: { reason: 'cancelled' } },
    });
  });
});

describe('the idempotency key', () => {
  it('finds the first job, in the header or the body', async () => {
    const body = { image: 'busybox', command: ['exit:0'] };
    const first = await call(`${server.url}/v1/jobs`, { token, body, headers: { 'idempotency-key': 'k1' } });
    const again = await call(`${server.url}/v1/jobs`, { token, body: { ...body, idempotency_key: 'k1' } });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect((again.body as JobView).id).toBe((first.body as JobView).id);
    const other = await call(`${server.url}/v1/jobs`, {
      token,
      body: { ...body, pids: 5, idempotency_key: 'k1' },
    });
    expect(errorOf(other)).toMatchObject({ status: 409, code: 'conflict' });
  });

  it('belongs to an organisation', async () => {
    const body = { image: 'busybox', command: ['exit:0'], idempotency_key: 'k1' };
    const other = await call(`${server.url}/v1/jobs`, { token: server.twin.token('other', 'tenant'), body });
    expect(other.status).toBe(201);
    expect((other.body as JobView).org).toBe('other');
  });
});

describe('registry_auth', () => {
  it('reaches the core and never comes back, in no answer and no log line', async () => {
    const secret = 'S3CRET-PASSWORD';
    const registry_auth = { username: 'robot', password: secret };
    const made = await call(`${server.url}/v1/jobs`, {
      token,
      body: { image: 'busybox', command: ['exit:0'], registry_auth },
    });
    const id = (made.body as JobView).id;
    expect(server.twin.submitted.at(-1)?.registry_auth).toEqual(registry_auth);
    const operator = server.twin.token('ops', 'admin');
    const texts = await Promise.all(
      [`/v1/jobs/${id}`, '/v1/jobs', `/v1/jobs/${id}/watch`, '/v1/leases?live=false', '/v1/usage'].map(
        async (path) => (await call(`${server.url}${path}`, { token: operator })).text,
      ),
    );
    const cancelled = await call(`${server.url}/v1/jobs/${id}/cancel`, { token, method: 'POST' });
    for (const text of [made.text, cancelled.text, ...texts]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain('registry_auth');
    }
    expect(JSON.stringify(server.log.lines)).not.toContain(secret);
  });
});

describe('a slow reader', () => {
  it('holds back the watch instead of filling our memory', async () => {
    const job = await submit('bytes:60000000', 'exit:0');
    const { control } = server.twin;
    let handedOut = 0;
    const watchJob = control.watch;
    const counted = async function* (events: AsyncIterable<WatchEvent>): AsyncGenerator<WatchEvent> {
      for await (const event of events) {
        if (event.type === 'log') handedOut += event.data.length;
        yield event;
      }
    };
    control.watch = async (...words) => counted(await watchJob(...words));
    const { promise, resolve } = Promise.withResolvers<void>();
    const request = get(
      `${server.url}/v1/jobs/${job.id}/watch`,
      { headers: { authorization: `Bearer ${token}` } },
      (response) => {
        response.pause();
        setTimeout(() => {
          response.destroy();
          resolve();
        }, 700);
      },
    );
    request.on('error', () => {});
    await promise;
    control.watch = watchJob;
    expect(handedOut).toBeGreaterThan(100_000);
    expect(handedOut).toBeLessThan(30_000_000);
  });
});

/** Who may do what: every role and organisation against every route, over a real server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, errorOf } from './call.ts';
import { type TestServer, testServer } from './server.ts';

let server: TestServer;
const tokens: Record<string, string> = {};
let job = '';

beforeAll(async () => {
  server = await testServer();
  for (const role of ['viewer', 'tenant', 'operator', 'admin'] as const) {
    tokens[`acme ${role}`] = server.twin.token('acme', role);
    tokens[`other ${role}`] = server.twin.token('other', role);
  }
  tokens['expired'] = server.twin.token('acme', 'admin', { expiresUnixMs: Date.now() - 1 });
  tokens['revoked'] = server.twin.token('acme', 'admin', { revoked: true });
  tokens['join'] = server.twin.token('acme', 'tenant', { kind: 'join', role: '' });
  tokens['made up'] = `slk_${'a'.repeat(20)}_${'A'.repeat(43)}`;
  tokens['damaged'] = 'slk_x';
  const body = { image: 'busybox', command: ['out:secret of acme\n', 'hold'] };
  const made = await call(`${server.url}/v1/jobs`, { token: tokens['acme tenant'] ?? '', body });
  job = (made.body as { id: string }).id;
});
afterAll(() => server.close());

const everyone = ['viewer', 'tenant', 'operator', 'admin'].flatMap((role) => [
  `acme ${role}`,
  `other ${role}`,
]);
const spec = { image: 'busybox', command: ['exit:0'] };

describe.each<[string, (who: string) => Promise<{ status: number; text: string }>]>([
  ['GET /v1/jobs/ID', (who) => call(`${server.url}/v1/jobs/${job}`, { token: tokens[who] ?? '' })],
  ['GET /v1/jobs/ID/logs', (who) => call(`${server.url}/v1/jobs/${job}/logs`, { token: tokens[who] ?? '' })],
])('%s', (_name, ask) => {
  it.each(everyone)('for %s', async (who) => {
    const { status, text } = await ask(who);
    const sees = !who.startsWith('other') || /operator|admin/.test(who);
    expect(status).toBe(sees ? 200 : 404);
    if (!sees) expect(text).not.toContain('acme');
  });
});

describe('POST /v1/jobs', () => {
  it.each(everyone)('for %s', async (who) => {
    const { status } = await call(`${server.url}/v1/jobs`, { token: tokens[who] ?? '', body: spec });
    expect(status).toBe(who.endsWith('viewer') ? 403 : 201);
  });
});

describe('POST /v1/jobs/ID/cancel of acme', () => {
  it.each([
    ['acme viewer', 403],
    ['other viewer', 403],
    ['other tenant', 404],
  ])('for %s', async (who, status) => {
    const url = `${server.url}/v1/jobs/${job}/cancel`;
    expect((await call(url, { token: tokens[who] ?? '', method: 'POST' })).status).toBe(status);
  });
});

describe('granting', () => {
  it.each(everyone)('is seen by all, paused and resumed by operators alone: %s', async (who) => {
    const token = tokens[who] ?? '';
    const ask = async (path: string, method = 'POST') =>
      (await call(`${server.url}/v1/${path}`, { token, method })).status;
    const expected = /operator|admin/.test(who) ? 200 : 403;
    expect(await ask('alerts', 'GET')).toBe(200);
    expect([await ask('granting/pause'), await ask('granting/resume')]).toEqual([expected, expected]);
  });
});

describe('tokens', () => {
  it.each(everyone)('are made by admins alone: %s', async (who) => {
    const body = { kind: 'api', name: 'x' };
    const { status } = await call(`${server.url}/v1/tokens`, { token: tokens[who] ?? '', body });
    expect(status).toBe(who.endsWith('admin') ? 201 : 403);
  });
});

describe('lists', () => {
  it('show a tenant its own organisation and an operator everything', async () => {
    const ids = async (who: string, path: string): Promise<string> =>
      (await call(`${server.url}${path}`, { token: tokens[who] ?? '' })).text;
    expect(await ids('acme viewer', '/v1/jobs')).toContain(job);
    expect(await ids('other tenant', '/v1/jobs')).not.toContain(job);
    expect(await ids('other operator', '/v1/jobs')).toContain(job);
    expect(await ids('acme viewer', '/v1/leases')).toContain(job);
    expect(await ids('other tenant', '/v1/leases')).not.toContain(job);
  });
});

describe('without a good token', () => {
  it.each(['expired', 'revoked', 'join', 'made up', 'damaged', 'none'])(
    'nothing is said: %s',
    async (who) => {
      const token = tokens[who];
      const answer = await call(`${server.url}/v1/jobs`, {
        ...(token === undefined ? {} : { token }),
        body: { x: 1 },
      });
      const { status, code, message, details } = errorOf(answer);
      expect({ status, code, details }).toEqual({ status: 401, code: 'unauthenticated', details: {} });
      expect(message).toBe(errorOf(await call(`${server.url}/v1/nodes`)).message);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    },
  );

  it('the log says what was wrong, and never the token', () => {
    const refusals = server.log.lines.filter(({ fields }) => fields['code'] === 'unauthenticated');
    const failures = new Set(refusals.map(({ fields }) => fields['failure']));
    expect([...failures].map(String).toSorted()).toEqual([
      'expired',
      'malformed',
      'missing',
      'revoked',
      'unknown',
      'wrong_kind',
    ]);
    const log = JSON.stringify(server.log.lines);
    for (const token of Object.values(tokens))
      if (token.length > 40) expect(log).not.toContain(token.slice(-40));
  });

  it.each([
    '/v1/jobs',
    '/v1/leases',
    '/v1/nodes',
    '/v1/usage',
    '/v1/tokens',
    '/v1/jobs/job-aaaaaaaaaaaaaaaaaaaa/watch',
  ])('%s is closed', async (path) => expect((await call(`${server.url}${path}`)).status).toBe(401));

  it('no body is read', async () => {
    for (const body of ['{"image":', 'x'.repeat(2_000_000)])
      expect((await call(`${server.url}/v1/jobs`, { body }).catch(() => ({ status: 401 }))).status).toBe(401);
  });

  it.each(['/healthz', '/readyz', '/v1/version', '/v1/openapi.json'])('%s is open', async (path) =>
    expect((await call(`${server.url}${path}`)).status).toBe(200),
  );
});

describe('POST /v1/jobs/ID/preempt', () => {
  it.each(everyone)('for %s', async (who) => {
    const url = `${server.url}/v1/jobs/${job}/preempt`;
    const { status } = await call(url, { token: tokens[who] ?? '', method: 'POST' });
    expect(status).toBe(/operator|admin/.test(who) ? 200 : 403);
  });
});

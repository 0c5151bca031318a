/** What is not a good request, as HTTP: always our error body with the status of the code's table. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codes } from '../../proto/codes.ts';
import { call, errorOf } from './call.ts';
import { type TestServer, testServer } from './server.ts';

let server: TestServer;
let token = '';
beforeAll(async () => {
  server = await testServer();
  token = server.twin.token('acme', 'admin');
});
afterAll(() => server.close());

const ask = (path: string, sent: Parameters<typeof call>[1] = {}) =>
  call(`${server.url}${path}`, { token, ...sent });
const job = 'job-aaaaaaaaaaaaaaaaaaaa';

/** Raw bytes to the port; everything that comes back. */
function raw(text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk.toString();
  });
  socket.once('close', () => resolve(said));
  socket.once('error', reject);
  return promise;
}

describe('a bad request', () => {
  it.each<[string, string, Parameters<typeof call>[1], string, RegExp]>([
    ['an unknown path', '/v1/jbs', {}, 'not_found', /no GET \/v1\/jbs/],
    ['an unknown method', '/v1/nodes', { method: 'DELETE' }, 'not_found', /no DELETE/],
    ['a body that is not JSON', '/v1/jobs', { body: '{"image":' }, 'invalid_argument', /not JSON/],
    ['no body', '/v1/jobs', { method: 'POST' }, 'invalid_argument', /image: is needed/],
    ['an empty body', '/v1/jobs', { body: '' }, 'invalid_argument', /image: is needed/],
    [
      'another type',
      '/v1/jobs',
      { body: 'a: b', headers: { 'content-type': 'text/yaml' } },
      'invalid_argument',
      /application\/json/,
    ],
    [
      'a poisoned prototype',
      '/v1/jobs',
      { body: '{"image":"a","__proto__":{"x":1}}' },
      'invalid_argument',
      /./,
    ],
    [
      'a body over 1 MiB',
      '/v1/jobs',
      { body: { image: 'a', x: 'x'.repeat(1_048_577) } },
      'too_large',
      /1 MiB/,
    ],
    [
      'an unknown query',
      '/v1/jobs?stat=ended',
      {},
      'invalid_argument',
      /stat: no such field; did you mean state/,
    ],
    ['a query twice', '/v1/jobs?limit=1&limit=2', {}, 'invalid_argument', /limit: must be given once/],
    ['an interval under a second', '/v1/fleet?interval_ms=999', {}, 'invalid_argument', /1000 to 60000/],
    ['an unknown node', '/v1/nodes/node-7', {}, 'not_found', /no node node-7/],
    ['a limit over 1000', '/v1/jobs?limit=1001', {}, 'invalid_argument', /1 to 1000/],
    [
      'an offset below 0',
      `/v1/jobs/${job}/logs?offset=-1`,
      {},
      'invalid_argument',
      /offset: must be a count/,
    ],
    ['an unknown stream', `/v1/jobs/${job}/logs?stream=std`, {}, 'invalid_argument', /'stdout' or 'stderr'/],
    ['a malformed id', '/v1/jobs/..%2f..%2fetc', {}, 'invalid_argument', /must be a job id/],
    [
      'an id of another kind',
      '/v1/jobs/lease-aaaaaaaaaaaaaaaaaaaa',
      {},
      'invalid_argument',
      /must be a job id/,
    ],
    ['a broken escape', '/v1/jobs/%zz', {}, 'invalid_argument', /malformed/],
    ['an unknown job', `/v1/jobs/${job}`, {}, 'not_found', /no job/],
    ['a watch of an unknown job', `/v1/jobs/${job}/watch`, {}, 'not_found', /no job/],
    ['a log of an unknown job', `/v1/jobs/${job}/logs?follow=true`, {}, 'not_found', /no job/],
    [
      'two keys',
      '/v1/jobs',
      { body: { image: 'a', idempotency_key: 'x' }, headers: { 'idempotency-key': 'y' } },
      'invalid_argument',
      /not the same/,
    ],
    [
      'a bad key',
      '/v1/jobs',
      { body: { image: 'a' }, headers: { 'idempotency-key': 'a b' } },
      'invalid_argument',
      /Idempotency-Key/,
    ],
    [
      'a token of no kind',
      '/v1/tokens',
      { body: { name: 'x' } },
      'invalid_argument',
      /kind: must be 'api' or 'join'/,
    ],
    [
      'a join token for ever',
      '/v1/tokens',
      { body: { kind: 'join', name: 'x', expires_in_ms: 0 } },
      'invalid_argument',
      /from 1000/,
    ],
    [
      'a join token with a role',
      '/v1/tokens',
      { body: { kind: 'join', name: 'x', role: 'admin' } },
      'invalid_argument',
      /role: no such field/,
    ],
    ['a time that is none', '/v1/usage?since=yesterday', {}, 'invalid_argument', /since: must be a time/],
  ])('with %s', async (_name, path, sent, code, message) => {
    const answer = await ask(path, sent);
    const error = errorOf(answer);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(answer.status).toBe(codes[code as keyof typeof codes].http);
    expect(answer.headers['content-type']).toMatch(/application\/json/);
  });

  it('in no language of ours is answered and cut off', async () => {
    const said = await raw('HELO smtp.example\r\n\r\n');
    expect(said).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"invalid_argument"/);
  });

  it('with headers over the limit is answered and cut off', async () => {
    const said = await raw(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"too_large"/);
  });

  it('to upgrade elsewhere is refused, and to /v1/agent handed to the core', async () => {
    const upgrade = (path: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    expect(await raw(upgrade('/v1/jobs'))).toMatch(/^HTTP\/1\.1 404/);
    expect(await raw(upgrade('/v1/agent?x=1'))).toMatch(/^HTTP\/1\.1 418 Twin/);
  });
});

describe('a defect', () => {
  it('says where to look and nothing of its cause', async () => {
    const { control } = server.twin;
    const nodes = control.nodes;
    control.nodes = () => {
      throw new TypeError('the cause: /root/secret');
    };
    const answer = await ask('/v1/nodes');
    control.nodes = nodes;
    const { status, code, details } = errorOf(answer);
    expect([status, code]).toEqual([500, 'internal']);
    expect(answer.text).not.toContain('/root/secret');
    const request = (details as { request_id: string }).request_id;
    const line = server.log.lines.find(({ fields }) => fields['request'] === request);
    expect(String(line?.fields['error'])).toContain('/root/secret');
  });
});

interface Operation {
  operationId: string;
  parameters: { name: string; in: string }[];
  requestBody?: unknown;
  security?: unknown[];
}

describe('the OpenAPI document', () => {
  it('has every route, and every reference in it leads somewhere', async () => {
    const { text, body } = await ask('/v1/openapi.json');
    const document = body as {
      openapi: string;
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, unknown> };
    };
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values(document.paths).flatMap((each) => Object.values(each));
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual([
      'cancelJob',
      'createHold',
      'createToken',
      'endHold',
      'explainJob',
      'getJob',
      'getNode',
      'health',
      'jobUsage',
      'listAlerts',
      'listHolds',
      'listJobs',
      'listLeases',
      'listNodes',
      'listOrgs',
      'listPools',
      'listTokens',
      'listUsage',
      'openapi',
      'pauseGranting',
      'planJob',
      'preemptJob',
      'readLog',
      'ready',
      'resumeGranting',
      'revokeToken',
      'setNodeRules',
      'setOrg',
      'setPool',
      'submitArray',
      'submitJob',
      'sumUsage',
      'usageKey',
      'version',
      'watchFleet',
      'watchJob',
    ]);
    expect(text).not.toContain('$defs');
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(document.components.schemas).toHaveProperty(name);
    expect(document.paths['/v1/jobs/{id}/watch']?.['get']?.parameters.map(({ name }) => name)).toEqual([
      'id',
      'lease',
      'stdout_offset',
      'stderr_offset',
    ]);
    expect(document.paths['/healthz']?.['get']?.security).toEqual([]);
    expect(document.paths['/v1/jobs']?.['post']).toHaveProperty('requestBody');
    expect(document.paths['/v1/jobs']?.['get']).not.toHaveProperty('requestBody');
  });
});

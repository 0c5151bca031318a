/**
 * A node and a person whose only way to the scheduler is an HTTP proxy: real TLS from end to end through a real CONNECT,
 * to a name that only the proxy knows.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../agent/base/log.ts';
import { systemClock } from '../../agent/base/real/system-clock.ts';
import { enrol } from '../../agent/link/enrol.ts';
import { loadKey } from '../../agent/link/identity.ts';
import { Link } from '../../agent/link/link.ts';
import { dialWebSocket } from '../../agent/link/ws.ts';
import { decodeJoinToken } from '../../proto/join-token.ts';
import { fetchPinned } from '../../proto/pinned.ts';
import { type Proxy, parseProxy, proxyFor } from '../../proto/proxy.ts';
import { openTunnel } from '../../proto/tunnel.ts';
import { ensureCertificates } from '../../scheduler/auth/ca-files.ts';
import { type Scheduler, startScheduler } from '../../scheduler/server.ts';
import { memoryLog, realClock } from '../api/server.ts';
import { suanlink } from '../cli/run-cli.ts';
import { connectProxy, type ConnectProxy, type ProxyOptions } from '../fakes/connect-proxy.ts';

const publicUrl = 'https://pool.example:7443';
const webSocketUrl = 'wss://pool.example:7443/v1/agent';
const dir = mkdtempSync(join(tmpdir(), 'suanlink-proxy-'));
let scheduler: Scheduler;
let adminToken = '';

beforeAll(async () => {
  scheduler = await startScheduler({
    stateDir: join(dir, 'scheduler'),
    listen: '127.0.0.1:0',
    tls: 'on',
    hostnames: ['pool.example'],
    publicUrl,
    version: '0.0.0-test',
    clock: realClock,
    log: memoryLog(),
    onFatal: () => {},
  });
  adminToken = readFileSync(scheduler.adminTokenFile, 'utf8').trim();
});
afterAll(async () => {
  await scheduler.close();
  rmSync(dir, { recursive: true });
});

const proxyTo = (more: Partial<ProxyOptions> = {}): Promise<ConnectProxy> =>
  connectProxy({ routes: { 'pool.example:7443': Number(new URL(scheduler.url).port) }, ...more });
const by = (url: string): Proxy => parseProxy(url, 'HTTPS_PROXY');

/** A person's command, behind `proxy`. */
const cli = (env: Record<string, string>, ...words: string[]) =>
  suanlink(words, {
    SUANLINK_SCHEDULER: publicUrl,
    SUANLINK_TOKEN: adminToken,
    SUANLINK_CA_HASH: scheduler.caHash,
    ...env,
  });

describe('an agent behind a proxy', () => {
  it('enrols, connects, and connects again when the proxy has dropped it', async () => {
    await using proxy = await proxyTo({ credentials: 'node:p@ss:w0rd' });
    const through = by(proxy.url('node:p%40ss%3Aw0rd'));
    const made = await cli(
      { HTTPS_PROXY: proxy.url('node:p%40ss%3Aw0rd') },
      'token',
      'create',
      '--kind',
      'join',
      '--name',
      'n1',
    );
    expect(made).toMatchObject({ code: 0 });
    const token = decodeJoinToken(made.stdout.toString().trim());
    expect(token.url).toBe(publicUrl);
    const caPem = await fetchPinned(new URL(token.url), token.caHash, through);
    const dial = dialWebSocket(webSocketUrl, caPem, through);
    const key = loadKey(join(dir, 'agent'));
    const { tokenId, secret } = token;
    const { nodeId } = await enrol(dial, { tokenId, tokenSecret: secret, nodeName: 'n1', key });

    const states: string[] = [];
    const link = new Link({
      ...{ dial, clock: systemClock, random: () => 0, log: silentLog },
      identity: { nodeId, nodeName: 'n1', key, bootId: 'b', agentVersion: '0' },
      ports: {
        outbox: async () => [],
        ready() {},
        message() {},
        acknowledged() {},
        changed: ({ state }) => void states.push(state),
      },
    });
    link.start();
    await expect.poll(() => link.state.state, { timeout: 10_000 }).toBe('ready');
    proxy.drop();
    await expect.poll(() => states, { timeout: 10_000 }).toContain('waiting');
    await expect.poll(() => link.state.state, { timeout: 10_000 }).toBe('ready');
    link.stop();

    expect(new Set(proxy.asked)).toEqual(new Set(['pool.example:7443']));
    // What is between the two ends stays there.
    for (const secret of [token.secret, adminToken, '/v1/agent', 'n1\u0012'])
      expect(proxy.seen()).not.toContain(secret);
  });

  it('does so by its configuration, and says through what, without a password', async () => {
    await using proxy = await proxyTo({ credentials: 'node:hush' });
    const join = await cli(
      { HTTPS_PROXY: proxy.url('node:hush') },
      'token',
      'create',
      '--kind',
      'join',
      '--name',
      'n2',
    );
    const started = async (credentials: string) => {
      const place = mkdtempSync(`${dir}/agent-`);
      writeFileSync(`${place}/join-token`, join.stdout);
      writeFileSync(
        `${place}/agent.yaml`,
        `engine: unix:///nonexistent.sock\nproxy: ${proxy.url(credentials)}\n`,
      );
      const files = ['--config', `${place}/agent.yaml`, '--join-token-file', `${place}/join-token`];
      const places = ['--state-dir', `${place}/state`, '--socket', `${place}/a.sock`];
      return suanlink(['agent', ...files, ...places], { HTTPS_PROXY: 'http://127.0.0.1:1' });
    };
    const refused = await started('node:other');
    expect(refused.stderr).toMatch(/the proxy 127\.0\.0\.1:\d+ \(`proxy`\) does not take the credentials/);
    // Starting it again would not mend that.
    expect(refused.code).toBe(78);
    const enrolled = await started('node:hush');
    expect(enrolled.stderr).toMatch(/enrolling .*proxy="?127\.0\.0\.1:\d+ \(`proxy`\)/);
    expect(enrolled.stderr).toMatch(/enrolled node=node-/);
    expect(refused.stderr + enrolled.stderr).not.toMatch(/hush|other@/);
  });

  it('keeps its tokens from a scheduler with another authority', async () => {
    await using proxy = await proxyTo();
    const through = by(proxy.url());
    await expect(fetchPinned(new URL(publicUrl), 'ab'.repeat(32), through)).rejects.toMatchObject({
      code: 'ca_mismatch',
    });
    const { caFile } = await ensureCertificates(join(dir, 'other'), ['pool.example'], Date.now());
    const caPem = readFileSync(caFile, 'utf8');
    const closed = await new Promise((resolve) => {
      dialWebSocket(webSocketUrl, caPem, through)({ frame() {}, closed: resolve });
    });
    expect(closed).toMatchObject({ code: 'ca_mismatch' });
  });
});

describe('what a proxy refuses is said with its name and what to do:', () => {
  const refusal = async (proxy: Proxy): Promise<unknown> =>
    openTunnel(proxy, 'pool.example', 7443, 300).then(
      () => 'let through',
      (error: unknown) => error,
    );

  it.each([
    [
      { credentials: 'a:b' },
      undefined,
      'unauthenticated',
      /wants credentials \(407\): put them into its URL/,
    ],
    [
      { credentials: 'a:b' },
      'a:secret1',
      'unauthenticated',
      /does not take the credentials in its URL \(407\)/,
    ],
    [{ always: 403 }, undefined, 'permission_denied', /\(403\): have it allow CONNECT to pool\.example:7443/],
    [{ always: 504 }, undefined, 'unavailable', /does not reach pool\.example:7443 \(504\)/],
    [{ routes: {} }, undefined, 'unavailable', /does not reach pool\.example:7443 \(502\)/],
    [{ always: 301 }, undefined, 'unavailable', /answers 301 to CONNECT/],
    [{ always: 0 }, undefined, 'deadline_exceeded', /does not answer within 0\.3 s/],
  ])('%j, with %s', async (options, credentials, code, message) => {
    await using proxy = await proxyTo(options);
    const error = await refusal(by(proxy.url(credentials)));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error).toMatchObject({
      message: expect.stringContaining(`the proxy 127.0.0.1:${proxy.port} (HTTPS_PROXY)`),
    });
    expect(String(error)).not.toContain('secret1');
  });

  it('one that says yes and hangs up', async () => {
    await using proxy = await proxyTo({ always: 200 });
    await expect(fetchPinned(new URL(publicUrl), scheduler.caHash, by(proxy.url()))).rejects.toThrow(
      /cannot reach the scheduler at .* through the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\)/,
    );
  });

  it('nobody there, and something that is no proxy', async () => {
    expect(await refusal(by('http://127.0.0.1:1'))).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/127\.0\.0\.1:1 \(HTTPS_PROXY\) cannot be reached \(.*ECONNREFUSED/),
    });
    const port = new URL(scheduler.url).port;
    expect(await refusal(by(`http://127.0.0.1:${port}`))).toMatchObject({ code: 'unavailable' });
  });
});

describe('a person behind a proxy', () => {
  it('reaches the scheduler by HTTPS_PROXY or https_proxy, by a CA hash or a file', async () => {
    await using proxy = await proxyTo();
    for (const name of ['HTTPS_PROXY', 'https_proxy'])
      expect(await cli({ [name]: proxy.url() }, 'nodes', '-q')).toMatchObject({ code: 0, stderr: '' });
    const byFile = { SUANLINK_CA_HASH: '', SUANLINK_CA_FILE: scheduler.caFile };
    expect(await cli({ HTTPS_PROXY: proxy.url(), ...byFile }, 'nodes', '-q')).toMatchObject({ code: 0 });
    // One connection for the authority, one for the request.
    expect(proxy.asked).toHaveLength(5);
    expect(proxy.seen()).not.toContain(adminToken);
  });

  it('is told what the proxy wants, and never reads its own password', async () => {
    await using proxy = await proxyTo({ credentials: 'a:b' });
    const ended = await cli({ HTTPS_PROXY: proxy.url('a:secret1') }, 'nodes');
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\) does not take the credentials/);
    expect(ended.stderr).not.toContain('secret1');
  });

  it('gets no other scheduler through it', async () => {
    await using proxy = await proxyTo();
    const ended = await cli({ HTTPS_PROXY: proxy.url(), SUANLINK_CA_HASH: 'ab'.repeat(32) }, 'nodes');
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/the token was not sent/);
  });

  it('goes straight where NO_PROXY says so, and to this machine always', async () => {
    await using proxy = await proxyTo();
    const env = { HTTPS_PROXY: proxy.url() };
    expect(await cli({ ...env, SUANLINK_SCHEDULER: scheduler.url }, 'nodes', '-q')).toMatchObject({
      code: 0,
    });
    expect(proxyFor(publicUrl, '', { ...env, NO_PROXY: '.example' })).toBeUndefined();
    const ended = await cli({ ...env, NO_PROXY: '.example' }, 'nodes');
    expect(ended.code).not.toBe(0);
    expect(proxy.asked).toEqual([]);
  });
});

/** Whom the command line believes to be the scheduler: nobody gets a token who has not proven it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '../../scheduler/auth/ca-files.ts';
import { type TestServer, testServer } from '../api/server.ts';
import { suanlink } from './run-cli.ts';

let server: TestServer;
let impostor: Server;
let impostorUrl = '';
let directory = '';
let token = '';
/** What clients have said to the impostor. */
const heard: string[] = [];

beforeAll(async () => {
  server = await testServer({ tls: true });
  token = server.twin.token('acme', 'tenant');
  directory = mkdtempSync(join(tmpdir(), 'suanlink-trust-'));
  const certificates = await ensureCertificates(join(directory, 'ca'), ['127.0.0.1'], Date.now());
  impostor = createTlsServer(
    { cert: certificates.chainPem, key: certificates.keyPem },
    (request, response) => {
      heard.push(JSON.stringify(request.headers));
      response.end('{}');
    },
  );
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
  const address = impostor.address();
  impostorUrl = `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(async () => {
  await server.close();
  impostor.close();
  rmSync(directory, { recursive: true });
});

const ps = (url: string, env: Record<string, string>) =>
  suanlink(['ps', '-q'], { SUANLINK_SCHEDULER: url, SUANLINK_TOKEN: token, ...env });

describe('a good scheduler is believed', () => {
  it('by the file of its authority', async () => {
    const ended = await ps(server.url, { SUANLINK_CA_FILE: server.certificates?.caFile ?? '' });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('by the hash of its authority, however it is written', async () => {
    const hash = server.certificates?.caHash ?? '';
    const pretty = `SHA256:${(hash.match(/../g) ?? []).join(':').toUpperCase()}`;
    for (const each of [hash, pretty])
      expect((await ps(server.url, { SUANLINK_CA_HASH: each })).code).toBe(0);
  });
});

describe('an impostor hears no byte of the token', () => {
  it.each([
    ['with the hash of the true authority', () => ({ SUANLINK_CA_HASH: server.certificates?.caHash ?? '' })],
    ['with the file of the true authority', () => ({ SUANLINK_CA_FILE: server.certificates?.caFile ?? '' })],
    ['with nothing but the system', () => ({})],
  ])('%s', async (_name, env) => {
    const ended = await ps(impostorUrl, env());
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/the token was not sent/);
    expect(heard).toEqual([]);
  });

  it('not even from run', async () => {
    const ended = await suanlink(['run', 'busybox'], {
      SUANLINK_SCHEDULER: impostorUrl,
      SUANLINK_TOKEN: token,
      SUANLINK_CA_HASH: server.certificates?.caHash ?? '',
    });
    expect(ended.code).toBe(125);
    expect(ended.stderr).toMatch(/result=error reason=ca_mismatch/);
    expect(heard).toEqual([]);
  });
});

describe('refused before anything is sent', () => {
  it('a certificate for another name', async () => {
    const directory2 = join(directory, 'other-name');
    const certificates = await ensureCertificates(directory2, ['other.example'], Date.now());
    const other = createTlsServer({ cert: certificates.chainPem, key: certificates.keyPem }, () =>
      heard.push('x'),
    );
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const url = `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const ended = await ps(url, { SUANLINK_CA_HASH: certificates.caHash });
    other.close();
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/certificate is for other names/);
    expect(heard).toEqual([]);
  });

  it.each([
    ['http:// to another machine', { SUANLINK_SCHEDULER: 'http://pool.example:7443' }, /in the clear/],
    ['no scheduler', { SUANLINK_SCHEDULER: '' }, /no scheduler is named/],
    ['no url', { SUANLINK_SCHEDULER: 'pool.example' }, /not the url of a scheduler/],
    ['a hash that is none', { SUANLINK_CA_HASH: 'abc' }, /64 hex digits/],
    [
      'a file that is not there',
      { SUANLINK_CA_FILE: '/nonexistent' },
      /cannot read the certificate authority/,
    ],
  ])('%s', async (_name, env, message) => {
    const ended = await ps(impostorUrl, env);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(message);
  });

  it('no token', async () => {
    const ended = await suanlink(['ps'], { SUANLINK_SCHEDULER: server.url });
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/no token is given: set SUANLINK_TOKEN/);
  });
});

describe('contexts', () => {
  it('keep the authority that has the hash, and are used by later commands', async () => {
    const env = { XDG_CONFIG_HOME: join(directory, 'xdg') };
    const tokenFile = join(directory, 'token');
    writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
    const hash = server.certificates?.caHash ?? '';
    const set = await suanlink(
      ['context', 'set', 'pool', '--scheduler', server.url, '--token-file', tokenFile, '--ca-hash', hash],
      env,
    );
    expect(set.code).toBe(0);
    expect(readFileSync(join(directory, 'xdg/suanlink/pool.ca.crt'), 'utf8').trim()).toBe(
      readFileSync(server.certificates?.caFile ?? '', 'utf8').trim(),
    );
    expect(await suanlink(['ps', '-q'], env)).toMatchObject({ code: 0, stderr: '' });
    expect((await suanlink(['context', 'current'], env)).stdout.toString()).toBe('pool\n');
  });

  it('are not made for an impostor', async () => {
    const env = { XDG_CONFIG_HOME: join(directory, 'xdg2') };
    const hash = server.certificates?.caHash ?? '';
    const set = await suanlink(
      ['context', 'set', 'pool', '--scheduler', impostorUrl, '--ca-hash', hash],
      env,
    );
    expect(set.code).toBe(4);
    expect((await suanlink(['context', 'ls', '-q'], env)).stdout.toString()).toBe('');
  });

  it('never send their token to another scheduler', async () => {
    const env = { XDG_CONFIG_HOME: join(directory, 'xdg'), SUANLINK_SCHEDULER: impostorUrl };
    const ended = await suanlink(['ps'], env);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/no token is given/);
    expect(heard).toEqual([]);
  });
});

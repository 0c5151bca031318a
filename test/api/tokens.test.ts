/** Tokens over HTTP: made once, shown once, gone when revoked. */
import { describe, expect, it } from 'vitest';
import { decodeJoinToken, parseApiToken } from '../../proto/join-token.ts';
import { call, errorOf } from './call.ts';
import { testServer } from './server.ts';

interface Made {
  token: { id: string; expires_at: string | null; org: string; role: string };
  secret: string;
}

describe('tokens', () => {
  it('open the door until they are revoked', async () => {
    await using server = await testServer();
    const admin = server.twin.token('acme', 'admin');
    const body = {
      kind: 'api',
      name: 'ci 流水线',
      org: 'tenant-a',
      role: 'viewer',
      expires_in_ms: 3_600_000,
    };
    const made = (await call(`${server.url}/v1/tokens`, { token: admin, body })).body as Made;
    expect(made.token).toMatchObject({
      org: 'tenant-a',
      role: 'viewer',
      kind: 'api',
      name: 'ci 流水线',
      revoked: false,
    });
    expect(parseApiToken(made.secret)?.tokenId).toBe(made.token.id);
    const jobs = () => call(`${server.url}/v1/jobs`, { token: made.secret });
    expect((await jobs()).status).toBe(200);
    const list = await call(`${server.url}/v1/tokens`, { token: admin });
    expect(list.text).toContain(made.token.id);
    expect(list.text).not.toContain(made.secret.slice(-40));
    expect(list.text).not.toMatch(/hash/i);
    for (let i = 0; i < 2; i += 1) {
      const revoked = await call(`${server.url}/v1/tokens/${made.token.id}/revoke`, {
        token: admin,
        method: 'POST',
      });
      expect(revoked.status).toBe(200);
    }
    expect((await jobs()).status).toBe(401);
    const unknown = `${server.url}/v1/tokens/token-aaaaaaaaaaaaaaaaaaaa/revoke`;
    expect(errorOf(await call(unknown, { token: admin, method: 'POST' })).code).toBe('not_found');
    expect(JSON.stringify(server.log.lines)).not.toContain(made.secret.slice(-40));
  });

  it('that enrol nodes carry the url, the pin and an expiry, and open nothing here', async () => {
    await using server = await testServer({ tls: true, publicUrl: 'https://pool.example:7443' });
    const tls = { ca: (await import('node:fs')).readFileSync(server.certificates?.caFile ?? '') };
    const admin = server.twin.token('acme', 'admin');
    const before = Date.now();
    const made = (
      await call(`${server.url}/v1/tokens`, { token: admin, body: { kind: 'join', name: 'n' }, tls })
    ).body as Made;
    const join = decodeJoinToken(made.secret);
    expect(join).toMatchObject({
      url: 'https://pool.example:7443',
      caHash: server.certificates?.caHash,
      tokenId: made.token.id,
    });
    expect(join.expiresUnixMs - before).toBeGreaterThan(86_399_000);
    expect(join.expiresUnixMs - before).toBeLessThan(86_460_000);
    const asApi = `slk_${join.tokenId.slice(6)}_${join.secret}`;
    expect((await call(`${server.url}/v1/jobs`, { token: asApi, tls })).status).toBe(401);
  });

  it('of the API may last for ever when asked to', async () => {
    await using server = await testServer();
    const admin = server.twin.token('acme', 'admin');
    const body = { kind: 'api', name: 'x', expires_in_ms: 0 };
    const made = (await call(`${server.url}/v1/tokens`, { token: admin, body })).body as Made;
    expect(made.token.expires_at).toBeNull();
    expect(made.token).toMatchObject({ org: 'acme', role: 'tenant' });
  });
});

/** The control socket and the state lock, over real sockets, files and processes. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../agent/lock.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import { type LocalPort, serveLocal } from '../../agent/local/server.ts';
import type { StatusSnapshot } from '../../proto/status.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'suanlink-local-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

let drained = '';
let deadlineMs: number | undefined;
const port: LocalPort = {
  status: () => ({ schema: 'suanlink.status/v1', agent: { drain_reason: drained } }) as StatusSnapshot,
  drain: async (reason, ms) => {
    drained = reason;
    deadlineMs = ms;
  },
  undrain: async () => void (drained = ''),
  reconnect: () => {},
  recent: () => ({ schema: 'suanlink.recent/v1', seq: 3, events: [], ended: [] }),
  log(id, after) {
    if (id !== 'lease-a') throw new SuanlinkError('not_found', 'no such lease');
    const line = { number: after + 1, at: '2026-11-25T08:00:00Z', stream: 'stdout', text: 'on' } as const;
    return { schema: 'suanlink.log/v1', lease_id: id, lines: [line] };
  },
  end: (id, reason) => void ended.push(`${id}: ${reason}`),
};
const ended: string[] = [];

function ask(socketPath: string, method: string, path: string): Promise<{ status: number; body: any }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path }, (incoming) => {
      json(incoming).then((body) => resolve({ status: incoming.statusCode ?? 0, body }), reject);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}

describe('the control socket', () => {
  it('serves the status to its group, takes a drain, and answers nonsense with an error', async () => {
    const path = join(dir, 'agent.sock');
    const server = await serveLocal(path, port);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect((await ask(path, 'GET', '/v1/status')).body.schema).toBe('suanlink.status/v1');
    expect((await ask(path, 'POST', '/v1/drain?reason=fan')).body.agent.drain_reason).toBe('fan');
    expect(deadlineMs).toBeUndefined();
    await ask(path, 'POST', '/v1/drain?reason=fan&deadline_ms=1800000');
    expect(deadlineMs).toBe(1_800_000);
    for (const wrong of ['-1', '1.5', 'soon', '99999999999'])
      expect(await ask(path, 'POST', `/v1/drain?deadline_ms=${wrong}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid_argument' } },
      });
    expect((await ask(path, 'POST', '/v1/undrain')).body.agent.drain_reason).toBe('');
    expect(await ask(path, 'GET', '/v2')).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    });
    await server.close();
  });

  it('tells what has happened, gives a log from a line on, and ends a lease', async () => {
    const path = join(dir, 'agent.sock');
    const server = await serveLocal(path, port);
    expect((await ask(path, 'GET', '/v1/recent')).body.seq).toBe(3);
    expect((await ask(path, 'GET', '/v1/leases/lease-a/log?after=7')).body.lines[0].number).toBe(8);
    expect((await ask(path, 'GET', '/v1/leases/lease-b/log')).status).toBe(404);
    expect((await ask(path, 'POST', '/v1/leases/lease-a/end?reason=fan')).body.schema).toBe(
      'suanlink.status/v1',
    );
    expect(ended).toEqual(['lease-a: fan']);
    expect((await ask(path, 'GET', '/v1/leases/lease-a/end')).status).toBe(404);
    await server.close();
  });

  it('tells a watcher after its interval although nothing has changed', async () => {
    const path = join(dir, 'agent.sock');
    const server = await serveLocal(path, port);
    expect((await ask(path, 'GET', '/v1/watch?interval_ms=soon')).status).toBe(400);
    const began = Date.now();
    await new Promise<void>((resolve, reject) => {
      let heard = 0;
      const watching = request({ socketPath: path, path: '/v1/watch?interval_ms=1000' }, (incoming) => {
        incoming.on('data', () => {
          heard += 1;
          if (heard === 3) resolve();
        });
      });
      watching.once('error', reject);
      watching.end();
    });
    expect(Date.now() - began).toBeGreaterThan(1400);
    expect(Date.now() - began).toBeLessThan(4000);
    await server.close();
  });

  it('streams a document at once and after a change', async () => {
    const path = join(dir, 'agent.sock');
    const server = await serveLocal(path, port);
    const lines: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const watching = request({ socketPath: path, path: '/v1/watch' }, (incoming) => {
        incoming.on('data', (chunk: Buffer) => {
          lines.push(chunk.toString());
          if (lines.length === 1) server.changed();
          else resolve();
        });
      });
      watching.once('error', reject);
      watching.end();
    });
    expect(lines.every((line) => JSON.parse(line).schema === 'suanlink.status/v1')).toBe(true);
    await server.close();
  });

  it('replaces a socket that nobody serves, and leaves a served one alone', async () => {
    const path = join(dir, 'agent.sock');
    // A process that is killed leaves its socket file behind.
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script], { timeout: 5000 });
    expect(statSync(path).isSocket()).toBe(true);
    const server = await serveLocal(path, port);
    await expect(serveLocal(path, port)).rejects.toMatchObject({ code: 'state_locked' });
    await server.close();
  });

  it('refuses a path that no socket can have', async () => {
    await expect(serveLocal(join(dir, 'x'.repeat(120)), port)).rejects.toMatchObject({
      code: 'config_invalid',
    });
  });
});

describe('the state lock', () => {
  it('names the live holder and lets go on release', async () => {
    const holder = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, '../../agent/lock.ts'))}; takeLock(${JSON.stringify(dir)}); console.log('held'); setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    expect(() => takeLock(dir)).toThrow(
      expect.objectContaining({ code: 'state_locked', details: { pid: holder.pid } }),
    );
    holder.kill('SIGKILL');
    await new Promise((resolve) => holder.once('exit', resolve));
    takeLock(dir).release(); // a killed holder's lock is stale
    takeLock(dir).release();
  });

  it('does not take another process with a recycled pid for the holder', () => {
    writeFileSync(join(dir, 'lock'), `${process.pid} some-other-boot 12345\n`);
    expect(() => takeLock(dir).release()).not.toThrow();
  });
});

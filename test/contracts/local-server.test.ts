/** The control socket and the state lock, over real sockets, files and processes. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from '../../agent/lock.ts';
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
};

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

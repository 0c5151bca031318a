/** Real servers for the doctor to find at the end of its way: a scheduler, and others in its place. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificates } from '../../scheduler/auth/ca-files.ts';
import { type Scheduler, startScheduler } from '../../scheduler/server.ts';
import { memoryLog, realClock } from '../api/server.ts';
import { connectProxy } from '../fakes/connect-proxy.ts';
import type { World } from './planted.ts';

/** Until it is closed. */
export interface OpenWorld extends World {
  close(): Promise<void>;
}

function start(stateDir: string): Promise<Scheduler> {
  return startScheduler({
    stateDir,
    listen: '127.0.0.1:0',
    tls: 'on',
    hostnames: ['pool.example'],
    version: '0.0.0-test',
    clock: realClock,
    log: memoryLog(),
    onFatal: () => {},
  });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

/** Starts all of them. */
export async function openWorld(): Promise<OpenWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-doctor-'));
  const scheduler = await start(join(dir, 'scheduler'));
  const other = await ensureCertificates(join(dir, 'other'), ['127.0.0.1'], Date.now());
  const hosts = ['localhost', '127.0.0.1', '::1'];
  const { chainPem, keyPem } = await ensureCertificates(join(dir, 'scheduler'), hosts, Date.now());
  const proxy = createServer({ cert: chainPem, key: keyPem }, (request, response) => {
    response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
    const isOther = request.headers.host?.startsWith('localhost');
    response.end(isOther ? 'it works' : '{"name":"suanlink","version":"9","protocol":{"min":1,"max":99}}');
  });
  const mute = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.end('220 mail.example ESMTP\r\n');
  });
  const port = Number(new URL(scheduler.url).port);
  const tunnel = await connectProxy({ routes: { 'pool.example:7443': port }, credentials: 'node:hush' });
  return {
    url: scheduler.url,
    tunnel,
    caHash: scheduler.caHash,
    caPem: readFileSync(scheduler.caFile, 'utf8'),
    proxyUrl: await listen(proxy),
    muteUrl: await listen(mute),
    foreignCa: readFileSync(other.caFile, 'utf8'),
    async close() {
      proxy.closeAllConnections();
      proxy.close();
      mute.close();
      await tunnel[Symbol.asyncDispose]();
      await scheduler.close();
      rmSync(dir, { recursive: true });
    },
  };
}

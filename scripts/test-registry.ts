/**
 * An image registry on loopback for pull tests: Debian's `docker-registry` with its files in one directory, filled
 * through its own HTTP API so that no engine is needed to push; and a door in front of it that asks for a password.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** A running registry. */
export interface TestRegistry {
  /** `127.0.0.1:port`: open to everyone. */
  address: string;
  /** `127.0.0.1:port` of a door to the same images that wants user `tenant`, password `correct horse`. */
  guarded: string;
  pid: number;
  stop(): Promise<void>;
}

/** The one account of the guarded door. */
export const registryAccount = { username: 'tenant', password: 'correct horse' };

/** Starts a registry with everything in `dir`. Rejects with the end of its log when it does not answer in 20 s. */
export async function startRegistry(dir: string): Promise<TestRegistry> {
  mkdirSync(dir, { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  const config = join(dir, 'registry.yml');
  writeFileSync(config, registryConfig(address, join(dir, 'registry')));
  const logPath = join(dir, 'registry.log');
  const log = openSync(logPath, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'docker-registry', 'serve', config], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const spawned = Promise.withResolvers<never>();
  spawned.promise.catch(() => {});
  child.on('error', spawned.reject);
  let guard: Server | undefined;
  const stop = async (): Promise<void> => {
    guard?.closeAllConnections();
    guard?.close();
    await ended(child);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await Promise.race([answering(address, child), spawned.promise]);
    guard = await startGuard(address);
  } catch (caught) {
    const reason = readFileSync(logPath, 'utf8').trim().split('\n').slice(-10).join('\n');
    await stop();
    throw new Error(`docker-registry did not start: ${String(caught)}\n${reason}`, { cause: caught });
  }
  const { port } = guard.address() as AddressInfo;
  return {
    address,
    guarded: `127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop,
  };
}

function registryConfig(address: string, root: string): string {
  return [
    'version: 0.1',
    'log: { level: warn, accesslog: { disabled: true } }',
    `storage: { filesystem: { rootdirectory: ${JSON.stringify(root)} } }`,
    `http: { addr: "${address}", secret: test }`,
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(address: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('the process ended');
    const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(50);
  }
  throw new Error('no answer in 20 s');
}

/** The guarded door: HTTP basic authentication, then everything goes on to the registry. */
async function startGuard(address: string): Promise<Server> {
  const wanted = Buffer.from(`${registryAccount.username}:${registryAccount.password}`).toString('base64');
  const server = createServer((incoming, outgoing) => {
    if (incoming.headers.authorization === `Basic ${wanted}`) forward(address, incoming, outgoing);
    else
      outgoing
        .writeHead(401, { 'www-authenticate': 'Basic realm="test"', 'content-type': 'application/json' })
        .end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

function forward(address: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const [host, port] = address.split(':');
  const { authorization: _used, ...headers } = incoming.headers;
  const onward = request({ host, port, method: incoming.method, path: incoming.url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

/** Makes `name:tag` available at an open registry from a root file system tar; gives the manifest's digest. */
export async function pushImage(
  address: string,
  name: string,
  tag: string,
  rootfs: Uint8Array,
): Promise<string> {
  const layer = gzipSync(rootfs, { level: 1 });
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Cmd: ['sh'], Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [digest(rootfs)] },
      history: [{ created: '2020-09-13T12:26:40Z' }],
    }),
  );
  await pushBlob(address, name, layer);
  await pushBlob(address, name, config);
  const kind = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: kind,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: digest(config),
    },
    layers: [
      {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size: layer.length,
        digest: digest(layer),
      },
    ],
  });
  const answer = await fetch(`http://${address}/v2/${name}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': kind },
    body: manifest,
  });
  if (answer.status !== 201)
    throw new Error(`manifest of ${name}:${tag}: ${answer.status} ${await answer.text()}`);
  return digest(Buffer.from(manifest));
}

async function pushBlob(address: string, name: string, blob: Uint8Array<ArrayBuffer>): Promise<void> {
  const begun = await fetch(`http://${address}/v2/${name}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(begun.headers.get('location') ?? '', `http://${address}`);
  place.searchParams.set('digest', digest(blob));
  const answer = await fetch(place, { method: 'PUT', body: blob });
  if (answer.status !== 201) throw new Error(`blob of ${name}: ${answer.status} ${await answer.text()}`);
}

function digest(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

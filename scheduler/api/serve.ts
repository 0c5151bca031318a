/**
 * One port for everything (edge): the HTTP API, and agents that upgrade to a WebSocket at `/v1/agent`.
 *
 * TLS with the scheduler's own authority; plain only where nobody else can listen. Closing lets requests in flight finish
 * (streams are ended at once: their readers resume elsewhere from their offsets), for at most 3 s.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { chmod, lstat, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { SuanlinkError } from '../../proto/codes.ts';
import type { Control, Steering, TokenLookup } from '../control.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { createApi } from './app.ts';
import { type HostNames, type Listen, urlOf } from './listen.ts';

/** The core as the port needs it. */
export interface Core {
  control: Control;
  steering: Steering;
  tokens: TokenLookup;
  /** Takes over a connection that asks for the agents' WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

/** Certificate chain and key of the server, and what clients pin. */
export interface ServerTls {
  chainPem: string;
  keyPem: string;
  caHash: string;
}

/** How to serve. */
export interface ServeOptions {
  listen: Listen;
  /** undefined: plain HTTP. */
  tls: ServerTls | undefined;
  machine: HostNames;
  /** The url to put into join tokens; '' for the one it listens at. */
  publicUrl: string;
  version: string;
  clock: Clock;
  random: Random;
  log: Log;
}

/** A port that is being served. */
export interface Serving {
  /** As clients on this machine and outside reach it. */
  url: string;
  /** Presents other certificates to connections made from now on. */
  renew(tls: ServerTls): void;
  /** Stops. Agents' connections are the core's to close, afterwards. */
  close(): Promise<void>;
}

/** Idle connections are kept this long, so that a pipeline's next command finds one open. */
const keepAliveMs = 75_000;
const drainMs = 3_000;

/** Serves `core`. `config_invalid` or `unavailable` when it cannot listen there. */
export async function serve(core: Core, options: ServeOptions): Promise<Serving> {
  const { listen, tls, clock, random, log, version } = options;
  const closing = new AbortController();
  let url = '';
  let made: Server | undefined;
  let setTls: ((tls: ServerTls) => void) | undefined;
  const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 };
  const app = await createApi(
    (listener) => {
      if (tls) {
        const secure = createTlsServer({ ...socketOptions, ...secureContext(tls) }, listener);
        setTls = (next) => secure.setSecureContext(secureContext(next));
        made = secure;
      } else {
        made = createServer(socketOptions, listener);
      }
      made.keepAliveTimeout = keepAliveMs;
      return made;
    },
    {
      control: core.control,
      steering: core.steering,
      clock,
      random,
      version,
      publicUrl: () => (options.publicUrl === '' ? url : options.publicUrl),
      caHash: tls?.caHash ?? '',
      ready: () => !closing.signal.aborted,
      closing: closing.signal,
    },
    core.tokens,
    log,
  );
  if (!made) throw new SuanlinkError('internal', 'the API was made without its server');
  const server = made;
  const requests = watchRequests(server);
  server.on('upgrade', (request, socket, head) => upgrade(core, request, socket, head));
  url = urlOf(listen, await listenAt(server, listen), tls !== undefined, options.machine);
  return {
    url,
    renew: (next) => setTls?.(next),
    async close() {
      closing.abort();
      server.close();
      const force = Promise.withResolvers<void>();
      const timer = setTimeout(force.resolve, drainMs);
      await Promise.race([requests.idle(), force.promise]);
      clearTimeout(timer);
      server.closeAllConnections();
      await app.close();
    },
  };
}

function secureContext(tls: ServerTls) {
  return { cert: tls.chainPem, key: tls.keyPem, minVersion: 'TLSv1.2' as const };
}

function upgrade(core: Core, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => socket.destroy());
  if (request.url?.split('?')[0] === '/v1/agent') core.upgrade(request, socket, head);
  else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** Listens; the port, or 0 for a unix socket. */
async function listenAt(server: Server, listen: Listen): Promise<number> {
  const where = listen.kind === 'unix' ? listen.path : `${listen.host}:${listen.port}`;
  if (listen.kind === 'unix') await removeStaleSocket(listen.path);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(
    listen.kind === 'unix' ? { path: listen.path } : { host: listen.host, port: listen.port },
    resolve,
  );
  await promise.catch((cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === 'EADDRINUSE'
        ? 'something else listens there already; stop it or choose another with --listen'
        : cause.message;
    throw new SuanlinkError('unavailable', `cannot listen at ${where}: ${why}`, { cause });
  });
  server.removeListener('error', reject);
  if (listen.kind === 'unix') await chmod(listen.path, 0o660);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Counts requests in flight; `idle` resolves when there are none. Upgraded connections are not counted. */
function watchRequests(server: Server): { idle(): Promise<void> } {
  let inFlight = 0;
  let whenIdle: (() => void) | undefined;
  server.on('request', (_request, response) => {
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
      if (inFlight === 0) whenIdle?.();
    });
  });
  return {
    idle: () =>
      new Promise((resolve) => {
        whenIdle = resolve;
        if (inFlight === 0) resolve();
      }),
  };
}

/** A socket that nobody answers on is a leftover; one that somebody does, or another file, is left: listening fails. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isSocket()) return;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = connect(path);
  probe.once('connect', () => resolve(false));
  probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  const stale = await promise;
  probe.destroy();
  if (stale) await rm(path, { force: true });
}

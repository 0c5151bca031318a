/**
 * The control socket (edge): HTTP/1.1 and JSON over a unix socket of mode 0660, so that `curl --unix-socket` works.
 *
 *   GET  /v1/status              one `suanlink.status/v1` document
 *   GET  /v1/watch?interval_ms=… the document now, after every change and after every interval, one a line (NDJSON), until
 *                                hung up
 *   POST /v1/drain?reason=…&deadline_ms=…
 *                                take no new leases, and end those that still run after that time;  POST /v1/undrain
 *   POST /v1/reconnect           drop the scheduler session and dial now
 *   GET  /v1/recent              what has happened lately, and the leases that ended last
 *   GET  /v1/leases/ID/log?after=…
 *                                the last lines of a lease's output that the agent still has
 *   GET  /metrics, /healthz, /readyz
 *                                as text; see docs/metrics.md
 *   POST /v1/leases/ID/end?reason=…
 *                                end a lease here; its job goes elsewhere
 */
import { chmodSync, existsSync, mkdirSync, unlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { codes, SuanlinkError } from '../../proto/codes.ts';
import { exposition } from '../../proto/exposition.ts';
import type { LogDocument, RecentDocument, StatusSnapshot } from '../../proto/status.ts';
import { agentMetrics, unready } from './metrics.ts';

/** What the socket can ask of the agent. */
export interface LocalPort {
  status(): StatusSnapshot;
  /** Both resolve when what was asked for outlives the agent. Without a deadline, leases run to their own end. */
  drain(reason: string, deadlineMs?: number): Promise<void>;
  undrain(): Promise<void>;
  reconnect(): void;
  recent(): RecentDocument;
  /** Lines after that number; `not_found` for a lease that nothing is known of. */
  log(leaseId: string, after: number): LogDocument;
  /** Ends a lease on this node; `not_found` when it does not run here. */
  end(leaseId: string, reason: string): void;
}

/** Longest unix socket path that Linux takes. */
const maxSocketPath = 107;
/** Watchers at once; each holds one socket. */
const maxWatchers = 64;
/** A watcher hears of changes at most this often. */
const beatMs = 500;
/** A watcher that names no interval hears at least this often. */
const usualIntervalMs = 5_000;

/** Somebody who watches, and after how many beats without a change it hears all the same. */
interface Watcher {
  response: ServerResponse;
  beats: number;
  quiet: number;
}

/** The running control socket. */
export interface LocalServer {
  /** Something in the status has changed. */
  changed(): void;
  close(): Promise<void>;
}

/** Whether somebody answers on the socket file. */
function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = connect(path, () => resolve(true));
  probe.once('error', () => resolve(false));
  return promise.finally(() => probe.destroy());
}

/** Listens on `path`; `config_invalid` for an over-long path, `state_locked` when a live process serves it. */
export async function serveLocal(path: string, port: LocalPort): Promise<LocalServer> {
  if (Buffer.byteLength(path) > maxSocketPath)
    throw new SuanlinkError(
      'config_invalid',
      `the socket path ${path} is over ${maxSocketPath} bytes; use a shorter --socket`,
    );
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  if (existsSync(path)) {
    if (await answers(path)) throw new SuanlinkError('state_locked', `another process serves ${path}`);
    unlinkSync(path);
  }
  const watchers = new Set<Watcher>();
  const server = createServer((request, response) => {
    answer(request, response, port, watchers).catch((caught: unknown) =>
      fail(response, SuanlinkError.from(caught)),
    );
  });
  await listen(server, path);
  chmodSync(path, 0o660);
  const beat = ticker(watchers, port);
  return {
    changed: beat.changed,
    async close() {
      beat.stop();
      for (const { response } of watchers) response.end();
      server.closeAllConnections();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      await promise;
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (cause) =>
    reject(new SuanlinkError('config_invalid', `cannot listen on ${path}: ${cause.message}`, { cause })),
  );
  server.listen(path, resolve);
  return promise;
}

/** What changes together is told together. */
const gatherMs = 20;

/** Sends the status to watchers: after a change at once, but at most twice a second; and after each one's own interval. */
function ticker(watchers: Set<Watcher>, port: LocalPort): { changed(): void; stop(): void } {
  let dirty = false;
  let toldAt = 0;
  let early: NodeJS.Timeout | undefined;
  const tell = (due: readonly Watcher[]): void => {
    if (due.length === 0) return;
    const line = `${JSON.stringify(port.status())}\n`;
    for (const watcher of due) {
      watcher.quiet = 0;
      // A reader that does not keep up misses documents, never grows our memory: each one is complete in itself.
      if (watcher.response.writableLength === 0) watcher.response.write(line);
    }
  };
  const tellAll = (): void => {
    clearTimeout(early);
    early = undefined;
    dirty = false;
    toldAt = performance.now();
    tell([...watchers]);
  };
  const timer = setInterval(() => {
    for (const watcher of watchers) watcher.quiet += 1;
    if (dirty && early === undefined) tellAll();
    else tell([...watchers].filter(({ quiet, beats }) => quiet >= beats));
  }, beatMs);
  return {
    changed() {
      dirty = true;
      if (performance.now() - toldAt >= beatMs) early ??= setTimeout(tellAll, gatherMs);
    },
    stop() {
      clearInterval(timer);
      clearTimeout(early);
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  port: LocalPort,
  watchers: Set<Watcher>,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://agent');
  const route = `${request.method} ${url.pathname}`;
  if (route === 'GET /v1/watch') return watch(response, url.searchParams, port, watchers);
  if (route === 'GET /metrics') return say(response, 200, exposition(agentMetrics(port.status())));
  if (route === 'GET /healthz') return say(response, 200, 'ok\n');
  if (route === 'GET /readyz') {
    const why = unready(port.status());
    return say(response, why === '' ? 200 : 503, `${why || 'ok'}\n`);
  }
  if (route === 'GET /v1/recent') return reply(response, 200, port.recent());
  const [, leaseId = '', what] = /^\/v1\/leases\/([\w-]{1,64})\/(log|end)$/.exec(url.pathname) ?? [];
  if (what === 'log' && request.method === 'GET')
    return reply(response, 200, port.log(leaseId, Number(url.searchParams.get('after') ?? 0) || 0));
  if (what === 'end' && request.method === 'POST')
    port.end(leaseId, (url.searchParams.get('reason') ?? '').slice(0, 512));
  else if (route === 'POST /v1/drain') await drain(url.searchParams, port);
  else if (route === 'POST /v1/undrain') await port.undrain();
  else if (route === 'POST /v1/reconnect') port.reconnect();
  else if (route !== 'GET /v1/status')
    throw new SuanlinkError('not_found', `${route} is not part of this API; see GET /v1/status`);
  reply(response, 200, port.status());
}

/** Longest deadline of a drain: what a person means by more is no deadline. */
const maxDeadlineMs = 30 * 86_400_000;

function drain(query: URLSearchParams, port: LocalPort): Promise<void> {
  const reason = (query.get('reason') ?? '').slice(0, 512);
  const text = query.get('deadline_ms');
  if (text === null) return port.drain(reason);
  const deadlineMs = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(deadlineMs <= maxDeadlineMs))
    throw new SuanlinkError('invalid_argument', `deadline_ms must be a number from 0 to ${maxDeadlineMs}`);
  return port.drain(reason, deadlineMs);
}

function fail(response: ServerResponse, error: SuanlinkError): void {
  const { code, message, retryable, details } = error;
  reply(response, codes[code].http, { error: { code, message, retryable, details } });
}

function watch(
  response: ServerResponse,
  query: URLSearchParams,
  port: LocalPort,
  watchers: Set<Watcher>,
): void {
  if (watchers.size >= maxWatchers)
    throw new SuanlinkError('resource_exhausted', `${maxWatchers} watchers are connected already`);
  const text = query.get('interval_ms') ?? String(usualIntervalMs);
  if (!/^\d{3,5}$/.test(text))
    throw new SuanlinkError('invalid_argument', 'interval_ms must be a number from 100 to 99999');
  const watcher: Watcher = { response, beats: Math.max(1, Math.round(Number(text) / beatMs)), quiet: 0 };
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.write(`${JSON.stringify(port.status())}\n`);
  watchers.add(watcher);
  response.on('close', () => watchers.delete(watcher));
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  response.end(text);
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}

/**
 * The metrics of a daemon over HTTP, on a listener of its own that can do nothing else: GET /metrics, /healthz, /readyz.
 *
 *   /metrics   Prometheus text, built when it is asked for and at most once a second, so that scrapes cost a daemon nothing
 *   /healthz   200 while the event loop turns: that is what the answer takes
 *   /readyz    200 when work can come, else 503 with the reason
 */
import { createServer, type ServerResponse } from 'node:http';
import { SuanlinkError } from '../proto/codes.ts';
import { counter, exposition, type Family, gauge } from '../proto/exposition.ts';

/** What a daemon tells. */
export interface MetricsSource {
  metrics(): Family[];
  /** '' when it is ready, else why not. */
  unready(): string;
}

/** A listener that runs. */
export interface MetricsListener {
  /** The port that it got. */
  port: number;
  close(): Promise<void>;
}

const freshMs = 1_000;

/** `host:port`, `[ipv6]:port`, or a port alone for loopback; `config_invalid`. */
function parseAddress(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:]+)\]:|([\w.-]+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535)
    throw new SuanlinkError(
      'config_invalid',
      `cannot listen at ${JSON.stringify(text)}: it must be host:port`,
    );
  return { host: match[1] ?? match[2] ?? '127.0.0.1', port };
}

/** What every process of Node's can tell. */
function processMetrics(): Family[] {
  const { user, system } = process.cpuUsage();
  const { active, idle } = performance.eventLoopUtilization();
  return [
    counter('process_cpu_seconds_total', 'Processor time of the process.', [{}, (user + system) / 1e6]),
    gauge('process_resident_memory_bytes', 'Memory of the process.', [{}, process.memoryUsage.rss()]),
    gauge('process_start_time_seconds', 'When the process began, in Unix time.', [
      {},
      performance.timeOrigin / 1000,
    ]),
    counter(
      'nodejs_eventloop_time_seconds_total',
      'Time that the event loop worked and waited.',
      [{ state: 'active' }, active / 1000],
      [{ state: 'idle' }, idle / 1000],
    ),
  ];
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Listens at `address`; `config_invalid` when it is none, `unavailable` when it is taken. */
export async function serveMetrics(address: string, source: MetricsSource): Promise<MetricsListener> {
  const { host, port } = parseAddress(address);
  let made = { text: '', at: Number.NEGATIVE_INFINITY };
  const text = (): string => {
    const now = performance.now();
    if (now - made.at > freshMs)
      made = { text: exposition([...source.metrics(), ...processMetrics()]), at: now };
    return made.text;
  };
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead) return send(response, 405, 'text/plain', 'GET only\n');
    if (path === '/metrics') return send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', text());
    if (path === '/healthz') return send(response, 200, 'text/plain', 'ok\n');
    if (path !== '/readyz') return send(response, 404, 'text/plain', '/metrics, /healthz, /readyz\n');
    const why = source.unready();
    return send(response, why === '' ? 200 : 503, 'text/plain', `${why || 'ok'}\n`);
  });
  server.maxConnections = 32;
  server.requestTimeout = 10_000;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (cause) =>
    reject(
      new SuanlinkError('unavailable', `cannot serve metrics at ${address}: ${cause.message}`, { cause }),
    ),
  );
  server.listen(port, host, resolve);
  await promise;
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    async close() {
      server.closeAllConnections();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

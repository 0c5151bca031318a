/** A real scheduler port (HTTPS or HTTP) over the twin, for tests. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateHosts, parseListen } from '../../scheduler/api/listen.ts';
import { type ServeOptions, serve } from '../../scheduler/api/serve.ts';
import { type Certificates, ensureCertificates } from '../../scheduler/auth/ca-files.ts';
import type { Clock, Log } from '../../scheduler/ports.ts';
import { createTwin, type Twin } from './twin.ts';

/** The machine's clocks. */
export const realClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  at(atMs, run) {
    const timer = setTimeout(run, Math.max(0, atMs - performance.now()));
    return () => clearTimeout(timer);
  },
};

/** A log that keeps what was said. */
export interface MemoryLog extends Log {
  lines: { level: string; event: string; fields: Record<string, unknown> }[];
}

/** An empty one. */
export function memoryLog(): MemoryLog {
  const lines: MemoryLog['lines'] = [];
  const at =
    (level: string) =>
    (event: string, fields: Record<string, unknown> = {}) =>
      void lines.push({ level, event, fields });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A running server with everything a test may want to look at. */
export interface TestServer extends AsyncDisposable {
  url: string;
  twin: Twin;
  log: MemoryLog;
  certificates: Certificates | undefined;
  directory: string;
  /** Stops the port and leaves the twin running. */
  stopServing(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one on a free loopback port. */
export async function testServer(
  options: { tls?: boolean; twin?: Twin; listen?: string; publicUrl?: string } = {},
): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'suanlink-api-'));
  const listen = parseListen(options.listen ?? '127.0.0.1:0');
  const machine = { hostname: 'localhost', addresses: ['127.0.0.1'] };
  const certificates = options.tls
    ? await ensureCertificates(directory, certificateHosts(listen, machine, []), Date.now())
    : undefined;
  const twin = options.twin ?? createTwin();
  const log = memoryLog();
  const serveOptions: ServeOptions = {
    listen,
    tls: certificates,
    machine,
    publicUrl: options.publicUrl ?? '',
    version: '0.0.0-test',
    clock: realClock,
    random: (length) => randomBytes(length),
    log,
  };
  const serving = await serve(twin, serveOptions);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= serving
      .close()
      .then(() => twin.close())
      .then(() => rm(directory, { recursive: true, force: true })));
  return {
    url: serving.url,
    twin,
    log,
    certificates,
    directory,
    stopServing: () => serving.close(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

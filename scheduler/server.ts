/**
 * The scheduler as one process: the core behind its port, with the certificates and the first token that it needs.
 * Only constructs, connects, starts and stops (edge).
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { certificateHosts, checkPlain, type HostNames, parseListen } from './api/listen.ts';
import { serve, type Serving } from './api/serve.ts';
import { adminTokenFile, ensureAdminToken } from './auth/admin-token.ts';
import { type Certificates, ensureCertificates } from './auth/ca-files.ts';
import { SuanlinkError } from '../proto/codes.ts';
import { paceHeap } from './heap-growth.ts';
import type { Family } from '../proto/exposition.ts';
import type { Clock, Log } from './ports.ts';
import { type Core, type CoreOptions, startCore } from './system.ts';

/** How to run a scheduler. */
export interface SchedulerOptions {
  /** Made if missing, 0700; one process at a time. */
  stateDir: string;
  /** `host:port`, `[ipv6]:port`, `port` or `unix:/path`; port 0 for any free one. */
  listen: string;
  /** 'off' only on loopback and unix sockets. */
  tls: 'on' | 'off';
  /** Names and addresses for the certificate, beside those that the machine knows of. */
  hostnames?: readonly string[];
  /** The url to put into join tokens; missing: the one it listens at. */
  publicUrl?: string;
  /** Organisation of the first admin token; missing: 'default'. */
  org?: string;
  version: string;
  clock: Clock;
  log: Log;
  core?: CoreOptions;
  /** State can no longer be written: the process should end with a failure. */
  onFatal: (error: SuanlinkError) => void;
}

/** A running scheduler. */
export interface Scheduler {
  /** `https://host:port`, `http://host:port` or `unix:/path`. */
  url: string;
  /** The authority's certificate; '' without TLS. */
  caFile: string;
  /** Its SHA-256 in hex; '' without TLS. */
  caHash: string;
  /** Where the first admin token was written. */
  adminTokenFile: string;
  /** Whether that token was made just now. */
  firstStart: boolean;
  /** Copies the state, but for logs, to the folder `to`. */
  backup(to: string): Promise<void>;
  /** Puts what can be changed of the core's options into force. */
  configure(options: CoreOptions): void;
  metrics(): Family[];
  /** '' while work can come in, else why not. */
  unready(): string;
  /** Lets requests in flight finish, closes sessions, writes what is pending. */
  close(): Promise<void>;
}

const dayMs = 86_400_000;

function machineNames(): HostNames {
  const addresses = Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? []).map(({ address }) => address),
  );
  return { hostname: hostname(), addresses };
}

async function makeStateDir(stateDir: string): Promise<void> {
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new SuanlinkError('storage_failed', `cannot make the state directory ${stateDir}`, { cause });
  }
}

/** Looks every day whether the server certificate runs out, as it does in processes that live for a year; the result ends
 * that. */
function renewDaily(
  serving: Serving,
  certificates: () => Promise<Certificates>,
  clock: Clock,
  log: Log,
): () => void {
  const renewed = (found: Certificates): void => {
    if (found.renewed === undefined) return;
    log.info('server_certificate_renewed', { reason: found.renewed });
    serving.renew(found);
  };
  const failed = (error: unknown): void => log.error('server_certificate_not_renewed', { error });
  let cancel = clock.at(clock.now() + dayMs, function tick() {
    void certificates().then(renewed, failed);
    cancel = clock.at(clock.now() + dayMs, tick);
  });
  return () => cancel();
}

/** Random bytes, drawn in larger pieces: a draw costs the same for 20 bytes and for 4096. None is given twice. */
function createRandom(): (length: number) => Uint8Array {
  let drawn = randomBytes(0);
  return (length) => {
    if (drawn.length < length) drawn = randomBytes(4096 + length);
    const given = new Uint8Array(drawn.subarray(0, length));
    drawn = drawn.subarray(length);
    return given;
  };
}

/** What its operator asks of a running scheduler. */
function operated(
  core: Core,
  version: string,
): Pick<Scheduler, 'backup' | 'configure' | 'metrics' | 'unready'> {
  return {
    backup: (to) => core.backup(to),
    configure: (options) => core.configure(options),
    metrics: () => core.metrics(version),
    unready: () => core.unready(),
  };
}

/** Starts a scheduler; `config_invalid` (listen, TLS), `unavailable` (port taken), `state_locked`, `storage_failed`. */
export async function startScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const { stateDir, clock, log, version } = options;
  const listen = parseListen(options.listen);
  if (options.tls === 'off') checkPlain(listen);
  const machine = machineNames();
  const random = createRandom();
  const outside = { clock, random, log };
  await makeStateDir(stateDir);
  const hosts = certificateHosts(listen, machine, options.hostnames ?? []);
  const certificates = (): Promise<Certificates> => ensureCertificates(stateDir, hosts, clock.wall());
  const core = await startCore({
    ...outside,
    stateDir,
    onFatal: options.onFatal,
    ...(options.core ? { options: options.core } : {}),
  });
  try {
    const tls = options.tls === 'on' ? await certificates() : undefined;
    const firstStart = await ensureAdminToken(
      core.control,
      stateDir,
      options.org ?? 'default',
      random,
      clock.wall(),
    );
    const serving = await serve(core, {
      listen,
      tls,
      machine,
      publicUrl: options.publicUrl ?? '',
      version,
      ...outside,
    });
    log.info('scheduler_listening', {
      url: serving.url,
      ca_sha256: tls?.caHash ?? '',
      first_start: firstStart,
    });
    const stopPacing = paceHeap(core.granted, clock);
    const stopRenewing = tls ? renewDaily(serving, certificates, clock, log) : () => {};
    return {
      url: serving.url,
      caFile: tls?.caFile ?? '',
      caHash: tls?.caHash ?? '',
      adminTokenFile: adminTokenFile(stateDir),
      firstStart,
      ...operated(core, version),
      async close() {
        stopRenewing();
        stopPacing();
        await serving.close();
        await core.close();
      },
    };
  } catch (caught) {
    await core.close();
    throw caught;
  }
}

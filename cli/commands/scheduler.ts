/** `suanlink scheduler`: runs a scheduler in the foreground until SIGTERM or SIGINT. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SuanlinkError } from '../../proto/codes.ts';
import { createLog } from '../log.ts';
import { exitCodes } from '../exit-codes.ts';
import type { MetricsListener, MetricsSource } from '../metrics-listener.ts';
import { noteUrl } from '../local-scheduler.ts';
import { defaultStateDir } from '../scheduler-paths.ts';
import { serveBackups } from './scheduler-backup.ts';
import { type ServiceManager, serviceManager } from '../service-manager.ts';
import { asError, describe, say } from '../terminal.ts';
import { parseDuration } from '../../proto/duration.ts';
import { parseBytes, parseInteger } from '../units.ts';
import { version } from '../version.ts';

/** Options of `scheduler`. */
export interface SchedulerOptions {
  listen: string;
  metricsListen?: string;
  stateDir?: string;
  tls: string;
  hostname?: string[];
  publicUrl?: string;
  org: string;
  logFormat: 'text' | 'json';
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  ttl?: string;
  heartbeat?: string;
  logAge?: string;
  logSize?: string;
  massLossNodes?: string;
  massLossShare?: string;
  massLossHold?: string;
  preemptNotice?: string;
  reclaimNotice?: string;
  idleBelow?: string;
  idleAfter?: string;
  idleNotice?: string;
}

/** A count from `min` to `max`; the message names the option. */
function bounded(option: string, text: string, min: number, max: number): number {
  const value = parseInteger(text);
  if (value >= min && value <= max) return value;
  throw new SuanlinkError('invalid_argument', `--${option}: ${text} is not from ${min} to ${max}`);
}

/** What the operator chose of the core's options. */
function coreOptions(options: SchedulerOptions) {
  const { ttl, heartbeat, logAge, logSize, massLossNodes, massLossShare, massLossHold } = options;
  return {
    ...(ttl === undefined ? {} : { ttlMs: parseDuration(ttl) }),
    ...(heartbeat === undefined ? {} : { heartbeatMs: parseDuration(heartbeat) }),
    logRetention: {
      ...(logAge === undefined ? {} : { ageMs: parseDuration(logAge) }),
      ...(logSize === undefined ? {} : { totalBytes: parseBytes(logSize) }),
    },
    massLoss: {
      ...(massLossNodes === undefined ? {} : { minNodes: bounded('mass-loss-nodes', massLossNodes, 1, 1e9) }),
      ...(massLossShare === undefined ? {} : { sharePct: bounded('mass-loss-share', massLossShare, 1, 100) }),
      ...(massLossHold === undefined ? {} : { holdMs: parseDuration(massLossHold) }),
    },
  };
}

/** What the operator chose of how access is shared. */
function fairOptions(options: SchedulerOptions) {
  const { preemptNotice, reclaimNotice, idleBelow, idleAfter, idleNotice } = options;
  return {
    ...(preemptNotice === undefined ? {} : { preemptNoticeMs: parseDuration(preemptNotice) }),
    ...(reclaimNotice === undefined ? {} : { reclaimNoticeMs: parseDuration(reclaimNotice) }),
    idle: {
      ...(idleBelow === undefined ? {} : { belowPct: bounded('idle-below', idleBelow, 1, 100) }),
      ...(idleAfter === undefined ? {} : { afterMs: idleAfter === 'never' ? 0 : parseDuration(idleAfter) }),
      ...(idleNotice === undefined ? {} : { noticeMs: parseDuration(idleNotice) }),
    },
  };
}

const clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  at(atMs: number, run: () => void) {
    const timer = setTimeout(run, Math.min(Math.max(0, atMs - performance.now()), 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

/** Runs it; 0 after a signal, otherwise the exit code of the failure. */
export async function schedulerCommand(options: SchedulerOptions): Promise<number> {
  if (options.tls !== 'on' && options.tls !== 'off')
    throw new SuanlinkError('invalid_argument', `--tls is on or off, not ${JSON.stringify(options.tls)}`);
  const { startScheduler } = await import('../../scheduler/server.ts');
  const over = Promise.withResolvers<number>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => over.resolve(exitCodes.ok));
  const manager = serviceManager(process.env);
  const stateDir = options.stateDir ?? defaultStateDir();
  const log = createLog(options.logFormat, options.logLevel);
  const scheduler = await startScheduler({
    stateDir,
    listen: options.listen,
    tls: options.tls,
    org: options.org,
    version: version(),
    clock,
    log,
    onFatal(error) {
      say(`suanlink scheduler: ${describe(error)}`);
      over.resolve(exitCodes.failure);
    },
    ...(options.hostname === undefined ? {} : { hostnames: options.hostname }),
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    core: { ...coreOptions(options), fair: fairOptions(options) },
  });
  if (options.logFormat === 'text') for (const line of greeting(scheduler)) say(line);
  const { metricsListen } = options;
  const metrics = metricsListen === undefined ? undefined : await serveMetricsOf(scheduler, metricsListen);
  if (metrics) log.info('metrics_served', { port: metrics.port });
  noteUrl(stateDir, scheduler.url);
  manager.ready(`serves ${scheduler.url}`);
  const stopWatching = watch(manager, scheduler.url);
  const stopBackups = serveBackups(stateDir, (to) => scheduler.backup(to));
  const code = await over.promise;
  manager.stopping();
  stopWatching();
  stopBackups();
  await metrics?.close();
  const closed = scheduler.close().catch((caught: unknown) => {
    say(`suanlink scheduler: ${describe(asError(caught, 'closing'))}`);
  });
  await Promise.race([closed, late()]);
  return code;
}

/** How long ending may take: what was promised is on the disk, so a step that hangs is left behind. */
const endMs = 15_000;

/** Says so when ending takes too long. */
async function late(): Promise<void> {
  await sleep(endMs, undefined, { ref: false });
  say(`suanlink scheduler: it did not end within ${endMs / 1000} s and is ended hard; nothing is lost`);
}

/** Serves its metrics; one that cannot be served ends the scheduler before anybody relies on it. */
async function serveMetricsOf(
  scheduler: MetricsSource & { close(): Promise<void> },
  address: string,
): Promise<MetricsListener> {
  try {
    const { serveMetrics } = await import('../metrics-listener.ts');
    return await serveMetrics(address, scheduler);
  } catch (caught) {
    await scheduler.close();
    throw caught;
  }
}

/** Whether the scheduler takes connections where it says it listens. */
function accepts(url: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { hostname: host, port } = url.startsWith('unix:') ? { hostname: '', port: '' } : new URL(url);
  const socket = connect(
    port === ''
      ? { path: url.slice('unix:'.length) }
      : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) },
  );
  socket.setTimeout(5_000, () => resolve(false));
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** Tells the service manager three times within its patience that connections are taken; the result ends that. */
function watch({ watchdogMs, alive }: ServiceManager, url: string): () => void {
  if (watchdogMs === undefined) return () => {};
  const timer = setInterval(() => {
    void accepts(url).then((well) => {
      if (well) alive();
    });
  }, watchdogMs / 3);
  return () => clearInterval(timer);
}

interface Started {
  url: string;
  caFile: string;
  caHash: string;
  adminTokenFile: string;
  firstStart: boolean;
}

/** What a person needs to know next. */
function greeting({ url, caFile, caHash, adminTokenFile, firstStart }: Started): string[] {
  const trust = caFile === '' ? '' : ` SUANLINK_CA_FILE=${caFile}`;
  return [
    `suanlink scheduler ${version()} at ${url}`,
    ...(caFile === '' ? [] : [`certificate authority: ${caFile} (sha256 ${caHash})`]),
    ...(firstStart
      ? [`first start: the admin token is in ${adminTokenFile}; move it to where you keep secrets`]
      : []),
    'to use it from this machine:',
    `  export SUANLINK_SCHEDULER=${url} SUANLINK_TOKEN_FILE=${adminTokenFile}${trust}`,
    'to enrol a node: make a one-time token here, carry it there, start the agent with it:',
    '  suanlink token create --kind join --org ORG --name NODE > join-token',
    '  suanlink agent --join-token-file join-token',
  ];
}

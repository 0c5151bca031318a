/** `suanlink scheduler`: runs a scheduler in the foreground until SIGTERM or SIGINT. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../log.ts';
import { exitCodes } from '../exit-codes.ts';
import type { MetricsListener, MetricsSource } from '../metrics-listener.ts';
import { noteUrl } from '../local-scheduler.ts';
import { defaultStateDir } from '../scheduler-paths.ts';
import { serveBackups } from './scheduler-backup.ts';
import { type ServiceManager, serviceManager } from '../service-manager.ts';
import { asError, describe, say } from '../terminal.ts';
import { version } from '../version.ts';

/** Options of `scheduler`; what they say wins over environment and files. */
export interface SchedulerOptions {
  config?: string;
  listen?: string;
  metricsListen?: string;
  stateDir?: string;
  tls?: string;
  hostname?: string[];
  publicUrl?: string;
  org?: string;
  logFormat?: string;
  logLevel?: string;
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

/** The options by the names of the settings. */
function settingsOf({ hostname, ...options }: SchedulerOptions): Record<string, string | string[]> {
  const { config: _file, stateDir: _place, ...settings } = options;
  const named = Object.entries(settings).map(([option, said]): [string, string] => [
    option.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    said,
  ]);
  return { ...Object.fromEntries(named), ...(hostname && { hostnames: hostname }) };
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
  const [{ startScheduler }, { loadConfig }, { coreOptions }, { reload }] = await Promise.all([
    import('../../scheduler/server.ts'),
    import('../../scheduler/config-files.ts'),
    import('../../scheduler/configured.ts'),
    import('../../scheduler/reload.ts'),
  ]);
  const sources = { file: options.config, env: process.env, options: settingsOf(options) };
  const { config } = loadConfig(sources);
  const over = Promise.withResolvers<number>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => over.resolve(exitCodes.ok));
  const reloads = hangUps();
  const manager = serviceManager(process.env);
  const stateDir = options.stateDir ?? defaultStateDir();
  let level = config.log_level;
  const log = createLog(config.log_format, () => level);
  const scheduler = await startScheduler({
    stateDir,
    listen: config.listen,
    tls: config.tls,
    org: config.org,
    hostnames: config.hostnames,
    publicUrl: config.public_url,
    version: version(),
    clock,
    log,
    core: coreOptions(config),
    onFatal(error) {
      say(`suanlink scheduler: ${describe(error)}`);
      over.resolve(exitCodes.failure);
    },
  });
  if (config.log_format === 'text') for (const line of greeting(scheduler)) say(line);
  const { metrics_listen: metricsListen } = config;
  const metrics = metricsListen === '' ? undefined : await serveMetricsOf(scheduler, metricsListen);
  if (metrics) log.info('metrics_served', { port: metrics.port });
  noteUrl(stateDir, scheduler.url);
  const status = `serves ${scheduler.url}`;
  manager.ready(status);
  let inForce = config;
  const apply = (now: typeof config): void => {
    level = now.log_level;
    scheduler.configure(coreOptions(now));
  };
  reloads.obey(() => {
    manager.reloading();
    inForce = reload({ load: () => loadConfig(sources), apply, log }, inForce);
    manager.ready(status);
  });
  const stopWatching = watch(manager, scheduler.url);
  const stopBackups = serveBackups(stateDir, (to) => scheduler.backup(to));
  const code = await over.promise;
  manager.stopping();
  reloads.stop();
  stopWatching();
  stopBackups();
  await metrics?.close();
  await Promise.race([closed(scheduler), late()]);
  return code;
}

/** Closes it, whatever happens. */
async function closed(scheduler: { close(): Promise<void> }): Promise<void> {
  try {
    await scheduler.close();
  } catch (caught) {
    say(`suanlink scheduler: ${describe(asError(caught, 'closing'))}`);
  }
}

/** Takes SIGHUP from now on; what comes before `obey` is done then. */
function hangUps(): { obey(again: () => void): void; stop(): void } {
  let obeyed: (() => void) | undefined;
  let isDue = false;
  const hangUp = (): void => {
    if (obeyed) obeyed();
    else isDue = true;
  };
  process.on('SIGHUP', hangUp);
  return {
    obey(again) {
      obeyed = again;
      if (isDue) again();
    },
    stop: () => void process.off('SIGHUP', hangUp),
  };
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

/**
 * The agent as a process (edge): options and configuration → parts → system; signals; the exit code.
 *
 * Start order matters: the lock before anything that writes, the identity before the journal, the engine before the
 * link. What signals do is in `signals.ts`.
 */
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { SuanlinkError } from '../proto/codes.ts';
import { parseDuration } from '../proto/duration.ts';
import type { Family } from '../proto/exposition.ts';
import { decodeJoinToken } from '../proto/join-token.ts';
import { fetchPinned } from '../proto/pinned.ts';
import { type Proxy, proxyFor } from '../proto/proxy.ts';
import type { Loaded } from '../proto/settings-files.ts';
import type { Log } from './base/log.ts';
import { createLog, describe } from './base/real/json-log.ts';
import { systemClock } from './base/real/system-clock.ts';
import { type AgentConfig, sharingPolicy } from './config.ts';
import { defaultConfigFile, loadConfig } from './config-files.ts';
import { openFiles } from './lease/journal-files.ts';
import { openJournal } from './lease/journal-log.ts';
import type { Journal } from './lease/journal.ts';
import { enrol } from './link/enrol.ts';
import { type Enrolment, loadEnrolment, loadKey, type NodeKey, saveEnrolment } from './link/identity.ts';
import type { Dial } from './link/transport.ts';
import { dialWebSocket } from './link/ws.ts';
import { agentMetrics, unready } from './local/metrics.ts';
import { keepLast, readRecent } from './local/saved.ts';
import { serveLocal } from './local/server.ts';
import { readBootId, takeLock } from './lock.ts';
import { createWatcher } from './probe/watcher.ts';
import { createHostUse, readHost } from './probe/host.ts';
import { compareInside } from './probe/inside.ts';
import { createKernelLog } from './probe/kmsg.ts';
import { probes, toolFolders } from './probe/registry.ts';
import { createTools } from './probe/tools.ts';
import { createCgroups } from './runtime/cgroup.ts';
import { listCdi, listDeviceNodes } from './runtime/devices.ts';
import { sandboxLabels } from './runtime/sandbox.ts';
import { openRuntime } from './runtime/engine/find.ts';
import { readOwnLimits } from './runtime/engine/own-limits.ts';
import type { EngineInfo } from './runtime/runtime.ts';
import { createGuard } from './runtime/guard-process.ts';
import type { Agent } from './parts.ts';
import { obeySignals, type ServiceManager } from './signals.ts';
import { startAgent } from './system.ts';
import { watch } from './watchdog.ts';
import type { OfferingParts } from './capacity/offering.ts';

/** Command-line options of `suanlink agent`; they win over the configuration file. */
export interface AgentOptions {
  joinTokenFile?: string;
  stateDir?: string;
  config?: string;
  engine?: string;
  name?: string;
  socket?: string;
  toolPath?: string[];
  logFormat?: 'text' | 'json';
  logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /** The tools on the tool path are stand-ins; said on every card. */
  simulated?: boolean;
  version: string;
  /** How this program is started again. */
  self: readonly string[];
  manager: ServiceManager;
  /** Serves metrics at an address of the configuration's. */
  serveMetrics: (address: string, source: MetricsSource) => Promise<{ close(): Promise<void> }>;
}

/** What is served there. */
export interface MetricsSource {
  metrics(): Family[];
  /** '' when work can come to this node, else why not. */
  unready(): string;
}

/** Where state, socket and configuration are by default: the system's places for root, the user's own otherwise. */
function defaultPaths(): { stateDir: string; socket: string } {
  if (process.getuid?.() === 0) {
    return {
      stateDir: '/var/lib/suanlink/agent',
      socket: '/run/suanlink/agent.sock',
    };
  }
  const state = process.env.XDG_STATE_HOME ?? join(homedir(), '.local/state');
  const runtime = process.env.XDG_RUNTIME_DIR ?? join(state, 'suanlink/run');
  return {
    stateDir: join(state, 'suanlink/agent'),
    socket: join(runtime, 'suanlink/agent.sock'),
  };
}

/** Where a join token may lie when no option names it: systemd's credentials, then beside the configuration. */
function joinTokenFiles(): string[] {
  const credentials = process.env.CREDENTIALS_DIRECTORY;
  return [
    ...(credentials ? [join(credentials, 'join-token')] : []),
    join(dirname(defaultConfigFile()), 'join-token'),
  ];
}

function websocketUrl(schedulerUrl: string): string {
  return `${schedulerUrl.replace(/^http/, 'ws').replace(/\/$/, '')}/v1/agent`;
}

/** The proxy on the way to a scheduler, by configuration and environment. */
type ProxyTo = (scheduler: string) => Proxy | undefined;

/** The node's enrolment, made now from the join token when there is none. */
async function enrolment(
  stateDir: string,
  key: NodeKey,
  nodeName: string,
  options: AgentOptions,
  { log, proxyTo }: { log: Log; proxyTo: ProxyTo },
): Promise<Enrolment> {
  const known = loadEnrolment(stateDir);
  if (known) return known;
  const tokenFile = options.joinTokenFile ?? joinTokenFiles().find((path) => existsSync(path));
  if (tokenFile === undefined) {
    throw new SuanlinkError(
      'unauthenticated',
      'this node is not enrolled: get a join token (suanlink token create --kind join) and start with --join-token-file FILE',
    );
  }
  const token = decodeJoinToken(readFileSync(tokenFile, 'utf8').trim());
  const url = new URL(token.url);
  const loopback = /^(127\.|localhost$|\[::1\]$)/.test(url.hostname);
  if (url.protocol !== 'https:' && !loopback)
    throw new SuanlinkError(
      'config_invalid',
      `the join token names ${token.url}: without TLS only loopback is allowed`,
    );
  const proxy = proxyTo(token.url);
  log.info('enrolling', { scheduler: token.url, ...(proxy && { proxy: proxy.name }) });
  const caPem = url.protocol === 'https:' ? await fetchPinned(url, token.caHash, proxy) : '';
  const { nodeId, org } = await enrol(dialWebSocket(websocketUrl(token.url), caPem, proxy), {
    tokenId: token.tokenId,
    tokenSecret: token.secret,
    nodeName,
    key,
  });
  const made: Enrolment = { nodeId, org, schedulerUrl: token.url, caPem };
  saveEnrolment(stateDir, made);
  log.info('enrolled', { node: nodeId, org });
  return made;
}

/** Dials the scheduler that the node is enrolled with. */
function dialFor({ schedulerUrl, caPem }: Enrolment, proxyTo: ProxyTo): Dial {
  return dialWebSocket(websocketUrl(schedulerUrl), caPem, proxyTo(schedulerUrl));
}

/** How long ending may take. What matters is on the disk before it is promised, so a step that hangs is left behind. */
const endMs = 10_000;

/** What is opened at the start, to be closed in reverse. */
class Opened {
  readonly #undo: { what: string; close: () => Promise<void> | void }[] = [];

  add(what: string, close: () => Promise<void> | void): void {
    this.#undo.push({ what, close });
  }

  async close(log: Log): Promise<void> {
    let current = '';
    const steps = async (): Promise<void> => {
      for (const { what, close } of this.#undo.splice(0).reverse()) {
        current = what;
        await close();
      }
    };
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      log.warn('ended_hard', { step: current, what: `it did not end within ${endMs / 1000} s` });
      resolve();
    }, endMs);
    await Promise.race([steps(), late]);
    clearTimeout(timer);
  }
}

/** What this node offers: the watcher over the vendors' tools, the host's facts, the owner's policy. */
async function offeringParts(
  options: AgentOptions,
  config: AgentConfig,
  facts: { stateDir: string; bootId: string; engine: EngineInfo; log: Log },
): Promise<OfferingParts> {
  const toolPath = [...(options.toolPath ?? []), ...config.tool_path];
  const tools = createTools({ toolPath, vendorPath: toolFolders });
  const { bootId, engine, log, stateDir } = facts;
  const { region, sample_interval_ms: intervalMs } = config;
  const labels = { ...config.labels, ...sandboxLabels(engine.runtimes) };
  // Read by a short-lived process of this program: the library that knows would stay in memory for ever.
  const factsCommand = [...options.self, 'internal-host-facts'];
  const engineName = `${engine.engine} ${engine.version}`;
  const host = await readHost({ stateDir, factsCommand, labels, region, engine: engineName });
  return {
    watcher: createWatcher({
      probes,
      tools,
      clock: systemClock,
      log,
      bootId,
      intervalMs,
      kernelLog: createKernelLog(systemClock),
    }),
    host: { ...host, memoryBytes: Math.max(0, host.memoryBytes - config.reserve_memory_bytes) },
    hostUse: createHostUse(systemClock),
    insideVerdict(vendor, leased, [program = '', ...args], text) {
      const probe = probes.find((known) => known.vendor === vendor);
      if (!probe) throw new SuanlinkError('internal', `no probe for ${vendor}`);
      return compareInside(leased, probe.parse(program, args.join(' '), text));
    },
    lookForGrants() {
      // Stand-in cards have no device nodes; their jobs run without devices, and the cards say that they are simulated.
      if (options.simulated) return () => ({ nodes: [], mounts: [], env: {} });
      const cdiNodes = engine.cdi ? listCdi() : {};
      const host = {
        nodes: listDeviceNodes(),
        cdi: Object.keys(cdiNodes),
        cdiNodes,
        runtimes: engine.runtimes,
      };
      return (vendor, leased, others) => {
        const probe = probes.find((known) => known.vendor === vendor);
        if (!probe) throw new SuanlinkError('internal', `no probe for ${vendor}`);
        return probe.grant(leased, { ...host, others, exists: existsSync });
      };
    },
    policy: sharingPolicy(config, () => Temporal.Now.timeZoneId()),
    simulated: options.simulated === true,
  };
}

/** The journal in the state directory; what an earlier release kept in SQLite is taken over first. */
async function openAgentJournal(stateDir: string): Promise<Journal> {
  const old = join(stateDir, 'journal.db');
  const files = await openFiles(join(stateDir, 'journal'));
  const journal = await openJournal(files, systemClock, async () => {
    if (!existsSync(old)) return [];
    const { readSqliteJournal } = await import('./lease/journal-import.ts');
    return readSqliteJournal(old);
  });
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${old}${suffix}`, { force: true });
  return journal;
}

/** Serves metrics where the configuration wants them; jobs do not wait for a port that is taken. */
async function openMetrics(
  { serveMetrics }: AgentOptions,
  at: string,
  { port }: Agent,
  opened: Opened,
  log: Log,
): Promise<void> {
  if (at === '') return;
  const source = { metrics: () => agentMetrics(port.status()), unready: () => unready(port.status()) };
  try {
    const metrics = await serveMetrics(at, source);
    opened.add('the metrics', () => metrics.close());
  } catch (error) {
    log.error('metrics_not_served', { at, error });
  }
}

/** Builds everything and starts; what was opened is noted in `opened`, also when this fails half-way. */
async function start(
  options: AgentOptions,
  config: AgentConfig,
  log: Log,
  opened: Opened,
  onBroken: (error: Error) => void,
): Promise<{ agent: Agent; socket: string }> {
  const paths = defaultPaths();
  const stateDir = options.stateDir ?? paths.stateDir;
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const lock = takeLock(stateDir);
  opened.add('the lock', () => lock.release());
  const nodeName = options.name ?? (config.name || hostname());
  const key = loadKey(stateDir);
  const proxyTo: ProxyTo = (scheduler) => proxyFor(scheduler, config.proxy, process.env);
  const enrolled = await enrolment(stateDir, key, nodeName, options, { log, proxyTo });
  const { runtime, description, close } = await openRuntime({
    preferred: options.engine ?? config.engine,
    stateDir,
    log,
  });
  opened.add('the engine', close);
  const engine = await runtime.info();
  const bootId = readBootId();
  const socket = options.socket ?? paths.socket;
  const recent = readRecent(socket);
  const agent = await startAgent({
    clock: systemClock,
    log,
    version: options.version,
    bootId,
    nodeName,
    key,
    enrolment: enrolled,
    dial: dialFor(enrolled, proxyTo),
    journal: await openAgentJournal(stateDir),
    runtime,
    engine,
    engineDescription: description,
    limits: readOwnLimits(),
    outboxBytes: config.outbox_bytes,
    images: {
      reserveBytes: config.reserve_disk_bytes,
      keepMs: config.image_keep === '' ? 0 : parseDuration(config.image_keep),
    },
    reclaimNoticeMs: config.reclaim_notice_ms,
    counters: createCgroups(engine),
    offering: await offeringParts(options, config, { stateDir, bootId, engine, log }),
    ...(recent && { recent }),
    serve: async (port) => keepLast(socket, port, await serveLocal(socket, port), log),
    guard: createGuard({ path: `${socket.replace(/\.sock$/, '')}.guard`, bootId, clock: systemClock, log }),
    random: () => randomInt(2 ** 32) / 2 ** 32,
    onBroken,
  });
  opened.add('the agent', () => agent.stop());
  await openMetrics(options, config.metrics_listen, agent, opened, log);
  log.info('agent_started', { node: enrolled.nodeId, engine: description, state_dir: stateDir });
  return { agent, socket };
}

/** Runs the agent until a signal; the exit code: 0 after a signal, 1 after a failure, 78 for a configuration that a
 * restart cannot mend. */
export async function runAgent(options: AgentOptions): Promise<number> {
  const { promise: over, resolve } = Promise.withResolvers<number>();
  const opened = new Opened();
  const { manager, logLevel } = options;
  let level = logLevel ?? 'info';
  const log = createLog(options.logFormat ?? 'text', () => level);
  try {
    const load = (): Loaded<AgentConfig> => loadConfig(options.config);
    const loaded = load();
    level = logLevel ?? loaded.config.log_level;
    const onBroken = (error: Error): void => {
      log.error('stopping_for_safety', { error });
      resolve(1);
    };
    const { agent, socket } = await start(options, loaded.config, log, opened, onBroken);
    const { watchdogMs, alive } = manager;
    if (watchdogMs !== undefined)
      opened.add('the watchdog', watch({ socket, watchdogMs, alive, clock: systemClock, log }));
    const setLevel = (to: typeof level): void => void (level = to);
    opened.add(
      'signals',
      obeySignals({
        ...{ agent, log, manager, loaded, load, setLevel, fixedLevel: logLevel },
        end: () => resolve(0),
      }),
    );
    return await over;
  } catch (caught) {
    const error = SuanlinkError.from(caught, 'internal', 'starting the agent');
    process.stderr.write(`suanlink agent: ${describe(error)}\n`);
    return error.code === 'config_invalid' ||
      error.code === 'join_token_used' ||
      error.code === 'unauthenticated'
      ? 78
      : 1;
  } finally {
    await opened.close(log);
  }
}

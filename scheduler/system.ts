/** Wires the scheduler's core together (edge): only constructs, connects, starts and stops. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { assertNever, SuanlinkError } from '../proto/codes.ts';
import type { Family } from '../proto/exposition.ts';
import type { Control, Steering, TokenLookup } from './control.ts';
import { CoreControl } from './core-control.ts';
import { CoreSteering } from './core-steering.ts';
import { Driver } from './driver.ts';
import { defaultMassLoss, type MassLossOptions } from './fleet/mass-loss.ts';
import { defaultTimes } from './lease/lease.ts';
import { schedulerMetrics, unready } from './measure.ts';
import { createPool } from './pool.ts';
import type { Effect } from './pool/commands.ts';
import type { PoolOptions, PoolState } from './pool/state.ts';
import type { Clock, Log, Random } from './ports.ts';
import { type RetentionParts, startRetention } from './retention.ts';
import { sessionPorts } from './session-ports.ts';
import { defaultFair, type FairOptions } from './queue/shares.ts';
import type { Verify } from './session/proofs.ts';
import { SessionServer } from './session/server.ts';
import type { AgentSocket } from './session/socket.ts';
import { type Commits, countCommits } from './store/counted.ts';
import { type Disk, openDisk } from './store/disk.ts';
import { openLogFiles } from './store/log-files.ts';
import type { Logs } from './store/logs.ts';
import { defaultRetention, type RetentionRules } from './store/retention.ts';
import type { Snapshot, Store } from './store/store.ts';
import { verifyBeside } from './store/verify.ts';
import { defaultTariff, type Tariff } from './usage/tariff.ts';
import { Bells } from './watch.ts';

/** What the operator may choose; durations in ms. */
export interface CoreOptions {
  ttlMs?: number;
  marginMs?: number;
  heartbeatMs?: number;
  offerValidMs?: number;
  tariff?: Tariff;
  /** How long logs of ended leases are kept. */
  logRetention?: Partial<RetentionRules>;
  /** When granting is stopped because many nodes vanished at once. */
  massLoss?: Partial<MassLossOptions>;
  /** How access is shared; docs/fairness.md. */
  fair?: Partial<Omit<FairOptions, 'idle'>> & { idle?: Partial<FairOptions['idle']> };
  /** Ended jobs kept in memory; older ones are found on the disk. Default 2,000. */
  keepEnded?: number;
  /** Jobs waiting or running at most. Default 100,000. */
  maxOpenJobs?: number;
}

/** What the core is made of. */
export interface CoreParts {
  /** Made if missing; one process at a time. */
  stateDir: string;
  clock: Clock;
  random: Random;
  log: Log;
  options?: CoreOptions;
  /** State can no longer be written: everything has been closed, and the process should end. */
  onFatal: (error: SuanlinkError) => void;
  /** Instead of SQLite in `stateDir`. */
  store?: Store;
  /** Instead of files in `stateDir`. */
  logs?: Logs;
  /** Instead of computing beside the main thread. */
  verify?: Verify;
}

/** A running core. */
export interface Core {
  control: Control;
  steering: Steering;
  tokens: TokenLookup;
  /** Made once per state directory; part of what agents sign. */
  schedulerId: string;
  /** How many leases have ever been granted. */
  granted(): number;
  /** For the upgrade event of an HTTP(S) server, when the path is the agents'. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Serves an agent on a connection that stands already. */
  accept(socket: AgentSocket): void;
  /** Copies the state, but for logs, to the folder `to`; `invalid_argument` with a store that cannot. */
  backup(to: string): Promise<void>;
  /** Puts what can be changed of the options into force: mass loss, how access is shared, how long logs are kept. */
  configure(options: CoreOptions): void;
  /** What it counts; `version` is the release that runs. */
  metrics(version: string): Family[];
  /** '' while work can come in, else why not. */
  unready(): string;
  close(): Promise<void>;
}

interface State extends Partial<Omit<Disk, 'store' | 'logs'>> {
  store: Store;
  logs: Logs;
  commits: Commits;
  snapshot: Snapshot;
}

function poolOptions(options: CoreOptions): PoolOptions {
  return {
    times: {
      ttlMs: options.ttlMs ?? defaultTimes.ttlMs,
      marginMs: options.marginMs ?? defaultTimes.marginMs,
      offerValidMs: options.offerValidMs ?? defaultTimes.offerValidMs,
    },
    heartbeatMs: options.heartbeatMs ?? 10_000,
    tariff: options.tariff ?? defaultTariff,
    massLoss: { ...defaultMassLoss, ...options.massLoss },
    fair: { ...defaultFair, ...options.fair, idle: { ...defaultFair.idle, ...options.fair?.idle } },
    keepEnded: options.keepEnded ?? 2_000,
    maxOpenJobs: options.maxOpenJobs ?? 100_000,
  };
}

async function openParts({
  stateDir,
  random,
  store,
  logs,
}: CoreParts): Promise<Omit<State, 'snapshot' | 'commits'>> {
  if (store) return { store, logs: logs ?? (await openLogFiles(stateDir)) };
  const disk = await openDisk({ stateDir, schedulerId: Buffer.from(random(16)).toString('hex') });
  return { ...disk, ...(logs ? { logs } : {}) };
}

async function openState(parts: CoreParts, keepEnded: number): Promise<State> {
  const disk = await openParts(parts);
  try {
    return {
      ...disk,
      ...countCommits(disk.store, () => parts.clock.now()),
      snapshot: await disk.store.load(keepEnded),
    };
  } catch (caught) {
    await disk.logs.close();
    await disk.store.close();
    throw caught;
  }
}

interface Doers {
  server: SessionServer;
  logs: Logs;
  bells: Bells;
  log: Log;
}

/** Does what the pool has decided and the store has kept. */
function carryOut(effect: Effect, { server, logs, bells, log }: Doers): void {
  switch (effect.kind) {
    case 'send':
      return server.send(effect.connection, effect.message);
    case 'ack':
      return server.acknowledge(effect.connection, effect.seq);
    case 'refuse':
      return server.refuse(effect.connection, effect.code, effect.message);
    case 'hang_up':
      return server.hangUp(effect.connection);
    case 'log_over':
      return logs.release(effect.leaseId);
    case 'remove_log':
      // On record already: one that cannot be removed now is found again by the next look.
      return void logs
        .remove(effect.leaseId)
        .catch((error: unknown) => log.error('log_not_removed', { error }));
    case 'alert': {
      const isMild = ['mass_loss_over', 'granting_resumed', 'lease_idle'].includes(effect.event);
      return isMild ? log.warn(effect.event, effect.fields) : log.error(effect.event, effect.fields);
    }
    case 'job':
      return bells.ring(effect.jobId);
    default:
      return assertNever(effect);
  }
}

async function cannotBackUp(): Promise<never> {
  throw new SuanlinkError('invalid_argument', 'this store is not backed up by the scheduler');
}

/** What the core tells of itself. */
function measured(
  state: PoolState,
  commits: Commits,
  clock: Clock,
  isDown: () => boolean,
): Pick<Core, 'metrics' | 'unready'> {
  return {
    metrics: (version) => schedulerMetrics(state, commits, version, clock.now()),
    unready: () => (isDown() ? 'it is stopping' : unready(state, commits, clock.now())),
  };
}

/** Removes old logs by rules that may change; without `expired` nothing. */
function keepLogs(
  expired: State['expiredLogs'],
  first: CoreOptions['logRetention'],
  parts: Omit<RetentionParts, 'expired'>,
): { by(rules: CoreOptions['logRetention']): void; stop(): void } {
  let rules = { ...defaultRetention, ...first };
  const stop = expired && startRetention({ ...parts, expired: (now) => expired(rules, now) });
  return {
    by: (changed) => void (rules = { ...defaultRetention, ...changed }),
    stop: () => stop?.(),
  };
}

/** Opens the state in `stateDir` and starts; `state_locked`, `storage_failed`. Agents are served once `upgrade` is fed. */
export async function startCore(parts: CoreParts): Promise<Core> {
  const { clock, random, log } = parts;
  const options = poolOptions(parts.options ?? {});
  const opened = await openState(parts, options.keepEnded);
  const { store, commits, logs, expiredLogs, backup, usageKey, snapshot } = opened;
  const pool = createPool(snapshot, options, clock.now(), Math.round(clock.wall()));
  const bells = new Bells(clock);
  const beside = verifyBeside();
  let isDown = false;

  function onFatal(error: SuanlinkError): void {
    if (isDown) return;
    isDown = true;
    log.error('scheduler_stops', { error });
    server.close();
    bells.end(error);
    parts.onFatal(error);
  }

  const release = (effect: Effect): void => carryOut(effect, { server, logs, bells, log });
  const driver = new Driver({ pool, store, clock, random, release, onFatal });
  const { heartbeatMs } = options;
  const ports = sessionPorts({
    ...{ pool, driver, logs, store, bells, clock, random, heartbeatMs, onFatal },
    verify: parts.verify ?? beside.verify,
  });
  const server = new SessionServer(ports, clock, random, log);
  driver.start();
  const post: RetentionParts['post'] = (command, refused) => driver.post(command, refused);
  const retention = keepLogs(expiredLogs, parts.options?.logRetention, { post, clock, log });
  log.info('scheduler_ready', { jobs: pool.state.jobs.size, nodes: pool.state.nodes.size });
  return {
    control: new CoreControl({ pool, driver, store, logs, bells, clock, random, usageKey }),
    steering: new CoreSteering({ state: pool.state, run: (command) => driver.run(command), clock, random }),
    tokens: { token: (id) => pool.state.tokens.get(id) },
    schedulerId: pool.state.schedulerId,
    granted: () => pool.state.nextEpoch - 1,
    upgrade: (request, socket, head) => server.upgrade(request, socket, head),
    accept: (socket) => server.accept(socket),
    backup: backup ?? cannotBackUp,
    configure(changed) {
      retention.by(changed.logRetention);
      pool.configure(poolOptions(changed));
    },
    ...measured(pool.state, commits, clock, () => isDown),
    async close() {
      isDown = true;
      retention.stop();
      server.close();
      bells.end(new SuanlinkError('unavailable', 'the scheduler is stopping'));
      await driver.stop();
      await beside.close();
      await logs.close();
      await store.close();
    },
  };
}

/** The scheduler's core, put together: only constructs, connects, starts and stops. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { SuanlinkError } from '../proto/codes.ts';
import type { LeaseEnd } from '../proto/messages.ts';
import type { Control, TokenLookup } from './control.ts';
import { createControl } from './core-control.ts';
import { createDriver, type Driver } from './driver.ts';
import { defaultTimes } from './lease/lease.ts';
import { createPool, type Pool } from './pool.ts';
import type { Effect } from './pool/commands.ts';
import type { PoolOptions } from './pool/state.ts';
import type { Clock, Log, Random } from './ports.ts';
import { createInOrder, type InOrder } from './session/in-order.ts';
import { logFault } from './session/log-check.ts';
import { proofs } from './session/proofs.ts';
import { createSessionServer, type Link, type SessionServer } from './session/server.ts';
import { openLogFiles } from './store/log-files.ts';
import type { Logs } from './store/logs.ts';
import { openSqliteStore } from './store/sqlite.ts';
import type { Store } from './store/store.ts';
import { defaultTariff, type Tariff } from './usage/tariff.ts';
import { type Bells, createBells } from './watch.ts';

/** What the operator may choose; durations in ms. */
export interface CoreOptions {
  ttlMs?: number;
  marginMs?: number;
  heartbeatMs?: number;
  offerValidMs?: number;
  tariff?: Tariff;
  /** Ended jobs (and usage records) kept in memory; older ones are on the disk alone. Default 20,000. */
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
}

/** A running core. */
export interface Core {
  control: Control;
  tokens: TokenLookup;
  /** Made once per state directory; part of what agents sign. */
  schedulerId: string;
  /** For the upgrade event of an HTTP(S) server, when the path is the agents'. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
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
    keepEnded: options.keepEnded ?? 20_000,
    maxOpenJobs: options.maxOpenJobs ?? 100_000,
  };
}

interface LineParts {
  pool: Pool;
  driver: Driver;
  logs: Logs;
  bells: Bells;
  onFatal(error: SuanlinkError): void;
}

/** The line of one session's state-bearing messages. */
function createLine(
  { pool, driver, logs, bells, onFatal }: LineParts,
  link: Link,
  failed: (error: SuanlinkError) => void,
): InOrder {
  const connection = link.id;
  const nodeId = link.session.stage === 'open' ? link.session.nodeId : undefined;
  if (!nodeId) throw new SuanlinkError('internal', 'a line needs an open session');
  return createInOrder({
    async append(chunk) {
      const lease = pool.logOf(nodeId, chunk);
      if (!lease) return;
      const stream = chunk.stderr ? 'stderr' : 'stdout';
      await logs.append(lease.leaseId, stream, chunk.offset, chunk.data, chunk.unixMs);
      bells.ring(lease.jobId);
    },
    sync: () =>
      logs.sync().catch((caught: unknown) => {
        // After a failed sync nobody knows what is on the disk: as with a failed commit, start again from what is.
        const error = SuanlinkError.from(caught, 'storage_failed', 'writing logs');
        onFatal(error);
        throw error;
      }),
    checkLog: async (end: LeaseEnd) =>
      pool.logOf(nodeId, end) ? logFault(end, await logs.totals(end.leaseId)) : '',
    deliver: (seq, message, fault) =>
      driver.post({ kind: 'message', connection, nodeId, seq, message, logFault: fault }),
    received: (seq) => driver.post({ kind: 'received', connection, nodeId, seq }),
    pause: (isPaused) => (isPaused ? link.socket.pause() : link.socket.resume()),
    failed,
  });
}

/** Opens the state in `stateDir` and starts; `state_locked`, `storage_failed`. Agents are served once `upgrade` is fed. */
export async function startCore(parts: CoreParts): Promise<Core> {
  const { stateDir, clock, random, log } = parts;
  const options = poolOptions(parts.options ?? {});
  const store = parts.store ?? openSqliteStore(stateDir, Buffer.from(random(16)).toString('hex'));
  const logs = openLogFiles(stateDir);
  const pool = createPool(await store.load(options.keepEnded), options, clock.now());
  const bells = createBells(clock);
  let server: SessionServer | undefined;
  let isDown = false;

  function onFatal(error: SuanlinkError): void {
    if (isDown) return;
    isDown = true;
    log.error('scheduler_stops', { error });
    server?.close();
    parts.onFatal(error);
  }

  function release(effect: Effect): void {
    if (effect.kind !== 'job') {
      server?.release(effect);
      return;
    }
    const leaseId = effect.ended ? pool.state.jobs.get(effect.jobId)?.leaseId : undefined;
    if (leaseId) logs.release(leaseId);
    bells.ring(effect.jobId);
  }

  const driver = createDriver(pool, store, clock, random, { release, onFatal });
  const line = { pool, driver, logs, bells, onFatal };
  server = createSessionServer({
    pool,
    driver,
    proofs,
    clock,
    random,
    log,
    heartbeatMs: options.heartbeatMs,
    createLine: (link, failed) => createLine(line, link, failed),
  });
  driver.start();
  log.info('scheduler_ready', { jobs: pool.state.jobs.size, nodes: pool.state.nodes.size });
  return {
    control: createControl({ pool, driver, store, logs, bells, clock, random }),
    tokens: { token: (id) => pool.state.tokens.get(id) },
    schedulerId: pool.state.schedulerId,
    upgrade: server.upgrade,
    async close() {
      isDown = true;
      server?.close();
      await driver.stop();
      await logs.close();
      await store.close();
    },
  };
}

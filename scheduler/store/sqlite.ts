/**
 * The store on SQLite (edge): WAL with `synchronous=FULL`, so a commit that has returned is on the disk. It blocks its
 * thread; `disk.ts` gives it one of its own.
 *
 * One process owns the file. SQLite's own exclusive lock says so and dies with its holder; the file `owner` beside it
 * only names the holder for the message.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { SuanlinkError } from '../../proto/codes.ts';
import type { JobId, LeaseId } from '../../proto/ids.ts';
import { neverRan } from '../../proto/lease.ts';
import type {
  JobRecord,
  LeaseRecord,
  PauseRecord,
  SignedUsage,
  StoredJob,
  UsageQuery,
  UsageSum,
} from '../records.ts';
import { backupTo } from './backup.ts';
import { schemaVersion, steps } from './schema.ts';
import {
  integer,
  type Row,
  toJob,
  toLease,
  toNode,
  toOrgMonth,
  toSetting,
  toToken,
  toUsage,
  type Value,
} from './sqlite-rows.ts';
import { monthOf, monthStart } from '../month.ts';
import type { Snapshot } from './store.ts';
import { Countersigner, jobUsage, usageOf, usageSums } from './usage-rows.ts';
import { statements, unpack, usageNumber } from './write-rows.ts';

/** Signs what is billed with the scheduler's key. */
export type Sign = (data: Uint8Array) => Uint8Array;

/** Runs the rows of a group, in order. Those that must change a row and do not are stale. */
type Apply = (packed: readonly Value[]) => void;

function prepare(db: DatabaseSync, countersigner: Countersigner | undefined): Apply {
  const prepared = statements.map(({ sql }) => db.prepare(sql));
  return (packed) => {
    const rows = unpack(packed);
    const usage = rows.filter(({ number }) => number === usageNumber);
    const signatures = countersigner?.signAll(usage.map(({ values }) => usageOf(values))) ?? [];
    for (const [i, { values }] of usage.entries()) values.push(signatures[i] ?? null);
    for (const { number, values } of rows) {
      const changes = prepared[number]?.run(...values).changes;
      const called = statements[number]?.mustChange;
      if (called) expectChange(Number(changes), called(values));
    }
  };
}

function expectChange(changes: number, what: string): void {
  if (changes === 0)
    throw new SuanlinkError('stale_epoch', `${what} was changed by another writer; nothing was written`);
}

function constraint(caught: unknown): boolean {
  // SQLITE_CONSTRAINT and its extended codes share the low byte 19.
  return caught instanceof Error && 'errcode' in caught && (Number(caught.errcode) & 0xff) === 19;
}

function commitGroup(db: DatabaseSync, apply: Apply, packed: readonly Value[]): void {
  if (packed.length === 0) return;
  db.exec('BEGIN');
  try {
    apply(packed);
    db.exec('COMMIT');
  } catch (caught) {
    if (db.isTransaction) db.exec('ROLLBACK');
    if (constraint(caught))
      throw SuanlinkError.from(caught, 'conflict', 'a row of the scheduler exists already');
    throw SuanlinkError.from(caught, 'storage_failed', "writing the scheduler's state");
  }
}

function readMeta(db: DatabaseSync, key: string): string | undefined {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined;
  return row?.value;
}

function migrate(db: DatabaseSync, path: string, schedulerId: string): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec('CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
  const version = Number(readMeta(db, 'schema_version') ?? 0);
  if (version > schemaVersion) {
    db.exec('ROLLBACK');
    throw new SuanlinkError(
      'storage_failed',
      `${path} was written by a newer release (schema ${version}, this one knows ${schemaVersion}); install that release or restore a backup`,
    );
  }
  for (const step of steps.slice(version)) db.exec(step);
  const put = db.prepare('INSERT OR IGNORE INTO meta VALUES (?, ?)');
  put.run('schema_version', '0');
  put.run('scheduler_id', schedulerId);
  put.run('next_epoch', '1');
  db.prepare("UPDATE meta SET value = ? WHERE key = 'schema_version'").run(String(schemaVersion));
  db.exec('COMMIT');
}

function locked(caught: unknown): boolean {
  return caught instanceof Error && 'errcode' in caught && (Number(caught.errcode) & 0xff) === 5;
}

function openFile(stateDir: string, schedulerId: string): DatabaseSync {
  const path = join(stateDir, 'scheduler.db');
  const owner = join(stateDir, 'owner');
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(path);
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    // A checkpoint writes each page once, however often it was changed since the last one: 16 MiB of log between two.
    db.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384;');
    migrate(db, path, schedulerId);
    writeFileSync(owner, `${process.pid}\n`);
    return db;
  } catch (caught) {
    db.close();
    if (!locked(caught)) throw caught;
    const pid = readOwner(owner);
    throw new SuanlinkError(
      'state_locked',
      `the scheduler with process id ${pid} is using ${stateDir}; stop it first or choose another --state-dir`,
      { details: { pid }, cause: caught },
    );
  }
}

function readOwner(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || 0;
  } catch {
    // The holder has the lock but has not written its name yet: 0 says "unknown".
    return 0;
  }
}

/** A job's leases that may have run, and its newest, oldest first. */
function jobLeases(db: DatabaseSync): (jobId: string) => LeaseRecord[] {
  const statement = db.prepare(`SELECT * FROM leases WHERE job_id = ?1 AND (
      end_reason IS NULL OR end_reason NOT IN (${neverRan.map((reason) => `'${reason}'`).join(',')})
      OR epoch = (SELECT MAX(epoch) FROM leases WHERE job_id = ?1)
    ) ORDER BY epoch`);
  return (jobId) => (statement.all(jobId) as Row[]).map(toLease);
}

/** Card time of each organisation in its newest month. */
function newestMonths(db: DatabaseSync): Snapshot['months'] {
  const newest = db.prepare('SELECT org, MAX(recorded_ms) AS at FROM usage GROUP BY org').all() as Row[];
  const sum = db.prepare(
    'SELECT COALESCE(SUM(card_ms), 0) AS card_ms FROM usage WHERE org = ? AND recorded_ms >= ?',
  );
  return newest.map((row) => {
    const { org, at } = toOrgMonth(row);
    const month = monthOf(at);
    const used = sum.get(org, monthStart(at)) as Row;
    return { org, month, cardMs: integer(used, 'card_ms') };
  });
}

function load(db: DatabaseSync, keep: number): Snapshot {
  const rows = (sql: string, ...values: Value[]): Row[] => db.prepare(sql).all(...values);
  const ended = rows("SELECT * FROM jobs WHERE state = 'ended' ORDER BY number DESC LIMIT ?", keep + 1);
  const open = rows("SELECT * FROM jobs WHERE state = 'open'");
  const jobs: JobRecord[] = [...open, ...ended.slice(0, keep)].map(toJob);
  jobs.sort((a, b) => a.number - b.number);
  const leasesOf = jobLeases(db);
  const leases = new Map<number, LeaseRecord>();
  for (const job of jobs) for (const lease of leasesOf(job.id)) leases.set(lease.epoch, lease);
  for (const row of rows("SELECT * FROM leases WHERE state <> 'ended'"))
    leases.set(integer(row, 'epoch'), toLease(row));
  const last = rows('SELECT COALESCE(MAX(number), 0) AS last FROM jobs')[0];
  return {
    schedulerId: readMeta(db, 'scheduler_id') ?? '',
    nextEpoch: Number(readMeta(db, 'next_epoch')),
    pause: JSON.parse(readMeta(db, 'pause') ?? 'null') as PauseRecord | null,
    nextNumber: (last ? integer(last, 'last') : 0) + 1,
    tokens: rows('SELECT * FROM tokens').map(toToken),
    nodes: rows('SELECT * FROM nodes').map(toNode),
    jobs,
    leases: [...leases.values()],
    usage: rows('SELECT * FROM usage ORDER BY number DESC LIMIT ?', keep).map(toUsage).reverse(),
    months: newestMonths(db),
    settings: rows('SELECT * FROM settings').map(toSetting),
    more: ended.length > keep,
  };
}

function findJob(db: DatabaseSync, org: string, key: string): StoredJob | undefined {
  const row = db.prepare('SELECT * FROM jobs WHERE org = ? AND idempotency_key = ?').get(org, key) as
    | Row
    | undefined;
  if (!row) return undefined;
  const job = toJob(row);
  const leases = jobLeases(db)(job.id);
  const usageOf = db.prepare('SELECT * FROM usage WHERE lease_id = ? ORDER BY part');
  const usage = leases.flatMap(({ leaseId }) => usageOf.all(leaseId) as Row[]);
  return { job, leases, usage: usage.map(toUsage) };
}

function reading<Found>(find: () => Found): Found {
  try {
    return find();
  } catch (caught) {
    throw SuanlinkError.from(caught, 'storage_failed', "reading the scheduler's state");
  }
}

/** An ended lease, as far as its log is concerned. */
export interface EndOfLease {
  epoch: number;
  endedUnixMs: number;
  isLogRemoved: boolean;
}

function findLease(statement: StatementSync, id: LeaseId): LeaseRecord | undefined {
  const row = statement.get(id) as Row | undefined;
  return row && toLease(row);
}

function findEnd(statement: StatementSync, lease: LeaseId): EndOfLease | undefined {
  const row = statement.get(lease) as Row | undefined;
  return (
    row && {
      epoch: integer(row, 'epoch'),
      endedUnixMs: integer(row, 'ended_ms'),
      isLogRemoved: row['log_removed_ms'] !== null,
    }
  );
}

/** The store's file, open: what `Store` promises, done while the caller waits. */
export interface SqliteFile {
  load(keep: number): Snapshot;
  /** What `pack` made: all or none, on the disk when it returns; `stale_epoch`, `conflict` or `storage_failed`. */
  commit(packed: readonly Value[]): void;
  jobByKey(org: string, key: string): StoredJob | undefined;
  lease(id: LeaseId): LeaseRecord | undefined;
  usageSums(query: UsageQuery): UsageSum[];
  jobUsage(job: JobId): SignedUsage[];
  /** How an ended lease stands; undefined for one that lives or is not known. */
  endOfLease(lease: LeaseId): EndOfLease | undefined;
  /** See `backup.ts`. */
  backup(to: string): Promise<void>;
  close(): void;
}

/** Opens (and makes, or brings forward) `stateDir/scheduler.db`; `schedulerId` is kept when it is made.
 * `state_locked` with the holder's pid, `storage_failed`. */
export function openSqlite(stateDir: string, schedulerId: string, sign?: Sign): SqliteFile {
  let db: DatabaseSync;
  try {
    db = openFile(stateDir, schedulerId);
  } catch (caught) {
    throw SuanlinkError.from(caught, 'storage_failed', `opening the scheduler's state in ${stateDir}`);
  }
  const id = readMeta(db, 'scheduler_id') ?? '';
  const apply = prepare(db, sign && new Countersigner(db, id, sign));
  const leaseOf = db.prepare('SELECT * FROM leases WHERE lease_id = ?');
  const endOf = db.prepare(
    "SELECT epoch, ended_ms, log_removed_ms FROM leases WHERE lease_id = ? AND state = 'ended'",
  );
  return {
    load: (keep) => reading(() => load(db, keep)),
    commit: (packed) => commitGroup(db, apply, packed),
    jobByKey: (org, key) => reading(() => findJob(db, org, key)),
    lease: (lease) => reading(() => findLease(leaseOf, lease)),
    usageSums: (query) => reading(() => usageSums(db, query)),
    jobUsage: (job) => reading(() => jobUsage(db, job)),
    endOfLease: (lease) => reading(() => findEnd(endOf, lease)),
    backup: (to) => backupTo(db, stateDir, to),
    close() {
      if (db.isOpen) db.close();
    },
  };
}

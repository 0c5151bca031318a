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
import type { LeaseRecord, SignedUsage, StoredJob, UsageQuery, UsageRecord, UsageSum } from '../records.ts';
import { backupTo } from './backup.ts';
import type { OrgKey } from './key-filter.ts';
import { schemaVersion, steps } from './schema.ts';
import { integer, type Row, toLease, type Value } from './sqlite-rows.ts';
import { findJob, findJobOfKey, keysAfter, load, olderJobs, readMeta, recentUsage } from './sqlite-reads.ts';
import type { OlderJobs, RecentUsage, Snapshot } from './store.ts';
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
    // A checkpoint writes each page once, however often it was changed since the last one; 4 MiB of log between two hold up commits for some 4 ms, 16 MiB for 15.
    db.exec('PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -16384;');
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
  job(id: JobId): StoredJob | undefined;
  olderJobs(wish: OlderJobs): StoredJob[];
  recentUsage(wish: RecentUsage): UsageRecord[];
  jobByKey(org: string, key: string): StoredJob | undefined;
  keysAfter(from: OrgKey, limit: number): OrgKey[];
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
    job: (job) => reading(() => findJob(db, job)),
    olderJobs: (wish) => reading(() => olderJobs(db, wish)),
    recentUsage: (wish) => reading(() => recentUsage(db, wish)),
    jobByKey: (org, key) => reading(() => findJobOfKey(db, org, key)),
    keysAfter: (from, limit) => reading(() => keysAfter(db, from, limit)),
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

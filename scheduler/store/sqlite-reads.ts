/** Reading the store on SQLite: what a starting scheduler needs, and what memory has forgotten. */
import type { DatabaseSync } from 'node:sqlite';
import type { JobId } from '../../proto/ids.ts';
import { neverRan } from '../../proto/lease.ts';
import { monthOf, monthStart } from '../month.ts';
import type { LeaseRecord, PauseRecord, StoredJob, UsageRecord } from '../records.ts';
import type { OrgKey } from './key-filter.ts';
import {
  firstOfJob,
  integer,
  jobRows,
  type Specs,
  type Row,
  text,
  toCharge,
  toJob,
  toLease,
  toNode,
  toOrgMonth,
  toSetting,
  toToken,
  toUsage,
  type Value,
} from './sqlite-rows.ts';
import { type PastCharge, maxCharges, type OlderJobs, type RecentUsage, type Snapshot } from './store.ts';

/** A value of the store's own; undefined when it was never set. */
export function readMeta(db: DatabaseSync, key: string): string | undefined {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined;
  return row?.value;
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

/** A lease's usage records, oldest first. */
function leaseUsage(db: DatabaseSync): (leaseId: string) => UsageRecord[] {
  const statement = db.prepare('SELECT * FROM usage WHERE lease_id = ? ORDER BY part');
  return (leaseId) => (statement.all(leaseId) as Row[]).map(toUsage);
}

function newestCharges(db: DatabaseSync): PastCharge[] {
  const rows = db
    .prepare(`SELECT u.org, u.model, u.card_ms, u.recorded_ms, j.submitted_by, j.spec, f.spec AS first_spec
      FROM (SELECT * FROM usage ORDER BY number DESC LIMIT ?) u
      LEFT JOIN jobs j ON j.job_id = u.job_id ${firstOfJob}`)
    .all(maxCharges) as Row[];
  const specs: Specs = new Map();
  return rows.map((row) => toCharge(row, specs));
}

/** What a starting scheduler needs; `keep`: how many ended jobs. */
export function load(db: DatabaseSync, keep: number): Snapshot {
  const rows = (sql: string, ...values: Value[]): Row[] => db.prepare(sql).all(...values);
  const ended = rows(`${jobRows} WHERE j.state = 'ended' ORDER BY j.number DESC LIMIT ?`, keep + 1);
  const open = rows(`${jobRows} WHERE j.state = 'open'`);
  const specs: Specs = new Map();
  const jobs = [...open, ...ended.slice(0, keep)].map((row) => toJob(row, specs));
  jobs.sort((a, b) => a.number - b.number);
  const leasesOf = jobLeases(db);
  const leases = new Map<number, LeaseRecord>();
  for (const job of jobs) for (const lease of leasesOf(job.id)) leases.set(lease.epoch, lease);
  for (const row of rows("SELECT * FROM leases WHERE state <> 'ended'"))
    leases.set(integer(row, 'epoch'), toLease(row));
  const last = rows('SELECT COALESCE(MAX(number), 0) AS last FROM jobs')[0];
  const usageOf = leaseUsage(db);
  return {
    schedulerId: readMeta(db, 'scheduler_id') ?? '',
    nextEpoch: Number(readMeta(db, 'next_epoch')),
    pause: JSON.parse(readMeta(db, 'pause') ?? 'null') as PauseRecord | null,
    nextNumber: (last ? integer(last, 'last') : 0) + 1,
    tokens: rows('SELECT * FROM tokens').map(toToken),
    nodes: rows('SELECT * FROM nodes').map(toNode),
    jobs,
    leases: [...leases.values()],
    usage: [...leases.values()].flatMap(({ leaseId }) => usageOf(leaseId)),
    charges: newestCharges(db),
    months: newestMonths(db),
    settings: rows('SELECT * FROM settings').map(toSetting),
    forgottenTo: ended.length > keep ? integer(ended.at(-1) ?? {}, 'number') : 0,
  };
}

/** Makes a stored job of its row. */
function whole(db: DatabaseSync): (row: Row) => StoredJob {
  const [leasesOf, usageOf] = [jobLeases(db), leaseUsage(db)];
  const specs: Specs = new Map();
  return (row) => {
    const job = toJob(row, specs);
    const leases = leasesOf(job.id);
    return { job, leases, usage: leases.flatMap(({ leaseId }) => usageOf(leaseId)) };
  };
}

/** See `Store`. */
export function findJob(db: DatabaseSync, id: JobId): StoredJob | undefined {
  const row = db.prepare(`${jobRows} WHERE j.job_id = ?`).get(id) as Row | undefined;
  return row && whole(db)(row);
}

/** See `Store`. */
export function findJobOfKey(db: DatabaseSync, org: string, key: string): StoredJob | undefined {
  const found = db.prepare(`${jobRows} WHERE j.org = ? AND j.idempotency_key = ?`).get(org, key);
  return found && whole(db)(found);
}

/** Up to `limit` idempotency keys after `from`, by organisation and key. */
export function keysAfter(db: DatabaseSync, from: OrgKey, limit: number): OrgKey[] {
  const sql = `SELECT org, idempotency_key FROM jobs INDEXED BY jobs_by_key
    WHERE idempotency_key IS NOT NULL AND (org, idempotency_key) > (?, ?) ORDER BY org, idempotency_key LIMIT ?`;
  const rows = db.prepare(sql).all(...from, limit) as Row[];
  return rows.map((row) => [text(row, 'org'), text(row, 'idempotency_key')]);
}

/** Rows of `org` only, unless it is null. */
function onlyOf(org: string | null, column: string): { where: string; values: Value[] } {
  return org === null ? { where: '', values: [] } : { where: `${column} = ? AND`, values: [org] };
}

/** See `Store`. */
export function olderJobs(db: DatabaseSync, { org, upTo, limit }: OlderJobs): StoredJob[] {
  const { where, values } = onlyOf(org, 'j.org');
  const sql = `${jobRows} WHERE ${where} j.state = 'ended' AND j.number <= ? ORDER BY j.number DESC LIMIT ?`;
  return (db.prepare(sql).all(...values, upTo, limit) as Row[]).map(whole(db));
}

/** See `Store`. */
export function recentUsage(db: DatabaseSync, { org, sinceUnixMs, limit }: RecentUsage): UsageRecord[] {
  const { where, values } = onlyOf(org, 'org');
  const sql = `SELECT * FROM usage WHERE ${where} recorded_ms >= ? ORDER BY recorded_ms DESC, number DESC LIMIT ?`;
  return (db.prepare(sql).all(...values, sinceUnixMs, limit) as Row[]).map(toUsage);
}

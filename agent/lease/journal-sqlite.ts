/**
 * The journal in SQLite (edge): WAL, `synchronous=FULL`, so that a resolved commit survives loss of power. Commits of
 * one turn of the event loop share a transaction and one fsync.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { assertNever, SuanlinkError } from '../../proto/codes.ts';
import { type Journal, type JournalState, type JournalWrite, leaseName } from './journal.ts';
import type { Lease } from './lease.ts';

const schemaVersion = 1;

const schema = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE lease (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE taken (name TEXT PRIMARY KEY, stdout INTEGER NOT NULL, stderr INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE outbox (seq INTEGER PRIMARY KEY, frame BLOB NOT NULL);
  INSERT INTO meta VALUES ('last_seq', 0), ('acked_seq', 0);
`;

/** Opens (or makes) the journal at `path`; `storage_failed` when it cannot be used. */
export function openJournal(path: string): Journal {
  try {
    return new SqliteJournal(path);
  } catch (cause) {
    throw SuanlinkError.from(cause, 'storage_failed', `opening the journal ${path}`);
  }
}

interface Waiting {
  writes: readonly JournalWrite[];
  done: () => void;
  failed: (error: unknown) => void;
}

class SqliteJournal implements Journal {
  readonly #db: DatabaseSync;
  readonly #sql: Record<
    'put' | 'drop' | 'taken' | 'untake' | 'enqueue' | 'dequeue' | 'meta' | 'read',
    StatementSync
  >;
  #waiting: Waiting[] = [];
  #bytes: number;
  #broken: SuanlinkError | undefined;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000; PRAGMA cache_size = -512',
    );
    this.#upgrade();
    const prepare = (text: string): StatementSync => this.#db.prepare(text);
    this.#sql = {
      put: prepare('INSERT INTO lease VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body'),
      drop: prepare('DELETE FROM lease WHERE name = ?'),
      taken: prepare(
        'INSERT INTO taken VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET stdout = excluded.stdout, stderr = excluded.stderr',
      ),
      untake: prepare('DELETE FROM taken WHERE name = ?'),
      enqueue: prepare('INSERT INTO outbox VALUES (?, ?)'),
      dequeue: prepare('DELETE FROM outbox WHERE seq <= ?'),
      meta: prepare('UPDATE meta SET value = max(value, ?) WHERE key = ?'),
      read: prepare('SELECT seq, frame FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?'),
    };
    this.#bytes = this.#count();
  }

  load(): JournalState {
    const meta = new Map(
      this.#db
        .prepare('SELECT key, value FROM meta')
        .all()
        .map((row) => [row.key, Number(row.value)]),
    );
    const taken = new Map(
      this.#db
        .prepare('SELECT name, stdout, stderr FROM taken')
        .all()
        .map((row) => [row.name, { stdout: Number(row.stdout), stderr: Number(row.stderr) }]),
    );
    const leases = this.#db
      .prepare('SELECT name, body FROM lease')
      .all()
      .map((row) => {
        const lease = JSON.parse(String(row.body), revive) as Lease;
        return { ...lease, taken: taken.get(row.name ?? '') ?? lease.taken };
      });
    return { leases, lastSeq: meta.get('last_seq') ?? 0, ackedSeq: meta.get('acked_seq') ?? 0 };
  }

  commit(writes: readonly JournalWrite[]): Promise<void> {
    if (this.#broken) return Promise.reject(this.#broken);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ writes, done: resolve, failed: reject });
    if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    return promise;
  }

  outbox(afterSeq: number, limit: number): { seq: number; frame: Uint8Array }[] {
    return this.#sql.read
      .all(afterSeq, limit)
      .flatMap((row) =>
        row.frame instanceof Uint8Array ? [{ seq: Number(row.seq), frame: row.frame }] : [],
      );
  }

  outboxBytes(): number {
    return this.#bytes;
  }

  close(): void {
    this.#flush();
    this.#broken ??= new SuanlinkError('storage_failed', 'the journal is closed');
    this.#db.close();
  }

  #upgrade(): void {
    const found = Number(this.#db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
    if (found > schemaVersion) {
      throw new SuanlinkError(
        'storage_failed',
        `the journal is of schema ${found}, this release knows up to ${schemaVersion}: use the newer release`,
      );
    }
    if (found === 0) this.#db.exec(`BEGIN; ${schema} PRAGMA user_version = ${schemaVersion}; COMMIT`);
  }

  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const { writes } of batch) for (const write of writes) this.#apply(write);
      this.#db.exec('COMMIT');
    } catch (cause) {
      // Fail-stop: what is in memory is now ahead of the disk, so nothing further may be promised.
      this.#broken = SuanlinkError.from(cause, 'storage_failed', 'writing the journal');
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      for (const { failed } of batch) failed(this.#broken);
      return;
    }
    for (const { done } of batch) done();
  }

  #apply(write: JournalWrite): void {
    switch (write.kind) {
      case 'put_lease':
        this.#sql.put.run(leaseName(write.lease), JSON.stringify(write.lease, dehydrate));
        return;
      case 'drop_lease':
        this.#sql.drop.run(leaseName(write.key));
        this.#sql.untake.run(leaseName(write.key));
        return;
      case 'taken':
        this.#sql.taken.run(leaseName(write.key), write.stdout, write.stderr);
        return;
      case 'enqueue':
        this.#sql.enqueue.run(write.seq, write.frame);
        this.#sql.meta.run(write.seq, 'last_seq');
        this.#bytes += write.frame.length;
        return;
      case 'acknowledged':
        this.#sql.dequeue.run(write.seq);
        this.#sql.meta.run(write.seq, 'acked_seq');
        this.#bytes = this.#count();
        return;
      default:
        assertNever(write);
    }
  }

  #count(): number {
    return Number(
      this.#db.prepare('SELECT coalesce(sum(length(frame)), 0) AS bytes FROM outbox').get()?.bytes ?? 0,
    );
  }
}

/** Checksums are bytes; JSON has none. */
function dehydrate(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { $hex: Buffer.from(value).toString('hex') };
  if (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value &&
    Array.isArray(value.data)
  ) {
    return { $hex: Buffer.from(value.data).toString('hex') };
  }
  return value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && '$hex' in value && typeof value.$hex === 'string')
    return new Uint8Array(Buffer.from(value.$hex, 'hex'));
  return value;
}

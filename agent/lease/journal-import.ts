/** Takes over the journal of releases that kept it in SQLite (edge). It is only read; `main.ts` removes it once what it
 * held is durable in the present form. */
import { DatabaseSync } from 'node:sqlite';
import { SuanlinkError } from '../../proto/codes.ts';
import type { JournalWrite } from './journal.ts';
import { revive } from './journal-codec.ts';
import type { Lease } from './lease.ts';

/** The only form there ever was. */
const schemaVersion = 1;

/** Everything in the old journal at `path`, as writes. `storage_failed` when it cannot be read. */
export function readSqliteJournal(path: string): JournalWrite[] {
  const db = new DatabaseSync(path);
  try {
    const found = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
    if (found === 0) return [];
    if (found > schemaVersion)
      throw new SuanlinkError(
        'storage_failed',
        `${path} is of schema ${found}, this release knows ${schemaVersion}`,
      );
    const acked = db.prepare("SELECT value FROM meta WHERE key = 'acked_seq'").get()?.value;
    const leases = db.prepare('SELECT body FROM lease').all();
    const taken = db.prepare('SELECT name, stdout, stderr FROM taken').all();
    const outbox = db.prepare('SELECT seq, frame FROM outbox ORDER BY seq').all();
    return [
      ...leases.map((row): JournalWrite => ({ kind: 'put_lease', lease: leaseOf(row, taken) })),
      // The number last used may be that of a message long gone; it must not be used again.
      { kind: 'acknowledged', seq: Number(acked ?? 0) },
      ...outbox.flatMap((row): JournalWrite[] =>
        row.frame instanceof Uint8Array ? [{ kind: 'enqueue', seq: Number(row.seq), frame: row.frame }] : [],
      ),
    ];
  } catch (cause) {
    throw SuanlinkError.from(cause, 'storage_failed', `reading the journal ${path} of an earlier release`);
  } finally {
    db.close();
  }
}

type Row = Record<string, unknown>;

function leaseOf(row: Row, taken: Row[]): Lease {
  const lease = JSON.parse(String(row['body']), revive) as Lease;
  const own = taken.find(({ name }) => name === `${lease.leaseId}.${lease.epoch}`);
  return own ? { ...lease, taken: { stdout: Number(own['stdout']), stderr: Number(own['stderr']) } } : lease;
}

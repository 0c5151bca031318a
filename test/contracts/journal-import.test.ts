/** The journal of the first release, which was an SQLite database: what the present one makes of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSqliteJournal } from '../../agent/lease/journal-import.ts';
import { openJournal } from '../../agent/lease/journal-log.ts';
import { accept } from '../../agent/lease/machine.ts';
import { StepClock } from '../fakes/agent-core.ts';
import { MemoryFiles } from '../fakes/memory-files.ts';
import { leaseIdOf, offerOf } from '../fakes/offer.ts';

let dir = '';
let path = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'suanlink-old-journal-'));
  path = join(dir, 'journal.db');
});
afterEach(() => rmSync(dir, { recursive: true }));

const running = { ...accept(offerOf(), 'boot', 5), state: 'running', taken: { stdout: 0, stderr: 0 } };
const ended = {
  ...accept(offerOf({ leaseId: leaseIdOf(2) }), 'boot', 6),
  state: 'ended',
  endSeq: 8,
  end: { stdoutSha256: { $hex: 'ab'.repeat(32) } },
};

/** As release 0.1.0 left it. */
function oldJournal(version = 1): void {
  const db = new DatabaseSync(path);
  db.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE lease (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE taken (name TEXT PRIMARY KEY, stdout INTEGER NOT NULL, stderr INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE outbox (seq INTEGER PRIMARY KEY, frame BLOB NOT NULL);
    INSERT INTO meta VALUES ('last_seq', 8), ('acked_seq', 6);
    INSERT INTO outbox VALUES (7, x'0102'), (8, x'03');
    PRAGMA user_version = ${version};
  `);
  const put = db.prepare('INSERT INTO lease VALUES (?, ?)');
  for (const lease of [running, ended]) put.run(`${lease.leaseId}.1`, JSON.stringify(lease));
  db.prepare('INSERT INTO taken VALUES (?, 40, 2)').run(`${running.leaseId}.1`);
  db.close();
}

it('keeps leases, what was taken of their output, and every message that is not confirmed', async () => {
  oldJournal();
  const disk = new MemoryFiles();
  const open = () => openJournal(disk.files(), new StepClock(), async () => readSqliteJournal(path));
  const journal = await open();
  const checksum = new Uint8Array(32).fill(0xab);
  const expected = {
    leases: [
      { ...running, taken: { stdout: 40, stderr: 2 } },
      { ...ended, end: { stdoutSha256: checksum } },
    ],
    notes: new Map(),
    lastSeq: 8,
    ackedSeq: 6,
  };
  expect(journal.load()).toEqual(expected);
  await journal.commit([{ kind: 'enqueue', seq: 9, frame: Uint8Array.of(4) }]);
  expect((await journal.outbox(0, 10)).map(({ seq, frame }) => [seq, [...frame]])).toEqual([
    [7, [1, 2]],
    [8, [3]],
    [9, [4]],
  ]);
  await journal.close();
  expect((await open()).load()).toEqual({ ...expected, lastSeq: 9 }); // and not a second time
});

it('refuses one of a schema that it does not know, and what is no database', () => {
  oldJournal(2);
  expect(() => readSqliteJournal(path)).toThrow('is of schema 2');
  expect(() => readSqliteJournal(import.meta.filename)).toThrow(/an earlier release: file is not a database/);
});

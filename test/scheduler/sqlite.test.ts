/** What only SQLite has: files, a lock, other releases, and crashes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { steps } from '../../scheduler/store/schema.ts';
import { fromLease } from '../../scheduler/store/sqlite-rows.ts';
import type { Store } from '../../scheduler/store/store.ts';
import { openStore, tempDir } from './core.ts';
import { end, jobRow, leaseRow } from './rows.ts';
import { org } from './values.ts';

const dirs: { remove(): void }[] = [];
const open: Store[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  for (const dir of dirs.splice(0)) dir.remove();
});

describe('SQLite', () => {
  it('is owned by one process: a second is refused with the pid of the first', async () => {
    const dir = tempDir();
    dirs.push(dir);
    open.push(await openStore(dir.path, 'a'));
    const second = fileURLToPath(import.meta.resolve('./second-owner.ts'));
    const child = spawn(process.execPath, [second, dir.path]);
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
    });
    await once(child, 'close');
    expect(said).toContain(`state_locked ${process.pid} `);
    expect(said).toContain('--state-dir');
  });

  it('is not opened when a newer release wrote it', async () => {
    const dir = tempDir();
    dirs.push(dir);
    const db = new DatabaseSync(join(dir.path, 'scheduler.db'));
    db.exec(
      "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT); INSERT INTO meta VALUES ('schema_version', '99')",
    );
    db.close();
    await expect(openStore(dir.path, 'a')).rejects.toThrow(/newer release \(schema 99/);
  });

  it('brings forward what the first release wrote', async () => {
    const dir = tempDir();
    dirs.push(dir);
    const db = new DatabaseSync(join(dir.path, 'scheduler.db'));
    db.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
    db.exec("INSERT INTO meta VALUES ('schema_version','1'), ('scheduler_id','old'), ('next_epoch','3')");
    db.exec(steps[0] ?? '');
    const { max_retries: _, ...spec } = jobRow(1).spec;
    db.prepare('INSERT INTO jobs VALUES (?,?,?,?,?,?,?,?,?,?)').run(
      ...[
        1,
        jobRow(1).id,
        org,
        null,
        JSON.stringify(spec),
        'h',
        jobRow(1).submittedUnixMs,
        'me',
        'open',
        null,
      ],
    );
    const lease = db.prepare('INSERT INTO leases VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)');
    const rows = [
      leaseRow(1, 1, { state: 'ended', end: { ...end, reason: 'offer_expired' } }),
      leaseRow(2, 1, { state: 'running' }),
    ];
    for (const row of rows) lease.run(...fromLease(row).slice(0, 17));
    db.close();
    const store = await openStore(dir.path, 'new');
    open.push(store);
    const { schedulerId, jobs, leases } = await store.load(9);
    expect(schedulerId).toBe('old');
    expect(jobs).toEqual([jobRow(1)]);
    expect(leases).toEqual([rows[1]]);
  });

  it('says what is wrong with a damaged file', async () => {
    const dir = tempDir();
    dirs.push(dir);
    writeFileSync(join(dir.path, 'scheduler.db'), 'x'.repeat(8192));
    await expect(openStore(dir.path, 'a')).rejects.toThrow(
      /opening the scheduler's state in .*not a database/,
    );
  });

  it.each([1, 2, 3])(
    'has every acknowledged commit after kill -9 in the middle of others (round %i)',
    async () => {
      const dir = tempDir();
      dirs.push(dir);
      const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./committer.ts')), dir.path]);
      let said = '';
      const enough = new Promise<void>((resolve) => {
        child.stdout.on('data', (data: Buffer) => {
          said += data.toString();
          if (said.split('\n').length > 200) resolve();
        });
      });
      await enough;
      child.kill('SIGKILL');
      await once(child, 'close');
      const acknowledged = Number(said.split('\n').slice(0, -1).at(-1));
      expect(acknowledged).toBeGreaterThan(100);
      const store = await openStore(dir.path, 'other');
      open.push(store);
      const { jobs, leases, schedulerId } = await store.load(10);
      expect(schedulerId).toBe('first');
      expect(jobs.length).toBeGreaterThanOrEqual(acknowledged);
      expect(jobs.map(({ number }) => number)).toEqual(jobs.map((_, i) => i + 1));
      // A commit is there as a whole: each job with its lease.
      expect(leases).toHaveLength(jobs.length);
      await store.commit([{ kind: 'job', row: jobRow(jobs.length + 1) }]);
    },
  );
});

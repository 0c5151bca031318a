/**
 * Backup and restore of a state directory (edge): the database as of one moment, and the keys. The output of jobs is not in
 * it: it is bulk, and append-only; copy `logs/` by other means if it is to outlive the disk.
 *
 * WHAT A RESTORE MUST NOT DO is hand out an epoch that was handed out after the backup was made: two leases would then
 * pass for one. So it moves on the counters of leases and of sessions by more than can have been used.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { SuanlinkError } from '../../proto/codes.ts';

const database = 'scheduler.db';
/** Beside the database; those that a state directory has. */
const keys = ['ca.crt', 'ca.key', 'server.crt', 'server.key', 'usage.key', 'admin-token'];

/** More than a scheduler grants, and a node connects, between a backup and its restore. */
const ahead = 1_000_000_000;

/** Copies what `db`, the open database of `stateDir`, holds now, and the keys, to the folder `to`, which appears when it is
 * complete. Commits go on meanwhile. `conflict` when it is there already. */
export async function backupTo(db: DatabaseSync, stateDir: string, to: string): Promise<void> {
  if (existsSync(to)) throw new SuanlinkError('conflict', `${to} is there already`);
  const beside = `${to}.unfinished`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true, mode: 0o700 });
  for (const name of keys)
    if (existsSync(join(stateDir, name))) copyFileSync(join(stateDir, name), join(beside, name));
  await backup(db, join(beside, database));
  renameSync(beside, to);
}

function checked(path: string): void {
  const db = new DatabaseSync(path);
  try {
    const found = db.prepare('PRAGMA integrity_check').get() as { integrity_check?: string } | undefined;
    if (found?.integrity_check !== 'ok')
      throw new SuanlinkError(
        'storage_failed',
        `${path} is damaged: ${found?.integrity_check ?? 'no answer'}`,
      );
    db.exec('BEGIN IMMEDIATE');
    db.exec(
      `UPDATE meta SET value = CAST(CAST(value AS INTEGER) + ${ahead} AS TEXT) WHERE key = 'next_epoch'`,
    );
    db.exec(`UPDATE nodes SET session_epoch = session_epoch + ${ahead}`);
    db.exec('COMMIT');
  } finally {
    db.close();
  }
}

/** Makes `stateDir` from the backup in `from`. What is there is moved aside with `force`, and is a `conflict` without it.
 * Gives where it was moved. No scheduler may run on it. `storage_failed` when the backup is damaged. */
export async function restoreFrom(
  from: string,
  stateDir: string,
  force: boolean,
): Promise<string | undefined> {
  if (!existsSync(join(from, database))) throw new SuanlinkError('not_found', `${from} holds no ${database}`);
  const isThere = existsSync(join(stateDir, database));
  if (isThere && !force)
    throw new SuanlinkError(
      'conflict',
      `${stateDir} holds a scheduler's state already; --force moves it aside`,
    );
  const beside = `${stateDir}.restoring`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true, mode: 0o700 });
  for (const name of [database, ...keys])
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(beside, name));
  checked(join(beside, database));
  const owner = existsSync(stateDir) ? statSync(stateDir) : undefined;
  if (owner)
    for (const path of [beside, ...[database, ...keys].map((name) => join(beside, name))])
      if (existsSync(path)) await chown(path, owner.uid, owner.gid);
  let aside: string | undefined;
  if (existsSync(stateDir)) {
    aside = `${stateDir}.before-${Date.now()}`;
    renameSync(stateDir, aside);
  }
  renameSync(beside, stateDir);
  // The output of jobs was never in the backup.
  if (aside !== undefined && existsSync(join(aside, 'logs')))
    renameSync(join(aside, 'logs'), join(stateDir, 'logs'));
  return aside;
}

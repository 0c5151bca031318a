/** What is done with a state directory that no scheduler runs on (edge). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { restoreFrom } from './store/backup.ts';
import { openSqlite } from './store/sqlite.ts';

/** Backs `stateDir` up to the folder `to`; `state_locked` with the pid of a scheduler that runs on it. */
export async function backupOffline(stateDir: string, to: string): Promise<void> {
  const file = openSqlite(stateDir, '');
  try {
    await file.backup(to);
  } finally {
    file.close();
  }
}

/** Makes `stateDir` from the backup in `from`; gives where what was there was moved. `state_locked` as above: whoever runs
 * on it would go on writing to what is moved aside. Otherwise as `restoreFrom`. */
export async function restoreOffline(
  from: string,
  stateDir: string,
  force: boolean,
): Promise<string | undefined> {
  if (existsSync(join(stateDir, 'scheduler.db'))) openSqlite(stateDir, '').close();
  return restoreFrom(from, stateDir, force);
}

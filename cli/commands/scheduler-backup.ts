/**
 * `suanlink scheduler backup` and `restore`. A running scheduler has its database to itself and makes the backup: it is
 * asked by a file in its state directory and SIGUSR2, which only root and its own user can. One that does not run is
 * backed up from here.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SuanlinkError } from '../../proto/codes.ts';
import { parseDuration } from '../../proto/duration.ts';
import { exitCodes } from '../exit-codes.ts';
import { defaultStateDir } from '../scheduler-paths.ts';
import { print, say } from '../terminal.ts';

/** Options of `backup`. */
export interface BackupOptions {
  stateDir?: string;
  to?: string;
  timeout: string;
}

const requestName = 'backup.request';

/** Makes backups that others ask `stateDir`'s scheduler for from now on; the result ends that. */
export function serveBackups(stateDir: string, backup: (to: string) => Promise<void>): () => void {
  const request = join(stateDir, requestName);
  const asked = (): void => {
    const to = existsSync(request) ? readFileSync(request, 'utf8').trim() : '';
    if (dirname(to) !== join(resolve(stateDir), 'backups')) return;
    rmSync(request, { force: true });
    backup(to).catch((caught: unknown) => {
      mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      writeFileSync(`${to}.failed`, SuanlinkError.from(caught).message);
    });
  };
  process.on('SIGUSR2', asked);
  return () => void process.off('SIGUSR2', asked);
}

async function askRunning(pid: number, stateDir: string, to: string, limitMs: number): Promise<void> {
  writeFileSync(join(stateDir, requestName), `${to}\n`, { mode: 0o644 });
  process.kill(pid, 'SIGUSR2');
  const end = performance.now() + limitMs;
  while (!existsSync(to)) {
    if (existsSync(`${to}.failed`)) {
      const why = readFileSync(`${to}.failed`, 'utf8');
      rmSync(`${to}.failed`);
      throw new SuanlinkError('storage_failed', `the scheduler could not make it: ${why}`);
    }
    if (performance.now() > end)
      throw new SuanlinkError('deadline_exceeded', `the scheduler (process ${pid}) has made none in time`);
    await sleep(100);
  }
}

/** Makes one, from a running scheduler or an idle state directory; prints where it is. */
export async function backupScheduler(options: BackupOptions): Promise<number> {
  const stateDir = resolve(options.stateDir ?? defaultStateDir());
  if (!existsSync(join(stateDir, 'scheduler.db')))
    throw new SuanlinkError('not_found', `${stateDir} holds no scheduler's state`);
  const own = join(stateDir, 'backups', new Date().toISOString().replaceAll(':', '-'));
  const { backupOffline } = await import('../../scheduler/offline.ts');
  try {
    await backupOffline(stateDir, own);
  } catch (caught) {
    const error = SuanlinkError.from(caught);
    const pid = Number(error.details.pid);
    if (error.code !== 'state_locked' || !(pid > 0)) throw error;
    await askRunning(pid, stateDir, own, parseDuration(options.timeout));
  }
  if (options.to === undefined) {
    print(own);
    return exitCodes.ok;
  }
  const to = resolve(options.to);
  if (existsSync(to)) throw new SuanlinkError('conflict', `${to} is there already; the backup is in ${own}`);
  cpSync(own, to, { recursive: true, preserveTimestamps: true });
  rmSync(own, { recursive: true });
  print(to);
  return exitCodes.ok;
}

/** Makes a state directory from a backup. */
export async function restoreScheduler(options: {
  stateDir?: string;
  from: string;
  force?: boolean;
}): Promise<number> {
  const stateDir = resolve(options.stateDir ?? defaultStateDir());
  const { restoreOffline } = await import('../../scheduler/offline.ts');
  const aside = await restoreOffline(resolve(options.from), stateDir, options.force === true);
  if (aside !== undefined) say(`what was there is in ${aside}`);
  print(stateDir);
  return exitCodes.ok;
}

/** Backup of a state that is in use, and what a restore makes of it. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { restoreFrom } from '../../scheduler/store/backup.ts';
import { type Disk, openDisk } from '../../scheduler/store/disk.ts';
import { nodeRow } from './rows.ts';

let dir: string;
let stateDir: string;
let to: string;
const open: Disk[] = [];

async function opened(): Promise<Disk> {
  const disk = await openDisk({ stateDir, schedulerId: 'sched' });
  open.push(disk);
  return disk;
}

async function close({ logs, store }: Disk): Promise<void> {
  await logs.close();
  await store.close();
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'suanlink-backup-'));
  stateDir = join(dir, 'state');
  to = join(dir, 'copy');
});
afterEach(async () => {
  for (const disk of open.splice(0)) await close(disk).catch(() => {});
  rmSync(dir, { recursive: true, force: true });
});

it('copies what is committed, while commits go on, and never over a backup that is there', async () => {
  const disk = await opened();
  await disk.store.commit([
    { kind: 'node', row: nodeRow },
    { kind: 'next_epoch', value: 7 },
  ]);
  const made = disk.backup(to);
  for (let n = 0; n < 50; n += 1) await disk.store.commit([{ kind: 'next_epoch', value: 8 + n }]);
  await made;
  await expect(disk.backup(to)).rejects.toMatchObject({ code: 'conflict' });
  expect(readFileSync(join(to, 'usage.key'), 'utf8')).toBe(readFileSync(join(stateDir, 'usage.key'), 'utf8'));
});

it('is restored with the same identity, and with epochs that were never handed out', async () => {
  const disk = await opened();
  await disk.store.commit([
    { kind: 'node', row: nodeRow },
    { kind: 'next_epoch', value: 7 },
  ]);
  await disk.backup(to);
  await disk.store.commit([{ kind: 'next_epoch', value: 900 }]);
  await close(disk);
  await expect(restoreFrom(to, stateDir, false)).rejects.toMatchObject({ code: 'conflict' });
  const aside = await restoreFrom(to, stateDir, true);
  expect(aside).toMatch(/state\.before-\d+$/);
  const snapshot = await (await opened()).store.load(10);
  expect(snapshot.schedulerId).toBe('sched');
  expect(snapshot.nextEpoch).toBeGreaterThan(900);
  expect(snapshot.nodes).toEqual([{ ...nodeRow, sessionEpoch: expect.any(Number) as number }]);
  expect(snapshot.nodes[0]?.sessionEpoch).toBeGreaterThan(nodeRow.sessionEpoch + 1000);
});

it('is refused when it is damaged or no backup, and nothing is touched then', async () => {
  const disk = await opened();
  await disk.store.commit([{ kind: 'node', row: nodeRow }]);
  await disk.backup(to);
  await close(disk);
  const path = join(to, 'scheduler.db');
  const data = readFileSync(path);
  data.fill(0xff, 5000, 20_000);
  copyFileSync(path, `${path}.good`);
  writeFileSync(path, data);
  await expect(restoreFrom(to, stateDir, true)).rejects.toThrow(/damaged|malformed/);
  await expect(restoreFrom(join(dir, 'nothing'), stateDir, true)).rejects.toMatchObject({
    code: 'not_found',
  });
  const { nodes } = await (await opened()).store.load(10);
  expect(nodes).toEqual([nodeRow]);
});

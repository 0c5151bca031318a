/** A whole core behind a real HTTP server on loopback, in a temporary directory. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuanlinkError } from '../../proto/codes.ts';
import { makeId, type TokenId } from '../../proto/ids.ts';
import type { Control, TokenRecord } from '../../scheduler/control.ts';
import type { Clock, Log } from '../../scheduler/ports.ts';
import { openDisk } from '../../scheduler/store/disk.ts';
import type { Store } from '../../scheduler/store/store.ts';
import { type Core, type CoreParts, startCore } from '../../scheduler/system.ts';
import { org, principal, seed } from './values.ts';

const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The machine's clock. */
export const realClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  at(atMs, run) {
    const timer = setTimeout(run, Math.max(0, atMs - performance.now()));
    return () => clearTimeout(timer);
  },
};

/** A fresh directory that `remove` takes away. */
export function tempDir(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'suanlink-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The store in `stateDir`, through the disk thread; closing it closes the logs too. */
export async function openStore(stateDir: string, schedulerId: string): Promise<Store> {
  const { store, logs } = await openDisk({ stateDir, schedulerId });
  let isOpen = true;
  return {
    ...store,
    async close() {
      if (isOpen) await logs.close();
      isOpen = false;
      await store.close();
    },
  };
}

export interface TestCore {
  core: Core;
  url: string;
  fatal: SuanlinkError[];
  stop(): Promise<void>;
}

/** Starts a core on `stateDir`. */
export async function startTestCore(stateDir: string, changes: Partial<CoreParts> = {}): Promise<TestCore> {
  const fatal: SuanlinkError[] = [];
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const core = await startCore({
    stateDir,
    clock: realClock,
    random,
    log: quiet,
    onFatal: (error) => fatal.push(error),
    ...changes,
  });
  const http = createServer();
  http.on('upgrade', core.upgrade);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    core,
    url: `ws://127.0.0.1:${port}/v1/agent`,
    fatal,
    async stop() {
      await core.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Makes a join token. */
export async function joinToken(
  control: Control,
  n: number,
  changes: Partial<TokenRecord> = {},
): Promise<{ id: TokenId; secret: string }> {
  const secret = `secret-${n}`;
  const record: TokenRecord = {
    id: makeId('token', seed(1000 + n)),
    kind: 'join',
    secretHash: new Uint8Array(createHash('sha256').update(secret).digest()),
    name: `join ${n}`,
    org,
    role: '',
    createdUnixMs: 1,
    expiresUnixMs: 0,
    revoked: false,
    usedBy: '',
    ...changes,
  };
  await control.putToken(principal('admin'), record);
  return { id: record.id, secret };
}

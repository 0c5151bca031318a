/** Output that is not there: old logs go, live ones never; that they are gone, or that bytes were left out, is on record and
 * said. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobId } from '../../proto/ids.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import { retentionEveryMs } from '../../scheduler/retention.ts';
import { joinToken, realClock, startTestCore, type TestCore, tempDir } from './core.ts';
import { endOf } from './ends.ts';
import { enrolWith, makeKey, openSession, present, type ScriptedAgent } from './scripted-agent.ts';
import { inventory, principal, spec } from './values.ts';

const tenant = principal('tenant');
const from = { stdout: 0, stderr: 0 };
let dir = tempDir();
let running: TestCore;
/** The retention's next look, when it waits for it. */
let look: (() => void) | undefined;

/** The machine's clock, but for the retention's timer, which runs when the test says so. */
const clock = {
  ...realClock,
  at(at: number, run: () => void) {
    if (at < realClock.now() + retentionEveryMs - 60_000) return realClock.at(at, run);
    look = run;
    return () => {
      look = undefined;
    };
  },
};

async function start(totalBytes: number): Promise<void> {
  look = undefined;
  running = await startTestCore(dir.path, { clock, options: { logRetention: { totalBytes } } });
}
beforeEach(async () => {
  dir = tempDir();
  await start(2000);
});
afterEach(async () => {
  await running.stop();
  dir.remove();
});

async function lookNow(): Promise<void> {
  await expect.poll(() => look).toBeDefined();
  const now = look;
  look = undefined;
  now?.();
  await expect.poll(() => look).toBeDefined();
}

const logFiles = (): string[] => readdirSync(join(dir.path, 'logs')).filter((name) => name.endsWith('.log'));

async function connect(): Promise<ScriptedAgent> {
  const key = makeKey();
  const { nodeId } = await enrolWith(running.url, await joinToken(running.core.control, 1), key);
  const agent = await openSession(running.url, nodeId, key);
  present(agent, inventory(4));
  return agent;
}

/** A job that has written `text`; it ends unless it is to go on. */
async function run(agent: ScriptedAgent, text: string, ends = true): Promise<{ id: JobId; key: LeaseKey }> {
  const job = await running.core.control.submit(tenant, spec(), undefined);
  const { leaseId, epoch } = await agent.heard('offer');
  const key = { leaseId, epoch };
  agent.send({ kind: 'accept', value: key });
  await agent.heard('commit');
  const value = { ...key, stderr: false, offset: 0, data: Buffer.from(text), unixMs: 1 };
  const seq = agent.tell({ kind: 'logChunk', value });
  await agent.acked(ends ? agent.tell({ kind: 'leaseEnd', value: endOf(key, text) }) : seq);
  return { id: job.id as JobId, key };
}

async function watched(id: JobId): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of await running.core.control.watch(tenant, id, from, AbortSignal.timeout(5000)))
    seen.push(event.type === 'log' ? Buffer.from(event.data, 'base64').toString() : event.type);
  return seen;
}

describe('when logs take more room than there is', () => {
  it('the oldest of ended leases go, on record and over a restart; live ones stay', async () => {
    const agent = await connect();
    const live = await run(agent, 'l'.repeat(1500), false);
    const old = await run(agent, 'o'.repeat(900));
    const young = await run(agent, 'y'.repeat(100));
    expect(logFiles()).toHaveLength(3);
    await lookNow();
    await expect.poll(logFiles).toEqual([live, young].map(({ key }) => `${key.leaseId}.log`).toSorted());
    const check = async (): Promise<void> => {
      const { attempts } = await running.core.control.job(tenant, old.id);
      expect(attempts[0]?.log_removed_at).toMatch(/^20\d\d-/);
      expect(await watched(old.id)).toEqual(['state', 'log_removed', 'end']);
      expect(await watched(young.id)).toEqual(['state', 'y'.repeat(100), 'end']);
    };
    await check();
    await running.stop();
    await start(2000);
    await check();
  });

  it('a log whose removal was on record when the process was killed goes with the next look', async () => {
    const agent = await connect();
    const { key } = await run(agent, 'o'.repeat(5000));
    await lookNow();
    await expect.poll(logFiles).toEqual([]);
    await running.stop();
    const file = join(dir.path, 'logs', `${key.leaseId}.log`);
    writeFileSync(file, 'still here');
    await start(1_000_000);
    await expect.poll(() => existsSync(file)).toBe(false);
  });

  it('late output of a lease whose log is gone is acknowledged and not kept', async () => {
    const agent = await connect();
    const { key } = await run(agent, 'o'.repeat(5000));
    await lookNow();
    await expect.poll(logFiles).toEqual([]);
    const value = { ...key, stderr: false, offset: 5000, data: Buffer.from('late'), unixMs: 1 };
    await agent.acked(agent.tell({ kind: 'logChunk', value }));
    expect(logFiles()).toEqual([]);
  });
});

describe('output that the agent left out', () => {
  it('is counted where it would be, and the end is over what was kept', async () => {
    const agent = await connect();
    const { id, key } = await run(agent, 'begin ', false);
    const value = { ...key, stderr: false, offset: 1006, data: Buffer.from('end'), unixMs: 1 };
    agent.tell({ kind: 'logChunk', value: { ...value, droppedBytes: 1000 } });
    const end = endOf(key, 'begin end', { stdoutBytes: 1009, stdoutDroppedBytes: 1000 });
    await agent.acked(agent.tell({ kind: 'leaseEnd', value: end }));
    expect((await running.core.control.job(tenant, id)).end).toMatchObject({
      ...{ message: '', stdout_bytes: 1009, stdout_dropped_bytes: 1000, stderr_dropped_bytes: 0 },
    });
    const seen: [number, string, number][] = [];
    for await (const event of await running.core.control.watch(tenant, id, from, AbortSignal.timeout(5000)))
      if (event.type === 'log')
        seen.push([event.offset, Buffer.from(event.data, 'base64').toString(), event.dropped_bytes]);
    expect(seen).toEqual([
      [0, 'begin ', 0],
      [6, '', 1000],
      [1006, 'end', 0],
    ]);
  });
});

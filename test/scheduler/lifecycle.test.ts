/** One lease through the real server, store and log files. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WatchEvent } from '../../proto/api.ts';
import type { JobId } from '../../proto/ids.ts';
import { joinToken, startTestCore, type TestCore, tempDir } from './core.ts';
import { enrolWith, makeKey, openSession, present, runLease } from './scripted-agent.ts';
import { inventory, principal, spec } from './values.ts';

const by = principal('tenant');
const dir = { path: '', remove: () => {} };
let running: TestCore;

beforeEach(async () => {
  Object.assign(dir, tempDir());
  running = await startTestCore(dir.path);
});
afterEach(async () => {
  await running.stop();
  dir.remove();
});

async function watched(id: JobId): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  const from = { stdout: 0, stderr: 0 };
  for await (const event of await running.core.control.watch(by, id, from, AbortSignal.timeout(5000)))
    events.push(event);
  return events;
}

describe('a lease', () => {
  it('goes from submit to its end, with output and a bill', async () => {
    const { control } = running.core;
    const key = makeKey();
    const { nodeId } = await enrolWith(running.url, await joinToken(control, 1), key);
    const agent = await openSession(running.url, nodeId, key);
    present(agent, inventory(2));
    const job = await control.submit(by, spec(), 'k1');
    const events = watched(job.id as JobId);
    await runLease(agent, 'hello\n');
    const seen = await events;
    const last = seen.at(-1);
    expect(last?.type).toBe('end');
    const end = last?.type === 'end' ? last.job.end : null;
    expect(end).toMatchObject({ reason: 'completed', exit_code: 0, stdout_bytes: 6, message: '' });
    expect(end?.usage).toMatchObject({ card_ms: 1000, cpu_ms: 250, price_micro_yuan: 563 });
    const text = seen
      .map((event) => (event.type === 'log' ? Buffer.from(event.data, 'base64').toString() : ''))
      .join('');
    expect(text).toBe('hello\n');
    await agent.acked(3);
    expect(await control.usage(by, { sinceUnixMs: 0, limit: 10 })).toHaveLength(1);
    expect(control.nodes(by)[0]?.accelerators.map((card) => card.lease_id)).toEqual([null, null]);
  });
});

/** What the faces may ask: rights, idempotency, history, watching. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobView, WatchEvent } from '../../proto/api.ts';
import { type JobId, type LeaseId, makeId, type NodeId, parseOrg } from '../../proto/ids.ts';
import { unwanted, type WatchFrom } from '../../scheduler/control.ts';
import { joinToken, realClock, startTestCore, type TestCore, tempDir } from './core.ts';
import { endOf } from './ends.ts';
import { enrolWith, makeKey, openSession, present, type ScriptedAgent } from './scripted-agent.ts';
import { inventory, principal, seed, spec } from './values.ts';

const tenant = principal('tenant');
const stranger = principal('tenant', parseOrg('other'));
const viewer = principal('viewer');
const operator = principal('operator', parseOrg('ops'));
const admin = principal('admin', parseOrg('ops'));
const start = { stdout: 0, stderr: 0 };
let dir = tempDir();
let running: TestCore;
beforeEach(async () => {
  dir = tempDir();
  running = await startTestCore(dir.path, { options: { keepEnded: 3 } });
});
afterEach(async () => {
  await running.stop();
  dir.remove();
});
const control = () => running.core.control;

async function connectAgent(cards = 1): Promise<{ agent: ScriptedAgent; nodeId: NodeId }> {
  const key = makeKey();
  const { nodeId } = await enrolWith(running.url, await joinToken(control(), 1), key);
  const agent = await openSession(running.url, nodeId, key);
  present(agent, inventory(cards));
  await expect.poll(() => control().nodes(admin)[0]?.host).not.toBeNull();
  return { agent, nodeId };
}

describe('rights', () => {
  it('show a tenant its own organisation and nothing of others', async () => {
    await connectAgent();
    const { id } = await control().submit(tenant, spec(), undefined);
    const job = id as JobId;
    for (const by of [tenant, viewer, operator, admin]) expect((await control().job(by, job)).id).toBe(id);
    await expect(control().job(stranger, job)).rejects.toMatchObject({ code: 'not_found' });
    await expect(control().watch(stranger, job, start, AbortSignal.abort())).rejects.toThrow(/no job/);
    await expect(control().cancel(stranger, job, '')).rejects.toMatchObject({ code: 'not_found' });
    const seen = async (by: typeof tenant) => [
      (await control().jobs(by, { limit: 9 })).length,
      control().leases(by, { live: true, limit: 9 }).length,
      control().nodes(by).length,
    ];
    expect(await Promise.all([seen(tenant), seen(stranger), seen(operator)])).toEqual([
      [1, 1, 1],
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });

  it('show the fleet, and one node of it, within the same bounds', async () => {
    const { nodeId } = await connectAgent();
    await control().submit(tenant, spec(), undefined);
    const seen = async (by: typeof tenant): Promise<unknown> => {
      const { signal } = new AbortController();
      const types: string[] = [];
      for await (const { type } of control().fleet(by, { follow: false, intervalMs: 2000 }, signal))
        types.push(type);
      return types;
    };
    for (const by of [tenant, operator]) {
      expect(await seen(by)).toEqual(['nodes', 'leases', 'orgs', 'pool']);
      expect([control().node(by, nodeId).id, control().node(by, 'n1').id]).toEqual([nodeId, nodeId]);
    }
    expect(await seen(stranger)).toEqual(['pool']);
    for (const name of [nodeId, 'n1'])
      expect(() => control().node(stranger, name)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  it('let viewers only look, and only admins make tokens', async () => {
    await expect(control().submit(viewer, spec(), undefined)).rejects.toMatchObject({
      code: 'permission_denied',
    });
    const { id } = await control().submit(tenant, spec(), undefined);
    await expect(control().cancel(viewer, id as JobId, '')).rejects.toMatchObject({
      code: 'permission_denied',
    });
    const token = makeId('token', seed(1));
    await expect(control().revokeToken(operator, token)).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(control().revokeToken(admin, token)).rejects.toMatchObject({ code: 'not_found' });
    const made = await joinToken(control(), 5);
    await control().revokeToken(admin, made.id);
    expect(running.core.tokens.token(made.id)?.revoked).toBe(true);
    expect(JSON.stringify(control().tokens(admin))).not.toContain('secretHash');
    expect(control().tokens(stranger)).toEqual([]);
  });
});

describe('an idempotency key', () => {
  it('twenty times at once is one job and twenty equal answers', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => control().submit(tenant, spec(), 'k')),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await control().jobs(tenant, { limit: 100 })).toHaveLength(1);
    const other = control().submit(tenant, spec({ priority: 1 }), 'k');
    await expect(other).rejects.toMatchObject({ code: 'conflict' });
    expect((await control().submit(stranger, spec(), 'k')).id).not.toBe(answers[0]?.id);
  });

  it('is known after the job has left memory, and after a restart', async () => {
    const first = await control().submit(tenant, spec(), 'old');
    await control().cancel(tenant, first.id as JobId, 'done');
    for (let n = 0; n < 4; n += 1) {
      const { id } = await control().submit(tenant, spec(), undefined);
      await control().cancel(tenant, id as JobId, '');
    }
    for (let round = 0; round < 2; round += 1) {
      const again = await control().submit(tenant, spec(), 'old');
      expect(again).toMatchObject({
        id: first.id,
        state: 'ended',
        end: { reason: 'cancelled', message: 'done' },
      });
      await expect(control().submit(tenant, spec({ pids: 7 }), 'old')).rejects.toMatchObject({
        code: 'conflict',
      });
      await running.stop();
      running = await startTestCore(dir.path, { options: { keepEnded: 3 } });
    }
  });
});

describe('a job that memory has forgotten', () => {
  /** Jobs that have all ended, the first ones forgotten. */
  async function many(count: number): Promise<JobView[]> {
    const jobs: JobView[] = [];
    for (let n = 0; n < count; n += 1) jobs.push(await control().submit(tenant, spec(), undefined));
    for (const { id } of jobs) await control().cancel(tenant, id as JobId, 'done');
    return jobs;
  }

  it('is shown, cancelled again, explained and watched as any other', async () => {
    const [first] = await many(5);
    const id = first?.id as JobId;
    const ended = { id, state: 'ended', end: { reason: 'cancelled', message: 'done' } };
    expect(await control().job(tenant, id)).toMatchObject(ended);
    expect(await control().cancel(tenant, id, 'again')).toMatchObject(ended);
    expect((await control().explain(tenant, id)).verdict).toBe('ended');
    const seen: WatchEvent[] = [];
    for await (const event of await control().watch(tenant, id, start, AbortSignal.timeout(5000)))
      seen.push(event);
    expect(seen.map(({ type }) => type)).toEqual(['state', 'end']);
    await expect(control().job(stranger, id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(control().watch(stranger, id, start, AbortSignal.abort())).rejects.toThrow(/no job/);
  });

  it('is listed where it belongs, beside jobs that are older and go on', async () => {
    const waiting = await control().submit(tenant, spec(), undefined);
    const jobs = await many(6);
    const ids = [waiting, ...jobs].map(({ id }) => id).toReversed();
    const listed = async (by: typeof tenant, limit: number, state?: 'ended'): Promise<string[]> =>
      (await control().jobs(by, { limit, ...(state ? { state } : {}) })).map(({ id }) => id);
    expect(await listed(tenant, 100)).toEqual(ids);
    expect(await listed(operator, 5)).toEqual(ids.slice(0, 5));
    expect(await listed(tenant, 100, 'ended')).toEqual(ids.slice(0, 6));
    expect(await listed(stranger, 100)).toEqual([]);
  });
});

describe('lists', () => {
  it('are newest first and bounded', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push((await control().submit(tenant, spec(), undefined)).id);
    const newest = await control().jobs(tenant, { limit: 3 });
    expect(newest.map(({ id }) => id)).toEqual(ids.toReversed().slice(0, 3));
    expect(await control().jobs(tenant, { limit: 9, state: 'leased' })).toEqual([]);
    expect(await control().jobs(tenant, { limit: 0 })).toHaveLength(1);
  });

  it('do not show what a bad specification would have made', async () => {
    const bad = control().submit(tenant, spec({ accelerators: -1 }), 'k');
    await expect(bad).rejects.toMatchObject({ code: 'invalid_argument' });
    expect(await control().jobs(tenant, { limit: 9 })).toEqual([]);
  });
});

describe('watching', () => {
  const chunkOf = (lease: { leaseId: never; epoch: number }, offset: number, text: string) => ({
    kind: 'logChunk' as const,
    value: { ...lease, stderr: false, offset, data: Buffer.from(text), unixMs: 1 },
  });

  async function runningJob(agent: ScriptedAgent) {
    const job = await control().submit(tenant, spec(), undefined);
    const { leaseId, epoch } = await agent.heard('offer');
    const lease = { leaseId: leaseId as never, epoch };
    agent.send({ kind: 'accept', value: lease });
    await agent.heard('commit');
    return { id: job.id as JobId, lease };
  }
  const watch = async (id: JobId, from = start, signal = AbortSignal.timeout(8000)) =>
    (await control().watch(tenant, id, from, signal))[Symbol.asyncIterator]();
  const show = (event: WatchEvent | undefined): string => {
    if (event?.type === 'log') return Buffer.from(event.data, 'base64').toString();
    return event && 'job' in event
      ? `${event.type} ${event.job.lease?.phase ?? event.job.state}`
      : String(event?.type);
  };

  it('shows the state, bytes as they arrive, changes, and the end last', async () => {
    const { agent } = await connectAgent();
    const { id, lease } = await runningJob(agent);
    const events = await watch(id);
    const next = async () => show((await events.next()).value as WatchEvent | undefined);
    expect(await next()).toBe('state committed');
    agent.tell(chunkOf(lease, 0, 'hello '));
    expect(await next()).toBe('hello ');
    agent.tell({ kind: 'leaseEvent', value: { ...lease, phase: 'running', detail: '', sinceCommitMs: 1 } });
    expect(await next()).toBe('state running');
    agent.tell(chunkOf(lease, 6, 'world'));
    expect(await next()).toBe('world');
    agent.tell({ kind: 'leaseEnd', value: endOf(lease, 'hello world') });
    expect(await next()).toBe('end ended');
    expect((await events.next()).done).toBe(true);
  });

  it('shows the output of one attempt after the other, and begins in the one that is named', async () => {
    const { agent } = await connectAgent();
    const job = await control().submit(tenant, spec({ max_retries: 1 }), undefined);
    const id = job.id as JobId;
    const leases: string[] = [];
    for (const [text, reason] of [
      ['first', 'device_lost'],
      ['second', 'completed'],
    ] as const) {
      const { leaseId, epoch } = await agent.heard('offer');
      const lease = { leaseId: leaseId as never, epoch };
      agent.send({ kind: 'accept', value: lease });
      await agent.heard('commit');
      agent.tell(chunkOf(lease, 0, text));
      agent.tell({ kind: 'leaseEnd', value: endOf(lease, text, { reason }) });
      leases.push(leaseId);
    }
    const read = async (from: WatchFrom): Promise<string[]> => {
      const seen: string[] = [];
      for await (const event of await control().watch(tenant, id, from, AbortSignal.timeout(5000)))
        if (event.type === 'log')
          seen.push(`${leases.indexOf(event.lease_id)} ${event.offset} ${show(event)}`);
      return seen;
    };
    expect(await read({ stdout: 2, stderr: 0 })).toEqual(['0 2 rst', '1 0 second']);
    const [, second] = leases;
    expect(await read({ lease: second as LeaseId, stdout: 3, stderr: 0 })).toEqual(['1 3 ond']);
    expect(await read({ stdout: unwanted, stderr: 0 })).toEqual([]);
    const other = { ...start, lease: makeId('lease', seed(9)) };
    await expect(control().watch(tenant, id, other, AbortSignal.abort())).rejects.toThrow(/has no attempt/);
    const { attempts } = await control().job(tenant, id);
    expect(attempts.map(({ reason }) => reason)).toEqual(['device_lost', 'completed']);
  });

  it('begins where the reader left off, also after the end and a restart', async () => {
    const { agent } = await connectAgent();
    const { id, lease } = await runningJob(agent);
    agent.tell(chunkOf(lease, 0, 'hello world'));
    const seq = agent.tell({ kind: 'leaseEnd', value: endOf(lease, 'hello world') });
    await agent.acked(seq);
    for (let round = 0; round < 2; round += 1) {
      const seen: string[] = [];
      for await (const event of await control().watch(
        tenant,
        id,
        { stdout: 8, stderr: 0 },
        AbortSignal.timeout(5000),
      ))
        seen.push(show(event));
      expect(seen).toEqual(['state ended', 'rld', 'end ended']);
      await running.stop();
      running = await startTestCore(dir.path);
    }
  });

  it('holds nothing for a reader that does not read, and loses nothing of what it missed', async () => {
    const { agent } = await connectAgent();
    const { id, lease } = await runningJob(agent);
    const events = await watch(id);
    await events.next();
    const piece = 'x'.repeat(60_000);
    for (let n = 0; n < 100; n += 1) agent.tell(chunkOf(lease, n * piece.length, piece));
    await agent.acked(agent.tell({ kind: 'leaseEnd', value: endOf(lease, piece.repeat(100)) }));
    let bytes = 0;
    for (let one = await events.next(); !one.done; one = await events.next())
      if (one.value.type === 'log') bytes += Buffer.from(one.value.data, 'base64').length;
    expect(bytes).toBe(6_000_000);
    expect((await control().job(tenant, id)).end?.message).toBe('');
  });

  it('ends when the reader leaves', async () => {
    const { agent } = await connectAgent();
    const { id } = await runningJob(agent);
    const left = new AbortController();
    const events = await watch(id, start, left.signal);
    await events.next();
    const waiting = events.next();
    left.abort();
    expect((await waiting).done).toBe(true);
  });

  it('ends with an error that says so when the scheduler stops', async () => {
    const { id } = await control().submit(tenant, spec(), undefined);
    const events = await watch(id as JobId);
    await events.next();
    const ended = events.next().catch((error: unknown) => error);
    await running.stop();
    expect(await ended).toMatchObject({ code: 'unavailable' });
    running = await startTestCore(dir.path);
  });

  it('says that it is alive when nothing happens', async () => {
    await running.stop();
    const quick = {
      ...realClock,
      at: (at: number, run: () => void) => realClock.at(at > realClock.now() + 14_000 ? 0 : at, run),
    };
    running = await startTestCore(dir.path, { clock: quick });
    const { id } = await control().submit(tenant, spec(), undefined);
    const events = await watch(id as JobId);
    expect(show((await events.next()).value as WatchEvent)).toBe('state queued');
    expect(show((await events.next()).value as WatchEvent)).toBe('alive');
    await events.return?.();
  });
});

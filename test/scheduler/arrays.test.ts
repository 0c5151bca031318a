import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arrayMember, type JobId } from '../../proto/ids.ts';
import { joinToken, startTestCore, tempDir, type TestCore } from './core.ts';
import { endOf } from './ends.ts';
import { enrolWith, makeKey, openSession, present } from './scripted-agent.ts';
import { inventory, principal, spec } from './values.ts';

const tenant = principal('tenant');
let dir: ReturnType<typeof tempDir>;
let running: TestCore;

beforeEach(async () => {
  dir = tempDir();
  running = await startTestCore(dir.path, { options: { maxOpenJobs: 10 } });
});

afterEach(async () => {
  await running.stop();
  dir.remove();
});

const indexOf = async (id: string): Promise<unknown> =>
  (await running.core.control.job(tenant, id as JobId)).array;

describe('an array of jobs', () => {
  it('is one submission of jobs that run each for itself and know which they are', async () => {
    const { control } = running.core;
    const { id, job_ids } = await control.submitArray(tenant, spec(), 3, undefined);
    expect(job_ids).toEqual([0, 1, 2].map((i) => arrayMember(id as JobId, i)));
    expect(job_ids[0]).toBe(id);
    expect(await Promise.all(job_ids.map(indexOf))).toEqual(
      [0, 1, 2].map((index) => ({ id, index, size: 3 })),
    );
    const key = makeKey();
    const { nodeId } = await enrolWith(running.url, await joinToken(control, 1), key);
    const agent = await openSession(running.url, nodeId, key);
    present(agent, inventory(3));
    const offers = [await agent.heard('offer'), await agent.heard('offer'), await agent.heard('offer')];
    expect(offers.map(({ jobId }) => jobId)).toEqual(job_ids);
    for (const offer of offers) {
      expect(offer.work.env).toMatchObject({
        SUANLINK_ARRAY_INDEX: String(job_ids.indexOf(offer.jobId)),
        SUANLINK_ARRAY_SIZE: '3',
      });
      const { leaseId, epoch } = offer;
      agent.send({ kind: 'accept', value: { leaseId, epoch } });
      await agent.heard('commit');
      agent.tell({
        kind: 'leaseEvent',
        value: { leaseId, epoch, phase: 'running', detail: '', sinceCommitMs: 1 },
      });
      await agent.acked(agent.tell({ kind: 'leaseEnd', value: endOf({ leaseId, epoch }) }));
    }
    const ended = await Promise.all(job_ids.map((one) => control.job(tenant, one as JobId)));
    expect(ended.map(({ state }) => state)).toEqual(job_ids.map(() => 'ended'));
  });

  it('is accepted as a whole or not at all', async () => {
    const { control } = running.core;
    await control.submitArray(tenant, spec(), 6, undefined);
    await expect(control.submitArray(tenant, spec(), 5, undefined)).rejects.toThrow(
      'the most this scheduler',
    );
    expect(await control.jobs(tenant, { limit: 100 })).toHaveLength(6);
    await control.submitArray(tenant, spec(), 4, undefined);
    expect(new Set((await control.jobs(tenant, { limit: 100 })).map(({ id }) => id)).size).toBe(10);
  });

  it.each([0, 1001, 1.5])('of %d jobs is refused', async (count) => {
    await expect(running.core.control.submitArray(tenant, spec(), count, undefined)).rejects.toThrow(
      'an array has 1 to 1000 jobs',
    );
  });

  it('of gangs is refused', async () => {
    const gang = spec({ nodes: 2 });
    await expect(running.core.control.submitArray(tenant, gang, 2, undefined)).rejects.toThrow('of one node');
  });

  it('is found again by its key, also after a restart and when memory has forgotten it', async () => {
    const { control } = running.core;
    const first = await control.submitArray(tenant, spec(), 3, 'k');
    expect(await control.submitArray(tenant, spec(), 3, 'k')).toEqual(first);
    await expect(control.submitArray(tenant, spec(), 4, 'k')).rejects.toThrow('with another specification');
    await expect(control.submit(tenant, spec(), 'k')).rejects.toThrow('with another specification');
    for (const id of first.job_ids) await control.cancel(tenant, id as JobId, '');
    await running.stop();
    for (const keepEnded of [10, 0]) {
      running = await startTestCore(dir.path, { options: { keepEnded } });
      expect(await running.core.control.submitArray(tenant, spec(), 3, 'k')).toEqual(first);
      if (keepEnded > 0)
        expect(await Promise.all(first.job_ids.map(indexOf))).toMatchObject(
          [0, 1, 2].map((index) => ({ index })),
        );
      await running.stop();
    }
    running = await startTestCore(dir.path);
  });
});

/**
 * A crash at every persist point of a lease's life, of the agent and of the scheduler, before and after the write: each
 * time the job ends once, with one container, one end record, one usage total, and every byte of its output.
 */
import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../proto/api.ts';
import { principal } from '../scheduler/values.ts';
import { type Plan, simJob } from './plan.ts';
import { type Result, World } from './world.ts';

/** A life to be interrupted: what is asked for, what happens meanwhile, how many containers run and how it ends. */
interface Life {
  job: JobSpec;
  troubles?: Plan['troubles'];
  containers: number;
  reasons: string[];
}

/** As a person would: again and again, until the job stops. */
function cancelAt(at: number): Plan['troubles'][number] {
  return {
    at,
    run: (world) => {
      const { core, disk } = world.scheduler;
      const [job] = world.scheduler.openJobs();
      if (job === undefined || [...disk.leases.values()].some(({ stop }) => stop !== null)) return;
      core?.control.cancel(principal('admin'), job, 'enough').catch(() => {});
      world.time.after(1000, undefined, () => cancelAt(at).run(world));
    },
  };
}

const lives: Record<string, Life> = {
  'runs to its end': { job: simJob(3000, '0', 6), containers: 1, reasons: ['completed'] },
  'fails with a code': { job: simJob(1000, '3', 2), containers: 1, reasons: ['exit_nonzero'] },
  'is killed for memory': { job: simJob(1000, '137', 2), containers: 1, reasons: ['oom'] },
  'pulls its image': { job: simJob(500, '0', 1, { image: 'pulled' }), containers: 1, reasons: ['completed'] },
  'has no image': { job: simJob(500, '0', 1, { image: 'missing' }), containers: 0, reasons: ['image_pull'] },
  'cannot start': { job: simJob(500, 'bad', 0), containers: 0, reasons: ['start_failed'] },
  'reaches its time limit': {
    job: simJob(60_000, '0', 4, { time_limit_ms: 4000 }),
    containers: 1,
    reasons: ['deadline'],
  },
  'is cancelled': {
    job: simJob(60_000, '0', 4),
    troubles: [cancelAt(12_000)],
    containers: 1,
    reasons: ['cancelled'],
  },
};

type Who = 'agent' | 'scheduler';

function world(life: Life, crash?: { who: Who; at: number; when: 'before' | 'after' }): World {
  const made = new World(7, {
    nodes: [1],
    arrivals: [{ at: 1000, spec: life.job }],
    troubles: life.troubles ?? [],
    troubleMs: 30_000,
  });
  const [node] = made.nodes;
  if (node && crash?.who === 'agent') node.disk.crash = crash;
  if (crash?.who === 'scheduler') made.scheduler.manner.crash = crash;
  return made;
}

function expectOneOfEach(life: Life, made: World, result: Result): void {
  const { disk } = made.scheduler;
  expect(result.violation).toBeUndefined();
  expect([...disk.jobs.values()].map(({ state }) => state)).toEqual(['ended']);
  expect(result.containers).toBe(life.containers);
  const leases = [...disk.leases.values()].sort((a, b) => a.epoch - b.epoch);
  expect(life.reasons).toContain(leases.at(-1)?.end?.reason);
  // Offers that came to nothing are told apart by never having been committed.
  const ended = leases.filter(({ end }) => end?.reason !== 'offer_expired' && end?.reason !== 'rejected');
  expect(ended).toHaveLength(1);
  expect([...disk.usage.values()].map(({ leaseId }) => leaseId)).toEqual(ended.map(({ leaseId }) => leaseId));
}

describe.each(Object.entries(lives))('a lease that %s', (_name, life) => {
  it('is one lease after a crash at any persist point', { timeout: 120_000 }, async () => {
    const calm = world(life);
    expectOneOfEach(life, calm, await calm.run(7));
    const points: Record<Who, number> = {
      agent: calm.nodes[0]?.disk.writes ?? 0,
      scheduler: calm.scheduler.manner.writes,
    };
    expect(points.agent).toBeGreaterThan(3);
    expect(points.scheduler).toBeGreaterThan(3);
    for (const who of ['agent', 'scheduler'] as const)
      for (let at = 1; at <= points[who]; at += 1)
        for (const when of ['before', 'after'] as const) {
          const crashed = world(life, { who, at, when });
          const result = await crashed.run(7);
          expect(result.faults.get(`${who}_crash_${when}_persist`), `${who} ${at} ${when}`).toBe(1);
          expectOneOfEach(life, crashed, result);
        }
  });
});

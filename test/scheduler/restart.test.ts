/** The scheduler is killed after every commit of a scenario and started from its disk: the outcome is the same. */
import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

/** Jobs that run, wait, are cancelled and are lost, on two nodes. The result is what a tenant sees in the end. */
function scenario(crashAt: number): { commits: number; ends: string[]; cards: number } {
  const world = new World();
  let crashed = false;
  world.afterCommit = () => {
    if (world.commits === crashAt) crashed = true;
  };
  const maybeCrash = (): void => {
    if (!crashed) return;
    crashed = false;
    world.restart();
    world.connect(0);
    world.connect(1);
  };
  const steps: (() => void)[] = [
    () => world.addNode(2),
    () => world.addNode(1),
    () => world.pump(),
    () => world.submit({}, 'a'),
    () => world.submit({ accelerators: 2 }, 'b'),
    () => world.submit({ accelerator_milli: 500 }, 'c'),
    () => world.submit({ priority: 3 }, 'd'),
    () => world.pump(),
    () => world.advance(3000),
    () => world.wires.forEach(({ agent }) => agent.renew(world.now)),
    () => world.pump(),
    () => world.wires[0]?.agent.finish(0, world.now),
    () => world.pump(),
    () => world.advance(1000),
    () => world.pump(),
    () => world.wires[1]?.agent.finish(0, world.now),
    () => world.pump(),
    () => world.advance(1000),
    // The tenant asks again with the same key, as a retried step of a pipeline does.
    () => world.submit({ accelerators: 2 }, 'b'),
    () => world.settle(),
  ];
  for (const step of steps) {
    step();
    maybeCrash();
  }
  world.settle();
  world.check();
  const jobs = [...world.disk.jobs.values()].sort((a, b) =>
    (a.idempotencyKey ?? '') < (b.idempotencyKey ?? '') ? -1 : 1,
  );
  const ends = jobs.map(({ id, idempotencyKey, state }) => {
    const last = [...world.disk.leases.values()].filter(({ jobId }) => jobId === id).at(-1);
    return `${idempotencyKey} ${state} ${last?.end?.reason} ${world.jobEnds.get(id)}`;
  });
  const ran = world.wires.flatMap(({ agent }) => [...agent.ends.values()]);
  expect(world.usageRows).toHaveLength(ran.length);
  return { commits: world.commits, ends, cards: ran.length };
}

const whole = scenario(0);

describe('a scheduler that is killed', () => {
  it('never: every job completes', () => {
    expect(whole.ends).toEqual(['a', 'b', 'c', 'd'].map((key) => `${key} ended completed 1`));
    expect(whole.commits).toBeGreaterThan(20);
  });

  it.each(Array.from({ length: whole.commits }, (_, i) => i + 1))('after commit %i: the same', (crashAt) => {
    const { ends, cards } = scenario(crashAt);
    expect(ends).toEqual(whole.ends);
    expect(cards).toBe(whole.cards);
  });
});

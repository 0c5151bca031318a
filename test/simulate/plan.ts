/** What is to happen in a run: the nodes, the jobs that arrive, and the trouble. Made by chance, or written down. */
import type { JobSpec } from '../../proto/api.ts';
import { spec } from '../scheduler/values.ts';
import { type OrgId, parseOrg } from '../../proto/ids.ts';
import type { Chance } from './chance.ts';
import { kindsFor, strike } from './faults.ts';
import type { World } from './world.ts';

/** A run's plan. Moments are ms from its start. */
export interface Plan {
  /** Cards of each node. */
  nodes: number[];
  arrivals: { at: number; spec: JobSpec; by?: OrgId }[];
  /** Cards guaranteed to `lender`. */
  guaranteedCards?: number;
  troubles: { at: number; run: (world: World) => void }[];
  /** When everything is mended. */
  troubleMs: number;
}

const troubleMs = 120_000;

/** An organisation to which cards are guaranteed, which others borrow. */
export const lender = parseOrg('lender');

/** A job whose container runs for `forMs` and then exits with `exit`. */
export function simJob(forMs: number, exit: string, lines: number, changes: Partial<JobSpec> = {}): JobSpec {
  const command = ['sim', String(forMs), exit, String(lines), '10'];
  return spec({ image: 'here', command, cpu_milli: 500, time_limit_ms: 600_000, ...changes });
}

function randomJob(chance: Chance, cards: readonly number[]): JobSpec {
  const forMs = chance.pick([500, 3000, 10_000, 25_000, 60_000, 60_000, 100_000]);
  const isShare = chance.is(0.2);
  const nodes = !isShare && chance.is(0.15) ? chance.whole(1, Math.min(3, cards.length)) : 1;
  const job = simJob(forMs, chance.pick(['0', '0', '0', '3', '137', 'bad']), chance.whole(0, 12), {
    image: chance.pick(['here', 'here', 'here', 'pulled', 'missing']),
    accelerators: isShare ? 1 : chance.whole(0, nodes > 1 ? Math.min(...cards) : Math.max(...cards)),
    accelerator_milli: isShare ? chance.pick([250, 500]) : 1000,
    time_limit_ms: chance.is(0.2) ? 5000 : 600_000,
    grace_ms: chance.pick([0, 500, 3000]),
    max_retries: chance.pick([0, 0, 2]),
    nodes,
    preemptible: chance.is(0.25),
    ...(chance.is(0.15) ? { on_lost: 'keep_until', keep_ms: 20_000 } : {}),
  });
  return { ...job, command: [...job.command.slice(0, 4), chance.pick(['10', '500', '-1'])] };
}

/** A plan by chance: one to four nodes, up to sixteen jobs, up to sixteen faults of the run's own kinds. */
export function randomPlan(chance: Chance): Plan {
  const nodes = Array.from({ length: chance.whole(1, 4) }, () => chance.whole(1, 3));
  const arrivals = Array.from({ length: chance.whole(4, 16) }, () => ({
    at: chance.whole(100, troubleMs * 0.8),
    spec: randomJob(chance, nodes),
    ...(chance.is(0.3) ? { by: lender } : {}),
  }));
  const kinds = kindsFor(chance);
  const troubles = Array.from({ length: chance.is(0.05) ? 0 : chance.whole(2, 16) }, () => ({
    at: chance.whole(500, troubleMs - 5000),
    run: (world: World) => strike(world, kinds),
  }));
  const guaranteedCards = chance.whole(0, Math.max(...nodes));
  return { nodes, arrivals, troubles, troubleMs, guaranteedCards };
}

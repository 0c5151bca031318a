/**
 * The published protocol of the openb benchmark over the scheduler's own placement: tasks are shuffled, extended by
 * tasks drawn with replacement until they ask for 130 % of all cards, arrive one by one and never leave; one that fits
 * nowhere is dropped. Measured is the share of cards in use, averaged over the steps at which what was asked for so far
 * rounds to N % of the cards.
 */
import { type OrgId, parseOrg } from '../../../proto/ids.ts';
import type { Inventory } from '../../../proto/messages.ts';
import { createMixLearner, mixOf } from '../../../scheduler/placement/mix.ts';
import type { Requirement } from '../../../scheduler/placement/requirement.ts';
import { createFleet } from './fleet.ts';
import { randomOf } from './random.ts';
import type { Allocation, Workload } from './trace.ts';

/** How the request mix is known: told in advance, as the published FGD is; or learnt from what has arrived. */
export type Knowledge = 'known' | 'learnt';

const asked = ({ cards, milli }: Requirement): number => cards * milli;

function arrivals({ tasks, cards }: Workload, random: () => number): Requirement[] {
  const order = [...tasks];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [order[i], order[j]];
    if (!a || !b) continue;
    order[i] = b;
    order[j] = a;
  }
  let total = order.reduce((sum, task) => sum + asked(task), 0);
  for (;;) {
    const task = tasks[Math.floor(random() * tasks.length)];
    if (!task || total + asked(task) > 1300 * cards) return order;
    total += asked(task);
    order.push(task);
  }
}

const owner = parseOrg('openb');

function ownedBy({ inventories }: Workload): { inventory: Inventory; owner: OrgId }[] {
  return inventories.map((inventory) => ({ inventory, owner }));
}

/** The whole workload as a mix. */
function knownMix(tasks: readonly Requirement[]): ReturnType<typeof mixOf> {
  const counts = Map.groupBy(tasks, (task) => task);
  return mixOf([...counts].map(([needs, all]) => ({ needs, count: all.length })));
}

/** One run. */
export function replay(workload: Workload, seed: number, knowledge: Knowledge): Allocation {
  const learner = createMixLearner();
  const known = knownMix(workload.tasks);
  const fleet = createFleet(ownedBy(workload), () => (knowledge === 'known' ? known : learner.mix));
  const sums = new Map<number, { allocated: number; steps: number }>();
  let allocated = 0;
  let arrived = 0;
  for (const task of arrivals(workload, randomOf(seed))) {
    learner.note(task);
    const fit = fleet.finder.find(task, 0);
    if (fit) {
      fleet.grant(task, fit);
      allocated += asked(task);
    }
    arrived += asked(task);
    const percent = Math.round(arrived / (10 * workload.cards));
    const sum = sums.get(percent) ?? { allocated: 0, steps: 0 };
    sum.allocated += allocated;
    sum.steps += 1;
    sums.set(percent, sum);
  }
  const at = (percent: number): number => {
    const sum = sums.get(percent);
    if (!sum) throw new Error(`no task arrived at ${percent} % of capacity`);
    return sum.allocated / sum.steps / (10 * workload.cards);
  };
  return { at100: at(100), at130: at(130) };
}

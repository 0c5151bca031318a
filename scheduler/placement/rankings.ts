/**
 * For each kind of need that is asked for, the groups in order of rank, best first. Kept from one request to the next:
 * a request pays only for groups that are new since the last one like it, and no more than `budget` of them at once, so
 * that a need that was not seen for long is answered in time too. What it leaves out, older states of nodes first, later
 * requests look at. Pure but for what it keeps.
 */
import { createHeap, type Heap } from '../heap.ts';
import type { Group, Groups } from './groups.ts';
import { isBetter, type Rank, type Ranker } from './rank.ts';
import { needsKey, type Requirement } from './requirement.ts';

interface Entry<N> {
  rank: Rank;
  group: Group<N>;
}

/** The groups in order for one kind of need. Groups before `low` and from `high` on have not been looked at. */
interface Ranking<N> {
  heap: Heap<Entry<N>>;
  low: number;
  high: number;
  moves: number;
  ranker: Ranker;
}

/** Walks the groups that can take a requirement as far as cards and rounded-up host go, best first. */
export interface Rankings<N> {
  /** Stops at the first group for which `take` is true. False when there was none: then all have been looked at. */
  walk(requirement: Requirement, ranker: Ranker, take: (group: Group<N>) => boolean): boolean;
}

/** What a ranking costs that has not been asked for by the last so many kinds of need is not worth its memory. */
const maxRankings = 256;

function hasRoom({ most }: Group<unknown>, { resources }: Requirement): boolean {
  return (
    resources.cpuMilli <= most.cpuMilli &&
    resources.memoryBytes <= most.memoryBytes &&
    resources.diskBytes <= most.diskBytes
  );
}

/** No rankings yet, over `groups`. */
export function createRankings<N>(
  groups: Groups<N>,
  cardHourMicroYuan: (model: string) => number,
  budget: number,
): Rankings<N> {
  // In order of use, the latest last.
  const known = new Map<string, Ranking<N>>();

  function fresh(ranker: Ranker): Ranking<N> {
    const heap = createHeap<Entry<N>>((a, b) => isBetter(a.rank, b.rank));
    const end = groups.all.length;
    return { heap, low: end, high: end, moves: groups.moves, ranker };
  }

  function rankingOf(requirement: Requirement, ranker: Ranker): Ranking<N> {
    const key = `${requirement.strategy}${needsKey(requirement)}`;
    const found = known.get(key);
    known.delete(key);
    // Entries of groups that are no more must not outnumber the others.
    const isUsable =
      found?.ranker === ranker &&
      found.moves === groups.moves &&
      found.heap.size <= 2 * groups.all.length + 256;
    const ranking = isUsable ? found : fresh(ranker);
    known.set(key, ranking);
    for (const oldest of known.keys()) {
      if (known.size <= maxRankings) break;
      known.delete(oldest);
    }
    return ranking;
  }

  function look(ranking: Ranking<N>, requirement: Requirement, group: Group<N> | undefined): number {
    if (!group || group.cells.size === 0 || !hasRoom(group, requirement)) return 0;
    const { ranker } = ranking;
    if (group.waste?.by !== ranker) group.waste = { by: ranker, value: ranker.waste(group.free) };
    const node = { free: group.free, cardHourMicroYuan };
    const option = ranker.best(requirement, node, group.waste.value);
    if (option) ranking.heap.push({ rank: option.rank, group });
    return 1;
  }

  /** Looks at groups not looked at before, new ones first, then ever older ones. */
  function extend(ranking: Ranking<N>, requirement: Requirement, most: number): void {
    let looked = 0;
    while (looked < most && ranking.high < groups.all.length) {
      looked += look(ranking, requirement, groups.all[ranking.high]);
      ranking.high += 1;
    }
    while (looked < most && ranking.low > 0) {
      ranking.low -= 1;
      looked += look(ranking, requirement, groups.all[ranking.low]);
    }
  }

  const isComplete = ({ low, high }: Ranking<N>): boolean => low === 0 && high === groups.all.length;

  return {
    walk(requirement, ranker, take) {
      const ranking = rankingOf(requirement, ranker);
      extend(ranking, requirement, budget);
      const { heap } = ranking;
      const passed: Entry<N>[] = [];
      let isTaken = false;
      for (;;) {
        const entry = heap.peek();
        if (!entry) {
          if (isComplete(ranking)) break;
          extend(ranking, requirement, budget);
          continue;
        }
        if (entry.group.cells.size > 0 && take(entry.group)) {
          isTaken = true;
          break;
        }
        heap.pop();
        if (entry.group.cells.size > 0) passed.push(entry);
      }
      for (const entry of passed) heap.push(entry);
      return isTaken;
    },
  };
}

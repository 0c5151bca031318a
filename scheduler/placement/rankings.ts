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

/** What a ranking costs that has not been asked for by the last so many kinds of need is not worth its memory. */
const maxRankings = 256;

/** Whether a look at the cards of a group is worth it: a quick test that many fail. */
export function hasRoom({ most, free, roomiest }: Group<unknown>, requirement: Requirement): boolean {
  const { resources, cards, milli } = requirement;
  return (
    (cards === 0 || (milli <= roomiest && (milli < 1000 || cards <= free.wholeCards))) &&
    resources.cpuMilli <= most.cpuMilli &&
    resources.memoryBytes <= most.memoryBytes &&
    resources.diskBytes <= most.diskBytes
  );
}

/** The rankings over some groups. */
export class Rankings<N> {
  readonly #groups: Groups<N>;
  readonly #cardHourMicroYuan: (model: string) => number;
  readonly #budget: number;
  /** In order of use, the latest last. */
  readonly #known = new Map<string, Ranking<N>>();

  constructor(groups: Groups<N>, cardHourMicroYuan: (model: string) => number, budget: number) {
    this.#groups = groups;
    this.#cardHourMicroYuan = cardHourMicroYuan;
    this.#budget = budget;
  }

  /** Walks the groups that can take a requirement as far as cards and rounded-up host go, best first, up to the first for
   * which `take` is true. False when there was none: then all have been looked at. */
  walk(requirement: Requirement, ranker: Ranker, take: (group: Group<N>) => boolean): boolean {
    const ranking = this.#rankingOf(requirement, ranker);
    this.#extend(ranking, requirement);
    const { heap } = ranking;
    const passed: Entry<N>[] = [];
    let isTaken = false;
    while (!isTaken) {
      const entry = heap.peek();
      if (entry) {
        isTaken = entry.group.cells.size > 0 && take(entry.group);
        if (isTaken) break;
        heap.pop();
        if (entry.group.cells.size > 0) passed.push(entry);
      } else if (this.#isComplete(ranking)) {
        break;
      } else {
        this.#extend(ranking, requirement);
      }
    }
    for (const entry of passed) heap.push(entry);
    return isTaken;
  }

  #isComplete({ low, high }: Ranking<N>): boolean {
    return low === 0 && high === this.#groups.all.length;
  }

  #fresh(ranker: Ranker): Ranking<N> {
    const heap = createHeap<Entry<N>>((a, b) => isBetter(a.rank, b.rank));
    const { all, moves } = this.#groups;
    return { heap, low: all.length, high: all.length, moves, ranker };
  }

  #rankingOf(requirement: Requirement, ranker: Ranker): Ranking<N> {
    const key = `${requirement.strategy}${needsKey(requirement)}`;
    const found = this.#known.get(key);
    this.#known.delete(key);
    // Entries of groups that are no more must not outnumber the others.
    const isUsable =
      found?.ranker === ranker &&
      found.moves === this.#groups.moves &&
      found.heap.size <= 2 * this.#groups.all.length + 256;
    const ranking = isUsable ? found : this.#fresh(ranker);
    this.#known.set(key, ranking);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxRankings) break;
      this.#known.delete(oldest);
    }
    return ranking;
  }

  /** Looks at groups not looked at before, new ones first, then ever older ones. */
  #extend(ranking: Ranking<N>, requirement: Requirement): void {
    const { all } = this.#groups;
    let looked = 0;
    while (looked < this.#budget && ranking.high < all.length) {
      looked += this.#look(ranking, requirement, all[ranking.high]);
      ranking.high += 1;
    }
    while (looked < this.#budget && ranking.low > 0) {
      ranking.low -= 1;
      looked += this.#look(ranking, requirement, all[ranking.low]);
    }
  }

  #look(ranking: Ranking<N>, requirement: Requirement, group: Group<N> | undefined): number {
    if (!group || group.cells.size === 0 || !hasRoom(group, requirement)) return 0;
    const { ranker } = ranking;
    if (group.waste?.by !== ranker) group.waste = { by: ranker, value: ranker.waste(group.free) };
    const node = { free: group.free, cardHourMicroYuan: this.#cardHourMicroYuan };
    const option = ranker.best(requirement, node, group.waste.value);
    if (option) ranking.heap.push({ rank: option.rank, group });
    return 1;
  }
}

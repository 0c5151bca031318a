/**
 * For each kind of need that is asked for, groups in order of rank, best first. Kept from one request to the next: a
 * request pays for no more than `budget` groups that it has not seen, so that a need that was not seen for long is
 * answered in time too, and a ranking of many groups looks only at new ones. What is left out is looked at when what was
 * ranked does not do.
 *
 * Groups are looked at shelf by shelf, for `pack` those with the least room on their cards first.
 */
import { createHeap, type Heap } from '../heap.ts';
import { Recent } from '../recent.ts';
import { isWanted } from './filter.ts';
import type { Group, Groups } from './groups.ts';
import { isBetter, type Option, type Rank, type Ranker } from './rank.ts';
import { needsKey, type Requirement } from './requirement.ts';
import { leastHeight, type Shelf } from './shelf.ts';

interface Entry<N> {
  rank: Rank;
  group: Group<N>;
}

/** Which groups of a shelf have been looked at: those born from `low` on and before `high`. */
interface Span {
  low: number;
  high: number;
}

/** The groups in order for one kind of need. */
interface Ranking<N> {
  readonly heap: Heap<Entry<N>>;
  readonly ranker: Ranker;
  /** What the first group had as `born` that was new to it. */
  readonly born: number;
  /** The shelves on which cards may do, in the order in which they are looked at; those of `among`. */
  spans: Map<Shelf<Group<N>>, Span>;
  among: readonly Shelf<Group<N>>[];
}

/** How a walk ended: at a group that was taken; with all looked at and none taken; or before that. */
type Walked = 'taken' | 'none' | 'undecided';

/** What a ranking costs that has not been asked for by the last so many kinds of need is not worth its memory. */
const maxRankings = 256;
/** Among so many groups there is a good one: older ones are looked at only when none of these will do. */
const enough = 2048;
/** A ranking that has grown so much larger starts anew, so that its memory does not depend on the size of the fleet. */
const tooMany = 4 * enough;
/** How many entries of groups that are no more a walk puts up with. */
const mostGone = 64;
/** So many groups are passed over in the time that one look takes. */
const passesPerLook = 64;

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

/** The cards of a group that are the best for a requirement, and how good; undefined when none will do. */
export function bestOf(
  group: Group<unknown>,
  requirement: Requirement,
  ranker: Ranker,
  cardHourMicroYuan: (model: string) => number,
): Option | undefined {
  if (group.waste?.by !== ranker) group.waste = { by: ranker, value: ranker.waste(group.free) };
  return ranker.best(requirement, { free: group.free, cardHourMicroYuan }, group.waste.value);
}

function isThere({ group }: Entry<unknown>): boolean {
  return group.cells.size > 0;
}

/** The rankings over some groups. */
export class Rankings<N> {
  readonly #groups: Groups<N>;
  readonly #cardHourMicroYuan: (model: string) => number;
  readonly #budget: number;
  readonly #known = new Recent<Ranking<N>>(maxRankings);

  constructor(groups: Groups<N>, cardHourMicroYuan: (model: string) => number, budget: number) {
    this.#groups = groups;
    this.#cardHourMicroYuan = cardHourMicroYuan;
    this.#budget = budget;
  }

  /**
   * Walks the groups that can take a requirement as far as cards and rounded-up host go, best first, up to the first for
   * which `take` is true, or `patience` of them. When those that were ranked do not do, more are, up to `budget` and
   * `more` times that; but when there was none at all, until there is one.
   */
  walk(
    requirement: Requirement,
    ranker: Ranker,
    { patience, more }: { patience: number; more: number },
    take: (group: Group<N>) => boolean,
  ): Walked {
    const ranking = this.#rankingOf(requirement, ranker);
    const { heap } = ranking;
    const shown = new Set<Group<N>>();
    let isTaken = false;
    let gone = 0;
    const isLast = ({ group }: Entry<N>): boolean => {
      if (group.cells.size === 0) gone += 1;
      if (group.cells.size === 0 || shown.has(group)) return false;
      shown.add(group);
      isTaken = take(group);
      return isTaken || shown.size === patience;
    };
    let isComplete = this.#extend(ranking, requirement, heap.size < enough);
    let isLeft = false;
    for (let times = 0; ; times += 1) {
      while (heap.peek()?.group.cells.size === 0) heap.pop();
      isLeft = heap.visit(isLast);
      // Those that are no more must not be in the way again and again.
      if (gone > mostGone) heap.keep(isThere);
      gone = 0;
      if (isLeft || isComplete || (shown.size > 0 && times >= more)) break;
      isComplete = this.#extend(ranking, requirement, true);
    }
    if (isTaken) return 'taken';
    return isComplete && !isLeft ? 'none' : 'undecided';
  }

  /** The shelves on which cards may do for a requirement, in the order in which they are looked at. */
  shelvesFor(requirement: Requirement, ranker: Ranker): Iterable<Shelf<Group<N>>> {
    return this.#rankingOf(requirement, ranker).spans.keys();
  }

  #rankingOf(requirement: Requirement, ranker: Ranker): Ranking<N> {
    const key = `${requirement.strategy}${needsKey(requirement)}`;
    const found = this.#known.get(key);
    const most = Math.min(2 * this.#groups.count, tooMany) + 256;
    // Entries of groups that are no more must not outnumber the others.
    if (found && found.heap.size > most) found.heap.keep(isThere);
    const isUsable = found?.ranker === ranker && found.heap.size <= most;
    const ranking = isUsable ? found : this.#fresh(ranker);
    if (ranking.among !== this.#groups.shelves) this.#choose(ranking, requirement);
    if (!isUsable) this.#known.set(key, ranking);
    return ranking;
  }

  #fresh(ranker: Ranker): Ranking<N> {
    const heap = createHeap<Entry<N>>((a, b) => isBetter(a.rank, b.rank));
    return { heap, ranker, born: this.#groups.born, spans: new Map(), among: [] };
  }

  #choose(ranking: Ranking<N>, requirement: Requirement): void {
    const { spans, born } = ranking;
    const least = leastHeight(requirement);
    const chosen = this.#groups.shelves.filter(
      ({ height, kinds }) =>
        height >= least && (requirement.cards === 0 || kinds.some((card) => isWanted(card, requirement))),
    );
    if (requirement.strategy !== 'pack') chosen.reverse();
    ranking.spans = new Map(chosen.map((shelf) => [shelf, spans.get(shelf) ?? { low: born, high: born }]));
    ranking.among = this.#groups.shelves;
  }

  /** Looks at groups not looked at before: at new ones, then at ever older ones (`isDeep`). True when none are left. */
  #extend(ranking: Ranking<N>, requirement: Requirement, isDeep: boolean): boolean {
    const look = (group: Group<N>): number => this.#look(ranking, requirement, group);
    let left = this.#budget * passesPerLook;
    for (const end of ['high', 'low'] as const) {
      if (end === 'low' && !isDeep) return false;
      for (const [shelf, span] of ranking.spans) {
        left = lookBeyond(shelf, span, end, left, look);
        if (left <= 0) return false;
      }
    }
    return true;
  }

  /** Gives what it cost, in passes. */
  #look({ heap, ranker }: Ranking<N>, requirement: Requirement, group: Group<N>): number {
    if (group.cells.size === 0 || !hasRoom(group, requirement)) return 1;
    const option = bestOf(group, requirement, ranker, this.#cardHourMicroYuan);
    if (option) heap.push({ rank: option.rank, group });
    // A share is tried on a card of each amount.
    return passesPerLook * (requirement.milli < 1000 ? Math.max(1, group.amounts / 2) : 1);
  }
}

/** Looks at the groups of a shelf beyond one end of what was seen, as long as there is something left to spend: at new ones,
 * the oldest first (`high`), or at older ones, the newest first (`low`). Gives what is left then. */
function lookBeyond<N>(
  shelf: Shelf<Group<N>>,
  span: Span,
  end: keyof Span,
  budget: number,
  look: (group: Group<N>) => number,
): number {
  const isUp = end === 'high';
  let left = budget;
  for (let at = shelf.indexOf(span[end]) - (isUp ? 0 : 1); left > 0; at += isUp ? 1 : -1) {
    const group = shelf.items[at];
    if (!group) break;
    left -= look(group);
    span[end] = isUp ? group.born + 1 : group.born;
  }
  return left;
}

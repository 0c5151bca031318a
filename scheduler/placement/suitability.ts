/**
 * Which nodes are where a job may run, whatever they have free: of the labels, regions and owners that it wants, and
 * lent to its organisation for so long. Remembered by terms, so that it is found out once for all nodes of the same.
 * Pure but for what it remembers.
 */
import { Recent } from '../recent.ts';
import { type Candidate, type Lack, lacksLeave, lacksPlace } from './filter.ts';
import type { Cell, Terms } from './groups.ts';
import { leaveKey, placeKey, type Requirement } from './requirement.ts';

/** Whether the nodes of a cell are where the job may run. */
export type Suits<N> = (cell: Cell<N>, now: number) => boolean;

/** One of the two questions. */
type Lacks = (requirement: Requirement, node: Candidate) => Lack | undefined;

/** Answers by terms. */
type Known<N> = WeakMap<Terms<N>, boolean>;

/** Answers to so many questions of each sort are kept. */
const maxQuestions = 256;

/** Answers by question. */
class Memory<N> {
  readonly #known = new Recent<Known<N>>(maxQuestions);

  of(question: string): Known<N> {
    const known = this.#known.get(question);
    if (known) return known;
    const made: Known<N> = new WeakMap();
    this.#known.set(question, made);
    return made;
  }
}

/** Remembers which terms suit whom. */
export class Suitability<N> {
  readonly #view: (node: N, now: number) => Candidate | undefined;
  readonly #places = new Memory<N>();
  readonly #leaves = new Memory<N>();

  constructor(view: (node: N, now: number) => Candidate | undefined) {
    this.#view = view;
  }

  /** The judgement for one requirement. */
  of(requirement: Requirement): Suits<N> {
    const where = placeKey(requirement);
    const place = where === '' ? undefined : this.#places.of(where);
    const leave = this.#leaves.of(leaveKey(requirement));
    const ask = (known: Known<N>, cell: Cell<N>, now: number, lacks: Lacks): boolean => {
      const answer = known.get(cell.terms);
      if (answer !== undefined) return answer;
      const [node] = cell.nodes;
      const candidate = node === undefined ? undefined : this.#view(node, now);
      if (!candidate) return false;
      const isSuitable = !lacks(requirement, candidate);
      known.set(cell.terms, isSuitable);
      return isSuitable;
    };
    return (cell, now) => {
      if (place && !ask(place, cell, now, lacksPlace)) return false;
      // What an owner allows changes with time when his hours end; then each node is asked.
      return cell.closesAt !== undefined || ask(leave, cell, now, lacksLeave);
    };
  }
}

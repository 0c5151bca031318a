/**
 * Jobs that wait for cards, by organisation.
 *
 * Jobs of equal needs and one user form a *shape*; within it they go by priority, then by time of submission. What one
 * of them cannot have no other of the shape can have either, so nobody ever looks at more than the head of each shape. A
 * shape that found no node is `blocked`: until a node gains something, its jobs are not tried again, and then on that
 * node only.
 */
import type { OrgId } from '../../proto/ids.ts';
import { createHeap, type Heap } from '../heap.ts';
import type { Requirement } from '../placement/requirement.ts';

/** What the queue needs to know of a job. */
export interface Waiting {
  /** Order of submission. */
  readonly number: number;
  readonly priority: number;
  /** Within its organisation. */
  readonly user: string;
  /** Card-milliseconds by its time limit: what it may take. */
  readonly work: number;
  /** Card-milliseconds that it is expected to take, as guessed when it came. */
  readonly size: number;
}

/** Jobs of equal needs. */
export interface Shape<J extends Waiting> {
  readonly key: string;
  readonly user: string;
  readonly requirement: Requirement;
  /** Whether the whole fleet was searched in vain since the last of its jobs was placed. */
  blocked: boolean;
  /** The fleet's version at which no node could ever have taken it; -1: never found so. */
  hopelessAt: number;
  /** The room version at which no room could be made for it; -1: never tried. */
  noRoomAt: number;
  /** Its first waiting job. */
  head(): J | undefined;
}

/** The jobs of one organisation. */
export interface OrgQueue<J extends Waiting> {
  readonly org: OrgId;
  /** Shapes that have waiting jobs, in no order. */
  shapes(): Iterable<Shape<J>>;
}

/** Whether `a` is to be served before `b` of the same shape, and of the same organisation when it is its turn. */
export function goesBefore(
  a: Pick<Waiting, 'number' | 'priority'>,
  b: Pick<Waiting, 'number' | 'priority'>,
): boolean {
  return a.priority === b.priority ? a.number < b.number : a.priority > b.priority;
}

interface Entry<J extends Waiting> {
  shape: Shape<J>;
  heap: Heap<J>;
}

/** See `OrgQueue`. */
class OrgJobs<J extends Waiting> implements OrgQueue<J> {
  readonly org: OrgId;
  waiting = 0;
  readonly #isWaiting: (job: J, within: Heap<J>) => boolean;
  readonly #entries = new Map<string, Entry<J>>();

  constructor(org: OrgId, isWaiting: (job: J, within: Heap<J>) => boolean) {
    this.org = org;
    this.#isWaiting = isWaiting;
  }

  *shapes(): Iterable<Shape<J>> {
    for (const { shape } of this.#entries.values()) if (shape.head() !== undefined) yield shape;
  }

  entry(key: string, user: string, requirement: Requirement): Entry<J> {
    const place = `${key}\0${user}`;
    const known = this.#entries.get(place);
    // One that is empty knows nothing of what nodes have gained since its last job left: it begins anew.
    if (known?.shape.head() !== undefined) return known;
    const heap = createHeap<J>(goesBefore);
    const head = (): J | undefined => this.#head(place, heap);
    const made = {
      heap,
      shape: { key, user, requirement, blocked: false, hopelessAt: -1, noRoomAt: -1, head },
    };
    this.#entries.set(place, made);
    return made;
  }

  #head(place: string, heap: Heap<J>): J | undefined {
    for (let first = heap.peek(); first !== undefined; first = heap.peek()) {
      if (this.#isWaiting(first, heap)) return first;
      heap.pop();
    }
    // Whoever still holds an emptied shape must not take away the one that came after it.
    if (this.#entries.get(place)?.heap === heap) this.#entries.delete(place);
    return undefined;
  }
}

/** The queue, empty at first. */
export class Queue<J extends Waiting> {
  /** Where each waits: one that came back with other needs leaves nothing in its old shape but its name. */
  readonly #waiting = new Map<J, { of: OrgJobs<J>; heap: Heap<J> }>();
  readonly #orgs = new Map<OrgId, OrgJobs<J>>();

  /** How many jobs wait. */
  get size(): number {
    return this.#waiting.size;
  }

  has(job: J): boolean {
    return this.#waiting.has(job);
  }

  /** Puts a job in (again) at its place by priority and number; gives its shape. */
  add(job: J, key: string, requirement: Requirement): Shape<J> {
    const { org } = requirement;
    const isWaiting = (one: J, within: Heap<J>): boolean => this.#waiting.get(one)?.heap === within;
    const of = this.#orgs.get(org) ?? new OrgJobs<J>(org, isWaiting);
    this.#orgs.set(org, of);
    const { shape, heap } = of.entry(key, job.user, requirement);
    if (!this.#waiting.has(job)) {
      heap.push(job);
      of.waiting += 1;
      this.#waiting.set(job, { of, heap });
    }
    return shape;
  }

  remove(job: J): void {
    const of = this.#waiting.get(job)?.of;
    if (!of) return;
    this.#waiting.delete(job);
    of.waiting -= 1;
    if (of.waiting === 0) this.#orgs.delete(of.org);
  }

  /** Organisations that have waiting jobs, in no order. */
  orgs(): Iterable<OrgQueue<J>> {
    return this.#orgs.values();
  }

  /** Shapes that have waiting jobs, in no order. */
  *shapes(): Iterable<Shape<J>> {
    for (const of of this.#orgs.values()) yield* of.shapes();
  }
}

/**
 * Jobs that wait for cards, by priority, then by time of submission.
 *
 * Jobs of equal needs form a *shape*. What one of them cannot have no other of the shape can have either, so the queue
 * never looks at more than the head of each shape. A shape that found no node is `blocked`: until a node gains
 * something, its jobs are not tried again, and then on that node only.
 */
import { createHeap, type Heap } from '../heap.ts';
import type { Requirement } from '../placement/requirement.ts';

/** What the queue needs to know of a job. */
export interface Waiting {
  /** Order of submission. */
  readonly number: number;
  readonly priority: number;
}

/** Jobs of equal needs. */
export interface Shape<J extends Waiting> {
  readonly key: string;
  readonly requirement: Requirement;
  /** Whether the whole fleet was searched in vain since the last of its jobs was placed. */
  blocked: boolean;
  /** Its first waiting job. */
  head(): J | undefined;
}

/** The queue. */
export interface Queue<J extends Waiting> {
  readonly size: number;
  has(job: J): boolean;
  /** Puts a job in (again) at its place by priority and number; gives its shape. */
  add(job: J, key: string, requirement: Requirement): Shape<J>;
  remove(job: J): void;
  /** Shapes that have waiting jobs, in no order. */
  shapes(): Iterable<Shape<J>>;
}

/** Whether `a` is to be served before `b`. */
export function goesBefore(a: Waiting, b: Waiting): boolean {
  return a.priority === b.priority ? a.number < b.number : a.priority > b.priority;
}

/** An empty queue. */
export function createQueue<J extends Waiting>(): Queue<J> {
  const waiting = new Set<J>();
  const shapes = new Map<string, { shape: Shape<J>; heap: Heap<J> }>();

  function head(key: string, heap: Heap<J>): J | undefined {
    for (let first = heap.peek(); first !== undefined; first = heap.peek()) {
      if (waiting.has(first)) return first;
      heap.pop();
    }
    // Whoever still holds an emptied shape must not take away the one that came after it.
    if (shapes.get(key)?.heap === heap) shapes.delete(key);
    return undefined;
  }

  function shapeOf(key: string, requirement: Requirement): { shape: Shape<J>; heap: Heap<J> } {
    const known = shapes.get(key);
    // One that is empty knows nothing of what nodes have gained since its last job left: it begins anew.
    if (known?.shape.head() !== undefined) return known;
    const heap = createHeap<J>(goesBefore);
    const made = { heap, shape: { key, requirement, blocked: false, head: () => head(key, heap) } };
    shapes.set(key, made);
    return made;
  }

  return {
    get size() {
      return waiting.size;
    },
    has: (job) => waiting.has(job),
    add(job, key, requirement) {
      const { shape, heap } = shapeOf(key, requirement);
      if (!waiting.has(job)) heap.push(job);
      waiting.add(job);
      return shape;
    },
    remove(job) {
      waiting.delete(job);
    },
    *shapes() {
      for (const { shape } of shapes.values()) if (shape.head() !== undefined) yield shape;
    },
  };
}

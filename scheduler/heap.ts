/** A binary heap: the least element by `before` first. Elements that have lost their meaning are skipped by the caller
 * when they come up, so that nothing needs to be searched for. */

/** A priority queue. */
export interface Heap<T> {
  readonly size: number;
  peek(): T | undefined;
  push(item: T): void;
  pop(): T | undefined;
  /** Shows items in order, without taking them out, up to the first for which `isLast` is true; whether there was one. */
  visit(isLast: (item: T) => boolean): boolean;
  /** Drops the others. */
  keep(isWanted: (item: T) => boolean): void;
}

/** Shows what a heap holds in order: the next is always below one that was shown. */
function visit<T>(
  items: readonly T[],
  before: (a: T, b: T) => boolean,
  isLast: (item: T) => boolean,
): boolean {
  const [first] = items;
  if (first === undefined) return false;
  // Mostly it is the first.
  if (isLast(first)) return true;
  const open = createHeap<{ at: number; item: T }>((a, b) => before(a.item, b.item));
  const show = (at: number): void => {
    const item = items[at];
    if (item !== undefined) open.push({ at, item });
  };
  show(1);
  show(2);
  for (let next = open.pop(); next; next = open.pop()) {
    if (isLast(next.item)) return true;
    show(2 * next.at + 1);
    show(2 * next.at + 2);
  }
  return false;
}

/** An empty heap; `before(a, b)`: whether `a` comes out before `b`. */
export function createHeap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  let items: T[] = [];

  function rise(from: number, item: T): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !before(item, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  function sink(item: T): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let least = items[child];
      const right = items[child + 1];
      if (least === undefined) break;
      if (right !== undefined && before(right, least)) {
        child += 1;
        least = right;
      }
      if (!before(least, item)) break;
      items[at] = least;
      at = child;
    }
    items[at] = item;
  }

  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    push: (item) => {
      items.push(item);
      rise(items.length - 1, item);
    },
    pop: () => {
      const first = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) sink(last);
      return first;
    },
    visit: (isLast) => visit(items, before, isLast),
    keep: (isWanted) => {
      const kept = items.filter(isWanted);
      items = [];
      for (const item of kept) {
        items.push(item);
        rise(items.length - 1, item);
      }
    },
  };
}

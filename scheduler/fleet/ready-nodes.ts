/** Nodes that may get leases, by how many wholly free cards they have: best fit looks at the fewest first, and a fleet
 * without enough free cards is known to be so without a look at any node. */
import type { Node } from './node.ts';

/** The index. */
export interface ReadyNodes {
  /** Puts `node` where its free capacity belongs, or takes it out. */
  put(node: Node, ready: boolean): void;
  /** Nodes with at least `wholeCards` free cards, fewest first. */
  from(wholeCards: number): Iterable<Node>;
}

/** An empty index. */
export function createReadyNodes(): ReadyNodes {
  const buckets: Set<Node>[] = [];
  const where = new Map<Node, Set<Node>>();

  function bucket(wholeCards: number): Set<Node> {
    for (let next = buckets.length; next <= wholeCards; next += 1) buckets.push(new Set());
    const found = buckets[wholeCards];
    return found ?? new Set();
  }

  return {
    put(node, ready) {
      const before = where.get(node);
      const after = ready && node.free ? bucket(node.free.wholeCards) : undefined;
      if (before === after) return;
      before?.delete(node);
      if (!after) {
        where.delete(node);
        return;
      }
      after.add(node);
      where.set(node, after);
    },
    *from(wholeCards) {
      for (let at = wholeCards; at < buckets.length; at += 1) yield* buckets[at] ?? [];
    },
  };
}

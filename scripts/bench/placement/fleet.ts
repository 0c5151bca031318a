/** Nodes and leases in memory around the scheduler's own placement: what benches place on. */
import type { AcceleratorId, OrgId } from '../../../proto/ids.ts';
import type { Inventory } from '../../../proto/messages.ts';
import { freeOf, type NodeFree, type Taking } from '../../../scheduler/fleet/capacity.ts';
import { type Layout, layoutOf } from '../../../scheduler/fleet/layout.ts';
import { Finder, type Fit } from '../../../scheduler/placement/finder.ts';
import type { Mix } from '../../../scheduler/placement/mix.ts';
import type { Requirement } from '../../../scheduler/placement/requirement.ts';

/** A node of a bench. */
export interface BenchNode {
  readonly owner: OrgId;
  readonly layout: Layout;
  readonly live: Set<Taking>;
  free: NodeFree;
}

/** A grant of a bench. */
export interface BenchLease extends Taking {
  readonly node: BenchNode;
}

/** The fleet. */
export interface BenchFleet {
  readonly nodes: readonly BenchNode[];
  readonly finder: Finder<BenchNode>;
  grant(requirement: Requirement, fit: Fit<BenchNode>): BenchLease;
  end(lease: BenchLease): void;
}

/** A fleet of `members`, on which nothing runs. */
export function createFleet(
  members: Iterable<{ inventory: Inventory; owner: OrgId }>,
  mix: () => Mix,
): BenchFleet {
  const price = (): number => 0;
  const finder = new Finder<BenchNode>({
    view: ({ free, layout: { inventory }, owner }) => ({
      free,
      owner,
      labels: inventory.host.labels,
      region: inventory.host.region,
      policy: inventory.ownerPolicy,
      cardHourMicroYuan: price,
    }),
    cardHourMicroYuan: price,
    mix,
  });

  function refresh(node: BenchNode): void {
    node.free = freeOf(node.layout, node.live, node.free);
    finder.put(node, { free: node.free, terms: node.layout.terms, closesAt: undefined });
  }

  const nodes = Array.from(members, ({ inventory, owner }): BenchNode => {
    const layout = layoutOf(inventory, owner);
    const node: BenchNode = { owner, layout, live: new Set(), free: freeOf(layout, []) };
    refresh(node);
    return node;
  });

  return {
    nodes,
    finder,
    grant({ milli, resources }, { node, cards }) {
      const acceleratorIds = cards.map(({ id }): AcceleratorId => id);
      const lease: BenchLease = { node, acceleratorIds, acceleratorMilli: milli, wants: resources };
      node.live.add(lease);
      refresh(node);
      return lease;
    },
    end(lease) {
      lease.node.live.delete(lease);
      refresh(lease.node);
    },
  };
}

/** A small fleet around the finder, and random nodes and requirements for it. */
import fc from 'fast-check';
import { type OrgId, parseOrg } from '../../proto/ids.ts';
import type { AcceleratorInfo, Inventory } from '../../proto/messages.ts';
import { freeOf, type NodeFree, type Taking } from '../../scheduler/fleet/capacity.ts';
import { type Layout, layoutOf } from '../../scheduler/fleet/layout.ts';
import type { Candidate } from '../../scheduler/placement/filter.ts';
import { Finder, type Fit } from '../../scheduler/placement/finder.ts';
import { createMixLearner, type MixLearner } from '../../scheduler/placement/mix.ts';
import { type Requirement, requirementOf } from '../../scheduler/placement/requirement.ts';
import { card, cardId, gib, inventory, org, spec } from './values.ts';

/** Cheap cards cost 1 yuan an hour, others 2. */
const price = (model: string): number => (model === 'T4' ? 1_000_000 : 2_000_000);

/** A node in the small fleet. */
export interface PlacedNode {
  name: string;
  owner: OrgId;
  layout: Layout;
  live: Map<number, Taking>;
  free: NodeFree;
}

/** The node as placement sees it at `now`; the owner's hours end `windowLeftMs` after 0. */
export function viewOf({ free, layout: { inventory }, owner }: PlacedNode, now: number): Candidate {
  const { host, ownerPolicy } = inventory;
  const windowLeftMs = ownerPolicy?.windowLeftMs;
  const policy =
    ownerPolicy && windowLeftMs !== undefined
      ? { ...ownerPolicy, windowLeftMs: Math.max(0, windowLeftMs - now) }
      : ownerPolicy;
  return { free, labels: host.labels, region: host.region, owner, policy, cardHourMicroYuan: price };
}

/** A fleet whose free capacity is always computed from what is live. */
export class PlacedFleet {
  readonly nodes: PlacedNode[] = [];
  readonly mix: MixLearner = createMixLearner(64);
  readonly finder: Finder<PlacedNode>;
  #leases = 0;

  constructor(budget?: number) {
    this.finder = new Finder({ view: viewOf, cardHourMicroYuan: price, mix: () => this.mix.mix }, budget);
  }

  add(of: Inventory, owner: OrgId = org): PlacedNode {
    const layout = layoutOf(of, owner);
    const node = { name: `n${this.nodes.length}`, owner, layout, live: new Map(), free: freeOf(layout, []) };
    this.nodes.push(node);
    this.refresh(node);
    return node;
  }

  refresh(node: PlacedNode): void {
    node.free = freeOf(node.layout, node.live.values());
    const windowLeftMs = node.layout.inventory.ownerPolicy?.windowLeftMs;
    this.finder.put(node, { free: node.free, terms: node.layout.terms, closesAt: windowLeftMs });
  }

  grant({ milli, resources }: Requirement, { node, cards }: Fit<PlacedNode>): void {
    this.#leases += 1;
    const taking = { wants: resources, acceleratorMilli: milli, acceleratorIds: cards.map(({ id }) => id) };
    node.live.set(this.#leases, taking);
    this.refresh(node);
  }

  /** Ends the oldest lease of a node. */
  endOldest(node: PlacedNode): void {
    for (const number of node.live.keys()) {
      node.live.delete(number);
      break;
    }
    this.refresh(node);
  }
}

/** All of `cards` joined with one another. */
export function joined(cards: readonly AcceleratorInfo[]): AcceleratorInfo[] {
  return cards.map((one) => ({
    ...one,
    links: cards
      .filter(({ id }) => id !== one.id)
      .map(({ id }) => ({ kind: 'nvlink', peerId: id, word: 'NV18' })),
  }));
}

/** Two islands of four, each near its own CPUs. */
export function twoIslands(): AcceleratorInfo[] {
  const four = (from: number, numaNode: number): AcceleratorInfo[] =>
    joined([0, 1, 2, 3].map((i) => card(from + i, { numaNode })));
  return [...four(0, 0), ...four(4, 1)];
}

/** A MIG instance of `memoryGib` in the place of card `index`. */
export function part(index: number, memoryGib: number): AcceleratorInfo {
  const profile = `${Math.ceil(memoryGib / 10)}g.${memoryGib}gb`;
  const partition = { kind: 'mig', parentId: cardId(index), profile };
  return card(index, { model: `A100 MIG ${profile}`, memoryBytes: memoryGib * gib, partition });
}

const cards: fc.Arbitrary<readonly AcceleratorInfo[]> = fc.oneof(
  fc.integer({ min: 0, max: 8 }).map((count) => Array.from({ length: count }, (_, i) => card(i))),
  fc
    .integer({ min: 1, max: 4 })
    .map((count) => Array.from({ length: count }, (_, i) => card(i, { model: 'T4', memoryBytes: 16 * gib }))),
  fc.constant(twoIslands()),
  fc.constant([part(0, 10), part(1, 10), part(2, 20), card(3)]),
  fc.constant([card(0), card(1, { model: 'T4', driverVersion: '550.1' }), card(2, { offered: false })]),
);

/** Any node. */
export const anyNode: fc.Arbitrary<[Inventory, OrgId]> = fc
  .record({
    cards,
    cpuMilli: fc.constantFrom(4000, 16_000, 64_000),
    memoryGib: fc.constantFrom(8, 64, 512),
    region: fc.constantFrom('', '110000', '440300'),
    zone: fc.constantFrom('a', 'b'),
    owner: fc.constantFrom(org, parseOrg('other')),
    policy: fc.option(
      fc.record({
        allowOrgs: fc.constantFrom([], [org], [parseOrg('other')]),
        denyOrgs: fc.constant([]),
        hours: fc.constant(''),
        maxCards: fc.constantFrom(1, 3, 8),
        windowLeftMs: fc.constantFrom(0, 1_000_000, 10_000_000),
      }),
    ),
  })
  .map(({ cards, cpuMilli, memoryGib, region, zone, owner, policy }) => {
    const host = { ...inventory(0).host, cpuMilli, memoryBytes: memoryGib * gib, region, labels: { zone } };
    const ownerPolicy = policy && { ...policy, allowOrgs: [...policy.allowOrgs], denyOrgs: [] };
    return [inventory([...cards], { host, ...(ownerPolicy ? { ownerPolicy } : {}) }), owner];
  });

/** Any requirement; most of them common ones. */
export const anyRequirement: fc.Arbitrary<Requirement> = fc
  .record({
    size: fc.constantFrom([1, 1000], [1, 500], [1, 190], [2, 1000], [4, 1000], [0, 1000], [8, 1000]),
    cpu_milli: fc.constantFrom(1000, 3152, 9000),
    memory_bytes: fc.constantFrom(1, 5, 30).map((size) => size * gib),
    models: fc.constantFrom<string[]>([], [], ['A100'], ['T4', 'A100 MIG 1g.10gb']),
    accelerator_memory_bytes: fc.constantFrom(0, 0, 12 * gib),
    linked: fc.constantFrom(false, false, true),
    regions: fc.constantFrom<string[]>([], [], ['44']),
    node_labels: fc.constantFrom<Record<string, string>>({}, {}, { zone: 'a' }),
    not_owners: fc.constantFrom<string[]>([], [], ['other']),
    max_card_hour_micro_yuan: fc.constantFrom(0, 0, 1_500_000),
    min_driver_version: fc.constantFrom('', '', '535'),
    nodes: fc.constantFrom(1, 1, 2, 3),
    strategy: fc.constantFrom('pack' as const, 'pack' as const, 'spread' as const),
  })
  .map(({ size: [accelerators = 0, accelerator_milli = 1000], linked, ...rest }) => {
    const isLinked = linked && accelerator_milli === 1000;
    return requirementOf(spec({ accelerators, accelerator_milli, linked: isLinked, ...rest }), org);
  });

/**
 * What of an inventory stays the same while leases come and go: the cards that take leases, which of them are joined by
 * the vendor's own links, and keys under which alike cards and alike hosts meet. Computed once per inventory. Pure.
 */
import type { OrgId } from '../../proto/ids.ts';
import type { AcceleratorInfo, Inventory } from '../../proto/messages.ts';
import { compact, createSharer, type Sharer } from './compact.ts';

/** A card that takes leases. */
export interface LeasableCard {
  readonly info: AcceleratorInfo;
  /** Equal for cards that no requirement can tell apart. */
  readonly kind: string;
  /** Lower case, as requirements name them. */
  readonly vendor: string;
  readonly model: string;
  readonly architecture: string;
  /** The same number for cards that are joined by the vendor's own links; -1: no such link is known. */
  readonly island: number;
}

/** The unchanging half of a node's capacity. */
export interface Layout {
  readonly inventory: Inventory;
  readonly cards: readonly LeasableCard[];
  /** Equal for nodes whose cards are, one after the other, of the same kinds and in the same places. */
  readonly shape: string;
  /** Equal for nodes of equal labels, region, owner and owner's rules; how long the owner's hours last is left out. */
  readonly terms: string;
}

/** A card takes leases when the owner offers it and it has not failed. */
function isLeasable(card: AcceleratorInfo): boolean {
  return card.offered && card.health !== 'failed';
}

/** Which cards reach one another over links that are not PCIe, by id: connected parts get the same number. */
function islandsOf(cards: readonly AcceleratorInfo[]): Map<string, number> {
  const peers = new Map<string, string[]>();
  for (const card of cards)
    for (const { kind, peerId } of card.links) {
      if (kind === 'pcie') continue;
      peers.set(card.id, [...(peers.get(card.id) ?? []), peerId]);
      peers.set(peerId, [...(peers.get(peerId) ?? []), card.id]);
    }
  const islands = new Map<string, number>();
  let count = 0;
  for (const start of peers.keys()) {
    if (islands.has(start)) continue;
    const open = [start];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (islands.has(id)) continue;
      islands.set(id, count);
      open.push(...(peers.get(id) ?? []));
    }
    count += 1;
  }
  return islands;
}

function kindOf(card: AcceleratorInfo): string {
  const { vendor, model, architecture, memoryBytes, driverVersion, runtimeVersion, partition } = card;
  const throughput = card.throughput.map(({ precision, gigaFlops, dense }) => [precision, gigaFlops, dense]);
  return JSON.stringify([
    vendor,
    model,
    architecture,
    memoryBytes ?? null,
    driverVersion,
    runtimeVersion,
    partition?.profile ?? null,
    throughput,
  ]);
}

function termsOf({ host, ownerPolicy }: Inventory, owner: OrgId): string {
  const { allowOrgs, denyOrgs, maxLeaseMs, maxCards, windowLeftMs } = ownerPolicy ?? {};
  const labels = Object.entries(host.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    owner,
    host.region,
    labels,
    allowOrgs ?? [],
    denyOrgs ?? [],
    maxLeaseMs ?? null,
    maxCards ?? null,
    windowLeftMs !== undefined,
  ]);
}

/** The layout of `inventory`, in its compact form, on a node of `owner`. */
export function layoutOf(told: Inventory, owner: OrgId, sharer: Sharer = createSharer()): Layout {
  const islands = islandsOf(told.accelerators);
  const inventory = compact(told, sharer);
  const { text } = sharer;
  const cards = inventory.accelerators.filter(isLeasable).map(
    (info): LeasableCard => ({
      info,
      kind: text(kindOf(info)),
      vendor: text(info.vendor.toLowerCase()),
      model: text(info.model.toLowerCase()),
      architecture: text(info.architecture.toLowerCase()),
      island: islands.get(info.id) ?? -1,
    }),
  );
  const places = cards.map(({ kind, island, info }) => `${island} ${info.numaNode ?? -1} ${kind}`);
  return { inventory, cards, shape: text(places.join('\n')), terms: text(termsOf(inventory, owner)) };
}

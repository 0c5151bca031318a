/** All leases of the node as one view: what is reserved, and whether an offer has room. Free is computed, never counted. */
import { assertNever, type Code } from '../../proto/codes.ts';
import type { Inventory, Offer } from '../../proto/messages.ts';
import { policyBreach } from '../../proto/owner-policy.ts';
import { add, fits, none, type Resources, subtract } from '../../proto/resources.ts';
import type { Lease } from './lease.ts';

/** What `work` takes of the host. */
function wanted(lease: { offer: Offer }): Resources {
  const { cpuMilli, memoryBytes, diskBytes } = lease.offer.work;
  return { cpuMilli, memoryBytes, diskBytes };
}

/** Sum of all that live leases hold. An ended lease holds nothing once its container is removed; until then it does. */
export function reserved(leases: Iterable<Lease>): Resources {
  let sum = none;
  for (const lease of leases) sum = add(sum, wanted(lease));
  return sum;
}

/** Thousandths of each accelerator that live leases hold, by accelerator id. */
export function cardShares(leases: Iterable<Lease>): Map<string, number> {
  const shares = new Map<string, number>();
  for (const lease of leases) {
    for (const id of lease.offer.acceleratorIds)
      shares.set(id, (shares.get(id) ?? 0) + lease.offer.acceleratorMilli);
  }
  return shares;
}

/** Why the owner does not lend it so, undefined when nothing stands against it. */
function policyRefusal(offer: Offer, live: readonly Lease[], inventory: Inventory): string | undefined {
  const policy = inventory.ownerPolicy;
  const breach = policyBreach(policy, { org: offer.org, durationMs: offer.maxDurationMs });
  switch (breach?.kind) {
    case 'org':
      return `this node is not lent to ${offer.org}`;
    case 'closed':
      return `outside the owner's hours: ${policy?.hours}`;
    case 'max_lease':
      return `asks for ${offer.maxDurationMs} ms, the owner lends for at most ${breach.limitMs} ms`;
    case 'closing':
      return `asks for ${offer.maxDurationMs} ms, the owner's hours end in ${breach.leftMs} ms`;
    case undefined:
      break;
    default:
      return assertNever(breach);
  }
  const lent = new Set([...live.flatMap((lease) => lease.offer.acceleratorIds), ...offer.acceleratorIds]);
  return policy?.maxCards !== undefined && offer.acceleratorIds.length > 0 && lent.size > policy.maxCards
    ? `with it ${lent.size} cards would be leased, the owner lends ${policy.maxCards} at the same time`
    : undefined;
}

/** Why `offer` cannot be taken, or undefined when it can. Resources are checked by the node's own truth, whatever the
 * scheduler believes. */
export function refusal(
  offer: Offer,
  live: readonly Lease[],
  inventory: Inventory,
): { code: Code; message: string } | undefined {
  if (inventory.draining)
    return { code: 'draining', message: `the node is draining: ${inventory.drainReason}` };
  if (offer.inventoryGeneration !== inventory.generation) {
    return {
      code: 'stale_inventory',
      message: `offered against inventory ${offer.inventoryGeneration}, now ${inventory.generation}`,
    };
  }
  const against = policyRefusal(offer, live, inventory);
  if (against) return { code: 'owner_policy', message: against };
  const host = inventory.host;
  const free = subtract(
    { cpuMilli: host.cpuMilli, memoryBytes: host.memoryBytes, diskBytes: host.diskBytes },
    reserved(live),
  );
  if (!fits(wanted({ offer }), free)) {
    return {
      code: 'no_capacity',
      message: `needs ${JSON.stringify(wanted({ offer }))}, free are ${JSON.stringify(free)}`,
    };
  }
  const shares = cardShares(live);
  for (const id of offer.acceleratorIds) {
    const card = inventory.accelerators.find((known) => known.id === id);
    if (!card) return { code: 'stale_inventory', message: `this node has no accelerator ${id}` };
    if (!card.offered)
      return { code: 'no_capacity', message: `accelerator ${id} is not offered: ${card.notOfferedReason}` };
    if ((shares.get(id) ?? 0) + offer.acceleratorMilli > 1000)
      return { code: 'no_capacity', message: `accelerator ${id} is taken` };
  }
  if (new Set(offer.acceleratorIds).size !== offer.acceleratorIds.length)
    return { code: 'invalid_argument', message: 'an accelerator is named twice' };
  return undefined;
}

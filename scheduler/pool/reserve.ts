/**
 * Where and when a job that does not fit yet will: the reservation that backfill must not delay.
 *
 * Every lease ends by its time limit, so the moment at which a node has room is known: its leases are taken away in the
 * order of their ends until the job fits. Nodes that have not been looked at could only make that earlier, so it is
 * enough to look at some: the reservation holds whichever they are.
 */
import { freeOf, type Taking } from '../fleet/capacity.ts';
import type { Node } from '../fleet/node.ts';
import type { Lease } from '../lease/lease.ts';
import { isWanted, lacks } from '../placement/filter.ts';
import type { Requirement } from '../placement/requirement.ts';
import type { FairOptions } from '../queue/shares.ts';
import { candidateOf, type PoolState, priceBy } from './state.ts';

/** Nodes on which a job will fit, and when (monotonic ms). */
export interface Reservation {
  requirement: Requirement;
  nodes: ReadonlySet<Node>;
  at: number;
}

export type Price = (model: string) => number;

/** Nodes that are looked at for one reservation. */
const mostLooks = 512;

/** When a lease will have ended at the latest, by what is known at `now`. A preemptible one gives way at any time. */
export function endOf(
  lease: Lease,
  now: number,
  { preemptNoticeMs }: Pick<FairOptions, 'preemptNoticeMs'>,
): number {
  const { runningAt, maxDurationMs, graceMs, stoppingAt, stop, preemptible } = lease;
  if (stoppingAt !== undefined && stop) return Math.max(now, stoppingAt + stop.graceMs);
  const byLimit = Math.max(now, (runningAt ?? now) + maxDurationMs + graceMs);
  return preemptible ? Math.min(byLimit, now + preemptNoticeMs) : byLimit;
}

/** Whether the job fits on `node` when only `takers` are left on it. */
export function fitsBeside(
  requirement: Requirement,
  node: Node,
  takers: Iterable<Taking>,
  price: Price,
): boolean {
  const { layout } = node;
  const candidate = candidateOf(node, 0, price);
  if (!layout || !candidate) return false;
  return (
    lacks(requirement, {
      ...candidate,
      policy: node.inventory?.ownerPolicy,
      free: freeOf(layout, takers),
    }) === undefined
  );
}

/** What a look at reservations goes by. */
export interface Outlook {
  now: number;
  price: Price;
  fair: Pick<FairOptions, 'preemptNoticeMs'>;
}

/** What is taken of a node and until when at the latest, the first to end first. */
function takersOf(node: Node, { now, fair }: Outlook): { taking: Taking; until: number }[] {
  const leases = [...node.live.values()].map((taking) => ({ taking, until: endOf(taking, now, fair) }));
  const claims = node.claims.map((taking) => ({ taking, until: Math.max(now, taking.until) }));
  return [...leases, ...claims].sort((a, b) => a.until - b.until);
}

/** When the job will fit on `node`; undefined: never. */
function earliestOn(requirement: Requirement, node: Node, outlook: Outlook): number | undefined {
  const { now, price } = outlook;
  if (!fitsBeside(requirement, node, [], price)) return undefined;
  const takers = takersOf(node, outlook);
  const takings = takers.map(({ taking }) => taking);
  if (fitsBeside(requirement, node, takings, price)) return now;
  for (const [i, { until }] of takers.entries())
    if (fitsBeside(requirement, node, takings.slice(i + 1), price)) return until;
  return undefined;
}

/** The earliest `nodes` of the fleet, all with cards of one model. */
function soonest(state: PoolState, requirement: Requirement, now: number): Reservation | undefined {
  const { fair, tariff } = state.options;
  const outlook = { now, fair, price: priceBy(tariff) };
  const found: { node: Node; at: number }[] = [];
  for (const node of state.ready) {
    const at = earliestOn(requirement, node, outlook);
    if (at !== undefined) found.push({ node, at });
    if (found.length >= Math.max(mostLooks, requirement.nodes)) break;
  }
  found.sort((a, b) => a.at - b.at);
  const chosen = found.slice(0, requirement.nodes);
  const last = chosen.at(-1);
  if (!last || chosen.length < requirement.nodes) return undefined;
  return { requirement, nodes: new Set(chosen.map(({ node }) => node)), at: last.at };
}

/** Models of cards in the fleet that the requirement means, in lower case. */
export function modelsOf(ready: Iterable<Node>, requirement: Requirement): Set<string> {
  const models = new Map<string, { model: string; isMeant: boolean }>();
  for (const { layout } of ready)
    for (const card of layout?.cards ?? [])
      if (!models.has(card.kind))
        models.set(card.kind, { model: card.model, isMeant: isWanted(card, requirement) });
  return new Set([...models.values()].flatMap(({ model, isMeant }) => (isMeant ? [model] : [])));
}

/** A reservation for the requirement among ready nodes; undefined when they can never take it. */
export function reserve(state: PoolState, requirement: Requirement, now: number): Reservation | undefined {
  if (requirement.nodes === 1 || requirement.cards === 0) return soonest(state, requirement, now);
  let best: Reservation | undefined;
  for (const model of modelsOf(state.ready, requirement)) {
    const found = soonest(state, { ...requirement, models: [model] }, now);
    if (found && (!best || found.at < best.at)) best = found;
  }
  return best;
}

/** Whether a job that takes its part of `node` until `until` leaves the reservation what it needs. */
export function respects(
  { requirement, nodes, at }: Reservation,
  node: Node,
  taker: Taking,
  until: number,
  outlook: Outlook,
): boolean {
  if (!nodes.has(node) || until <= at) return true;
  const left = takersOf(node, outlook).flatMap((one) => (one.until > at ? [one.taking] : []));
  return fitsBeside(requirement, node, [...left, taker], outlook.price);
}

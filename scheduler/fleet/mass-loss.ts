/**
 * Whether so many nodes have vanished together that it is probably our own network, or we who were away: pure.
 *
 * A node is *away* when it has no session or has been silent for two heartbeats; the moment from which it is missed is when
 * it was last heard. Nodes that went away long before the newest one are an old story, and so is what an operator has
 * already looked at.
 */
import type { Node } from './node.ts';

/** When to call it a mass loss, and for how long at most. */
export interface MassLossOptions {
  /** At least so many nodes at once. */
  minNodes: number;
  /** And at least this share of those that were there, in percent. */
  sharePct: number;
  /** After this long the missing nodes count as lost, one by one, in ms. */
  holdMs: number;
}

/** Three nodes and half of the fleet; for at most ten minutes. */
export const defaultMassLoss: MassLossOptions = { minNodes: 3, sharePct: 50, holdMs: 600_000 };

/** When a node was last heard (monotonic ms), and whether it is away. */
export interface Contact {
  at: number;
  isAway: boolean;
}

/** What `contactOf` needs to know beside the node. */
export interface ContactRules {
  heartbeatMs: number;
  /** When the scheduler started: nodes that hold leases are expected from then on. */
  startedAt: number;
}

/** A node's contact; undefined for one that nobody expects (not heard since the scheduler started, and without leases). */
export function contactOf(
  node: Node,
  now: number,
  { heartbeatMs, startedAt }: ContactRules,
): Contact | undefined {
  const at = node.lastSeenAt ?? (node.live.size > 0 ? startedAt : undefined);
  return at === undefined ? undefined : { at, isAway: !node.session || now - at >= 2 * heartbeatMs };
}

/** Nodes that are missing, among those that were there. */
export interface Loss {
  missing: number;
  known: number;
  /** The missing were last heard after this moment. */
  after: number;
}

/** Who is missing of those last heard after `after`. */
export function missingAfter(contacts: readonly Contact[], after: number): Loss {
  let missing = 0;
  let present = 0;
  for (const { at, isAway } of contacts) {
    if (!isAway) present += 1;
    else if (at > after) missing += 1;
  }
  return { missing, known: missing + present, after };
}

/** The newest loss: the node that vanished last and all that did within `windowMs` before it, later than `after`. */
export function newestLoss(contacts: readonly Contact[], windowMs: number, after: number): Loss {
  const newest = contacts.reduce((most, { at, isAway }) => (isAway ? Math.max(most, at) : most), after);
  return missingAfter(contacts, Math.max(after, newest - windowMs));
}

/** Whether a loss is one of many at once. */
export function isMassLoss({ missing, known }: Loss, { minNodes, sharePct }: MassLossOptions): boolean {
  return missing >= minNodes && missing * 100 >= known * sharePct;
}

/**
 * What a node's owner lends, to whom and when: the same rule for the scheduler, which offers nothing against it, and for
 * the agent, which takes nothing against it. Pure.
 */
import type { OrgId } from './ids.ts';

/** The owner's limits as they travel in `Inventory`. */
export interface OwnerPolicy {
  /** Empty: every organisation. */
  allowOrgs: OrgId[];
  /** Wins over `allowOrgs`. */
  denyOrgs: OrgId[];
  /** Longest lease; absent: any. */
  maxLeaseMs?: number;
  /** Cards leased at the same time; absent: all. */
  maxCards?: number;
  /** Until the owner's hours end, counted from when this was told; 0: they are over. Absent: at any hour. */
  windowLeftMs?: number;
  /** The hours for people; '' where there are none. */
  hours: string;
}

/** What breaks the policy. */
export type PolicyBreach =
  | { kind: 'org' }
  /** Outside the owner's hours. */
  | { kind: 'closed' }
  | { kind: 'max_lease'; limitMs: number }
  /** The hours end before a lease of that length would. */
  | { kind: 'closing'; leftMs: number };

/** Why a lease of `org` for at most `durationMs` may not begin now; undefined when it may. A length that is not told (0)
 * breaks every limit on it. */
export function policyBreach(
  policy: OwnerPolicy | undefined,
  { org, durationMs }: { org: OrgId; durationMs: number },
): PolicyBreach | undefined {
  if (!policy) return undefined;
  const { allowOrgs, denyOrgs, maxLeaseMs, windowLeftMs } = policy;
  const allowed = allowOrgs.length === 0 || allowOrgs.includes(org);
  if (!allowed || denyOrgs.includes(org)) return { kind: 'org' };
  if (windowLeftMs === 0) return { kind: 'closed' };
  const lasts = durationMs > 0 ? durationMs : Number.POSITIVE_INFINITY;
  if (maxLeaseMs !== undefined && lasts > maxLeaseMs) return { kind: 'max_lease', limitMs: maxLeaseMs };
  if (windowLeftMs !== undefined && lasts > windowLeftMs) return { kind: 'closing', leftMs: windowLeftMs };
  return undefined;
}

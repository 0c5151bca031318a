/** A node in the scheduler's memory: its record, its session and what it last said of itself. */
import type { LeaseId, OrgId } from '../../proto/ids.ts';
import type { Inventory } from '../../proto/messages.ts';
import type { OwnerPolicy } from '../../proto/owner-policy.ts';
import type { Lease } from '../lease/lease.ts';
import type { ConnectionId, NodeRecord, NodeRules } from '../records.ts';
import type { NodeFree, Taking } from './capacity.ts';
import type { Layout } from './layout.ts';
import { Telemetry } from './telemetry.ts';

/** The session that speaks for a node. */
export interface NodeSession {
  connection: ConnectionId;
  epoch: number;
  agentVersion: string;
  bootId: string;
  sinceUnixMs: number;
  /** Whether it has said what it holds: nothing is granted to a node before. */
  compared: boolean;
}

/** A time in which a node is kept for an organisation, or (null) for nobody. Monotonic ms. */
export interface Hold {
  id: string;
  org: OrgId | null;
  from: number;
  until: number;
}

/** A node; only the pool changes it. */
export interface Node {
  record: NodeRecord;
  session: NodeSession | undefined;
  /** Kept after a disconnect, for people to read; never after a restart of the scheduler. */
  inventory: Inventory | undefined;
  /** Monotonic ms at which it came: durations in it count from then. */
  inventoryAt: number;
  telemetry: Telemetry;
  /** Monotonic ms; undefined: not since the scheduler started. */
  lastSeenAt: number | undefined;
  /** Its leases that have not ended. */
  live: Map<LeaseId, Lease>;
  /** What jobs for which room is being made will take of it, and until when at most (monotonic ms). */
  claims: readonly (Taking & { until: number })[];
  /** Of `inventory`. */
  layout: Layout | undefined;
  /** Computed from `inventory`, `live` and `claims` whenever one of them changes. */
  free: NodeFree | undefined;
  /** After refusing or missing an offer it gets none until then (monotonic ms), doubling while it goes on. */
  restUntil: number;
  refusals: number;
  /** What an operator decided; undefined: nothing. */
  rules: NodeRules | undefined;
  /** By start. */
  holds: readonly Hold[];
}

/** A node as it is when the scheduler starts. */
export function newNode(record: NodeRecord): Node {
  return {
    record,
    session: undefined,
    inventory: undefined,
    inventoryAt: 0,
    telemetry: new Telemetry(),
    lastSeenAt: undefined,
    live: new Map(),
    claims: [],
    layout: undefined,
    free: undefined,
    restUntil: 0,
    refusals: 0,
    rules: undefined,
    holds: [],
  };
}

/** The hold in force at `now`. */
export function holdAt({ holds }: Node, now: number): Hold | undefined {
  return holds.find(({ from, until }) => from <= now && now < until);
}

/** Whether new leases may be granted to it now. */
export function isReady(node: Node, now: number): boolean {
  return (
    node.session?.compared === true &&
    node.inventory !== undefined &&
    !node.inventory.draining &&
    node.rules?.cordoned !== true &&
    holdAt(node, now)?.org !== null &&
    node.restUntil <= now
  );
}

/** Labels that placement goes by: the node's own, and its pool as `pool`. */
export function labelsOf({ inventory, rules }: Node): Record<string, string> {
  const own = inventory?.host.labels ?? {};
  return rules && rules.pool !== '' ? { ...own, pool: rules.pool } : own;
}

/** Nobody's name: allows none. */
const nobody = [''] as string[] as OrgId[];

/** Those of `allowed` (empty: anybody) that are also in `only` (empty: anybody). */
function narrowed(allowed: OrgId[], only: readonly OrgId[]): OrgId[] {
  if (only.length === 0) return allowed;
  const both = allowed.length === 0 ? [...only] : allowed.filter((org) => only.includes(org));
  return both.length === 0 ? nobody : both;
}

/** Equal for nodes that operators treat alike at `now`; goes with the layout's terms. */
export function rulesKey(node: Node, now: number): string {
  const hold = holdAt(node, now);
  if (!node.rules && !hold) return '';
  return JSON.stringify([node.rules?.pool ?? '', node.rules?.orgs ?? [], hold?.org ?? null]);
}

/** Who may lease the node and for how long, at `now`: its owner's limits (of the hours there is less left than when the
 * node told it) and what operators decided. Nothing may run into a hold that begins. */
export function policyAt(node: Node, now: number): OwnerPolicy | undefined {
  const told = node.inventory?.ownerPolicy;
  const hold = holdAt(node, now);
  const only = hold?.org ? [hold.org] : [];
  const orgs = node.rules?.orgs ?? [];
  const closes = closesAt(node, now);
  if (only.length + orgs.length === 0 && closes === undefined) return told;
  const policy = told ?? { allowOrgs: [], denyOrgs: [], hours: '' };
  return {
    ...policy,
    allowOrgs: narrowed(narrowed(policy.allowOrgs, orgs), only),
    ...(closes === undefined ? {} : { windowLeftMs: Math.max(0, closes - now) }),
  };
}

/** When the owner's hours end or the next hold begins (monotonic ms); undefined: never. */
export function closesAt({ inventory, inventoryAt, holds }: Node, now: number): number | undefined {
  const left = inventory?.ownerPolicy?.windowLeftMs;
  const owner = left === undefined ? [] : [inventoryAt + left];
  const ends = [...owner, ...holds.flatMap(({ from }) => (from > now ? [from] : []))];
  return ends.length === 0 ? undefined : Math.min(...ends);
}

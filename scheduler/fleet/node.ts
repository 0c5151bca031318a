/** A node in the scheduler's memory: its record, its session and what it last said of itself. */
import type { LeaseId } from '../../proto/ids.ts';
import type { Inventory } from '../../proto/messages.ts';
import type { OwnerPolicy } from '../../proto/owner-policy.ts';
import type { Lease } from '../lease/lease.ts';
import type { ConnectionId, NodeRecord } from '../records.ts';
import type { NodeFree } from './capacity.ts';
import type { Layout } from './layout.ts';
import type { Telemetry } from './telemetry.ts';

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
  /** Of `inventory`. */
  layout: Layout | undefined;
  /** Computed from `inventory` and `live` whenever one of them changes. */
  free: NodeFree | undefined;
  /** After refusing or missing an offer it gets none until then (monotonic ms), doubling while it goes on. */
  restUntil: number;
  refusals: number;
}

/** A node as it is when the scheduler starts. */
export function newNode(record: NodeRecord): Node {
  return {
    record,
    session: undefined,
    inventory: undefined,
    inventoryAt: 0,
    telemetry: new Map(),
    lastSeenAt: undefined,
    live: new Map(),
    layout: undefined,
    free: undefined,
    restUntil: 0,
    refusals: 0,
  };
}

/** Whether new leases may be granted to it now. */
export function isReady(node: Node, now: number): boolean {
  return (
    node.session?.compared === true &&
    node.inventory !== undefined &&
    !node.inventory.draining &&
    node.restUntil <= now
  );
}

/** The owner's limits as they stand at `now`: of the hours there is less left than when the node told it. */
export function policyAt(node: Node, now: number): OwnerPolicy | undefined {
  const policy = node.inventory?.ownerPolicy;
  if (policy?.windowLeftMs === undefined) return policy;
  return { ...policy, windowLeftMs: Math.max(0, policy.windowLeftMs - (now - node.inventoryAt)) };
}

/** When the owner's hours end (monotonic ms); undefined: they do not. */
export function closesAt({ inventory, inventoryAt }: Node): number | undefined {
  const left = inventory?.ownerPolicy?.windowLeftMs;
  return left === undefined ? undefined : inventoryAt + left;
}

/** Rows of the fleet's picture: one node, lease, waiting job or organisation in short. Pure. */
import type { OrgView } from '../../proto/api.ts';
import type {
  FleetJobView,
  FleetLeaseView,
  FleetNodeState,
  FleetNodeView,
  FleetOrgView,
} from '../../proto/fleet.ts';
import type { AcceleratorInfo } from '../../proto/messages.ts';
import { holdAt, type Node } from '../fleet/node.ts';
import type { Lease } from '../lease/lease.ts';
import { idleNotice } from './idle.ts';
import type { Job, PoolState } from './state.ts';

const iso = (unixMs: number): string => new Date(unixMs).toISOString();
/** Longest text of a row that a person or a tool wrote. */
const most = 200;

/** What can be had of a node at `now`. */
export function nodeStateAt(node: Node, now: number): FleetNodeState {
  if (!node.session) return 'offline';
  if (!node.session.compared || !node.inventory) return 'starting';
  if (node.inventory.draining) return 'draining';
  if (node.rules?.cordoned) return 'cordoned';
  if (holdAt(node, now)?.org === null) return 'held';
  return node.restUntil > now ? 'resting' : 'ready';
}

const isIll = ({ health }: AcceleratorInfo): boolean => health === 'failed' || health === 'degraded';

function noteOf({ inventory, rules }: Node, state: FleetNodeState): string {
  if (state === 'draining') return inventory?.drainReason ?? '';
  if (state === 'cordoned') return rules?.message ?? '';
  const cards = inventory?.accelerators ?? [];
  const worst = cards.find(({ health }) => health === 'failed') ?? cards.find(isIll);
  return worst ? `#${worst.index} ${worst.healthReasons.join(', ') || worst.health}` : '';
}

/** A node; `seenUnixMs`: when it was last heard. */
export function nodeRow(
  n: number,
  node: Node,
  state: FleetNodeState,
  seenUnixMs: number | undefined,
): FleetNodeView {
  const { record, inventory, free, live } = node;
  const cards = inventory?.accelerators ?? [];
  const used = free?.cards.filter(({ freeMilli }) => freeMilli < 1000).length ?? 0;
  return {
    n,
    id: record.id,
    name: record.name,
    org: record.org,
    state,
    note: noteOf(node, state).slice(0, most),
    model: cards[0]?.model ?? '',
    cards: cards.length,
    used,
    free: state === 'ready' ? (free?.wholeCards ?? 0) : 0,
    ill: cards.filter(isIll).length,
    leases: live.size,
    region: inventory?.host.region ?? '',
    seen_at: state === 'offline' && seenUnixMs !== undefined ? iso(seenUnixMs) : null,
  };
}

/** Percent of its cards' utilisation and memory; -1 where nothing is known. */
export function loadOf({ session, inventory, telemetry }: Node): [util: number, memory: number] {
  let [util, known, used, total] = [0, 0, 0, 0];
  if (session)
    for (let position = 0; position < telemetry.length; position += 1) {
      const { utilizationPct, memoryUsedMib } = telemetry.at(position);
      if (utilizationPct !== null) {
        util += utilizationPct;
        known += 1;
      }
      const bytes = inventory?.accelerators[position]?.memoryBytes;
      if (memoryUsedMib === null || bytes === undefined) continue;
      used += memoryUsedMib;
      total += bytes / 2 ** 20;
    }
  return [known === 0 ? -1 : Math.round(util / known), total === 0 ? -1 : Math.round((100 * used) / total)];
}

/** A live lease. */
export function leaseRow(pool: PoolState, lease: Lease): FleetLeaseView {
  const { stop, state } = lease;
  const stopping = state === 'stopping' && stop ? `${stop.reason}: ${stop.message}` : '';
  return {
    id: lease.leaseId,
    job_id: lease.jobId,
    org: lease.org,
    node_id: lease.nodeId,
    node_name: lease.nodeName,
    cards: lease.acceleratorIds.length,
    accelerator_milli: lease.acceleratorMilli,
    state: state === 'ended' ? 'stopping' : state,
    phase: lease.phase,
    notice: (stopping || idleNotice(pool, lease.leaseId)).slice(0, most),
    granted_at: iso(lease.grantedUnixMs),
  };
}

/** A waiting job. */
export function jobRow({ record, requirement, priority, user, setback }: Job): FleetJobView {
  return {
    id: record.id,
    org: record.org,
    user,
    image: record.spec.image.slice(0, most),
    cards: requirement.cards,
    accelerator_milli: requirement.milli,
    nodes: requirement.nodes,
    priority,
    preemptible: requirement.preemptible,
    submitted_at: iso(record.submittedUnixMs),
    setback: setback.slice(0, most),
  };
}

/** An organisation. */
export function orgRow(view: OrgView): FleetOrgView {
  const rough = (hours: number): number => Number(hours.toPrecision(3));
  return {
    org: view.org,
    share_milli: view.share_milli,
    cards_in_use: view.cards_in_use,
    guaranteed_cards: view.guaranteed_cards,
    max_cards: view.max_cards,
    decayed_card_hours: rough(view.decayed_card_hours),
    month_card_hours: rough(view.month_card_hours),
    open_jobs: view.open_jobs,
    waiting_jobs: view.waiting_jobs,
  };
}

/**
 * The fleet as its watchers see it, and what has changed between two looks.
 *
 * HOW IT WORKS. A look goes over all nodes, but builds a row only where something that the row says may have changed: the
 * pool replaces what it knows of a node rather than changing it, so that comparing a few references tells. Rows that say
 * the same stay the same object; what changed between two pictures is found by comparing objects. Nothing is counted along,
 * so nothing can drift. Pure but for what the picture remembers of its last look.
 */
import type {
  FleetEvent,
  FleetJobView,
  FleetLeaseView,
  FleetNodeState,
  FleetNodeView,
  FleetOrgView,
  FleetPoolView,
} from '../../proto/fleet.ts';
import type { OrgId } from '../../proto/ids.ts';
import type { Node } from '../fleet/node.ts';
import { createHeap } from '../heap.ts';
import type { Lease } from '../lease/lease.ts';
import type { Moment } from '../ports.ts';
import { goesBefore } from '../queue/queue.ts';
import { orgViews } from './fair.ts';
import { jobRow, leaseRow, loadOf, nodeRow, nodeStateAt, orgRow } from './fleet-rows.ts';
import type { PoolState } from './state.ts';
import { alertViews } from './views.ts';

/** Rows of leases, waiting jobs and organisations at most. */
const mostRows = 500;
/** Nodes on one line of the stream at most. */
const nodesPerLine = 500;

/** One look. */
export interface FleetTables {
  readonly nodes: readonly FleetNodeView[];
  /** Utilisation and memory of each node, two numbers for each. */
  readonly load: readonly number[];
  readonly leases: ReadonlyMap<string, FleetLeaseView>;
  readonly queue: ReadonlyMap<string, FleetJobView>;
  readonly orgs: ReadonlyMap<string, FleetOrgView>;
  readonly pool: FleetPoolView;
}

/** What a node's row was made from. */
type Seen = readonly [
  Node['session'],
  Node['inventory'],
  Node['free'],
  Node['rules'],
  number,
  FleetNodeState,
  string,
];

/** The `limit` items that come first, in order. */
function firstOf<T>(items: Iterable<T>, limit: number, before: (a: T, b: T) => boolean): T[] {
  const last = createHeap<T>((a, b) => before(b, a));
  for (const item of items) {
    const worst = last.peek();
    if (last.size >= limit && worst !== undefined && !before(item, worst)) continue;
    last.push(item);
    if (last.size > limit) last.pop();
  }
  const found: T[] = [];
  for (let item = last.pop(); item !== undefined; item = last.pop()) found.push(item);
  return found.reverse();
}

/** `rows` by id; one that says what it said before is the object of before. */
function kept<Row>(
  before: ReadonlyMap<string, Row> | undefined,
  rows: readonly Row[],
  id: (row: Row) => string,
): Map<string, Row> {
  return new Map(
    rows.map((row) => {
      const old = before?.get(id(row));
      return [id(row), old !== undefined && JSON.stringify(old) === JSON.stringify(row) ? old : row];
    }),
  );
}

/** The picture of what one kind of asker sees: all, or what belongs to `org`. */
export class FleetPicture {
  readonly #state: PoolState;
  readonly #org: OrgId | undefined;
  #seen: Seen[] = [];
  #nodes: FleetNodeView[] = [];
  #last: FleetTables | undefined;

  constructor(state: PoolState, org: OrgId | undefined) {
    this.#state = state;
    this.#org = org;
  }

  /** The fleet at `at`. */
  look(at: Pick<Moment, 'now' | 'wall'>): FleetTables {
    const nodes: FleetNodeView[] = [];
    const load: number[] = [];
    const live: Lease[] = [];
    for (const node of this.#state.nodes.values()) {
      for (const lease of node.live.values()) if (this.#sees(lease.org)) live.push(lease);
      if (!this.#sees(node.record.org)) continue;
      nodes.push(this.#row(nodes.length, node, at));
      load.push(...loadOf(node));
    }
    this.#nodes = nodes;
    const waiting = [...this.#state.jobs.values()].filter(
      (job) => job.state === 'queued' && (job.gang?.[0] ?? job) === job && this.#sees(job.record.org),
    );
    const leases = firstOf(live, mostRows, (a, b) => a.epoch > b.epoch).map((lease) =>
      leaseRow(this.#state, lease),
    );
    const queue = firstOf(waiting, mostRows, goesBefore).map(jobRow);
    this.#last = {
      nodes,
      load,
      leases: kept(this.#last?.leases, leases, ({ id }) => id),
      queue: kept(this.#last?.queue, queue, ({ id }) => id),
      orgs: kept(this.#last?.orgs, this.#orgRows(at), ({ org }) => org),
      pool: this.#sums(nodes, { leases: live.length, waiting: waiting.length }, at),
    };
    return this.#last;
  }

  #sees(org: OrgId): boolean {
    return this.#org === undefined || this.#org === org;
  }

  #row(n: number, node: Node, { now, wall }: Pick<Moment, 'now' | 'wall'>): FleetNodeView {
    const { session, inventory, free, rules, live, record } = node;
    const state = nodeStateAt(node, now);
    const made: Seen = [session, inventory, free, rules, live.size, state, record.name];
    const before = this.#seen[n];
    const known = this.#nodes[n];
    if (before && known?.id === record.id && made.every((part, i) => part === before[i])) return known;
    this.#seen[n] = made;
    const seenUnixMs = node.lastSeenAt === undefined ? undefined : Math.round(wall - now + node.lastSeenAt);
    const row = nodeRow(n, node, state, seenUnixMs);
    return known && JSON.stringify(known) === JSON.stringify(row) ? known : row;
  }

  #orgRows(at: Pick<Moment, 'now' | 'wall'>): FleetOrgView[] {
    const { terms, openByOrg, months } = this.#state;
    const orgs = [...new Set([...openByOrg.keys(), ...terms.keys(), ...months.keys()])].filter((org) =>
      this.#sees(org),
    );
    return orgViews(this.#state, orgs.slice(0, mostRows), at).map(orgRow);
  }

  #sums(
    nodes: readonly FleetNodeView[],
    counts: { leases: number; waiting: number },
    { now, wall }: Pick<Moment, 'now' | 'wall'>,
  ): FleetPoolView {
    const byState = { ready: 0, resting: 0, starting: 0, held: 0, cordoned: 0, draining: 0, offline: 0 };
    let [cards, used, free, ill] = [0, 0, 0, 0];
    for (const node of nodes) {
      byState[node.state] += 1;
      cards += node.cards;
      used += node.used;
      free += node.free;
      ill += node.ill;
    }
    const alerts = alertViews(this.#state, now, wall);
    return {
      schema: 'suanlink.fleet/v1',
      at: new Date(wall).toISOString(),
      node_states: byState,
      ...{ cards, used_cards: used, free_cards: free, ill_cards: ill },
      ...{ leases: counts.leases, waiting_jobs: counts.waiting, most_rows: mostRows },
      ...{ granting: alerts.length === 0, alerts },
    };
  }
}

function changedRows<Row>(
  before: ReadonlyMap<string, Row> | undefined,
  after: ReadonlyMap<string, Row>,
): { rows: Row[]; gone: string[] } | undefined {
  const rows = [...after].flatMap(([id, row]) => (before?.get(id) === row ? [] : [row]));
  const gone = [...(before?.keys() ?? [])].filter((id) => !after.has(id));
  return rows.length + gone.length === 0 ? undefined : { rows, gone };
}

/** What tells one who has `before` (undefined: nothing yet) of `after`; the last is the sums. */
export function* fleetChanges(before: FleetTables | undefined, after: FleetTables): Generator<FleetEvent> {
  const rows = after.nodes.filter((row, n) => row !== before?.nodes[n]);
  for (let from = 0; from < rows.length; from += nodesPerLine)
    yield { type: 'nodes', rows: rows.slice(from, from + nodesPerLine) };
  const load: number[] = [];
  for (let at = 0; at < after.load.length; at += 2) {
    const [util = -1, memory = -1] = [after.load[at], after.load[at + 1]];
    if (util !== (before?.load[at] ?? -1) || memory !== (before?.load[at + 1] ?? -1))
      load.push(at / 2, util, memory);
  }
  if (load.length > 0) yield { type: 'load', load };
  const leases = changedRows(before?.leases, after.leases);
  if (leases) yield { type: 'leases', ...leases };
  const queue = changedRows(before?.queue, after.queue);
  if (queue) yield { type: 'queue', ...queue };
  const orgs = changedRows(before?.orgs, after.orgs);
  if (orgs) yield { type: 'orgs', ...orgs };
  yield { type: 'pool', pool: after.pool };
}

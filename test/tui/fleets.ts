/** Fleets of any size for the pure view. */
import type { FleetEvent, FleetNodeView, FleetPoolView } from '../../proto/fleet.ts';
import { type Fleet, FleetBook } from '../../cli/tui/fleet/model/fleet.ts';

const at = '2026-11-25T07:58:00.000Z';

/** A well node without leases. */
export function nodeRow(n: number, changes: Partial<FleetNodeView> = {}): FleetNodeView {
  return {
    ...{ n, id: `node-${String(n).padStart(20, 'a')}`, name: `gpu-${n}`, org: 'tsinghua', state: 'ready' },
    ...{ note: '', model: 'Ascend 910B3', cards: 8, used: 0, free: 8, ill: 0, leases: 0, region: '110108' },
    seen_at: null,
    ...changes,
  };
}

/** The sums. */
export function poolRow(changes: Partial<FleetPoolView> = {}): FleetPoolView {
  return {
    schema: 'suanlink.fleet/v1',
    at,
    node_states: { ready: 0, resting: 0, starting: 0, held: 0, cordoned: 0, draining: 0, offline: 0 },
    ...{ cards: 0, used_cards: 0, free_cards: 0, ill_cards: 0, leases: 0, waiting_jobs: 0, most_rows: 500 },
    ...{ granting: true, alerts: [] },
    ...changes,
  };
}

/** What a scheduler with `count` nodes tells: one in a hundred is offline, one in fifty has a card that is not well. */
export function fleetEvents(count: number): FleetEvent[] {
  const rows = Array.from({ length: count }, (_, n) => {
    if (n % 100 === 7) return nodeRow(n, { state: 'offline', free: 0, leases: n % 3, seen_at: at });
    if (n % 50 === 3) return nodeRow(n, { ill: 1, note: '#5 掉卡 xid 79' });
    return nodeRow(n, n % 2 === 0 ? { used: 8, free: 0, leases: 2 } : {});
  });
  const common = { org: 'fudan', accelerator_milli: 1000, cards: 8 };
  return [
    { type: 'nodes', rows },
    { type: 'load', load: rows.flatMap(({ n }) => [n, n % 101, n % 7 === 0 ? -1 : 50]) },
    {
      type: 'leases',
      gone: [],
      rows: Array.from({ length: Math.min(count, 40) }, (_, n) => ({
        ...{ ...common, id: `lease-${n}`, job_id: `job-${n}`, node_id: nodeRow(n).id, node_name: `gpu-${n}` },
        ...{ state: 'running', phase: 'running', notice: n === 3 ? 'idle' : '', granted_at: at },
      })),
    },
    {
      type: 'queue',
      gone: [],
      rows: Array.from({ length: Math.min(count, 40) }, (_, n) => ({
        ...{
          ...common,
          id: `job-w${n}`,
          user: 'ci',
          image: `registry.example/训练:${n}`,
          nodes: 1 + (n % 2),
        },
        ...{ priority: n % 5, preemptible: n === 2, submitted_at: at, setback: '' },
      })),
    },
    {
      type: 'orgs',
      gone: [],
      rows: Array.from({ length: Math.min(count, 5) }, (_, n) => ({
        ...{
          org: `org-${n}`,
          share_milli: 200,
          cards_in_use: n,
          guaranteed_cards: 0,
          max_cards: n === 1 ? 64 : null,
        },
        ...{ decayed_card_hours: 12.5, month_card_hours: 99, open_jobs: n, waiting_jobs: n },
      })),
    },
    { type: 'pool', pool: poolRow({ leases: 1234, waiting_jobs: 9000 }) },
  ];
}

/** What a view knows after these. */
export function fleetOf(events: readonly FleetEvent[]): Fleet {
  const book = new FleetBook();
  const fleets = events.flatMap((event) => book.take(event) ?? []);
  const last = fleets.at(-1);
  if (!last) throw new Error('no update is complete');
  return last;
}

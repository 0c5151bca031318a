/** The scheduler as metrics, and whether work can come in. Pure: the pool's state is read when somebody asks. */
import { bounded, counter, type Family, gauge } from '../proto/exposition.ts';
import { isReady } from './fleet/node.ts';
import { isGranting } from './pool/granting.ts';
import type { PoolState } from './pool/state.ts';
import type { Commits } from './store/counted.ts';

/** How long a commit may take before the store counts as one that cannot be written. */
const stuckMs = 5_000;

const flag = (value: boolean): number => (value ? 1 : 0);

function sums(pairs: Iterable<readonly [string, number]>): Map<string, number> {
  const found = new Map<string, number>();
  for (const [key, value] of pairs) found.set(key, (found.get(key) ?? 0) + value);
  return found;
}

function fleet(state: PoolState, now: number): Family[] {
  const nodes = [...state.nodes.values()];
  const connected = nodes.filter(({ session }) => session !== undefined);
  const live = nodes.flatMap((node) => [...node.live.values()]);
  const leased = sums(live.map((lease) => [lease.org, lease.acceleratorIds.length]));
  const byOwner = sums(connected.map((node) => [node.record.org, 1]));
  return [
    gauge(
      'suanlink_scheduler_nodes',
      'Nodes: enrolled, those of them connected, those of them that may get leases.',
      [{ state: 'enrolled' }, nodes.length],
      [{ state: 'connected' }, connected.length],
      [{ state: 'ready' }, nodes.filter((node) => isReady(node, now)).length],
    ),
    gauge(
      'suanlink_scheduler_nodes_connected_by_org',
      'Connected nodes by owner.',
      ...bounded('org', byOwner),
    ),
    gauge(
      'suanlink_scheduler_accelerators',
      'Cards: those of connected nodes, and those that are leased.',
      [
        { state: 'connected' },
        connected.reduce((sum, { inventory }) => sum + (inventory?.accelerators.length ?? 0), 0),
      ],
      [{ state: 'leased' }, [...leased.values()].reduce((sum, cards) => sum + cards, 0)],
    ),
    gauge(
      'suanlink_scheduler_accelerators_leased_by_org',
      'Leased cards by tenant.',
      ...bounded('org', leased),
    ),
    gauge(
      'suanlink_scheduler_leases',
      'Leases that have not ended, by state.',
      ...[...sums(live.map((lease) => [lease.state, 1]))].map(
        ([state, count]) => [{ state }, count] as const,
      ),
    ),
  ];
}

function queue(state: PoolState): Family[] {
  const leased = [...state.liveByOrg.values()].reduce((sum, leases) => sum + leases.size, 0);
  const open = sums([...state.openByOrg].map(([org, count]) => [org, count]));
  return [
    gauge(
      'suanlink_scheduler_jobs',
      'Jobs that have not ended.',
      [{ state: 'leased' }, leased],
      [{ state: 'queued' }, Math.max(0, state.openJobs - leased)],
    ),
    gauge(
      'suanlink_scheduler_jobs_open_by_org',
      'Jobs that have not ended, by tenant.',
      ...bounded('org', open),
    ),
    gauge('suanlink_scheduler_granting', 'Whether leases are granted.', [{}, flag(isGranting(state))]),
    gauge('suanlink_scheduler_mass_loss', 'Whether the mass-loss brake is on.', [
      {},
      flag(state.brake !== undefined),
    ]),
  ];
}

function store(commits: Commits, now: number): Family[] {
  return [
    counter('suanlink_scheduler_commits_total', 'Commits that became durable.', [{}, commits.count]),
    counter('suanlink_scheduler_commit_seconds_total', 'Time that commits took, added up.', [
      {},
      commits.totalMs / 1000,
    ]),
    gauge('suanlink_scheduler_commit_waiting_seconds', 'How long the oldest commit under way has taken.', [
      {},
      commits.waitingMs(now) / 1000,
    ]),
    counter(
      'suanlink_scheduler_leases_ended_total',
      'Leases that ended since the start of this process, by reason.',
      ...[...commits.ended].map(([reason, count]) => [{ reason }, count] as const),
    ),
  ];
}

/** Everything that the scheduler exports. */
export function schedulerMetrics(state: PoolState, commits: Commits, version: string, now: number): Family[] {
  return [
    gauge('suanlink_build_info', 'Always 1; the label says which release runs.', [
      { version, role: 'scheduler' },
      1,
    ]),
    ...fleet(state, now),
    ...queue(state),
    ...store(commits, now),
  ];
}

/** Why nothing can be promised now; '' when it can: the store is written, by this process, and leases are granted. */
export function unready(state: PoolState, commits: Commits, now: number): string {
  if (commits.failed) return 'the store cannot be written';
  if (commits.waitingMs(now) > stuckMs)
    return `the store has not answered for ${Math.round(commits.waitingMs(now) / 1000)} s`;
  if (state.pause) return 'an operator has paused granting';
  return state.brake ? 'many nodes vanished at once: granting is held' : '';
}

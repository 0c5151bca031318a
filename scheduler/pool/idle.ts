/**
 * Idle reclaim: leases whose cards measure idle are warned, and taken back when others wait for such cards
 * (`queue/idle.ts`). What heartbeats said is in memory only; after a restart all cards count as used until then.
 */
import { assertNever } from '../../proto/codes.ts';
import type { LeaseId, OrgId } from '../../proto/ids.ts';
import type { Node } from '../fleet/node.ts';
import type { Lease } from '../lease/lease.ts';
import type { Moment } from '../ports.ts';
import { type Due, overMilli } from '../queue/guarantee.ts';
import { judgeIdle, lookEveryMs } from '../queue/idle.ts';
import type { Turn } from './commands.ts';
import { duesNow } from './fair.ts';
import { applyToLease } from './leases.ts';
import { fitsBeside } from './reserve.ts';
import { type PoolState, priceBy } from './state.ts';

/** When one of the lease's cards was last in use; undefined when that is not known of all of them. */
function busyAt(node: Node, lease: Lease): number | undefined {
  const { inventory, telemetry, session } = node;
  if (!session || !inventory || lease.runningAt === undefined || lease.acceleratorIds.length === 0)
    return undefined;
  let latest = lease.runningAt;
  for (const id of lease.acceleratorIds) {
    const sample = telemetry.at(inventory.accelerators.findIndex((card) => card.id === id));
    if (sample.utilizationPct === null) return undefined;
    latest = Math.max(latest, sample.busyAt ?? latest);
  }
  return latest;
}

/** Whether the last sample says that one of its cards is in use now. */
function isBusyNow(state: PoolState, node: Node, lease: Lease): boolean {
  const { belowPct } = state.options.fair.idle;
  return lease.acceleratorIds.some((id) => {
    const position = node.inventory?.accelerators.findIndex((card) => card.id === id) ?? -1;
    return (node.telemetry.at(position).utilizationPct ?? 0) >= belowPct;
  });
}

/** Shapes of waiting jobs that are asked whether they want a lease's cards. */
const mostAsked = 64;

/** Whether somebody waits who would fit on the node if this lease, and others on it that idle, were gone. */
function isWanted(state: PoolState, node: Node, lease: Lease): boolean {
  const price = priceBy(state.options.tariff);
  const stays = [...node.live.values()].filter(
    (one) => one.leaseId !== lease.leaseId && !state.idle.has(one.leaseId),
  );
  let asked = 0;
  for (const { requirement } of state.queue.shapes()) {
    if (requirement.preemptible || requirement.cards === 0) continue;
    if (fitsBeside(requirement, node, [...stays, ...node.claims], price)) return true;
    asked += 1;
    if (asked >= mostAsked) break;
  }
  return false;
}

/** Whether the lease is spared: its job asked for that, and its organisation has no more than is due to it. */
function isSpared(state: PoolState, lease: Lease, dues: () => ReadonlyMap<OrgId, Due>): boolean {
  if (state.jobs.get(lease.jobId)?.record.spec.keep_idle !== true) return false;
  const due = dues().get(lease.org);
  return due === undefined || overMilli(due) === 0;
}

/** Looks at all leases once, and again later while some run. */
export function lookForIdle(state: PoolState, turn: Turn, at: Moment): void {
  state.isLookingForIdle = false;
  let known: ReadonlyMap<OrgId, Due> | undefined;
  const dues = (): ReadonlyMap<OrgId, Due> => (known ??= duesNow(state));
  for (const node of state.nodes.values()) {
    for (const lease of [...node.live.values()]) {
      if (lease.state !== 'running') continue;
      state.isLookingForIdle = true;
      if (!node.telemetry.isEmpty) lookAtLease(state, turn, { node, lease, dues }, at);
    }
  }
  if (!state.isLookingForIdle) return;
  state.timers.push({ at: at.now + lookEveryMs(state.options.fair.idle), kind: 'idle' });
}

interface Looked {
  node: Node;
  lease: Lease;
  dues: () => ReadonlyMap<OrgId, Due>;
}

function lookAtLease(state: PoolState, turn: Turn, { node, lease, dues }: Looked, at: Moment): void {
  const { idle: rules } = state.options.fair;
  const { leaseId, jobId } = lease;
  const before = state.idle.get(leaseId);
  const isBusy = isBusyNow(state, node, lease) || isSpared(state, lease, dues);
  const verdict = judgeIdle(rules, before, {
    now: at.now,
    busyAt: isBusy ? at.now : busyAt(node, lease),
    isWanted: before !== undefined && isWanted(state, node, lease),
  });
  switch (verdict.kind) {
    case 'busy':
      if (state.idle.delete(leaseId)) turn.effects.push({ kind: 'job', jobId, ended: false });
      return;
    case 'warned':
      state.idle.set(leaseId, verdict.warning);
      if (before?.warnedAt === verdict.warning.warnedAt && before.wantedAt === verdict.warning.wantedAt)
        return;
      turn.effects.push({ kind: 'job', jobId, ended: false });
      if (before?.warnedAt !== verdict.warning.warnedAt) {
        const fields = { lease: leaseId, job: jobId, org: lease.org, node: node.record.name };
        turn.effects.push({ kind: 'alert', event: 'lease_idle', fields });
      }
      return;
    case 'reclaimed': {
      const minutes = Math.floor(verdict.idleMs / 60_000);
      const message = `its cards were used less than ${rules.belowPct} % for ${minutes} min while others waited for them`;
      const stop = { reason: 'idle_reclaimed', message, graceMs: lease.graceMs } as const;
      applyToLease(state, turn, lease, { kind: 'stop', stop }, at);
      return;
    }
    default:
      assertNever(verdict);
  }
}

/** What the owner of a lease should know: that it idles; '' when it does not. */
export function idleNotice({ idle, options }: PoolState, leaseId: LeaseId): string {
  const warning = idle.get(leaseId);
  if (!warning) return '';
  const { belowPct, noticeMs } = options.fair.idle;
  const words = `its cards are used less than ${belowPct} %`;
  return warning.wantedAt === undefined
    ? `${words}: they are taken back if that goes on while others wait for them`
    : `${words} and others wait for them: they are taken back if that goes on for ${Math.ceil(noticeMs / 60_000)} min`;
}

/** The pool's state as the API shows it. Pure; secrets are left out. */
import type {
  AlertView,
  ArrayView,
  AttemptView,
  EndView,
  JobView,
  LeaseView,
  NodeView,
  UsageView,
  SignedUsageView,
  UsageSumView,
} from '../../proto/api.ts';
import { arrayMember, type JobId } from '../../proto/ids.ts';
import { isReady, type Node } from '../fleet/node.ts';
import type { Lease } from '../lease/lease.ts';
import { mayHaveRun } from '../lease/outcome.ts';
import { aboutToBePlaced, type Considered, explain, plural } from '../placement/explain.ts';
import type { EndRecord, JobRecord, LeaseRecord, SignedUsage, UsageRecord, UsageSum } from '../records.ts';
import { sumUsage } from '../usage/record.ts';
import { heavyHold, quotaHold, type Standing, standingAt } from './fair.ts';
import { idleNotice } from './idle.ts';
import { candidateOf, type Job, leasesOf, type PoolState, priceBy } from './state.ts';

const iso = (unixMs: number): string => new Date(unixMs).toISOString();

/** One usage record. */
export function usageView(record: UsageRecord): UsageView {
  return {
    lease_id: record.leaseId,
    epoch: record.epoch,
    part: record.part,
    org: record.org,
    node_id: record.nodeId,
    model: record.model,
    cards: record.cards,
    run_ms: record.runMs,
    card_ms: record.cardMs,
    cpu_ms: record.cpuMs,
    cpu_exact: record.cpuExact,
    memory_peak_bytes: record.memoryPeakBytes,
    price_micro_yuan: record.priceMicroYuan,
    tariff: record.tariff,
    recorded_at: iso(record.recordedUnixMs),
    proof: record.proof,
  };
}

/** One usage record with what proves it. */
export function signedUsageView({
  record,
  nodePublicKey,
  nodeSignature,
  countersignature,
}: SignedUsage): SignedUsageView {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  return {
    ...usageView(record),
    job_id: record.jobId,
    reported_card_ms: record.reportedCardMs,
    recorded_unix_ms: record.recordedUnixMs,
    node_public_key: text(nodePublicKey),
    node_signature: text(nodeSignature),
    scheduler_signature: text(countersignature),
  };
}

/** The usage of one key. */
export function usageSumView(sum: UsageSum): UsageSumView {
  const { key, label, records, leases, disputed, unsigned } = sum;
  return {
    ...{ key, label, records, leases, disputed, unsigned },
    run_ms: sum.runMs,
    card_ms: sum.cardMs,
    cpu_ms: sum.cpuMs,
    price_micro_yuan: sum.priceMicroYuan,
  };
}

/** The total of a lease that used nothing that we know of. */
function noUsage(lease: LeaseRecord | undefined, org: string, endedUnixMs: number): UsageView {
  return {
    lease_id: lease?.leaseId ?? '',
    epoch: lease?.epoch ?? 0,
    part: 0,
    org,
    node_id: lease?.nodeId ?? '',
    model: lease?.model ?? '',
    cards: lease?.acceleratorIds.length ?? 0,
    run_ms: 0,
    card_ms: 0,
    cpu_ms: 0,
    cpu_exact: false,
    memory_peak_bytes: 0,
    price_micro_yuan: 0,
    tariff: lease?.price.tariff ?? '',
    recorded_at: iso(endedUnixMs),
    proof: 'unsigned',
  };
}

function endView(
  end: EndRecord,
  org: string,
  lease: LeaseRecord | undefined,
  usage: readonly UsageRecord[],
): EndView {
  const total = sumUsage(usage);
  return {
    reason: end.reason,
    exit_code: end.exitCode,
    error_code: end.errorCode,
    message: end.message,
    ended_at: iso(end.endedUnixMs),
    stdout_bytes: end.stdoutBytes,
    stderr_bytes: end.stderrBytes,
    stdout_sha256: end.stdoutSha256,
    stderr_sha256: end.stderrSha256,
    stdout_dropped_bytes: end.stdoutDroppedBytes ?? 0,
    stderr_dropped_bytes: end.stderrDroppedBytes ?? 0,
    usage: total ? usageView(total) : noUsage(lease, org, end.endedUnixMs),
    timeline: end.timeline.map(({ name, atMs }) => ({ name, at_ms: atMs })),
  };
}

/** A lease; `phase` and `detail` are those of a live one. */
export function leaseView(
  lease: LeaseRecord & Partial<Pick<Lease, 'phase' | 'detail'>>,
  usage: readonly UsageRecord[],
  idle = '',
): LeaseView {
  const stopping =
    lease.state === 'stopping' && lease.stop ? `${lease.stop.reason}: ${lease.stop.message}` : '';
  return {
    id: lease.leaseId,
    epoch: lease.epoch,
    job_id: lease.jobId,
    org: lease.org,
    node_id: lease.nodeId,
    node_name: lease.nodeName,
    accelerator_ids: lease.acceleratorIds,
    accelerator_milli: lease.acceleratorMilli,
    state: lease.state,
    phase: lease.phase ?? 'ended',
    detail: lease.detail ?? '',
    granted_at: iso(lease.grantedUnixMs),
    ttl_ms: lease.ttlMs,
    notice: stopping === '' ? idle : stopping,
    end: lease.end && endView(lease.end, lease.org, lease, usage),
  };
}

/** One try at a job's work. */
function attemptView(lease: LeaseRecord, usage: readonly UsageRecord[]): AttemptView {
  const total = sumUsage(usage);
  return {
    lease_id: lease.leaseId,
    epoch: lease.epoch,
    node_id: lease.nodeId,
    node_name: lease.nodeName,
    granted_at: iso(lease.grantedUnixMs),
    ended_at: lease.end && iso(lease.end.endedUnixMs),
    reason: lease.end?.reason ?? null,
    message: lease.end?.message ?? '',
    log_removed_at: lease.logRemovedUnixMs === null ? null : iso(lease.logRemovedUnixMs),
    card_ms: total?.cardMs ?? 0,
    price_micro_yuan: total?.priceMicroYuan ?? 0,
  };
}

/** A job's leases, oldest first, and what they used. */
export interface JobLeases {
  leases: readonly (LeaseRecord & Partial<Pick<Lease, 'phase' | 'detail'>>)[];
  usageOf(lease: LeaseRecord): readonly UsageRecord[];
  /** What is to be known of the newest beside; '' for nothing. */
  idle?: string;
}

/** A job from its records; `waiting` says why it is queued. */
export function jobViewOf(
  job: JobRecord,
  state: JobView['state'],
  { leases, usageOf, idle = '' }: JobLeases,
  waiting: string,
): JobView {
  const lease = leases.at(-1);
  const shown = lease && leaseView(lease, usageOf(lease), idle);
  const own = job.end && endView(job.end, job.org, lease, []);
  const { registry_auth, ...spec } = job.spec;
  return {
    id: job.id,
    org: job.org,
    state,
    waiting_reason: waiting,
    spec: registry_auth
      ? { ...spec, registry_auth: { username: registry_auth.username, password: '' } }
      : spec,
    idempotency_key: job.idempotencyKey,
    submitted_at: iso(job.submittedUnixMs),
    submitted_by: job.submittedBy,
    gang: job.gang,
    array: job.array ?? null,
    lease: shown ?? null,
    attempts: leases.filter(mayHaveRun).map((one) => attemptView(one, usageOf(one))),
    end: state === 'ended' ? (own ?? shown?.end ?? null) : null,
  };
}

function* considered(state: PoolState, now: number): Iterable<Considered> {
  const price = priceBy(state.options.tariff);
  for (const node of state.nodes.values()) {
    const candidate = candidateOf(node, now, price);
    if (!node.session || !candidate) yield { out: 'disconnected' };
    else if (node.rules?.cordoned) yield { out: 'cordoned' };
    else if (node.inventory?.draining) yield { out: 'draining' };
    else if (!isReady(node, now)) yield { out: 'resting' };
    else yield { candidate };
  }
}

/** What stops granting, for people; `now` and `wall` are the same moment. */
export function alertViews({ pause, brake }: PoolState, now: number, wall: number): AlertView[] {
  const alerts: AlertView[] = [];
  if (pause) {
    const message = `granting is paused by ${pause.by}${pause.message === '' ? '' : `: ${pause.message}`}`;
    alerts.push({ kind: 'granting_paused', since: iso(pause.sinceUnixMs), message, until: null });
  }
  if (brake) {
    const { missing, known, sinceUnixMs, until } = brake;
    const message = `granting is stopped: ${missing} of ${known} nodes vanished at once, which may be the scheduler's own network; no lease of theirs is given up meanwhile`;
    const ends = iso(wall + Math.max(0, Math.round(until - now)));
    alerts.push({ kind: 'mass_loss', since: iso(sinceUnixMs), message, until: ends });
  }
  return alerts;
}

/** Why this one job waits, whatever nodes have free; '' when that is all. */
function ofItsOwn(state: PoolState, job: Job, standing: Standing, wall: number): string {
  const claim = state.claims.get(job.gang?.[0] ?? job);
  if (claim) {
    const names = claim.places.map(({ node }) => node.record.name).join(', ');
    return `room is made for it on ${names}: ${plural(claim.leases, 'lease gives', 'leases give')} way`;
  }
  if (job.gang && job.gang[0] !== job) return `it waits with rank 0 of its gang, ${job.gang[0]?.record.id}`;
  return quotaHold(state, job, wall) || heavyHold(state, job, standing);
}

/** Why a job waits though a node has room for it. */
function heldBy({ head }: PoolState, job: Job, now: number): string {
  if (!head || head.job === job) return aboutToBePlaced;
  const names = [...head.reservation.nodes].map(({ record }) => record.name).join(', ');
  const minutes = Math.max(0, Math.ceil((head.reservation.at - now) / 60_000));
  return `another job comes first and has ${names} in ${minutes} min at the latest; this one would delay it`;
}

/** Why jobs wait; remembers the answer for jobs of equal needs, so that a long list costs one look at the fleet each. */
export function createExplainer(state: PoolState, now: number, wall: number): (job: Job) => string {
  const known = new Map<string, string>();
  const standing = standingAt(state, { now });
  const stopped = alertViews(state, now, 0).map(({ message }) => message);
  if (stopped.length > 0) return () => stopped.join('; ');
  return (job) => {
    const own = ofItsOwn(state, job, standing, wall);
    if (own !== '') return own;
    const text = known.get(job.shapeKey) ?? explain(job.requirement, considered(state, now));
    known.set(job.shapeKey, text);
    const reason = text === aboutToBePlaced && state.queue.has(job) ? heldBy(state, job, now) : text;
    return job.setback === '' ? reason : `${reason} (${job.setback})`;
  };
}

/** A job with its current or last lease. */
export function jobView(state: PoolState, job: Job, why: (job: Job) => string): JobView {
  const leases = leasesOf(job).flatMap((id) => state.leases.get(id) ?? []);
  const usageOf = ({ leaseId }: LeaseRecord): readonly UsageRecord[] => state.usageByLease.get(leaseId) ?? [];
  const idle = job.leaseId === undefined ? '' : idleNotice(state, job.leaseId);
  return jobViewOf(job.record, job.state, { leases, usageOf, idle }, job.state === 'queued' ? why(job) : '');
}

/** A node with what it offers and who holds it. */
export function nodeView(node: Node, now: number): NodeView {
  const { record, session, inventory, free } = node;
  const holders = new Map<string, string>();
  for (const lease of node.live.values())
    for (const id of lease.acceleratorIds) holders.set(id, lease.leaseId);
  const host = inventory?.host;
  const connected = inventory?.draining ? 'draining' : 'connected';
  return {
    id: record.id,
    name: record.name,
    org: record.org,
    state: session ? connected : 'disconnected',
    agent_version: session?.agentVersion ?? '',
    connected_since: session ? iso(session.sinceUnixMs) : null,
    last_seen_ms_ago: node.lastSeenAt === undefined ? null : Math.max(0, Math.round(now - node.lastSeenAt)),
    host: host
      ? {
          os: host.os,
          kernel: host.kernel,
          architecture: host.architecture,
          cpu_model: host.cpuModel,
          cpu_milli: host.cpuMilli,
          memory_bytes: host.memoryBytes,
          disk_bytes: host.diskBytes,
          engine: host.engine,
          region: host.region,
          labels: host.labels,
        }
      : null,
    free: {
      cpu_milli: free?.resources.cpuMilli ?? 0,
      memory_bytes: free?.resources.memoryBytes ?? 0,
      disk_bytes: free?.resources.diskBytes ?? 0,
    },
    accelerators: (inventory?.accelerators ?? []).map((card, position) => {
      const sample = node.telemetry.at(position);
      return {
        id: card.id,
        vendor: card.vendor,
        model: card.model,
        index: card.index,
        memory_bytes: card.memoryBytes ?? null,
        health: card.health,
        health_reasons: card.healthReasons,
        offered: card.offered,
        not_offered_reason: card.notOfferedReason,
        simulated: card.simulated,
        lease_id: holders.get(card.id) ?? null,
        utilization_pct: sample?.utilizationPct ?? null,
        memory_used_mib: sample?.memoryUsedMib ?? null,
        temperature_c: sample?.temperatureC ?? null,
        power_w: sample?.powerW ?? null,
      };
    }),
  };
}

/** The array of `count` jobs whose first is `first`. */
export function arrayView(first: string, count: number): ArrayView {
  return { id: first, job_ids: Array.from({ length: count }, (_, i) => arrayMember(first as JobId, i)) };
}

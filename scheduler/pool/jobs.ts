/** Jobs in the pool: accepted once per key, queued until a lease ends them, ended exactly once. */
import type { JobSpec } from '../../proto/api.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import { arrayMember, type OrgId, orderedId } from '../../proto/ids.ts';
import { madeHere } from '../lease/machine.ts';
import { retryPauseMs, yieldMs } from '../lease/outcome.ts';
import { type Requirement, requirementOf, shapeKey } from '../placement/requirement.ts';
import type { Moment } from '../ports.ts';
import type { EndRecord, JobRecord, LeaseRecord } from '../records.ts';
import type { Submit, Turn } from './commands.ts';
import { refusal, sizeOf, workOf } from './fair.ts';
import { type Job, keyOf, type PoolState, rememberEnded } from './state.ts';

/** The node pool that a job asks for; '': none. */
export function poolOf({ node_labels }: JobSpec): string {
  return node_labels['pool'] ?? '';
}

/** Lets jobs that leave it to `pool` how cards are chosen follow what it says now; they wait among their new likes. */
export function followPool(state: PoolState, pool: string): void {
  for (const job of state.jobs.values()) {
    const { spec, org } = job.record;
    if (job.state === 'ended' || spec.strategy !== 'pool' || poolOf(spec) !== pool) continue;
    const waits = state.queue.has(job);
    if (waits) state.queue.remove(job);
    job.requirement = neededBy(state, spec, org);
    job.shapeKey = shapeKey(job.requirement);
    if (waits) enqueue(state, job);
  }
}

/** What a job needs, with the highest list price that it may be: a preemptible one pays a part of it. */
export function neededBy(state: PoolState, spec: JobSpec, org: OrgId): Requirement {
  const { tariff } = state.options;
  const requirement = requirementOf(spec, org, state.strategies.get(poolOf(spec)));
  const { cardHourMicroYuan: most, preemptible } = requirement;
  if (!preemptible || most === 0 || tariff.preemptiblePct === 0) return requirement;
  return { ...requirement, cardHourMicroYuan: Math.floor((most * 100) / tariff.preemptiblePct) };
}

/** A job's record in memory, not yet in the queue. */
export function jobOf(state: PoolState, record: JobRecord): Job {
  const requirement = neededBy(state, record.spec, record.org);
  const job: Job = {
    record,
    user: record.submittedBy,
    work: workOf(state, requirement),
    size: 0,
    charge: undefined,
    number: record.number,
    priority: record.spec.priority,
    requirement,
    shapeKey: shapeKey(requirement),
    state: record.state === 'ended' ? 'ended' : 'queued',
    leaseId: undefined,
    attempts: [],
    vainOffers: 0,
    setback: '',
    gang: undefined,
    acceptedEpoch: 0,
  };
  job.size = sizeOf(state, job);
  return job;
}

/** Puts a job where it is found; `numbers` must grow. */
export function putJob(state: PoolState, job: Job): void {
  const { id, org, idempotencyKey, gang } = job.record;
  if (gang) {
    job.gang = state.gangs.get(gang.id) ?? [];
    job.gang[gang.rank] = job;
    state.gangs.set(gang.id, job.gang);
  }
  state.jobs.set(id, job);
  if (idempotencyKey !== null) state.keys.set(keyOf(org, idempotencyKey), job);
  if (job.state === 'ended') rememberEnded(state, job);
  else {
    state.openJobs += 1;
    state.openByOrg.set(org, (state.openByOrg.get(org) ?? 0) + 1);
  }
}

/** Accepts a job or an array as a whole, or finds the one of the same key: `conflict` when that asked for something else,
 * `resource_exhausted` over the admission limit. */
export function submit(state: PoolState, turn: Turn, command: Submit, at: Moment): void {
  const { org, idempotencyKey, specHash } = command;
  const known = idempotencyKey === null ? undefined : state.keys.get(keyOf(org, idempotencyKey));
  if (known) {
    if (known.record.specHash !== specHash) throw conflictingKey(known.record);
    turn.jobId = known.record.id;
    return;
  }
  const { count = 1 } = command;
  if (state.openJobs + command.spec.nodes * count > state.options.maxOpenJobs)
    throw new SuanlinkError(
      'resource_exhausted',
      `${state.openJobs} jobs are waiting or running, the most this scheduler takes; try again later`,
    );
  const { nodes } = command.spec;
  const record: JobRecord = {
    id: command.jobId,
    number: state.nextNumber,
    org,
    idempotencyKey,
    spec: command.spec,
    specHash,
    submittedUnixMs: at.wall,
    submittedBy: command.by,
    state: 'open',
    cancelled: null,
    end: null,
    gang: nodes > 1 ? { id: command.jobId, rank: 0, size: nodes } : null,
    ...(command.count === undefined ? {} : { array: { id: command.jobId, index: 0, size: count } }),
  };
  const job = jobOf(state, record);
  const refused = refusal(state, job, count);
  if (refused !== '') throw new SuanlinkError('resource_exhausted', refused);
  state.nextNumber += nodes * count;
  turn.jobId = record.id;
  for (const member of [job, ...otherMembers(state, record, at), ...otherElements(job)]) {
    putJob(state, member);
    turn.writes.push({ kind: 'job', row: member.record });
    if (member.gang && member !== job) continue;
    state.mix.note(job.requirement);
    enqueue(state, member);
  }
}

/** The jobs of an array but for the first. They share what they were asked with. */
function otherElements(first: Job): Job[] {
  const { array, number } = first.record;
  if (!array) return [];
  return Array.from({ length: array.size - 1 }, (_, i) => ({
    ...first,
    number: number + i + 1,
    attempts: [],
    record: {
      ...first.record,
      id: arrayMember(array.id, i + 1),
      number: number + i + 1,
      idempotencyKey: null,
      array: { ...array, index: i + 1 },
    },
  }));
}

/** The jobs of a gang but for the first: one per node. */
function otherMembers(state: PoolState, first: JobRecord, { random }: Moment): Job[] {
  const { gang } = first;
  if (!gang) return [];
  return Array.from({ length: gang.size - 1 }, (_, i) =>
    jobOf(state, {
      ...first,
      id: orderedId('job', first.number + i + 1, random(20)),
      number: first.number + i + 1,
      idempotencyKey: null,
      gang: { ...gang, rank: i + 1 },
    }),
  );
}

/** The refusal of a key that was used for something else. */
export function conflictingKey(first: JobRecord): SuanlinkError {
  return new SuanlinkError(
    'conflict',
    `idempotency key ${JSON.stringify(first.idempotencyKey)} was used for ${first.id} with another specification`,
    { details: { job_id: first.id } },
  );
}

/** Puts a job into the queue; when its like are not already waiting in vain, a node is looked for in this turn. */
export function enqueue(state: PoolState, job: Job): void {
  job.state = 'queued';
  const shape = state.queue.add(job, job.shapeKey, job.requirement);
  if (!shape.blocked) state.fresh.add(shape);
}

/** A job whose offer came to nothing: once more at once, then ever later (50 ms doubling to 5 s). */
export function requeue(state: PoolState, turn: Turn, job: Job, refusal: string, at: Moment): void {
  job.vainOffers += 1;
  const waitMs = job.vainOffers === 1 ? 0 : Math.min(50 * 2 ** Math.min(job.vainOffers - 2, 10), 5000);
  enqueueAfter(state, turn, job, { setback: `last offer: ${refusal}`, waitMs }, at);
}

/** A job whose offer was taken back in favour of others, who go first. */
export function withdraw(state: PoolState, turn: Turn, job: Job, why: string, at: Moment): void {
  enqueueAfter(state, turn, job, { setback: why, waitMs: yieldMs }, at);
}

/** Puts a job back whose attempt number `attempts.length`, under `lease`, ended without its doing. */
export function retry(state: PoolState, turn: Turn, job: Job, lease: LeaseRecord, at: Moment): void {
  const ended = job.attempts.length;
  const reason = lease.end?.reason;
  const { preemptible, max_retries } = job.record.spec;
  const setback = preemptible
    ? `attempt ${ended} ended: ${reason} on ${lease.nodeName}`
    : `attempt ${ended} of at most ${max_retries + 1} ended: ${reason} on ${lease.nodeName}`;
  job.vainOffers = 0;
  enqueueAfter(state, turn, job, { setback, waitMs: retryPauseMs(ended, reason) }, at);
}

/** Attempts that count as retries: that a preemptible job gave way was agreed from the start. */
function triesOf(state: PoolState, { attempts, record }: Job): number {
  if (!record.spec.preemptible) return attempts.length;
  return attempts.filter((id) => !gaveWay(state.leases.get(id)?.end)).length;
}

const gaveWay = (end: EndRecord | null | undefined): boolean =>
  end?.reason === 'preempted' || end?.reason === 'owner_reclaimed';

/** Whether a job that has run may run once more. */
export function hasRetryLeft(state: PoolState, job: Job): boolean {
  return job.record.cancelled === null && triesOf(state, job) <= job.record.spec.max_retries;
}

interface Setback {
  setback: string;
  waitMs: number;
}

function enqueueAfter(
  state: PoolState,
  turn: Turn,
  job: Job,
  { setback, waitMs }: Setback,
  at: Moment,
): void {
  job.state = 'queued';
  job.setback = setback;
  turn.effects.push({ kind: 'job', jobId: job.record.id, ended: false });
  if (waitMs === 0) enqueue(state, job);
  else state.timers.push({ at: at.now + waitMs, kind: 'job', job });
}

/** Ends a job; INVARIANT: once. `end` when no lease tells how. */
export function endJob(state: PoolState, turn: Turn, job: Job, end: EndRecord | null): void {
  if (job.state === 'ended') return;
  state.queue.remove(job);
  state.openJobs -= 1;
  const { org } = job.record;
  state.openByOrg.set(org, (state.openByOrg.get(org) ?? 1) - 1);
  if (state.openByOrg.get(org) === 0) state.openByOrg.delete(org);
  job.state = 'ended';
  job.record = { ...job.record, state: 'ended', end };
  turn.writes.push({ kind: 'job_end', jobId: job.record.id, end });
  turn.effects.push({ kind: 'job', jobId: job.record.id, ended: true });
  rememberEnded(state, job);
}

/** The end of a job that is cancelled while no lease holds cards for it. */
export function cancelQueued(state: PoolState, turn: Turn, job: Job, message: string, at: Moment): void {
  const waited = Math.max(0, at.wall - job.record.submittedUnixMs);
  const end = madeHere('cancelled', at.wall, { message });
  endJob(state, turn, job, {
    ...end,
    timeline: [
      { name: 'submitted', atMs: 0 },
      { name: 'ended', atMs: waited },
    ],
  });
}

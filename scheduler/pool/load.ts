/** The pool's state from the store's snapshot: what a starting scheduler believes before any node has spoken. */
import { newNode } from '../fleet/node.ts';
import { restore } from '../lease/machine.ts';
import { mayHaveRun, outcome, retryPauseMs } from '../lease/outcome.ts';
import type { Snapshot } from '../store/store.ts';
import { restoreCharges } from './fair.ts';
import { jobOf, putJob } from './jobs.ts';
import { liveLease } from './offer.ts';
import { putSetting, spreadHolds } from './settings.ts';
import { addUsage, emptyState, type Job, type PoolOptions, type PoolState, putLease } from './state.ts';

/** A job that waits: at once, or after the pause of the retry that it waits for. */
function wait(state: PoolState, job: Job, now: number): void {
  const last = job.leaseId === undefined ? undefined : state.leases.get(job.leaseId);
  const pauseMs =
    last && outcome(last) === 'may_retry' ? retryPauseMs(job.attempts.length, last.end?.reason) : 0;
  if (pauseMs === 0) state.queue.add(job, job.shapeKey, job.requirement);
  else state.timers.push({ at: now + pauseMs, kind: 'job', job });
}

/** Every live lease gets one full ttl + margin from `now`, every open offer one full validity; jobs without a live lease
 * wait in the queue. */
export function restoreState(snapshot: Snapshot, options: PoolOptions, now: number, wall: number): PoolState {
  const state = emptyState(options, snapshot.schedulerId, now);
  state.pause = snapshot.pause;
  state.nextEpoch = snapshot.nextEpoch;
  state.firstEpoch = snapshot.nextEpoch;
  state.nextNumber = snapshot.nextNumber;
  state.forgottenTo = snapshot.forgottenTo;
  for (const token of snapshot.tokens) state.tokens.set(token.id, token);
  // What jobs need depends on them.
  for (const setting of snapshot.settings) if (setting.kind === 'pool') putSetting(state, setting);
  for (const record of snapshot.nodes) state.nodes.set(record.id, newNode(record));
  for (const record of snapshot.jobs) {
    const job = jobOf(state, record);
    putJob(state, job);
    state.mix.note(job.requirement);
  }
  for (const record of [...snapshot.leases].sort((a, b) => a.epoch - b.epoch)) {
    const job = state.jobs.get(record.jobId);
    if (!job) continue;
    const lease = liveLease(record, job.record.spec, options.times, now);
    job.leaseId = record.leaseId;
    if (record.state === 'ended' && mayHaveRun(record)) job.attempts.push(record.leaseId);
    if (record.state !== 'ended' && job.state === 'queued') job.state = 'leased';
    putLease(state, record.state === 'ended' ? lease : restore(lease, now));
  }
  for (const record of snapshot.usage) addUsage(state, record);
  for (const { org, month, cardMs } of snapshot.months) state.months.set(org, { month, cardMs });
  for (const setting of snapshot.settings) putSetting(state, setting);
  for (const { nodeIds } of state.holds.values()) spreadHolds(state, { now, wall }, nodeIds);
  restoreCharges(state, snapshot.charges, (unixMs) => Math.max(0, wall - unixMs), now);
  for (const job of state.jobs.values()) {
    const waits = job.gang
      ? job.gang[0] === job && job.gang.every((one) => one.state === 'queued')
      : job.state === 'queued';
    if (waits) wait(state, job, now);
  }
  return state;
}

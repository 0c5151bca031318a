/**
 * `Control` over the pool: checks who may ask, turns requests into commands, and shows the pool's state.
 *
 * Reads show memory, which is ahead of the disk by the commit under way; what a promise resolves with is durable.
 */
import { createHash } from 'node:crypto';
import type { JobSpec, JobView } from '../proto/api.ts';
import { SuanlinkError } from '../proto/codes.ts';
import { type JobId, makeId, type OrgId } from '../proto/ids.ts';
import type { Control, Principal, TokenRecord } from './control.ts';
import type { Driver } from './driver.ts';
import type { Pool } from './pool.ts';
import { conflictingKey } from './pool/jobs.ts';
import { type Job, keyOf } from './pool/state.ts';
import { createExplainer, jobView, jobViewOf, leaseView, nodeView, usageView } from './pool/views.ts';
import type { Clock, Random } from './ports.ts';
import { canonicalJson, checkSpec } from './job-spec.ts';
import type { Logs } from './store/logs.ts';
import type { Store } from './store/store.ts';
import { type Bells, watchJob } from './watch.ts';

/** What it works on. */
export interface ControlParts {
  pool: Pool;
  driver: Driver;
  store: Store;
  logs: Logs;
  bells: Bells;
  clock: Clock;
  random: Random;
}

function seesAll(by: Principal): boolean {
  return by.role === 'operator' || by.role === 'admin';
}

function sees(by: Principal, org: OrgId): boolean {
  return seesAll(by) || by.org === org;
}

function deny(by: Principal, doing: string): never {
  throw new SuanlinkError('permission_denied', `a token of role ${by.role} may not ${doing}`);
}

function requireAdmin(by: Principal): void {
  if (by.role !== 'admin') deny(by, 'manage tokens');
}

/** Up to `limit` (1 to 1000) of `items` that pass, newest first. */
function newestFirst<T>(items: readonly T[], limit: number, keep: (item: T) => boolean): T[] {
  const found: T[] = [];
  const most = Math.min(Math.max(1, limit), 1000);
  for (let i = items.length - 1; i >= 0 && found.length < most; i -= 1) {
    const item = items[i];
    if (item !== undefined && keep(item)) found.push(item);
  }
  return found;
}

/** The control of a running core. */
export function createControl(parts: ControlParts): Control {
  const { pool, driver, store, logs, bells, clock, random } = parts;
  const { state } = pool;

  function find(by: Principal, id: JobId): Job {
    const job = state.jobs.get(id);
    if (!job || !sees(by, job.record.org)) throw new SuanlinkError('not_found', `there is no job ${id}`);
    return job;
  }

  const show = (job: Job): JobView => jobView(state, job, createExplainer(state, clock.now()));

  /** The job of a key that memory has forgotten. */
  async function older(org: OrgId, key: string | undefined, specHash: string): Promise<JobView | undefined> {
    if (key === undefined || !state.hasOlder || state.keys.has(keyOf(org, key))) return undefined;
    const stored = await store.jobByKey(org, key);
    if (!stored || state.keys.has(keyOf(org, key))) return undefined;
    if (stored.job.specHash !== specHash) throw conflictingKey(stored.job);
    return jobViewOf(stored.job, 'ended', stored.lease, stored.usage, '');
  }

  async function submit(by: Principal, spec: JobSpec, key: string | undefined): Promise<JobView> {
    if (by.role === 'viewer') deny(by, 'submit jobs');
    checkSpec(spec);
    const specHash = createHash('sha256').update(canonicalJson(spec)).digest('hex');
    const known = await older(by.org, key, specHash);
    if (known) return known;
    const { jobId } = await driver.run({
      kind: 'submit',
      jobId: makeId('job', random(20)),
      org: by.org,
      by: by.name,
      spec,
      specHash,
      idempotencyKey: key ?? null,
    });
    if (!jobId) throw new SuanlinkError('internal', 'the pool accepted a job without naming it');
    return show(find(by, jobId));
  }

  return {
    submit,
    job: (by, id) => show(find(by, id)),
    jobs(by, filter) {
      const why = createExplainer(state, clock.now());
      const keep = (job: Job): boolean =>
        sees(by, job.record.org) && (filter.state === undefined || job.state === filter.state);
      return newestFirst([...state.jobs.values()], filter.limit, keep).map((job) => jobView(state, job, why));
    },
    async cancel(by, id, message) {
      if (by.role === 'viewer') deny(by, 'cancel jobs');
      const job = find(by, id);
      await driver.run({ kind: 'cancel', jobId: job.record.id, message });
      return show(job);
    },
    watch(by, id, from, signal) {
      const job = find(by, id);
      const look = () => ({
        view: show(job),
        leaseId: job.leaseId,
        settled: job.state === 'ended' && !driver.isSettling(id),
      });
      return watchJob(bells.open(id), look, logs, from, signal);
    },
    leases(by, filter) {
      const live = filter.live ? [...state.nodes.values()].flatMap((node) => [...node.live.values()]) : undefined;
      const all = live ?? [...state.leases.values()];
      all.sort((a, b) => a.epoch - b.epoch);
      return newestFirst(all, filter.limit, (lease) => sees(by, lease.org)).map((lease) =>
        leaseView(lease, state.usageByLease.get(lease.leaseId) ?? []),
      );
    },
    nodes: (by) =>
      [...state.nodes.values()]
        .filter((node) => sees(by, node.record.org))
        .map((node) => nodeView(node, clock.now())),
    usage: (by, { sinceUnixMs, limit }) =>
      newestFirst(
        state.usage,
        limit,
        (row) => row.recordedUnixMs >= sinceUnixMs && sees(by, row.org),
      ).map(usageView),
    tokens(by) {
      const kept = [...state.tokens.values()].filter((token) => sees(by, token.org));
      return kept.map(({ secretHash: _, ...shown }: TokenRecord) => shown);
    },
    async putToken(by, record) {
      requireAdmin(by);
      await driver.run({ kind: 'put_token', record });
    },
    async revokeToken(by, id) {
      requireAdmin(by);
      await driver.run({ kind: 'revoke_token', id });
    },
  };
}

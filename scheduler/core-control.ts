/**
 * `Control` over the pool: checks who may ask, turns requests into commands, and shows the pool's state.
 *
 * Reads show memory, which is ahead of the disk by the commit under way; what a promise resolves with is durable.
 */
import { createHash } from 'node:crypto';
import type {
  AlertsView,
  ArrayView,
  JobSpec,
  JobView,
  LeaseView,
  NodeView,
  PlacementView,
  UsageProofView,
  UsageSumView,
  UsageView,
  WatchEvent,
} from '../proto/api.ts';
import { SuanlinkError } from '../proto/codes.ts';
import type { FleetEvent } from '../proto/fleet.ts';
import { arrayMember, type JobId, maxArraySize, orderedId, type OrgId, type TokenId } from '../proto/ids.ts';
import type {
  Control,
  FleetWish,
  JobFilter,
  PreemptRequest,
  Principal,
  TokenRecord,
  WatchFrom,
} from './control.ts';
import type { Driver } from './driver.ts';
import { checkSpec, specText } from './job-spec.ts';
import { FleetWatch } from './fleet-watch.ts';
import { nodeNamed } from './fleet/named.ts';
import type { Node } from './fleet/node.ts';
import { mayHaveRun } from './lease/outcome.ts';
import type { Pool } from './pool.ts';
import type { MadeStop } from './pool/commands.ts';
import { explainJob, plan } from './pool/accounts.ts';
import { idleNotice } from './pool/idle.ts';
import { conflictingKey } from './pool/jobs.ts';
import { type Job, keyOf, leasesOf, type PoolState } from './pool/state.ts';
import {
  alertViews,
  arrayView,
  createExplainer,
  jobView,
  jobViewOf,
  leaseView,
  nodeView,
  signedUsageView,
  usageSumView,
  usageView,
} from './pool/views.ts';
import type { Clock, Random } from './ports.ts';
import type { LeaseRecord, UsageQuery, UsageRecord } from './records.ts';
import type { Logs } from './store/logs.ts';
import type { Store } from './store/store.ts';
import { type Bells, type Watched, type WatchedLease, watchJob } from './watch.ts';

/** What it works on. */
export interface ControlParts {
  pool: Pool;
  driver: Driver;
  store: Store;
  logs: Logs;
  bells: Bells;
  clock: Clock;
  random: Random;
  /** Of the key that countersigns usage; undefined: nothing is countersigned. */
  usageKey: Uint8Array | undefined;
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

function withoutSecret(token: TokenRecord): Omit<TokenRecord, 'secretHash'> {
  const { id, kind, name, org, role, createdUnixMs, expiresUnixMs, revoked, usedBy } = token;
  return { id, kind, name, org, role, createdUnixMs, expiresUnixMs, revoked, usedBy };
}

/** Names of other organisations' nodes are for operators. */
function mayNameTo(by: Principal): (node: Node) => boolean {
  return (node) => sees(by, node.record.org);
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
export class CoreControl implements Control {
  readonly #parts: ControlParts;
  readonly #state: PoolState;
  readonly #fleet: FleetWatch;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#state = parts.pool.state;
    this.#fleet = new FleetWatch(this.#state, parts.clock);
  }

  /** See `Control`. */
  async submit(by: Principal, spec: JobSpec, key: string | undefined): Promise<JobView> {
    if (by.role === 'viewer') deny(by, 'submit jobs');
    checkSpec(spec);
    const specHash = createHash('sha256').update(specText(spec)).digest('hex');
    const known = key === undefined ? undefined : await this.#older(by.org, key, specHash);
    if (known) return known;
    const { driver, random } = this.#parts;
    const { jobId } = await driver.run({
      kind: 'submit',
      jobId: orderedId('job', this.#state.nextNumber, random(20)),
      org: by.org,
      by: by.name,
      spec,
      specHash,
      idempotencyKey: key ?? null,
    });
    if (!jobId) throw new SuanlinkError('internal', 'the pool accepted a job without naming it');
    return this.#show(this.#find(by, jobId));
  }

  /** See `Control`. */
  async submitArray(
    by: Principal,
    spec: JobSpec,
    count: number,
    key: string | undefined,
  ): Promise<ArrayView> {
    if (by.role === 'viewer') deny(by, 'submit jobs');
    checkSpec(spec);
    if (!Number.isSafeInteger(count) || count < 1 || count > maxArraySize || spec.nodes > 1)
      throw new SuanlinkError(
        'invalid_argument',
        `an array has 1 to ${maxArraySize} jobs of one node each, not ${count} of ${spec.nodes}`,
      );
    const specHash = createHash('sha256')
      .update(`${count} times ${specText(spec)}`)
      .digest('hex');
    const known = key === undefined ? undefined : await this.#older(by.org, key, specHash);
    const { driver, random } = this.#parts;
    const jobId =
      known?.id ??
      (
        await driver.run({
          ...{
            kind: 'submit',
            jobId: arrayMember(orderedId('job', this.#state.nextNumber, random(20)), 0),
            org: by.org,
            by: by.name,
          },
          ...{ spec, specHash, idempotencyKey: key ?? null, count },
        })
      ).jobId;
    if (!jobId) throw new SuanlinkError('internal', 'the pool accepted an array without naming it');
    return arrayView(jobId, count);
  }

  /** See `Control`. */
  job(by: Principal, id: JobId): JobView {
    return this.#show(this.#find(by, id));
  }

  /** See `Control`. */
  jobs(by: Principal, filter: JobFilter): JobView[] {
    const why = this.#explainer();
    const keep = (job: Job): boolean =>
      sees(by, job.record.org) && (filter.state === undefined || job.state === filter.state);
    return newestFirst([...this.#state.jobs.values()], filter.limit, keep).map((job) =>
      jobView(this.#state, job, why),
    );
  }

  /** See `Control`. */
  async cancel(by: Principal, id: JobId, message: string): Promise<JobView> {
    if (by.role === 'viewer') deny(by, 'cancel jobs');
    const job = this.#find(by, id);
    await this.#stop(id, { reason: 'cancelled', message, noticeMs: 0 });
    return this.#show(job);
  }

  /** See `Control`. */
  async preempt(by: Principal, id: JobId, request: PreemptRequest): Promise<JobView> {
    if (!seesAll(by)) deny(by, 'take cards from jobs');
    const job = this.#find(by, id);
    await this.#stop(id, request);
    return this.#show(job);
  }

  /** See `Control`. */
  watch(by: Principal, id: JobId, from: WatchFrom, signal: AbortSignal): AsyncIterable<WatchEvent> {
    const job = this.#find(by, id);
    const { bells, logs, driver } = this.#parts;
    const ran = (): WatchedLease[] =>
      leasesOf(job).flatMap((id) => {
        const lease = this.#state.leases.get(id);
        return lease && mayHaveRun(lease) ? [{ id, logRemovedUnixMs: lease.logRemovedUnixMs }] : [];
      });
    if (from.lease !== undefined && !ran().some(({ id: one }) => one === from.lease))
      throw new SuanlinkError('not_found', `${id} has no attempt ${from.lease}`);
    const look = (): Watched => ({
      view: this.#show(job),
      leases: ran(),
      settled: job.state === 'ended' && !driver.isSettling(id),
    });
    return watchJob(() => bells.open(id), look, logs, from, signal);
  }

  /** See `Control`. */
  alerts(_by: Principal): AlertsView {
    const { clock } = this.#parts;
    const alerts = alertViews(this.#state, clock.now(), Math.round(clock.wall()));
    return { granting: alerts.length === 0, alerts };
  }

  /** See `Control`. */
  async pauseGranting(by: Principal, message: string): Promise<AlertsView> {
    if (!seesAll(by)) deny(by, 'pause granting');
    await this.#parts.driver.run({ kind: 'pause_granting', by: by.name, message: message.slice(0, 1024) });
    return this.alerts(by);
  }

  /** See `Control`. */
  async resumeGranting(by: Principal): Promise<AlertsView> {
    if (!seesAll(by)) deny(by, 'resume granting');
    await this.#parts.driver.run({ kind: 'resume_granting', by: by.name });
    return this.alerts(by);
  }

  /** See `Control`. */
  explain(by: Principal, id: JobId): PlacementView {
    const job = this.#find(by, id);
    const now = this.#parts.clock.now();
    return explainJob(this.#state, job, { mayName: mayNameTo(by), why: this.#explainer(), now });
  }

  /** See `Control`. */
  plan(by: Principal, spec: JobSpec): PlacementView {
    if (by.role === 'viewer') deny(by, 'plan jobs');
    return plan(this.#state, { spec, org: by.org }, mayNameTo(by), this.#parts.clock.now());
  }

  /** See `Control`. */
  leases(by: Principal, { live, limit }: { live: boolean; limit: number }): LeaseView[] {
    const { nodes, leases, usageByLease } = this.#state;
    const all = live ? [...nodes.values()].flatMap((node) => [...node.live.values()]) : [...leases.values()];
    all.sort((a, b) => a.epoch - b.epoch);
    return newestFirst(all, limit, (lease) => sees(by, lease.org)).map((lease) =>
      leaseView(lease, usageByLease.get(lease.leaseId) ?? [], idleNotice(this.#state, lease.leaseId)),
    );
  }

  /** See `Control`. */
  nodes(by: Principal): NodeView[] {
    const now = this.#parts.clock.now();
    const seen = [...this.#state.nodes.values()].filter((node) => sees(by, node.record.org));
    return seen.map((node) => nodeView(node, now));
  }

  /** See `Control`. */
  node(by: Principal, name: string): NodeView {
    return nodeView(nodeNamed(this.#state.nodes, name, mayNameTo(by)), this.#parts.clock.now());
  }

  /** See `Control`. */
  fleet(by: Principal, wish: FleetWish, signal: AbortSignal): AsyncIterable<FleetEvent> {
    return this.#fleet.watch(seesAll(by) ? undefined : by.org, wish, signal);
  }

  /** See `Control`. */
  usage(by: Principal, { sinceUnixMs, limit }: { sinceUnixMs: number; limit: number }): UsageView[] {
    const keep = (row: UsageRecord): boolean => row.recordedUnixMs >= sinceUnixMs && sees(by, row.org);
    return newestFirst(this.#state.usage, limit, keep).map(usageView);
  }

  /** See `Control`. */
  async usageSums(by: Principal, query: UsageQuery): Promise<UsageSumView[]> {
    const org = seesAll(by) ? query.org : by.org;
    return (await this.#parts.store.usageSums({ ...query, org })).map(usageSumView);
  }

  /** See `Control`. */
  async jobUsage(by: Principal, id: JobId): Promise<UsageProofView> {
    const found = await this.#parts.store.jobUsage(id);
    const records = found.filter(({ record }) => sees(by, record.org)).map(signedUsageView);
    // A job without usage is found as any job is; one that memory has forgotten has ended, and is known by its usage.
    if (records.length === 0) this.#find(by, id);
    return { ...this.usageKey(by), records };
  }

  /** See `Control`. */
  usageKey(_by: Principal): Omit<UsageProofView, 'records'> {
    const { usageKey } = this.#parts;
    return {
      scheduler_id: this.#state.schedulerId,
      scheduler_public_key: usageKey ? Buffer.from(usageKey).toString('base64url') : '',
    };
  }

  /** See `Control`. */
  tokens(by: Principal): Omit<TokenRecord, 'secretHash'>[] {
    return [...this.#state.tokens.values()].filter((token) => sees(by, token.org)).map(withoutSecret);
  }

  /** See `Control`. */
  async putToken(by: Principal, record: TokenRecord): Promise<void> {
    requireAdmin(by);
    await this.#parts.driver.run({ kind: 'put_token', record });
  }

  /** See `Control`. */
  async revokeToken(by: Principal, id: TokenId): Promise<void> {
    requireAdmin(by);
    await this.#parts.driver.run({ kind: 'revoke_token', id });
  }

  async #stop(jobId: JobId, how: { reason: MadeStop; message: string; noticeMs: number }): Promise<void> {
    const message = how.message.slice(0, 1024);
    await this.#parts.driver.run({ kind: 'stop', jobId, ...how, message });
  }

  #find(by: Principal, id: JobId): Job {
    const job = this.#state.jobs.get(id);
    if (!job || !sees(by, job.record.org)) throw new SuanlinkError('not_found', `there is no job ${id}`);
    return job;
  }

  #explainer(): (job: Job) => string {
    const { clock } = this.#parts;
    return createExplainer(this.#state, clock.now(), Math.round(clock.wall()));
  }

  #show(job: Job): JobView {
    return jobView(this.#state, job, this.#explainer());
  }

  /** The job of a key that memory has forgotten. */
  async #older(org: OrgId, key: string, specHash: string): Promise<JobView | undefined> {
    const { keys, hasOlder } = this.#state;
    if (!hasOlder || keys.has(keyOf(org, key))) return undefined;
    const stored = await this.#parts.store.jobByKey(org, key);
    if (!stored || keys.has(keyOf(org, key))) return undefined;
    if (stored.job.specHash !== specHash) throw conflictingKey(stored.job);
    const usageOf = ({ leaseId }: LeaseRecord): UsageRecord[] =>
      stored.usage.filter((row) => row.leaseId === leaseId);
    return jobViewOf(stored.job, 'ended', { leases: stored.leases, usageOf }, '');
  }
}

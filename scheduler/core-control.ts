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
import { History, storedView } from './history.ts';
import { nodeNamed } from './fleet/named.ts';
import type { Node } from './fleet/node.ts';
import type { Pool } from './pool.ts';
import type { MadeStop } from './pool/commands.ts';
import { explainEnded, explainJob, plan } from './pool/accounts.ts';
import { idleNotice } from './pool/idle.ts';
import { conflictingKey } from './pool/jobs.ts';
import { type Job, keyOf, leasesOf, type PoolState } from './pool/state.ts';
import {
  alertViews,
  arrayView,
  createExplainer,
  jobView,
  leaseView,
  nodeView,
  signedUsageView,
  usageSumView,
  usageView,
} from './pool/views.ts';
import type { Clock, Random } from './ports.ts';
import type { StoredJob, UsageQuery } from './records.ts';
import type { Logs } from './store/logs.ts';
import type { Store } from './store/store.ts';
import { type Bells, type Watched, watchedLeases, watchJob } from './watch.ts';

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

function missing(id: JobId): never {
  throw new SuanlinkError('not_found', `there is no job ${id}`);
}

/** What lists hold at most when `limit` is asked for. */
function bounded(limit: number): number {
  return Math.min(Math.max(1, limit), 1000);
}

/** Up to `limit` (1 to 1000) of `items` that pass, newest first. */
function newestFirst<T>(items: readonly T[], limit: number, keep: (item: T) => boolean): T[] {
  const found: T[] = [];
  const most = bounded(limit);
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
  readonly #history: History;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.#state = parts.pool.state;
    this.#fleet = new FleetWatch(this.#state, parts.clock);
    this.#history = new History(this.#state, parts.driver, parts.store);
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
    return this.job(by, jobId);
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
  async job(by: Principal, id: JobId): Promise<JobView> {
    const job = this.#inMemory(by, id);
    return job ? jobView(this.#state, job, this.#explainer()) : storedView(await this.#forgotten(by, id));
  }

  /** See `Control`. */
  async jobs(by: Principal, filter: JobFilter): Promise<JobView[]> {
    const keep = (job: Job): boolean =>
      sees(by, job.record.org) && (filter.state === undefined || job.state === filter.state);
    const kept = newestFirst([...this.#state.jobs.values()], filter.limit, keep);
    const why = this.#explainer();
    const views = kept.map((job) => ({ number: job.number, view: jobView(this.#state, job, why) }));
    const most = bounded(filter.limit);
    if (filter.state === undefined || filter.state === 'ended') {
      const from = views.length < most ? 1 : (views.at(-1)?.number ?? 1);
      const older = await this.#history.jobsFrom(from, seesAll(by) ? null : by.org, most);
      views.push(...older.map((stored) => ({ number: stored.job.number, view: storedView(stored) })));
      views.sort((a, b) => b.number - a.number);
    }
    return views.slice(0, most).map(({ view }) => view);
  }

  /** See `Control`. */
  async cancel(by: Principal, id: JobId, message: string): Promise<JobView> {
    if (by.role === 'viewer') deny(by, 'cancel jobs');
    if (this.#inMemory(by, id)) await this.#stop(id, { reason: 'cancelled', message, noticeMs: 0 });
    return this.job(by, id);
  }

  /** See `Control`. */
  async preempt(by: Principal, id: JobId, request: PreemptRequest): Promise<JobView> {
    if (!seesAll(by)) deny(by, 'take cards from jobs');
    if (this.#inMemory(by, id)) await this.#stop(id, request);
    return this.job(by, id);
  }

  /** See `Control`. */
  async watch(
    by: Principal,
    id: JobId,
    from: WatchFrom,
    signal: AbortSignal,
  ): Promise<AsyncIterable<WatchEvent>> {
    const { bells, logs } = this.#parts;
    const look = (): Promise<Watched> => this.#watched(by, id);
    const { leases } = await look();
    if (from.lease !== undefined && !leases.some(({ id: one }) => one === from.lease))
      throw new SuanlinkError('not_found', `${id} has no attempt ${from.lease}`);
    return watchJob(() => bells.open(id), look, logs, from, signal);
  }

  async #watched(by: Principal, id: JobId): Promise<Watched> {
    const job = this.#inMemory(by, id);
    if (!job) {
      const stored = await this.#forgotten(by, id);
      return { view: storedView(stored), leases: watchedLeases(stored.leases), settled: true };
    }
    return {
      view: jobView(this.#state, job, this.#explainer()),
      leases: watchedLeases(leasesOf(job).flatMap((one) => this.#state.leases.get(one) ?? [])),
      settled: job.state === 'ended' && !this.#parts.driver.isSettling(id),
    };
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
  async explain(by: Principal, id: JobId): Promise<PlacementView> {
    const job = this.#inMemory(by, id);
    if (!job) {
      await this.#forgotten(by, id);
      return explainEnded();
    }
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
  async usage(by: Principal, wish: { sinceUnixMs: number; limit: number }): Promise<UsageView[]> {
    const org = seesAll(by) ? null : by.org;
    const rows = await this.#parts.store.recentUsage({ ...wish, org, limit: bounded(wish.limit) });
    return rows.map(usageView);
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
    if (records.length === 0) await this.job(by, id);
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

  /** A job that memory has; undefined: only the store can have it. */
  #inMemory(by: Principal, id: JobId): Job | undefined {
    const job = this.#state.jobs.get(id);
    return job && !sees(by, job.record.org) ? missing(id) : job;
  }

  async #forgotten(by: Principal, id: JobId): Promise<StoredJob> {
    const stored = await this.#history.job(id);
    return stored && sees(by, stored.job.org) ? stored : missing(id);
  }

  #explainer(): (job: Job) => string {
    const { clock } = this.#parts;
    return createExplainer(this.#state, clock.now(), Math.round(clock.wall()));
  }

  /** The job of a key that memory has forgotten. */
  async #older(org: OrgId, key: string, specHash: string): Promise<JobView | undefined> {
    const { keys } = this.#state;
    if (keys.has(keyOf(org, key))) return undefined;
    const stored = await this.#history.jobOfKey(org, key);
    if (!stored || keys.has(keyOf(org, key))) return undefined;
    if (stored.job.specHash !== specHash) throw conflictingKey(stored.job);
    return storedView(stored);
  }
}

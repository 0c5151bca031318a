/**
 * An in-memory twin of the scheduler's core, for tests of its faces. Jobs run by the words of their command, in order:
 * `out:TEXT`, `err:TEXT`, `bytes:N` (N bytes on stdout), `wait:MS`, `hold` (until cancelled), `exit:N`, `end:REASON`,
 * `queue` (never placed). What is not such a word is printed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { EndView, JobSpec, JobView, LeaseView, UsageView, WatchEvent } from '../../proto/api.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import { arrayMember, type JobId, type LeaseId, makeId, parseOrg, type TokenId } from '../../proto/ids.ts';
import { formatApiToken } from '../../proto/join-token.ts';
import { type EndReason, endReasons } from '../../proto/lease.ts';
import type { Core } from '../../scheduler/api/serve.ts';
import { makeToken } from '../../scheduler/auth/tokens.ts';
import type { Control, Principal, Role, Steering, TokenRecord } from '../../scheduler/control.ts';
import { arrayView } from '../../scheduler/pool/views.ts';
import { memberSpec, membersOf } from './twin-arrays.ts';
import { twinFleet } from './twin-fleet.ts';
import { pauseAlert, placement, twinSteering } from './twin-steering.ts';

type Chunk = { stream: 'stdout' | 'stderr'; data: Buffer };

interface Job {
  view: JobView;
  chunks: Chunk[];
  cancelled: AbortController;
  /** Those who wait for something new. */
  wake: Set<() => void>;
}

function random(length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}

/** Waits, not beyond the abort. */
const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => {});

/** The twin: the core, and hands to steer it. */
export interface Twin extends Core {
  control: Control;
  steering: Steering;
  /** A token's text. */
  token(org: string, role: Role, change?: Partial<TokenRecord>): string;
  jobs: Map<JobId, Job>;
  /** Specs as they came in, with secrets. */
  submitted: JobSpec[];
  /** Makes the next calls of `submit` fail. */
  failSubmit: SuanlinkError | undefined;
  /** Cancels are acknowledged and nothing comes of them. */
  deaf: boolean;
  /** Resolves when a cancel has been acknowledged since the last call. */
  cancelled(): Promise<void>;
}

/** A twin without jobs. */
export function createTwin(): Twin {
  const tokens = new Map<TokenId, TokenRecord>();
  const jobs = new Map<JobId, Job>();
  const submitted: JobSpec[] = [];
  let paused = '';
  let cancel = Promise.withResolvers<void>();

  const mine = (by: Principal, org: string): boolean =>
    by.role === 'operator' || by.role === 'admin' || by.org === org;
  const find = (by: Principal, id: JobId): Job => {
    const job = jobs.get(id);
    if (!job || !mine(by, job.view.org)) throw new SuanlinkError('not_found', `no job ${id}`);
    return job;
  };
  const admin = (by: Principal): void => {
    if (by.role !== 'admin') throw new SuanlinkError('permission_denied', 'only admins handle tokens');
  };
  const viewer = (by: Principal): void => {
    if (by.role === 'viewer') throw new SuanlinkError('permission_denied', 'viewers may only look');
  };

  const control: Control = {
    async submit(by, spec, idempotencyKey) {
      viewer(by);
      if (made.failSubmit) throw made.failSubmit;
      for (const job of jobs.values()) {
        if (idempotencyKey === undefined || job.view.idempotency_key !== idempotencyKey) continue;
        if (job.view.org !== by.org) continue;
        if (JSON.stringify(job.view.spec) === JSON.stringify(spec)) return job.view;
        throw new SuanlinkError('conflict', 'this idempotency key belongs to another job');
      }
      submitted.push(spec);
      const job = newJob(by, spec, idempotencyKey ?? null);
      jobs.set(job.view.id as JobId, job);
      void runScript(job);
      return job.view;
    },
    async submitArray(by, spec, count, key) {
      const { id } = await control.submit(by, memberSpec(spec, 0), key);
      const first = jobs.get(id as JobId)?.view;
      // One that is found again by its key is an array already.
      for (const [index, member] of first?.array === null ? membersOf(id, count).entries() : []) {
        const job = jobs.get(member.id) ?? newJob(by, memberSpec(spec, index), null);
        Object.assign(job.view, member);
        if (jobs.has(member.id)) continue;
        jobs.set(member.id, job);
        void runScript(job);
      }
      return arrayView(id, count);
    },
    job: async (by, id) => find(by, id).view,
    jobs: async (by, { state, limit }) =>
      [...jobs.values()]
        .map((job) => job.view)
        .filter((view) => mine(by, view.org) && (state === undefined || view.state === state))
        .reverse()
        .slice(0, limit),
    async cancel(by, id) {
      viewer(by);
      const job = find(by, id);
      if (!made.deaf) job.cancelled.abort();
      await sleep(5, new AbortController().signal);
      cancel.resolve();
      return job.view;
    },
    explain: async (by, id) => placement(find(by, id).view.state === 'queued' ? 'waits' : 'placed', id),
    plan(by, { accelerators }) {
      viewer(by);
      return placement(accelerators > 8 ? 'waits' : 'fits', 'a job');
    },
    alerts: () => ({ granting: paused === '', alerts: paused === '' ? [] : [pauseAlert(paused)] }),
    async pauseGranting(by, message) {
      if (by.role !== 'operator' && by.role !== 'admin')
        throw new SuanlinkError('permission_denied', 'only operators pause granting');
      paused = `granting is paused by ${by.name}: ${message}`;
      return control.alerts(by);
    },
    async resumeGranting(by) {
      if (by.role !== 'operator' && by.role !== 'admin')
        throw new SuanlinkError('permission_denied', 'only operators resume granting');
      paused = '';
      return control.alerts(by);
    },
    async preempt(by, id, { reason }) {
      if (by.role !== 'operator' && by.role !== 'admin')
        throw new SuanlinkError('permission_denied', 'only operators take cards back');
      const job = find(by, id);
      if (job.view.state === 'leased') finish(job, reason, 143);
      return job.view;
    },
    watch: async (by, id, from, signal) => follow(find(by, id), from, signal),
    leases: (by, { live, limit }) =>
      [...jobs.values()]
        .flatMap(({ view }) => (view.lease && mine(by, view.org) ? [view.lease] : []))
        .filter((lease) => !live || lease.state !== 'ended')
        .slice(0, limit),
    ...twinFleet(),
    usage: async (by, { limit }) =>
      [...jobs.values()]
        .flatMap(({ view }) => (view.end && mine(by, view.org) ? [view.end.usage] : []))
        .slice(0, limit),
    usageSums: async (by, { by: what }) => {
      const ended = [...jobs.values()].flatMap(({ view }) =>
        view.end && mine(by, view.org) ? [view.end.usage] : [],
      );
      const total = (value: (usage: UsageView) => number): number =>
        ended.reduce((sum, usage) => sum + value(usage), 0);
      const one = { key: `some ${what}`, label: '', records: ended.length, leases: ended.length };
      const sums = {
        run_ms: total((u) => u.run_ms),
        card_ms: total((u) => u.card_ms),
        cpu_ms: total((u) => u.cpu_ms),
      };
      const price_micro_yuan = total((u) => u.price_micro_yuan);
      return ended.length === 0 ? [] : [{ ...one, ...sums, price_micro_yuan, disputed: 0, unsigned: 0 }];
    },
    jobUsage: async (by, id) => ({ ...control.usageKey(by), records: find(by, id) && [] }),
    usageKey: () => ({ scheduler_id: 'twin', scheduler_public_key: 'AAAA' }),
    tokens(by) {
      return [...tokens.values()]
        .filter((token) => mine(by, token.org))
        .map(({ secretHash: _hash, ...rest }) => rest);
    },
    async putToken(by, record) {
      admin(by);
      tokens.set(record.id, record);
    },
    async revokeToken(by, id) {
      admin(by);
      const record = tokens.get(id);
      if (!record) throw new SuanlinkError('not_found', `no token ${id}`);
      tokens.set(id, { ...record, revoked: true });
    },
  };
  const made: Twin = {
    control,
    steering: twinSteering(),
    tokens: { token: (id) => tokens.get(id) },
    upgrade: (_request, socket) => void socket.end('HTTP/1.1 418 Twin\r\n\r\n'),
    close: async () => {
      for (const job of jobs.values()) job.cancelled.abort();
    },
    jobs,
    submitted,
    failSubmit: undefined,
    deaf: false,
    async cancelled() {
      await cancel.promise;
      cancel = Promise.withResolvers();
    },
    token(org, role, change = {}) {
      const wish = {
        kind: 'api' as const,
        name: `${org} ${role}`,
        org: parseOrg(org),
        role,
        expiresUnixMs: 0,
      };
      const { record, secret } = makeToken(wish, random(52), Date.now());
      tokens.set(record.id, { ...record, ...change });
      return formatApiToken({ tokenId: record.id, secret });
    },
  };
  return made;
}

function newJob(by: Principal, spec: JobSpec, key: string | null): Job {
  const view: JobView = {
    id: arrayMember(makeId('job', random(20)), 0),
    org: by.org,
    state: 'queued',
    waiting_reason: 'the twin has not looked yet',
    spec,
    idempotency_key: key,
    submitted_at: new Date().toISOString(),
    submitted_by: by.name,
    lease: null,
    ...{ gang: null, array: null, attempts: [], end: null },
  };
  return { view, chunks: [], cancelled: new AbortController(), wake: new Set() };
}

function changed(job: Job, change: Partial<JobView>): void {
  job.view = { ...job.view, ...change };
  for (const wake of job.wake) wake();
}

function newLease(job: Job): LeaseView {
  return {
    id: makeId('lease', random(20)) satisfies LeaseId,
    epoch: 1,
    job_id: job.view.id,
    org: job.view.org,
    node_id: 'node-aaaaaaaaaaaaaaaaaaaa',
    node_name: 'twin-node',
    accelerator_ids: [],
    accelerator_milli: 1000,
    state: 'running',
    phase: 'running',
    ...{ detail: '', notice: '' },
    granted_at: new Date().toISOString(),
    ttl_ms: 30_000,
    end: null,
  };
}

async function runScript(job: Job): Promise<void> {
  const words = job.view.spec.command;
  await sleep(2, job.cancelled.signal);
  if (words[0] === 'queue') {
    await sleep(3_600_000, job.cancelled.signal);
    finish(job, 'cancelled', null);
    return;
  }
  changed(job, { state: 'leased', waiting_reason: '', lease: newLease(job) });
  for (const word of words) {
    if (job.cancelled.signal.aborted) return finish(job, 'cancelled', 143);
    const [verb, rest] = [word.slice(0, word.indexOf(':')), word.slice(word.indexOf(':') + 1)];
    if (verb === 'out' || verb === 'err') write(job, verb === 'out' ? 'stdout' : 'stderr', Buffer.from(rest));
    else if (verb === 'bytes') {
      const all = Buffer.alloc(Number(rest), 'abcdefghijklmnopqrstuvwxyz\n');
      for (let at = 0; at < all.length; at += 65_536) write(job, 'stdout', all.subarray(at, at + 65_536));
    } else if (verb === 'wait') await sleep(Number(rest), job.cancelled.signal);
    else if (word === 'hold') await sleep(3_600_000, job.cancelled.signal);
    else if (verb === 'exit') return finish(job, rest === '0' ? 'completed' : 'exit_nonzero', Number(rest));
    else if (verb === 'end') {
      const [reason, code] = rest.split(',');
      const known = endReasons.find((each) => each === reason) ?? 'engine_lost';
      return finish(job, known, code === undefined ? null : Number(code));
    } else write(job, 'stdout', Buffer.from(`${word}\n`));
  }
  if (job.cancelled.signal.aborted) return finish(job, 'cancelled', 143);
  finish(job, 'completed', 0);
}

function write(job: Job, stream: Chunk['stream'], data: Buffer): void {
  job.chunks.push({ stream, data });
  changed(job, {});
}

function usageOf(job: Job): UsageView {
  return {
    lease_id: job.view.lease?.id ?? '',
    epoch: 1,
    part: 0,
    org: job.view.org,
    node_id: 'node-aaaaaaaaaaaaaaaaaaaa',
    model: '',
    cards: job.view.spec.accelerators,
    run_ms: 1500,
    card_ms: 1500 * job.view.spec.accelerators,
    cpu_ms: 20,
    cpu_exact: true,
    memory_peak_bytes: 1_048_576,
    price_micro_yuan: 1234,
    tariff: 'twin',
    recorded_at: new Date().toISOString(),
    proof: 'signed',
  };
}

function finish(job: Job, reason: EndReason, exitCode: number | null): void {
  const size = (stream: string): number =>
    job.chunks.filter((chunk) => chunk.stream === stream).reduce((sum, { data }) => sum + data.length, 0);
  const end: EndView = {
    reason,
    exit_code: exitCode,
    error_code: reason === 'start_failed' ? 'command_not_found' : '',
    message: reason === 'completed' ? '' : `the twin says ${reason}`,
    ended_at: new Date().toISOString(),
    stdout_bytes: size('stdout'),
    stderr_bytes: size('stderr'),
    stdout_sha256: '',
    stderr_sha256: '',
    stdout_dropped_bytes: 0,
    stderr_dropped_bytes: 0,
    usage: usageOf(job),
    timeline: [{ name: 'queued', at_ms: 0 }],
  };
  const lease = job.view.lease;
  changed(job, {
    state: 'ended',
    end,
    lease: lease === null ? null : { ...lease, state: 'ended', phase: 'ended', end },
  });
}

async function* follow(
  job: Job,
  from: { stdout: number; stderr: number },
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  let shown: JobView | undefined;
  let chunk = 0;
  const offsets = { stdout: 0, stderr: 0 };
  while (!signal.aborted) {
    if (shown === undefined || (shown !== job.view && job.view.state !== 'ended')) {
      shown = job.view;
      yield { type: 'state', job: shown };
    }
    for (; chunk < job.chunks.length; chunk += 1) {
      const { stream, data } = job.chunks[chunk] as Chunk;
      const offset = offsets[stream];
      offsets[stream] += data.length;
      const skip = Math.max(0, Math.min(data.length, from[stream] - offset));
      if (skip < data.length) {
        const bytes = data.subarray(skip).toString('base64');
        const lease_id = job.view.lease?.id ?? '';
        yield {
          type: 'log',
          lease_id,
          stream,
          offset: offset + skip,
          data: bytes,
          unix_ms: Date.now(),
          dropped_bytes: 0,
        };
      }
    }
    if (job.view.state === 'ended') {
      yield { type: 'end', job: job.view };
      return;
    }
    if (shown === job.view && chunk === job.chunks.length) await nextChange(job, signal);
  }
}

function nextChange(job: Job, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      job.wake.delete(done);
      resolve();
    };
    job.wake.add(done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

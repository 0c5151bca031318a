/** Routes about jobs: submit, look, cancel, watch, read logs. */
import { z } from 'zod';
import type { JobView } from '../../proto/api.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import { type LeaseId, parseId } from '../../proto/ids.ts';
import { type Control, unwanted } from '../control.ts';
import { arrayRequestSchema, idempotencyKeySchema, integer, jobRequestSchema, specOf } from './job-schema.ts';
import { parse } from './parse.ts';
import { countText, flagText, idParams, leaseText, limitText } from './query.ts';
import { type ApiPorts, json, nothing, type Route, route } from './route.ts';
import { logBytes, watchLines } from './stream.ts';
import { arraySchema, jobSchema, publicJob, watchEventSchema } from './view-schema.ts';

const states = ['queued', 'leased', 'ended'] as const;
const streams = ['stdout', 'stderr'] as const;
const job = idParams('job');

const dayMs = 86_400_000;

/** A log that is read without following ends after this long without a byte. */
const caughtUpMs = 150;

/** The key of a request: from the header or the body; `invalid_argument` when they differ. */
function keyOf(header: string | undefined, field: string | undefined): string | undefined {
  if (header !== undefined) parse(idempotencyKeySchema, header, 'the Idempotency-Key header');
  if (header !== undefined && field !== undefined && header !== field)
    throw new SuanlinkError(
      'invalid_argument',
      'idempotency_key: is not the same as the Idempotency-Key header; send one of them',
      { details: { path: 'idempotency_key', problem: 'differs from the header' } },
    );
  return header ?? field;
}

function leaseOf({ lease }: { lease?: string }): { lease?: LeaseId } {
  return lease === undefined ? {} : { lease: parseId('lease', lease) };
}

function submit(control: Control): Route {
  return route(
    {
      method: 'POST',
      path: '/v1/jobs',
      name: 'submitJob',
      summary:
        'Submits a job; answers once it is durable. The same idempotency key with the same job answers the first one.',
      takes: { params: nothing, query: nothing, body: jobRequestSchema },
      status: 201,
      answers: { type: 'application/json', schema: jobSchema },
    },
    async ({ by, body, idempotencyKey }) => {
      const key = keyOf(idempotencyKey, body.idempotency_key);
      return json(publicJob(await control.submit(by, specOf(body), key)), 201);
    },
  );
}

function submitArray(control: Control): Route {
  return route(
    {
      method: 'POST',
      path: '/v1/arrays',
      name: 'submitArray',
      summary:
        'Submits equal jobs, all or none; answers once they are durable. The same idempotency key with the same array answers the first one.',
      takes: { params: nothing, query: nothing, body: arrayRequestSchema },
      status: 201,
      answers: { type: 'application/json', schema: arraySchema },
    },
    async ({ by, body: { job, count }, idempotencyKey }) => {
      const key = keyOf(idempotencyKey, job.idempotency_key);
      return json(await control.submitArray(by, specOf(job), count, key), 201);
    },
  );
}

function list(control: Control): Route {
  return route(
    {
      method: 'GET',
      path: '/v1/jobs',
      name: 'listJobs',
      summary: 'Jobs, newest first.',
      takes: {
        params: nothing,
        query: z.strictObject({ state: z.exactOptional(z.enum(states)), limit: limitText }),
        body: nothing,
      },
      status: 200,
      answers: { type: 'application/json', schema: z.object({ jobs: z.array(jobSchema) }) },
    },
    async ({ by, query }) => json({ jobs: (await control.jobs(by, query)).map(publicJob) }),
  );
}

function get(control: Control): Route {
  return route(
    {
      method: 'GET',
      path: '/v1/jobs/:id',
      name: 'getJob',
      summary: 'One job.',
      takes: { params: job, query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: jobSchema },
    },
    async ({ by, params }) => json(publicJob(await control.job(by, parseId('job', params.id)))),
  );
}

function cancel(control: Control): Route {
  return route(
    {
      method: 'POST',
      path: '/v1/jobs/:id/cancel',
      name: 'cancelJob',
      summary: 'Asks a job to end; a queued one has ended when this answers. May be repeated.',
      takes: {
        params: job,
        query: nothing,
        body: z.strictObject({ message: z.string('must be a string').max(512).default('') }),
      },
      status: 200,
      answers: { type: 'application/json', schema: jobSchema },
    },
    async ({ by, params, body }) =>
      json(publicJob(await control.cancel(by, parseId('job', params.id), body.message))),
  );
}

function preempt(control: Control): Route {
  return route(
    {
      method: 'POST',
      path: '/v1/jobs/:id/preempt',
      name: 'preemptJob',
      summary:
        'Takes the cards of a leased job back, for operators: SIGTERM at once, SIGKILL after the notice or its own grace, whichever is longer. May be repeated; the first stands.',
      takes: {
        params: job,
        query: nothing,
        body: z.strictObject({
          reason: z
            .enum(['preempted', 'owner_reclaimed'], "must be 'preempted' or 'owner_reclaimed'")
            .default('preempted'),
          notice_ms: integer(0, dayMs).default(0),
          message: z.string('must be a string').max(512).default(''),
        }),
      },
      status: 200,
      answers: { type: 'application/json', schema: jobSchema },
    },
    async ({ by, params, body }) => {
      const { reason, message, notice_ms: noticeMs } = body;
      const request = { reason, message, noticeMs };
      return json(publicJob(await control.preempt(by, parseId('job', params.id), request)));
    },
  );
}

function watch(ports: ApiPorts): Route {
  return route(
    {
      method: 'GET',
      path: '/v1/jobs/:id/watch',
      name: 'watchJob',
      summary:
        'The job as it is, then what it wrote (from the offsets in `lease` on, or in its first attempt) and its changes as they happen; ends after `end`.',
      takes: {
        params: job,
        query: z.strictObject({ lease: leaseText, stdout_offset: countText, stderr_offset: countText }),
        body: nothing,
      },
      status: 200,
      answers: { type: 'application/x-ndjson', schema: watchEventSchema },
    },
    async ({ by, params, query, signal }) => {
      const id = parseId('job', params.id);
      const from = { ...leaseOf(query), stdout: query.stdout_offset, stderr: query.stderr_offset };
      const chunks = watchLines(await ports.control.watch(by, id, from, signal));
      return { kind: 'stream', type: 'application/x-ndjson; charset=utf-8', chunks };
    },
  );
}

/** Nothing at all would be a lie about a job whose output was taken away. */
function refuseRemoved({ attempts }: JobView, lease: string | undefined): void {
  const first = attempts.findIndex(({ lease_id }) => lease_id === (lease ?? lease_id));
  const wanted = attempts.slice(Math.max(0, first));
  const last = wanted.at(-1);
  if (!last || wanted.some(({ log_removed_at }) => log_removed_at === null)) return;
  throw new SuanlinkError('not_found', `the output was removed by retention on ${last.log_removed_at}`, {
    details: { log_removed_at: last.log_removed_at ?? '' },
  });
}

function logs(ports: ApiPorts): Route {
  return route(
    {
      method: 'GET',
      path: '/v1/jobs/:id/logs',
      name: 'readLog',
      summary:
        'The bytes that the job wrote, from an offset in `lease` or in its first attempt on, all attempts one after the other; with follow=true until it has ended.',
      takes: {
        params: job,
        query: z.strictObject({
          stream: z.enum(streams, "must be 'stdout' or 'stderr'").default('stdout'),
          lease: leaseText,
          offset: countText,
          follow: flagText('false'),
        }),
        body: nothing,
      },
      status: 200,
      answers: {
        type: 'application/octet-stream',
        schema: z.string().meta({ contentMediaType: 'application/octet-stream' }),
      },
    },
    async ({ by, params, query, signal }) => {
      const id = parseId('job', params.id);
      refuseRemoved(await ports.control.job(by, id), query.lease);
      const { stream, follow, offset } = query;
      const from = { ...leaseOf(query), stdout: unwanted, stderr: unwanted, [stream]: offset };
      const chunks = logBytes(
        (ended) => ports.control.watch(by, id, from, ended),
        signal,
        { stream, follow, caughtUpMs },
        ports.clock,
      );
      return { kind: 'stream', type: 'application/octet-stream', chunks };
    },
  );
}

/** The routes about jobs. */
export function jobRoutes(ports: ApiPorts): Route[] {
  const { control } = ports;
  return [
    submit(control),
    submitArray(control),
    list(control),
    get(control),
    cancel(control),
    preempt(control),
    watch(ports),
    logs(ports),
  ];
}

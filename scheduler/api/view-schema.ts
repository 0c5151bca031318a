/** What answers look like: the shapes of `proto/api.ts` as schemas, for OpenAPI; the compiler holds the two together. */
import { z } from 'zod';
import type {
  AlertsView,
  ArrayView,
  ErrorBody,
  JobView,
  LeaseView,
  NodeView,
  PlacementView,
  UsageProofView,
  UsageSumView,
  UsageView,
  WatchEvent,
} from '../../proto/api.ts';
import { codes, isCode } from '../../proto/codes.ts';
import { endReasons, phases } from '../../proto/lease.ts';
import { usageProofs } from '../../proto/signing.ts';
import { roles, type TokenRecord } from '../control.ts';
import { jobSpecSchema } from './job-schema.ts';

const count = z.int().min(0);
const text = z.string();
const time = z.string().meta({ format: 'date-time' });

/** One usage record. */
export const usageSchema = z
  .object({
    lease_id: text,
    epoch: count,
    part: count,
    org: text,
    node_id: text,
    model: text,
    cards: count,
    run_ms: count,
    card_ms: count,
    cpu_ms: count,
    cpu_exact: z.boolean(),
    memory_peak_bytes: count,
    price_micro_yuan: count,
    tariff: text,
    recorded_at: time,
    proof: z.enum(usageProofs),
  })
  .meta({ id: 'Usage' }) satisfies z.ZodType<UsageView>;

/** The sum of the usage of one key. */
export const usageSumSchema = z
  .object({
    key: text,
    label: text,
    records: count,
    leases: count,
    run_ms: count,
    card_ms: count,
    cpu_ms: count,
    price_micro_yuan: count,
    disputed: count,
    unsigned: count,
  })
  .meta({ id: 'UsageSum' }) satisfies z.ZodType<UsageSumView>;

/** The scheduler's key for usage records. */
export const usageKeySchema = z
  .object({ scheduler_id: text, scheduler_public_key: text })
  .meta({ id: 'UsageKey' });

/** The records of one job with what proves them. */
export const usageProofSchema = z
  .object({
    scheduler_id: text,
    scheduler_public_key: text,
    records: z.array(
      usageSchema
        .extend({
          job_id: text,
          reported_card_ms: count,
          recorded_unix_ms: count,
          node_public_key: text,
          node_signature: text,
          scheduler_signature: text,
        })
        .meta({ id: 'SignedUsage' }),
    ),
  })
  .meta({ id: 'UsageProof' }) satisfies z.ZodType<UsageProofView>;

const end = z
  .object({
    reason: z.enum(endReasons),
    exit_code: z.int().nullable(),
    error_code: text,
    message: text,
    ended_at: time,
    stdout_bytes: count,
    stderr_bytes: count,
    stdout_sha256: text,
    stderr_sha256: text,
    stdout_dropped_bytes: count,
    stderr_dropped_bytes: count,
    usage: usageSchema,
    timeline: z.array(z.object({ name: text, at_ms: z.int() })),
  })
  .meta({ id: 'End' });

/** A grant of cards to a job. */
export const leaseSchema = z
  .object({
    id: text,
    epoch: count,
    job_id: text,
    org: text,
    node_id: text,
    node_name: text,
    accelerator_ids: z.array(text),
    accelerator_milli: count,
    state: z.enum(['offered', 'committed', 'running', 'stopping', 'ended']),
    phase: z.enum(phases),
    detail: text,
    granted_at: time,
    ttl_ms: count,
    notice: text,
    end: end.nullable(),
  })
  .meta({ id: 'Lease' }) satisfies z.ZodType<LeaseView>;

const attempt = z
  .object({
    lease_id: text,
    epoch: count,
    node_id: text,
    node_name: text,
    granted_at: time,
    ended_at: time.nullable(),
    reason: z.enum(endReasons).nullable(),
    message: text,
    log_removed_at: time.nullable(),
    card_ms: count,
    price_micro_yuan: count,
  })
  .meta({ id: 'Attempt' });

/** A job with its current or last lease. */
export const jobSchema = z
  .object({
    id: text,
    org: text,
    state: z.enum(['queued', 'leased', 'ended']),
    waiting_reason: text,
    spec: jobSpecSchema,
    idempotency_key: text.nullable(),
    submitted_at: time,
    submitted_by: text,
    gang: z.object({ id: text, rank: count, size: count }).nullable(),
    array: z.object({ id: text, index: count, size: count }).nullable(),
    lease: leaseSchema.nullable(),
    attempts: z.array(attempt),
    end: end.nullable(),
  })
  .meta({ id: 'Job' }) satisfies z.ZodType<JobView>;

/** Jobs that were submitted together. */
export const arraySchema = z
  .object({ id: text, job_ids: z.array(text) })
  .meta({ id: 'JobArray' }) satisfies z.ZodType<ArrayView>;

/** Whether leases are granted, and what stands against it. */
export const alertsSchema = z
  .object({
    granting: z.boolean(),
    alerts: z.array(
      z.object({
        kind: z.enum(['mass_loss', 'granting_paused']),
        since: time,
        message: text,
        until: time.nullable(),
      }),
    ),
  })
  .meta({ id: 'Alerts' }) satisfies z.ZodType<AlertsView>;

const fitting = z
  .object({
    rank: count,
    node_name: text,
    accelerator_ids: z.array(text),
    model: text,
    free_cards: count,
    cards: count,
  })
  .meta({ id: 'FittingNode' });

/** Where a job is or would go, and why. */
export const placementSchema = z
  .object({
    verdict: z.enum(['placed', 'fits', 'waits', 'ended']),
    nodes: z.array(fitting),
    fitting: z.array(fitting),
    fitting_nodes: count,
    lacking: z.array(z.object({ nodes: count, lack: text, remedy: text })),
    text,
  })
  .meta({ id: 'Placement' }) satisfies z.ZodType<PlacementView>;

const accelerator = z
  .object({
    id: text,
    vendor: text,
    model: text,
    index: z.int(),
    memory_bytes: count.nullable(),
    health: text,
    health_reasons: z.array(text),
    offered: z.boolean(),
    not_offered_reason: text,
    simulated: z.boolean(),
    lease_id: text.nullable(),
    utilization_pct: z.number().nullable(),
    memory_used_mib: z.number().nullable(),
    temperature_c: z.number().nullable(),
    power_w: z.number().nullable(),
  })
  .meta({ id: 'Accelerator' });

const host = z.object({
  os: text,
  kernel: text,
  architecture: text,
  cpu_model: text,
  cpu_milli: count,
  memory_bytes: count,
  disk_bytes: count,
  engine: text,
  region: text,
  labels: z.record(text, text),
});

/** A node with what it offers. */
export const nodeSchema = z
  .object({
    id: text,
    name: text,
    org: text,
    state: z.enum(['connected', 'disconnected', 'draining']),
    agent_version: text,
    connected_since: time.nullable(),
    last_seen_ms_ago: count.nullable(),
    host: host.nullable(),
    free: z.object({ cpu_milli: count, memory_bytes: count, disk_bytes: count }),
    accelerators: z.array(accelerator),
  })
  .meta({ id: 'Node' }) satisfies z.ZodType<NodeView>;

/** One line of a watch. */
export const watchEventSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('state'), job: jobSchema }),
    z.object({
      type: z.literal('log'),
      lease_id: text,
      stream: z.enum(['stdout', 'stderr']),
      offset: count,
      data: z.string().meta({ contentEncoding: 'base64' }),
      unix_ms: count,
      dropped_bytes: count,
    }),
    z.object({ type: z.literal('log_removed'), lease_id: text, removed_at: time }),
    z.object({ type: z.literal('end'), job: jobSchema }),
    z.object({ type: z.literal('alive') }),
  ])
  .meta({ id: 'WatchEvent' }) satisfies z.ZodType<WatchEvent>;

/** A token as lists show it: never its secret. */
export const tokenSchema = z
  .object({
    id: text,
    kind: z.enum(['api', 'join']),
    name: text,
    org: text,
    role: z.enum([...roles, '']),
    created_at: time,
    expires_at: time.nullable().meta({ description: 'null: never' }),
    revoked: z.boolean(),
    used_by: text.nullable().meta({ description: 'the node that a join token enrolled' }),
  })
  .meta({ id: 'Token' });

/** A token as lists show it. */
export type TokenView = z.output<typeof tokenSchema>;

/** `record` for a list; times as RFC 3339. */
export function tokenView(record: Omit<TokenRecord, 'secretHash'>): TokenView {
  const { id, kind, name, org, role, revoked } = record;
  return {
    id,
    kind,
    name,
    org,
    role,
    created_at: new Date(record.createdUnixMs).toISOString(),
    expires_at: record.expiresUnixMs === 0 ? null : new Date(record.expiresUnixMs).toISOString(),
    revoked,
    used_by: record.usedBy === '' ? null : record.usedBy,
  };
}

const codeWords = Object.keys(codes).filter(isCode);

/** The body of every answer that is not 2xx. */
export const errorSchema = z
  .object({
    error: z.object({
      code: z.enum(codeWords),
      message: text,
      retryable: z.boolean(),
      details: z.record(text, z.union([z.string(), z.number(), z.boolean()])),
    }),
  })
  .meta({ id: 'Error' }) satisfies z.ZodType<ErrorBody>;

/** `job` as it may leave the scheduler: without registry_auth, whatever the core hands out. */
export function publicJob(job: JobView): JobView {
  const { registry_auth: _secret, ...spec } = job.spec;
  return { ...job, spec };
}

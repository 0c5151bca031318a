/** Rows of SQLite as records and back. What we wrote we trust, but a column of the wrong type is a damaged file. */
import { SuanlinkError } from '../../proto/codes.ts';
import { completeSpec } from '../../proto/job-fields.ts';
import type { TokenRecord } from '../control.ts';
import type { JobSpec } from '../../proto/api.ts';
import type {
  EndRecord,
  JobRecord,
  LeaseRecord,
  NodeRecord,
  SettingRecord,
  UsageRecord,
} from '../records.ts';
import type { OrgId } from '../../proto/ids.ts';
import { nothingHash } from './log-record.ts';
import type { PastCharge } from './store.ts';

/** What SQLite gives and takes. */
export type Value = null | number | bigint | string | Uint8Array;
/** One row by column name. */
export type Row = Record<string, Value>;

function damaged(column: string, value: unknown): never {
  throw new SuanlinkError(
    'storage_failed',
    `column ${column} of the scheduler's store holds a ${typeof value}`,
  );
}

/** A text column. The caller names the type: ids and words were checked before they were written. */
export function text<T extends string = string>(row: Row, column: string): T {
  const value = row[column];
  return typeof value === 'string' ? (value as T) : damaged(column, value);
}

/** An integer column. */
export function integer(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : damaged(column, value);
}

/** A column of bytes. */
export function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : damaged(column, value);
}

function json<T>(row: Row, column: string): T {
  return JSON.parse(text(row, column)) as T;
}

function optionalJson<T>(row: Row, column: string): T | null {
  return row[column] === null ? null : json<T>(row, column);
}

/** What an end record's column leaves out: most ends say no more. */
const quietEnd = {
  errorCode: '',
  message: '',
  stdoutBytes: 0,
  stderrBytes: 0,
  stdoutSha256: nothingHash,
  stderrSha256: nothingHash,
} satisfies Partial<EndRecord>;

/** The column of an end record. */
export function fromEnd(end: EndRecord | null): string | null {
  const quiet: Record<string, unknown> = quietEnd;
  return end && JSON.stringify(end, (name, value: unknown) => (quiet[name] === value ? undefined : value));
}

function toEnd(row: Row): EndRecord | null {
  const told = optionalJson<EndRecord>(row, 'ending');
  return told && { ...quietEnd, ...told };
}

/** The row of a token. */
export function toToken(row: Row): TokenRecord {
  return {
    id: text(row, 'token_id'),
    kind: text(row, 'kind'),
    secretHash: blob(row, 'secret_hash'),
    name: text(row, 'name'),
    org: text(row, 'org'),
    role: text(row, 'role'),
    createdUnixMs: integer(row, 'created_ms'),
    expiresUnixMs: integer(row, 'expires_ms'),
    revoked: integer(row, 'revoked') !== 0,
    usedBy: text(row, 'used_by'),
  };
}

/** The columns of a token, in the order of its statement. */
export function fromToken(token: TokenRecord): Value[] {
  const { id, kind, secretHash, name, org, role, createdUnixMs, expiresUnixMs, revoked, usedBy } = token;
  return [id, kind, secretHash, name, org, role, createdUnixMs, expiresUnixMs, revoked ? 1 : 0, usedBy];
}

/** The row of a node. */
export function toNode(row: Row): NodeRecord {
  return {
    id: text(row, 'node_id'),
    org: text(row, 'org'),
    name: text(row, 'name'),
    publicKey: blob(row, 'public_key'),
    sessionEpoch: integer(row, 'session_epoch'),
    receivedSeq: integer(row, 'received_seq'),
    enrolledUnixMs: integer(row, 'enrolled_ms'),
  };
}

/** The columns of a node. */
export function fromNode(node: NodeRecord): Value[] {
  const { id, org, name, publicKey, sessionEpoch, receivedSeq, enrolledUnixMs } = node;
  return [id, org, name, publicKey, sessionEpoch, receivedSeq, enrolledUnixMs];
}

/** Rows of jobs: an element of an array and a member of a gang have their specification in the row of the first. */
export const firstOfJob = `LEFT JOIN jobs f
  ON j.spec = '' AND f.job_id = json_extract(coalesce(j.array_place, j.gang), '$.id')`;
/** Rows that `toJob` reads. */
export const jobRows = `SELECT j.*, f.spec AS first_spec FROM jobs j ${firstOfJob}`;

/** Specifications by their text: equal ones are read once. */
export type Specs = Map<string, JobSpec>;

function toSpec(row: Row, known: Specs): JobSpec {
  const said = text(row, row['spec'] === '' ? 'first_spec' : 'spec');
  const spec = known.get(said) ?? completeSpec(JSON.parse(said) as JobSpec);
  known.set(said, spec);
  return spec;
}

/** The row of a job, as `jobRows` selects it. */
export function toJob(row: Row, specs: Specs): JobRecord {
  return {
    number: integer(row, 'number'),
    id: text(row, 'job_id'),
    org: text(row, 'org'),
    idempotencyKey: row.idempotency_key === null ? null : text(row, 'idempotency_key'),
    spec: toSpec(row, specs),
    specHash: text(row, 'spec_hash'),
    submittedUnixMs: integer(row, 'submitted_ms'),
    submittedBy: text(row, 'submitted_by'),
    state: text(row, 'state'),
    cancelled: row['cancelled'] === null ? null : text(row, 'cancelled'),
    gang: optionalJson(row, 'gang'),
    ...(row['array_place'] === null ? {} : { array: json(row, 'array_place') }),
    end: toEnd(row),
  };
}

/** An operator's setting. */
export function toSetting(row: Row): SettingRecord {
  const [kind, name] = [text<SettingRecord['kind']>(row, 'kind'), text(row, 'name')];
  return { kind, name, value: json(row, 'value') } as SettingRecord;
}

/** Card time of somebody, with what its job was. */
export function toCharge(row: Row, specs: Specs): PastCharge {
  return {
    org: text(row, 'org'),
    user: row['submitted_by'] === null ? '' : text(row, 'submitted_by'),
    model: text(row, 'model'),
    cardMs: integer(row, 'card_ms'),
    preemptible: row['spec'] !== null && toSpec(row, specs).preemptible,
    recordedUnixMs: integer(row, 'recorded_ms'),
  };
}

/** An organisation and its newest usage record's time. */
export function toOrgMonth(row: Row): { org: OrgId; at: number } {
  return { org: text(row, 'org'), at: integer(row, 'at') };
}

function isFirst({ id, array, gang }: JobRecord): boolean {
  return id === (array ?? gang ?? { id }).id;
}

/** The columns of a job. */
export function fromJob(job: JobRecord): Value[] {
  const { number, id, org, idempotencyKey, spec, specHash, submittedUnixMs, submittedBy, state, end } = job;
  return [
    number,
    id,
    org,
    idempotencyKey,
    isFirst(job) ? JSON.stringify(spec) : '',
    specHash,
    submittedUnixMs,
    submittedBy,
    state,
    fromEnd(end),
    job.cancelled,
    job.gang === null ? null : JSON.stringify(job.gang),
    job.array === undefined ? null : JSON.stringify(job.array),
  ];
}

/** The row of a lease. */
export function toLease(row: Row): LeaseRecord {
  return {
    epoch: integer(row, 'epoch'),
    leaseId: text(row, 'lease_id'),
    jobId: text(row, 'job_id'),
    org: text(row, 'org'),
    nodeId: text(row, 'node_id'),
    nodeName: text(row, 'node_name'),
    model: text(row, 'model'),
    acceleratorIds: json(row, 'accelerator_ids'),
    acceleratorMilli: integer(row, 'accelerator_milli'),
    inventoryGeneration: text(row, 'inventory_generation'),
    price: json(row, 'price'),
    ttlMs: integer(row, 'ttl_ms'),
    state: text(row, 'state'),
    stop: optionalJson(row, 'stop'),
    grantedUnixMs: integer(row, 'granted_ms'),
    end: toEnd(row),
    logRemovedUnixMs: row['log_removed_ms'] === null ? null : integer(row, 'log_removed_ms'),
  };
}

/** The columns of a lease. */
export function fromLease(lease: LeaseRecord): Value[] {
  const { epoch, leaseId, jobId, org, nodeId, nodeName, model, acceleratorMilli, inventoryGeneration } =
    lease;
  return [
    epoch,
    leaseId,
    jobId,
    org,
    nodeId,
    nodeName,
    model,
    JSON.stringify(lease.acceleratorIds),
    acceleratorMilli,
    inventoryGeneration,
    JSON.stringify(lease.price),
    lease.ttlMs,
    lease.state,
    lease.stop === null ? null : JSON.stringify(lease.stop),
    lease.grantedUnixMs,
    lease.end?.endedUnixMs ?? null,
    fromEnd(lease.end),
    lease.end?.reason ?? null,
    lease.logRemovedUnixMs,
  ];
}

/** The row of a usage record. */
export function toUsage(row: Row): UsageRecord {
  return {
    leaseId: text(row, 'lease_id'),
    epoch: integer(row, 'epoch'),
    part: integer(row, 'part'),
    org: text(row, 'org'),
    jobId: text(row, 'job_id'),
    nodeId: text(row, 'node_id'),
    nodeName: text(row, 'node_name'),
    model: text(row, 'model'),
    cards: integer(row, 'cards'),
    runMs: integer(row, 'run_ms'),
    cardMs: integer(row, 'card_ms'),
    cpuMs: integer(row, 'cpu_ms'),
    cpuExact: integer(row, 'cpu_exact') !== 0,
    memoryPeakBytes: integer(row, 'memory_peak_bytes'),
    tariff: text(row, 'tariff'),
    priceMicroYuan: integer(row, 'price_micro_yuan'),
    recordedUnixMs: integer(row, 'recorded_ms'),
    proof: text(row, 'proof'),
    reportedCardMs: integer(row, 'reported_card_ms'),
  };
}

/** The columns of a usage record, without its number and its signatures. */
export function fromUsage(usage: UsageRecord): Value[] {
  const { leaseId, epoch, part, org, jobId, nodeId, nodeName, model, cards, runMs, cardMs, cpuMs } = usage;
  const { cpuExact, memoryPeakBytes, tariff, priceMicroYuan, recordedUnixMs } = usage;
  return [
    leaseId,
    epoch,
    part,
    org,
    jobId,
    nodeId,
    nodeName,
    model,
    cards,
    runMs,
    cardMs,
    cpuMs,
    cpuExact ? 1 : 0,
    memoryPeakBytes,
    tariff,
    priceMicroYuan,
    recordedUnixMs,
    usage.proof,
    usage.reportedCardMs,
  ];
}

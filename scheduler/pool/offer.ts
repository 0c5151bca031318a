/** The messages and values that a job's specification turns into. Pure. */
import type { JobSpec } from '../../proto/api.ts';
import type { Message, Work } from '../../proto/messages.ts';
import type { Lease, LeaseTimes } from '../lease/lease.ts';
import { requirementOf } from '../placement/requirement.ts';
import type { JobRecord, LeaseRecord } from '../records.ts';

/** What the agent must run for `spec`. */
function workOf(spec: JobSpec): Work {
  return {
    image: spec.image,
    command: spec.command,
    entrypoint: spec.entrypoint,
    env: spec.env,
    workingDir: spec.working_dir,
    user: spec.user,
    cpuMilli: spec.cpu_milli,
    memoryBytes: spec.memory_bytes,
    diskBytes: spec.disk_bytes,
    shmBytes: spec.shm_bytes,
    pids: spec.pids,
    network: spec.network,
    readOnlyRoot: spec.read_only_root,
    sandbox: spec.sandbox,
    graceMs: spec.grace_ms,
    onLost: spec.on_lost,
    keepMs: spec.keep_ms,
    ...(spec.registry_auth ? { registryAuth: spec.registry_auth } : {}),
  };
}

/** What tells a container of an array which of its jobs it is. */
function arrayEnv({ array }: JobRecord): Record<string, string> {
  if (!array) return {};
  return { SUANLINK_ARRAY_INDEX: String(array.index), SUANLINK_ARRAY_SIZE: String(array.size) };
}

/** The Offer of a lease with what is left of its validity; `env` comes on top of the job's own. */
export function offerMessage(
  lease: Lease,
  job: JobRecord,
  now: number,
  env: Record<string, string>,
): Message {
  return {
    kind: 'offer',
    value: {
      leaseId: lease.leaseId,
      epoch: lease.epoch,
      jobId: job.id,
      org: job.org,
      validForMs: Math.max(1, Math.round(lease.offeredAt + lease.offerValidMs - now)),
      inventoryGeneration: lease.inventoryGeneration,
      acceleratorIds: lease.acceleratorIds,
      acceleratorMilli: lease.acceleratorMilli,
      work: { ...workOf(job.spec), env: { ...job.spec.env, ...arrayEnv(job), ...env } },
      maxDurationMs: lease.maxDurationMs,
    },
  };
}

/** A lease's record with its volatile half, as new at `now`. */
export function liveLease(record: LeaseRecord, spec: JobSpec, times: LeaseTimes, now: number): Lease {
  return {
    ...record,
    wants: requirementOf(spec, record.org).resources,
    preemptible: spec.preemptible,
    phase: record.state === 'offered' ? 'accepted' : record.state,
    detail: '',
    offeredAt: now,
    offerValidMs: times.offerValidMs,
    marginMs: times.marginMs,
    renewedAt: now,
    keepMs: spec.on_lost === 'keep_until' ? spec.keep_ms : 0,
    maxDurationMs: spec.time_limit_ms,
    graceMs: spec.grace_ms,
    runningAt: undefined,
    stoppingAt: undefined,
  };
}

/** The agent's state → `suanlink.status/v1`. Pure: everything arrives as values. */
import type { AcceleratorInfo, Inventory } from '../../proto/messages.ts';
import type { StatusDevice, StatusLease, StatusProcess, StatusSnapshot } from '../../proto/status.ts';
import type { Lease } from '../lease/lease.ts';
import type { LinkState } from '../link/session.ts';
import type { DeviceProcess, ProbeSnapshot, WatchedDevice } from '../probe/snapshot.ts';

/** What the document is made from. Times are monotonic ms but for `wallMs`. */
export interface SnapshotParts {
  now: number;
  wallMs: number;
  startedAt: number;
  version: string;
  pid: number;
  nodeId: string;
  name: string;
  org: string;
  schedulerUrl: string;
  link: LinkState;
  unacknowledged: number;
  outboxBytes: number;
  engine: { description: string; problem: string; quarantined: string[] };
  /** By part; '' where all is well. */
  problems: Record<string, string>;
  inventory: Inventory;
  probes: ProbeSnapshot;
  host: { cpuPct: number | null; memoryUsedBytes: number | null };
  leases: readonly Lease[];
  waiting: (lease: Lease) => string;
  pulled: (lease: Lease) => StatusLease['pull'];
  recentSeq: number;
}

/** What a lease's part is made from. */
export type LeaseParts = Pick<SnapshotParts, 'now' | 'waiting' | 'pulled'>;

/** The document. */
export function snapshot(parts: SnapshotParts): StatusSnapshot {
  const { inventory } = parts;
  return {
    schema: 'suanlink.status/v1',
    generated_at: new Date(parts.wallMs).toISOString(),
    agent: {
      version: parts.version,
      pid: parts.pid,
      state: inventory.draining ? 'draining' : 'running',
      uptime_ms: Math.round(parts.now - parts.startedAt),
      node_id: parts.nodeId,
      name: parts.name,
      org: parts.org,
      drain_reason: inventory.drainReason,
      drain_left_ms: inventory.drainLeftMs ?? null,
      recent_seq: parts.recentSeq,
    },
    scheduler: scheduler(parts),
    engine: {
      description: parts.engine.description,
      problem: parts.engine.problem,
      quarantined_containers: parts.engine.quarantined,
    },
    problems: Object.entries(parts.problems).flatMap(([part, message]) =>
      message === '' ? [] : [{ part, message }],
    ),
    host: {
      hostname: inventory.host.hostname,
      os: inventory.host.os,
      kernel: inventory.host.kernel,
      cpu_model: inventory.host.cpuModel,
      cpu_milli: inventory.host.cpuMilli,
      memory_bytes: inventory.host.memoryBytes,
      disk_bytes: inventory.host.diskBytes,
      cpu_pct: parts.host.cpuPct,
      memory_used_bytes: parts.host.memoryUsedBytes,
    },
    probes: parts.probes.vendors.map((state) => ({
      vendor: state.vendor,
      status: state.status,
      reason: state.reason,
      last_good_age_ms: state.lastGoodAgeMs,
      sampled_age_ms: age(state.sampledAtMs, parts.now),
      notes: [...(state.notes ?? [])],
    })),
    kernel_log_problem: parts.probes.kernelLogProblem ?? '',
    devices: devices(parts),
    leases: parts.leases.map((lease) => leaseStatus(lease, parts)),
  };
}

function scheduler(parts: SnapshotParts): StatusSnapshot['scheduler'] {
  const { link, now } = parts;
  const words = {
    waiting: 'waiting',
    dialing: 'connecting',
    greeting: 'connecting',
    ready: 'connected',
    refused: 'refused',
    closed: 'closed',
  } as const;
  return {
    url: parts.schedulerUrl,
    state: words[link.state],
    code: 'cause' in link ? link.cause.code : '',
    reason: 'cause' in link ? link.cause.message : '',
    retry_in_ms: link.state === 'waiting' ? Math.max(0, Math.round(link.until - now)) : null,
    attempt: 'attempt' in link ? link.attempt : 0,
    connected_ms: link.state === 'ready' ? Math.round(now - link.since) : null,
    unacknowledged_messages: parts.unacknowledged,
    outbox_bytes: parts.outboxBytes,
  };
}

function devices(parts: SnapshotParts): StatusDevice[] {
  const holder = new Map<string, string>();
  for (const lease of parts.leases)
    for (const id of lease.offer.acceleratorIds) holder.set(id, lease.leaseId);
  const watched = new Map(
    parts.probes.vendors.flatMap((state) =>
      state.devices.map(
        (device) => [device.id, { device, at: device.sampledAtMs ?? state.sampledAtMs }] as const,
      ),
    ),
  );
  return parts.inventory.accelerators.map((card) => {
    const { device, at = null } = watched.get(card.id) ?? {};
    const reading = device?.reading;
    return {
      id: card.id,
      vendor: card.vendor,
      index: card.index,
      model: card.model,
      health: card.health,
      health_reasons: card.healthReasons,
      offered: card.offered,
      not_offered_reason: card.notOfferedReason,
      simulated: card.simulated,
      lease_id: holder.get(card.id) ?? null,
      memory_total_mib: reading?.memoryTotalMib ?? null,
      memory_used_mib: reading?.memoryUsedMib ?? null,
      utilization_pct: reading?.utilizationPct ?? null,
      temperature_c: reading?.temperatureC ?? null,
      power_w: reading?.powerW ?? null,
      power_limit_w: reading?.powerLimitW ?? null,
      sample_age_ms: age(at, parts.now),
      ...deviceFacts(device, parts),
      ...deviceMakes(card, device),
    };
  });
}

const age = (atMs: number | null, now: number): number | null =>
  atMs === null ? null : Math.max(0, Math.round(now - atMs));

/** What is known of a device beside its values. */
function deviceFacts(
  device: WatchedDevice | undefined,
  { now, wallMs }: SnapshotParts,
): Pick<
  StatusDevice,
  'numa_node' | 'cpu_affinity' | 'links' | 'processes' | 'external_use' | 'events' | 'notes'
> {
  return {
    numa_node: device?.reading.numaNode ?? null,
    cpu_affinity: device?.reading.cpuAffinity ?? null,
    links: device?.links?.map(({ kind, peerId, word }) => ({ kind, peer_id: peerId, word })) ?? null,
    processes: device?.processes?.map(processStatus) ?? null,
    external_use: device?.externalUse ?? '',
    events: (device?.events ?? []).map(({ atMs, code, severity, message }) => ({
      at: new Date(wallMs - (now - atMs)).toISOString(),
      code,
      severity,
      message,
    })),
    notes: [...(device?.notes ?? [])],
  };
}

/** What a device is, how it is clocked, and what its memory has gone through. */
function deviceMakes(
  card: AcceleratorInfo,
  device: WatchedDevice | undefined,
): Pick<
  StatusDevice,
  | 'uuid'
  | 'serial'
  | 'bus_address'
  | 'driver_version'
  | 'runtime_version'
  | 'firmware'
  | 'clock_mhz'
  | 'memory_clock_mhz'
  | 'memory_temperature_c'
  | 'temperature_limit_c'
  | 'throttle_reasons'
  | 'ecc_uncorrected'
  | 'ecc_enabled'
> {
  const reading = device?.reading;
  return {
    uuid: card.uuid,
    serial: card.serial,
    bus_address: card.busAddress,
    driver_version: card.driverVersion,
    runtime_version: card.runtimeVersion,
    firmware: reading?.firmware ?? '',
    clock_mhz: reading?.clockMhz ?? null,
    memory_clock_mhz: reading?.memoryClockMhz ?? null,
    memory_temperature_c: reading?.memoryTemperatureC ?? null,
    temperature_limit_c: reading?.temperatureLimitC ?? null,
    throttle_reasons: [...(reading?.throttleReasons ?? [])],
    ecc_uncorrected: reading?.eccUncorrected ?? null,
    ecc_enabled: reading?.eccEnabled ?? null,
  };
}

function processStatus({ pid, name, memoryUsedMib, owner }: DeviceProcess): StatusProcess {
  return {
    pid,
    name,
    memory_used_mib: memoryUsedMib,
    owner: owner.kind,
    lease_id: owner.kind === 'lease' ? owner.leaseId : null,
    container_id: owner.kind === 'lease' || owner.kind === 'container' ? owner.containerId : null,
    unit: owner.kind === 'host' ? owner.unit : '',
  };
}

/** One lease's part of the document. */
export function leaseStatus(lease: Lease, parts: LeaseParts): StatusLease {
  const live = lease.state === 'starting' || lease.state === 'running' || lease.state === 'stopping';
  return {
    id: lease.leaseId,
    epoch: lease.epoch,
    job_id: lease.offer.jobId,
    org: lease.offer.org,
    state: lease.state,
    waiting_for: parts.waiting(lease),
    image: lease.offer.work.image,
    accelerator_ids: lease.offer.acceleratorIds,
    container_id: lease.containerId ?? null,
    age_ms: Math.round(parts.now - lease.offeredAt),
    run_ms:
      lease.end?.usage.runMs ??
      (lease.startedAt === undefined ? null : Math.round(parts.now - lease.startedAt)),
    ttl_left_ms: live ? Math.round(lease.renewedAt + lease.ttlMs - parts.now) : null,
    end_reason: lease.end?.reason ?? null,
    exit_code: lease.end?.exitCode ?? null,
    error: lease.end?.message || lease.stop?.message || null,
    devices_inside: lease.inside?.found ?? null,
    devices_inside_detail: lease.inside?.detail ?? '',
    stdout_bytes: lease.taken.stdout,
    stderr_bytes: lease.taken.stderr,
    timeline: lease.timeline.map(({ name, atMs }) => ({ name, at_ms: atMs })),
    command: lease.offer.work.command,
    cpu_milli: lease.offer.work.cpuMilli,
    memory_bytes: lease.offer.work.memoryBytes,
    disk_bytes: lease.offer.work.diskBytes,
    time_left_ms:
      lease.state === 'running' && lease.startedAt !== undefined && lease.maxDurationMs > 0
        ? Math.round(lease.startedAt + lease.maxDurationMs - parts.now)
        : null,
    pull: lease.state === 'starting' ? parts.pulled(lease) : null,
    stop_reason: lease.stop?.reason ?? null,
  };
}

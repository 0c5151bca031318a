/** One reader per message: from protobuf's loose shapes to checked values (`messages.ts`). Pure; `protocol_error`. */
import { bytes, count, integer, list, stringMap, text, word } from './check.ts';
import { SuanlinkError } from './codes.ts';
import type { suanlink } from './gen/suanlink.js';
import { parseAcceleratorId, parseId, parseOrg } from './ids.ts';
import { endReasons, type LeaseKey, phases, stopReasons } from './lease.ts';
import {
  type AcceleratorInfo,
  type Bodies,
  type HostInfo,
  healthWords,
  type Kind,
  type Usage,
  type Work,
} from './messages.ts';
import type { OwnerPolicy } from './owner-policy.ts';

type Raw = suanlink.v1.Envelope;
type RawOf<K extends Kind> = NonNullable<Raw[K]>;

const dayMs = 86_400_000;
const yearMs = 366 * dayMs;

function key(raw: { leaseId: string; epoch: number }): LeaseKey {
  return { leaseId: parseId('lease', raw.leaseId), epoch: count(raw.epoch, 'epoch') };
}

function present<T>(value: T | null | undefined, name: string): T {
  if (value === null || value === undefined) throw new SuanlinkError('protocol_error', `${name} is missing`);
  return value;
}

function readHost(raw: suanlink.v1.Host): HostInfo {
  return {
    hostname: text(raw.hostname, 'hostname', 255),
    os: text(raw.os, 'os', 128),
    kernel: text(raw.kernel, 'kernel', 128),
    architecture: text(raw.architecture, 'architecture', 32),
    cpuModel: text(raw.cpuModel, 'cpu_model', 256),
    cpuMilli: count(raw.cpuMilli, 'cpu_milli'),
    memoryBytes: count(raw.memoryBytes, 'memory_bytes'),
    diskBytes: count(raw.diskBytes, 'disk_bytes'),
    engine: text(raw.engine, 'engine', 128),
    labels: stringMap(raw.labels, 'labels', 64, 256),
    region: text(raw.region, 'region', 6),
  };
}

function readAccelerator(raw: suanlink.v1.Accelerator.$Properties, name: string): AcceleratorInfo {
  const partition = raw.partition;
  return {
    id: parseAcceleratorId(raw.id),
    vendor: text(raw.vendor, `${name}.vendor`, 32),
    model: text(raw.model, `${name}.model`, 128),
    architecture: text(raw.architecture ?? '', `${name}.architecture`, 64),
    index: count(raw.index ?? 0, `${name}.index`),
    uuid: text(raw.uuid ?? '', `${name}.uuid`, 128),
    serial: text(raw.serial ?? '', `${name}.serial`, 128),
    busAddress: text(raw.busAddress ?? '', `${name}.bus_address`, 64),
    ...(raw.numaNode === null || raw.numaNode === undefined
      ? {}
      : { numaNode: integer(raw.numaNode, `${name}.numa_node`, -1, 4096) }),
    ...(raw.cpuAffinity ? { cpuAffinity: text(raw.cpuAffinity, `${name}.cpu_affinity`, 256) } : {}),
    ...(raw.memoryBytes === null || raw.memoryBytes === undefined
      ? {}
      : { memoryBytes: count(raw.memoryBytes, `${name}.memory_bytes`) }),
    driverVersion: text(raw.driverVersion ?? '', `${name}.driver_version`, 128),
    runtimeVersion: text(raw.runtimeVersion ?? '', `${name}.runtime_version`, 128),
    health: word(raw.health, `${name}.health`, healthWords),
    healthReasons: list(raw.healthReasons, `${name}.health_reasons`, 16, (item, at) => text(item, at, 512)),
    offered: raw.offered === true,
    notOfferedReason: text(raw.notOfferedReason ?? '', `${name}.not_offered_reason`, 512),
    ...(partition
      ? {
          partition: {
            kind: text(partition.kind ?? '', `${name}.partition.kind`, 16),
            parentId: text(partition.parentId ?? '', `${name}.partition.parent_id`, 128),
            profile: text(partition.profile ?? '', `${name}.partition.profile`, 64),
          },
        }
      : {}),
    links: list(raw.links, `${name}.links`, 256, (link, at) => ({
      kind: text(link.kind ?? '', `${at}.kind`, 16),
      peerId: text(link.peerId ?? '', `${at}.peer_id`, 128),
      word: text(link.word ?? '', `${at}.word`, 32),
    })),
    throughput: list(raw.throughput, `${name}.throughput`, 16, (row, at) => ({
      precision: text(row.precision ?? '', `${at}.precision`, 16),
      gigaFlops: count(row.gigaFlops ?? 0, `${at}.giga_flops`),
      dense: row.dense === true,
      source: text(row.source ?? '', `${at}.source`, 256),
    })),
    simulated: raw.simulated === true,
  };
}

function readOwnerPolicy(raw: suanlink.v1.OwnerPolicy.$Properties): OwnerPolicy {
  const given = (value: number | null | undefined, name: string): number | undefined =>
    value === null || value === undefined ? undefined : count(value, `owner_policy.${name}`);
  const maxLeaseMs = given(raw.maxLeaseMs, 'max_lease_ms');
  const maxCards = given(raw.maxCards, 'max_cards');
  const windowLeftMs = given(raw.windowLeftMs, 'window_left_ms');
  return {
    allowOrgs: list(raw.allowOrgs, 'owner_policy.allow_orgs', 1024, parseOrg),
    denyOrgs: list(raw.denyOrgs, 'owner_policy.deny_orgs', 1024, parseOrg),
    ...(maxLeaseMs === undefined ? {} : { maxLeaseMs }),
    ...(maxCards === undefined ? {} : { maxCards }),
    ...(windowLeftMs === undefined ? {} : { windowLeftMs }),
    hours: text(raw.hours ?? '', 'owner_policy.hours', 512),
  };
}

function readWork(raw: suanlink.v1.Work.$Properties): Work {
  const auth = raw.registryAuth;
  return {
    image: text(raw.image, 'image', 512),
    command: list(raw.command, 'command', 1024, (item, at) => text(item, at, 131_072)),
    entrypoint: list(raw.entrypoint, 'entrypoint', 64, (item, at) => text(item, at, 4096)),
    env: stringMap(raw.env, 'env', 1024, 131_072),
    workingDir: text(raw.workingDir, 'working_dir', 4096),
    user: text(raw.user, 'user', 128),
    cpuMilli: count(raw.cpuMilli, 'cpu_milli'),
    memoryBytes: count(raw.memoryBytes, 'memory_bytes'),
    diskBytes: count(raw.diskBytes, 'disk_bytes'),
    shmBytes: count(raw.shmBytes, 'shm_bytes'),
    pids: count(raw.pids, 'pids', 1_000_000),
    network: word(raw.network, 'network', ['none', 'bridge']),
    readOnlyRoot: raw.readOnlyRoot === true,
    sandbox: word(raw.sandbox || '', 'sandbox', ['', 'gvisor', 'kata']),
    graceMs: count(raw.graceMs, 'grace_ms', dayMs),
    onLost: word(raw.onLost, 'on_lost', ['stop', 'keep_until']),
    keepMs: count(raw.keepMs, 'keep_ms', yearMs),
    ...(auth
      ? {
          registryAuth: {
            username: text(auth.username ?? '', 'username', 256),
            password: text(auth.password ?? '', 'password', 8192),
          },
        }
      : {}),
  };
}

function readUsage(raw: suanlink.v1.Usage.$Properties): Usage {
  return {
    leaseId: parseId('lease', raw.leaseId),
    epoch: count(raw.epoch ?? 0, 'epoch'),
    part: count(raw.part ?? 0, 'part', 1_000_000),
    runMs: count(raw.runMs ?? 0, 'run_ms'),
    cardMs: count(raw.cardMs ?? 0, 'card_ms'),
    cpuMs: count(raw.cpuMs ?? 0, 'cpu_ms'),
    cpuExact: raw.cpuExact === true,
    memoryPeakBytes: count(raw.memoryPeakBytes ?? 0, 'memory_peak_bytes'),
    ...(raw.signature?.length ? { signature: bytes(raw.signature, 'signature', { exactly: 64 }) } : {}),
  };
}

/** A count that older peers leave out: absent for 0. */
function optionalCount<Name extends string>(
  name: Name,
  value: number,
  max: number,
): { [N in Name]?: number } {
  return value === 0 ? {} : ({ [name]: count(value, name, max) } as { [N in Name]?: number });
}

function checksum(value: unknown, name: string): Uint8Array {
  return bytes(value, name, { exactly: 32 });
}

/** The table: how to read each kind. A kind without a reader does not compile. */
export const readers: { [K in Kind]: (raw: RawOf<K>) => Bodies[K] } = {
  challenge: (raw) => ({
    nonce: bytes(raw.nonce, 'nonce', { exactly: 32 }),
    capability: count(raw.capability, 'capability'),
    schedulerId: text(raw.schedulerId, 'scheduler_id', 128),
  }),
  enrol: (raw) => ({
    tokenId: parseId('token', raw.tokenId),
    tokenSecret: text(raw.tokenSecret, 'token_secret', 128),
    publicKey: bytes(raw.publicKey, 'public_key', { exactly: 32 }),
    signature: bytes(raw.signature, 'signature', { exactly: 64 }),
    nodeName: text(raw.nodeName, 'node_name', 255),
    capability: count(raw.capability, 'capability'),
  }),
  enrolled: (raw) => ({ nodeId: parseId('node', raw.nodeId), org: parseOrg(raw.org) }),
  hello: (raw) => ({
    nodeId: parseId('node', raw.nodeId),
    signature: bytes(raw.signature, 'signature', { exactly: 64 }),
    capability: count(raw.capability, 'capability'),
    agentVersion: text(raw.agentVersion, 'agent_version', 64),
    bootId: text(raw.bootId, 'boot_id', 64),
    nodeName: text(raw.nodeName, 'node_name', 255),
  }),
  welcome: (raw) => ({
    sessionEpoch: count(raw.sessionEpoch, 'session_epoch'),
    capability: count(raw.capability, 'capability'),
    heartbeatMs: integer(raw.heartbeatMs, 'heartbeat_ms', 100, 600_000),
    receivedSeq: count(raw.receivedSeq, 'received_seq'),
  }),
  refuse: (raw) => ({
    code: text(raw.code, 'code', 64),
    message: text(raw.message, 'message', 2048),
    retryAfterMs: count(raw.retryAfterMs, 'retry_after_ms', dayMs),
  }),
  heartbeat: (raw) => {
    const length = raw.card.length;
    const column = (values: number[], name: string): number[] => {
      if (values.length !== length)
        throw new SuanlinkError(
          'protocol_error',
          `heartbeat column ${name} has ${values.length} values for ${length} cards`,
        );
      return list(values, name, 1024, (value, at) => integer(value, at, -1_000_000));
    };
    return {
      sample: count(raw.sample, 'sample'),
      card: column(raw.card, 'card'),
      utilizationPct: column(raw.utilizationPct, 'utilization_pct'),
      memoryUsedMib: column(raw.memoryUsedMib, 'memory_used_mib'),
      temperatureC: column(raw.temperatureC, 'temperature_c'),
      powerW: column(raw.powerW, 'power_w'),
      hostCpuPct: count(raw.hostCpuPct, 'host_cpu_pct'),
      hostMemoryUsedMib: count(raw.hostMemoryUsedMib, 'host_memory_used_mib'),
    };
  },
  heartbeatAck: (raw) => ({ sample: count(raw.sample, 'sample') }),
  inventory: (raw) => ({
    generation: text(raw.generation, 'generation', 128),
    host: readHost(present(raw.host, 'host')),
    accelerators: list(raw.accelerators, 'accelerators', 1024, readAccelerator),
    probes: list(raw.probes, 'probes', 64, (probe, at) => ({
      vendor: text(probe.vendor, `${at}.vendor`, 32),
      status: word(probe.status, `${at}.status`, ['present', 'absent', 'failed']),
      reason: text(probe.reason ?? '', `${at}.reason`, 1024),
      lastGoodAgeMs: count(probe.lastGoodAgeMs ?? 0, `${at}.last_good_age_ms`),
    })),
    draining: raw.draining,
    drainReason: text(raw.drainReason, 'drain_reason', 512),
    ...(raw.drainLeftMs === null || raw.drainLeftMs === undefined
      ? {}
      : { drainLeftMs: count(raw.drainLeftMs, 'drain_left_ms', yearMs) }),
    ...(raw.ownerPolicy ? { ownerPolicy: readOwnerPolicy(raw.ownerPolicy) } : {}),
  }),
  offer: (raw) => ({
    ...key(raw),
    jobId: parseId('job', raw.jobId),
    org: parseOrg(raw.org),
    validForMs: count(raw.validForMs, 'valid_for_ms', dayMs),
    inventoryGeneration: text(raw.inventoryGeneration, 'inventory_generation', 128),
    acceleratorIds: list(raw.acceleratorIds, 'accelerator_ids', 1024, parseAcceleratorId),
    acceleratorMilli: count(raw.acceleratorMilli, 'accelerator_milli', 1000),
    work: readWork(present(raw.work, 'work')),
    maxDurationMs: count(raw.maxDurationMs, 'max_duration_ms', yearMs),
  }),
  accept: key,
  reject: (raw) => ({
    ...key(raw),
    code: text(raw.code, 'code', 64),
    message: text(raw.message, 'message', 2048),
  }),
  commit: (raw) => ({
    ...key(raw),
    ttlMs: integer(raw.ttlMs, 'ttl_ms', 1, dayMs),
    maxDurationMs: integer(raw.maxDurationMs, 'max_duration_ms', 1, yearMs),
  }),
  renew: (raw) => ({
    request: count(raw.request, 'request'),
    leases: list(raw.leases, 'leases', 4096, (item) =>
      key({ leaseId: item.leaseId ?? '', epoch: item.epoch ?? 0 }),
    ),
  }),
  renewed: (raw) => ({
    request: count(raw.request, 'request'),
    renewals: list(raw.renewals, 'renewals', 4096, (item, at) => ({
      ...key({ leaseId: item.leaseId ?? '', epoch: item.epoch ?? 0 }),
      verdict: word(item.verdict, `${at}.verdict`, ['keep', 'stop', 'unknown']),
      ttlMs: count(item.ttlMs ?? 0, `${at}.ttl_ms`, dayMs),
      stopReason: item.stopReason ? word(item.stopReason, `${at}.stop_reason`, stopReasons) : '',
      graceMs: count(item.graceMs ?? 0, `${at}.grace_ms`, dayMs),
    })),
  }),
  stop: (raw) => ({
    ...key(raw),
    reason: word(raw.reason, 'reason', stopReasons),
    message: text(raw.message, 'message', 2048),
    graceMs: count(raw.graceMs, 'grace_ms', dayMs),
  }),
  leaseEvent: (raw) => ({
    ...key(raw),
    phase: word(raw.phase, 'phase', phases),
    detail: text(raw.detail, 'detail', 2048),
    sinceCommitMs: count(raw.sinceCommitMs, 'since_commit_ms'),
  }),
  leaseEnd: (raw) => ({
    ...key(raw),
    reason: word(raw.reason, 'reason', endReasons),
    ...(raw.exitCode === null || raw.exitCode === undefined
      ? {}
      : { exitCode: integer(raw.exitCode, 'exit_code') }),
    errorCode: text(raw.errorCode, 'error_code', 64),
    message: text(raw.message, 'message', 4096),
    stdoutBytes: count(raw.stdoutBytes, 'stdout_bytes'),
    stderrBytes: count(raw.stderrBytes, 'stderr_bytes'),
    stdoutSha256: checksum(raw.stdoutSha256, 'stdout_sha256'),
    stderrSha256: checksum(raw.stderrSha256, 'stderr_sha256'),
    ...optionalCount('stdoutDroppedBytes', raw.stdoutDroppedBytes, raw.stdoutBytes),
    ...optionalCount('stderrDroppedBytes', raw.stderrDroppedBytes, raw.stderrBytes),
    timeline: list(raw.timeline, 'timeline', 32, (item, at) => ({
      name: text(item.name ?? '', `${at}.name`, 32),
      atMs: count(item.atMs ?? 0, `${at}.at_ms`),
    })),
    usage: readUsage(present(raw.usage, 'usage')),
  }),
  usage: readUsage,
  heldLeases: (raw) => ({
    leases: list(raw.leases, 'leases', 4096, (item, at) => ({
      ...key({ leaseId: item.leaseId ?? '', epoch: item.epoch ?? 0 }),
      phase: word(item.phase, `${at}.phase`, phases),
    })),
  }),
  logChunk: (raw) => ({
    ...key(raw),
    stderr: raw.stderr,
    offset: count(raw.offset, 'offset'),
    data: bytes(raw.data, 'data', { max: 65_536 }),
    unixMs: count(raw.unixMs, 'unix_ms'),
    ...optionalCount('droppedBytes', raw.droppedBytes, raw.offset),
  }),
};

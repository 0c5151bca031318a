/**
 * The messages of `suanlink.v1` as plain values: what `wire.ts` reads from and writes to protobuf. Field meanings and
 * units stand in `suanlink/v1/*.proto`; everything here has been checked (ids, ranges, sizes) and can be trusted as to
 * its form, though not as to its truth.
 */
import type { AcceleratorId, JobId, NodeId, OrgId, TokenId } from './ids.ts';
import type { EndReason, LeaseKey, Phase, StopReason } from './lease.ts';
import type { OwnerPolicy } from './owner-policy.ts';

export interface Challenge {
  nonce: Uint8Array;
  capability: number;
  schedulerId: string;
}
export interface Enrol {
  tokenId: TokenId;
  tokenSecret: string;
  publicKey: Uint8Array;
  signature: Uint8Array;
  nodeName: string;
  capability: number;
}
export interface Enrolled {
  nodeId: NodeId;
  org: OrgId;
}
export interface Hello {
  nodeId: NodeId;
  signature: Uint8Array;
  capability: number;
  agentVersion: string;
  bootId: string;
  nodeName: string;
}
export interface Welcome {
  sessionEpoch: number;
  capability: number;
  heartbeatMs: number;
  receivedSeq: number;
}
export interface Refuse {
  code: string;
  message: string;
  retryAfterMs: number;
}
export interface Heartbeat {
  sample: number;
  card: number[];
  utilizationPct: number[];
  memoryUsedMib: number[];
  temperatureC: number[];
  powerW: number[];
  hostCpuPct: number;
  hostMemoryUsedMib: number;
}
export interface HeartbeatAck {
  sample: number;
}

export interface HostInfo {
  hostname: string;
  os: string;
  kernel: string;
  architecture: string;
  cpuModel: string;
  cpuMilli: number;
  memoryBytes: number;
  diskBytes: number;
  engine: string;
  labels: Record<string, string>;
  region: string;
}
/** Health words of a device. */
export const healthWords = ['ok', 'degraded', 'failed', 'unknown'] as const;
export type Health = (typeof healthWords)[number];
export interface AcceleratorInfo {
  id: AcceleratorId;
  vendor: string;
  model: string;
  architecture: string;
  index: number;
  uuid: string;
  serial: string;
  busAddress: string;
  /** Absent: unknown. */
  numaNode?: number;
  /** CPUs near it, `0-15,64-79`. Absent: unknown. */
  cpuAffinity?: string;
  /** Absent: unknown; such a card is never matched by a memory requirement. */
  memoryBytes?: number;
  driverVersion: string;
  runtimeVersion: string;
  health: Health;
  healthReasons: string[];
  offered: boolean;
  notOfferedReason: string;
  partition?: { kind: string; parentId: string; profile: string };
  links: { kind: string; peerId: string; word: string }[];
  throughput: { precision: string; gigaFlops: number; dense: boolean; source: string }[];
  simulated: boolean;
}
export interface ProbeStatus {
  vendor: string;
  status: 'present' | 'absent' | 'failed';
  reason: string;
  lastGoodAgeMs: number;
}
export interface Inventory {
  generation: string;
  host: HostInfo;
  accelerators: AcceleratorInfo[];
  probes: ProbeStatus[];
  draining: boolean;
  drainReason: string;
  /** Until leases that still run are ended; absent: they run to their own end. */
  drainLeftMs?: number;
  /** Absent: lent to everybody, at any hour, for any time. */
  ownerPolicy?: OwnerPolicy;
}

/** What the agent must run. */
export interface Work {
  image: string;
  command: string[];
  entrypoint: string[];
  env: Record<string, string>;
  workingDir: string;
  user: string;
  cpuMilli: number;
  memoryBytes: number;
  diskBytes: number;
  shmBytes: number;
  pids: number;
  network: 'none' | 'bridge';
  readOnlyRoot: boolean;
  sandbox: Sandbox;
  graceMs: number;
  onLost: 'stop' | 'keep_until';
  keepMs: number;
  registryAuth?: { username: string; password: string };
}
/** What stands between a container and the host's kernel: nothing more than usual (''), gVisor's own kernel, a virtual
 * machine. */
export type Sandbox = '' | 'gvisor' | 'kata';
export interface Offer extends LeaseKey {
  jobId: JobId;
  org: OrgId;
  validForMs: number;
  inventoryGeneration: string;
  acceleratorIds: AcceleratorId[];
  acceleratorMilli: number;
  work: Work;
  /** What Commit will say; 0: not told (an older scheduler). */
  maxDurationMs: number;
}
export type Accept = LeaseKey;
export interface Reject extends LeaseKey {
  code: string;
  message: string;
}
export interface Commit extends LeaseKey {
  ttlMs: number;
  maxDurationMs: number;
}
export interface Renew {
  request: number;
  leases: LeaseKey[];
}
export interface Renewal extends LeaseKey {
  verdict: 'keep' | 'stop' | 'unknown';
  ttlMs: number;
  /** '' unless the verdict is `stop`. */
  stopReason: StopReason | '';
  graceMs: number;
}
export interface Renewed {
  request: number;
  renewals: Renewal[];
}
export interface Stop extends LeaseKey {
  reason: StopReason;
  message: string;
  graceMs: number;
}
export interface LeaseEvent extends LeaseKey {
  phase: Phase;
  detail: string;
  sinceCommitMs: number;
}
export interface Usage extends LeaseKey {
  part: number;
  runMs: number;
  cardMs: number;
  cpuMs: number;
  cpuExact: boolean;
  memoryPeakBytes: number;
  /** By the node's key over `usageBytes` (`signing.ts`), 64 bytes; absent: an agent that does not sign yet. */
  signature?: Uint8Array;
}
export interface LeaseEnd extends LeaseKey {
  reason: EndReason;
  exitCode?: number;
  errorCode: string;
  message: string;
  stdoutBytes: number;
  stderrBytes: number;
  stdoutSha256: Uint8Array;
  stderrSha256: Uint8Array;
  /** How many of the bytes were left out of the log chunks (absent: none); the checksums are over what was not. */
  stdoutDroppedBytes?: number;
  stderrDroppedBytes?: number;
  timeline: { name: string; atMs: number }[];
  usage: Usage;
}
export interface HeldLease extends LeaseKey {
  phase: Phase;
}
export interface HeldLeases {
  leases: HeldLease[];
}
export interface LogChunk extends LeaseKey {
  stderr: boolean;
  offset: number;
  data: Uint8Array;
  unixMs: number;
  /** Bytes left out just before `offset`; absent: none. */
  droppedBytes?: number;
}

/** Every message by its name on the wire. */
export interface Bodies {
  challenge: Challenge;
  enrol: Enrol;
  enrolled: Enrolled;
  hello: Hello;
  welcome: Welcome;
  refuse: Refuse;
  heartbeat: Heartbeat;
  heartbeatAck: HeartbeatAck;
  inventory: Inventory;
  offer: Offer;
  accept: Accept;
  reject: Reject;
  commit: Commit;
  renew: Renew;
  renewed: Renewed;
  stop: Stop;
  leaseEvent: LeaseEvent;
  leaseEnd: LeaseEnd;
  usage: Usage;
  heldLeases: HeldLeases;
  logChunk: LogChunk;
}

/** A message's name on the wire. */
export type Kind = keyof Bodies;

/** One message: its name and its content. */
export type Message = { [K in Kind]: { kind: K; value: Bodies[K] } }[Kind];

/** One frame. `message` is absent for a bare acknowledgement and for kinds that this release does not know. */
export interface Frame {
  /** 0: best effort. */
  seq: number;
  ack: number;
  message?: Message;
}

/**
 * What the scheduler keeps: one type per table of the store, and the same values in memory. Plain data; times are Unix
 * milliseconds by the scheduler's wall clock (for people), money micro-yuan.
 */
import type { JobSpec } from '../proto/api.ts';
import type { Strategy } from '../proto/pools.ts';
import type { AcceleratorId, JobId, NodeId, OrgId } from '../proto/ids.ts';
import type { AskedReason, EndReason, LeaseKey } from '../proto/lease.ts';
import type { UsageProof } from '../proto/signing.ts';
import type { LeaseState } from './lease/states.ts';

/** Names one connection of one process; never reused. */
export type ConnectionId = number;

/** An enrolled node: who it is, and how far its messages are durable here. */
export interface NodeRecord {
  id: NodeId;
  org: OrgId;
  name: string;
  /** Ed25519, 32 bytes. */
  publicKey: Uint8Array;
  /** Of the newest session; grows by one per Hello. */
  sessionEpoch: number;
  /** Highest sequence number whose effects are durable. */
  receivedSeq: number;
  enrolledUnixMs: number;
}

/** What a tenant asked for. */
export interface JobRecord {
  id: JobId;
  /** Growing with every job: the order of submission. */
  number: number;
  org: OrgId;
  idempotencyKey: string | null;
  spec: JobSpec;
  /** Of the spec, to recognise the same request; hex. */
  specHash: string;
  submittedUnixMs: number;
  submittedBy: string;
  /** `open` until it has ended; whether it is queued or leased follows from its leases. */
  state: 'open' | 'ended';
  /** Why somebody asked for its end while a lease lived: from then on nothing is retried. null: nobody has. */
  cancelled: string | null;
  /** Its place among the jobs that run with it on other nodes; null: it runs alone. `id` is that of the first. */
  gang: { id: JobId; rank: number; size: number } | null;
  /** Its place among the jobs that were submitted with it and run each for itself; `id` is that of the first. */
  array?: { id: JobId; index: number; size: number };
  /** How it ended when no lease says it: cancelled while queued. */
  end: EndRecord | null;
}

/** How a lease (or a job that never had one) ended. Usage is kept apart, in `UsageRecord`s. */
export interface EndRecord {
  reason: EndReason;
  exitCode: number | null;
  errorCode: string;
  message: string;
  endedUnixMs: number;
  stdoutBytes: number;
  stderrBytes: number;
  /** Hex. */
  stdoutSha256: string;
  stderrSha256: string;
  /** Of the bytes, how many the agent left out of the log; the checksums are over the rest. Absent: none. */
  stdoutDroppedBytes?: number;
  stderrDroppedBytes?: number;
  /** When each phase began, in ms since the job was submitted. */
  timeline: { name: string; atMs: number }[];
}

/** The request to stop a lease: the first one stands. */
export interface StopRecord {
  reason: AskedReason;
  message: string;
  graceMs: number;
}

/** An operator's order to grant nothing. */
export interface PauseRecord {
  by: string;
  message: string;
  sinceUnixMs: number;
}

/** Sizes of organisations; small firms weigh more than large ones, which can help themselves. */
export const orgSizes = ['micro', 'small', 'medium', 'large'] as const;
/** One of `orgSizes`. */
export type OrgSize = (typeof orgSizes)[number];

/** An organisation's terms. null: no limit. */
export interface OrgTerms {
  org: OrgId;
  size: OrgSize;
  /** Over the weight that its size gives, in thousandths; null: that of its size. */
  weightMilli: number | null;
  /** Cards in use at the same time; a share of a card counts as its part. */
  maxCards: number | null;
  /** Per calendar month (UTC+8). */
  maxCardHours: number | null;
  /** Jobs that have not ended. */
  maxOpenJobs: number | null;
  /** Cards that it can have back from others whenever it needs them; missing: none. */
  guaranteedCards?: number;
}

/** What an operator decided about a node. */
export interface NodeRules {
  nodeId: NodeId;
  /** Takes no new leases. */
  cordoned: boolean;
  message: string;
  /** The node pool that it belongs to: the value of its label `pool`; '': none. */
  pool: string;
  /** Who may lease it, on top of its owner's rules; empty: anybody. */
  orgs: OrgId[];
}

/** What an operator decided about a node pool; of the name '': about jobs that ask for none. */
export interface PoolRules {
  pool: string;
  /** Of jobs that do not say themselves. */
  strategy: Strategy;
}

/** Nodes kept back for a time: for an organisation (a reservation), or from all (maintenance). */
export interface HoldRecord {
  id: string;
  nodeIds: NodeId[];
  org: OrgId | null;
  fromUnixMs: number;
  untilUnixMs: number;
  message: string;
  by: string;
}

/** What operators set, by kind; the newest of a name stands. */
export type SettingRecord =
  | { kind: 'terms'; name: string; value: OrgTerms }
  | { kind: 'node'; name: string; value: NodeRules }
  | { kind: 'pool'; name: string; value: PoolRules }
  | { kind: 'hold'; name: string; value: HoldRecord };

/** Unit prices of a lease, fixed when it is granted. */
export interface Price {
  tariff: string;
  cardHourMicroYuan: number;
  cpuHourMicroYuan: number;
}

/** A grant of accelerators on a node to a job. */
export interface LeaseRecord extends LeaseKey {
  jobId: JobId;
  org: OrgId;
  nodeId: NodeId;
  /** The node's name and its cards' model when it was granted: records outlive nodes. */
  nodeName: string;
  model: string;
  acceleratorIds: AcceleratorId[];
  acceleratorMilli: number;
  inventoryGeneration: string;
  price: Price;
  ttlMs: number;
  state: LeaseState;
  stop: StopRecord | null;
  grantedUnixMs: number;
  end: EndRecord | null;
  /** When retention took its log away; null: it has not. */
  logRemovedUnixMs: number | null;
}

/** One usage record; its key is (lease, epoch, part) and it is written once. */
export interface UsageRecord extends LeaseKey {
  part: number;
  org: OrgId;
  jobId: JobId;
  nodeId: NodeId;
  nodeName: string;
  model: string;
  cards: number;
  runMs: number;
  cardMs: number;
  cpuMs: number;
  cpuExact: boolean;
  memoryPeakBytes: number;
  tariff: string;
  priceMicroYuan: number;
  recordedUnixMs: number;
  proof: UsageProof;
  /** What the node said, and signed; `cardMs` is what it may bill of that. */
  reportedCardMs: number;
}

/** A usage record with what proves it; signatures and keys are raw bytes, empty when there are none. */
export interface SignedUsage {
  record: UsageRecord;
  nodePublicKey: Uint8Array;
  nodeSignature: Uint8Array;
  countersignature: Uint8Array;
}

/** Which usage to sum, and how. */
export interface UsageQuery {
  by: 'org' | 'node' | 'model' | 'day';
  sinceUnixMs: number;
  /** Not included. */
  untilUnixMs: number;
  /** Days begin at midnight so far from UTC. */
  utcOffsetMs: number;
  /** null: all. */
  org: OrgId | null;
}

/** The sum of the usage records of one key. Disputed ones are counted and nothing else. */
export interface UsageSum {
  /** Organisation, node id, model, or day as YYYY-MM-DD. */
  key: string;
  /** A node's name; '' otherwise. */
  label: string;
  records: number;
  leases: number;
  runMs: number;
  cardMs: number;
  cpuMs: number;
  priceMicroYuan: number;
  disputed: number;
  unsigned: number;
}

/** A job as it is found again outside memory. */
export interface StoredJob {
  job: JobRecord;
  /** Its leases that may have run, and its newest, oldest first. */
  leases: LeaseRecord[];
  usage: UsageRecord[];
}

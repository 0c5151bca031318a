/**
 * Resources of the HTTP API as JSON: what `scheduler/api` serves and `cli/` and SDKs read. Names are snake_case as on
 * the wire; times are RFC 3339 UTC strings, durations milliseconds, money micro-yuan (integers). Fields may be added,
 * never changed.
 */
import type { Code } from './codes.ts';
import type { EndReason, Phase } from './lease.ts';
import type { UsageProof } from './signing.ts';
import type { Strategy } from './pools.ts';

/** What a label of a node must be; `values` only with `in` and `not_in`. */
export interface LabelRule {
  label: string;
  op: 'in' | 'not_in' | 'exists' | 'not_exists';
  values: string[];
}

/** What a tenant asks for. Defaults are filled in by the scheduler and shown in every answer. */
export interface JobSpec {
  image: string;
  command: string[];
  entrypoint: string[];
  env: Record<string, string>;
  working_dir: string;
  user: string;
  /** Whole cards; with `accelerator_milli` < 1000 exactly 1. */
  accelerators: number;
  /** Share of each card in thousandths. */
  accelerator_milli: number;
  /** Empty: any. */
  vendors: string[];
  models: string[];
  /** Such as hopper or davinci. Empty: any. */
  architectures: string[];
  accelerator_memory_bytes: number;
  /** Lowest versions; '': any, even unknown. */
  min_driver_version: string;
  min_runtime_version: string;
  /** Whether the cards must be joined by the vendor's own links (NVLink, HCCS, …). */
  linked: boolean;
  /** Least dense peak per card by precision, in GFLOP/s (integers: GOP/s); unknown is never enough. */
  min_gigaflops: Record<string, number>;
  /** Highest price of a whole card, micro-yuan per hour; 0: any. */
  max_card_hour_micro_yuan: number;
  /** On how many nodes at the same time, each with all that is asked for. */
  nodes: number;
  cpu_milli: number;
  memory_bytes: number;
  disk_bytes: number;
  shm_bytes: number;
  pids: number;
  network: 'none' | 'bridge';
  read_only_root: boolean;
  /** '': as the node's engine runs containers. */
  sandbox: '' | 'gvisor' | 'kata';
  time_limit_ms: number;
  grace_ms: number;
  on_lost: 'stop' | 'keep_until';
  keep_ms: number;
  /** How often work that has started may be started again, under a new lease, when its node, card or engine was lost or
   * taken back. */
  max_retries: number;
  /** Higher first. */
  priority: number;
  /** Runs only on cards that nobody else wants now, for less: it is stopped with notice when others need them, and goes back
   * into the queue by itself. */
  preemptible: boolean;
  /** Its cards are not taken back for idleness while its organisation is within its share. */
  keep_idle: boolean;
  /** Node labels that must be equal. */
  node_labels: Record<string, string>;
  node_label_rules: LabelRule[];
  /** GB/T 2260 codes or their leading digits; any of these. Empty: anywhere. */
  regions: string[];
  /** Organisations whose nodes it may run on; empty: all. */
  owners: string[];
  /** Organisations whose nodes it may not run on. */
  not_owners: string[];
  /** `pack` keeps nodes free for those who need all of one; `spread` looks for company-free nodes; `pool`: as the pool has
   * it that the job asks for. */
  strategy: 'pool' | Strategy;
  registry_auth?: { username: string; password: string };
}

/** How a lease ended and what it used. */
export interface EndView {
  reason: EndReason;
  exit_code: number | null;
  error_code: string;
  message: string;
  ended_at: string;
  stdout_bytes: number;
  stderr_bytes: number;
  stdout_sha256: string;
  stderr_sha256: string;
  /** Of the bytes written, how many were left out of the log by the node's limit; the checksums are over the rest. */
  stdout_dropped_bytes: number;
  stderr_dropped_bytes: number;
  usage: UsageView;
  /** When each phase began, in ms since the job was submitted. */
  timeline: { name: string; at_ms: number }[];
}

/** One usage record. */
export interface UsageView {
  lease_id: string;
  epoch: number;
  part: number;
  org: string;
  node_id: string;
  model: string;
  cards: number;
  run_ms: number;
  card_ms: number;
  cpu_ms: number;
  cpu_exact: boolean;
  memory_peak_bytes: number;
  /** Price by the tariff in force when the lease was granted. */
  price_micro_yuan: number;
  tariff: string;
  recorded_at: string;
  /** `signed` by the node's key; `unsigned` by an agent of before; `disputed`: not billed, the signature is not the node's. */
  proof: UsageProof;
}

/** A usage record with what proves it: `GET /v1/jobs/{id}/usage`. Keys and signatures are base64url, '' for none. */
export interface SignedUsageView extends UsageView {
  job_id: string;
  /** What the node said, and signed; `card_ms` is what it may bill of that. */
  reported_card_ms: number;
  recorded_unix_ms: number;
  node_public_key: string;
  node_signature: string;
  scheduler_signature: string;
}

/** The records of one job and whose they are; enough to check them without the scheduler. */
export interface UsageProofView {
  scheduler_id: string;
  scheduler_public_key: string;
  records: SignedUsageView[];
}

/** The usage of one organisation, node, model or day. Of disputed records only the number is counted. */
export interface UsageSumView {
  key: string;
  /** A node's name. */
  label: string;
  records: number;
  leases: number;
  run_ms: number;
  card_ms: number;
  cpu_ms: number;
  price_micro_yuan: number;
  disputed: number;
  unsigned: number;
}

/** A grant of cards to a job. */
export interface LeaseView {
  id: string;
  epoch: number;
  job_id: string;
  org: string;
  node_id: string;
  node_name: string;
  accelerator_ids: string[];
  accelerator_milli: number;
  state: 'offered' | 'committed' | 'running' | 'stopping' | 'ended';
  phase: Phase;
  detail: string;
  granted_at: string;
  ttl_ms: number;
  /** What its owner should know while it lives: that it idles, or is being taken back; '' for nothing. */
  notice: string;
  end: EndView | null;
}

/** One try at a job's work: a lease under which a container may have run. */
export interface AttemptView {
  lease_id: string;
  epoch: number;
  node_id: string;
  node_name: string;
  granted_at: string;
  ended_at: string | null;
  /** Why it ended; null while it lives. */
  reason: EndReason | null;
  message: string;
  /** When its output was removed by retention; null: it has not been. */
  log_removed_at: string | null;
  card_ms: number;
  price_micro_yuan: number;
}

/** A job with its current (or last) lease. */
export interface JobView {
  id: string;
  org: string;
  state: 'queued' | 'leased' | 'ended';
  /** While queued: why it is not placed yet, for a person. */
  waiting_reason: string;
  spec: JobSpec;
  idempotency_key: string | null;
  submitted_at: string;
  submitted_by: string;
  /** Its place among the jobs that run with it on other nodes (`nodes`); null: it runs alone. `id` is that of rank 0. */
  gang: { id: string; rank: number; size: number } | null;
  /** Its place among the jobs that were submitted with it; null: it was submitted alone. `id` is that of index 0. */
  array: { id: string; index: number; size: number } | null;
  lease: LeaseView | null;
  /** Oldest first; more than one only with `max_retries`. */
  attempts: AttemptView[];
  end: EndView | null;
}

/** Jobs that were submitted together, in the order of their index. */
export interface ArrayView {
  id: string;
  job_ids: string[];
}

/** A node that could take a job, and how good it would be. */
export interface FittingView {
  /** 1 is best. */
  rank: number;
  node_name: string;
  /** The cards that it would get. */
  accelerator_ids: string[];
  model: string;
  /** Wholly free cards of all that take leases, without the job's own. */
  free_cards: number;
  cards: number;
}

/** Nodes that cannot take a job for the same reason. */
export interface LackingView {
  nodes: number;
  /** What they lack, for a person. */
  lack: string;
  /** What would change it. */
  remedy: string;
}

/** `GET /v1/jobs/{id}/explain` and `POST /v1/plan`: where a job is, or would go now, and why. */
export interface PlacementView {
  /** `placed`: it has its cards. `fits`: it would be placed now. `waits`: nothing fits, or nothing is granted. */
  verdict: 'placed' | 'fits' | 'waits' | 'ended';
  /** The nodes that it has or would get now; none when it waits. */
  nodes: FittingView[];
  /** The best that fit, at most 5; how many fit in all. */
  fitting: FittingView[];
  fitting_nodes: number;
  lacking: LackingView[];
  /** All of it, in lines for a person. */
  text: string;
}

/** Something that an operator should know, and that keeps leases from being granted. */
export interface AlertView {
  kind: 'mass_loss' | 'granting_paused';
  since: string;
  message: string;
  /** When it ends by itself at the latest; null: not by itself. */
  until: string | null;
}

/** `GET /v1/alerts`: whether leases are granted, and what stands against it. */
export interface AlertsView {
  granting: boolean;
  alerts: AlertView[];
}

/** A node with what it offers. */
export interface NodeView {
  id: string;
  name: string;
  org: string;
  state: 'connected' | 'disconnected' | 'draining';
  agent_version: string;
  connected_since: string | null;
  last_seen_ms_ago: number | null;
  host: {
    os: string;
    kernel: string;
    architecture: string;
    cpu_model: string;
    cpu_milli: number;
    memory_bytes: number;
    disk_bytes: number;
    engine: string;
    region: string;
    labels: Record<string, string>;
  } | null;
  free: { cpu_milli: number; memory_bytes: number; disk_bytes: number };
  accelerators: {
    id: string;
    vendor: string;
    model: string;
    index: number;
    memory_bytes: number | null;
    health: string;
    health_reasons: string[];
    offered: boolean;
    not_offered_reason: string;
    simulated: boolean;
    lease_id: string | null;
    utilization_pct: number | null;
    memory_used_mib: number | null;
    temperature_c: number | null;
    power_w: number | null;
  }[];
}

/** One line of `GET /v1/jobs/{id}/watch` (NDJSON). Ends after `end`. */
export type WatchEvent =
  | { type: 'state'; job: JobView }
  /** Offsets count per lease: the next attempt's output begins at 0 again. */
  | {
      type: 'log';
      lease_id: string;
      stream: 'stdout' | 'stderr';
      offset: number;
      data: string /* base64 */;
      unix_ms: number;
      /** There were so many bytes from `offset` on that the node's limit left out; `data` is empty then. 0: none. */
      dropped_bytes: number;
    }
  /** The output of an attempt is no longer there. */
  | { type: 'log_removed'; lease_id: string; removed_at: string }
  | { type: 'end'; job: JobView }
  /** Every 15 s of silence, so that proxies and clients see a live line. */
  | { type: 'alive' };

/** The body of every answer that is not 2xx. */
export interface ErrorBody {
  error: {
    code: Code;
    message: string;
    retryable: boolean;
    details: Record<string, string | number | boolean>;
  };
}

/** An organisation: its terms, what it has used and what it is due. null: no limit. */
export interface OrgView {
  org: string;
  size: string;
  weight_milli: number;
  /** Cards in use at the same time, and per calendar month (UTC+8). */
  max_cards: number | null;
  max_card_hours: number | null;
  max_open_jobs: number | null;
  /** Cards that it can have back from others whenever it needs them. */
  guaranteed_cards: number;
  /** What decides its place: card-hours that count less as time passes. */
  decayed_card_hours: number;
  /** The part of the pool that it is due beside those that use it too, in thousandths. */
  share_milli: number;
  cards_in_use: number;
  month_card_hours: number;
  open_jobs: number;
  waiting_jobs: number;
}

/** What operators decided about a node. */
export interface NodeRulesView {
  node_id: string;
  node_name: string;
  cordoned: boolean;
  message: string;
  /** '': none. */
  pool: string;
  /** Empty: anybody. */
  orgs: string[];
  /** Leases that live on it. */
  leases: number;
}

/** Nodes kept back for a time. */
export interface HoldView {
  id: string;
  nodes: { id: string; name: string }[];
  cards: number;
  /** null: for nobody (maintenance). */
  org: string | null;
  from: string;
  until: string;
  message: string;
  by: string;
}

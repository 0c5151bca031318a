/**
 * What the faces of the scheduler (HTTP API, tests, later the page) may ask of its core, and the token records that
 * authentication works with. Types only: the core implements `Control`, `system.ts` hands it to the API.
 *
 * Every method takes the principal that asks. A tenant sees its own organisation's jobs, leases and usage and nothing of
 * others (`not_found`, never `permission_denied`, so that ids cannot be probed); operators and admins see all.
 */
import type {
  AlertsView,
  ArrayView,
  HoldView,
  JobSpec,
  JobView,
  LeaseView,
  NodeRulesView,
  NodeView,
  OrgView,
  PlacementView,
  UsageProofView,
  UsageSumView,
  UsageView,
  WatchEvent,
} from '../proto/api.ts';
import type { PoolView } from '../proto/pools.ts';
import type { FleetEvent } from '../proto/fleet.ts';
import type { UsageQuery } from './records.ts';
import type { JobId, LeaseId, NodeId, OrgId, TokenId } from '../proto/ids.ts';
import type { OrgTerms, PoolRules } from './records.ts';

/** What a token may do: `viewer` reads its organisation, `tenant` also runs jobs in it, `operator` reads everything and
 * drains nodes, `admin` may do all and makes tokens. */
export const roles = ['viewer', 'tenant', 'operator', 'admin'] as const;
/** One of `roles`. */
export type Role = (typeof roles)[number];

/** Who asks: the holder of an API token. */
export interface Principal {
  tokenId: TokenId;
  name: string;
  org: OrgId;
  role: Role;
}

/** A token as stored: the secret only as SHA-256. `join` tokens enrol one node into `org` and are then used up. */
export interface TokenRecord {
  id: TokenId;
  kind: 'api' | 'join';
  /** SHA-256 of the secret. */
  secretHash: Uint8Array;
  name: string;
  org: OrgId;
  /** '' for join tokens. */
  role: Role | '';
  createdUnixMs: number;
  /** 0: never. */
  expiresUnixMs: number;
  revoked: boolean;
  /** The node that a join token enrolled. */
  usedBy: NodeId | '';
}

/** Filter of list calls; `limit` at most 1000. */
export interface JobFilter {
  state?: JobView['state'];
  limit: number;
}

/** The offset of a stream of which nothing is wanted. */
export const unwanted = Number.MAX_SAFE_INTEGER;

/** Where a reader of a job's output begins: with that of `lease` (missing: of the first attempt), from these offsets on.
 * The leases after it follow, each from its beginning. */
export interface WatchFrom {
  lease?: LeaseId;
  stdout: number;
  stderr: number;
}

/** How the fleet is told. */
export interface FleetWish {
  /** Until the watcher leaves; else once. */
  follow: boolean;
  /** Between two updates, ms. */
  intervalMs: number;
}

/** Why and how the cards of a job are taken back. */
export interface PreemptRequest {
  reason: 'preempted' | 'owner_reclaimed';
  message: string;
  /** Between SIGTERM, which is sent at once, and SIGKILL; the job's own grace if that is longer. */
  noticeMs: number;
}

/** The core as its faces see it. Rejects with `SuanlinkError`; a promise that resolves means "durable". */
export interface Control {
  /** Accepts a job once it is durable. The same key with the same spec answers the first job (as it is now), with
   * another spec `conflict`. `permission_denied` for viewers; `resource_exhausted` over the admission limit. */
  submit(by: Principal, spec: JobSpec, idempotencyKey: string | undefined): Promise<JobView>;
  /** Accepts `count` (1 to 1000) equal jobs or none of them, each with its index in its environment; otherwise as `submit`. */
  submitArray(
    by: Principal,
    spec: JobSpec,
    count: number,
    idempotencyKey: string | undefined,
  ): Promise<ArrayView>;
  job(by: Principal, id: JobId): Promise<JobView>;
  /** Newest first. */
  jobs(by: Principal, filter: JobFilter): Promise<JobView[]>;
  /** Ends a queued job at once, asks the node to stop a leased one. Idempotent. */
  cancel(by: Principal, id: JobId, message: string): Promise<JobView>;
  /** Takes the cards of a leased job back; one that never ran, or has retries left, waits for others. Nothing happens to
   * one without a lease, and a stop that was asked for before stands. `permission_denied` unless operator or admin. */
  preempt(by: Principal, id: JobId, request: PreemptRequest): Promise<JobView>;
  /** `not_found` for a `from.lease` that is not one of the job's. First the state, then log from the offsets on and state changes as they happen, last `end`. */
  watch(by: Principal, id: JobId, from: WatchFrom, signal: AbortSignal): Promise<AsyncIterable<WatchEvent>>;
  /** Why a job is where it is, or why it waits and what would change that. */
  explain(by: Principal, id: JobId): Promise<PlacementView>;
  /** Where a job with `spec` would go now; nothing is submitted. `permission_denied` for viewers. */
  plan(by: Principal, spec: JobSpec): PlacementView;
  /** Whether leases are granted, and what stands against it; everybody may know. */
  alerts(by: Principal): AlertsView;
  /** Grants nothing from now on, until it is resumed; leases that there are go on. `permission_denied` unless operator or
   * admin. */
  pauseGranting(by: Principal, message: string): Promise<AlertsView>;
  /** Ends a pause, and the mass-loss brake. `permission_denied` unless operator or admin. */
  resumeGranting(by: Principal): Promise<AlertsView>;
  leases(by: Principal, filter: { live: boolean; limit: number }): LeaseView[];
  nodes(by: Principal): NodeView[];
  /** By id, or by a name that only one has. */
  node(by: Principal, name: string): NodeView;
  /** Nodes, leases, waiting jobs and organisations in short; `resource_exhausted` while too many watch. */
  fleet(by: Principal, wish: FleetWish, signal: AbortSignal): AsyncIterable<FleetEvent>;
  /** Newest first. */
  usage(by: Principal, filter: { sinceUnixMs: number; limit: number }): Promise<UsageView[]>;
  /** Over all there is. Tenants and viewers: their own organisation's, whatever is asked for. */
  usageSums(by: Principal, query: UsageQuery): Promise<UsageSumView[]>;
  /** With both signatures, however old the job is. */
  jobUsage(by: Principal, id: JobId): Promise<UsageProofView>;
  /** What this scheduler's signatures are checked with. */
  usageKey(by: Principal): Omit<UsageProofView, 'records'>;
  tokens(by: Principal): Omit<TokenRecord, 'secretHash'>[];
  /** `permission_denied` unless admin. */
  putToken(by: Principal, record: TokenRecord): Promise<void>;
  revokeToken(by: Principal, id: TokenId): Promise<void>;
}

/** Lookup for authentication: no principal yet. */
export interface TokenLookup {
  token(id: TokenId): TokenRecord | undefined;
}

/** Changes of a node's rules; what is missing stays. `evacuateMs`: cordon it and take its leases back with this notice. */
export interface NodeWish {
  cordoned?: boolean;
  message?: string;
  pool?: string;
  orgs?: OrgId[];
  evacuateMs?: number;
}

/** Nodes to be kept back: named ones, or whole nodes with so many `cards` for an organisation. */
export interface HoldRequest {
  nodes: string[];
  cards: number;
  /** null: for nobody. */
  org: OrgId | null;
  fromUnixMs: number;
  untilUnixMs: number;
  message: string;
}

/** What operators set. Nodes are named by id, or by a name that only one has. `permission_denied` unless operator (for
 * terms: admin). */
export interface Steering {
  /** Everybody sees their own. */
  orgs(by: Principal): OrgView[];
  setOrg(by: Principal, org: OrgId, changes: Partial<Omit<OrgTerms, 'org'>>): Promise<OrgView>;
  setNode(by: Principal, name: string, wish: NodeWish): Promise<NodeRulesView>;
  /** Those that have nodes, or of which something is said; for operators. */
  pools(by: Principal): PoolView[];
  setPool(by: Principal, rules: PoolRules): Promise<PoolView>;
  holds(by: Principal): HoldView[];
  /** `resource_exhausted` when so many cards cannot be reserved then. */
  hold(by: Principal, request: HoldRequest): Promise<HoldView>;
  endHold(by: Principal, id: string): Promise<void>;
}

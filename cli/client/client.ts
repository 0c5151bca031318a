/** The scheduler's API as functions: what every command, the terminal view and SDK users call. */
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
} from '../../proto/api.ts';
import type { PoolView } from '../../proto/pools.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import type { FleetEvent } from '../../proto/fleet.ts';
import type { Connection } from '../connection.ts';
import { createHttp, type Http } from './http.ts';
import { readLines } from './lines.ts';

/** What to submit: the image, and whatever should not be the default. */
export type JobRequest = Partial<JobSpec> & { image: string };

/** A token in a list. */
export interface TokenView {
  id: string;
  kind: 'api' | 'join';
  name: string;
  org: string;
  role: string;
  created_at: string;
  expires_at: string | null;
  revoked: boolean;
  used_by: string | null;
}

/** What a new token is to be; what is missing is the scheduler's default. */
export interface TokenRequest {
  kind: 'api' | 'join';
  name: string;
  org?: string;
  role?: string;
  expires_in_ms?: number;
}

/** How far a log has been read, in bytes; `lease`: in the output of that attempt. */
export interface Offsets {
  lease?: string;
  stdout: number;
  stderr: number;
}

/** Which usage to sum, and how; times are RFC 3339. */
export interface SumQuery {
  by: 'org' | 'node' | 'model' | 'day';
  since?: string;
  until?: string;
  utc_offset?: string;
  org?: string;
}

/** How the cards of a job are taken back. */
export interface PreemptRequest {
  reason: string;
  message: string;
  notice_ms: number;
}

/** The API. Every call rejects with `SuanlinkError`: the scheduler's own, or `unavailable`, `ca_mismatch`,
 * `deadline_exceeded`, `protocol_error` of the way to it. */
export interface Client {
  submit(job: JobRequest, idempotencyKey: string): Promise<JobView>;
  /** `count` equal jobs, all or none. */
  submitArray(job: JobRequest, count: number, idempotencyKey: string): Promise<ArrayView>;
  job(id: string): Promise<JobView>;
  jobs(filter: { state?: JobView['state']; limit?: number }): Promise<JobView[]>;
  cancel(id: string, message: string): Promise<JobView>;
  preempt(id: string, request: PreemptRequest): Promise<JobView>;
  explain(id: string): Promise<PlacementView>;
  /** Where a job would go now. */
  plan(job: JobRequest): Promise<PlacementView>;
  /** One connection's worth of a watch: ends with `end`, or early when the connection does. */
  watch(id: string, from: Offsets, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** Bytes of one stream that are there now. */
  log(id: string, stream: 'stdout' | 'stderr', offset: number): AsyncIterable<Buffer>;
  /** Whether leases are granted, and what stands against it. */
  alerts(): Promise<AlertsView>;
  pauseGranting(message: string): Promise<AlertsView>;
  resumeGranting(): Promise<AlertsView>;
  leases(filter: { live?: boolean; limit?: number }): Promise<LeaseView[]>;
  nodes(): Promise<NodeView[]>;
  /** By id, or by a name that only one has. */
  node(name: string): Promise<NodeView>;
  /** The fleet in short: all of it, then (`follow`) what has changed; ends early when the connection does. */
  fleet(wish: { follow: boolean; interval_ms: number }, signal: AbortSignal): AsyncIterable<FleetEvent>;
  usage(filter: { since?: string; limit?: number }): Promise<UsageView[]>;
  /** Over all there is. */
  usageSums(query: SumQuery): Promise<UsageSumView[]>;
  /** The records of one job with their signatures. */
  jobUsage(id: string): Promise<UsageProofView>;
  usageKey(): Promise<Omit<UsageProofView, 'records'>>;
  orgs(): Promise<OrgView[]>;
  setOrg(org: string, terms: object): Promise<OrgView>;
  /** By id, or by a name that only one node has. */
  setNode(name: string, rules: object): Promise<NodeRulesView>;
  pools(): Promise<PoolView[]>;
  setPool(rules: Pick<PoolView, 'pool' | 'strategy'>): Promise<PoolView>;
  holds(): Promise<HoldView[]>;
  hold(request: object): Promise<HoldView>;
  endHold(id: string): Promise<void>;
  tokens(): Promise<TokenView[]>;
  createToken(request: TokenRequest): Promise<{ token: TokenView; secret: string }>;
  revokeToken(id: string): Promise<void>;
  /** Lets go of the kept connections. */
  close(): void;
}

/** A watch says something every 15 s; after this long without a word its connection is dead. */
const silenceMs = 45_000;

/** The list under `key` of an answer. The scheduler's shapes are believed beyond that: fields may be added. */
async function listOf<Item>(answer: Promise<unknown>, key: string): Promise<Item[]> {
  const body = await answer;
  const list: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
  if (!Array.isArray(list)) throw new SuanlinkError('protocol_error', `the answer has no list of ${key}`);
  return list as Item[];
}

async function jobOf(answer: Promise<unknown>): Promise<JobView> {
  const body = await answer;
  if (typeof body !== 'object' || body === null || !('id' in body) || !('spec' in body))
    throw new SuanlinkError('protocol_error', 'the answer is not a job');
  return body as JobView;
}

/** An answer that has `field`. The scheduler's shapes are believed beyond that: fields may be added. */
async function thing<Thing>(answer: Promise<unknown>, field: keyof Thing & string): Promise<Thing> {
  const body = await answer;
  if (typeof body !== 'object' || body === null || !(field in body))
    throw new SuanlinkError('protocol_error', `the answer has no ${field}`);
  return body as Thing;
}

async function alertsOf(answer: Promise<unknown>): Promise<AlertsView> {
  const body = await answer;
  if (typeof body !== 'object' || body === null || !('granting' in body))
    throw new SuanlinkError('protocol_error', 'the answer does not say whether leases are granted');
  return body as AlertsView;
}

async function placementOf(answer: Promise<unknown>): Promise<PlacementView> {
  const body = await answer;
  if (typeof body !== 'object' || body === null || !('verdict' in body) || !('text' in body))
    throw new SuanlinkError('protocol_error', 'the answer is not a placement');
  return body as PlacementView;
}

async function* watchOf(
  http: Http,
  id: string,
  from: Offsets,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const response = await http.stream({
    method: 'GET',
    path: `/v1/jobs/${encodeURIComponent(id)}/watch`,
    query: {
      ...(from.lease === undefined ? {} : { lease: from.lease }),
      stdout_offset: from.stdout,
      stderr_offset: from.stderr,
    },
    signal,
  });
  response.setTimeout(silenceMs, () =>
    response.destroy(new SuanlinkError('unavailable', `no sign of life for ${silenceMs / 1000} s`)),
  );
  yield* eventsOf<WatchEvent>(response, 'the watch');
}

/** The lines of a stream, each an event. */
async function* eventsOf<Event>(response: AsyncIterable<unknown>, what: string): AsyncGenerator<Event> {
  try {
    for await (const line of readLines(response)) yield JSON.parse(line) as Event;
  } catch (caught) {
    if (caught instanceof SyntaxError)
      throw new SuanlinkError('protocol_error', `a line of ${what} is not JSON`, { cause: caught });
    throw SuanlinkError.from(caught, 'unavailable', 'the connection was lost');
  }
}

async function* fleetOf(
  http: Http,
  query: { follow: boolean; interval_ms: number },
  signal: AbortSignal,
): AsyncGenerator<FleetEvent> {
  const response = await http.stream({ method: 'GET', path: '/v1/fleet', query, signal });
  yield* eventsOf<FleetEvent>(response, 'the fleet');
}

async function* bytesOf(http: Http, id: string, stream: string, offset: number): AsyncGenerator<Buffer> {
  const path = `/v1/jobs/${encodeURIComponent(id)}/logs`;
  const response = await http.stream({ method: 'GET', path, query: { stream, offset } });
  for await (const chunk of response) if (Buffer.isBuffer(chunk)) yield chunk;
}

/** What operators set. */
function steeringOf(
  http: Http,
): Pick<Client, 'orgs' | 'setOrg' | 'setNode' | 'pools' | 'setPool' | 'holds' | 'hold' | 'endHold'> {
  return {
    orgs: () => listOf(http.json({ method: 'GET', path: '/v1/orgs' }), 'orgs'),
    setOrg: (org, body) =>
      thing(http.json({ method: 'POST', path: `/v1/orgs/${encodeURIComponent(org)}`, body }), 'org'),
    setNode: (name, body) =>
      thing(
        http.json({ method: 'POST', path: `/v1/nodes/${encodeURIComponent(name)}/rules`, body }),
        'node_id',
      ),
    pools: () => listOf(http.json({ method: 'GET', path: '/v1/pools' }), 'pools'),
    setPool: (body) => thing(http.json({ method: 'POST', path: '/v1/pools', body }), 'strategy'),
    holds: () => listOf(http.json({ method: 'GET', path: '/v1/holds' }), 'holds'),
    hold: (body) => thing(http.json({ method: 'POST', path: '/v1/holds', body }), 'id'),
    async endHold(id) {
      await http.json({ method: 'POST', path: `/v1/holds/${encodeURIComponent(id)}/end` });
    },
  };
}

/** A client of the scheduler at `connection`; connects at the first call. */
export function createClient(connection: Connection): Client {
  const http = createHttp(connection);
  const job = (id: string): string => `/v1/jobs/${encodeURIComponent(id)}`;
  return {
    submit: (body, key) =>
      jobOf(http.json({ method: 'POST', path: '/v1/jobs', body, headers: { 'idempotency-key': key } })),
    submitArray: (wanted, count, key) =>
      thing(
        http.json({
          ...{ method: 'POST', path: '/v1/arrays', body: { job: wanted, count } },
          headers: { 'idempotency-key': key },
        }),
        'job_ids',
      ),
    job: (id) => jobOf(http.json({ method: 'GET', path: job(id) })),
    jobs: (query) => listOf(http.json({ method: 'GET', path: '/v1/jobs', query }), 'jobs'),
    cancel: (id, message) =>
      jobOf(http.json({ method: 'POST', path: `${job(id)}/cancel`, body: { message } })),
    preempt: (id, body) => jobOf(http.json({ method: 'POST', path: `${job(id)}/preempt`, body })),
    explain: (id) => placementOf(http.json({ method: 'GET', path: `${job(id)}/explain` })),
    plan: (body) => placementOf(http.json({ method: 'POST', path: '/v1/plan', body })),
    watch: (id, from, signal) => watchOf(http, id, from, signal),
    log: (id, stream, offset) => bytesOf(http, id, stream, offset),
    alerts: () => alertsOf(http.json({ method: 'GET', path: '/v1/alerts' })),
    pauseGranting: (message) =>
      alertsOf(http.json({ method: 'POST', path: '/v1/granting/pause', body: { message } })),
    resumeGranting: () => alertsOf(http.json({ method: 'POST', path: '/v1/granting/resume' })),
    leases: (query) => listOf(http.json({ method: 'GET', path: '/v1/leases', query }), 'leases'),
    nodes: () => listOf(http.json({ method: 'GET', path: '/v1/nodes' }), 'nodes'),
    node: (name) => thing(http.json({ method: 'GET', path: `/v1/nodes/${encodeURIComponent(name)}` }), 'id'),
    fleet: (wish, signal) => fleetOf(http, wish, signal),
    usage: (query) => listOf(http.json({ method: 'GET', path: '/v1/usage', query }), 'usage'),
    usageSums: (query) =>
      listOf(http.json({ method: 'GET', path: '/v1/usage/sums', query: { ...query } }), 'sums'),
    jobUsage: async (id) => (await http.json({ method: 'GET', path: `${job(id)}/usage` })) as UsageProofView,
    usageKey: async () =>
      (await http.json({ method: 'GET', path: '/v1/usage/key' })) as Omit<UsageProofView, 'records'>,
    ...steeringOf(http),
    tokens: () => listOf(http.json({ method: 'GET', path: '/v1/tokens' }), 'tokens'),
    createToken: async (body) =>
      (await http.json({ method: 'POST', path: '/v1/tokens', body })) as { token: TokenView; secret: string },
    async revokeToken(id) {
      await http.json({ method: 'POST', path: `/v1/tokens/${encodeURIComponent(id)}/revoke` });
    },
    close: () => http.close(),
  };
}

/** Routes with which operators steer: organisations' terms, rules for nodes, holds. */
import { z } from 'zod';
import { parseOrg } from '../../proto/ids.ts';
import { orgSizes } from '../records.ts';
import { integer } from './job-schema.ts';
import { type ApiPorts, json, nothing, type Route, route } from './route.ts';
import { holdSchema, nodeRulesSchema, orgSchema, poolSchema } from './steering-schema.ts';

const dayMs = 86_400_000;
const orgText = z
  .string('must be a string')
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be a-z, 0-9 and inner dashes, at most 40');
const message = z.string('must be a string').max(512);
const named = (name: string) => z.strictObject({ [name]: z.string().min(1).max(128) });
const limit = (max: number) => z.exactOptional(integer(0, max).nullable());
const time = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-11-01T00:00:00Z' });

const poolName = z.string('must be a string').regex(/^[A-Za-z0-9._-]{0,64}$/, 'has a malformed name');

const termsSchema = z
  .strictObject({
    size: z.exactOptional(z.enum(orgSizes, `must be one of ${orgSizes.join(', ')}`)),
    weight_milli: z.exactOptional(integer(1, 1_000_000).nullable()),
    max_cards: limit(1_000_000),
    max_card_hours: limit(1_000_000_000),
    max_open_jobs: limit(10_000_000),
    guaranteed_cards: z.exactOptional(integer(0, 1_000_000)),
  })
  .meta({ id: 'OrgTerms', description: 'What is missing stays as it is; null: no limit' });

const rulesSchema = z
  .strictObject({
    cordoned: z.exactOptional(z.boolean('must be true or false')),
    message: z.exactOptional(message),
    pool: z.exactOptional(poolName),
    orgs: z.exactOptional(z.array(orgText).max(256)),
    evacuate_ms: z.exactOptional(integer(0, dayMs)),
  })
  .meta({ id: 'NodeRules', description: 'What is missing stays as it is' });

const holdRequestSchema = z
  .strictObject({
    nodes: z.array(z.string().min(1).max(128)).max(10_000).default([]),
    cards: integer(0, 1_000_000).default(0),
    org: orgText.nullable().default(null),
    from: z.exactOptional(time),
    duration_ms: integer(1000, 366 * dayMs),
    message: message.default(''),
  })
  .meta({ id: 'HoldRequest' });

function orgRoutes({ steering }: ApiPorts): Route[] {
  const list = route(
    {
      method: 'GET',
      path: '/v1/orgs',
      name: 'listOrgs',
      summary: 'Organisations with their terms, use and share.',
      takes: { params: nothing, query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: z.object({ orgs: z.array(orgSchema) }) },
    },
    ({ by }) => json({ orgs: steering.orgs(by) }),
  );
  const set = route(
    {
      method: 'POST',
      path: '/v1/orgs/:org',
      name: 'setOrg',
      summary: "Sets an organisation's terms, for admins.",
      takes: { params: z.strictObject({ org: orgText }), query: nothing, body: termsSchema },
      status: 200,
      answers: { type: 'application/json', schema: orgSchema },
    },
    async ({ by, params, body }) => {
      const { size, weight_milli, max_cards, max_card_hours, max_open_jobs, guaranteed_cards } = body;
      const changes = {
        ...(size !== undefined && { size }),
        ...(weight_milli !== undefined && { weightMilli: weight_milli }),
        ...(max_cards !== undefined && { maxCards: max_cards }),
        ...(max_card_hours !== undefined && { maxCardHours: max_card_hours }),
        ...(max_open_jobs !== undefined && { maxOpenJobs: max_open_jobs }),
        ...(guaranteed_cards !== undefined && { guaranteedCards: guaranteed_cards }),
      };
      return json(await steering.setOrg(by, parseOrg(params.org), changes));
    },
  );
  return [list, set];
}

function nodeRoutes({ steering }: ApiPorts): Route[] {
  const set = route(
    {
      method: 'POST',
      path: '/v1/nodes/:node/rules',
      name: 'setNodeRules',
      summary:
        'Cordons a node, puts it into a pool, or takes its leases back (evacuate_ms: the notice), for operators.',
      takes: { params: named('node'), query: nothing, body: rulesSchema },
      status: 200,
      answers: { type: 'application/json', schema: nodeRulesSchema },
    },
    async ({ by, params, body }) => {
      const { orgs, evacuate_ms, ...rest } = body;
      const wish = {
        ...rest,
        ...(orgs !== undefined && { orgs: orgs.map(parseOrg) }),
        ...(evacuate_ms !== undefined && { evacuateMs: evacuate_ms }),
      };
      return json(await steering.setNode(by, String(params.node), wish));
    },
  );
  return [set];
}

function poolRoutes({ steering }: ApiPorts): Route[] {
  const list = route(
    {
      method: 'GET',
      path: '/v1/pools',
      name: 'listPools',
      summary: "Node pools, and how jobs that leave it to them are placed; '' is of no pool. For operators.",
      takes: { params: nothing, query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: z.object({ pools: z.array(poolSchema) }) },
    },
    ({ by }) => json({ pools: steering.pools(by) }),
  );
  const set = route(
    {
      method: 'POST',
      path: '/v1/pools',
      name: 'setPool',
      summary: 'Sets how jobs are placed that leave it to the pool that they ask for, for operators.',
      takes: {
        params: nothing,
        query: nothing,
        body: z
          .strictObject({
            pool: poolName.meta({ description: "'': jobs that ask for no pool" }),
            strategy: z.enum(['pack', 'spread'], "must be 'pack' or 'spread'"),
          })
          .meta({ id: 'PoolRules' }),
      },
      status: 200,
      answers: { type: 'application/json', schema: poolSchema },
    },
    async ({ by, body }) => json(await steering.setPool(by, body)),
  );
  return [list, set];
}

function holdRoutes({ steering, clock }: ApiPorts): Route[] {
  const list = route(
    {
      method: 'GET',
      path: '/v1/holds',
      name: 'listHolds',
      summary: 'Times for which nodes are kept back: maintenance and reservations.',
      takes: { params: nothing, query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: z.object({ holds: z.array(holdSchema) }) },
    },
    ({ by }) => json({ holds: steering.holds(by) }),
  );
  const make = route(
    {
      method: 'POST',
      path: '/v1/holds',
      name: 'createHold',
      summary:
        'Keeps nodes back for a time: from all (maintenance), or for one organisation, by node or as whole nodes with so many cards. For operators.',
      takes: { params: nothing, query: nothing, body: holdRequestSchema },
      status: 201,
      answers: { type: 'application/json', schema: holdSchema },
    },
    async ({ by, body }) => {
      const { nodes, cards, org, from, duration_ms, message } = body;
      const fromUnixMs = from === undefined ? Math.round(clock.wall()) : Date.parse(from);
      const untilUnixMs = fromUnixMs + duration_ms;
      const forOrg = org === null ? null : parseOrg(org);
      return json(
        await steering.hold(by, { nodes, cards, org: forOrg, fromUnixMs, untilUnixMs, message }),
        201,
      );
    },
  );
  const end = route(
    {
      method: 'POST',
      path: '/v1/holds/:hold/end',
      name: 'endHold',
      summary: 'Ends a hold, for operators.',
      takes: { params: named('hold'), query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: z.object({}) },
    },
    async ({ by, params }) => {
      await steering.endHold(by, String(params.hold));
      return json({});
    },
  );
  return [list, make, end];
}

/** The routes for operators. */
export function steeringRoutes(ports: ApiPorts): Route[] {
  return [...orgRoutes(ports), ...nodeRoutes(ports), ...poolRoutes(ports), ...holdRoutes(ports)];
}

/** Routes about tokens: make (the secret is in that one answer), list, revoke. */
import { z } from 'zod';
import { parseId, parseOrg } from '../../proto/ids.ts';
import { encodeJoinToken, formatApiToken } from '../../proto/join-token.ts';
import { makeToken } from '../auth/tokens.ts';
import { roles } from '../control.ts';
import { idParams } from './query.ts';
import { type ApiPorts, json, nothing, type Route, route } from './route.ts';
import { tokenSchema, tokenView } from './view-schema.ts';

const dayMs = 86_400_000;

const common = {
  name: z
    .string({ error: (issue) => (issue.input === undefined ? 'is needed' : 'must be a string') })
    .regex(/^[^\p{Cc}]{1,100}$/u, 'must have 1 to 100 printable characters'),
  org: z
    .exactOptional(
      z
        .string('must be a string')
        .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be a-z, 0-9 and inner dashes, at most 40'),
    )
    .meta({ description: 'missing: the organisation of the token that asks' }),
};

function life(min: number, max: number): z.ZodNumber {
  const bounds = `must be an integer from ${min} to ${max}`;
  return z.number(bounds).int(bounds).min(min, bounds).max(max, bounds);
}

const tokenRequestSchema = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({
        kind: z.literal('api'),
        ...common,
        role: z.enum(roles, `must be one of ${roles.join(', ')}`).default('tenant'),
        expires_in_ms: life(0, 3650 * dayMs)
          .default(365 * dayMs)
          .meta({ description: '0: never' }),
      }),
      z.strictObject({
        kind: z.literal('join'),
        ...common,
        expires_in_ms: life(1000, 30 * dayMs).default(dayMs),
      }),
    ],
    "must be 'api' or 'join'",
  )
  .meta({ id: 'TokenRequest' });

const madeSchema = z.object({
  token: tokenSchema,
  secret: z.string().meta({ description: 'slk_… or slj1_…; shown here and never again' }),
});

function create(ports: ApiPorts): Route {
  return route(
    {
      method: 'POST',
      path: '/v1/tokens',
      name: 'createToken',
      summary: 'Makes an API token, or a join token that enrols one node. For admins.',
      takes: { params: nothing, query: nothing, body: tokenRequestSchema },
      status: 201,
      answers: { type: 'application/json', schema: madeSchema },
    },
    async ({ by, body }) => {
      const now = ports.clock.wall();
      const wish = {
        kind: body.kind,
        name: body.name,
        org: body.org === undefined ? by.org : parseOrg(body.org),
        role: body.kind === 'api' ? body.role : ('' as const),
        expiresUnixMs: body.expires_in_ms === 0 ? 0 : now + body.expires_in_ms,
      };
      const { record, secret } = makeToken(wish, ports.random(52), now);
      await ports.control.putToken(by, record);
      const text =
        record.kind === 'api'
          ? formatApiToken({ tokenId: record.id, secret })
          : encodeJoinToken({
              url: ports.publicUrl(),
              caHash: ports.caHash,
              tokenId: record.id,
              secret,
              expiresUnixMs: record.expiresUnixMs,
            });
      return json({ token: tokenView(record), secret: text }, 201);
    },
  );
}

/** The routes about tokens. */
export function tokenRoutes(ports: ApiPorts): Route[] {
  const list = route(
    {
      method: 'GET',
      path: '/v1/tokens',
      name: 'listTokens',
      summary: 'Tokens of the organisation (for operators and admins: all), without their secrets.',
      takes: { params: nothing, query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: z.object({ tokens: z.array(tokenSchema) }) },
    },
    ({ by }) => json({ tokens: ports.control.tokens(by).map(tokenView) }),
  );
  const revoke = route(
    {
      method: 'POST',
      path: '/v1/tokens/:id/revoke',
      name: 'revokeToken',
      summary: 'Ends a token for good. For admins. May be repeated.',
      takes: { params: idParams('token'), query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: z.object({ revoked: z.literal(true) }) },
    },
    async ({ by, params }) => {
      await ports.control.revokeToken(by, parseId('token', params.id));
      return json({ revoked: true });
    },
  );
  return [create(ports), list, revoke];
}

/** Routes about usage: records, sums over all there is, and what proves them. */
import { z } from 'zod';
import { parseId, parseOrg } from '../../proto/ids.ts';
import type { Control } from '../control.ts';
import { idParams, limitText, offsetText, timeText } from './query.ts';
import { type ApiPorts, json, nothing, type Route, route } from './route.ts';
import { usageKeySchema, usageProofSchema, usageSchema, usageSumSchema } from './view-schema.ts';

const orgText = z.exactOptional(z.string().min(1).max(40));

function list(control: Control): Route {
  return route(
    {
      method: 'GET',
      path: '/v1/usage',
      name: 'listUsage',
      summary: 'Usage records, newest first.',
      takes: {
        params: nothing,
        query: z.strictObject({ since: timeText, limit: limitText }),
        body: nothing,
      },
      status: 200,
      answers: { type: 'application/json', schema: z.object({ usage: z.array(usageSchema) }) },
    },
    async ({ by, query }) =>
      json({ usage: await control.usage(by, { sinceUnixMs: query.since, limit: query.limit }) }),
  );
}

function sums(control: Control): Route {
  return route(
    {
      method: 'GET',
      path: '/v1/usage/sums',
      name: 'sumUsage',
      summary:
        'Sums of all usage records, by organisation, node, model or day; operators may ask for one organisation.',
      takes: {
        params: nothing,
        query: z.strictObject({
          by: z.enum(['org', 'node', 'model', 'day'], "must be 'org', 'node', 'model' or 'day'"),
          since: timeText,
          until: timeText,
          utc_offset: offsetText,
          org: orgText,
        }),
        body: nothing,
      },
      status: 200,
      answers: { type: 'application/json', schema: z.object({ sums: z.array(usageSumSchema) }) },
    },
    async ({ by, query }) =>
      json({
        sums: await control.usageSums(by, {
          by: query.by,
          sinceUnixMs: query.since,
          untilUnixMs: query.until === 0 ? Number.MAX_SAFE_INTEGER : query.until,
          utcOffsetMs: query.utc_offset,
          org: query.org === undefined ? null : parseOrg(query.org),
        }),
      }),
  );
}

function key(control: Control): Route {
  return route(
    {
      method: 'GET',
      path: '/v1/usage/key',
      name: 'usageKey',
      summary: 'The public key with which this scheduler signs usage records.',
      takes: { params: nothing, query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: usageKeySchema },
    },
    ({ by }) => json(control.usageKey(by)),
  );
}

function proof(control: Control): Route {
  return route(
    {
      method: 'GET',
      path: '/v1/jobs/:id/usage',
      name: 'jobUsage',
      summary: 'The usage records of one job, however old, with the signatures of node and scheduler.',
      takes: { params: idParams('job'), query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: usageProofSchema },
    },
    async ({ by, params }) => json(await control.jobUsage(by, parseId('job', params.id))),
  );
}

/** The routes about usage. */
export function usageRoutes({ control }: ApiPorts): Route[] {
  return [list(control), sums(control), key(control), proof(control)];
}

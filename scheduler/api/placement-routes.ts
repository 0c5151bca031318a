/** Routes about placement: why a job is where it is, and where one would go. */
import { parseId } from '../../proto/ids.ts';
import { jobRequestSchema, specOf } from './job-schema.ts';
import { idParams } from './query.ts';
import { type ApiPorts, json, nothing, type Route, route } from './route.ts';
import { placementSchema } from './view-schema.ts';

const answers = { type: 'application/json', schema: placementSchema } as const;

/** The routes about placement. */
export function placementRoutes({ control }: ApiPorts): Route[] {
  const explain = route(
    {
      method: 'GET',
      path: '/v1/jobs/:id/explain',
      name: 'explainJob',
      summary:
        'Why a job is on its node, as the pool is now; or what each group of nodes lacks for it and what would change that.',
      takes: { params: idParams('job'), query: nothing, body: nothing },
      status: 200,
      answers,
    },
    async ({ by, params }) => json(await control.explain(by, parseId('job', params.id))),
  );
  const plan = route(
    {
      method: 'POST',
      path: '/v1/plan',
      name: 'planJob',
      summary: 'Where a job would go if it were submitted now and were first in the queue. Submits nothing.',
      takes: { params: nothing, query: nothing, body: jobRequestSchema },
      status: 200,
      answers,
    },
    ({ by, body }) => json(control.plan(by, specOf(body))),
  );
  return [explain, plan];
}

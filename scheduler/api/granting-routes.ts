/** Routes about granting as a whole: what stands against it, pause and resume. */
import { z } from 'zod';
import { type ApiPorts, json, nothing, type Route, route } from './route.ts';
import { alertsSchema } from './view-schema.ts';

const takesNothing = { params: nothing, query: nothing, body: nothing };
const answers = { type: 'application/json', schema: alertsSchema } as const;

/** The routes about granting. */
export function grantingRoutes({ control }: ApiPorts): Route[] {
  const alerts = route(
    {
      method: 'GET',
      path: '/v1/alerts',
      name: 'listAlerts',
      summary: 'Whether leases are granted, and what stands against it.',
      takes: takesNothing,
      status: 200,
      answers,
    },
    ({ by }) => json(control.alerts(by)),
  );
  const pause = route(
    {
      method: 'POST',
      path: '/v1/granting/pause',
      name: 'pauseGranting',
      summary: 'Grants nothing until it is resumed, for operators. Leases that there are go on.',
      takes: {
        params: nothing,
        query: nothing,
        body: z.strictObject({ message: z.string('must be a string').max(512).default('') }),
      },
      status: 200,
      answers,
    },
    async ({ by, body }) => json(await control.pauseGranting(by, body.message)),
  );
  const resume = route(
    {
      method: 'POST',
      path: '/v1/granting/resume',
      name: 'resumeGranting',
      summary: 'Ends a pause, and the stop after a mass loss of nodes, for operators.',
      takes: takesNothing,
      status: 200,
      answers,
    },
    async ({ by }) => json(await control.resumeGranting(by)),
  );
  return [alerts, pause, resume];
}

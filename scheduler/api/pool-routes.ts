/** Routes about the pool: leases and nodes. */
import { z } from 'zod';
import { flagText, limitText } from './query.ts';
import { type ApiPorts, json, nothing, type Route, route } from './route.ts';
import { leaseSchema, nodeSchema } from './view-schema.ts';

/** The routes about leases and nodes. */
export function poolRoutes({ control }: ApiPorts): Route[] {
  const leases = route(
    {
      method: 'GET',
      path: '/v1/leases',
      name: 'listLeases',
      summary: 'Leases, newest first; those that live unless live=false.',
      takes: {
        params: nothing,
        query: z.strictObject({ live: flagText('true'), limit: limitText }),
        body: nothing,
      },
      status: 200,
      answers: { type: 'application/json', schema: z.object({ leases: z.array(leaseSchema) }) },
    },
    ({ by, query }) => json({ leases: control.leases(by, query) }),
  );
  const nodes = route(
    {
      method: 'GET',
      path: '/v1/nodes',
      name: 'listNodes',
      summary: 'Nodes with their accelerators and what is free.',
      takes: { params: nothing, query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: z.object({ nodes: z.array(nodeSchema) }) },
    },
    ({ by }) => json({ nodes: control.nodes(by) }),
  );
  return [leases, nodes];
}

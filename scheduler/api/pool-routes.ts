/** Routes about the pool: leases, nodes, and the fleet as a whole. */
import { z } from 'zod';
import { fleetEventSchema } from './fleet-schema.ts';
import { flagText, intervalText, limitText } from './query.ts';
import { type ApiPorts, json, nothing, type Route, route } from './route.ts';
import { jsonLines } from './stream.ts';
import { leaseSchema, nodeSchema } from './view-schema.ts';

function fleetRoute({ control }: ApiPorts): Route {
  return route(
    {
      method: 'GET',
      path: '/v1/fleet',
      name: 'watchFleet',
      summary:
        'Nodes, leases, waiting jobs and organisations in short: first all, then (follow=true) what has changed, every interval_ms. Every update ends with a `pool` line.',
      takes: {
        params: nothing,
        query: z.strictObject({ follow: flagText('false'), interval_ms: intervalText }),
        body: nothing,
      },
      status: 200,
      answers: { type: 'application/x-ndjson', schema: fleetEventSchema },
    },
    ({ by, query: { follow, interval_ms: intervalMs }, signal }) => {
      const chunks = jsonLines(control.fleet(by, { follow, intervalMs }, signal));
      return { kind: 'stream', type: 'application/x-ndjson; charset=utf-8', chunks };
    },
  );
}

/** The routes about leases, nodes and the fleet. */
export function poolRoutes(ports: ApiPorts): Route[] {
  const { control } = ports;
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
  const node = route(
    {
      method: 'GET',
      path: '/v1/nodes/:node',
      name: 'getNode',
      summary: 'One node, by its id or by a name that only one has.',
      takes: { params: z.strictObject({ node: z.string().min(1).max(128) }), query: nothing, body: nothing },
      status: 200,
      answers: { type: 'application/json', schema: nodeSchema },
    },
    ({ by, params }) => json(control.node(by, params.node)),
  );
  return [leases, nodes, node, fleetRoute(ports)];
}

/** Routes for everybody: is it alive, is it ready, what is it, what can it do. */
import { z } from 'zod';
import { capability, oldestSupported } from '../../proto/capability.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import { openapiDocument } from './openapi.ts';
import { type ApiPorts, json, openRoute, type Route } from './route.ts';

const status = z.object({ status: z.literal('ok') });
const version = z.object({
  name: z.literal('suanlink'),
  version: z.string(),
  protocol: z.object({ min: z.int(), max: z.int() }),
});

/** The routes without a token; `documented` are the others, for the document. */
export function openRoutes(ports: ApiPorts, documented: readonly Route[]): Route[] {
  const health = openRoute(
    {
      method: 'GET',
      path: '/healthz',
      name: 'health',
      summary: 'Answers while the process runs.',
      status: 200,
      answers: { type: 'application/json', schema: status },
    },
    () => json({ status: 'ok' }),
  );
  const ready = openRoute(
    {
      method: 'GET',
      path: '/readyz',
      name: 'ready',
      summary: 'Answers 200 while requests are taken, 503 while starting or stopping.',
      status: 200,
      answers: { type: 'application/json', schema: status },
    },
    () => {
      if (!ports.ready())
        throw new SuanlinkError('unavailable', 'the scheduler is starting or stopping; try again');
      return json({ status: 'ok' });
    },
  );
  const about = openRoute(
    {
      method: 'GET',
      path: '/v1/version',
      name: 'version',
      summary: 'The version of the scheduler and of the protocols that it speaks.',
      status: 200,
      answers: { type: 'application/json', schema: version },
    },
    () =>
      json({ name: 'suanlink', version: ports.version, protocol: { min: oldestSupported, max: capability } }),
  );
  const openapi = openRoute(
    {
      method: 'GET',
      path: '/v1/openapi.json',
      name: 'openapi',
      summary: 'This document.',
      status: 200,
      answers: { type: 'application/json', schema: z.record(z.string(), z.unknown()) },
    },
    () => json(openapiDocument([...documented, health, ready, about, openapi], ports.version)),
  );
  return [health, ready, about, openapi];
}

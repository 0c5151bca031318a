/**
 * The HTTP API (edge): serves routes over a server that is handed in, and turns everything that goes wrong into a typed
 * answer.
 *
 * A request passes token, schema, handler, in that order; nothing of a request without a good token is looked at but its
 * path. Bodies are JSON of at most 1 MiB. Streams follow the reader: a slow one holds back the watch, not our memory.
 */
import { type RequestListener, type Server, STATUS_CODES } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { SuanlinkError } from '../../proto/codes.ts';
import { authenticate } from '../auth/tokens.ts';
import type { Principal, TokenLookup } from '../control.ts';
import type { Log } from '../ports.ts';
import { errorAnswer, toSuanlinkError } from './errors.ts';
import { grantingRoutes } from './granting-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { openRoutes } from './open-routes.ts';
import { placementRoutes } from './placement-routes.ts';
import { poolRoutes } from './pool-routes.ts';
import type { Answer, ApiPorts, Route } from './route.ts';
import { steeringRoutes } from './steering-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import { usageRoutes } from './usage-routes.ts';

const bodyLimitBytes = 1024 * 1024;

/** Every route of the API, in the order of the documentation. */
function allRoutes(ports: ApiPorts): Route[] {
  const routes = [
    ...jobRoutes(ports),
    ...placementRoutes(ports),
    ...poolRoutes(ports),
    ...grantingRoutes(ports),
    ...steeringRoutes(ports),
    ...usageRoutes(ports),
    ...tokenRoutes(ports),
  ];
  return [...routes, ...openRoutes(ports, routes)];
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

/** A signal that is aborted when the client has gone before its answer was complete, or the scheduler stops. */
function goneSignal(reply: FastifyReply, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  // A connection also closes behind an answer that is complete; nobody listens then, and a reason costs a stack trace.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return AbortSignal.any([gone.signal, closing]);
}

function send(reply: FastifyReply, answer: Answer, log: Log): FastifyReply {
  if (answer.kind === 'json') return reply.code(answer.status).send(answer.body);
  const body = Readable.from(answer.chunks, { objectMode: false, highWaterMark: 256 * 1024 });
  // The status has gone out: all that is left is to cut the answer off, which its reader notices, and to say why here.
  body.once('error', (error) => log.warn('api stream failed', { request: reply.request.id, error }));
  return reply.code(200).header('cache-control', 'no-store').type(answer.type).send(body);
}

interface Serving {
  tokens: TokenLookup;
  ports: ApiPorts;
  log: Log;
}

function register(app: FastifyInstance, route: Route, { tokens, ports, log }: Serving): void {
  const principals = new WeakMap<FastifyRequest, Principal>();
  app.route({
    method: route.method,
    url: route.path,
    // Before the body is read: nobody without a token makes us parse a megabyte.
    onRequest: async (request) => {
      if (!route.open)
        principals.set(request, authenticate(request.headers.authorization, tokens, ports.clock.wall()));
    },
    handler: async (request, reply) => {
      const answer = await route.handle(principals.get(request), {
        params: request.params,
        query: request.query,
        body: request.body,
        idempotencyKey: headerText(request.headers['idempotency-key']),
        signal: goneSignal(reply, ports.closing),
      });
      return send(reply, answer, log);
    },
  });
}

/** Refuses what cannot be served, and says it in the log with more than the caller is told. */
function refuse(log: Log, caught: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toSuanlinkError(caught);
  const { status, body } = errorAnswer(error, request.id);
  const fields = {
    request: request.id,
    method: request.method,
    path: request.routeOptions.url ?? '',
    code: error.code,
  };
  if (error.code === 'internal') log.error('api request failed', { ...fields, error });
  else if (error.code === 'unauthenticated')
    log.warn('api request refused', { ...fields, from: request.ip, ...error.details });
  else log.debug('api request refused', { ...fields, message: error.message });
  if (error.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer');
  return reply.code(status).send(body);
}

/** The API on `server`, whose listener it becomes. Not listening; closing the server is the caller's. */
export async function createApi(
  makeServer: (listener: RequestListener) => Server | TlsServer,
  ports: ApiPorts,
  tokens: TokenLookup,
  log: Log,
): Promise<FastifyInstance> {
  const app = fastify({
    serverFactory: (listener) => makeServer(listener),
    bodyLimit: bodyLimitBytes,
    logger: false,
    clientErrorHandler,
    frameworkErrors: (caught, request, reply) => void refuse(log, caught, request, reply),
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 128, querystringParser: queryValues },
    genReqId: () => Buffer.from(ports.random(9)).toString('base64url'),
  });
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, body.toString(), done);
  });
  app.setErrorHandler((caught, request, reply) => refuse(log, caught, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const what = `${request.method} ${request.url.split('?')[0] ?? ''}`.slice(0, 200);
    const error = new SuanlinkError(
      'not_found',
      `the API has no ${what}; GET /v1/openapi.json lists what it has`,
    );
    return refuse(log, error, request, reply);
  });
  for (const route of allRoutes(ports)) register(app, route, { tokens, ports, log });
  await app.ready();
  return app;
}

/** What cannot be read as HTTP is answered in our form too, then cut off. */
function clientErrorHandler(cause: Error & { code?: string }, socket: Socket): void {
  if (cause.code === 'ECONNRESET' || socket.destroyed) return;
  const large = cause.code === 'HPE_HEADER_OVERFLOW';
  const error = large
    ? new SuanlinkError('too_large', 'the headers are over 16 KiB', { cause })
    : new SuanlinkError('invalid_argument', 'this is not an HTTP/1.1 request', { cause });
  const { status, body } = errorAnswer(error, '');
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n`;
  socket.end(head + text);
}

/** A query as a record: a key that is given twice keeps both, so that the schema refuses it. */
function queryValues(text: string): Record<string, unknown> {
  const params = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(params.keys())].map((key) => {
      const values = params.getAll(key);
      return [key, values.length === 1 ? values[0] : values];
    }),
  );
}

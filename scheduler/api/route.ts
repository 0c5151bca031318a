/**
 * What a route of the HTTP API is: a value. `app.ts` serves routes, `openapi.ts` documents them, and both read the same
 * schemas, so neither can say something the other does not.
 */
import { z } from 'zod';
import { SuanlinkError } from '../../proto/codes.ts';
import type { Control, Principal, Steering } from '../control.ts';
import type { Clock, Random } from '../ports.ts';
import { parse } from './parse.ts';

/** What handlers work with. */
export interface ApiPorts {
  control: Control;
  steering: Steering;
  clock: Clock;
  random: Random;
  /** The scheduler as others reach it, for join tokens: `https://host:port`. */
  publicUrl: () => string;
  /** SHA-256 (hex) of the certificate authority; '' without TLS. */
  caHash: string;
  version: string;
  /** Whether requests are taken: false while starting and stopping. */
  ready: () => boolean;
  /** Aborted when the scheduler stops: streams end then. */
  closing: AbortSignal;
}

/** A request as HTTP gave it, not yet checked. */
export interface RawRequest {
  params: unknown;
  query: unknown;
  body: unknown;
  /** The `Idempotency-Key` header. */
  idempotencyKey: string | undefined;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

/** What to send back. */
export type Answer =
  | { kind: 'json'; status: number; body: unknown }
  | { kind: 'stream'; type: string; chunks: AsyncIterable<string | Uint8Array> };

/** The schemas of what a route takes; a missing body counts as `{}`. */
export interface Takes<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
> {
  params: Params;
  query: Query;
  body: Body;
}

/** For a part of the request in which nothing is taken. */
export const nothing = z.strictObject({});

/** What stands in the documentation, and where the route is. */
interface Described {
  method: 'GET' | 'POST';
  /** With `:name` for parameters. */
  path: string;
  /** `operationId` in OpenAPI. */
  name: string;
  summary: string;
  /** Of the answer when all is well. */
  status: 200 | 201;
  answers: {
    type: 'application/json' | 'application/x-ndjson' | 'application/octet-stream';
    schema: z.ZodType;
  };
}

/** A route; `handle` checks the request of `by` (undefined: of anybody), then acts. Rejects with `SuanlinkError`. */
export interface Route extends Described {
  takes: Takes;
  /** Whether it is answered without a token. */
  open: boolean;
  handle(by: Principal | undefined, request: RawRequest): Promise<Answer>;
}

/** What a handler is given: everything checked. */
export interface Checked<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  by: Principal;
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  idempotencyKey: string | undefined;
  signal: AbortSignal;
}

/** A route for holders of a token. */
export function route<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>(
  described: Described & { takes: Takes<Params, Query, Body> },
  run: (request: Checked<Params, Query, Body>) => Promise<Answer> | Answer,
): Route {
  const { takes } = described;
  return {
    ...described,
    open: false,
    async handle(by, raw) {
      if (!by) throw new SuanlinkError('internal', `${described.path} was reached without a token`);
      const params = parse(takes.params, raw.params, 'the path');
      const query = parse(takes.query, raw.query, 'the query');
      const body = parse(takes.body, raw.body ?? {}, 'the body');
      const { idempotencyKey, signal } = raw;
      return run({ by, params, query, body, idempotencyKey, signal });
    },
  };
}

/** A route for everybody, which takes nothing. */
export function openRoute(described: Described, run: () => Answer): Route {
  const takes = { params: nothing, query: nothing, body: nothing };
  return { ...described, takes, open: true, handle: async () => run() };
}

/** A JSON answer. */
export function json(body: unknown, status = 200): Answer {
  return { kind: 'json', status, body };
}

/** The OpenAPI 3.1 document of the API, made from its routes and their schemas. Pure. */
import { z } from 'zod';
import { codes } from '../../proto/codes.ts';
import type { Route } from './route.ts';
import { errorSchema } from './view-schema.ts';

type Json = Record<string, unknown>;

const statuses: Record<string, string> = Object.fromEntries(
  [...new Set(Object.values(codes).map((facts) => facts.http))]
    .sort((a, b) => a - b)
    .map((http) => [
      String(http),
      Object.entries(codes)
        .filter(([, facts]) => facts.http === http)
        .map(([code, facts]) => `${code}: ${facts.meaning}`)
        .join('; '),
    ]),
);

/** A schema as JSON Schema whose named parts are moved to `components`. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const {
    $schema: _,
    $defs,
    ...made
  } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' });
  Object.assign(components, relink($defs ?? {}));
  return relink(made);
}

/** Names live under `components` in OpenAPI, not under `$defs`. */
function relink(value: object): Json {
  const text = JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/');
  const parsed: unknown = JSON.parse(text, (key, part: unknown) =>
    key === 'id' && typeof part === 'string' ? undefined : part,
  );
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
}

function parameters(route: Route, components: Json): Json[] {
  const of = (schema: z.ZodObject, place: 'path' | 'query'): Json[] =>
    Object.entries(schema.shape).map(([name, part]) => ({
      name,
      in: place,
      required: place === 'path',
      schema: jsonSchema(part as z.ZodType, 'input', components),
    }));
  const listed = [...of(route.takes.params, 'path'), ...of(route.takes.query, 'query')];
  if (route.name === 'submitJob' || route.name === 'submitArray')
    listed.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'A retried request with the same key finds its first job again.',
      schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
    });
  return listed;
}

function operation(route: Route, components: Json): Json {
  const answer = { schema: jsonSchema(route.answers.schema, 'output', components) };
  const takesBody =
    !(route.takes.body instanceof z.ZodObject) || Object.keys(route.takes.body.shape).length > 0;
  return {
    operationId: route.name,
    summary: route.summary,
    parameters: parameters(route, components),
    ...(takesBody
      ? {
          requestBody: {
            content: { 'application/json': { schema: jsonSchema(route.takes.body, 'input', components) } },
          },
        }
      : {}),
    ...(route.open ? { security: [] } : {}),
    responses: {
      [route.status]: { description: 'As asked.', content: { [route.answers.type]: answer } },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

/** The document; `version` is the scheduler's. */
export function openapiDocument(routes: readonly Route[], version: string): Json {
  const components: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, components) };
  }
  const error = jsonSchema(errorSchema, 'output', components);
  return {
    openapi: '3.1.0',
    info: {
      title: 'suanlink scheduler',
      version,
      description:
        'Names are snake_case; times RFC 3339 UTC, durations milliseconds, money micro-yuan. Fields may be added, never changed. Every error has the body `Error`; `code` is one of a closed table.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'slk_…' } },
      responses: {
        Error: {
          description: Object.entries(statuses)
            .map(([status, meaning]) => `${status}: ${meaning}`)
            .join('\n'),
          content: { 'application/json': { schema: error } },
        },
      },
      schemas: components,
    },
  };
}

/** Parts that many routes take: ids in paths, and numbers and flags in queries, where everything is text. */
import { z } from 'zod';

/** Text in a query as a count of at most 2^53 - 1; missing: 0. */
export const countText = z
  .string('must be given once')
  .regex(/^\d{1,15}$/, 'must be a count')
  .default('0')
  .transform(Number)
  .meta({ type: 'integer', minimum: 0, default: 0 });

/** `limit`: 1 to 1000; missing: 100. */
export const limitText = z
  .string('must be given once')
  .regex(/^(?:[1-9]\d{0,2}|1000)$/, 'must be from 1 to 1000')
  .default('100')
  .transform(Number)
  .meta({ type: 'integer', minimum: 1, maximum: 1000, default: 100 });

/** `interval_ms`: 1000 to 60000; missing: 2000. */
export const intervalText = z
  .string('must be given once')
  .regex(/^(?:[1-9]\d{3}|[1-5]\d{4}|60000)$/, 'must be from 1000 to 60000')
  .default('2000')
  .transform(Number)
  .meta({ type: 'integer', minimum: 1000, maximum: 60_000, default: 2000 });

/** `true` or `false` in a query. */
export function flagText(missing: 'true' | 'false') {
  return z
    .enum(['true', 'false'], 'must be true or false')
    .default(missing)
    .transform((word) => word === 'true')
    .meta({ type: 'boolean', default: missing === 'true' });
}

/** An RFC 3339 time in a query, as unix ms; missing: 0. */
export const timeText = z
  .string('must be given once')
  .refine(
    (text) => text === '' || (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))),
    'must be a time such as 2026-11-23T08:00:00Z',
  )
  .default('')
  .transform((text) => (text === '' ? 0 : Date.parse(text)))
  .meta({ format: 'date-time' });

/** An offset from UTC in a query, such as +08:00, as ms; missing: 0. */
export const offsetText = z
  .string('must be given once')
  .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/, 'must be an offset such as +08:00')
  .default('+00:00')
  .transform((text) => {
    const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4));
    return (text.startsWith('-') ? -minutes : minutes) * 60_000;
  })
  .meta({ examples: ['+08:00'] });

function idText(kind: 'job' | 'lease' | 'token') {
  return z
    .string()
    .regex(new RegExp(`^${kind}-[a-z2-7]{20}$`), `must be a ${kind} id (${kind}- and 20 letters)`);
}

/** One of a job's leases in a query; may be left out. */
export const leaseText = z.exactOptional(idText('lease'));

/** The `:id` of a path. */
export function idParams(kind: 'job' | 'token') {
  return z.strictObject({ id: idText(kind) });
}

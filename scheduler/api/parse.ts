/** Values from outside through a zod schema: the value in its type, or one `invalid_argument` that says where and what. */
import { z } from 'zod';
import { SuanlinkError } from '../../proto/codes.ts';
import { nearest } from './nearest.ts';

/** At most this many problems are told at once. */
const maxProblems = 3;

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

/** The keys that the object at `path` of `schema` may have, for "did you mean". */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const part of path) {
    at = unwrap(at);
    if (at instanceof z.ZodObject) at = at.shape[String(part)];
    else if (at instanceof z.ZodArray) at = at.element;
    else return [];
  }
  const found = unwrap(at);
  const choices = found instanceof z.ZodDiscriminatedUnion ? found.options : [found];
  return choices.flatMap((choice) => (choice instanceof z.ZodObject ? Object.keys(choice.shape) : []));
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  return schema;
}

interface Problem {
  path: string;
  problem: string;
  suggestion: string | undefined;
}

function problemsOf(schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    if (issue.code !== 'unrecognized_keys')
      return [{ path: pathText(issue.path), problem: issue.message, suggestion: undefined }];
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      problem: 'no such field',
      suggestion: nearest(key, known),
    }));
  });
}

/** `value` as `schema` reads it (defaults filled in); `what` names it in the message when the value as a whole is wrong.
 * Throws `invalid_argument` with `path`, `problem` and `suggestion` of the first problem in its details. */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = problemsOf(schema, result.error.issues);
  const told = problems.slice(0, maxProblems).map(({ path, problem, suggestion }) => {
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    return `${path === '' ? what : path}: ${problem}${hint}`;
  });
  if (problems.length > maxProblems) told.push(`and ${problems.length - maxProblems} more`);
  const first = problems[0];
  throw new SuanlinkError('invalid_argument', told.join('; '), {
    details: {
      path: first?.path ?? '',
      problem: first?.problem ?? '',
      ...(first?.suggestion === undefined ? {} : { suggestion: first.suggestion }),
    },
  });
}

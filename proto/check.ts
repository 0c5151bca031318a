/** Checks for values that come from outside: each returns its argument in the wanted type or throws `protocol_error`. */
import { SuanlinkError } from './codes.ts';

function fail(name: string, problem: string): never {
  throw new SuanlinkError('protocol_error', `${name} ${problem}`);
}

/** A string of at most `max` UTF-16 units without NUL. */
export function text(value: unknown, name: string, max = 1024): string {
  if (typeof value !== 'string') fail(name, 'is not a string');
  if (value.length > max) fail(name, `is longer than ${max} characters`);
  if (value.includes('\0')) fail(name, 'contains a NUL character');
  return value;
}

/** One of `words`. */
export function word<Word extends string>(value: unknown, name: string, words: readonly Word[]): Word {
  const found = words.find((known) => known === value);
  return found ?? fail(name, `is ${JSON.stringify(value)}, not one of ${words.join(', ')}`);
}

/** An integer from 0 to `max` (default 2^53 - 1: what a 64-bit field may hold without losing digits here). */
export function count(value: unknown, name: string, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) fail(name, 'is not a count');
  if (value > max) fail(name, `is over ${max}`);
  return value;
}

/** An integer between `min` and `max`. */
export function integer(
  value: unknown,
  name: string,
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) fail(name, 'is not an integer');
  if (value < min || value > max) fail(name, `is not within ${min}..${max}`);
  return value;
}

/** Bytes of exactly `length`, or of at most `max`. */
export function bytes(value: unknown, name: string, size: { exactly: number } | { max: number }): Uint8Array {
  if (!(value instanceof Uint8Array)) fail(name, 'is not bytes');
  if ('exactly' in size && value.length !== size.exactly)
    fail(name, `is ${value.length} bytes, not ${size.exactly}`);
  if ('max' in size && value.length > size.max) fail(name, `is over ${size.max} bytes`);
  return value;
}

/** A list of at most `max` elements, each read by `read`. */
export function list<From, To>(
  value: readonly From[] | null | undefined,
  name: string,
  max: number,
  read: (item: From, name: string) => To,
): To[] {
  const items = value ?? [];
  if (items.length > max) fail(name, `has ${items.length} elements, more than ${max}`);
  return items.map((item, i) => read(item, `${name}[${i}]`));
}

/** A string map of at most `max` entries with values of at most `valueMax` characters, without a prototype's keys. */
export function stringMap(
  value: Record<string, string> | null | undefined,
  name: string,
  max: number,
  valueMax: number,
): Record<string, string> {
  const entries = Object.entries(value ?? {});
  if (entries.length > max) fail(name, `has ${entries.length} entries, more than ${max}`);
  const safe: [string, string][] = entries.map(([key, item]) => [
    text(key, `a key of ${name}`, 256),
    text(item, `${name}.${key}`, valueMax),
  ]);
  return Object.fromEntries(safe);
}

/** Structured log on stderr (edge): pino's lines, or short text for a person at a terminal. */
import pino from 'pino';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { Log } from '../log.ts';

function plain(fields: Record<string, unknown> | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([key, value]) => [
      key,
      value instanceof Error ? describe(value) : value,
    ]),
  );
}

/** An error with its causes in one line: `code: message ← cause ← cause`. */
export function describe(error: Error): string {
  const own = error instanceof SuanlinkError ? `${error.code}: ${error.message}` : error.message;
  return error.cause instanceof Error && !own.includes(error.cause.message)
    ? `${own} ← ${describe(error.cause)}`
    : own;
}

function textLine(level: string, event: string, fields: Record<string, unknown>): string {
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${new Date().toISOString().slice(11, 23)} ${level.padEnd(5)} ${event} ${rest.join(' ')}\n`;
}

/** A log at `level` and above, which is asked for at every line; `json` for machines, `text` for people. */
export function createLog(
  format: 'json' | 'text',
  level: () => 'debug' | 'info' | 'warn' | 'error',
  base: Record<string, unknown> = {},
): Log {
  const order = { debug: 20, info: 30, warn: 40, error: 50 };
  const sink =
    format === 'json'
      ? pino({ level: 'debug', messageKey: 'event', base: null }, pino.destination({ fd: 2, sync: true }))
      : undefined;
  const write = (at: keyof typeof order, event: string, fields?: Record<string, unknown>): void => {
    if (order[at] < order[level()]) return;
    const all = plain({ ...base, ...fields });
    if (sink) sink[at](all, event);
    else process.stderr.write(textLine(at, event, all));
  };
  return {
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    child: (fields) => createLog(format, level, { ...base, ...fields }),
  };
}

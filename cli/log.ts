/** The log of a foreground daemon on stderr: pino's lines for machines, short text for people. */
import pino from 'pino';
import { SuanlinkError } from '../proto/codes.ts';

const order = { debug: 20, info: 30, warn: 40, error: 50 };
type Level = keyof typeof order;
type Write = (event: string, fields?: Record<string, unknown>) => void;

/** An error with its causes in one line. */
function chain(error: Error): string {
  const own =
    error instanceof SuanlinkError ? `${error.code}: ${error.message}` : (error.stack ?? error.message);
  return error.cause instanceof Error && !own.includes(error.cause.message)
    ? `${own} ← ${chain(error.cause)}`
    : own;
}

function flat(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? chain(value) : value]),
  );
}

function textLine(level: string, event: string, fields: Record<string, unknown>): string {
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${new Date().toISOString().slice(11, 23)} ${level.padEnd(5)} ${event}${rest.join('')}\n`;
}

/** A log at `level` and above. */
export function createLog(format: 'json' | 'text', level: Level): Record<Level, Write> {
  const sink =
    format === 'json'
      ? pino({ level, messageKey: 'event', base: null }, pino.destination({ fd: 2, sync: true }))
      : undefined;
  const at =
    (own: Level): Write =>
    (event, fields = {}) => {
      if (sink) sink[own](flat(fields), event);
      else if (order[own] >= order[level]) process.stderr.write(textLine(own, event, flat(fields)));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** The log of a foreground daemon on stderr: pino's lines for machines, short text for people and for systemd's journal. */
import { fstatSync } from 'node:fs';
import pino from 'pino';
import { SuanlinkError } from '../proto/codes.ts';
import { isJournal, journalLine, type LogLevel, Repeats, terminalLine } from '../proto/log-line.ts';

const order = { debug: 20, info: 30, warn: 40, error: 50 };
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

/** A log at `level` and above, which is asked for at every line. */
export function createLog(format: 'json' | 'text', level: () => LogLevel): Record<LogLevel, Write> {
  const sink =
    format === 'json'
      ? pino({ level: 'debug', messageKey: 'event', base: null }, pino.destination({ fd: 2, sync: true }))
      : undefined;
  const journal = isJournal(process.env['JOURNAL_STREAM'], fstatSync(2));
  const repeats = new Repeats();
  const at =
    (own: LogLevel): Write =>
    (event, fields = {}) => {
      if (order[own] < order[level()]) return;
      for (const line of repeats.take({ level: own, event, fields: flat(fields) }, performance.now())) {
        if (sink) sink[line.level](line.fields, line.event);
        else process.stderr.write(journal ? journalLine(line) : terminalLine(line, new Date().toISOString()));
      }
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

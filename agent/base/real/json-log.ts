/** Structured log on stderr (edge): pino's lines, or short text for a person at a terminal or for systemd's journal. */
import { fstatSync } from 'node:fs';
import pino from 'pino';
import { SuanlinkError } from '../../../proto/codes.ts';
import { isJournal, journalLine, type LogLevel, Repeats, terminalLine } from '../../../proto/log-line.ts';
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
  const journal = isJournal(process.env.JOURNAL_STREAM, fstatSync(2));
  const repeats = new Repeats();
  const write = (at: LogLevel, event: string, fields?: Record<string, unknown>): void => {
    if (order[at] < order[level()]) return;
    const asked = { level: at, event, fields: plain({ ...base, ...fields }) };
    for (const line of repeats.take(asked, performance.now())) {
      if (sink) sink[line.level](line.fields, line.event);
      else process.stderr.write(journal ? journalLine(line) : terminalLine(line, new Date().toISOString()));
    }
  };
  return {
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    child: (fields) => createLog(format, level, { ...base, ...fields }),
  };
}

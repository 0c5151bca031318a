/**
 * Lines of a log, the same for every daemon. Pure.
 *
 * A line that says the same as one before, word for word, is written five times in half a minute; what comes beyond is counted,
 * and the count is told (`repeated=…`) once the half minute is over: a loop that fails all the time cannot fill a disk, and
 * nothing is hidden. Debug lines are never held back.
 */

/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line before it is written. */
export interface LogLine {
  level: LogLevel;
  event: string;
  fields: Record<string, unknown>;
}

/** Priorities of syslog(3), as systemd reads them at the head of a line (sd-daemon(3)). */
const priorities: Record<LogLevel, number> = { debug: 7, info: 6, warn: 4, error: 3 };

function pairs(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}

/** Text for a person at a terminal, with the time of day of `at` (ISO). */
export function terminalLine({ level, event, fields }: LogLine, at: string): string {
  return `${at.slice(11, 23)} ${level.padEnd(5)} ${event}${pairs(fields)}\n`;
}

/** One line for the journal, which knows the time and takes the priority off; the lines of a text stay together. */
export function journalLine({ level, event, fields }: LogLine): string {
  return `<${priorities[level]}>${event}${pairs(fields)}`.replaceAll('\n', ' | ') + '\n';
}

/** Whether `stream` (JOURNAL_STREAM, `device:inode`) is where a process's own output goes. */
export function isJournal(stream: string | undefined, own: { dev: number; ino: number }): boolean {
  return stream === `${own.dev}:${own.ino}`;
}

const burst = 5;
const windowMs = 30_000;
/** Different lines that are remembered; the oldest are told and forgotten first. */
const maxKnown = 200;

interface Known {
  line: LogLine;
  since: number;
  written: number;
  dropped: number;
}

/** Holds back what is said again and again; times are monotonic ms. */
export class Repeats {
  readonly #known = new Map<string, Known>();

  /** The lines to write now, in order: counts whose time is over, then `line` itself unless it is held back. */
  take(line: LogLine, now: number): LogLine[] {
    const due = this.#over(now);
    if (line.level === 'debug') return [...due, line];
    const key = `${line.level} ${line.event}${pairs(line.fields)}`;
    const known = this.#known.get(key);
    if (!known) {
      this.#known.set(key, { line, since: now, written: 1, dropped: 0 });
      return [...due, line];
    }
    if (known.written >= burst) {
      known.dropped += 1;
      return due;
    }
    known.written += 1;
    return [...due, line];
  }

  /** Forgets what is old, and what is too much; those of which something was held back are told. */
  #over(now: number): LogLine[] {
    const told: LogLine[] = [];
    for (const [key, { line, since, dropped }] of this.#known) {
      // The oldest come first.
      if (now - since < windowMs && this.#known.size <= maxKnown) break;
      this.#known.delete(key);
      if (dropped > 0) told.push({ ...line, fields: { ...line.fields, repeated: dropped } });
    }
    return told;
  }
}

/** What happened, for people: the last lines, and how often each fault came. */
import type { Log } from '../../agent/base/log.ts';

const kept = 4000;

/** A run's story. */
export class Story {
  readonly faults = new Map<string, number>();
  #lines: string[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** One line with its moment. */
  tell(who: string, what: string): void {
    this.#lines.push(`${(this.#now() / 1000).toFixed(3).padStart(9)} s  ${who.padEnd(10)} ${what}`);
    if (this.#lines.length > 2 * kept) this.#lines = this.#lines.slice(-kept);
  }

  /** A fault has struck. */
  fault(kind: string, who: string, what = ''): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
    this.tell(who, `*** ${kind}${what === '' ? '' : `: ${what}`}`);
  }

  /** The last `count` lines that speak of one of `words`, and every fault between them. */
  lines(words: readonly string[], count: number): string[] {
    const about = this.#lines.filter(
      (line) => line.includes('***') || words.length === 0 || words.some((word) => line.includes(word)),
    );
    return about.slice(-count);
  }

  /** A log whose lines become part of the story. */
  log(who: string): Log {
    const at =
      (level: string) =>
      (event: string, fields: Record<string, unknown> = {}): void =>
        this.tell(who, `${level}${event} ${Object.entries(fields).map(shown).join(' ')}`);
    const log: Log = { debug: () => {}, info: at(''), warn: at('! '), error: at('!! '), child: () => log };
    return log;
  }
}

function shown([name, value]: [string, unknown]): string {
  if (value instanceof Error) return `${name}=${value.message}`;
  return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

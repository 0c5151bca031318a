/** The built program in a real pseudo-terminal, and what that terminal shows. */
import { spawn, type IPty } from 'node-pty';
import headless from '@xterm/headless';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../dist/suanlink');

/** How the program is started. */
export interface Start {
  args: readonly string[];
  /** Another program. */
  command?: string;
  cols?: number;
  rows?: number;
  env?: Record<string, string>;
}

/** A terminal with the program in it. */
export interface Terminal {
  /** The rows as they are seen, without trailing blanks. */
  rows(): string[];
  /** All rows as one text. */
  text(): string;
  /** Everything that was sent to the terminal. */
  sent(): string;
  /** Bytes that were sent so far. */
  bytes(): number;
  type(text: string): void;
  resize(cols: number, rows: number): void;
  kill(signal: string): void;
  pid: number;
  /** Resolves when the screen matches. */
  shows(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Resolves when the screen does not match. */
  hides(pattern: RegExp, withinMs?: number): Promise<void>;
  /** Resolves when `part` of the screen is no longer what it was. */
  changes(part: (rows: readonly string[]) => string, before: string, withinMs?: number): Promise<void>;
  /** Resolves when nothing has been sent for so long. */
  still(ms?: number): Promise<void>;
  /** The terminal's cells. */
  buffer(): headless.Terminal;
  ended: Promise<{ exitCode: number; signal: number | undefined }>;
}

/** Starts `suanlink ARGS` in a terminal of that size. */
export function openTerminal({ args, command = program, cols = 80, rows = 24, env = {} }: Start): Terminal {
  const screen = new headless.Terminal({ cols, rows, allowProposedApi: true, scrollback: 200 });
  const pty: IPty = spawn(command, [...args], {
    name: env['TERM'] ?? 'xterm-256color',
    cols,
    rows,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/dev/null',
      LANG: 'en_US.UTF-8',
      TZ: 'UTC',
      ...env,
    },
  });
  let sent = '';
  let bytes = 0;
  let heardAt = Date.now();
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const check of waiting) check();
  };
  pty.onData((data) => {
    sent += data;
    bytes += Buffer.byteLength(data);
    heardAt = Date.now();
    screen.write(data, look);
  });
  const ended = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    // When the terminal has taken in the last that was sent, too.
    pty.onExit(({ exitCode, signal }) => screen.write('', () => resolve({ exitCode, signal })));
  });
  const seen = (): string[] => {
    const { active } = screen.buffer;
    return Array.from({ length: screen.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  };
  const until = <T>(check: () => T | undefined, what: string, withinMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(attempt);
        reject(new Error(`${what} within ${withinMs} ms; the screen:\n${seen().join('\n')}`));
      }, withinMs);
      const attempt = (): void => {
        const found = check();
        if (found === undefined) return;
        clearTimeout(timer);
        waiting.delete(attempt);
        resolve(found);
      };
      waiting.add(attempt);
      attempt();
    });
  return {
    pid: pty.pid,
    rows: seen,
    text: () => seen().join('\n'),
    sent: () => sent,
    bytes: () => bytes,
    type: (text) => pty.write(text),
    resize(toCols, toRows) {
      screen.resize(toCols, toRows);
      pty.resize(toCols, toRows);
    },
    kill: (signal) => pty.kill(signal),
    shows: (pattern, withinMs = 5000) =>
      until(() => pattern.exec(seen().join('\n')) ?? undefined, `${pattern} not shown`, withinMs),
    hides: async (pattern, withinMs = 5000) => {
      await until(
        () => (pattern.test(seen().join('\n')) ? undefined : true),
        `${pattern} still shown`,
        withinMs,
      );
    },
    async changes(part, before, withinMs = 5000) {
      const differs = (): true | undefined => (part(seen()) === before ? undefined : true);
      await until(differs, `still ${JSON.stringify(before)}`, withinMs);
    },
    async still(ms = 150) {
      while (Date.now() - heardAt < ms) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    buffer: () => screen,
    ended,
  };
}

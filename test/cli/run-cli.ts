/** The command line as a real child process, for tests. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../cli/main.ts');
/** What children have compiled: they start in half the time. */
const cache = join(tmpdir(), 'suanlink-test-compile-cache');

/** How a child ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: string;
}

/** A child that may still run. */
export interface Running {
  ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when stdout and stderr together match, with the match. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Closes our end of its stdout, as `| head` does. */
  closeStdout(): void;
}

/** Starts `suanlink ARGS` with nothing of this process's environment but PATH and HOME. */
export function start(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, ['--', main, ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: cache,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  let said = '';
  let stderr = '';
  let wake = (): void => {};
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
    wake();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    hear(chunk);
  });
  child.stdout.on('error', () => {});
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    hear(chunk);
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, stdout: Buffer.concat(out), stderr })),
  );
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    closeStdout: () => child.stdout.destroy(),
    async says(pattern) {
      for (;;) {
        const match = pattern.exec(said);
        if (match) return match;
        const more = new Promise<'more'>((resolve) => {
          wake = () => resolve('more');
        });
        if ((await Promise.race([more, ended])) !== 'more' && !pattern.test(said))
          throw new Error(`it ended without saying ${pattern}:\n${said}`);
      }
    },
  };
}

/** Runs `suanlink ARGS` to its end. */
export function suanlink(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return start(args, env).ended;
}

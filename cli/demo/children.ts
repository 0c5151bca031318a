/** The demo's own processes (edge): started in groups of their own, so that Ctrl-C reaches the demo alone and it can take
 * them down in order; each is ended by its pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { SuanlinkError } from '../../proto/codes.ts';
import { self } from '../self.ts';

/** A background process of ours. */
export interface Background {
  /** Throws with its last words when it has ended. */
  check(): void;
  end(): Promise<void>;
}

/** Starts this program with `args` in the background; its words are kept for the error message. */
export function background(args: readonly string[]): Background {
  const [command = '', ...first] = self();
  const child = spawn(command, [...first, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let words = '';
  const keep = (chunk: Buffer): void => {
    words = (words + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    check() {
      if (isOver(child))
        throw new SuanlinkError('unavailable', `suanlink ${args[0]} ended by itself:\n${words.trim()}`);
    },
    async end() {
      if (!isOver(child)) child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await gone;
      clearTimeout(late);
    },
  };
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Runs this program to its end; `out` inherits the terminal, otherwise stdout comes back as text. */
export function foreground(
  args: readonly string[],
  env: Record<string, string>,
  out: 'inherit' | 'text',
  signal: AbortSignal,
): Promise<{ code: number; text: string }> {
  const [command = '', ...first] = self();
  const child = spawn(command, [...first, ...args], {
    stdio: ['ignore', out === 'inherit' ? 'inherit' : 'pipe', 'inherit'],
    env: { ...process.env, ...env },
    detached: true,
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', stop);
      resolve({ code: code ?? 1, text });
    });
  });
}

/**
 * A program in a pseudo-terminal of its own that has the whole screen and all keys until it ends (edge): the shell in a
 * lease's container. node-pty is loaded only now; it is native, and where it is missing the rest of the view works.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { ShellCommand } from './model/shell-command.ts';

/** Runs `command` on this terminal until it ends; its exit code. `unavailable` when no pseudo-terminal can be had or the
 * program cannot be started. */
export async function visit(
  command: ShellCommand,
  size: () => { cols: number; rows: number },
): Promise<number> {
  const { spawn } = await loadPty();
  const { stdin, stdout } = process;
  const ended = Promise.withResolvers<number>();
  let pty: ReturnType<typeof spawn>;
  try {
    pty = spawn(command.file, command.args, {
      name: process.env['TERM'] ?? 'xterm',
      ...size(),
      env: process.env,
    });
  } catch (cause) {
    throw new SuanlinkError('unavailable', `${command.file} cannot be started`, { cause });
  }
  // Read as Ink reads, without making the stream flow: one that has flowed and is paused does not wake up for Ink again.
  const typed = (): void => {
    for (;;) {
      const data: unknown = stdin.read();
      if (typeof data === 'string' || Buffer.isBuffer(data)) pty.write(data.toString());
      else return;
    }
  };
  const resized = (): void => {
    const { cols, rows } = size();
    pty.resize(cols, rows);
  };
  pty.onData((text) => void stdout.write(text));
  pty.onExit(({ exitCode }) => ended.resolve(exitCode));
  stdin.setRawMode(true);
  stdin.ref();
  stdin.on('readable', typed);
  stdout.on('resize', resized);
  try {
    return await ended.promise;
  } finally {
    stdin.off('readable', typed);
    stdout.off('resize', resized);
  }
}

type NodePty = typeof import('node-pty');

async function loadPty(): Promise<NodePty> {
  try {
    const loaded: NodePty & { default?: NodePty } = await import('node-pty');
    // In a bundle what a CommonJS package exports is under `default` alone.
    return loaded.default ?? loaded;
  } catch (cause) {
    throw new SuanlinkError('unavailable', 'this build has no pseudo-terminals (node-pty is not installed)', {
      cause,
    });
  }
}

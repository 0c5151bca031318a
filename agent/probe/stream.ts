/**
 * Keeps one looping vendor tool running (edge): a child that prints sample after sample costs a hundredth of starting
 * the tool for each. Such a child has no deadline, so three other things end it: silence, junk, and a buffer that grows
 * without a whole sample in it. One call is one child; the watcher decides when the next one starts, because between two
 * children it looks at the inventory.
 */
import {
  drainMs,
  end,
  killGroup,
  launch,
  privateDirectory,
  release,
  removeDirectory,
  type RunOptions,
} from './exec.ts';

/** How a stream is read. */
export interface StreamOptions
  extends Pick<RunOptions, 'killAfterMs' | 'abandonAfterMs' | 'kill' | 'path' | 'onReaped'> {
  /** Takes text as it comes. `sample`: something useful was in it; `part`: not yet; `junk`: it made no sense. */
  onText(text: string): 'sample' | 'part' | 'junk';
  signal: AbortSignal;
  /** Without a sample for this long the child is ended; 10 s. */
  silenceMs?: number;
  /** This many `junk` answers without a sample between them end the child; 20. */
  maxJunk?: number;
}

/** Why a stream ended. `aborted` is the only wanted end. */
export interface StreamEnd {
  why: 'aborted' | 'exited' | 'silent' | 'junk' | 'abandoned' | 'missing' | 'busy';
  /** Exit code and the tool's last words, for people. */
  detail: string;
}

const maxStderr = 2048;

function attend(child: ReturnType<typeof launch>, options: StreamOptions): Promise<StreamEnd> {
  const { signal, silenceMs = 10_000, maxJunk = 20 } = options;
  return new Promise((resolve) => {
    let why: StreamEnd['why'] = 'exited';
    let cancelEnd: (() => void) | undefined;
    let draining: NodeJS.Timeout | undefined;
    let junk = 0;
    let stderr = '';
    const settle = (last: StreamEnd['why'], detail: string): void => {
      clearTimeout(silence);
      clearTimeout(draining);
      cancelEnd?.();
      signal.removeEventListener('abort', onAbort);
      release(child);
      resolve({ why: last, detail: [detail, stderr.trim()].filter((part) => part !== '').join(': ') });
    };
    const stop = (reason: StreamEnd['why']): void => {
      if (cancelEnd) return;
      why = reason;
      cancelEnd = end(child, options, () => settle('abandoned', `${reason}, and it did not end when killed`));
    };
    const onAbort = (): void => stop('aborted');
    const silence = setTimeout(() => stop('silent'), silenceMs);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();

    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      if (cancelEnd) return;
      const result = options.onText(text);
      if (result === 'sample') {
        junk = 0;
        silence.refresh();
      } else if (result === 'junk' && ++junk >= maxJunk) stop('junk');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-maxStderr);
    });
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      options.onReaped?.();
      settle('missing', error.message);
    });
    const ended = (code: number | null, endedBy: string | null): void =>
      settle(why, why === 'exited' ? `exit ${code ?? endedBy}` : '');
    child.once('exit', (code, endedBy) => {
      options.onReaped?.();
      cancelEnd?.();
      if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
      draining = setTimeout(() => ended(code, endedBy), drainMs);
    });
    child.once('close', ended);
  });
}

/** Runs one looping child until it ends for whatever reason. Never throws. */
export async function streamTool(
  path: string,
  args: readonly string[],
  options: StreamOptions,
): Promise<StreamEnd> {
  const directory = await privateDirectory();
  try {
    const child = launch(path, args, directory === '' ? '/' : directory, options.path);
    return await attend(child, options);
  } catch (error) {
    options.onReaped?.();
    return { why: 'missing', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    if (directory !== '') await removeDirectory(directory);
  }
}

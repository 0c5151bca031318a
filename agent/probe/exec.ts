/**
 * Runs a vendor tool once (edge). The only file that starts processes for probes; `stream.ts` uses `launch` and `end`.
 *
 * The problem: vendor tools hang. A wedged driver leaves `nvidia-smi` in the kernel (D state), where neither SIGTERM nor
 * SIGKILL reaches it; others flood their output, leave children that hold the pipes open, write into the directory they
 * stand in, or behave otherwise with another locale. An agent that waits for such a tool is dead for its leases.
 *
 * How it works: every run has a deadline. Then the whole process group gets SIGTERM, after two seconds SIGKILL, and one
 * second later the child is *abandoned*: the promise is answered, the pipes are closed, and the event loop no longer
 * waits for the child. `onReaped` is called when the kernel gives it back after all (minutes or days later, or never), so
 * that the caller never starts a second one beside it. Ground rules: `runTool` never throws and never takes longer than
 * its deadline and three seconds and a bit; output is capped; a tool sees a fixed small environment, no stdin, and an
 * empty private directory which is removed afterwards.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ToolOutput } from './probe.ts';

/** How a tool is run; everything has a default. */
export interface RunOptions {
  /** Until SIGTERM; 10 s. */
  timeoutMs?: number;
  /** A file that the tool writes into its working directory; its text is answered as stdout. */
  file?: string;
  /** The tool's PATH. */
  path?: string;
  maxStdoutBytes?: number;
  maxStderrBytes?: number;
  /** From SIGTERM to SIGKILL; 2 s. */
  killAfterMs?: number;
  /** From SIGKILL to giving the child up; 1 s. */
  abandonAfterMs?: number;
  /** Ends the run early, as the deadline does. */
  signal?: AbortSignal;
  /** The child is gone, maybe long after the answer. Called exactly once, also when it could not be started. */
  onReaped?: () => void;
  /** Sends a signal to a process group; tests give one that does not arrive. */
  kill?: (group: number, signal: NodeJS.Signals) => void;
}

/** Folders in the PATH of a tool. */
export const toolEnvironmentPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const mebibyte = 1024 * 1024;
/** How long pipes are still read after a tool's exit when a process it left behind holds them open. */
export const drainMs = 200;

/** Sends `signal` to the process group `group`; a group that is gone is no error. */
export function killGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // ESRCH: it has just ended. EPERM: a setuid tool; the caller's next step is to give it up.
  }
}

/** Starts a tool in its own process group with the fixed environment. May throw as `spawn` does. */
export function launch(
  program: string,
  args: readonly string[],
  directory: string,
  path = toolEnvironmentPath,
): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  return spawn(program, [...args], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: path, LC_ALL: 'C', HOME: '/nonexistent' },
  });
}

/** SIGTERM, then SIGKILL, then `given up`; the result cancels what is still to come. */
export function end(
  child: ChildProcess,
  options: Pick<RunOptions, 'killAfterMs' | 'abandonAfterMs' | 'kill'>,
  givenUp: () => void,
): () => void {
  const { killAfterMs = 2000, abandonAfterMs = 1000, kill = killGroup } = options;
  const group = child.pid;
  if (group === undefined) {
    givenUp();
    return () => {};
  }
  kill(group, 'SIGTERM');
  let timer = setTimeout(() => {
    kill(group, 'SIGKILL');
    timer = setTimeout(givenUp, abandonAfterMs);
  }, killAfterMs);
  return () => clearTimeout(timer);
}

/** Closes our ends of the pipes and lets the event loop end without the child. */
export function release(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

/** An empty directory that only we can read; `''` when none can be made. */
export async function privateDirectory(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'suanlink-probe-'));
  } catch {
    return '';
  }
}

/** Removes a private directory with all that a tool left in it; a failure only leaves litter. */
export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true }).catch(() => {});
}

/** Text of a stream so far, cut at a number of bytes. */
class Captured {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** False when this chunk went over the limit. */
  add(chunk: Buffer): boolean {
    const room = this.#maxBytes - this.#bytes;
    if (room > 0) this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#bytes += Math.min(chunk.length, Math.max(0, room));
    return chunk.length <= room;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

type Ended = Pick<ToolOutput, 'code' | 'signal' | 'problem' | 'stderr'> & { stdout: string };

/** One child from start to its end or to being given up. */
function attend(child: ReturnType<typeof launch>, options: RunOptions): Promise<Ended> {
  const stdout = new Captured(options.maxStdoutBytes ?? 4 * mebibyte);
  const stderr = new Captured(options.maxStderrBytes ?? mebibyte / 16);
  const { promise, resolve } = deferred<Ended>();
  let problem: ToolOutput['problem'];
  let cancelEnd: (() => void) | undefined;
  let draining: NodeJS.Timeout | undefined;

  const settle = (code: number | null, signal: string | null, last = problem, note = ''): void => {
    clearTimeout(deadline);
    clearTimeout(draining);
    cancelEnd?.();
    options.signal?.removeEventListener('abort', onAbort);
    release(child);
    const text = stderr.text() + note;
    resolve({ code, signal, stdout: stdout.text(), stderr: text, ...(last ? { problem: last } : {}) });
  };
  const stop = (why: NonNullable<ToolOutput['problem']>): void => {
    if (problem) return;
    problem = why;
    cancelEnd = end(child, options, () => settle(null, null, 'abandoned'));
  };
  const onAbort = (): void => stop('deadline');
  const deadline = setTimeout(onAbort, options.timeoutMs ?? 10_000);
  options.signal?.addEventListener('abort', onAbort);
  if (options.signal?.aborted) onAbort();

  child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk) || stop('output_limit'));
  // A chatty stderr is only cut: some tools log every call there and answer rightly on stdout.
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  child.once('error', (error) => {
    if (child.pid === undefined) settle(null, null, 'missing', error.message);
  });
  child.once('exit', (code, signal) => {
    options.onReaped?.();
    cancelEnd?.();
    // What the tool left behind in its group is ended with it.
    if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
    draining = setTimeout(() => settle(code, signal), drainMs);
  });
  child.once('close', (code, signal) => settle(code, signal));
  return promise;
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** The file a tool wrote: a plain file (no link out of the directory), capped. */
async function written(directory: string, file: string, maxBytes: number): Promise<string | undefined> {
  try {
    const handle = await open(
      join(directory, basename(file)),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      if (!(await handle.stat()).isFile()) return undefined;
      const buffer = Buffer.alloc(maxBytes);
      const { bytesRead } = await handle.read(buffer, 0, maxBytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

function failed(problem: ToolOutput['problem'], stderr: string, durationMs: number): ToolOutput {
  return { code: null, signal: null, stdout: '', stderr, ...(problem ? { problem } : {}), durationMs };
}

/**
 * Runs the program at the absolute path `path` and answers how it ended. Never throws; `problem` says what went wrong
 * when it was not the tool's own exit. A tool that cannot be executed answers `missing` with the reason in `stderr`.
 */
export async function runTool(
  path: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ToolOutput> {
  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;
  const directory = await privateDirectory();
  if (directory === '') {
    options.onReaped?.();
    return failed('missing', 'no private working directory could be made', elapsedMs());
  }
  let child: ReturnType<typeof launch>;
  try {
    child = launch(path, args, directory, options.path);
  } catch (error) {
    options.onReaped?.();
    await removeDirectory(directory);
    return failed('missing', error instanceof Error ? error.message : String(error), elapsedMs());
  }
  const ended = await attend(child, options);
  if (child.pid === undefined) options.onReaped?.();
  const file =
    options.file && (await written(directory, options.file, options.maxStdoutBytes ?? 4 * mebibyte));
  await removeDirectory(directory);
  return {
    ...ended,
    ...(file === undefined || file === '' ? {} : { stdout: file }),
    durationMs: elapsedMs(),
  };
}

/**
 * The machine as probes may see it (edge): finds vendor tools in trusted folders and runs one of each at a time.
 *
 * Which program runs decides what the node tells the scheduler, and it runs with the agent's rights; so a tool is only
 * taken from a folder that nobody but root (for configured folders: root or the agent's own user) can write to, and the
 * file itself must be the same. The user's PATH is never looked at.
 *
 * While a child of a program is not reaped (it runs, or it was abandoned in the kernel), that program answers `busy`:
 * hung tools do not pile up.
 */
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { constants, type Stats } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { ToolOutput, Tools } from './probe.ts';
import { type RunOptions, runTool, toolEnvironmentPath } from './exec.ts';
import { type StreamEnd, type StreamOptions, streamTool } from './stream.ts';

/** What `createTools` is given. */
export interface ToolsOptions {
  /** Configured folders, absolute, looked at first. */
  toolPath: readonly string[];
  /** Folders of the system, looked at after them. */
  systemPath?: readonly string[];
  /** Folders of the drivers' packages (`toolFolders` of the registry), looked at last. */
  vendorPath?: readonly string[];
  /** The agent's user; configured folders may belong to it. */
  uid?: number;
  /** Limits of a run, for tests. */
  limits?: Omit<RunOptions, 'file' | 'path' | 'signal' | 'onReaped'>;
}

/** The real `Tools`, which can also keep a looping tool running and be stopped. */
export interface MachineTools extends Tools {
  /** Keeps one child of `program` running until it ends, goes silent or talks junk, or `signal` aborts. */
  stream(program: string, args: readonly string[], options: StreamOptions): Promise<StreamEnd>;
  /** Starts nothing any more and ends everything in flight; resolves when all of it has ended or was abandoned. */
  stop(): Promise<void>;
}

const maxTextBytes = 256 * 1024;
const maxNames = 4096;

/** Owned by one of `owners` and writable by nobody else. */
function trusted(facts: Stats, owners: readonly number[]): boolean {
  return owners.includes(facts.uid) && (facts.mode & 0o022) === 0;
}

/** A folder in which only `owners` can replace an entry of theirs: a sticky folder that all may write to is one too. */
function unchangeable(facts: Stats, owners: readonly number[]): boolean {
  return owners.includes(facts.uid) && ((facts.mode & 0o022) === 0 || (facts.mode & 0o1000) !== 0);
}

/** The folder and all above it: whoever can rename one of them decides what is found below. */
function upwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

/** The program in `folder`, when both (behind all links) can be trusted. */
async function trustedProgram(
  folder: string,
  program: string,
  owners: readonly number[],
): Promise<string | undefined> {
  try {
    const path = await realpath(join(folder, program));
    const facts = await stat(path);
    if (!facts.isFile() || (facts.mode & 0o111) === 0 || !trusted(facts, owners)) return undefined;
    if (!trusted(await stat(folder), owners) || !trusted(await stat(dirname(path)), owners)) return undefined;
    for (const each of new Set([...upwards(await realpath(folder)), ...upwards(dirname(path))]))
      if (!unchangeable(await stat(each), owners)) return undefined;
    return join(folder, program);
  } catch {
    return undefined;
  }
}

async function readCapped(path: string): Promise<string | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const parts: Buffer[] = [];
      let length = 0;
      // Files under /proc and /sys give what they like per read, and most are a line.
      while (length < maxTextBytes) {
        const room = parts.length === 0 ? 4096 : 65_536;
        const part = Buffer.allocUnsafe(Math.min(room, maxTextBytes - length));
        const { bytesRead } = await handle.read(part, 0, part.length, null);
        if (bytesRead === 0) break;
        parts.push(part.subarray(0, bytesRead));
        length += bytesRead;
      }
      return Buffer.concat(parts).toString('utf8');
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

/** Finds programs: configured folders first, which may belong to the agent's own user. */
function finder(options: ToolsOptions): Tools['find'] {
  const uid = options.uid ?? process.getuid?.() ?? 0;
  const { systemPath = toolEnvironmentPath.split(':'), vendorPath = [] } = options;
  const folders = [
    ...options.toolPath
      .filter((folder) => isAbsolute(folder))
      .map((folder) => ({ folder, owners: [0, uid] })),
    ...[...systemPath, ...vendorPath].map((folder) => ({ folder, owners: [0] })),
  ];
  return async (program) => {
    if (program === '' || program.includes('/')) return undefined;
    for (const { folder, owners } of folders) {
      const found = await trustedProgram(folder, program, owners);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

type Alone = <T>(
  program: string,
  refused: (problem: 'missing' | 'busy', why: string) => T,
  work: (path: string, onReaped: () => void) => Promise<T>,
) => Promise<T>;

/** `alone` runs `work` as the only one of its program, until `onReaped`; `settled` waits for all that was answered. */
function oneAtATime(
  find: Tools['find'],
  stopped: AbortSignal,
): { alone: Alone; settled: () => Promise<unknown> } {
  const inFlight = new Set<string>();
  const answers = new Set<Promise<unknown>>();
  return {
    async alone(program, refused, work) {
      if (inFlight.has(program)) return refused('busy', `an earlier ${program} has not ended yet`);
      inFlight.add(program);
      const found = await find(program);
      if (found === undefined || stopped.aborted) {
        inFlight.delete(program);
        return refused('missing', `${program} is in none of the trusted folders`);
      }
      const answer = work(found, () => inFlight.delete(program));
      answers.add(answer);
      return answer.finally(() => answers.delete(answer));
    },
    settled: () => Promise.allSettled(answers),
  };
}

/** PATH of a tool: its own folder, which is trusted, and the system's. */
function pathOf(program: string): string {
  return `${dirname(program)}:${toolEnvironmentPath}`;
}

/** The machine's tools. */
export function createTools(options: ToolsOptions): MachineTools {
  const find = finder(options);
  const stopping = new AbortController();
  const { alone, settled } = oneAtATime(find, stopping.signal);

  return {
    find,
    run: (program, args, { timeoutMs, file } = {}) =>
      alone<ToolOutput>(
        program,
        (problem, stderr) => ({ code: null, signal: null, stdout: '', stderr, problem, durationMs: 0 }),
        (found, onReaped) =>
          runTool(found, args, {
            ...options.limits,
            ...(timeoutMs === undefined ? {} : { timeoutMs }),
            ...(file === undefined ? {} : { file }),
            path: pathOf(found),
            signal: stopping.signal,
            onReaped,
          }),
      ),
    stream: (program, args, streaming) =>
      alone<StreamEnd>(
        program,
        (why, detail) => ({ why, detail }),
        (found, onReaped) => {
          const signal = AbortSignal.any([stopping.signal, streaming.signal]);
          return streamTool(found, args, {
            ...options.limits,
            ...streaming,
            path: pathOf(found),
            signal,
            onReaped,
          });
        },
      ),
    readText: readCapped,
    async list(directory) {
      const names = await readdir(directory).catch(() => []);
      return names.slice(0, maxNames);
    },
    async stop() {
      stopping.abort();
      await settled();
    },
  };
}

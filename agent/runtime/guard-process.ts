/** The guard as a process, and what this machine knows of others (edge): see `guard.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { guardScript } from './guard-script.ts';
import type { GuardPort } from './guardian.ts';

/** Pause before a guard that ended by itself is started again. */
const againMs = 5_000;

/** A guard over the file at `path`, which should lie in memory (tmpfs): it is written with every renewal. */
export function createGuard(parts: { path: string; bootId: string; clock: Clock; log: Log }): GuardPort {
  return new ProcessGuard(parts);
}

class ProcessGuard implements GuardPort {
  readonly head: GuardPort['head'];
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #child: ChildProcess | undefined;
  #closed = false;
  #problem = '';
  #cancel: () => void = () => {};

  constructor(parts: { path: string; bootId: string; clock: Clock; log: Log }) {
    this.#path = parts.path;
    this.#clock = parts.clock;
    this.#log = parts.log;
    const { pid } = process;
    const token = randomBytes(8).toString('hex');
    this.head = { token, bootId: parts.bootId, agentPid: pid, agentStart: startTime(pid) ?? '' };
  }

  uptimeMs(): number {
    return Number(readText('/proc/uptime')?.split(' ')[0]) * 1000;
  }

  identify(pid: number, containerId: string): { start: string } | { problem: string } {
    const start = startTime(pid);
    if (start === undefined) return { problem: 'its process cannot be seen from here' };
    // The engine may count its processes apart from us (a machine of its own): then the pid is somebody else's.
    if (!readText(`/proc/${pid}/cgroup`)?.includes(containerId))
      return { problem: `process ${pid} is not in its cgroup` };
    try {
      process.kill(pid, 0);
      return { start };
    } catch {
      return { problem: `process ${pid} belongs to another user` };
    }
  }

  isAlive(pid: number, start: string): boolean {
    return startTime(pid) === start;
  }

  read(): string | undefined {
    return readText(this.#path);
  }

  async write(text: string): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o750 });
    await writeFile(`${this.#path}.new`, text, { mode: 0o600 });
    await rename(`${this.#path}.new`, this.#path);
  }

  launch(): void {
    // A session of its own: no signal for the agent, its group or its terminal reaches it.
    const child = spawn('/bin/sh', ['-s', 'suanlink-guard', this.#path, this.head.token], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    });
    this.#child = child;
    child.unref();
    child.stdin.on('error', () => {}); // Its end says more.
    child.stdin.end(guardScript);
    child.once('spawn', () => {
      this.#problem = '';
    });
    child.once('error', (error) => this.#ended(`the guard cannot be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      this.#ended(`the guard ended (${signal ?? code}); it is started again`),
    );
  }

  problem(): string {
    return this.#problem;
  }

  close(left: 'containers' | 'nothing'): void {
    this.#closed = true;
    this.#cancel();
    this.#child?.removeAllListeners();
    if (left === 'containers' || !this.#child?.pid) return;
    try {
      process.kill(-this.#child.pid, 'SIGTERM'); // It and what it sleeps with.
      rmSync(this.#path, { force: true });
    } catch {
      // It has ended already.
    }
  }

  #ended(why: string): void {
    this.#child = undefined; // Its pid may be somebody else's from now on.
    if (this.#closed) return;
    this.#problem = why;
    this.#log.warn('guard_ended', { why });
    this.#cancel = this.#clock.at(this.#clock.now() + againMs, () => this.launch());
  }
}

/** Clock ticks since boot at which `pid` was started; undefined when there is no such process. */
function startTime(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything: fields count from behind its end. Field 22 is the start time.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // There is no such process, or nothing has been left.
  }
}

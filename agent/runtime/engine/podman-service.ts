/**
 * Runs `podman system service` for us where Podman is installed but nobody serves its API (edge).
 *
 * How it works. The service is a child on a socket in our state directory, without a timeout of its own. When it dies it
 * is started again, with a growing pause while it keeps dying. It is stopped with us, and the kernel stops it should we
 * be killed; containers are children of their own monitors and survive all of that. What an earlier agent may have
 * left is found by its pid file and command line, and ended first, so that two never serve one socket.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { Log } from '../../base/log.ts';
import { EngineHttp } from './http.ts';

/** A supervised service. */
export interface PodmanService {
  socketPath: string;
  /** Its process now; undefined while it is down. */
  pid(): number | undefined;
  /** Ends it, and its supervision. */
  stop(): Promise<void>;
}

const startTimeoutMs = 30_000;
const stopTimeoutMs = 5_000;
const firstPauseMs = 200;
const longestPauseMs = 30_000;
/** A service that lived this long starts again at once. */
const healthyMs = 60_000;
const keptLines = 10;

/**
 * Starts the service and resolves when it answers. `engine_unavailable` with the service's last words when it does not.
 * `globals` go before `system service` (storage roots of tests).
 */
export async function startPodmanService(options: {
  binary: string;
  stateDir: string;
  log: Log;
  globals?: readonly string[];
}): Promise<PodmanService> {
  const service = new Supervisor(options.binary, options.stateDir, options.globals ?? [], options.log);
  try {
    await service.start();
  } catch (caught) {
    await service.stop();
    throw caught;
  }
  return service;
}

class Supervisor implements PodmanService {
  readonly socketPath: string;
  readonly #stateDir: string;
  readonly #pidFile: string;
  readonly #command: readonly string[];
  readonly #log: Log;
  #child: ChildProcess | undefined;
  #words: string[] = [];
  #stopped = false;
  #pauseMs = firstPauseMs;
  #startedAt = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(binary: string, stateDir: string, globals: readonly string[], log: Log) {
    this.#stateDir = stateDir;
    this.socketPath = join(stateDir, 'podman.sock');
    this.#pidFile = join(stateDir, 'podman.pid');
    this.#log = log;
    this.#command = [
      binary,
      ...runtimeChoice(),
      ...globals,
      ...['system', 'service', '-t', '0', `unix://${this.socketPath}`],
    ];
  }

  pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    await endEarlier(this.#pidFile, this.socketPath);
    this.#spawn();
    const http = new EngineHttp(this.socketPath);
    try {
      for (const end = Date.now() + startTimeoutMs; Date.now() < end; await sleep(20)) {
        if (!this.#child) break;
        if (!existsSync(this.socketPath)) continue;
        const answer = await http.send('GET', '/_ping', { silenceMs: 5_000 }).catch(() => undefined);
        if (answer?.status === 200) return;
      }
    } finally {
      http.close();
    }
    const said = this.#words.join(' | ') || `no answer in ${startTimeoutMs / 1000} s`;
    throw new SuanlinkError('engine_unavailable', `podman system service did not come up: ${said}`);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child?.pid !== undefined) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await ended;
      clearTimeout(timer);
    }
    rmSync(this.#pidFile, { force: true });
    rmSync(this.socketPath, { force: true });
  }

  #spawn(): void {
    rmSync(this.socketPath, { force: true });
    // The kernel ends the service when we are killed before we can.
    const [program = '', ...args] = existsSync(setpriv)
      ? [setpriv, '--pdeathsig', 'TERM', ...this.#command]
      : this.#command;
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its monitors leave a file `oom` where the service runs (conmon 2.1.6).
      cwd: this.#stateDir,
    });
    this.#child = child;
    this.#startedAt = performance.now();
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => this.#listen(String(chunk)));
    child.once('error', (error) => this.#listen(error.message));
    child.once('close', () => this.#ended(child));
    if (child.pid !== undefined) writeFileSync(this.#pidFile, `${child.pid}\n`);
  }

  #listen(text: string): void {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    this.#words = [...this.#words, ...lines].slice(-keptLines);
    for (const line of lines) this.#log.debug('podman_service_says', { line: line.slice(0, 1000) });
  }

  #ended(child: ChildProcess): void {
    this.#child = undefined;
    if (this.#stopped) return;
    if (performance.now() - this.#startedAt > healthyMs) this.#pauseMs = firstPauseMs;
    this.#log.warn('podman_service_ended', {
      status: child.signalCode ?? child.exitCode ?? 'not started',
      restartInMs: this.#pauseMs,
      words: this.#words.join(' | '),
    });
    this.#restart = setTimeout(() => this.#spawn(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }
}

const setpriv = '/usr/bin/setpriv';

/** `crun`, the usual default, refuses hybrid and v1 cgroups; `runc` works on them. */
function runtimeChoice(): string[] {
  if (existsSync('/sys/fs/cgroup/cgroup.controllers')) return [];
  const hasRunc = ['/usr/bin/runc', '/usr/sbin/runc', '/usr/local/bin/runc', '/usr/local/sbin/runc'].some(
    (path) => existsSync(path),
  );
  return hasRunc ? ['--runtime', 'runc'] : [];
}

/** Ends a service that an earlier agent left on our socket. */
async function endEarlier(pidFile: string, socketPath: string): Promise<void> {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
  if (!(pid > 0)) return;
  for (let tries = 0; isServiceOf(pid, socketPath); tries++) {
    process.kill(pid, tries < 50 ? 'SIGTERM' : 'SIGKILL');
    await sleep(100);
  }
}

function isServiceOf(pid: number, socketPath: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(`unix://${socketPath}`);
  } catch {
    return false; // It is gone.
  }
}

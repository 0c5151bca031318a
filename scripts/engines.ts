/**
 * Private container engines for tests and benches: a `dockerd` or a `podman system service` with everything it writes
 * under one directory, so that it can run beside the machine's own engine and be taken away without a trace.
 *
 * How it works. The engine is started with data, runtime state, socket and log under `dir` and its own cgroup parent,
 * and gets SIGTERM from the kernel should we die first. `stop` asks it to remove its containers, ends it, then ends
 * whatever it left (a killed daemon leaves shims, monitors and containers), unmounts, and deletes what it made.
 * Processes are found by what only this engine's can have: `dir` on their command line or in their root mount.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineRequest } from './engine-request.ts';
import { endProcessesOf, processesOf, removeCgroupTree, unmountBelow } from './engine-leftovers.ts';

/** The engines that tests know how to start. */
export type EngineKind = 'docker' | 'podman';

/** A running private engine. */
export interface TestEngine {
  kind: EngineKind;
  socketPath: string;
  /** The daemon's process. Tests may kill it; `stop` still cleans up. */
  pid: number;
  /** Name of the cgroup that Docker's containers are put under when they name no other. */
  cgroup: string;
  /** Ends it and removes everything it made, its directory included. Calling it again does nothing. */
  stop(): Promise<void>;
}

/** How long an engine may take to answer, in milliseconds. */
const startTimeoutMs = 60_000;
/** How long it may take to remove its containers when it is stopped, in milliseconds. */
const removeMs = 15_000;

/** What to run, with which environment. */
interface Launch {
  command: string[];
  env: Record<string, string>;
}

/**
 * Starts an engine with all its state in `dir` (made if needed; short, since sockets live in it). Rejects with the
 * end of the engine's own log when it does not come up. `bridge` gives Docker a bridge network, which writes to the
 * machine's packet filter; without it containers have the network `none` only.
 */
export async function startEngine(
  kind: EngineKind,
  dir: string,
  options: { bridge?: boolean } = {},
): Promise<TestEngine> {
  mkdirSync(join(dir, 'tmp'), { recursive: true });
  // The same for every engine on this directory, so that the last one leaves nothing of those before it.
  const cgroup = `suanlink-test-${createHash('sha256').update(dir).digest('hex').slice(0, 8)}`;
  const socketPath = join(dir, `${kind}.sock`);
  const launch =
    kind === 'docker'
      ? dockerLaunch(dir, socketPath, cgroup, options.bridge ?? false)
      : podmanLaunch(dir, socketPath);
  const logPath = join(dir, `${kind}.log`);
  const child = run(launch, dir, logPath);
  const stop = stopOnce(kind, dir, socketPath, cgroup, child);
  try {
    await answering(child, socketPath);
  } catch (caught) {
    const reason = lastLines(logPath);
    await stop();
    throw new Error(`${kind} did not start: ${String(caught)}\n${reason}`, { cause: caught });
  }
  return { kind, socketPath, pid: child.pid ?? 0, cgroup, stop };
}

function dockerLaunch(dir: string, socketPath: string, cgroup: string, bridge: boolean): Launch {
  forgetDead(join(dir, 'docker.pid'), dir);
  forgetDead(join(dir, 'docker-exec/containerd/containerd.pid'), dir);
  return {
    command: [
      'dockerd',
      ...['--host', `unix://${socketPath}`],
      ...['--data-root', join(dir, 'docker')],
      ...['--exec-root', join(dir, 'docker-exec')],
      ...['--pidfile', join(dir, 'docker.pid')],
      ...['--config-file', configFile(dir)],
      ...['--cgroup-parent', `/${cgroup}`],
      // Should a system containerd be used, then never in the names of the machine's own Docker.
      ...['--containerd-namespace', cgroup, '--containerd-plugins-namespace', `${cgroup}-plugins`],
      ...(bridge ? [] : ['--bridge', 'none', '--iptables=false', '--ip-masq=false']),
    ],
    env: {},
  };
}

/** After a kill, whoever is init here may be slow to reap, and dockerd waits for a dead containerd that has still a pid. */
function forgetDead(pidFile: string, dir: string): void {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
  if (pid > 0 && !processesOf(dir).includes(pid)) rmSync(pidFile);
}

/** gVisor, where it is installed. */
const runsc = '/usr/bin/runsc';

function configFile(dir: string): string {
  const path = join(dir, 'daemon.json');
  // No cgroups: gVisor of 2022 knows no hybrid ones, and stops a container that has one.
  const runtimes = { runsc: { path: runsc, runtimeArgs: ['--ignore-cgroups', '--network=none'] } };
  // Without live-restore a killed daemon takes its containers with it when it comes back.
  const config = { 'live-restore': true, ...(existsSync(runsc) ? { runtimes } : {}) };
  writeFileSync(path, `${JSON.stringify(config)}\n`);
  return path;
}

function podmanLaunch(dir: string, socketPath: string): Launch {
  const root = join(dir, 'podroot');
  // Locks in files of our own: the default is one shared memory segment for every Podman of this machine.
  const config = join(dir, 'containers.conf');
  writeFileSync(
    config,
    '[engine]\nlock_type = "file"\nevents_logger = "file"\ncgroup_manager = "cgroupfs"\n',
  );
  return {
    command: [
      'podman',
      ...(unifiedCgroups() ? [] : ['--runtime', 'runc']),
      ...['--root', root, '--runroot', join(dir, 'podrun')],
      ...['system', 'service', '-t', '0', `unix://${socketPath}`],
    ],
    env: { CONTAINERS_CONF: config },
  };
}

/** Pure cgroup v2; everywhere else `crun` refuses and `runc` works. */
function unifiedCgroups(): boolean {
  return existsSync('/sys/fs/cgroup/cgroup.controllers');
}

function run(launch: Launch, dir: string, logPath: string): ChildProcess {
  const log = openSync(logPath, 'a');
  try {
    // The kernel ends the engine when we are killed before we can.
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...launch.command], {
      stdio: ['ignore', log, log],
      // Podman's monitors leave a file `oom` where it runs (conmon 2.1.6).
      cwd: dir,
      env: { ...process.env, ...launch.env, TMPDIR: join(dir, 'tmp') },
    });
    child.on('error', (error) => writeFileSync(logPath, `${error.message}\n`, { flag: 'a' }));
    return child;
  } finally {
    closeSync(log);
  }
}

async function answering(child: ChildProcess, socketPath: string): Promise<void> {
  const end = Date.now() + startTimeoutMs;
  while (Date.now() < end) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the process ended (${child.signalCode ?? child.exitCode ?? 'not started'})`);
    const answer = await engineRequest(socketPath, 'GET', '/_ping').catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(50);
  }
  throw new Error(`no answer in ${startTimeoutMs} ms`);
}

function stopOnce(
  kind: EngineKind,
  dir: string,
  socketPath: string,
  cgroup: string,
  child: ChildProcess,
): () => Promise<void> {
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      // An engine that hangs is ended all the same, and with it what it runs.
      await Promise.race([
        removeContainers(socketPath).catch(() => {}),
        sleep(removeMs, undefined, { ref: false }),
      ]);
      await endChild(child);
    }
    const cgroups = [cgroup, ...podmanCgroups(dir)];
    await endProcessesOf(dir);
    unmountBelow(dir);
    for (const name of cgroups) await removeCgroupTree(name);
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    if (existsSync(dir)) throw new Error(`${kind} left something in ${dir}`);
  };
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= stop();
    return stopping;
  };
}

/** Where Podman puts containers that name no parent; it leaves them there when it is killed. */
function podmanCgroups(dir: string): string[] {
  const containers = join(dir, 'podroot/overlay-containers');
  const ids = existsSync(containers) ? readdirSync(containers) : [];
  return ids.filter((id) => /^[0-9a-f]{64}$/.test(id)).map((id) => `libpod_parent/libpod-${id}`);
}

async function removeContainers(socketPath: string): Promise<void> {
  const { body } = await engineRequest(socketPath, 'GET', '/v1.41/containers/json?all=true');
  const list: unknown = JSON.parse(body);
  if (!Array.isArray(list)) return;
  for (const { Id } of list as { Id: string }[]) {
    await engineRequest(socketPath, 'POST', `/v1.41/containers/${Id}/kill?signal=SIGKILL`);
    await engineRequest(socketPath, 'DELETE', `/v1.41/containers/${Id}?force=true&v=true`);
  }
}

async function endChild(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.pid === undefined) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(timer);
}

function lastLines(path: string): string {
  if (!existsSync(path)) return '(no log)';
  return readFileSync(path, 'utf8').trim().split('\n').slice(-15).join('\n');
}

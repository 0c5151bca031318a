/**
 * Finds the container engine of this machine and opens a runtime on it (edge).
 *
 * How it works. A configured socket is taken as it is. Otherwise the usual sockets are asked in turn and the first that
 * answers wins; where none does but Podman is installed, its service is started and supervised. When nothing works the
 * error lists what was tried and says exactly what to install.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { Log } from '../../base/log.ts';
import type { EngineInfo, Runtime } from '../runtime.ts';
import { createEngine } from './engine.ts';
import { startPodmanService } from './podman-service.ts';

/** A runtime with what stands behind it. */
export interface OpenedRuntime {
  runtime: Runtime;
  /** For people: `podman 4.3.1 at /run/podman/podman.sock`. */
  description: string;
  socketPath: string;
  /** Hangs up, and stops the service if it is ours. Containers run on. */
  close(): Promise<void>;
}

/** How long one socket may take to answer. */
const probeMs = 10_000;

/**
 * Opens the engine that `preferred` names: `auto` (default), `docker`, `podman`, or `unix:///path/to.sock`.
 * `config_invalid` for any other word, `engine_unavailable` when there is none.
 */
export async function openRuntime(options: {
  preferred?: string;
  stateDir: string;
  log: Log;
  env?: Readonly<Record<string, string | undefined>>;
}): Promise<OpenedRuntime> {
  const { preferred = 'auto', stateDir, log, env = process.env } = options;
  const wanted = parsePreferred(preferred);
  const tried: string[] = [];
  for (const socketPath of socketCandidates(wanted, env, process.getuid?.() ?? 0)) {
    const found = await probe(socketPath, wanted, tried);
    if (found) return found;
  }
  if (wanted === 'auto' || wanted === 'podman') {
    const binary = findProgram('podman', env['PATH'] ?? '');
    if (binary) return servePodman(binary, stateDir, log);
    tried.push('podman: not installed');
  }
  throw new SuanlinkError(
    'engine_unavailable',
    `no container engine: ${tried.join('; ')}. ${advice(wanted)}`,
  );
}

/** What was asked for (pure): a kind, or a socket's path. */
export type Wanted = 'auto' | EngineInfo['engine'] | { socketPath: string };

/** The configuration's word as a wish; `config_invalid` when it is none. */
export function parsePreferred(word: string): Wanted {
  if (word === 'auto' || word === 'docker' || word === 'podman') return word;
  if (word.startsWith('unix:///')) return { socketPath: word.slice('unix://'.length) };
  throw new SuanlinkError(
    'config_invalid',
    `engine ${JSON.stringify(word)} is not auto, docker, podman or unix:///path/to.sock`,
  );
}

/** Where engines listen, in the order in which they are asked (pure). */
export function socketCandidates(
  wanted: Wanted,
  env: Readonly<Record<string, string | undefined>>,
  uid: number,
): string[] {
  if (typeof wanted === 'object') return [wanted.socketPath];
  const given = env['DOCKER_HOST']?.startsWith('unix://') ? [env['DOCKER_HOST'].slice('unix://'.length)] : [];
  const userDir = env['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}`;
  const docker = ['/var/run/docker.sock', ...(uid > 0 ? [`${userDir}/docker.sock`] : [])];
  // A user's own Podman before the system's, which a user may not use.
  const system = ['/run/podman/podman.sock'];
  const own = [`${userDir}/podman/podman.sock`, `/run/user/${uid}/podman/podman.sock`];
  const podman = uid === 0 ? [...system, ...own] : [...own, ...system];
  const usual = wanted === 'docker' ? docker : wanted === 'podman' ? podman : [...docker, ...podman];
  return [...new Set([...given, ...usual])];
}

/** A runtime on `socketPath` if an engine that is wanted answers there; the reason goes to `tried` otherwise. */
async function probe(
  socketPath: string,
  wanted: Wanted,
  tried: string[],
): Promise<OpenedRuntime | undefined> {
  if (!existsSync(socketPath)) {
    tried.push(`${socketPath}: no such socket`);
    return undefined;
  }
  const runtime = createEngine({ socketPath });
  const timer = setTimeout(() => void runtime.close(), probeMs);
  try {
    const info = await runtime.info();
    if (typeof wanted === 'object' || wanted === 'auto' || wanted === info.engine)
      return { runtime, description: describe(info, socketPath), socketPath, close: () => runtime.close() };
    tried.push(`${socketPath}: is ${info.engine}`);
  } catch (caught) {
    tried.push(`${socketPath}: ${SuanlinkError.from(caught, 'engine_unavailable').message}`);
  } finally {
    clearTimeout(timer);
  }
  await runtime.close();
  return undefined;
}

async function servePodman(binary: string, stateDir: string, log: Log): Promise<OpenedRuntime> {
  const service = await startPodmanService({ binary, stateDir, log });
  const runtime = createEngine({ socketPath: service.socketPath });
  const close = async (): Promise<void> => {
    await runtime.close();
    await service.stop();
  };
  try {
    const info = await runtime.info();
    return {
      runtime,
      description: `${describe(info, service.socketPath)} (supervised)`,
      socketPath: service.socketPath,
      close,
    };
  } catch (caught) {
    await close();
    throw caught;
  }
}

function describe(info: EngineInfo, socketPath: string): string {
  return `${info.engine} ${info.version} at ${socketPath}`;
}

/** The program's path; undefined when there is none on `path` or in the system's places. */
function findProgram(name: string, path: string): string | undefined {
  const places = [
    ...path.split(delimiter),
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
    '/usr/local/sbin',
    '/usr/sbin',
  ];
  return places
    .filter((dir) => dir !== '')
    .map((dir) => join(dir, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function advice(wanted: Wanted): string {
  if (typeof wanted === 'object') return 'Start the engine that listens there, or set engine: auto.';
  if (wanted === 'docker') return 'Start it (systemctl start docker), or install Docker 20.10 or later.';
  return (
    'Install one: Debian, Ubuntu: apt-get install -y podman runc; Fedora, RHEL, openEuler: dnf install -y podman; ' +
    'or start Docker: systemctl start docker.'
  );
}

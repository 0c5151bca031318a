/**
 * The engine's JSON → our types (pure). An engine is another program: nothing of its answers is believed before its
 * type is checked here, and a field that is missing or odd is `engine_error`, never a wrong value further on.
 */
import { SuanlinkError } from '../../../proto/codes.ts';
import { type LeaseId, parseId } from '../../../proto/ids.ts';
import type { ContainerStats, EngineInfo, ObservedContainer } from '../runtime.ts';

/** The labels on every container of ours. */
export const label = {
  agent: 'suanlink.agent',
  lease: 'suanlink.lease',
  epoch: 'suanlink.epoch',
} as const;

/** A container as `inspect` shows it. */
export interface Inspected {
  /** Its labels, checked; undefined when it is not ours or they do not parse. */
  observed: ObservedContainer | undefined;
  /** The engine has finished with it: its log is complete. Podman says "stopped" some time before. */
  settled: boolean;
  /** It does not run any more, and its state is final: it has ended, or Podman calls it created although it has run. That is a
   * container whose machine went down meanwhile; its end is not known. */
  over: boolean;
  /** Where the engine keeps its log, when it says so. */
  logPath: string;
  logDriver: string;
}

/** One line of a listing. */
export interface Listed {
  id: string;
  state: ObservedContainer['state'];
  name: string;
  image: string;
  labels: Labels | undefined;
}

/** Our three labels. */
export interface Labels {
  agent: string;
  lease: LeaseId;
  epoch: number;
}

type Json = Record<string, unknown>;

/** `text` as a JSON object; `engine_error` otherwise. */
function parseObject(text: string, what: string): Json {
  return object(parseJson(text, what), what);
}

/** GET /containers/{id}/json. */
export function decodeInspect(text: string): Inspected {
  const whole = parseObject(text, 'container');
  const state = object(whole['State'], 'State');
  const config = object(whole['Config'], 'Config');
  const status = string(state['Status'], 'State.Status');
  const labels = decodeLabels(config['Labels']);
  const log = optionalObject(optionalObject(whole['HostConfig'])['LogConfig']);
  const isReset = stateOf(status) === 'created' && time(state['StartedAt']) !== undefined;
  return {
    observed: labels && {
      id: string(whole['Id'], 'Id'),
      name: string(whole['Name'], 'Name').replace(/^\//, ''),
      ...labels,
      image: optionalString(config['Image']),
      ...decodeState(state, status),
    },
    settled: isReset || settledStates.has(status),
    over: isReset || endedStates.has(status),
    logPath: optionalString(whole['LogPath']),
    logDriver: optionalString(log['Type']),
  };
}

/** The id in an inspect answer and whether the container is this lease's; for a name that is already taken. */
export function decodeOwner(text: string): { id: string; labels: Labels | undefined } {
  const whole = parseObject(text, 'container');
  return {
    id: string(whole['Id'], 'Id'),
    labels: decodeLabels(object(whole['Config'], 'Config')['Labels']),
  };
}

/** GET /containers/json. */
export function decodeList(text: string): Listed[] {
  const list = parseJson(text, 'container list');
  if (!Array.isArray(list)) throw odd('container list', 'an array', list);
  return list.map((entry: unknown) => {
    const item = object(entry, 'container list entry');
    const names: unknown[] = Array.isArray(item['Names']) ? item['Names'] : [];
    return {
      id: string(item['Id'], 'Id'),
      state: stateOf(string(item['State'], 'State')),
      name: optionalString(names[0]).replace(/^\//, ''),
      image: optionalString(item['Image']),
      labels: decodeLabels(item['Labels']),
    };
  });
}

/** See `decodeInfo`. */
export interface DecodedInfo {
  info: EngineInfo;
  rootDir: string;
  /** Where the program of each runtime lies; '' when that is not said. */
  runtimePaths: Record<string, string>;
}

/** What GET /info and GET /version say together, and where the engine keeps its files. */
export function decodeInfo(infoText: string, versionText: string): DecodedInfo {
  const info = parseObject(infoText, 'info');
  const version = parseObject(versionText, 'version');
  const components = Array.isArray(version['Components']) ? version['Components'] : [];
  const podman = components.some((part: unknown) =>
    optionalString(optionalObject(part)['Name']).startsWith('Podman'),
  );
  const cdiDirs = info['CDISpecDirs'];
  const runtimePaths = Object.fromEntries(
    Object.entries(optionalObject(info['Runtimes'])).map(([name, runtime]) => [
      name,
      optionalString(optionalObject(runtime)['path']),
    ]),
  );
  return {
    info: {
      engine: podman ? 'podman' : 'docker',
      version: string(version['Version'], 'Version'),
      cgroupVersion: String(info['CgroupVersion']) === '2' ? 2 : 1,
      cgroupDriver: info['CgroupDriver'] === 'systemd' ? 'systemd' : 'cgroupfs',
      rootless: info['Rootless'] === true || hasRootlessOption(info['SecurityOptions']),
      runtimes: Object.keys(runtimePaths),
      cdi: Array.isArray(cdiDirs) && cdiDirs.length > 0,
    },
    rootDir: optionalString(info['DockerRootDir']),
    runtimePaths,
  };
}

/** GET /containers/{id}/stats?stream=false; undefined when the container does not run. */
export function decodeStats(text: string): ContainerStats | undefined {
  if (text.trim() === '') return undefined; // Podman's way to say that it does not run.
  const whole = parseObject(text, 'stats');
  const cpu = optionalObject(optionalObject(whole['cpu_stats'])['cpu_usage'])['total_usage'];
  const memory = optionalObject(whole['memory_stats']);
  const usage = memory['usage'];
  if (typeof cpu !== 'number' || typeof usage !== 'number' || usage === 0) return undefined;
  const detail = optionalObject(memory['stats']);
  // The page cache that the kernel would give up first is not what the job needs (as `docker stats` counts).
  const cache = detail['total_inactive_file'] ?? detail['inactive_file'];
  return {
    cpuNanos: cpu,
    memoryBytes: Math.max(0, usage - (typeof cache === 'number' ? cache : 0)),
  };
}

/** The exit code of a command inside a container; undefined while it runs. GET /exec/{id}/json. */
export function decodeExec(text: string): number | undefined {
  const whole = parseObject(text, 'exec');
  const code = whole['ExitCode'];
  return whole['Running'] === true || typeof code !== 'number' ? undefined : code;
}

/** The id in the answer of a creation. */
export function decodeCreated(text: string): string {
  return string(parseObject(text, 'created container')['Id'], 'Id');
}

/** The id in an image's inspect answer. */
export function decodeImageId(text: string): string {
  return string(parseObject(text, 'image')['Id'], 'Id').replace(/^sha256:/, '');
}

const settledStates = new Set(['exited', 'dead', 'removing']);
const endedStates = new Set([...settledStates, 'stopped']);
const unstartedStates = new Set(['created', 'configured', 'initialized']);

function stateOf(status: string): ObservedContainer['state'] {
  if (endedStates.has(status)) return 'exited';
  return unstartedStates.has(status) ? 'created' : 'running';
}

function decodeState(
  state: Json,
  status: string,
): Pick<
  ObservedContainer,
  'state' | 'exitCode' | 'oomKilled' | 'startedAtMs' | 'finishedAtMs' | 'pid' | 'error'
> {
  const ours = stateOf(status);
  const startedAtMs = time(state['StartedAt']);
  const finishedAtMs = time(state['FinishedAt']);
  const error = optionalString(state['Error']);
  const pid = state['Pid'];
  return {
    state: ours,
    ...(ours === 'exited'
      ? { exitCode: integer(state['ExitCode'], 'State.ExitCode'), oomKilled: state['OOMKilled'] === true }
      : {}),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(finishedAtMs === undefined || ours !== 'exited' ? {} : { finishedAtMs }),
    ...(ours === 'running' && typeof pid === 'number' && pid > 0 ? { pid } : {}),
    ...(error ? { error } : {}),
  };
}

function decodeLabels(value: unknown): Labels | undefined {
  const labels = optionalObject(value);
  const agent = labels[label.agent];
  const epoch = Number(labels[label.epoch]);
  if (typeof agent !== 'string' || !Number.isSafeInteger(epoch) || epoch < 0) return undefined;
  try {
    return { agent, lease: parseId('lease', labels[label.lease]), epoch };
  } catch {
    return undefined; // A label that is no lease id: reported as unknown by the caller.
  }
}

/** Unix milliseconds; undefined for the year 1, with which engines say "not yet". */
function time(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return ms > 0 ? ms : undefined;
}

function hasRootlessOption(value: unknown): boolean {
  return Array.isArray(value) && value.includes('name=rootless');
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SuanlinkError('engine_error', `the engine's ${what} is not JSON: ${text.slice(0, 100)}`, {
      cause,
    });
  }
}

function object(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw odd(what, 'an object', value);
}

function optionalObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function string(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw odd(what, 'text', value);
}

function optionalString(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function integer(value: unknown, what: string): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw odd(what, 'a whole number', value);
}

function odd(what: string, wanted: string, value: unknown): SuanlinkError {
  const found = JSON.stringify(value)?.slice(0, 100);
  return new SuanlinkError('engine_error', `the engine's ${what} is not ${wanted}: ${found}`);
}

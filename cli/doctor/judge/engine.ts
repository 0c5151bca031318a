/** The container engine: does it answer, is it one that works, and will it keep jobs in their bounds. Pure. */
import type { Verdict } from '../check.ts';
import type { PlatformFacts } from './platform.ts';
import { badRunc, compareVersions, judgeVersion } from './version.ts';

/** Why a socket gave no engine. */
export interface Tried {
  path: string;
  problem: 'missing' | 'denied' | 'refused' | 'hangs' | 'other';
  detail: string;
}

/** What an engine says of itself. */
export interface EngineSays {
  path: string;
  /** `docker` or `podman`. */
  name: string;
  version: string;
  /** Of the Docker API, `1.41`. */
  api: string;
  cgroupDriver: string;
  cgroupVersion: string;
  defaultRuntime: string;
  runtimes: readonly string[];
  rootDir: string;
  rootless: boolean;
  /** Its parts with their versions. */
  parts: readonly { name: string; version: string }[];
}

/** What was found of engines. */
export interface EngineFacts {
  tried: readonly Tried[];
  found: EngineSays | undefined;
  /** Podman is installed: the agent can serve it itself. */
  canServe: boolean;
}

const oldestApi = '1.41';
/** OCI runtimes that give a container nothing of their own accord. */
const plainRuntimes = /^(?:runc|crun|youki|runsc|kata|io\.containerd\.runc\.v\d)$/;

/** Does one answer. */
export function judgeEngine({ tried, found, canServe }: EngineFacts): Verdict {
  if (found) {
    const { name, version, path } = found;
    return { level: 'pass', finding: 'engine', values: { name, version, path } };
  }
  const worst = (['hangs', 'denied', 'refused', 'other'] as const)
    .map((problem) => tried.find((each) => each.problem === problem))
    .find((each) => each !== undefined);
  if (worst?.problem === 'hangs')
    return { level: 'fail', finding: 'engine_hangs', values: { path: worst.path, detail: worst.detail } };
  if (worst?.problem === 'denied')
    return { level: 'fail', finding: 'engine_denied', values: { path: worst.path } };
  if (canServe) return { level: 'pass', finding: 'engine_served' };
  if (worst) return { level: 'fail', finding: 'engine_refused', values: { path: worst.path } };
  return {
    level: 'fail',
    finding: 'engine_none',
    values: { tried: tried.map(({ path }) => path).join(', ') },
  };
}

/** Is it new enough. */
export function judgeEngineVersion({ name, version, api }: EngineSays): Verdict {
  const values = { name, version, api, oldest: oldestApi };
  return compareVersions(api, oldestApi) < 0
    ? { level: 'fail', finding: 'engine_old', values }
    : { level: 'pass', finding: 'engine_version', values };
}

/** Does it bound jobs by the control groups that this machine has. */
export function judgeEngineCgroup(engine: EngineSays, { cgroup }: PlatformFacts): Verdict {
  const { cgroupDriver: driver, cgroupVersion: version, defaultRuntime: runtime, runtimes } = engine;
  const values = { driver, version, runtime };
  if (driver === 'none' || driver === '') return { level: 'fail', finding: 'engine_no_cgroups', values };
  // crun starts nothing where both versions are mounted; runc does.
  if (cgroup === 'hybrid' && runtime === 'crun')
    return {
      level: 'fail',
      finding: runtimes.includes('runc') ? 'crun_hybrid' : 'crun_hybrid_alone',
      values,
    };
  if (cgroup === 'v2' && version !== '2') return { level: 'warn', finding: 'engine_cgroup_version', values };
  return { level: 'pass', finding: 'engine_cgroup', values };
}

/** Is what starts containers one with a known hole. */
export function judgeRuntime({ parts }: EngineSays): Verdict {
  const runc = parts.find(({ name }) => /\brunc\b/i.test(name));
  if (!runc) return { level: 'skip', finding: 'runtime_unknown' };
  return judgeVersion('runc', runc.version, badRunc);
}

/** Does its default runtime hand out cards that nobody asked for. */
export function judgeDefaultRuntime({ defaultRuntime: runtime, name }: EngineSays): Verdict {
  return runtime === '' || plainRuntimes.test(runtime)
    ? { level: 'pass', finding: 'default_runtime', values: { runtime: runtime || name } }
    : { level: 'warn', finding: 'default_runtime_vendor', values: { runtime } };
}

/** CDI specifications on this machine. */
export interface CdiFacts {
  files: readonly string[];
  /** Files that cannot be read as what they should be. */
  broken: readonly string[];
  /** Names whose nodes this machine has not got, with the first such node. */
  stale: readonly { name: string; node: string }[];
}

/** Are the CDI specifications of this machine's cards as they are now. */
export function judgeCdi({ files, broken, stale }: CdiFacts): Verdict {
  const [file = ''] = broken;
  if (file !== '') return { level: 'fail', finding: 'cdi_broken', values: { file } };
  const [first] = stale;
  if (first) return { level: 'fail', finding: 'cdi_stale', values: { ...first, count: stale.length } };
  return files.length === 0
    ? { level: 'skip', finding: 'cdi_none' }
    : { level: 'pass', finding: 'cdi', values: { files: files.join(', ') } };
}

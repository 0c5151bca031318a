/** The container engine as it answers on its socket, and the CDI specifications that lie beside it (edge). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { listCdi } from '../../../agent/runtime/devices.ts';
import { parsePreferred, socketCandidates } from '../../../agent/runtime/engine/find.ts';
import { EngineHttp } from '../../../agent/runtime/engine/http.ts';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { CdiFacts, EngineFacts, EngineSays, Tried } from '../judge/engine.ts';
import { list, record, text } from './json.ts';
import type { Files } from './files.ts';

/** How long an engine may take; less than the cap of a check. */
const answerMs = 2_000;

/** Looks for an engine where the agent would, by the configuration's word, and for the Podman that an agent with its state in
 * `stateDir` serves itself. */
export async function gatherEngine(
  preferred: string,
  files: Files,
  env: NodeJS.ProcessEnv,
  stateDir: string,
): Promise<EngineFacts> {
  const wanted = parsePreferred(preferred);
  const usual = socketCandidates(wanted, env, process.getuid?.() ?? 0);
  const served = wanted === 'auto' || wanted === 'podman' ? [join(stateDir, 'podman.sock')] : [];
  const place = (path: string): string => (typeof wanted === 'object' ? path : files.at(path));
  const answers = await Promise.all([...usual, ...served].map((path) => ask(place(path), path)));
  const tried = answers.filter((answer) => 'problem' in answer);
  const isWanted = ({ name }: EngineSays): boolean =>
    (wanted !== 'docker' && wanted !== 'podman') || name === wanted;
  const found = answers.find((answer) => !('problem' in answer) && isWanted(answer));
  if (found && !('problem' in found)) return { tried, found, canServe: false };
  const podman = ['/usr/local/bin/podman', '/usr/bin/podman', '/bin/podman'];
  const canServe = (wanted === 'auto' || wanted === 'podman') && podman.some((path) => files.exists(path));
  return { tried, found: undefined, canServe };
}

async function ask(place: string, path: string): Promise<EngineSays | Tried> {
  const http = new EngineHttp(place);
  const signal = AbortSignal.timeout(answerMs);
  const get = async (route: string): Promise<Record<string, unknown>> => {
    const { status, text: body } = await http.send('GET', route, { signal });
    if (status !== 200) throw new SuanlinkError('engine_error', `${route}: HTTP ${status}`);
    return record(JSON.parse(body));
  };
  try {
    const [info, version] = await Promise.all([get('/info'), get('/version')]);
    return says(path, info, version);
  } catch (caught) {
    if (signal.aborted) return { path, problem: 'hangs', detail: `no answer in ${answerMs / 1000} s` };
    return { path, ...problemOf(caught) };
  } finally {
    http.close();
  }
}

const problems: Partial<Record<string, Tried['problem']>> = {
  ENOENT: 'missing',
  ECONNREFUSED: 'refused',
  EACCES: 'denied',
  EPERM: 'denied',
};

function problemOf(caught: unknown): { problem: Tried['problem']; detail: string } {
  const error = SuanlinkError.from(caught);
  const code = error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : '';
  return { problem: problems[code] ?? 'other', detail: error.message };
}

function says(path: string, info: Record<string, unknown>, version: Record<string, unknown>): EngineSays {
  const parts = list(version['Components']).map((part) => ({
    name: text(record(part)['Name']),
    // Podman gives all that `runc --version` prints.
    version: /\d+\.\d[\w.+~-]*/.exec(text(record(part)['Version']))?.[0] ?? '',
  }));
  const options = list(info['SecurityOptions']).map(String);
  return {
    path,
    name: parts.some(({ name }) => name.startsWith('Podman')) ? 'podman' : 'docker',
    version: text(version['Version']),
    api: text(version['ApiVersion']),
    cgroupDriver: text(info['CgroupDriver']),
    cgroupVersion: text(info['CgroupVersion']),
    defaultRuntime: text(info['DefaultRuntime']),
    runtimes: Object.keys(record(info['Runtimes'])),
    rootDir: text(info['DockerRootDir']),
    rootless: info['Rootless'] === true || options.some((option) => option.includes('rootless')),
    parts,
  };
}

/** CDI specifications in the folders that engines read. */
export function gatherCdi(files: Files): CdiFacts {
  const folders = ['/etc/cdi', '/var/run/cdi'];
  const found = folders
    .flatMap((folder) => files.names(folder).map((name) => `${folder}/${name}`))
    .filter((path) => /\.(?:json|ya?ml)$/.test(path));
  const names = Object.entries(listCdi(folders.map((folder) => files.at(folder))));
  return {
    files: found,
    broken: found.filter((path) => !isSpec(files.at(path))),
    stale: names.flatMap(([name, nodes]) => {
      const node = nodes.find((path) => !files.exists(path));
      return node === undefined ? [] : [{ name, node }];
    }),
  };
}

function isSpec(path: string): boolean {
  try {
    return typeof record(parse(readFileSync(path, 'utf8')))['kind'] === 'string';
  } catch {
    return false;
  }
}

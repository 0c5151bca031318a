/** The options of `run` as a job's fields. Pure, but for the env file, which is handed in as text. */
import type { JobSpec } from '../../proto/api.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import type { JobRequest } from '../client/client.ts';
import { parseDuration } from '../../proto/duration.ts';
import { parseBytes } from '../../proto/size.ts';
import { parseInteger, parseMicroYuan, parseMilli } from '../units.ts';
import { parsePeaks, parseRule } from './node-rules.ts';

/** Options of `run` that describe the job, as commander gives them. */
export interface JobOptions {
  image?: string;
  env?: string[];
  accelerators?: string;
  vendor?: string[];
  model?: string[];
  acceleratorMemory?: string;
  memory?: string;
  cpus?: string;
  disk?: string;
  shmSize?: string;
  pids?: string;
  timeLimit?: string;
  grace?: string;
  network?: string;
  priority?: string;
  maxRetries?: string;
  workdir?: string;
  user?: string;
  entrypoint?: string;
  readOnly?: boolean;
  sandbox?: string;
  nodeLabel?: string[];
  architecture?: string[];
  linked?: boolean;
  minDriver?: string;
  minRuntime?: string;
  minTflops?: string[];
  maxPrice?: string;
  nodes?: string;
  nodeRule?: string[];
  region?: string[];
  owner?: string[];
  notOwner?: string[];
  spread?: boolean;
  pack?: boolean;
  preemptible?: boolean;
  keepIdle?: boolean;
  keepWhenLost?: string;
}

/** A flag's value through `read`; the message names the flag. */
function flag<Value>(name: string, text: string, read: (text: string) => Value): Value {
  try {
    return read(text);
  } catch (caught) {
    const error = SuanlinkError.from(caught);
    throw new SuanlinkError(error.code, `--${name}: ${error.message}`, { cause: caught });
  }
}

/** Cards: '2' whole ones, or a share of one such as '0.5'. */
function cards(text: string): Partial<JobSpec> {
  const milli = flag('accelerators', text, parseMilli);
  if (milli % 1000 === 0) return { accelerators: milli / 1000 };
  if (milli < 1000) return { accelerators: 1, accelerator_milli: milli };
  throw new SuanlinkError('invalid_argument', '--accelerators: a share is of one card, so it is less than 1');
}

/** `NAME=VALUE` lines; blank lines and those that begin with # are left out. A name alone takes its value from `env`. */
export function parseEnvFile(text: string, env: Record<string, string | undefined>): Record<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  return parseAssignments(lines, env, '--env-file');
}

/** `NAME=VALUE`, or a name alone, which takes its value from `env` and is left out when that has none. */
export function parseAssignments(
  words: readonly string[],
  env: Record<string, string | undefined>,
  what: string,
): Record<string, string> {
  const pairs = words.flatMap((word): [string, string][] => {
    const at = word.indexOf('=');
    if (at === 0) throw new SuanlinkError('invalid_argument', `${what}: a name is missing before the = sign`);
    if (at > 0) return [[word.slice(0, at), word.slice(at + 1)]];
    const value = env[word];
    return value === undefined ? [] : [[word, value]];
  });
  return Object.fromEntries(pairs);
}

/** What to submit for `image`, `command` and `options`; `fileEnv` comes from `--env-file` and gives way to `--env`. */
export function jobRequest(
  image: string,
  command: readonly string[],
  options: JobOptions,
  fileEnv: Record<string, string>,
  env: Record<string, string | undefined>,
): JobRequest {
  const given = <Value>(
    name: string,
    text: string | undefined,
    read: (text: string) => Value,
    field: keyof JobSpec,
  ) => (text === undefined ? {} : { [field]: flag(name, text, read) });
  const asIs = (field: keyof JobSpec, value: unknown) => (value === undefined ? {} : { [field]: value });
  const variables = { ...fileEnv, ...parseAssignments(options.env ?? [], env, '--env') };
  return {
    image,
    ...(command.length === 0 ? {} : { command: [...command] }),
    ...(Object.keys(variables).length === 0 ? {} : { env: variables }),
    ...(options.accelerators === undefined ? {} : cards(options.accelerators)),
    ...asIs('vendors', options.vendor),
    ...asIs('models', options.model),
    ...given('accelerator-memory', options.acceleratorMemory, parseBytes, 'accelerator_memory_bytes'),
    ...given('memory', options.memory, parseBytes, 'memory_bytes'),
    ...given('cpus', options.cpus, parseMilli, 'cpu_milli'),
    ...given('disk', options.disk, parseBytes, 'disk_bytes'),
    ...given('shm-size', options.shmSize, parseBytes, 'shm_bytes'),
    ...given('pids', options.pids, parseInteger, 'pids'),
    ...given('time-limit', options.timeLimit, parseDuration, 'time_limit_ms'),
    ...given('grace', options.grace, parseDuration, 'grace_ms'),
    ...given('max-retries', options.maxRetries, parseInteger, 'max_retries'),
    ...given('priority', options.priority, parseInteger, 'priority'),
    ...asIs('network', options.network),
    ...asIs('working_dir', options.workdir),
    ...asIs('user', options.user),
    ...asIs('entrypoint', options.entrypoint === undefined ? undefined : [options.entrypoint]),
    ...asIs('read_only_root', options.readOnly),
    ...asIs('sandbox', options.sandbox),
    ...asIs('architectures', options.architecture),
    ...asIs('linked', options.linked),
    ...asIs('min_driver_version', options.minDriver),
    ...asIs('min_runtime_version', options.minRuntime),
    ...(options.minTflops === undefined ? {} : { min_gigaflops: parsePeaks(options.minTflops) }),
    ...given('max-price', options.maxPrice, parseMicroYuan, 'max_card_hour_micro_yuan'),
    ...given('nodes', options.nodes, parseInteger, 'nodes'),
    ...(options.nodeRule === undefined ? {} : { node_label_rules: options.nodeRule.map(parseRule) }),
    ...asIs('regions', options.region),
    ...asIs('owners', options.owner),
    ...asIs('not_owners', options.notOwner),
    ...(options.spread ? { strategy: 'spread' as const } : {}),
    ...(options.pack ? { strategy: 'pack' as const } : {}),
    ...asIs('preemptible', options.preemptible),
    ...asIs('keep_idle', options.keepIdle),
    ...(options.keepWhenLost === undefined ? {} : { on_lost: 'keep_until' as const }),
    ...given('keep-when-lost', options.keepWhenLost, parseDuration, 'keep_ms'),
    ...(options.nodeLabel === undefined
      ? {}
      : { node_labels: parseAssignments(options.nodeLabel, {}, '--node-label') }),
  };
}

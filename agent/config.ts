/**
 * Configuration of the agent: text → checked values, or a list of problems with file:line:col. Pure. Unknown keys are
 * errors with a "did you mean": a misspelt limit that is silently ignored is worse than an agent that does not start.
 */
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { SuanlinkError } from '../proto/codes.ts';
import { parseDuration } from '../proto/duration.ts';
import { sandboxPrefix } from '../proto/sandbox.ts';
import { parseOrg } from '../proto/ids.ts';
import { noProxy, parseProxy } from '../proto/proxy.ts';
import { parseHours } from './capacity/hours.ts';
import type { SharingPolicy } from './capacity/policy.ts';
import { probes } from './probe/registry.ts';

/** The agent's settings. Every default stands in `defaults`, with its reason. */
export interface AgentConfig {
  /** Shown to people; '' is the host name. */
  name: string;
  /** auto | docker | podman | unix:///path/to.sock */
  engine: string;
  /** Directories, beside the root-owned system ones, in which vendor tools are looked for; first wins. */
  tool_path: string[];
  /** GB/T 2260 code of the node's place, '' when not told. */
  region: string;
  labels: Record<string, string>;
  /** Devices that are never offered: ids, uuids, vendors, or `vendor:index`. A card's name stands for its parts too. */
  withhold: string[];
  /** If not empty, no others are offered. */
  only: string[];
  /** When they are offered: `Mon-Fri 20:00-08:00`; empty: at any hour. */
  hours: string[];
  /** Of these hours, such as Asia/Shanghai; '' is the machine's. */
  time_zone: string;
  /** Organisations that may lease; empty: all. */
  allow_orgs: string[];
  /** Organisations that may not, whatever `allow_orgs` says. */
  deny_orgs: string[];
  /** Longest lease, such as 4h; '' is any. */
  max_lease: string;
  /** Cards leased at the same time; 0 is all. */
  max_cards: number;
  /** What a process of somebody else's on a card does: `withhold` (not offered), `reclaim` (leases stop too), `ignore`. */
  external_use: 'withhold' | 'reclaim' | 'ignore';
  /** With `reclaim`: how long leases may go on after the owner's use was noticed. */
  reclaim_notice_ms: number;
  /** Memory kept back for the host itself, in bytes. */
  reserve_memory_bytes: number;
  /** What may wait for the scheduler on the state directory's disk; beyond it output of jobs is left out. */
  outbox_bytes: number;
  /** Kept free on the engine's disk: a pull that would need it is refused. */
  reserve_disk_bytes: number;
  /** Images that the agent has pulled are removed when unused for so long, such as 7d; '' keeps them until room is needed. */
  image_keep: string;
  /** Telemetry samples are taken this often. */
  sample_interval_ms: number;
  /** HTTP proxy to the scheduler, `none` for no proxy; '' leaves it to HTTPS_PROXY. Its URL may hold a password. */
  proxy: string;
  log_level: 'debug' | 'info' | 'warn' | 'error';
  /** Where metrics are served without TLS, such as 127.0.0.1:9467; '' is nowhere. */
  metrics_listen: string;
}

/** Values where the file is silent. */
export const defaults: AgentConfig = {
  name: '',
  engine: 'auto',
  tool_path: [],
  region: '',
  labels: {},
  withhold: [],
  only: [],
  hours: [],
  time_zone: '',
  allow_orgs: [],
  deny_orgs: [],
  max_lease: '',
  max_cards: 0,
  external_use: 'withhold',
  reclaim_notice_ms: 60_000,
  // The agent and the engine need some; a host driven out of memory by leases loses them all.
  reserve_memory_bytes: 256 * 1024 * 1024,
  // Hours of usual output while the scheduler is away.
  outbox_bytes: 256 * 1024 * 1024,
  // An engine whose disk is full can neither start nor stop a container.
  reserve_disk_bytes: 1024 * 1024 * 1024,
  image_keep: '7d',
  // Often enough to see a job's phases, seldom enough to cost nothing (docs/performance.md).
  sample_interval_ms: 5_000,
  proxy: '',
  log_level: 'info',
  metrics_listen: '',
};

type Check = (value: unknown) => string | undefined;

const isString: Check = (value) => (typeof value === 'string' ? undefined : 'must be text');
const isStrings: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? undefined
    : 'must be a list of texts';
const isStringMap: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => typeof item === 'string')
    ? undefined
    : 'must be a map of texts';
const within =
  (min: number, max: number, unit: string): Check =>
  (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
      ? undefined
      : `must be a whole number of ${unit} from ${min} to ${max}`;
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value) ? undefined : `must be one of ${words.join(', ')}`;

/** What a parser says of the first item that it refuses, after the check that there are items. */
const each =
  (parse: (item: string) => unknown): Check =>
  (value) => {
    const wrong = isStrings(value);
    if (wrong) return wrong;
    for (const item of Array.isArray(value) ? value : []) {
      try {
        parse(String(item));
      } catch (error) {
        return `is wrong: ${SuanlinkError.from(error).message}`;
      }
    }
    return undefined;
  };

/** A word alone or before a colon and a number must be a vendor; all else may be an id. */
function deviceEntry(entry: string): void {
  const vendors: readonly string[] = probes.map(({ vendor }) => vendor);
  const word = /^([a-z]+)(?::\d+)?$/i.exec(entry)?.[1];
  if (word !== undefined && !vendors.includes(word))
    throw new SuanlinkError(
      'config_invalid',
      `${JSON.stringify(entry)} names no vendor${didYouMean(word, vendors)}`,
    );
  if (/^\d*$/.test(entry))
    throw new SuanlinkError('config_invalid', `${JSON.stringify(entry)} may be any vendor's: say nvidia:0`);
}

/** Milliseconds of a limit on leases; a lease shorter than a minute is a mistake. */
function leaseLimit(text: string): number {
  const ms = parseDuration(text);
  if (ms < 60_000) throw new SuanlinkError('config_invalid', `${JSON.stringify(text)} is less than a minute`);
  return ms;
}

const checks: Record<keyof AgentConfig, Check> = {
  name: isString,
  engine: (value) =>
    typeof value === 'string' && /^(auto|docker|podman|unix:\/\/\/.+)$/.test(value)
      ? undefined
      : 'must be auto, docker, podman or unix:///path',
  tool_path: isStrings,
  region: (value) =>
    typeof value === 'string' && /^(\d{6})?$/.test(value)
      ? undefined
      : 'must be a six-digit GB/T 2260 code in quotes',
  labels: (value) =>
    isStringMap(value) ??
    (Object.keys(value as object).some((label) => label.startsWith(sandboxPrefix))
      ? `must not name ${sandboxPrefix}…: the agent says itself which sandboxes the engine has`
      : undefined),
  withhold: each(deviceEntry),
  only: each(deviceEntry),
  hours: each((window) => parseHours([window], 'UTC')),
  time_zone: (value) =>
    isString(value) ?? each((zone) => zone === '' || parseHours(['daily 00:00-24:00'], zone))([value]),
  allow_orgs: each(parseOrg),
  deny_orgs: each(parseOrg),
  max_lease: (value) =>
    typeof value === 'string'
      ? each((text) => text === '' || leaseLimit(text))([value])
      : 'must be a duration such as 4h or 1h30m',
  max_cards: within(0, 1024, 'cards'),
  external_use: oneOf('withhold', 'reclaim', 'ignore'),
  reclaim_notice_ms: within(0, 86_400_000, 'milliseconds'),
  reserve_memory_bytes: within(0, 2 ** 50, 'bytes'),
  outbox_bytes: within(2 ** 20, 2 ** 50, 'bytes'),
  reserve_disk_bytes: within(0, 2 ** 50, 'bytes'),
  image_keep: (value) =>
    typeof value === 'string'
      ? each((text) => text === '' || parseDuration(text))([value])
      : 'must be a duration such as 7d or 12h',
  sample_interval_ms: within(500, 600_000, 'milliseconds'),
  proxy: (value) =>
    typeof value === 'string'
      ? each((text) => text === '' || text === noProxy || parseProxy(text, 'it'))([value])
      : 'must be a URL such as http://proxy.example:3128, or none',
  log_level: oneOf('debug', 'info', 'warn', 'error'),
  metrics_listen: (value) =>
    typeof value === 'string' && /^(?:|(?:\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5})$/.test(value)
      ? undefined
      : 'must be host:port, such as 127.0.0.1:9467',
};

/** Edit distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function didYouMean(word: string, known: readonly string[]): string {
  const best = known.map((name) => ({ name, off: distance(word, name) })).sort((a, b) => a.off - b.off)[0];
  return best && best.off <= Math.max(2, word.length / 3)
    ? `; did you mean ${best.name}?`
    : `; known are ${known.join(', ')}`;
}

/** The text of one file. */
export interface ConfigFile {
  file: string;
  text: string;
}

/** The settings in force, and where each was said. */
export interface Effective {
  config: AgentConfig;
  /** `file:line:col`; a setting that no file says is missing. */
  origins: Partial<Record<keyof AgentConfig, string>>;
}

function isKey(name: string): name is keyof AgentConfig {
  return Object.hasOwn(checks, name);
}

/** Takes the settings of one file over into `into`; what is wrong with it as `file:line:col: what`. */
function readFile({ file, text }: ConfigFile, into: Effective): string[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number | undefined): string => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${file}:${line}:${col}`;
  };
  const problems = document.errors.map((error) => `${at(error.pos[0])}: ${error.message.split('\n')[0]}`);
  if (problems.length > 0) return problems;
  const root = document.contents;
  if (root === null) return [];
  if (!isMap(root)) return [`${at(0)}: the file must be a map of settings`];
  for (const { key, value } of root.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const where = isScalar(key) ? at(key.range?.[0]) : at(0);
    if (!isKey(name)) {
      problems.push(`${where}: unknown key ${name}${didYouMean(name, Object.keys(checks))}`);
      continue;
    }
    const plain: unknown =
      value && typeof value === 'object' && 'toJSON' in value ? document.createNode(value).toJSON() : value;
    const wrong = checks[name](plain);
    const range =
      value && typeof value === 'object' && 'range' in value && Array.isArray(value.range)
        ? value.range[0]
        : undefined;
    if (wrong) problems.push(`${range === undefined ? where : at(range)}: ${name} ${wrong}`);
    else {
      Object.assign(into.config, { [name]: plain });
      into.origins[name] = where;
    }
  }
  return problems;
}

/** Reads files one over the other, a later one's settings in place of an earlier one's; `config_invalid` with every
 * problem as `file:line:col: what`, one a line. */
export function readConfigs(files: readonly ConfigFile[]): Effective {
  const effective: Effective = { config: { ...defaults }, origins: {} };
  const problems = files.flatMap((file) => readFile(file, effective));
  if (problems.length > 0) throw new SuanlinkError('config_invalid', problems.join('\n'));
  return effective;
}

/** Reads the text of `file` alone. */
export function readConfig(text: string, file: string): AgentConfig {
  return readConfigs([{ file, text }]).config;
}

/** The owner's policy in checked settings; hours count in `machineZone()` where the file names no zone. */
export function sharingPolicy(config: AgentConfig, machineZone: () => string): SharingPolicy {
  const {
    only,
    withhold,
    hours,
    max_lease: maxLease,
    max_cards: maxCards,
    external_use: externalUse,
  } = config;
  return {
    only,
    withhold,
    externalUse,
    ...(hours.length > 0 ? { hours: parseHours(hours, config.time_zone || machineZone() || 'UTC') } : {}),
    allowOrgs: config.allow_orgs.map(parseOrg),
    denyOrgs: config.deny_orgs.map(parseOrg),
    ...(maxLease === '' ? {} : { maxLeaseMs: leaseLimit(maxLease) }),
    ...(maxCards === 0 ? {} : { maxCards }),
  };
}

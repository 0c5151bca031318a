/** Configuration of the agent: its settings, their defaults and what each may be; read by `proto/settings.ts`. Pure. */
import { SuanlinkError } from '../proto/codes.ts';
import { parseDuration } from '../proto/duration.ts';
import { sandboxPrefix } from '../proto/sandbox.ts';
import { parseOrg } from '../proto/ids.ts';
import { noProxy, parseProxy } from '../proto/proxy.ts';
import {
  type Check,
  type ConfigFile,
  didYouMean,
  each,
  type Effective,
  hostPort,
  isString,
  isStringMap,
  isStrings,
  oneOf,
  parsed,
  readSettings,
  type Table,
  within,
} from '../proto/settings.ts';
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
  max_lease: parsed((text) => text === '' || leaseLimit(text), 'must be a duration such as 4h or 1h30m'),
  max_cards: within(0, 1024, 'cards'),
  external_use: oneOf('withhold', 'reclaim', 'ignore'),
  reclaim_notice_ms: within(0, 86_400_000, 'milliseconds'),
  reserve_memory_bytes: within(0, 2 ** 50, 'bytes'),
  outbox_bytes: within(2 ** 20, 2 ** 50, 'bytes'),
  reserve_disk_bytes: within(0, 2 ** 50, 'bytes'),
  image_keep: parsed((text) => text === '' || parseDuration(text), 'must be a duration such as 7d or 12h'),
  sample_interval_ms: within(500, 600_000, 'milliseconds'),
  proxy: parsed(
    (text) => text === '' || text === noProxy || parseProxy(text, 'it'),
    'must be a URL such as http://proxy.example:3128, or none',
  ),
  log_level: oneOf('debug', 'info', 'warn', 'error'),
  metrics_listen: hostPort,
};

/** The agent's settings for whoever reads its files. */
export const table: Table<AgentConfig> = { defaults, checks };

/** Reads files one over the other, a later one's settings in place of an earlier one's; `config_invalid` with every
 * problem as `file:line:col: what`, one a line. */
export function readConfigs(files: readonly ConfigFile[]): Effective<AgentConfig> {
  return readSettings(table, files);
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

/** Configuration of the scheduler: its settings, their defaults and what each may be; read by `proto/settings.ts`. Pure. */
import { SuanlinkError } from '../proto/codes.ts';
import { parseDuration } from '../proto/duration.ts';
import { parseOrg } from '../proto/ids.ts';
import {
  type ConfigChange,
  each,
  type Effective,
  hostPort,
  oneOf,
  parsed,
  settingsChange,
  settingsInForce,
  type Table,
  within,
} from '../proto/settings.ts';
import { parseBytes } from '../proto/size.ts';
import { parseListen } from './api/listen.ts';

/** The scheduler's settings; each is an option of `suanlink scheduler` too. */
export interface SchedulerConfig {
  /** host:port, [ipv6]:port or unix:/path */
  listen: string;
  /** Where metrics are served without TLS, such as 127.0.0.1:9468; '' is nowhere. */
  metrics_listen: string;
  /** Off on loopback and unix sockets only. */
  tls: 'on' | 'off';
  /** Names and addresses for the certificate, beside those that the machine knows of. */
  hostnames: string[];
  /** What join tokens say; '' is where it listens. */
  public_url: string;
  /** Organisation of the first admin token. */
  org: string;
  ttl: string;
  heartbeat: string;
  /** Output of ended jobs is kept for so long, and so much of it. */
  log_age: string;
  log_size: string;
  mass_loss_nodes: number;
  /** Percent. */
  mass_loss_share: number;
  mass_loss_hold: string;
  preempt_notice: string;
  reclaim_notice: string;
  /** Percent. */
  idle_below: number;
  /** A duration, or never. */
  idle_after: string;
  idle_notice: string;
  log_format: 'text' | 'json';
  log_level: 'debug' | 'info' | 'warn' | 'error';
}

/** Values where nobody says another; those of the parts that they are for (config.test.ts). */
const defaults: SchedulerConfig = {
  listen: '0.0.0.0:7443',
  metrics_listen: '',
  tls: 'on',
  hostnames: [],
  public_url: '',
  org: 'default',
  ttl: '30s',
  heartbeat: '10s',
  log_age: '30d',
  log_size: '64GiB',
  mass_loss_nodes: 3,
  mass_loss_share: 50,
  mass_loss_hold: '10min',
  preempt_notice: '30s',
  reclaim_notice: '5min',
  idle_below: 3,
  idle_after: '1h',
  idle_notice: '15min',
  log_format: 'text',
  log_level: 'info',
};

const duration = parsed(parseDuration, 'must be a duration such as 30s or 10min');

function publicUrl(text: string): void {
  const isGood = /^https?:\/\/[^/?#@\s]+\/?$/.test(text) && URL.canParse(text);
  if (text !== '' && !isGood)
    throw new SuanlinkError(
      'config_invalid',
      `${JSON.stringify(text)} is no address such as https://pool.example:7443`,
    );
}

function certificateName(text: string): void {
  if (!/^[A-Za-z0-9.:-]{1,253}$/.test(text))
    throw new SuanlinkError('config_invalid', `${JSON.stringify(text)} is no host name or address`);
}

/** The scheduler's settings for whoever reads its files. */
export const table: Table<SchedulerConfig> = {
  defaults,
  checks: {
    listen: parsed(parseListen, 'must be host:port, such as 0.0.0.0:7443'),
    metrics_listen: hostPort,
    tls: oneOf('on', 'off'),
    hostnames: each(certificateName),
    public_url: parsed(publicUrl, 'must be text'),
    org: parsed(parseOrg, 'must be text'),
    ttl: duration,
    heartbeat: duration,
    log_age: duration,
    log_size: parsed(parseBytes, 'must be a size such as 64GiB'),
    mass_loss_nodes: within(1, 1e9, 'nodes'),
    mass_loss_share: within(1, 100, 'percent'),
    mass_loss_hold: duration,
    preempt_notice: duration,
    reclaim_notice: duration,
    idle_below: within(1, 100, 'percent'),
    idle_after: parsed(
      (text) => text === 'never' || parseDuration(text),
      'must be a duration such as 1h or never',
    ),
    idle_notice: duration,
    log_format: oneOf('text', 'json'),
    log_level: oneOf('debug', 'info', 'warn', 'error'),
  },
};

/** What one setting is on the command line: `hostnames` is said by a word at a time. */
export function optionOf(name: keyof SchedulerConfig): string {
  return name === 'hostnames' ? '--hostname' : `--${name.replaceAll('_', '-')}`;
}

/** Words for settings from elsewhere than files, and what they are called there. */
export interface Words {
  called: (name: keyof SchedulerConfig) => string;
  said: Partial<Record<keyof SchedulerConfig, string | readonly string[]>>;
}

function valueOf(name: keyof SchedulerConfig, said: string | readonly string[]): unknown {
  if (typeof said !== 'string') return said;
  if (typeof defaults[name] === 'number') return /^-?\d{1,15}$/.test(said.trim()) ? Number(said) : said;
  return Array.isArray(defaults[name]) ? said.split(',').map((word) => word.trim()) : said;
}

/** `effective` with `words` over it; `config_invalid` with every problem, a line each. */
export function overlaid(
  effective: Effective<SchedulerConfig>,
  { called, said }: Words,
): Effective<SchedulerConfig> {
  const names = Object.keys(said) as (keyof SchedulerConfig)[];
  const values = names.map((name) => [name, valueOf(name, said[name] ?? '')] as const);
  const problems = values.flatMap(([name, value]) => {
    const wrong = table.checks[name](value);
    return wrong ? [`${called(name)} ${wrong}`] : [];
  });
  if (problems.length > 0) throw new SuanlinkError('config_invalid', problems.join('\n'));
  return {
    config: { ...effective.config, ...Object.fromEntries(values) },
    origins: { ...effective.origins, ...Object.fromEntries(names.map((name) => [name, called(name)])) },
  };
}

/** Settings that are looked at whenever they are needed. What agents were promised, and ports and names, are not. */
const live: ReadonlySet<keyof SchedulerConfig> = new Set<keyof SchedulerConfig>([
  'log_age',
  'log_size',
  'mass_loss_nodes',
  'mass_loss_share',
  'mass_loss_hold',
  'preempt_notice',
  'reclaim_notice',
  'idle_below',
  'idle_after',
  'idle_notice',
  'log_level',
]);

/** Compares two configurations, setting by setting. */
export function configChange(before: SchedulerConfig, after: SchedulerConfig): ConfigChange {
  return settingsChange(live, before, after);
}

/** What is in force after a reload: of `after` what can be applied, all else as it was. */
export function inForce(before: SchedulerConfig, after: SchedulerConfig): SchedulerConfig {
  return settingsInForce(live, before, after);
}

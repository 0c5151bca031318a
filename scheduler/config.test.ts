import { describe, expect, it } from 'vitest';
import { SuanlinkError } from '../proto/codes.ts';
import { type Effective, readSettings } from '../proto/settings.ts';
import { configChange, inForce, overlaid, optionOf, type SchedulerConfig, table } from './config.ts';
import { configSchema, sampleConfig } from './config-sample.ts';
import { coreOptions } from './configured.ts';
import { defaultMassLoss } from './fleet/mass-loss.ts';
import { defaultTimes } from './lease/lease.ts';
import type { Log } from './ports.ts';
import { defaultFair } from './queue/shares.ts';
import { reload } from './reload.ts';
import { defaultRetention } from './store/retention.ts';

const { defaults } = table;
const read = (text: string): Effective<SchedulerConfig> =>
  readSettings(table, [{ file: 'scheduler.yaml', text }]);
const problem = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    return SuanlinkError.from(error).message;
  }
  return 'accepted';
};

describe('the settings', () => {
  it('are by default what the parts are by default', () => {
    expect(coreOptions(defaults)).toEqual({
      ttlMs: defaultTimes.ttlMs,
      heartbeatMs: 10_000,
      logRetention: defaultRetention,
      massLoss: defaultMassLoss,
      fair: {
        preemptNoticeMs: defaultFair.preemptNoticeMs,
        reclaimNoticeMs: defaultFair.reclaimNoticeMs,
        idle: defaultFair.idle,
      },
    });
    expect(coreOptions({ ...defaults, idle_after: 'never' }).fair?.idle?.afterMs).toBe(0);
  });

  it.each([
    [
      'listen: "x y"',
      '1:9: listen is wrong: cannot listen at "x y": it must be host:port, [ipv6]:port or unix:/path',
    ],
    ['tls: off', 'accepted'],
    ['tls: no', '1:6: tls must be one of on, off'],
    ['hostnames: [pool.example, "a b"]', '1:12: hostnames is wrong: "a b" is no host name or address'],
    [
      'public_url: https://u:p@pool',
      '1:13: public_url is wrong: "https://u:p@pool" is no address such as https://pool.example:7443',
    ],
    ['ttl: soon', '1:6: ttl is wrong: "soon" is not a duration such as 90s, 2h or 1h30m'],
    ['log_size: 4x', '1:11: log_size is wrong: "4x" is not a size such as 512MiB, 4GiB or 1.5GB'],
    ['mass_loss_share: 0', '1:18: mass_loss_share must be a whole number of percent from 1 to 100'],
    ['idle_after: never', 'accepted'],
    ['idle_afer: 1h', '1:1: unknown key idle_afer; did you mean idle_after?'],
    ['max_cards: 4', expect.stringMatching(/^scheduler\.yaml:1:1: unknown key max_cards/)],
  ])('%s', (text, message) => {
    const wanted =
      typeof message === 'string' && message !== 'accepted' ? `scheduler.yaml:${message}` : message;
    expect(problem(text)).toEqual(wanted);
  });

  it('have a sample of comments alone, in which each is good, and a schema', () => {
    expect(read(sampleConfig()).config).toEqual(defaults);
    const settings = sampleConfig()
      .replace(/^#(?=[a-z ])(?! )/gm, '')
      .replace(/^# {2}/gm, '  ');
    const { config, origins } = read(settings);
    expect(Object.keys(origins).toSorted()).toEqual(Object.keys(defaults).toSorted());
    expect(config.hostnames).toEqual(['pool.example']);
    const { properties } = configSchema() as { properties: Record<string, { default: unknown }> };
    const own = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, field.default]));
    expect(own).toEqual(defaults);
  });
});

describe('words from elsewhere', () => {
  it('win over the file, and say where they come from', () => {
    const { config, origins } = overlaid(read('ttl: 60s\nheartbeat: 5s\nidle_below: 9\n'), {
      called: optionOf,
      said: { ttl: '20s', idle_below: '7', hostnames: 'a, b.example', metrics_listen: '127.0.0.1:1' },
    });
    expect(config).toEqual({
      ...defaults,
      ttl: '20s',
      heartbeat: '5s',
      idle_below: 7,
      hostnames: ['a', 'b.example'],
      metrics_listen: '127.0.0.1:1',
    });
    expect(origins).toEqual({
      ttl: '--ttl',
      heartbeat: 'scheduler.yaml:2:1',
      idle_below: '--idle-below',
      hostnames: '--hostname',
      metrics_listen: '--metrics-listen',
    });
  });

  it('are checked like those of a file, all of them', () => {
    const words = { called: optionOf, said: { ttl: 'soon', idle_below: 'x', mass_loss_nodes: '0' } };
    expect(() => overlaid(read(''), words)).toThrow(
      '--ttl is wrong: "soon" is not a duration such as 90s, 2h or 1h30m\n--idle-below must be a whole number of percent from 1 to 100\n--mass-loss-nodes must be a whole number of nodes from 1 to 1000000000',
    );
  });
});

describe('a reload', () => {
  const said: string[] = [];
  const at = (level: string) => (event: string, fields?: object) =>
    void said.push(`${level} ${event} ${JSON.stringify(fields)}`);
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const again = (
    text: string,
    before: SchedulerConfig,
  ): { now: SchedulerConfig; applied: SchedulerConfig[] } => {
    const applied: SchedulerConfig[] = [];
    const load = () => ({ ...read(text), file: 'f', files: ['f'] });
    return { now: reload({ load, apply: (config) => void applied.push(config), log }, before), applied };
  };

  it('applies what can be applied and says what needs a restart, until then', () => {
    said.length = 0;
    const text = 'idle_after: never\nlog_level: debug\nttl: 60s\nlisten: 127.0.0.1:1\n';
    const { now, applied } = again(text, defaults);
    expect(now).toEqual({ ...defaults, idle_after: 'never', log_level: 'debug' });
    expect(applied).toEqual([now]);
    expect(said[0]).toMatch(/^info configuration_reloaded .*"applied":"idle_after, log_level"/);
    expect(said[1]).toMatch(/^warn configuration_needs_restart .*"settings":"listen, ttl"/);
    expect(configChange(now, read(text).config).needRestart).toEqual(['listen', 'ttl']);
    expect(inForce(now, defaults)).toEqual(defaults);
  });

  it('of a file with any mistake changes nothing', () => {
    said.length = 0;
    const { now, applied } = again('log_level: debug\nttl: soon\n', defaults);
    expect([now, applied]).toEqual([defaults, []]);
    expect(said).toEqual([expect.stringMatching(/^error configuration_not_reloaded/)]);
  });
});

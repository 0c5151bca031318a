import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openPolicy } from './capacity/policy.ts';
import { defaults, readConfig, sharingPolicy } from './config.ts';

const problem = (text: string): string => {
  try {
    readConfig(text, 'agent.yaml');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'accepted';
};

describe('readConfig', () => {
  it('takes an empty file as all defaults', () => {
    expect(readConfig('', 'agent.yaml')).toEqual(defaults);
  });

  it('takes every key', () => {
    const text =
      'name: n1\nengine: unix:///run/x.sock\ntool_path: [/opt/bin]\nregion: "110000"\nlabels: {rack: a}\nwithhold: ["nvidia:0", GPU-1]\nonly: [nvidia]\nhours: [Mon-Fri 20:00-08:00]\ntime_zone: Asia/Shanghai\nallow_orgs: [acme]\ndeny_orgs: [other]\nmax_lease: 4h\nmax_cards: 4\nexternal_use: reclaim\nreclaim_notice_ms: 5000\nreserve_memory_bytes: 1\noutbox_bytes: 1048576\nreserve_disk_bytes: 2\nimage_keep: 12h\nproxy: http://u:p@proxy:3128\nsample_interval_ms: 1000\nlog_level: debug\nmetrics_listen: 127.0.0.1:9467\n';
    expect(readConfig(text, 'agent.yaml')).toEqual({
      name: 'n1',
      engine: 'unix:///run/x.sock',
      tool_path: ['/opt/bin'],
      region: '110000',
      labels: { rack: 'a' },
      withhold: ['nvidia:0', 'GPU-1'],
      only: ['nvidia'],
      hours: ['Mon-Fri 20:00-08:00'],
      time_zone: 'Asia/Shanghai',
      allow_orgs: ['acme'],
      deny_orgs: ['other'],
      max_lease: '4h',
      max_cards: 4,
      external_use: 'reclaim',
      reclaim_notice_ms: 5000,
      reserve_memory_bytes: 1,
      outbox_bytes: 1_048_576,
      reserve_disk_bytes: 2,
      image_keep: '12h',
      proxy: 'http://u:p@proxy:3128',
      sample_interval_ms: 1000,
      log_level: 'debug',
      metrics_listen: '127.0.0.1:9467',
    });
  });

  it('says where an unknown key stands and what was meant', () => {
    expect(problem('name: a\n  \nlog_levl: info\n')).toBe(
      'agent.yaml:3:1: unknown key log_levl; did you mean log_level?',
    );
  });

  it('says where a value of the wrong type stands', () => {
    expect(problem('sample_interval_ms: "fast"\n')).toBe(
      'agent.yaml:1:21: sample_interval_ms must be a whole number of milliseconds from 500 to 600000',
    );
  });

  it('names every problem at once', () => {
    expect(problem('nme: a\nregion: 11\n').split('\n')).toHaveLength(2);
  });

  it('refuses what is not a map, and broken YAML, with the place', () => {
    expect(problem('- a\n')).toContain('agent.yaml:1:1: the file must be a map');
    expect(problem('name: [a\n')).toMatch(/^agent\.yaml:\d+:\d+: /);
    expect(problem('name: a\nname: b\n')).toMatch(/^agent\.yaml:2:1: .*unique/);
  });
});

describe("the owner's policy", () => {
  it.each([
    ['withhold: [nvida]', '1:11: withhold is wrong: "nvida" names no vendor; did you mean nvidia?'],
    ['only: ["cambrikon:1"]', '1:7: only is wrong: "cambrikon:1" names no vendor; did you mean cambricon?'],
    ['withhold: ["0"]', '1:11: withhold is wrong: "0" may be any vendor\'s: say nvidia:0'],
    ['withhold: [0]', '1:11: withhold must be a list of texts'],
    [
      'hours: [Mon-Fry 20:00-08:00]',
      '1:8: hours is wrong: "Mon-Fry 20:00-08:00" names no day: "Fry" is none of Mon, Tue, Wed, Thu, Fri, Sat, Sun',
    ],
    ['hours: Mon 20:00-08:00', '1:8: hours must be a list of texts'],
    ['time_zone: Shanghai', '1:12: time_zone is wrong: "Shanghai" is no time zone such as Asia/Shanghai'],
    [
      'allow_orgs: [ACME Ltd]',
      '1:13: allow_orgs is wrong: "ACME Ltd" is not an organisation name (a-z, 0-9 and dashes, at most 40)',
    ],
    ['max_lease: 4', '1:12: max_lease must be a duration such as 4h or 1h30m'],
    ['max_lease: 4x', '1:12: max_lease is wrong: "4x" is not a duration such as 90s, 2h or 1h30m'],
    ['max_lease: 4s', '1:12: max_lease is wrong: "4s" is less than a minute'],
    ['max_cards: -1', '1:12: max_cards must be a whole number of cards from 0 to 1024'],
    [
      'proxy: socks5://u:hidden@p:1',
      '1:8: proxy is wrong: it names no proxy that can be used: it looks like http://proxy.example:3128 or http://USER:PASSWORD@proxy.example:3128',
    ],
    ['max_card: 1', '1:1: unknown key max_card; did you mean max_cards?'],
  ])('%s', (text, message) => expect(problem(text)).toBe(`agent.yaml:${message}`));

  it('of an empty file is none', () => {
    expect(sharingPolicy(defaults, () => 'UTC')).toEqual(openPolicy);
  });

  it("counts hours by the zone of the file, else by the machine's", () => {
    const policy = (text: string): string | undefined =>
      sharingPolicy(readConfig(text, 'agent.yaml'), () => 'Europe/Berlin').hours?.text;
    expect(policy('hours: [daily 20:00-08:00]')).toBe('daily 20:00-08:00 (Europe/Berlin)');
    expect(policy('hours: [daily 20:00-08:00]\ntime_zone: Asia/Shanghai')).toBe(
      'daily 20:00-08:00 (Asia/Shanghai)',
    );
  });

  it('takes the sample of docs/owner-policy.md', () => {
    const page = readFileSync(new URL('../docs/owner-policy.md', import.meta.url), 'utf8');
    const sample = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
    expect(sharingPolicy(readConfig(sample, 'agent.yaml'), () => 'UTC')).toEqual({
      only: ['nvidia', 'ascend'],
      withhold: ['nvidia:0'],
      hours: expect.objectContaining({ text: 'Mon-Fri 20:00-08:00; Sat,Sun 00:00-24:00 (Asia/Shanghai)' }),
      allowOrgs: ['acme', 'lab-3'],
      denyOrgs: [],
      maxLeaseMs: 14_400_000,
      maxCards: 6,
      externalUse: 'reclaim',
    });
  });
});

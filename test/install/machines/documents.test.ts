/**
 * Every command that README and docs tell a person to type, typed on a clean Debian with real systemd, line by line and in
 * order, in both languages. Only names are filled in: a job's, a version's, an image's. What cannot run here is listed with the
 * reason, and nothing else is left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/bundle.ts';
import { type Release, release } from './bundles.ts';
import { jobImage, Machine } from './machine.ts';

/** Lines that cannot run on such a machine, and why. */
const cannot: [RegExp, string][] = [
  [/^git clone |^npm /, 'what CI does with the repository itself'],
  [/mirror\.example/, 'there is no mirror: the network is not to be had'],
];

/** Lines that go on until they are ended. */
const endless = /^suanlink (scheduler --|agent|top$|top --readonly|top --json --watch|probe --watch|logs -f)/;

/** The lines of the n-th block of shell code in `file`, without comments, several on a line apart. */
function block(file: string, n: number): string[] {
  const blocks = [...readFileSync(join(root, file), 'utf8').matchAll(/```sh\n(.*?)```/gs)];
  const text = blocks[n]?.[1];
  if (text === undefined) throw new Error(`${file} has no ${n + 1} blocks of shell code`);
  return text
    .split('\n')
    .map((line) => line.replace(/ +#.*$/, '').trim())
    .flatMap((line) => line.split('; '))
    .filter((line) => line !== '' && !cannot.some(([pattern]) => pattern.test(line)));
}

/** A line with names of this machine. */
function filled(line: string, job: string): string {
  return (
    line
      .replace(/\bJOB\b/, job)
      .replace(/suanlink-VERSION-/, 'suanlink-0.1.0-')
      .replace(/suanlink-NEW-/, 'suanlink-0.2.0-')
      .replace('suanlink-2026-01-31', 'suanlink-$(date +%F)')
      .replace('registry.example/train:1 -- python train.py', `${jobImage} -- echo trained`)
      .replace(/ \| jq .*$/, ' | grep schema')
      // Not over the file that is there.
      .replace('suanlink config init', 'mv /etc/suanlink/agent.yaml /srv; suanlink config init')
  );
}

describe('what documents tell to type', () => {
  const machine = new Machine();
  let now: Release;
  let next: Release;
  const tools = '/var/lib/stand-ins';

  /** Types a line at /srv; its exit code must be 0. */
  function type(line: string, job = ''): string {
    const typed = filled(line, job);
    // A dry run on a system without such cards says that it would wait.
    const orWaits = typed.startsWith('suanlink plan') ? ' || test $? = 7' : '';
    if (!endless.test(typed)) return machine.must(`cd /srv && timeout 90 sh -c '${typed}'${orWaits}`);
    const { code, all } = machine.exec(`cd /srv && timeout --preserve-status -s INT 6 ${typed}`);
    // 1 of `top` is a node with something to look at.
    const good = typed.startsWith('suanlink top') ? [0, 1, 130] : [0, 130];
    if (!good.includes(code)) throw new Error(`${typed} ended with ${code}:\n${all}`);
    return all;
  }

  const followed = (file: string, ...blocks: number[]): void => {
    for (const n of blocks) for (const line of block(file, n)) type(line);
  };

  beforeAll(async () => {
    now = release('0.1.0');
    next = release('0.2.0');
    await machine.boot('bookworm');
    machine.importJobImage();
    for (const { bundle, version } of [now, next])
      machine.put(bundle, `/srv/suanlink-${version}-linux-x64.tar.gz`);
    machine.put(now.script, '/srv/install.sh');
  }, 600_000);

  afterAll(() => machine.end());

  // Each begins on a clean system, however the one before has ended.
  afterEach(() => {
    machine.exec("pkill -TERM -f 'suanlin[k].* (scheduler|agent) --'; sleep 2");
    machine.exec('sh /srv/install.sh --uninstall --purge; rm -rf /srv/backup');
    machine.exec('rm -rf /var/lib/suanlink /etc/suanlink /usr/local/bin/suanlink');
  });

  it.each(['README.md', 'README.zh-CN.md'])('%s: installed, upgraded, gone back, removed', (file) => {
    const lines = block(file, 2);
    expect(lines.length).toBeGreaterThanOrEqual(10);
    for (const line of lines) {
      const said = type(line);
      if (line === 'suanlink status') expect(said).toContain('connected');
    }
    expect(machine.exec('command -v suanlink').code).not.toBe(0);
  });

  it('docs/operations.md and docs/top.md: configured, looked at, backed up and restored', () => {
    const [first = ''] = block('README.md', 2);
    type(first);
    type('suanlink token create --kind join --org acme > join-token');
    followed('docs/operations.md', 0);
    expect(machine.exec('command -v suanlink').code).not.toBe(0);
    type(first);
    type('suanlink token create --kind join --org acme > join-token');
    type(block('README.md', 2)[2] ?? '');
    followed('docs/operations.md', 1, 2);
    followed('docs/top.md', 0);
    type('sh install.sh --uninstall --purge');
  });

  it.each(['README.md', 'README.zh-CN.md'])('%s: by hand, with a job', (file) => {
    machine.must(`mkdir -p /usr/local/bin && tar -xzf /srv/suanlink-0.1.0-linux-x64.tar.gz -C /srv`);
    machine.must(
      'rm -f /usr/local/bin/suanlink && cp /srv/suanlink-0.1.0-linux-x64/bin/suanlink /usr/local/bin/',
    );
    machine.must(`suanlink simulate-node --profile 8xH100 --dir ${tools}`);
    const [scheduler = '', token = '', agent = '', ...rest] = block(file, 3);
    const background = (line: string): void => {
      machine.must(`cd /srv && (setsid ${line} > /srv/daemon.log 2>&1 &)`);
    };
    background(scheduler);
    machine.must(
      'for n in $(seq 100); do test -e /var/lib/suanlink/scheduler/url && exit 0; sleep 0.1; done; exit 1',
    );
    type(token);
    background(`${agent} --tool-path ${tools} --simulated`);
    machine.must(
      'for n in $(seq 100); do suanlink status | grep -q connected && exit 0; sleep 0.2; done; exit 1',
    );
    let job = '';
    expect(rest.length).toBeGreaterThan(6);
    for (const line of rest) {
      const said = type(line, job);
      if (line.startsWith('suanlink run')) expect(said).toContain('trained');
      if (line.startsWith('suanlink ps')) job = /\bjob-\w+/.exec(said)?.[0] ?? '';
    }
  });
});

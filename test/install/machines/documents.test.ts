/**
 * Every command that README and docs tell a person to type, typed on a clean Debian with real systemd: blocks of shell code line
 * by line and in order, in both languages, then what stands in sentences (`places.ts`). Only names are filled in: a job's, a
 * version's, an image's.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/bundle.ts';
import { cannot, elsewhere, onMachine } from '../places.ts';
import { told } from '../told.ts';
import { type Release, release } from './bundles.ts';
import { jobImage, Machine } from './machine.ts';

const skipped = new Set([...elsewhere, ...cannot].map(([text]) => text));

/** Lines that go on until they are ended. */
const endless = /^suanlink (scheduler --|agent |top$|top --readonly|top .*--watch|probe --watch|logs -f)/;

/** The lines of the n-th block of shell code in `file`. */
function block(file: string, n: number): string[] {
  const lines = told(readFileSync(join(root, file), 'utf8')).filter((each) => each.block === n);
  if (lines.length === 0) throw new Error(`${file} has no ${n + 1} blocks of shell code`);
  return lines.map(({ text }) => text).filter((text) => !skipped.has(text));
}

/** What a line's names are here. */
interface Names {
  job: string;
  hold: string;
}

/** A line with names of this machine. */
function filled(line: string, { job, hold }: Names): string {
  return (
    line
      .replace(/\bJOB\b/, job)
      .replace(/\bID\b/, hold)
      .replace(/\bNODE(\.\.\.)?/, 'node1')
      .replace(/\bORG\b/, 'acme')
      .replace(' T ', ` ${new Date(Date.now() + 3_600_000).toISOString()} `)
      .replace(/suanlink-VERSION-/, 'suanlink-0.1.0-')
      .replace(/suanlink-NEW-/, 'suanlink-0.2.0-')
      .replace('https://mirror.example/', 'http://127.0.0.1:8000/')
      .replace('suanlink-2026-01-31', 'suanlink-$(date +%F)')
      .replace('registry.example/train:1 -- python train.py', `${jobImage} -- echo trained`)
      .replace('IMAGE -- cmd', `${jobImage} -- echo hello`)
      .replace('IMAGE', jobImage)
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
  function type(line: string, names: Partial<Names> = {}): string {
    const typed = filled(line, { job: '', hold: '', ...names });
    const isEndless = endless.test(typed);
    const limit = isEndless ? 'timeout --preserve-status -s INT 6' : 'timeout 90';
    const { code, stdout, all } = machine.exec(`cd /srv && ${limit} sh -c "$LINE"`, {
      LINE: isEndless ? `exec ${typed}` : typed,
    });
    const good = [0];
    if (isEndless) good.push(130);
    // 1 of `top` is a node with something to look at.
    if (typed.startsWith('suanlink top')) good.push(1);
    // A dry run on a system without such cards says that it would wait.
    if (typed.startsWith('suanlink plan')) good.push(7);
    if (!good.includes(code)) throw new Error(`${typed} ended with ${code}:\n${all}`);
    return isEndless ? all : stdout;
  }

  const followed = (file: string, ...blocks: number[]): void => {
    for (const n of blocks) for (const line of block(file, n)) type(line);
  };

  /** Waits until a shell command line succeeds. */
  const until = (condition: string): void =>
    void machine.must(
      `for n in $(seq 150); do (${condition}) >/dev/null 2>&1 && exit 0; sleep 0.2; done; exit 1`,
    );

  beforeAll(async () => {
    now = release('0.1.0');
    next = release('0.2.0');
    await machine.boot('bookworm', { more: { name: 'tools', packages: ['curl', 'jq'] } });
    machine.importJobImage();
    for (const { bundle, version } of [now, next])
      machine.put(bundle, `/srv/suanlink-${version}-linux-x64.tar.gz`);
    machine.put(now.script, '/srv/install.sh');
    // A mirror is any web server.
    machine.put('/bin/busybox', '/srv/busybox');
    machine.must(
      'mkdir /srv/suanlink && echo 0.1.0 > /srv/suanlink/LATEST && ln /srv/suanlink-* /srv/suanlink/',
    );
    machine.must('/srv/busybox httpd -p 127.0.0.1:8000 -h /srv');
  }, 600_000);

  afterAll(() => machine.end());

  // Each begins on a clean system, however the one before has ended.
  afterEach(() => {
    machine.exec("pkill -TERM -f 'suanlin[k].* (scheduler|agent) --'; sleep 2");
    machine.exec('sh /srv/install.sh --uninstall --purge --force; rm -rf /srv/backup /srv/second');
    machine.exec('rm -rf /var/lib/suanlink /etc/suanlink /usr/local/bin/suanlink /etc/default/suanlink-*');
    machine.exec('rm -rf /etc/systemd/system/suanlink-*.d; systemctl daemon-reload');
  });

  it.each(['README.md', 'README.zh-CN.md'])('%s: installed, upgraded, gone back, removed', (file) => {
    const lines = block(file, 2);
    expect(lines.length).toBeGreaterThanOrEqual(10);
    for (const line of lines) {
      const said = type(line);
      if (line === 'suanlink status') expect(said).toContain('connected to');
    }
    expect(machine.exec('command -v suanlink').code).not.toBe(0);
  });

  it('docs: installed, configured, looked at, measured, backed up and restored', () => {
    const [scheduler = '', token = '', agent = ''] = block('README.md', 2);
    type(scheduler);
    type(token);
    followed('docs/operations.md', 0);
    expect(machine.exec('command -v suanlink').code).not.toBe(0);
    // As docs/metrics.md says.
    machine.must(
      `echo 'SUANLINK_SCHEDULER_OPTIONS=--metrics-listen 127.0.0.1:9468' > /etc/default/suanlink-scheduler`,
    );
    type(scheduler);
    type(token);
    type(agent);
    followed('docs/operations.md', 1, 2);
    until('suanlink status | grep -q "connected to"');
    followed('docs/top.md', 0, 1);
    followed('docs/doctor.md', 0);
    followed('docs/metrics.md', 0);
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
    until('test -e /var/lib/suanlink/scheduler/url');
    type(token);
    background(`${agent} --tool-path ${tools} --simulated`);
    until('suanlink status | grep -q "connected to"');
    let job = '';
    expect(rest.length).toBeGreaterThan(6);
    for (const line of rest) {
      const said = type(line, { job });
      if (line.startsWith('suanlink run')) expect(said).toContain('trained');
      if (line.startsWith('suanlink ps')) job = /\bjob-\w+/.exec(said)?.[0] ?? '';
    }
  });

  it('sentences: typed on a node with cards, a job and its scheduler', () => {
    const [scheduler = '', token = '', agent = ''] = block('README.md', 2);
    type(scheduler);
    type(token);
    const simulated =
      '[Service]\nExecStart=\nExecStart=/usr/local/bin/suanlink agent --simulated --tool-path';
    const dropIns = '/etc/systemd/system/suanlink-agent.service.d';
    machine.must(`mkdir -p ${dropIns} && printf '%s\\n' "$UNIT" > ${dropIns}/simulated.conf`, {
      UNIT: `${simulated} ${tools}`,
    });
    machine.must(`tar -xzf /srv/suanlink-0.1.0-linux-x64.tar.gz -C /srv`);
    machine.must(`/srv/suanlink-0.1.0-linux-x64/bin/suanlink simulate-node --profile 8xH100 --dir ${tools}`);
    type(agent);
    type(token);
    machine.must(`printf '[Service]\\nNice=3\\n' > /srv/nice.conf`);
    until('suanlink nodes | grep -q H100');
    const body = `'trap "exit 0" TERM; echo hello; while :; do sleep 0.2; done'`;
    const asked = `suanlink run --detach --accelerators 1 --time-limit 10m ${jobImage} -- sh -c ${body}`;
    const job = machine.must(asked).trim();
    until(`suanlink ps | grep '${job}.*running'`);
    let hold = '';
    for (const each of onMachine) {
      const said = type(typeof each === 'string' ? each : each[1], { job, hold });
      hold = /\bhold-\w+/.exec(said)?.[0] ?? hold;
    }
    expect(hold).not.toBe('');
    expect(machine.must('suanlink version')).toBe('suanlink 0.2.0\n');
    expect(machine.must('systemctl show -p Nice suanlink-agent')).toBe('Nice=3\n');
  }, 400_000);
});

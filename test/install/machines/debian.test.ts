/**
 * A sysadmin's whole way on clean Debian systems with real systemd: install offline, enrol, run a job, upgrade under ten
 * running leases, survive a broken upgrade, roll back, remove without a trace.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suites } from '../../../scripts/roots.ts';
import { brokenRelease, type Release, release } from './bundles.ts';
import { openTerminal } from '../../tui/terminal.ts';
import { jobImage, Machine } from './machine.ts';

let now: Release;
let next: Release;
let broken: Release;

beforeAll(async () => {
  now = release('0.1.0');
  next = release('0.1.1');
  broken = await brokenRelease(next, '0.1.2');
}, 600_000);

const wanted = (process.env.SUANLINK_ROOTS ?? suites.join(',')).split(',');

describe.each(suites.filter((suite) => wanted.includes(suite)))('%s', (suite) => {
  const machine = new Machine();
  let before: string[];
  let env: Record<string, string>;

  beforeAll(async () => {
    await machine.boot(suite);
    machine.importJobImage();
    for (const { bundle, version } of [now, next, broken]) machine.put(bundle, `/srv/${version}.tar.gz`);
    machine.put(now.script, '/srv/install.sh');
    machine.put(now.deb, '/srv/suanlink.deb');
    before = machine.files();
  }, 600_000);

  afterAll(() => machine.end());

  const install = (args: string) => machine.exec(`sh /srv/install.sh --lang en ${args}`);

  it('installs a scheduler and an agent, which enrols', () => {
    const first = install('--bundle /srv/0.1.0.tar.gz --role both');
    expect(first).toMatchObject({ code: 0 });
    expect(machine.must('systemctl is-active suanlink-scheduler')).toBe('active\n');
    const address = machine
      .must("sed -n 's/.*serves //p' <<E\n$(systemctl show -p StatusText suanlink-scheduler)\nE")
      .trim();
    const state = '/var/lib/suanlink/scheduler';
    env = {
      SUANLINK_SCHEDULER: address,
      SUANLINK_TOKEN_FILE: `${state}/admin-token`,
      SUANLINK_CA_FILE: `${state}/ca.crt`,
    };
    machine.must('suanlink token create --kind join --org default > /srv/join-token');
    expect(install('--bundle /srv/0.1.0.tar.gz --role both --join-token-file /srv/join-token')).toMatchObject(
      { code: 0 },
    );
    expect(machine.must('suanlink status')).toContain('connected to');
  }, 180_000);

  it('runs a job on the engine of the machine', () => {
    const ran = machine.exec(`suanlink run --cpus 0.1 --memory 32MiB ${jobImage} -- echo hello`, env);
    expect(ran).toMatchObject({ code: 0, stdout: 'hello\n' });
  }, 120_000);

  it('changes nothing the second time', () => {
    const pid = machine.must('systemctl show -p MainPID suanlink-agent');
    const again = install('--bundle /srv/0.1.0.tar.gz --role both');
    expect(again).toMatchObject({ code: 0, all: expect.stringContaining('nothing was changed') as string });
    expect(machine.must('systemctl show -p MainPID suanlink-agent')).toBe(pid);
  }, 120_000);

  it('has units that systemd takes, whose drop-ins an upgrade keeps', () => {
    for (const unit of ['suanlink-agent', 'suanlink-scheduler'])
      expect(machine.exec(`systemd-analyze verify /etc/systemd/system/${unit}.service`).all).not.toMatch(
        /Unknown|ignoring|not executable/i,
      );
    machine.must(
      'mkdir -p /etc/systemd/system/suanlink-agent.service.d && printf "[Service]\\nNice=3\\n" > /etc/systemd/system/suanlink-agent.service.d/nice.conf && systemctl daemon-reload',
    );
  });

  const containers = (): string => machine.leased().join(' ');
  let jobs: string[] = [];

  it('backs the running scheduler up', () => {
    expect(machine.must('suanlink scheduler backup --to /srv/backup')).toBe('/srv/backup\n');
    expect(machine.must('ls /srv/backup')).toMatch(/ca\.key[^]*scheduler\.db[^]*usage\.key/);
  });

  it('upgrades under ten running leases: all taken up again, none disturbed', async () => {
    const body = 'i=0; while [ $i -lt 400 ]; do echo line $i; i=$((i+1)); sleep 0.2; done';
    jobs = Array.from({ length: 10 }, () =>
      machine
        .must(
          `suanlink run --detach --cpus 0.05 --memory 24MiB --time-limit 10m ${jobImage} -- sh -c '${body}'`,
          env,
        )
        .trim(),
    );
    await expect.poll(() => machine.leased().length, { timeout: 60_000, interval: 500 }).toBe(10);
    const running = containers();
    const inside = [
      'exec',
      '-it',
      '-e',
      'TERM=xterm-256color',
      machine.name,
      'suanlink',
      'top',
      '--lang',
      'en',
    ];
    const top = openTerminal({
      command: 'podman',
      args: inside,
      cols: 120,
      rows: 30,
      env: { HOME: '/root' },
    });
    await top.shows(/0\.1\.0/, 20_000);
    const upgraded = machine.exec('suanlink upgrade --when now --bundle /srv/0.1.1.tar.gz');
    expect(upgraded).toMatchObject({ code: 0 });
    // The view that was open meanwhile has stayed up and shows the new agent.
    await top.shows(/0\.1\.1/, 20_000);
    top.type('q');
    expect(await top.ended).toMatchObject({ exitCode: 0 });
    expect(machine.must('suanlink version')).toBe('suanlink 0.1.1\n');
    expect(machine.must('suanlink status')).toMatch(/agent 0\.1\.1/);
    expect(machine.must('systemctl show -p Nice suanlink-agent')).toBe('Nice=3\n');
    expect(containers()).toBe(running);
  }, 240_000);

  it('goes back by itself from a version whose agent does not come up, and by hand', () => {
    const running = containers();
    const failed = install('--bundle /srv/0.1.2.tar.gz --role agent');
    expect(failed).toMatchObject({ code: 6 });
    expect(machine.must('suanlink version')).toBe('suanlink 0.1.1\n');
    machine.must('for n in $(seq 60); do suanlink status >/dev/null 2>&1 && exit 0; sleep 0.5; done; exit 1');
    expect(containers()).toBe(running);
    expect(install('--rollback --role both')).toMatchObject({ code: 0 });
    expect(machine.must('suanlink version')).toBe('suanlink 0.1.0\n');
    expect(containers()).toBe(running);
  }, 240_000);

  it('refuses to remove itself from under running leases; they all end well', () => {
    expect(install('--uninstall')).toMatchObject({ code: 5 });
    for (const job of jobs) {
      const output = machine.must(`suanlink logs -f ${job}`, env).trim().split('\n');
      expect(output).toHaveLength(400);
      expect(output.at(-1)).toBe('line 399');
    }
  }, 300_000);

  it('removes itself and leaves every file as it was', () => {
    expect(install('--uninstall')).toMatchObject({ code: 0 });
    expect(machine.exec('test -e /etc/suanlink/agent.yaml').code).toBe(0);
    expect(install('--uninstall --purge')).toMatchObject({ code: 0 });
    machine.must('rm -r /etc/systemd/system/suanlink-agent.service.d');
    expect(machine.files()).toEqual(before);
    expect(machine.exec('getent passwd suanlink; getent group suanlink').stdout).toBe('');
    expect(machine.must('systemctl list-units --all "suanlink*" --no-legend').trim()).toBe('');
  }, 120_000);

  it('comes and goes as a package of the distribution too', () => {
    // What dpkg knows of packages that are gone is its own.
    const listed = (): string[] => machine.files().filter((path) => !path.startsWith('/var/lib/dpkg/'));
    const clean = listed();
    machine.must('dpkg -i /srv/suanlink.deb');
    expect(machine.must('suanlink version')).toBe('suanlink 0.1.0\n');
    expect(machine.must('suanlink config validate')).toBeDefined();
    expect(machine.exec('systemctl is-enabled suanlink-agent').stdout).toMatch(/enabled|disabled/);
    expect(machine.must('dpkg -V suanlink')).toBe('');
    machine.must('dpkg -r suanlink');
    expect(machine.exec('test -e /etc/suanlink/agent.yaml').code).toBe(0);
    machine.must('dpkg -P suanlink');
    expect(listed()).toEqual(clean);
    expect(machine.exec('getent passwd suanlink; getent group suanlink').stdout).toBe('');
  }, 120_000);
});

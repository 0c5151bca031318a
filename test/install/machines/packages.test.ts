/**
 * deb and rpm, each through its own package manager on a clean Debian with real systemd, so that its scripts run as they would:
 * installed, enrolled, a job, upgraded under a lease, removed. The rpm without its dependencies, whose names are another
 * distribution's.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Release, release } from './bundles.ts';
import { jobImage, Machine } from './machine.ts';

let now: Release;
let next: Release;

beforeAll(() => {
  now = release('0.1.0');
  next = release('0.1.1');
}, 600_000);

const rpm = 'rpm --force-debian --nodeps';

describe.each([
  {
    kind: 'deb',
    install: (file: string) => `dpkg -i ${file}`,
    upgrade: (file: string) => `dpkg -i ${file}`,
    whole: 'dpkg -V suanlink',
    remove: 'dpkg -r suanlink',
    // Takes user, configuration and state too.
    purge: 'dpkg -P suanlink',
  },
  {
    kind: 'rpm',
    install: (file: string) => `${rpm} -i ${file}`,
    upgrade: (file: string) => `${rpm} -U ${file}`,
    whole: 'rpm -V --nodeps suanlink',
    remove: `${rpm} -e suanlink`,
    // An rpm leaves them to the sysadmin.
    purge: 'rm -rf /etc/suanlink /var/lib/suanlink /run/suanlink && userdel suanlink',
  },
] as const)('$kind', ({ kind, install, upgrade, whole, remove, purge }) => {
  const machine = new Machine();
  let before: string[];

  /** What the package manager knows is its own. */
  const files = (): string[] =>
    machine.files().filter((path) => !/^\/(var\/lib\/(dpkg|rpm)\/|root\/\.rpmdb)/.test(path));
  const until = (condition: string): void =>
    void machine.must(
      `for n in $(seq 150); do (${condition}) >/dev/null 2>&1 && exit 0; sleep 0.2; done; exit 1`,
    );
  const isActive = (unit: string): string => machine.exec(`systemctl is-active ${unit}`).stdout.trim();

  beforeAll(async () => {
    await machine.boot('bookworm', kind === 'rpm' ? { more: { name: 'rpm', packages: ['rpm'] } } : {});
    machine.importJobImage();
    machine.put(now[kind], `/srv/now.${kind}`);
    machine.put(next[kind], `/srv/next.${kind}`);
    machine.put(now.bundle, '/srv/bundle.tar.gz');
    machine.put(now.script, '/srv/install.sh');
    before = files();
  }, 600_000);

  afterAll(() => machine.end());

  it('is installed, and starts nothing by itself', () => {
    machine.must(install(`/srv/now.${kind}`));
    expect(machine.must('suanlink version')).toBe('suanlink 0.1.0\n');
    expect(machine.must('suanlink config validate')).toBeDefined();
    expect(machine.must(whole)).toBe('');
    expect([isActive('suanlink-agent'), isActive('suanlink-scheduler')]).toEqual(['inactive', 'inactive']);
    // Not over a package.
    expect(machine.exec('sh /srv/install.sh --bundle /srv/bundle.tar.gz')).toMatchObject({ code: 10 });
  });

  it('enrols, and runs a job', () => {
    machine.must('systemctl enable --now suanlink-scheduler');
    machine.must('umask 077; suanlink token create --kind join --org acme > /etc/suanlink/join-token');
    machine.must('systemctl enable --now podman.socket suanlink-agent');
    until('suanlink status | grep -q "connected to"');
    const ran = machine.exec(`suanlink run --cpus 0.1 --memory 32MiB ${jobImage} -- echo hello`);
    expect(ran).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  it('is upgraded under a lease, and leaves configuration and drop-ins alone', () => {
    machine.must('echo "max_lease: 4h" >> /etc/suanlink/agent.yaml');
    machine.must('mkdir -p /etc/systemd/system/suanlink-agent.service.d');
    machine.must('printf "[Service]\\nNice=3\\n" > /etc/systemd/system/suanlink-agent.service.d/nice.conf');
    const body = 'while :; do echo alive; sleep 0.2; done';
    const asked = `suanlink run --detach --cpus 0.1 --memory 24MiB --time-limit 10m ${jobImage} -- sh -c '${body}'`;
    machine.must(asked);
    until('suanlink ps | grep -q running');
    const running = machine.leased();
    expect(running).toHaveLength(1);
    machine.must(upgrade(`/srv/next.${kind}`));
    until('suanlink status | grep -q "agent 0.1.1"');
    until('suanlink status | grep -q "connected to"');
    expect(machine.leased()).toEqual(running);
    expect(machine.must('suanlink version')).toBe('suanlink 0.1.1\n');
    expect(machine.must('tail -n 1 /etc/suanlink/agent.yaml')).toBe('max_lease: 4h\n');
    expect(machine.must('systemctl show -p Nice suanlink-agent')).toBe('Nice=3\n');
    expect(isActive('suanlink-scheduler')).toBe('active');
  });

  it('is removed, keeps what is the owner’s, and then leaves every file as it was', () => {
    machine.must('suanlink drain --deadline 0s --wait');
    machine.must(remove);
    expect(machine.exec('command -v suanlink').code).not.toBe(0);
    expect(machine.must('ls /etc/suanlink')).toMatch(/agent\.yaml/);
    expect(machine.must('systemctl list-units --all "suanlink*" --no-legend').trim()).toBe('');
    machine.must(purge);
    machine.must('rm -r /etc/systemd/system/suanlink-agent.service.d');
    expect(files()).toEqual(before);
    expect(machine.exec('getent passwd suanlink; getent group suanlink').stdout).toBe('');
  });
});

/**
 * The way of `debian.test.ts` in short, on clean Debian systems without systemd: OpenRC and sysv-rc, with sysvinit as process 1.
 * Under OpenRC the scheduler is a service too; under sysv-rc it runs by hand.
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

/** What the agent's own command line looks like, and no other. */
const agent = 'bin/suanlin[k] --node-options.* agent$';

describe.each([
  {
    init: 'openrc',
    hasScheduler: true,
    packages: ['sysvinit-core', 'openrc'],
    tool: (verb: string) => `rc-service suanlink-agent ${verb}`,
    // Supervised: started again after 5 s.
    died: 'started',
  },
  {
    init: 'sysv',
    hasScheduler: false,
    packages: ['sysvinit-core', 'initscripts', 'sysv-rc'],
    tool: (verb: string) => `/etc/init.d/suanlink-agent ${verb}`,
    died: 'has died',
  },
])('$init', ({ init, hasScheduler, packages, tool, died }) => {
  const machine = new Machine();
  let before: string[];

  beforeAll(async () => {
    await machine.boot('bookworm', { more: { name: init, packages }, init: 'sysvinit' });
    machine.importJobImage();
    for (const { bundle, version } of [now, next]) machine.put(bundle, `/srv/${version}.tar.gz`);
    machine.put(now.script, '/srv/install.sh');
    machine.must('mkdir -p /etc/conf.d');
    machine.must(`echo 'SUANLINK_SCHEDULER_OPTIONS="${listen}"' > /etc/conf.d/suanlink-scheduler`);
    before = machine.files();
  }, 600_000);

  afterAll(() => machine.end());

  const install = (args: string) => machine.exec(`sh /srv/install.sh --lang en --role both ${args}`);
  const until = (condition: string): void =>
    void machine.must(
      `for n in $(seq 150); do (${condition}) >/dev/null 2>&1 && exit 0; sleep 0.2; done; exit 1`,
    );
  const isConnected = (): void => until('suanlink status | grep -q "connected to"');
  // Not at the machine's address, which is another one after a reboot.
  const listen = '--listen 127.0.0.1:7443';
  const startScheduler = (): void => {
    const command = `suanlink scheduler ${listen} --state-dir /var/lib/suanlink/scheduler`;
    if (!hasScheduler) machine.must(`(setsid ${command} > /srv/scheduler.log 2>&1 &)`);
    until('suanlink nodes');
  };

  it('is installed, enrolled, and runs a job', () => {
    const first = install('--bundle /srv/0.1.0.tar.gz');
    expect(first).toMatchObject({ code: 0 });
    expect(first.all.includes('in the foreground: suanlink scheduler')).toBe(!hasScheduler);
    expect(machine.exec(tool('status')).code).toBe(3);
    startScheduler();
    machine.must('suanlink token create --kind join --org acme > /srv/join-token');
    expect(install('--bundle /srv/0.1.0.tar.gz --join-token-file /srv/join-token')).toMatchObject({
      code: 0,
      all: expect.stringContaining(init) as string,
    });
    isConnected();
    const ran = machine.exec(`suanlink run --cpus 0.1 --memory 32MiB ${jobImage} -- echo hello`);
    expect(ran).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  it('says how it is, starts and stops once, reloads', () => {
    expect(machine.exec(tool('status'))).toMatchObject({ code: 0 });
    machine.must(tool('start'));
    expect(machine.must(`pgrep -fc '${agent}'`)).toBe('1\n');
    machine.must(tool('reload'));
    until('grep -q configuration_reloaded /var/log/suanlink-agent.log');
    machine.must(tool('stop'));
    machine.must(tool('stop'));
    expect(machine.exec(tool('status')).code).toBe(3);
    expect(machine.exec('suanlink status').code).toBe(3);
    machine.must(tool('start'));
    isConnected();
  });

  it('restarts, and is upgraded, under a lease that goes on', () => {
    const body = 'while :; do echo alive; sleep 0.2; done';
    machine.must(
      `suanlink run --detach --cpus 0.1 --memory 24MiB --time-limit 10m ${jobImage} -- sh -c '${body}'`,
    );
    until('suanlink ps | grep -q running');
    const running = machine.leased();
    expect(running).toHaveLength(1);
    machine.must(tool('restart'));
    isConnected();
    expect(machine.leased()).toEqual(running);
    expect(install('--bundle /srv/0.1.1.tar.gz')).toMatchObject({ code: 0 });
    isConnected();
    expect(machine.must('suanlink status')).toMatch(/agent 0\.1\.1/);
    expect(machine.leased()).toEqual(running);
  });

  it('dies, is said to be dead, and takes the lease up again', () => {
    const running = machine.leased();
    machine.must(`pkill -KILL -f '${agent}'`);
    until(`${tool('status')} 2>&1 | grep -q '${died}'`);
    if (init === 'sysv') {
      expect(machine.exec(tool('status')).code).toBe(1);
      machine.must(tool('start'));
    }
    isConnected();
    expect(machine.leased()).toEqual(running);
  });

  it('comes up with the machine', async () => {
    await machine.reboot();
    startScheduler();
    isConnected();
    expect(machine.exec(tool('status')).code).toBe(0);
    // Its container is gone with the machine, whatever the engine calls it now.
    until('suanlink status | grep -qx "no leases"');
    expect(machine.must('suanlink ps -a')).not.toMatch(/running|stopping/);
  });

  it('removes itself and leaves every file as it was', () => {
    machine.must('timeout 60 suanlink drain --deadline 0s --wait');
    expect(install('--uninstall --purge')).toMatchObject({ code: 0 });
    machine.exec('pkill -f "suanlin[k].* scheduler"; sleep 1; rm -rf /var/lib/suanlink');
    expect(machine.files()).toEqual(before);
    expect(machine.exec('getent passwd suanlink; getent group suanlink').stdout).toBe('');
  });
});

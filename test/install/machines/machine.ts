/** A clean Debian with a real init as process 1, in a container of this machine's Podman; with an engine of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { busyboxRootfs } from '../../../cli/demo/image.ts';
import { engineOf, type More, rootImage, type Suite } from '../../../scripts/roots.ts';

/** What a command said. */
export interface Said {
  code: number;
  stdout: string;
  /** stdout and stderr. */
  all: string;
}

/** The image that jobs run. */
export const jobImage = 'suanlink.test/busybox:1';

/** What a machine boots with. */
export interface Boot {
  /** More packages than a bare system has. */
  more?: More;
  /** Default: systemd. The other one is sysvinit, under which OpenRC or sysv-rc runs what /etc/init.d has. */
  init?: 'systemd' | 'sysvinit';
}

/** Setting clocks, checking disks and mounting them is for the machine around it; all else an init does at its start. */
const sysvinit = `rm -f /etc/runlevels/sysinit/*
cat > /etc/inittab <<END
id:2:initdefault:
si::sysinit:/bin/sh -c "test ! -x /sbin/openrc || exec /sbin/openrc sysinit"
l2:2:wait:/etc/init.d/rc 2
END
exec /sbin/init`;

/** Kernel file systems, and what the engine keeps for itself. */
const notListed = [
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/tmp',
  '/var/lib/containers',
  '/var/lib/docker',
  '/var/lib/containerd',
  '/srv',
];
/** What programs of the system leave when they run at all: caches, the journal, dumps of accounts. */
const itsOwn =
  /^\/(var\/log\/(journal|dmesg)|var\/cache\/(ldconfig|apt)|var\/lib\/(systemd|dbus)|var\/tmp|etc\/(machine-id|resolv\.conf|hosts|hostname|mtab)|etc\/cni)/;

/** The version 1 hierarchies of control groups that are alive, as the kernel names them. */
function hierarchies(): Set<string> {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  const names = lines.map((line) => line.split(':')[1] ?? '');
  return new Set(names.filter((name) => name !== '' && !name.startsWith('name=')));
}

/** Takes the groups of a hierarchy away; it ends with its last mount once the kernel has let go of them. */
function emptyHierarchy(name: string): void {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-cgroup-'));
  execFileSync('mount', ['-t', 'cgroup', '-o', name, 'none', dir]);
  try {
    execFileSync('find', [dir, '-mindepth', '1', '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
  } finally {
    execFileSync('umount', [dir]);
    rmdirSync(dir);
  }
}

/**
 * Ends the hierarchies that are alive and were not `before`. A machine's systemd mounts all that the kernel has; one with a
 * group left in it outlives the machine, mounted nowhere, and Docker then gives no statistics of any container.
 */
async function endHierarchies(before: ReadonlySet<string>): Promise<void> {
  for (let n = 0; n < 20; n += 1) {
    const left = [...hierarchies()].filter((name) => !before.has(name));
    if (left.length === 0) return;
    for (const name of left) emptyHierarchy(name);
    await sleep(500);
  }
  throw new Error(`control groups are left in ${[...hierarchies()].join(' ')}`);
}

/** See the head of this file. */
export class Machine {
  readonly name = `suanlink-test-${randomBytes(4).toString('hex')}`;

  #engine: 'docker' | 'podman' = 'podman';
  #init: Boot['init'] = 'systemd';
  readonly #before = hierarchies();

  /** Boots it; resolves when its init says that it runs. */
  async boot(suite: Suite, { more, init = 'systemd' }: Boot = {}): Promise<void> {
    this.#engine = engineOf(suite);
    this.#init = init;
    // Ulimits and cgroups as they are here: a test machine may not raise the first, nor nest the second.
    const limits = ['--ulimit', 'nofile=20000:20000', '--ulimit', 'nproc=20000:20000'];
    const cgroups = ['--cgroupns', 'host', '-v', '/sys/fs/cgroup:/sys/fs/cgroup:rw', '--runtime', 'runc'];
    const places = [
      '--tmpfs',
      '/run',
      '--tmpfs',
      '/tmp',
      '-v',
      `${this.name}:/var/lib/${this.#engine === 'docker' ? 'docker' : 'containers'}`,
    ];
    const how = [
      `--systemd=${init === 'systemd' ? 'always' : 'false'}`,
      '--privileged',
      '--hostname',
      'node1',
    ];
    const start = init === 'systemd' ? ['/sbin/init'] : ['sh', '-c', sysvinit];
    execFileSync(
      'podman',
      [
        'run',
        '-d',
        '--name',
        this.name,
        ...limits,
        ...cgroups,
        ...places,
        ...how,
        rootImage(suite, more),
        ...start,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await this.#isUp();
  }

  /** Turns it off and on again. */
  async reboot(): Promise<void> {
    execFileSync('podman', ['restart', '-t', '2', this.name], { stdio: ['ignore', 'ignore', 'pipe'] });
    await this.#isUp();
  }

  async #isUp(): Promise<void> {
    const asked = this.#init === 'systemd' ? 'systemctl is-system-running' : 'runlevel';
    for (let n = 0; n < 100; n += 1) {
      const { stdout } = this.exec(asked);
      if (/running|degraded|^N 2/.test(stdout)) return;
      await sleep(300);
    }
    throw new Error(`${this.name} does not come up: ${this.exec(asked).all}`);
  }

  /** Runs a shell command line as root. */
  exec(command: string, env: Record<string, string> = {}): Said {
    const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const { status, stdout, stderr } = spawnSync(
      'podman',
      ['exec', ...variables, this.name, 'sh', '-c', command],
      { encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    return { code: status ?? -1, stdout, all: stdout + stderr };
  }

  /** The same, which must succeed; its stdout. */
  must(command: string, env: Record<string, string> = {}): string {
    const { code, stdout, all } = this.exec(command, env);
    if (code !== 0) throw new Error(`${command} ended with ${code}:\n${all}`);
    return stdout;
  }

  /** Copies a file in. */
  put(from: string, to: string): void {
    execFileSync('podman', ['cp', from, `${this.name}:${to}`]);
  }

  /** Gives its engine the image that jobs run. */
  importJobImage(): void {
    const dir = mkdtempSync(join(tmpdir(), 'suanlink-image-'));
    writeFileSync(join(dir, 'image.tar'), busyboxRootfs());
    this.put(join(dir, 'image.tar'), '/tmp/image.tar');
    rmSync(dir, { recursive: true });
    this.must(`${this.#engine} import /tmp/image.tar ${jobImage}`);
  }

  /** Ids of the containers of leases that run. */
  leased(): string[] {
    const ids = this.must(`${this.#engine} ps -q --filter label=suanlink.lease`);
    return ids
      .split('\n')
      .filter((id) => id !== '')
      .toSorted();
  }

  /** Every path of its file system, but for what is not of the disk and what the system itself writes. */
  files(): string[] {
    const prune = notListed.map((path) => `-path ${path}`).join(' -o ');
    return this.must(`find / -xdev \\( ${prune} \\) -prune -o -print`)
      .split('\n')
      .filter((path) => path !== '' && !itsOwn.test(path))
      .toSorted();
  }

  /** Turns it off and forgets it. */
  async end(): Promise<void> {
    spawnSync('podman', ['rm', '-f', '-t', '2', this.name]);
    spawnSync('podman', ['volume', 'rm', '-f', this.name]);
    await endHierarchies(this.#before);
  }
}

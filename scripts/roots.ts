/**
 * Clean Debian systems for the tests of the installer: made by debootstrap from this machine's own mirror, kept as tarballs
 * in `.state/roots`, imported as images, and booted with real systemd as process 1.
 *
 * The engine is Podman from the same release; in Debian 11, whose Podman is too old for the agent, Docker. What a bare root lacks and install.sh asks for (openssl, libatomic1) is there.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.ts';

/** Debian 11, 12 and 13. */
export const suites = ['bullseye', 'bookworm', 'trixie'] as const;
/** One of them. */
export type Suite = (typeof suites)[number];

const first = [
  ...['systemd', 'systemd-sysv', 'dbus', 'openssl', 'ca-certificates', 'libatomic1', 'procps', 'iproute2'],
];
/** Their dependencies have alternatives, which debootstrap does not resolve. */
const engines: Record<Suite, { name: 'docker' | 'podman'; packages: readonly string[] }> = {
  bullseye: { name: 'docker', packages: ['docker.io'] },
  bookworm: { name: 'podman', packages: ['podman', 'runc', 'catatonit'] },
  trixie: { name: 'podman', packages: ['podman', 'runc', 'catatonit'] },
};

/** The command line of its engine. */
export function engineOf(suite: Suite): 'docker' | 'podman' {
  return engines[suite].name;
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 27,
  });
}

function mirror(): string {
  const site = run('apt-get', 'indextargets', '--format', '$(SITE)').split('\n')[0];
  if (!site) throw new Error('apt has no mirror');
  return site;
}

/** The tarball of `suite`, made when it is not there. Needs root, debootstrap and the mirror. */
function tarball(suite: Suite): string {
  const dir = join(root, '.state/roots');
  const path = join(dir, `${suite}.tar`);
  if (existsSync(path)) return path;
  const tree = join(dir, suite);
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  run('debootstrap', '--variant=minbase', `--include=${first.join(',')}`, suite, tree, mirror());
  const install = `DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${engines[suite].packages.join(' ')}`;
  // No address translation: a machine within a machine may lack the tables.
  mkdirSync(join(tree, 'etc/docker'), { recursive: true });
  writeFileSync(join(tree, 'etc/docker/daemon.json'), '{"iptables": false, "bridge": "none"}\n');
  run('chroot', tree, 'sh', '-c', `${install} && apt-get clean && rm -rf /var/lib/apt/lists/*`);
  run('tar', '-C', tree, '-cf', `${path}.new`, '.');
  renameSync(`${path}.new`, path);
  rmSync(tree, { recursive: true, force: true });
  return path;
}

const isThere = (image: string): boolean => run('podman', 'images', '-q', image).trim() !== '';

function suiteImage(suite: Suite): string {
  const image = `suanlink-root:${suite}`;
  if (!isThere(image)) run('podman', 'import', '-q', tarball(suite), image);
  return image;
}

/** Packages that a bare system lacks; `name` tells that image from others of its suite. */
export interface More {
  name: string;
  packages: readonly string[];
}

/** The image of `suite` in this machine's Podman, with more packages when they are named. */
export function rootImage(suite: Suite, more?: More): string {
  const from = suiteImage(suite);
  if (!more) return from;
  const image = `suanlink-root:${suite}-${more.name}`;
  if (isThere(image)) return image;
  const install = `apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${more.packages.join(' ')}`;
  const container = run('podman', 'create', from, '/sbin/init').trim();
  try {
    const tree = run('podman', 'mount', container).trim();
    // The network is this machine's.
    copyFileSync('/etc/resolv.conf', join(tree, 'etc/resolv.conf'));
    run('chroot', tree, 'sh', '-c', `${install} && apt-get clean && rm -rf /var/lib/apt/lists/*`);
    run('podman', 'commit', '-q', container, image);
  } finally {
    run('podman', 'rm', '-f', container);
  }
  return image;
}

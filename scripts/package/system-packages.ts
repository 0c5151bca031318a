/** deb and rpm packages from the files of a bundle, by dpkg-deb and rpmbuild; the same bytes every time. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Arch } from './base.ts';

/** What both kinds are made from. */
export interface PackageFacts {
  /** The unpacked bundle. */
  bundle: string;
  version: string;
  arch: Arch;
  dateSeconds: number;
  /** For intermediate files; removed. */
  work: string;
  /** Packed loosely. */
  isQuick: boolean;
}

const description = 'Pools idle accelerators: agent, scheduler and command line';
const maintainer = 'suanlink <packages@suanlink.invalid>';

/** Where shells of the rpm family look for zsh completions. */
const rpmPath = (path: string): string => path.replace('/vendor-completions/', '/site-functions/');

/** Folders that an rpm must own, or they stay behind: all of its own but those that every system has. */
const rpmFolders = [
  ...['/etc/suanlink', '/etc/suanlink/conf.d', '/usr/share/doc/suanlink'],
  ...['/usr/share/bash-completion', '/usr/share/bash-completion/completions'],
  ...['/usr/share/zsh', '/usr/share/zsh/site-functions'],
  ...['/usr/share/fish', '/usr/share/fish/vendor_completions.d'],
];

/** Where a bundle's files go when a package manager owns them: bundle name, path, mode. */
const places: readonly [from: string, to: string, mode: number][] = [
  ['bin/suanlink', '/usr/bin/suanlink', 0o755],
  ['systemd/suanlink-agent.service', '/usr/lib/systemd/system/suanlink-agent.service', 0o644],
  ['systemd/suanlink-scheduler.service', '/usr/lib/systemd/system/suanlink-scheduler.service', 0o644],
  ['config/agent.yaml', '/etc/suanlink/agent.yaml', 0o644],
  ['config/scheduler.yaml', '/etc/suanlink/scheduler.yaml', 0o644],
  ['man/suanlink.1', '/usr/share/man/man1/suanlink.1', 0o644],
  ['completions/suanlink.bash', '/usr/share/bash-completion/completions/suanlink', 0o644],
  ['completions/_suanlink', '/usr/share/zsh/vendor-completions/_suanlink', 0o644],
  ['completions/suanlink.fish', '/usr/share/fish/vendor_completions.d/suanlink.fish', 0o644],
  ['LICENSE', '/usr/share/doc/suanlink/copyright', 0o644],
  ['THIRD-PARTY-LICENSES', '/usr/share/doc/suanlink/THIRD-PARTY-LICENSES', 0o644],
  ['sbom.cdx.json', '/usr/share/doc/suanlink/sbom.cdx.json', 0o644],
];

/** Makes the user; after an upgrade restarts what ran, and starts nothing else. The same for both kinds. */
const afterInstall = `getent group suanlink >/dev/null || groupadd --system suanlink
getent passwd suanlink >/dev/null || useradd --system --gid suanlink --home-dir /var/lib/suanlink --no-create-home --shell /usr/sbin/nologin suanlink
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl try-restart suanlink-agent suanlink-scheduler || true
fi
`;
const beforeRemove = `if [ -d /run/systemd/system ]; then systemctl disable --quiet --now suanlink-agent suanlink-scheduler 2>/dev/null || true; fi
`;
const afterRemove = `if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
`;

/** Lays the files out below `to`. */
function layOut(bundle: string, to: string, toPath = (path: string): string => path): void {
  for (const [from, path, mode] of places) {
    const target = join(to, toPath(path));
    mkdirSync(dirname(target), { recursive: true });
    if (from.endsWith('.service'))
      writeFileSync(
        target,
        readFileSync(join(bundle, from), 'utf8').replaceAll('@BIN@', '/usr/bin/suanlink'),
      );
    else cpSync(join(bundle, from), target);
    chmodSync(target, mode);
  }
  mkdirSync(join(to, 'etc/suanlink/conf.d'));
}

function script(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\nset -e\n${body}`, { mode: 0o755 });
}

function environment(dateSeconds: number): NodeJS.ProcessEnv {
  return { ...process.env, SOURCE_DATE_EPOCH: String(dateSeconds), LC_ALL: 'C', TZ: 'UTC' };
}

/** Writes the deb to `output`. */
export function makeDeb(facts: PackageFacts, output: string): void {
  const { bundle, version, arch, dateSeconds, work, isQuick } = facts;
  const tree = join(work, 'deb');
  layOut(bundle, tree);
  const control = join(tree, 'DEBIAN');
  mkdirSync(control);
  writeFileSync(
    join(control, 'control'),
    `Package: suanlink
Version: ${version}
Architecture: ${arch === 'x64' ? 'amd64' : 'arm64'}
Maintainer: ${maintainer}
Depends: libc6 (>= 2.28), libstdc++6, libatomic1
Recommends: docker.io | podman, ca-certificates
Section: admin
Priority: optional
Description: ${description}
 The agent offers a node's accelerators to a scheduler and runs leases as containers.
`,
  );
  writeFileSync(join(control, 'conffiles'), '/etc/suanlink/agent.yaml\n/etc/suanlink/scheduler.yaml\n');
  script(join(control, 'postinst'), `[ "$1" = configure ] || exit 0\n${afterInstall}`);
  script(join(control, 'prerm'), `[ "$1" = remove ] || exit 0\n${beforeRemove}`);
  script(
    join(control, 'postrm'),
    `${afterRemove}[ "$1" = purge ] || exit 0
rm -rf /var/lib/suanlink /etc/suanlink /run/suanlink
if getent passwd suanlink >/dev/null; then userdel suanlink; fi
if getent group suanlink >/dev/null; then groupdel suanlink; fi
`,
  );
  execFileSync('find', [tree, '-exec', 'touch', '-h', '-d', `@${dateSeconds}`, '{}', '+']);
  const packed = isQuick ? ['-Zgzip', '-z1'] : ['-Zxz'];
  execFileSync('dpkg-deb', ['--root-owner-group', ...packed, '--build', tree, output], {
    env: environment(dateSeconds),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  rmSync(tree, { recursive: true });
}

/** Writes the rpm to `output`. */
export function makeRpm(facts: PackageFacts, output: string): void {
  const { bundle, version, arch, dateSeconds, work, isQuick } = facts;
  const top = join(work, 'rpm');
  const tree = join(top, 'files');
  layOut(bundle, tree, rpmPath);
  const machine = arch === 'x64' ? 'x86_64' : 'aarch64';
  const files = places.map(([, path, mode]) => {
    const kind = path.startsWith('/etc/') ? '%config(noreplace) ' : '';
    return `${kind}%attr(0${mode.toString(8)},root,root) ${rpmPath(path)}`;
  });
  const spec = join(top, 'suanlink.spec');
  writeFileSync(
    spec,
    `Name: suanlink
Version: ${version.replaceAll('-', '~')}
Release: 1
Summary: ${description}
License: Apache-2.0
AutoReqProv: no
Requires: glibc >= 2.28, libstdc++, libatomic
Requires(pre): shadow-utils
%description
The agent offers a node's accelerators to a scheduler and runs leases as containers.
%install
mkdir -p %{buildroot}
cp -a ${tree}/. %{buildroot}/
%post
${afterInstall}%preun
[ "$1" = 0 ] || exit 0
${beforeRemove}%postun
${afterRemove}%files
${rpmFolders.map((path) => `%dir %attr(0755,root,root) ${path}`).join('\n')}
${files.join('\n')}
`,
  );
  const define = [
    `_topdir ${top}`,
    '_buildhost suanlink',
    'use_source_date_epoch_as_buildtime 1',
    'clamp_mtime_to_source_date_epoch 1',
    // Our files as they are: not stripped, not compressed, not scanned.
    '__os_install_post %{nil}',
    '_build_id_links none',
    'debug_package %{nil}',
    `_binary_payload ${isQuick ? 'w1.gzdio' : 'w6.xzdio'}`,
  ];
  execFileSync('find', [tree, '-exec', 'touch', '-h', '-d', `@${dateSeconds}`, '{}', '+']);
  execFileSync(
    'rpmbuild',
    ['-bb', '--quiet', '--target', `${machine}-linux`, ...define.flatMap((each) => ['-D', each]), spec],
    { env: environment(dateSeconds), stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const made = join(top, 'RPMS', machine);
  const name = readdirSync(made)[0];
  if (name === undefined) throw new Error('rpmbuild has made nothing');
  renameSync(join(made, name), output);
  rmSync(top, { recursive: true });
}

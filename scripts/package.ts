/**
 * `npm run package`: what a release consists of, in `dist/release/`, and the executables in `dist/`:
 *
 *   suanlink-linux-x64                            the executable
 *   release/suanlink-VERSION-linux-ARCH.tar.xz    the bundle that install.sh takes, and the same as .tar.gz
 *   release/suanlink_VERSION_amd64.deb, suanlink-VERSION-1.x86_64.rpm
 *   release/suanlink-VERSION-node.tar.gz          the same program for a Node 26 of one's own, on any processor
 *   release/install.sh, LATEST, SHA256SUMS, SHA256SUMS.sig
 *
 *   npm run package                    for x64
 *   npm run package -- --arch all      for arm64 too
 *   npm run package -- --version 1.2.3 --out DIR
 *
 * The same tree gives the same bytes: every date is the commit's, every order is sorted. SUANLINK_RELEASE_KEY names the key that
 * signs; without it a development key is made, which this says.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildProgram } from '../cli/program.ts';
import { sampleConfig as agentSample } from '../agent/config-sample.ts';
import { sampleConfig as schedulerSample } from '../scheduler/config-sample.ts';
import { commit, release, root, sourceDate } from './bundle.ts';
import { ptyAddon } from './package/addon.ts';
import { type Arch, base } from './package/base.ts';
import { bashCompletion, fishCompletion, manPage, zshCompletion } from './package/documents.ts';
import { bundleProgram, makeExecutable } from './package/executable.ts';
import { billOfMaterials, licences, materials } from './package/materials.ts';
import { installScript, signFolder, type SigningKey, signingKey } from './package/sign.ts';
import { makeDeb, makeRpm } from './package/system-packages.ts';

interface Job {
  version: string;
  head: string;
  dateSeconds: number;
  out: string;
  work: string;
  key: SigningKey;
  /** Packed with gzip only: quick, for tests. */
  isQuick: boolean;
}

const packaging = join(root, 'packaging');
const mib = (path: string): string => `${(statSync(path).size / 1e6).toFixed(1)} MB`;
const say = (text: string): void => void process.stderr.write(`package: ${text}\n`);

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** Packs folder `name` of `dir` with sorted names, one date and no owners. */
function pack(dir: string, name: string, output: string, dateSeconds: number): void {
  const order = ['--sort=name', '--format=ustar', '--owner=0', '--group=0', '--numeric-owner'];
  const tar = output.replace(/\.[xg]z$/, '');
  execFileSync('tar', ['-C', dir, ...order, `--mtime=@${dateSeconds}`, '-cf', tar, name]);
  execFileSync(output.endsWith('.xz') ? 'xz' : 'gzip', [
    ...(output.endsWith('.xz') ? ['-6', '--threads=1'] : ['-n', '-6']),
    '--force',
    tar,
  ]);
}

/** Everything of a bundle that is the same for each processor. */
async function putShared(dir: string, job: Job): Promise<void> {
  const { version, dateSeconds, key } = job;
  const program = buildProgram(() => {});
  put(
    join(dir, 'man/suanlink.1'),
    manPage(program, version, new Date(dateSeconds * 1000).toISOString().slice(0, 10)),
  );
  put(join(dir, 'completions/suanlink.bash'), bashCompletion(program));
  put(join(dir, 'completions/_suanlink'), zshCompletion(program));
  put(join(dir, 'completions/suanlink.fish'), fishCompletion(program));
  const used = materials();
  put(join(dir, 'LICENSE'), readFileSync(join(root, 'LICENSE'), 'utf8'));
  put(join(dir, 'THIRD-PARTY-LICENSES'), licences(readFileSync(base('x64').licence, 'utf8'), used));
  put(join(dir, 'sbom.cdx.json'), billOfMaterials(version, used, dateSeconds));
  put(join(dir, 'config/agent.yaml'), agentSample());
  put(join(dir, 'config/scheduler.yaml'), schedulerSample());
  for (const name of ['suanlink-agent.service', 'suanlink-scheduler.service'])
    put(join(dir, 'systemd', name), readFileSync(join(packaging, name), 'utf8'));
  for (const name of ['suanlink-agent.openrc', 'suanlink-agent.sysv', 'suanlink-scheduler.openrc'])
    put(join(dir, 'init', name), readFileSync(join(packaging, name), 'utf8'), 0o755);
  put(join(dir, 'release-key.pem'), `${key.publicPem}\n`);
  put(join(dir, 'install.sh'), await installScript(key), 0o755);
}

/** Executable, bundles and packages for one processor. */
async function packageFor(arch: Arch, bundled: string, job: Job): Promise<void> {
  const { version, out, work, head, dateSeconds, key } = job;
  const executable = join(out, `suanlink-linux-${arch}`);
  makeExecutable(arch, bundled, executable);
  say(`${executable} ${mib(executable)}`);
  const name = `suanlink-${version}-linux-${arch}`;
  const bundle = join(work, name);
  await putShared(bundle, job);
  mkdirSync(join(bundle, 'bin'));
  copyFileSync(executable, join(bundle, 'bin/suanlink'));
  put(join(bundle, 'RELEASE'), `version=${version}\narch=${arch}\ncommit=${head}\n`);
  await signFolder(bundle, key);
  const to = join(out, 'release');
  for (const ending of job.isQuick ? ['gz'] : ['gz', 'xz']) {
    const path = join(to, `${name}.tar.${ending}`);
    pack(work, name, path, dateSeconds);
    say(`${path} ${mib(path)}`);
  }
  const facts = { bundle, version, arch, dateSeconds, work, isQuick: job.isQuick };
  makeDeb(facts, join(to, `suanlink_${version}_${arch === 'x64' ? 'amd64' : 'arm64'}.deb`));
  makeRpm(facts, join(to, `suanlink-${version}-1.${arch === 'x64' ? 'x86_64' : 'aarch64'}.rpm`));
}

/** The program for a Node of one's own. */
async function packageForNode(bundled: string, arches: readonly Arch[], job: Job): Promise<void> {
  const { version, out, work, dateSeconds, key } = job;
  const name = `suanlink-${version}-node`;
  const dir = join(work, name);
  await putShared(dir, job);
  cpSync(bundled, dir, {
    recursive: true,
    filter: (path) => !/(executable|whole-disk-thread)\.mjs$/.test(path),
  });
  for (const arch of arches) copyFileSync(ptyAddon(arch), join(dir, `pty-${arch}.node`));
  put(join(dir, 'suanlink'), readFileSync(join(root, 'scripts/wrapper.sh'), 'utf8'), 0o755);
  await signFolder(dir, key);
  pack(work, name, join(out, 'release', `${name}.tar.gz`), dateSeconds);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      arch: { type: 'string', default: 'x64' },
      version: { type: 'string', default: release },
      out: { type: 'string', default: join(root, 'dist') },
      quick: { type: 'boolean', default: false },
    },
  });
  const arches: readonly Arch[] =
    values.arch === 'all' ? ['x64', 'arm64'] : values.arch === 'arm64' ? ['arm64'] : ['x64'];
  const out = resolve(values.out);
  const work = mkdtempSync(join(tmpdir(), 'suanlink-package-'));
  const key = signingKey();
  if (key.isDevelopment)
    say('signed with a development key of this machine; for a release set SUANLINK_RELEASE_KEY');
  const job: Job = {
    ...{ version: values.version, head: commit(), dateSeconds: sourceDate(), out, work, key },
    isQuick: values.quick,
  };
  rmSync(join(out, 'release'), { recursive: true, force: true });
  mkdirSync(join(out, 'release'), { recursive: true });
  try {
    const bundled = join(work, 'program');
    await bundleProgram(job, bundled);
    for (const arch of arches) await packageFor(arch, bundled, job);
    if (!job.isQuick) await packageForNode(bundled, arches, job);
    put(join(out, 'release/install.sh'), await installScript(key), 0o755);
    put(join(out, 'release/LATEST'), `${job.version}\n`);
    await signFolder(join(out, 'release'), key);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await main();

/**
 * node-pty's addon for a processor, from its one source file. npm builds it for the machine at hand only, and against that
 * machine's libc; here it must run where Node 26 does: on glibc 2.28, with the libstdc++ that Node itself loads.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../bundle.ts';
import type { Arch } from './base.ts';

const tools: Record<Arch, { prefix: string; oldest: string }> = {
  x64: { prefix: 'x86_64-linux-gnu-', oldest: 'GLIBC_2.2.5' },
  arm64: { prefix: 'aarch64-linux-gnu-', oldest: 'GLIBC_2.17' },
};

/** What glibc 2.34 gave a new version when it took it over from libutil and libpthread. */
const moved = ['forkpty', 'openpty', 'pthread_sigmask', 'pthread_create', 'pthread_join', 'pthread_detach'];

/** The newest glibc that an addon may ask for: what Node itself does. */
const newestGlibc = [2, 28];

/** Where Node's headers are: Node-API is the same in all of them. */
function headers(): string {
  const cache = join(homedir(), '.cache/node-gyp');
  const node = execFileSync('sh', ['-c', 'command -v node'], { encoding: 'utf8' }).trim();
  const places = [
    process.env['npm_config_nodedir'] ?? '',
    dirname(dirname(realpathSync(node))),
    dirname(dirname(realpathSync(process.execPath))),
    '/usr',
    '/usr/local',
    ...(existsSync(cache) ? readdirSync(cache).map((version) => join(cache, version)) : []),
  ].map((place) => join(place, 'include/node'));
  const found = places.find((place) => existsSync(join(place, 'node_api.h')));
  if (found === undefined)
    throw new Error(`node_api.h is in none of ${places.join(', ')}: install Node's headers (libnode-dev)`);
  return found;
}

function checkGlibc(path: string, prefix: string): void {
  const symbols = execFileSync(`${prefix}objdump`, ['-T', path], { encoding: 'utf8' });
  for (const [line, major, minor] of symbols.matchAll(/^.*GLIBC_(\d+)\.(\d+).*$/gm)) {
    const [most = 0, least = 0] = newestGlibc;
    if (Number(major) > most || (Number(major) === most && Number(minor) > least))
      throw new Error(`the addon for ${prefix} wants a newer glibc than ${newestGlibc.join('.')}: ${line}`);
  }
}

/** The addon for `arch`; made once and kept in `.state/package`. */
export function ptyAddon(arch: Arch): string {
  const package_ = join(root, 'node_modules/node-pty');
  const { version } = JSON.parse(readFileSync(join(package_, 'package.json'), 'utf8')) as { version: string };
  const cache = join(root, '.state/package');
  const made = join(cache, `pty-${version}-${arch}.node`);
  if (existsSync(made)) return made;
  mkdirSync(cache, { recursive: true });
  const { prefix, oldest } = tools[arch];
  const old = join(cache, `old-glibc-${arch}.h`);
  writeFileSync(old, moved.map((name) => `__asm__(".symver ${name},${name}@${oldest}");\n`).join(''));
  const work = `${made}.${process.pid}`;
  execFileSync(
    `${prefix}g++`,
    [
      ...['-shared', '-fPIC', '-O2', '-s', '-fvisibility=hidden', '-std=c++17'],
      ...['-Wl,--gc-sections', '-Wl,--build-id=none'],
      ...['-DBUILDING_NODE_EXTENSION', '-DNODE_GYP_MODULE_NAME=pty', '-DNAPI_CPP_EXCEPTIONS'],
      ...['-include', old, '-I', headers(), '-I', join(root, 'node_modules/node-addon-api')],
      ...['-I', join(package_, 'node-addon-api'), '-o', work, join(package_, 'src/unix/pty.cc')],
      // In glibc of before 2.34 it is apart.
      ...['-Wl,--no-as-needed', '-l:libutil.so.1'],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  checkGlibc(work, prefix);
  renameSync(work, made);
  return made;
}

/** A bundle like a release's, but with a shell script for a program: what install.sh does can be tried in milliseconds. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { dirname, join } from 'node:path';
import { installScript, signFolder, type SigningKey } from '../../scripts/package/sign.ts';

/** A key pair of its own. */
export function newKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).trim(),
    isDevelopment: true,
  };
}

/** What differs from a good bundle. */
export interface BundleOptions {
  arch?: string;
  /** Does this to the signed folder before it is packed. */
  spoil?: (dir: string) => void;
  /** Says this instead of its version. */
  says?: string;
}

/** Writes a bundle of `version` to `dir`; its path. */
export async function smallBundle(
  dir: string,
  version: string,
  key: SigningKey,
  options: BundleOptions = {},
): Promise<string> {
  const name = `suanlink-${version}-linux-${options.arch ?? arch()}`;
  const files: Record<string, string> = {
    'bin/suanlink': `#!/bin/sh\necho '${options.says ?? `suanlink ${version}`}'\n`,
    RELEASE: `version=${version}\narch=${options.arch ?? arch()}\ncommit=\n`,
    'config/agent.yaml': '# sample\n',
    'config/scheduler.yaml': '# sample\n',
    'systemd/suanlink-agent.service': `[Service]\nExecStart=@BIN@ agent # ${version}\n`,
    'systemd/suanlink-scheduler.service': '[Service]\nExecStart=@BIN@ scheduler\n',
    'man/suanlink.1': '.TH SUANLINK 1\n',
    'completions/suanlink.bash': '# bash\n',
    'completions/_suanlink': '#compdef suanlink\n',
    'completions/suanlink.fish': '# fish\n',
  };
  const folder = join(dir, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: path.startsWith('bin/') ? 0o755 : 0o644 });
  }
  await signFolder(folder, key);
  options.spoil?.(folder);
  const bundle = join(dir, `${name}.tar.gz`);
  execFileSync('tar', ['-C', dir, '-czf', bundle, name]);
  rmSync(folder, { recursive: true });
  return bundle;
}

/** Writes install.sh, which trusts `key`, to `dir`; its path. */
export async function script(dir: string, key: SigningKey): Promise<string> {
  const path = join(dir, 'install.sh');
  writeFileSync(path, await installScript(key));
  return path;
}

/** What a run of it said. */
export interface Ran {
  code: number | null;
  said: string;
}

/** Runs it with `args`. */
export function run(path: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return watched(spawn('sh', [path, ...args], { env: { PATH: process.env.PATH, ...env } }), () => {});
}

/** Runs it and kills it and all that it has started with SIGKILL, as when the power fails, before its step number `step`;
 * says how many steps it got to. */
export async function runUntil(
  path: string,
  args: readonly string[],
  step: number,
): Promise<Ran & { steps: number }> {
  // The shell says each step before it takes it.
  const child = spawn('sh', ['-x', path, ...args], { env: { PATH: process.env.PATH }, detached: true });
  let steps = 0;
  const ran = await watched(child, (piece) => {
    steps += piece.split('\n').filter((line) => line.startsWith('+')).length;
    if (steps < step || child.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It was quicker.
    }
  });
  return { ...ran, steps };
}

function watched(child: ChildProcessWithoutNullStreams, heard: (piece: string) => void): Promise<Ran> {
  let said = '';
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
    heard(piece.toString());
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

/** Every path below `dir` with what it is: content of files, targets of links, modes. */
export function contents(dir: string): Map<string, string> {
  const found = readdirSync(dir, { recursive: true, withFileTypes: true }).map((entry): [string, string] => {
    const path = join(entry.parentPath, entry.name);
    const what = entry.isSymbolicLink()
      ? readlinkSync(path)
      : entry.isFile()
        ? `${statSync(path).mode.toString(8)} ${readFileSync(path, 'utf8')}`
        : statSync(path).mode.toString(8);
    return [path.slice(dir.length + 1), what];
  });
  return new Map(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A bundle like a release's, but with a shell script for a program: what install.sh does can be tried in milliseconds. */
import { execFileSync, spawn } from 'node:child_process';
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

/** Runs it with `args`; killed with SIGKILL after `killMs` when given, as when the power fails. */
export function run(
  path: string,
  args: readonly string[],
  killMs?: number,
  env: Record<string, string> = {},
): Promise<Ran> {
  const child = spawn('sh', [path, ...args], { env: { PATH: process.env.PATH, ...env }, detached: true });
  let said = '';
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  const timer =
    killMs === undefined
      ? undefined
      : setTimeout(() => {
          try {
            if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
          } catch {
            // It was quicker.
          }
        }, killMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
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

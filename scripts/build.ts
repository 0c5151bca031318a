/**
 * Builds `dist/`: `suanlink` (the wrapper a person runs), `suanlink.mjs`, the chunks that it loads when it needs them, and
 * `disk-thread.mjs`, which the scheduler's disk thread runs.
 *
 * Commands are reached by `import()` and each gets its own chunk, so `version` and an idle agent do not pay for the HTTP
 * server: docs/adr/0001-node-26.md has the numbers. Names stay readable (no minifying) for stack traces and profiles.
 * Every file is written beside its place and renamed, and old chunks go last, so a build never breaks a running program.
 *
 * `--if-changed` does nothing when the sources, the lock file, this script and the commit are those of the last build.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');
const sources = ['agent', 'cli', 'proto', 'scheduler'];
const inputs = ['package.json', 'package-lock.json', 'scripts/build.ts', 'scripts/wrapper.sh'];

/** The commit the tree stands on, with `+` when files differ from it; empty outside a git checkout. */
function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', root, ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', ...sources) ? '+' : '');
  } catch {
    return ''; // built from a tarball
  }
}

/** One hash over everything that decides what comes out. */
function fingerprint(head: string): string {
  const hash = createHash('sha256').update(`${process.version} ${head}`);
  const found = sources.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  for (const path of [...found, ...inputs].toSorted())
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function put(path: string, contents: Uint8Array | string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, contents);
  chmodSync(beside, mode);
  renameSync(beside, path);
}

/**
 * Reaches Node's own modules by require(): an ESM import of one reads all that it exports, and `node:http` then loads a
 * whole HTTP client and WebSocket that nobody uses, for 15 MB (docs/adr/0001-node-26.md).
 */
const builtinsByRequire: Plugin = {
  name: 'builtins by require',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'require-call' ? undefined : { path, namespace: 'builtin' },
    );
    onLoad({ filter: /^node:/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
    }));
  },
};

async function build(head: string): Promise<void> {
  const { build: bundle } = await import('esbuild');
  const result = await bundle({
    entryPoints: {
      suanlink: join(root, 'cli/main.ts'),
      'disk-thread': join(root, 'scheduler/store/disk-thread.ts'),
    },
    outdir: dist,
    absWorkingDir: root,
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node26',
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    plugins: [builtinsByRequire],
    logLevel: 'warning',
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.SUANLINK_VERSION': JSON.stringify(manifest.version),
      // As seen from the chunk with `scheduler/store/disk.ts`.
      'process.env.SUANLINK_DISK_THREAD': JSON.stringify('../disk-thread.mjs'),
      'process.env.SUANLINK_COMMIT': JSON.stringify(head),
    },
    // CommonJS packages inside an ESM file ask for Node's own modules by require().
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  const written = new Set(result.outputFiles.map((file) => file.path));
  for (const file of result.outputFiles) put(file.path, file.contents);
  put(join(dist, 'suanlink'), readFileSync(join(root, 'scripts/wrapper.sh')), 0o755);
  const chunks = join(dist, 'chunks');
  for (const name of existsSync(chunks) ? readdirSync(chunks) : [])
    if (!written.has(join(chunks, name))) rmSync(join(chunks, name));
}

const head = commit();
const stamp = fingerprint(head);
const unchanged =
  process.argv.includes('--if-changed') && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
if (!unchanged) {
  try {
    await build(head);
    put(stampFile, stamp);
  } catch (error) {
    // What is wrong in the sources has been shown by esbuild, with the place; a trace through esbuild would bury it.
    if (!(error instanceof Error && 'errors' in error)) throw error;
    process.exitCode = 1;
  }
}

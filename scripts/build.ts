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
import { isTerminalView } from './bundle-ink.ts';
import { commit, programOptions, root, sources } from './bundle.ts';

const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');
const inputs = [
  'package.json',
  'package-lock.json',
  'scripts/build.ts',
  'scripts/bundle.ts',
  'scripts/bundle-ink.ts',
  'scripts/wrapper.sh',
  'packaging/suanlink-agent.service',
];

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

async function build(head: string): Promise<void> {
  const { build: bundle, transform } = await import('esbuild');
  const result = await bundle({ ...programOptions({ head }, dist), metafile: true });
  const written = new Set(result.outputFiles.map((file) => file.path));
  for (const file of result.outputFiles) {
    const { inputs = {} } = result.metafile.outputs[relative(root, file.path)] ?? {};
    if (!file.path.endsWith('.mjs') || !isTerminalView(inputs)) put(file.path, file.contents);
    else put(file.path, (await transform(file.text, { minify: true, format: 'esm', target: 'node26' })).code);
  }
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

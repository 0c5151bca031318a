/** One executable: Node without symbols, with the program's chunks and what it runs on threads as assets inside. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type BundleFacts, bundleOptions, programOptions, root } from '../bundle.ts';
import { ptyAddon } from './addon.ts';
import { type Arch, base } from './base.ts';

/** Bundles the program into `dir`: an entry with its chunks, the executable's first script, the disk thread in one file. */
export async function bundleProgram(facts: BundleFacts, dir: string): Promise<void> {
  rmSync(dir, { recursive: true, force: true });
  await build({ ...programOptions({ ...facts, isPackaged: true }, dir), sourcemap: false, write: true });
  // In an executable nothing lies beside the thread's script, which comes as a data: URL.
  await build({
    ...bundleOptions({ ...facts, requireFrom: "'/'" }),
    entryPoints: [join(root, 'scheduler/store/disk-thread.ts')],
    outfile: join(dir, 'whole-disk-thread.mjs'),
  });
  await build({
    ...bundleOptions(facts),
    entryPoints: [join(root, 'cli/executable.ts')],
    outfile: join(dir, 'executable.mjs'),
    banner: {},
    plugins: [],
  });
}

/** In pieces: the page cache keeps a file that was written at once in large pieces, and a process then counts twice the
 * memory for its program (docs/packaging.md). */
function copyInPieces(from: string, to: string): void {
  const data = readFileSync(from);
  const file = openSync(to, 'w', 0o755);
  for (let at = 0; at < data.length; at += 65_536) writeSync(file, data.subarray(at, at + 65_536));
  closeSync(file);
  chmodSync(to, 0o755);
}

/** Writes the executable for `arch` from the bundle in `bundled` to `output`. */
export function makeExecutable(arch: Arch, bundled: string, output: string): void {
  const work = `${bundled}-${arch}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const assets: Record<string, string> = {};
  for (const name of readdirSync(bundled, { recursive: true, encoding: 'utf8' }).toSorted())
    if (name.endsWith('.mjs')) assets[name] = name;
  delete assets['executable.mjs'];
  assets['disk-thread.mjs'] = 'whole-disk-thread.mjs';
  delete assets['whole-disk-thread.mjs'];
  assets['pty.node'] = ptyAddon(arch);
  const config = join(work, 'sea.json');
  writeFileSync(
    config,
    JSON.stringify({
      // Its name is in the executable: a path of this machine would make other bytes of it.
      main: 'executable.mjs',
      mainFormat: 'module',
      executable: base(arch).program,
      output: join(work, 'suanlink'),
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      useCodeCache: false,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // NODE_OPTIONS is not read; the agent's own flags come as the first argument.
      execArgvExtension: 'cli',
      assets,
    }),
  );
  execFileSync(process.execPath, ['--build-sea', config], {
    cwd: bundled,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  copyInPieces(join(work, 'suanlink'), output);
  rmSync(work, { recursive: true });
}

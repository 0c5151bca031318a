/**
 * What the single executable runs first: serves the program's chunks from within the file, and starts the program.
 *
 * Node's single executables load nothing but built-in modules and one script. Chunks are loaded when they are needed all the
 * same (a command pays only for what it uses: docs/adr/0001-node-26.md): a hook gives the module loader their text
 * from the executable's assets, so nothing is ever written to a disk, and a read-only home or a noexec /tmp is no matter.
 *
 * Daemons need flags of their own for V8 and malloc. One starts as this process and becomes itself with them, under the same pid.
 */
import { registerHooks } from 'node:module';
import { getAsset } from 'node:sea';
import { constants, Script } from 'node:vm';

/** Where modules seem to lie. Nothing is read from there. */
const home = 'file:///suanlink/';

/** The flags of daemons; those of scripts/wrapper.sh, which says why. */
const daemonFlags: Partial<Record<string, string>> = {
  agent: '--no-opt --optimize-for-size --max-semi-space-size=1 --invocation-count-for-maglev=20000',
  scheduler: '--max-semi-space-size=16 --no-allocation-site-pretenuring',
};

/** Becomes the daemon with its flags, once. Where that is not to be had (emulation), it goes on without: they only save
 * memory. */
function becomeDaemon(words: readonly string[]): void {
  const flags = daemonFlags[words[0] ?? ''];
  if (flags === undefined || process.execArgv.includes(flags.split(' ')[0] ?? '') || !process.execve) return;
  const env = { ...process.env, ...(words[0] === 'agent' && { MALLOC_TRIM_THRESHOLD_: '131072' }) };
  try {
    process.execve(process.execPath, [process.execPath, `--node-options=${flags}`, ...words], env);
  } catch (caught) {
    process.stderr.write(`suanlink: runs without its memory flags: ${String(caught)}\n`);
  }
}

becomeDaemon(process.argv.slice(2));
registerHooks({
  resolve(specifier, context, next) {
    const isOurs =
      specifier.startsWith(home) || (specifier.startsWith('.') && context.parentURL?.startsWith(home));
    if (!isOurs) return next(specifier, context);
    const { href } = new URL(specifier, context.parentURL ?? home);
    return { url: href, format: 'module', shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.startsWith(home)) return next(url, context);
    return { format: 'module', source: getAsset(url.slice(home.length), 'utf8'), shortCircuit: true };
  },
});
// The executable's own import() knows built-in modules only; that of a script knows the hooks.
await new Script(`import('${home}suanlink.mjs')`, {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext();

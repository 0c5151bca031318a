/** What node-pty needs of the bundler: its addon is not found beside it, but where `cli/addon.ts` says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** The plugin, for the repository at `root`. */
export function packagedPty(root: string): Plugin {
  const addon = JSON.stringify(join(root, 'cli/addon.ts'));
  return {
    name: 'packaged node-pty',
    setup({ onLoad }) {
      onLoad({ filter: /node-pty\/lib\/utils\.js$/ }, () => ({
        contents: `import { loadAddon } from ${addon};
          export const assign = Object.assign;
          export const loadNativeModule = (name) => ({ dir: '', module: loadAddon(name) });`,
        resolveDir: root,
      }));
      onLoad({ filter: /node-pty\/lib\/windowsTerminal\.js$/ }, () => ({ contents: '' }));
      // It names a helper that only macOS has.
      onLoad({ filter: /node-pty\/lib\/unixTerminal\.js$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replaceAll('__dirname', "'/'"),
      }));
    },
  };
}

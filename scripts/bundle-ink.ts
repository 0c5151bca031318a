/** What the terminal view needs of the bundler: Ink and React without what they carry along and nobody uses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Ink loads React's developer tools when DEV is set; they are not installed, and never in what we build. */
const withoutDevtools: Plugin = {
  name: 'without devtools',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {};' }));
  },
};

/**
 * Four habits of Ink's. Yoga reads its own WebAssembly, which is in the file, by fetch(), and with it a whole HTTP client;
 * without fetch it decodes it. Every row is measured by a regular expression of all emoji that takes long to compile; our
 * own measure needs that only where there may be one. Every text is searched for control characters, twice a frame; `segment`
 * in cells.ts leaves none. And each frame is put together from all its cells; ours has rows.
 */
function quickInk(root: string): Plugin {
  return {
    name: 'quick Ink',
    setup({ onResolve, onLoad }) {
      onLoad({ filter: /yoga-layout\/dist\/binaries\/.*\.js$/ }, ({ path }) => ({
        contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`,
      }));
      onResolve({ filter: /^string-width$/ }, ({ importer }) =>
        /node_modules\/(?:ink|widest-line|wrap-ansi|cli-truncate|slice-ansi)\//.test(importer)
          ? { path: 'string-width', namespace: 'measure' }
          : undefined,
      );
      onLoad({ filter: /\/ink\/build\/sanitize-ansi\.js$/ }, () => ({
        contents: 'export default (text) => text;',
      }));
      onLoad({ filter: /\/ink\/build\/output\.js$/ }, () => ({
        contents: `export { RowOutput as default } from ${JSON.stringify(join(root, 'cli/tui/term/row-output.ts'))};`,
        resolveDir: root,
      }));
      onLoad({ filter: /.*/, namespace: 'measure' }, () => ({
        contents: `export { paintedWidth as default } from ${JSON.stringify(join(root, 'cli/tui/view/cells.ts'))};`,
        resolveDir: root,
      }));
    },
  };
}

/** The plugins, for the repository at `root`. */
export function inkPlugins(root: string): Plugin[] {
  return [withoutDevtools, quickInk(root)];
}

/** Whether a chunk with these inputs is the terminal view: it is minified, for every `top` that starts reads all of it. */
export function isTerminalView(inputs: Record<string, unknown>): boolean {
  return Object.keys(inputs).some((path) =>
    /node_modules\/(?:ink|react|react-reconciler|yoga-layout)\//.test(path),
  );
}

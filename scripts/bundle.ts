/** How our sources become ESM for Node: what `build.ts` (chunks in `dist/`) and `package.ts` (one executable) share. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { inkPlugins } from './bundle-ink.ts';
import { packagedPty } from './bundle-pty.ts';

/** The repository. */
export const root = join(import.meta.dirname, '..');

/** Folders of what runs at a user's. */
export const sources = ['agent', 'cli', 'proto', 'scheduler'];

/** The release that this tree makes. */
export const release = manifest.version;

function git(...args: string[]): string {
  return execFileSync('git', ['-C', root, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** The commit the tree stands on, with `+` when files differ from it; empty outside a git checkout. */
export function commit(): string {
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', ...sources) ? '+' : '');
  } catch {
    return ''; // built from a tarball
  }
}

/** Unix seconds of everything that a build dates: SOURCE_DATE_EPOCH, else the commit's time. */
export function sourceDate(): number {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) return Number(given);
  try {
    return Number(git('log', '-1', '--format=%ct'));
  } catch {
    return 1_767_225_600; // 2026-01-01: built from a tarball
  }
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

/** The agent's unit as it is shipped: the doctor compares the installed one with it. */
function agentUnit(): string {
  return readFileSync(join(root, 'packaging/suanlink-agent.service'), 'utf8');
}

/** What one bundle says of itself. */
export interface BundleFacts {
  /** The commit it is built from. */
  head: string;
  version?: string;
  /** Whether native addons come with it, instead of being found in node_modules. */
  isPackaged?: boolean;
  /** The expression that bundled `require` starts from. */
  requireFrom?: string;
}

/** Options that every bundle of this tree shares. */
export function bundleOptions(facts: BundleFacts): BuildOptions & { absWorkingDir: string } {
  const { head, version = release, isPackaged = false, requireFrom = 'import.meta.url' } = facts;
  return {
    absWorkingDir: root,
    bundle: true,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    platform: 'node',
    target: 'node26',
    legalComments: 'none',
    plugins: [builtinsByRequire, ...inkPlugins(root), ...(isPackaged ? [packagedPty(root)] : [])],
    // A native addon: loaded from where npm has built it, and only by what needs it.
    external: isPackaged ? [] : ['node-pty'],
    logLevel: 'warning',
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      'process.env.SUANLINK_VERSION': JSON.stringify(version),
      // As seen from the chunk with `scheduler/store/disk.ts`.
      'process.env.SUANLINK_DISK_THREAD': JSON.stringify('../disk-thread.mjs'),
      'process.env.SUANLINK_AGENT_UNIT': JSON.stringify(agentUnit()),
      'process.env.SUANLINK_COMMIT': JSON.stringify(head),
    },
    // CommonJS packages inside an ESM file ask for Node's own modules by require().
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(${requireFrom});`,
    },
  };
}

/** The program as an entry and the chunks that it loads when it needs them, for `outdir`. */
export function programOptions(facts: BundleFacts, outdir: string) {
  return {
    ...bundleOptions(facts),
    entryPoints: {
      suanlink: join(root, 'cli/main.ts'),
      'disk-thread': join(root, 'scheduler/store/disk-thread.ts'),
    },
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    write: false,
    sourcemap: 'linked',
    sourcesContent: false,
  } as const;
}

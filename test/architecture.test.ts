/**
 * The shape of the tree: who imports whom, what may touch the machine, and the pictures that documents show. The rules
 * with their reasons are in `architecture/rules.ts`; the second half plants violations to show that they are caught.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as agent from '../agent/lease/states.ts';
import * as scheduler from '../scheduler/lease/states.ts';
import { cycles, directions, impurities, isProduct, shortcuts, zoneOf, zones } from './architecture/rules.ts';
import { scanTree } from './architecture/scan.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const modules = scanTree(root, ['agent', 'cli', 'proto', 'scheduler', 'scripts', 'test']);
const product = modules.filter(({ path }) => isProduct(path));

/** The linter's list of files that may touch the machine. */
function edgesOfLinter(): string[] {
  const config: { overrides: { excludeFiles?: string[] }[] } = JSON.parse(read('.oxlintrc.json'));
  return config.overrides
    .flatMap((override) => override.excludeFiles ?? [])
    .filter((path) => !path.includes('*'));
}

const edges = new Set(edgesOfLinter());

describe('the tree', () => {
  it('has been read', () => {
    expect(product.length).toBeGreaterThan(100);
    expect(product.flatMap(({ imports }) => imports).length).toBeGreaterThan(300);
    const seen = new Set(product.map(({ path }) => zoneOf(path)));
    expect([...seen].toSorted()).toEqual(Object.keys(zones).toSorted());
  });

  it('imports in the direction of the data flow only', () => {
    expect(directions(modules, edges)).toEqual([]);
  });

  it('touches the machine in its edge files only', () => {
    expect(impurities(modules, edges)).toEqual([]);
  });

  it('names each edge file to the linter and in its own first lines', () => {
    const saying = product
      .filter(({ path }) => !path.startsWith('cli/'))
      .filter(({ text }) => /\(edge|\bWires\b/.test(/^\/\*\*.*?\*\//s.exec(text)?.[0] ?? ''));
    expect(saying.map(({ path }) => path)).toEqual([...edges].toSorted());
  });

  it('has no barrels and imports no tests', () => {
    expect(shortcuts(modules)).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(cycles(modules)).toEqual([]);
  });

  it('has small files', () => {
    const big = product.filter(
      ({ path, text }) => !path.startsWith('proto/gen/') && text.split('\n').length > 250,
    );
    const names = big.map(({ path }) => path).join(', ');
    expect(big.length, `over 250 lines: ${names}`).toBeLessThan(product.length / 6);
  });
});

describe('what is planted is caught:', () => {
  const planted = mkdtempSync(join(tmpdir(), 'suanlink-architecture-'));
  afterAll(() => rmSync(planted, { recursive: true, force: true }));

  /** What the rules say of a tree of these files. */
  function verdict(tree: string, files: Record<string, string>): string[] {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(planted, tree, path)), { recursive: true });
      writeFileSync(join(planted, tree, path), text);
    }
    const found = scanTree(join(planted, tree), ['.']);
    const edge = new Set(['agent/runtime/edge.ts', 'agent/lease/edge.ts', 'agent/main.ts']);
    return [...directions(found, edge), ...impurities(found, edge), ...shortcuts(found), ...cycles(found)];
  }

  it.each([
    ['scheduler/lease/a.ts', "import { plan } from '../../agent/lease/plan.ts';"],
    ['agent/probe/a.ts', "import type { Lease } from '../lease/lease.ts';"],
    ['agent/probe/a.ts', "import {\n  x,\n  type Lease,\n} from '../lease/lease.ts';"],
    ['agent/lease/a.ts', "import { reconcile } from '../runtime/reconcile.ts';"],
    ['agent/capacity/a.ts', "import { probes } from '../probe/registry.ts';"],
    ['agent/runtime/edge.ts', "import { open } from '../lease/edge.ts';"],
    ['agent/system.ts', "import { pool } from '../scheduler/pool/pool.ts';"],
    ['proto/a.ts', "import type { Lease } from '../agent/lease/lease.ts';"],
    ['cli/a.ts', "import { startAgent } from '../agent/main.ts';"],
    ['cli/a.ts', "import type { Lease } from '../agent/lease/lease.ts';"],
    ['cli/a.ts', "const deep = await import('../agent/lease/plan.ts');"],
    ['agent/elsewhere/a.ts', "import { codes } from '../../proto/codes.ts';"],
    ['agent/runtime/edge.ts', "import { fake } from '../../test/fakes/engine.ts';"],
  ])('%s: %s', (path, text) => {
    expect(verdict('directions', { [path]: text })).toEqual([expect.stringContaining(path)]);
    rmSync(join(planted, 'directions'), { recursive: true });
  });
});

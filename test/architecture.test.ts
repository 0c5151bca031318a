/**
 * The shape of the tree: who imports whom, what may touch the machine, and the pictures that documents show. The rules
 * with their reasons are in `architecture/rules.ts`; the second half plants violations to show that they are caught.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const config = JSON.parse(read('.oxlintrc.json')) as { overrides: { excludeFiles?: string[] }[] };
  return config.overrides
    .flatMap((override) => override.excludeFiles ?? [])
    .filter((path) => !path.includes('*'));
}

const edges = new Set(edgesOfLinter());

describe('the tree', () => {
  it('has been read', () => {
    expect(product.length).toBeGreaterThan(200);
    expect(product.flatMap(({ imports }) => imports).length).toBeGreaterThan(900);
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
  const scratch = mkdtempSync(join(tmpdir(), 'suanlink-architecture-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** What the rules say of a tree of these files, in which files called `edge.ts` and `main.ts` are edges. */
  function verdict(files: Record<string, string>): Record<string, string[]> {
    const tree = mkdtempSync(join(scratch, 'tree-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    const found = scanTree(tree, ['.']);
    const edge = new Set(['agent/runtime/edge.ts', 'agent/lease/edge.ts', 'agent/main.ts']);
    return {
      directions: directions(found, edge),
      impurities: impurities(found, edge),
      shortcuts: shortcuts(found),
      cycles: cycles(found),
    };
  }

  it.each([
    ['scheduler/lease/a.ts', "import { plan } from '../../agent/lease/plan.ts';"],
    ['scheduler/lease/a.ts', "import type { Queue } from '../queue/queue.ts';"],
    ['agent/probe/a.ts', "import type { Lease } from '../lease/lease.ts';"],
    ['agent/probe/a.ts', "import {\n  x,\n  type Lease,\n} from '../lease/lease.ts';"],
    ['agent/lease/a.ts', "import { reconcile } from '../runtime/reconcile.ts';"],
    ['agent/capacity/a.ts', "import { probes } from '../probe/registry.ts';"],
    ['agent/runtime/edge.ts', "import { open } from '../lease/edge.ts';"],
    ['agent/main.ts', "import { pool } from '../scheduler/pool/pool.ts';"],
    ['agent/runtime/edge.ts', "import { fake } from '../../test/fakes/engine.ts';"],
    ['agent/elsewhere/a.ts', "import { codes } from '../../proto/codes.ts';"],
    ['proto/a.ts', "import type { Lease } from '../agent/lease/lease.ts';"],
    ['cli/a.ts', "import { startAgent } from '../agent/main.ts';"],
    ['cli/a.ts', "import type { Lease } from '../agent/lease/lease.ts';"],
    ['cli/a.ts', "const deep = await import('../agent/lease/plan.ts');"],
  ])('against the direction, %s: %s', (path, text) => {
    expect(verdict({ [path]: text }).directions).toEqual([expect.stringContaining(path)]);
  });

  it.each([
    ['agent/lease/a.ts', "import { readFileSync } from 'node:fs';"],
    ['scheduler/queue/a.ts', "import * as fs from 'node:fs';"],
    ['scheduler/queue/a.ts', "import { createHash, randomBytes } from 'node:crypto';"],
    ['proto/a.ts', "import fastify from 'fastify';"],
    ['agent/lease/a.ts', "const fs = await import('node:fs');"],
    ['agent/lease/a.ts', 'const any = await import(name);'],
    ['agent/lease/a.ts', "import { open } from './edge.ts';"],
    ['agent/lease/a.ts', 'export const started = new Date();'],
  ])('the machine in a pure file, %s: %s', (path, text) => {
    expect(verdict({ [path]: text }).impurities).toEqual([expect.stringContaining(path)]);
  });

  it.each([
    ['agent/lease/index.ts', "export * from './plan.ts';"],
    ['agent/lease/a.ts', "export { plan } from './plan.ts';"],
    ['test/contracts/a.ts', "import { fixture } from './b.test.ts';"],
  ])('a shortcut, %s: %s', (path, text) => {
    expect(verdict({ [path]: text }).shortcuts).toEqual([expect.stringContaining(path)]);
  });

  it('a cycle', () => {
    const files = {
      'proto/a.ts': "import { b } from './b.ts';",
      'proto/b.ts': "import { c } from './c.ts';",
      'proto/c.ts': "import { a } from './a.ts';",
      'proto/d.ts': "import type { d } from './e.ts';",
      'proto/e.ts': "import { d } from './d.ts';",
    };
    expect(verdict(files).cycles).toEqual(['proto/a.ts -> proto/b.ts -> proto/c.ts -> proto/a.ts']);
  });

  it('the clock in a pure file, by the linter, and not in an edge file', () => {
    const edge = 'agent/base/real/system-clock.ts';
    for (const path of ['agent/lease/a.ts', edge]) {
      mkdirSync(dirname(join(scratch, path)), { recursive: true });
      writeFileSync(join(scratch, path), 'export const started = [Date.now(), setTimeout(() => {}, 1)];\n');
    }
    copyFileSync(join(root, '.oxlintrc.json'), join(scratch, '.oxlintrc.json'));
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['-f', 'unix', 'agent'], {
      cwd: scratch,
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/agent\/lease\/a\.ts:1:.*Date\.now/);
    expect(stdout).toMatch(/agent\/lease\/a\.ts:1:.*setTimeout/);
    expect(stdout).not.toContain(edge);
  });

  it('and what is allowed is not', () => {
    const nothing = { directions: [], impurities: [], shortcuts: [], cycles: [] };
    expect(
      verdict({
        'agent/runtime/a.ts': "import { plan } from '../lease/plan.ts';",
        'agent/lease/a.ts':
          "import type { Hash } from 'node:crypto';\nimport { createHash } from 'node:crypto';",
        'agent/lease/edge.ts': "import { open } from 'node:fs';\nimport WebSocket from 'ws';",
        'agent/probe/a.ts':
          "// import { x } from '../lease/lease.ts';\nconst s = '// not a comment'; /* new Date() */",
        'agent/probe/a.test.ts': "import { open } from 'node:fs';",
        'agent/main.ts': "import { open } from './lease/edge.ts';",
        'cli/a.ts': "const { runAgent } = await import('../agent/main.ts');",
      }),
    ).toEqual(nothing);
  });
});

describe('docs/lease-states.md', () => {
  it.each([
    ['the agent', agent.diagram, agent.transitions],
    ['the scheduler', scheduler.diagram, scheduler.transitions],
  ])('shows the diagram of %s, and that is its table', (_name, diagram, transitions: object) => {
    expect(read('docs/lease-states.md')).toContain(diagram.trim());
    const drawn = [...diagram.matchAll(/^(\w+) *-> (\w+) *: \S/gm)].map(([, from, to]) => `${from} ${to}`);
    const table = Object.entries(transitions).flatMap(([from, next]: [string, string[]]) =>
      next.map((to) => `${from} ${to}`),
    );
    expect(drawn.length).toBe(diagram.trim().split('\n').length);
    expect(drawn.toSorted()).toEqual(table.toSorted());
  });
});

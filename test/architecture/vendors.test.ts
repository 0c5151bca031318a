/**
 * Adding a vendor touches one new file, one line of the registry, and its fixture test: no other code of the product
 * names a vendor or a vendor's tool. Two places speak of a few vendors and need not of a new one: the stand-in tools of
 * `simulate/`, and the table of published peak figures, where a model that is not listed stays unknown.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { probes } from '../../agent/probe/registry.ts';
import { isProduct } from './rules.ts';
import { scanTree } from './scan.ts';

const root = join(import.meta.dirname, '../..');
const modules = scanTree(root, ['agent', 'cli', 'proto', 'scheduler']).filter(({ path }) => isProduct(path));
const registry = 'agent/probe/registry.ts';

/** Files that a vendor may be named in: its own, with what it keeps beside it, and the two that need not name it. */
function own(path: string): boolean {
  const names = probes.map(({ vendor }) => vendor).join('|');
  return (
    new RegExp(`^agent/probe/(?:${names})(?:-\\w+)?\\.ts$`).test(path) ||
    path.startsWith('agent/probe/simulate/') ||
    path === 'agent/capacity/throughput.ts'
  );
}

/** Each vendor and tool that `code` has as a string of its own. */
function namedIn(code: string): string[] {
  const words = probes.flatMap(({ vendor, programs }) => [vendor, ...programs]);
  return [...new Set(words)].filter((word) => code.includes(`'${word}'`) || code.includes(`"${word}"`));
}

describe('a vendor', () => {
  it.each(probes.map(({ vendor }) => vendor))('%s is one file and one line of the registry', (vendor) => {
    expect(existsSync(join(root, `agent/probe/${vendor}.ts`))).toBe(true);
    expect(existsSync(join(root, `agent/probe/${vendor}.test.ts`))).toBe(true);
    const lines = readFileSync(join(root, registry), 'utf8').split('\n');
    expect(lines.filter((line) => new RegExp(`\\b${vendor}\\b`).test(line))).toEqual([
      `import { ${vendor} } from './${vendor}.ts';`,
      `  ${vendor},`,
    ]);
  });

  it('is named nowhere else in the product', () => {
    expect(modules.length).toBeGreaterThan(200);
    const elsewhere = modules
      .filter(({ path }) => !own(path) && path !== registry)
      .flatMap(({ path, code }) => namedIn(code).map((name) => `${path} names ${name}`));
    expect(elsewhere).toEqual([]);
  });

  it('that is named is found', () => {
    expect(namedIn('const a = \'gaudi\'; const b = "npu-smi";').toSorted()).toEqual(['gaudi', 'npu-smi']);
    expect(namedIn("const b = 'gaudily';")).toEqual([]);
  });
});

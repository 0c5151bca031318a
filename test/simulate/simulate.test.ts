/** The simulator on itself: it is clean on some seeds, gives the same run for the same seed, and finds what is planted. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { plants } from './plants.ts';
import { World } from './world.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

describe('the simulator', () => {
  it('finds every invariant kept under chance faults', { timeout: 120_000 }, async () => {
    let faults = 0;
    let containers = 0;
    for (let seed = 10_001; seed <= 10_060; seed += 1) {
      const result = await new World(seed).run(seed);
      expect(result.violation).toBeUndefined();
      faults += [...result.faults.values()].reduce((sum, count) => sum + count, 0);
      containers += result.containers;
    }
    expect(faults).toBeGreaterThan(200);
    expect(containers).toBeGreaterThan(200);
  });

  it('gives the same run for the same seed', { timeout: 60_000 }, async () => {
    const told = async (): Promise<unknown> => {
      const world = new World(77);
      const { steps, virtualMs, leases } = await world.run(77);
      return { steps, virtualMs, leases, story: world.story.lines([], 4000) };
    };
    const first = await told();
    expect(await told()).toEqual(first);
    expect(first).not.toEqual(await new World(78).run(78));
  });

  it.each(plants)('has a plant that fits the code: $name', ({ file, text, bug }) => {
    expect(readFileSync(join(root, file), 'utf8').split(text)).toHaveLength(2);
    expect(bug).not.toBe(text);
  });

  it('finds a bug that is planted', { timeout: 180_000 }, async () => {
    const script = join(root, 'scripts/simulate.ts');
    const { stdout } = await run(process.execPath, [
      script,
      '--plant',
      'act-before-persist',
      '--seeds',
      '300',
    ]);
    expect(stdout).toMatch(/act-before-persist: found by seed \d+/);
  });
});

/** What documents tell to type in a clone of the repository, typed in this one: benches and simulations with little to do. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/bundle.ts';
import { inClone } from '../places.ts';

const scratch = mkdtempSync(join(tmpdir(), 'suanlink-clone-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Public job traces, which are not in the repository: `SUANLINK_TRACES` names their folder, or they lie beside it. */
const traces = process.env.SUANLINK_TRACES ?? join(root, '../shared/traces');

/** What a shell would have from lines before. */
const exported = inClone
  .filter((each) => typeof each === 'string')
  .filter((line) => line.startsWith('export '));

/** This process's environment, without what tells programs that a test runs them. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV|npm_)/.test(name)),
);

/** Types a line; its exit code must be 0. */
function type(typed: string): string {
  const line = [...exported, typed.replaceAll('SCRATCH', scratch).replace('TRACES', traces)].join('; ');
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
    cwd: root,
    encoding: 'utf8',
    env: { ...env, CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 280_000,
  });
  if (status !== 0) throw new Error(`${typed} ended with ${status}:\n${`${stdout}\n${stderr}`.slice(-4000)}`);
  return stdout;
}

const all = inClone.map((each) =>
  typeof each === 'string' ? { told: each, typed: each } : { told: each[0], typed: each[1] },
);
const needsTraces = (typed: string): boolean => typed.includes('TRACES');

describe('in a clone', () => {
  it.each(all.filter(({ typed }) => !needsTraces(typed)))(
    '$told',
    ({ typed }) => {
      const said = type(typed);
      const last = said.trim().split('\n').at(-1) ?? '';
      expect(typed.includes('--json') ? (JSON.parse(last) as object) : { bench: '' }).toHaveProperty('bench');
    },
    300_000,
  );
});

describe.skipIf(!existsSync(traces))('in a clone, where the traces are at hand', () => {
  it.each(all.filter(({ typed }) => needsTraces(typed)))(
    '$told',
    ({ typed }) => expect(type(typed)).toContain('machine'),
    300_000,
  );
});

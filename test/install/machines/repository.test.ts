/** What documents tell to type in a clone of the repository, typed in this one: benches and simulations with little to do. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/bundle.ts';
import { inClone } from '../places.ts';

const scratch = mkdtempSync(join(tmpdir(), 'suanlink-clone-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What a shell would have from lines before. */
const exported = inClone
  .filter((each) => typeof each === 'string')
  .filter((line) => line.startsWith('export '));

/** This process's environment, without what tells programs that a test runs them. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV|npm_)/.test(name)),
);

describe('in a clone', () => {
  it.each(
    inClone.map((each) =>
      typeof each === 'string' ? { told: each, typed: each } : { told: each[0], typed: each[1] },
    ),
  )(
    '$told',
    ({ typed }) => {
      const line = [...exported, typed.replace('DIR', scratch)].join('; ');
      const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
        cwd: root,
        encoding: 'utf8',
        env: { ...env, CI: 'true' },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 280_000,
      });
      expect({ status, said: status === 0 ? '' : `${stdout}\n${stderr}`.slice(-4000) }).toEqual({
        status: 0,
        said: '',
      });
      if (typed.includes('--json'))
        expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toHaveProperty('bench');
    },
    300_000,
  );
});

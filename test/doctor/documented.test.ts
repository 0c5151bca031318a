/** docs/doctor.md knows every check, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lookHere } from '../../cli/doctor/here.ts';
import { allChecks } from '../../cli/doctor/table.ts';

it('is in the documents, and the documents have no other', () => {
  const here = lookHere({
    root: '/nonexistent',
    stateDir: '',
    socket: '',
    config: '',
    toolPath: [],
    env: {},
    self: [],
    version: '',
  });
  const ids = allChecks(here).map(({ id }) => id.replace(/^vendor\.\w+/, 'vendor.NAME'));
  const text = readFileSync(join(import.meta.dirname, '../../docs/doctor.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| `[a-z]+\./.test(line));
  const documented = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, id = '']) => id),
  );
  expect(documented.toSorted()).toEqual([...new Set(ids)].toSorted());
  expect(ids.length).toBeGreaterThan(40);
});

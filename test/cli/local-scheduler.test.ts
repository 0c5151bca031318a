/** On the scheduler's own machine the command line finds it by itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { localScheduler, noteUrl } from '../../cli/local-scheduler.ts';

const dir = mkdtempSync(join(tmpdir(), 'suanlink-local-'));
afterAll(() => rmSync(dir, { recursive: true }));

it('is nothing until a scheduler has noted where it is, and we may read its token', () => {
  expect(localScheduler(dir)).toEqual({});
  noteUrl(dir, 'http://127.0.0.1:7443');
  expect(localScheduler(dir)).toEqual({});
  writeFileSync(join(dir, 'admin-token'), 'slk_x\n');
  expect(localScheduler(dir)).toEqual({
    scheduler: 'http://127.0.0.1:7443',
    token_file: join(dir, 'admin-token'),
  });
  writeFileSync(join(dir, 'ca.crt'), '');
  expect(localScheduler(dir)).toMatchObject({ ca_file: join(dir, 'ca.crt') });
});

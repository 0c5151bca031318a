/** The reader of the kernel's log on files that grow, and on this machine's own log. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../agent/base/real/system-clock.ts';
import { createKernelLog } from '../../agent/probe/kmsg.ts';
import { eventually } from '../fakes/tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'suanlink-kmsg-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what was there is skipped, what comes is told, and nothing after the end', async () => {
  const path = join(folder, 'log');
  writeFileSync(path, '4,1,1,-;old\n'.repeat(2000));
  const log = createKernelLog(systemClock, path, 5);
  let text = '';
  log.start((more) => (text += more));
  expect(log.problem()).toBe('');
  await new Promise((done) => setTimeout(done, 100));
  expect(text).toBe('');
  for (const word of ['one', 'two']) {
    appendFileSync(path, `4,1,1,-;${word}\n`);
    await eventually(`${word} is told`, () => text.endsWith(`${word}\n`));
  }
  expect(text).toBe('4,1,1,-;one\n4,1,1,-;two\n');
  log.stop();
  appendFileSync(path, '4,1,1,-;three\n');
  await new Promise((done) => setTimeout(done, 50));
  expect(text).not.toContain('three');
});

test.each([
  ['that is not there', join(folder, 'none'), /cannot be opened: ENOENT/],
  ['that is no log', folder, /cannot be read: EISDIR/],
])('a log %s is a reason and no error', (_, path, reason) => {
  const log = createKernelLog(systemClock, path, 5);
  log.start(() => {});
  expect(log.problem()).toMatch(reason);
  log.stop();
});

test("this machine's own log is read without blocking, or the reason is told", async () => {
  const log = createKernelLog(systemClock, undefined, 5);
  const startedAt = performance.now();
  log.start(() => {});
  await new Promise((done) => setTimeout(done, 50));
  expect(log.problem()).toMatch(/^$|cannot be (?:opened|read): [A-Z]+$/);
  expect(performance.now() - startedAt).toBeLessThan(5000);
  log.stop();
});

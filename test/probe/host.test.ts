/** The host of this machine, and the child that names it. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { HostOptions } from '../../agent/probe/host.ts';
import { createHostUse, readHost } from '../../agent/probe/host.ts';
import { fakeFolder } from '../fakes/tool.ts';

const facts = fileURLToPath(new URL('../../agent/probe/host-facts.ts', import.meta.url));
const options: HostOptions = {
  stateDir: '/tmp',
  engine: 'docker 27',
  labels: { rack: '3' },
  region: '110000',
};

function plausible(host: Awaited<ReturnType<typeof readHost>>): void {
  expect(host.os).not.toBe('');
  expect(host.kernel).toMatch(/^\d+\./);
  expect(host.cpuMilli).toBeGreaterThanOrEqual(100);
  expect(host.memoryBytes).toBeGreaterThan(2 ** 27);
  expect(host.diskBytes).toBeGreaterThan(0);
  expect(host).toMatchObject({ engine: 'docker 27', labels: { rack: '3' }, region: '110000' });
}

test('is known without any child', async () => {
  const host = await readHost(options);
  plausible(host);
  expect(host.cpuModel).not.toBe('');
});

test('is named by the child that loads systeminformation', async () => {
  const script = `import(${JSON.stringify(facts)}).then((it) => it.printHostFacts())`;
  const host = await readHost({ ...options, factsCommand: [process.execPath, '-e', script] });
  plausible(host);
  expect(host.os.length).toBeGreaterThan(3);
});

test('takes from the child what it says, and is known when it fails or hangs', async () => {
  await using folder = await fakeFolder();
  const says = await folder.tool('says', `echo '{"os":"Kylin V10","cpuModel":5}'`);
  const host = await readHost({ ...options, factsCommand: [says] });
  expect(host.os).toBe('Kylin V10');
  plausible(host);
  plausible(await readHost({ ...options, factsCommand: [await folder.tool('fails', 'exit 1')] }));
  plausible(
    await readHost({
      ...options,
      factsCommand: [await folder.tool('hangs', 'exec sleep 30')],
      timeoutMs: 100,
    }),
  );
  plausible(await readHost({ ...options, factsCommand: ['/nonexistent'] }));
});

test('says how much is used, at most twice a second', () => {
  let now = 0;
  const use = createHostUse({ now: () => now, wall: () => now, at: () => () => {} });
  const first = use();
  expect(first.cpuPct).toBeNull();
  expect(first.memoryUsedBytes).toBeGreaterThan(0);
  now = 100;
  expect(use()).toBe(first);
  const until = performance.now() + 60;
  while (performance.now() < until);
  now = 1000;
  const next = use();
  expect(next.cpuPct).toBeGreaterThanOrEqual(0);
  expect(next.cpuPct).toBeLessThanOrEqual(100);
});

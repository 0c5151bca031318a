/**
 * A node that is cut off for longer than the ttl, whose agent is killed and restarted meanwhile: the container ends by
 * its original deadline, and only then does the scheduler grant the work again, elsewhere.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeJoinToken, encodeJoinToken } from '../../proto/join-token.ts';
import { startEngine, type TestEngine } from '../../scripts/engines.ts';
import { importTestImage } from '../../scripts/test-image.ts';
import { discover, runs, type Seen } from '../chaos/engine-truth.ts';
import { image, witness } from '../chaos/jobs.ts';
import { CuttingProxy } from '../chaos/proxy.ts';
import { type Agent, type Scheduler, startAgent, startScheduler, until } from './harness.ts';

const ttlMs = 9000;
/** Of the scheduler, which waits so much longer than the ttl before it grants again. */
const marginMs = 5000;
const dir = mkdtempSync(join(tmpdir(), 'suanlink-e2e-'));
let engine: TestEngine;
let scheduler: Scheduler;
let proxy: CuttingProxy;
const agents: Agent[] = [];

beforeAll(async () => {
  engine = await startEngine('podman', join(dir, 'engine'));
  await importTestImage(engine, image);
  scheduler = await startScheduler(join(dir, 'scheduler'), { args: ['--ttl', '9s', '--heartbeat', '3s'] });
  proxy = new CuttingProxy(Number(new URL(scheduler.url).port));
  await proxy.start();
}, 180_000);

afterAll(async () => {
  for (const agent of agents) await agent.process.end();
  await proxy?.stop();
  await scheduler?.process.end();
  scheduler?.admin.close();
  await engine?.stop();
  rmSync(dir, { recursive: true, force: true });
}, 120_000);

it('ends by its deadline, and is granted again only after it', { timeout: 180_000 }, async () => {
  const tokenFile = await scheduler.joinToken();
  const token = decodeJoinToken(readFileSync(tokenFile, 'utf8'));
  writeFileSync(tokenFile, encodeJoinToken({ ...token, url: `https://127.0.0.1:${proxy.port}` }));
  const far = { dir: join(dir, 'far'), name: 'far', engineSocket: engine.socketPath };
  let cutOff = await startAgent({ ...far, joinTokenFile: tokenFile });
  const { id } = await scheduler.admin.submit(
    witness(600, 0, true, { accelerators: 0, max_retries: 1, grace_ms: 1000 }).spec,
  );
  const seen = new Map<string, Seen>();
  const first = await until('the container', async () => {
    await discover(engine.socketPath, seen);
    return [...seen.values()][0];
  });
  // Only now is there another node that could take it.
  agents.push(
    await startAgent({
      ...{ dir: join(dir, 'near'), name: 'near', engineSocket: engine.socketPath },
      joinTokenFile: await scheduler.joinToken(),
    }),
  );

  proxy.set('hole');
  const cutAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await cutOff.process.end('SIGKILL');
  cutOff = await startAgent({ ...far, connected: false });
  agents.push(cutOff);
  expect(runs(first)).toBe(true);

  await until('the container to end', () => (runs(first) ? undefined : true), 30_000, cutOff.process.said);
  const endedAfterMs = performance.now() - cutAt;
  // The last renewal was a third of the ttl before the cut at most; the deadline counts from it.
  expect(endedAfterMs).toBeGreaterThan(ttlMs / 3);
  expect(endedAfterMs).toBeLessThan(ttlMs + 1500);

  const second = await until(
    'the second attempt',
    async () => {
      await discover(engine.socketPath, seen);
      return [...seen.values()].find(({ lease }) => lease !== first.lease);
    },
    40_000,
    scheduler.process.said,
  );
  const grantedAfterMs = performance.now() - cutAt;
  expect(second.agent).not.toBe(first.agent);
  expect(grantedAfterMs).toBeGreaterThan(endedAfterMs);
  expect(grantedAfterMs).toBeGreaterThan((ttlMs * 2) / 3 + marginMs);
  expect(grantedAfterMs).toBeLessThan(ttlMs + marginMs + 8000);
  proxy.set('open');
  await scheduler.admin.call('POST', `/v1/jobs/${id}/cancel`, {});
  const { job } = await scheduler.admin.follow(id);
  expect(job.end?.reason).toBe('cancelled');
  await until('the bill of both', async () => {
    const { body } = await scheduler.admin.call('GET', '/v1/usage?limit=10');
    return body.usage.length === 2 ? true : undefined;
  });
});

/**
 * Twenty leases run while their agent is killed, started again, and replaced by another release: nothing of them may be
 * disturbed, and no byte of their output lost or doubled.
 */
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobView, NodeView } from '../../proto/api.ts';
import { startEngine, type TestEngine } from '../../scripts/engines.ts';
import { importTestImage } from '../../scripts/test-image.ts';
import { discover, runs, type Seen } from '../chaos/engine-truth.ts';
import { compare, image, type Witness, witness } from '../chaos/jobs.ts';
import { type Agent, program, type Scheduler, startAgent, startScheduler, until } from './harness.ts';

const leases = 20;

/** A copy of the built program in `dir` that says of itself that it is release `version`. */
function release(dir: string, version: string): string {
  cpSync(dirname(program), dir, { recursive: true });
  let changed = 0;
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.mjs') && !name.endsWith('.js')) continue;
    const path = join(dir, name);
    const text = readFileSync(path, 'utf8');
    const next = text.replace(/(["'])0\.1\.0\1/g, () => JSON.stringify(version));
    if (next === text) continue;
    writeFileSync(path, next);
    changed += 1;
  }
  if (changed === 0) throw new Error('the program does not say which release it is');
  return join(dir, 'suanlink');
}

describe.each(['docker', 'podman'] as const)('twenty running leases on %s', (engineKind) => {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-e2e-'));
  let engine: TestEngine;
  let scheduler: Scheduler;
  let agent: Agent;

  beforeAll(async () => {
    engine = await startEngine(engineKind, join(dir, 'engine'));
    await importTestImage(engine, image);
    scheduler = await startScheduler(join(dir, 'scheduler'));
  }, 180_000);

  afterAll(async () => {
    await agent?.process.end();
    await scheduler?.process.end();
    scheduler?.admin.close();
    await engine?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 120_000);

  it('are taken up by a restarted agent and by a newer release, undisturbed', async () => {
    release(join(dir, 'release-1'), '0.1.1');
    release(join(dir, 'release-2'), '0.2.0');
    const current = join(dir, 'current');
    symlinkSync('release-1', current);
    // The program finds its own files through the link at its start, as an installed one does.
    const options = {
      ...{ dir: join(dir, 'a'), name: 'a', engineSocket: engine.socketPath },
      program: join(current, 'suanlink'),
      env: { SUANLINK_NODE: process.execPath },
    };
    agent = await startAgent({ ...options, joinTokenFile: await scheduler.joinToken() });

    const wanted = new Map<string, Witness>();
    for (let n = 0; n < leases; n += 1) {
      // Longer than two starts take on a machine with other things to do.
      const job = witness(400 + n, 0, false, { accelerators: 0 });
      wanted.set((await scheduler.admin.submit(job.spec)).id, job);
    }
    const containers = new Map<string, Seen>();
    await until(
      'all to run',
      async () => {
        await discover(engine.socketPath, containers);
        return containers.size === leases ? true : undefined;
      },
      60_000,
      agent.process.said,
    );
    const running = (): number => [...containers.values()].filter(runs).length;
    expect(running()).toBe(leases);

    await agent.process.end('SIGKILL');
    agent = await startAgent(options);
    const version = async (): Promise<string> => {
      const { body } = await scheduler.admin.call('GET', '/v1/nodes');
      return (body.nodes as NodeView[])[0]?.agent_version ?? '';
    };
    expect(await version()).toBe('0.1.1');
    expect(running()).toBe(leases);

    symlinkSync('release-2', `${current}.new`);
    renameSync(`${current}.new`, current);
    await agent.process.end('SIGTERM');
    agent = await startAgent(options);
    await until('the newer release to connect', async () =>
      (await version()) === '0.2.0' ? true : undefined,
    );
    expect(running()).toBe(leases);

    for (const [id, job] of wanted) {
      const { job: ended, stdout } = await scheduler.admin.follow(id);
      expect(ended.end).toMatchObject({ reason: 'completed', exit_code: 0 });
      expect(compare(job, ended, stdout).bytes).toBeGreaterThan(1000);
    }
    await discover(engine.socketPath, containers);
    expect(containers.size).toBe(leases);
    const { body } = await scheduler.admin.call('GET', '/v1/jobs?limit=1000');
    expect((body.jobs as JobView[]).every(({ lease }) => lease?.epoch !== undefined)).toBe(true);
  }, 240_000);
});

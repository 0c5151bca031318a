/** The guard with real agents and containers: a lease that the agent cannot end is ended all the same, and in time. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { readBootId } from '../../agent/lock.ts';
import { createEngine } from '../../agent/runtime/engine/engine.ts';
import { guardScript } from '../../agent/runtime/guard-script.ts';
import { guardText } from '../../agent/runtime/guard.ts';
import type { ObservedContainer, Runtime } from '../../agent/runtime/runtime.ts';
import { testImage } from '../engines/provided.ts';
import { type Agent, type Scheduler, startAgent, startScheduler, until } from './harness.ts';

const ttlMs = 6_000;
/** What the scheduler waits beyond the ttl before it gives the cards to others. */
const marginMs = 5_000;

describe.each(inject('engines'))('on $kind', ({ kind, socketPath }) => {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-guard-'));
  let runtime: Runtime;
  let scheduler: Scheduler;
  let agent: Agent;
  let joinTokenFile: string | undefined;
  let jobId = '';

  beforeAll(async () => {
    runtime = createEngine({ socketPath });
    scheduler = await startScheduler(join(dir, 'scheduler'), { args: ['--ttl', `${ttlMs}ms`] });
    joinTokenFile = await scheduler.joinToken();
  });
  afterAll(async () => {
    await agent?.process.end();
    scheduler?.admin.close();
    await scheduler?.process.end();
    await runtime?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const launch = async (connected = true): Promise<void> => {
    agent = await startAgent({
      dir: join(dir, 'a'),
      engineSocket: socketPath,
      name: `guard-${kind}`,
      connected,
      ...(joinTokenFile === undefined ? {} : { joinTokenFile }),
    });
    joinTokenFile = undefined;
  };
  let nodeId = '';
  const container = async (): Promise<ObservedContainer | undefined> =>
    (await runtime.list(nodeId)).known.find(({ state }) => state === 'running');

  /** A container that runs, deaf to SIGTERM, with its guard told of it. */
  beforeEach(async () => {
    await launch();
    nodeId = (await agent.status()).agent.node_id;
    const job = await scheduler.admin.submit({
      image: testImage,
      command: ['sh', '-c', 'trap "" TERM; while :; do sleep 0.2; done'],
      memory_bytes: 32 * 2 ** 20,
      cpu_milli: 100,
    });
    jobId = job.id;
    await until('the container to run', container);
    await until('the agent to be well', async () => {
      const { problems, leases } = await agent.status();
      return problems.length === 0 && leases[0]?.state === 'running';
    });
    // The file may be a moment behind the status.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  });

  /** Milliseconds until the container is dead. */
  async function deadAfter(since: number): Promise<number> {
    await until('the container to be dead', async () => ((await container()) ? undefined : true), 40_000);
    return performance.now() - since;
  }

  it('a stopped agent: the container is dead in time, and the lease lost', async () => {
    const since = performance.now();
    agent.process.child.kill('SIGSTOP');
    const took = await deadAfter(since);
    expect(took).toBeLessThan(ttlMs + marginMs);
    expect(took).toBeGreaterThan(ttlMs / 2);
    agent.process.child.kill('SIGCONT');
    // Who is first to say so: the agent that goes on, or the scheduler that has waited.
    expect((await scheduler.admin.follow(jobId)).job.end?.reason).toMatch(/^(lease|node)_lost$/);
    await until('the agent to clean up', async () =>
      (await agent.status()).leases.length === 0 ? true : undefined,
    );
    await agent.process.end();
  });

  it('an agent that is killed and not started again: the same', async () => {
    const since = performance.now();
    await agent.process.end('SIGKILL');
    const took = await deadAfter(since);
    expect(took).toBeLessThan(ttlMs + marginMs);
    expect(took).toBeGreaterThan(ttlMs / 2);
    await launch();
    await until('the agent to clean up', async () =>
      (await agent.status()).leases.length === 0 ? true : undefined,
    );
    await agent.process.end();
  });

  it('an agent that is restarted while it is cut off: dead at the original deadline', async () => {
    const since = performance.now();
    scheduler.process.child.kill('SIGSTOP');
    await agent.process.end('SIGKILL');
    await launch(false);
    const took = await deadAfter(since);
    expect(took).toBeLessThan(ttlMs + marginMs);
    scheduler.process.child.kill('SIGCONT');
    await until(
      'the agent to clean up',
      async () => ((await agent.status()).leases.length === 0 ? true : undefined),
      60_000,
      agent.process.said,
    );
    await agent.process.end();
  });

  it('a container whose process nobody has named: it is found by its id, and nothing else is touched', async () => {
    const found = await container();
    const file = join(dir, 'unnamed.guard');
    const head = { token: 't', bootId: readBootId(), agentPid: 1, agentStart: '1' };
    const due = { name: 'lease-x.1', pid: 0, termAt: 1, killAt: 1 };
    writeFileSync(
      file,
      guardText(head, [
        { ...due, start: found?.id ?? '' },
        { ...due, start: 'f'.repeat(64) },
      ]),
    );
    const guard = spawn('/bin/sh', ['-s', 'suanlink-guard', file, 't'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    guard.stdin.end(guardScript);
    expect(await deadAfter(performance.now())).toBeLessThan(3_000);
    const code = await new Promise((resolve) => guard.once('exit', resolve));
    expect(code).toBe(0);
    expect((await scheduler.admin.follow(jobId)).job.end).toMatchObject({ reason: 'signal', exit_code: 137 });
    await agent.process.end();
  });
});

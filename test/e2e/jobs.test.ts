/**
 * The main job at size: three agents, two hundred jobs of every kind, on a real engine. Every exit code, typed reason,
 * log byte and usage record is compared with what the job must have done.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobSpec, JobView, UsageView } from '../../proto/api.ts';
import { engineRequest } from '../../scripts/engine-request.ts';
import { startEngine, type TestEngine } from '../../scripts/engines.ts';
import { importTestImage } from '../../scripts/test-image.ts';
import { type Agent, type Scheduler, startAgent, startScheduler, until } from './harness.ts';

const image = 'suanlink.test/busybox:1';
const mib = 2 ** 20;

/** One kind of job and what must come of it. */
interface Kind {
  command: string[];
  memory?: number;
  reason: string;
  exit: number | null;
  error?: string;
  stdout?: Buffer;
  stderr?: Buffer;
  /** CPU time that it burns at least, in ms. */
  cpuMs?: number;
}

const megabyte = Buffer.alloc(mib, 'y\n');
const kinds: Record<string, Kind> = {
  'exit 0': { command: ['true'], reason: 'completed', exit: 0 },
  'exit 7': {
    command: ['sh', '-c', 'echo to stdout; echo to stderr >&2; exit 7'],
    reason: 'exit_nonzero',
    exit: 7,
    stdout: Buffer.from('to stdout\n'),
    stderr: Buffer.from('to stderr\n'),
  },
  'killed by a signal': {
    command: ['sh', '-c', 'sh -c "kill -9 \\$\\$"; exit $?'],
    stderr: Buffer.from('Killed\n'),
    reason: 'signal',
    exit: 137,
  },
  'out of memory': {
    command: ['sh', '-c', 'x=$(yes | tr -d "\\n" | head -c 60000000); echo "$x" | wc -c'],
    memory: 24 * mib,
    reason: 'oom',
    exit: 137,
  },
  '1 MiB of output': {
    command: ['sh', '-c', 'yes | head -c 1048576'],
    reason: 'completed',
    exit: 0,
    stdout: megabyte,
  },
  'no output': { command: ['sleep', '1'], reason: 'completed', exit: 0 },
  'no line end': {
    command: ['printf', 'no newline'],
    reason: 'completed',
    exit: 0,
    stdout: Buffer.from('no newline'),
  },
  'burns CPU': {
    command: ['sh', '-c', 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'],
    reason: 'completed',
    exit: 0,
    cpuMs: 20,
  },
  'no such command': {
    command: ['no-such-command'],
    reason: 'start_failed',
    exit: null,
    error: 'command_not_found',
  },
  'not executable': {
    command: ['/etc/not-executable'],
    reason: 'start_failed',
    exit: null,
    error: 'command_not_executable',
  },
};
const total = 200;

const sha = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

describe.each(['docker', 'podman'] as const)('200 jobs over three agents on %s', (engineKind) => {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-e2e-'));
  let engine: TestEngine;
  let scheduler: Scheduler;
  let agents: Agent[] = [];

  beforeAll(async () => {
    engine = await startEngine(engineKind, join(dir, 'engine'));
    await importTestImage(engine, image);
    scheduler = await startScheduler(join(dir, 'scheduler'));
    agents = await Promise.all(
      ['a', 'b', 'c'].map(async (name) =>
        startAgent({
          dir: join(dir, name),
          name,
          joinTokenFile: await scheduler.joinToken(),
          engineSocket: engine.socketPath,
        }),
      ),
    );
  }, 180_000);

  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.process.end()));
    await scheduler?.process.end();
    scheduler?.admin.close();
    await engine?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 120_000);

  it('ends each with the right code, reason, bytes and usage, and leaves nothing behind', async () => {
    const names = Object.keys(kinds);
    const wanted = Array.from({ length: total }, (_, i) => names[i % names.length] ?? '');
    const spec = (kind: Kind): Partial<JobSpec> => ({
      image,
      command: kind.command,
      memory_bytes: kind.memory ?? 64 * mib,
      cpu_milli: 250,
      shm_bytes: mib,
      pids: 64,
      time_limit_ms: 120_000,
      grace_ms: 500,
    });
    const run = async (
      name: string,
    ): Promise<{ name: string; job: JobView; stdout: Buffer; stderr: Buffer }> => ({
      name,
      ...(await scheduler.admin.run(spec(kinds[name] as Kind))),
    });
    const ended = await Promise.all(wanted.map(run));
    for (const { name, job, stdout, stderr } of ended) {
      const kind = kinds[name] as Kind;
      const end = job.end;
      expect({ name, reason: end?.reason, exit: end?.exit_code, error: end?.error_code }).toEqual({
        name,
        reason: kind.reason,
        exit: kind.exit,
        error: kind.error ?? '',
      });
      if (name !== 'out of memory') {
        expect({ name, out: sha(stdout), err: sha(stderr) }).toEqual({
          name,
          out: sha(kind.stdout ?? Buffer.alloc(0)),
          err: sha(kind.stderr ?? Buffer.alloc(0)),
        });
        expect(end?.stdout_sha256).toBe(sha(stdout));
        expect(end?.stdout_bytes).toBe(stdout.length);
      }
      const usage = end?.usage as UsageView;
      expect(usage.cards).toBe(0);
      expect(usage.card_ms).toBe(0);
      if (kind.exit === null) expect(usage.run_ms).toBe(0);
      if (kind.cpuMs)
        expect({ name, cpu: usage.cpu_ms > kind.cpuMs && usage.cpu_ms < 20_000 }).toEqual({
          name,
          cpu: true,
        });
      // From start to finish by the engine's own clock, which notices a start up to a few 100 ms late under load.
      if (name === 'no output')
        expect({ name, run: usage.run_ms > 300 && usage.run_ms < 5000 }).toEqual({ name, run: true });
    }
    const ledger = (await scheduler.admin.call('GET', '/v1/usage?limit=1000')).body.usage as UsageView[];
    expect(ledger).toHaveLength(total);
    expect(new Set(ledger.map((row) => `${row.lease_id} ${row.epoch} ${row.part}`)).size).toBe(total);
    expect(new Set(ledger.map((row) => row.node_id)).size).toBe(3);
    for (const agent of agents)
      await until('the agent to forget its leases', async () =>
        (await agent.status()).leases.length === 0 ? true : undefined,
      );
    const containers = await engineRequest(engine.socketPath, 'GET', '/v1.41/containers/json?all=true');
    expect(JSON.parse(containers.body)).toEqual([]);
  }, 300_000);

  it('keeps running containers while the agent restarts, byte for byte', async () => {
    const job = await scheduler.admin.submit({
      image,
      command: ['sh', '-c', 'for i in $(seq 1 40); do echo line $i; sleep 0.1; done'],
      memory_bytes: 64 * mib,
      cpu_milli: 250,
      shm_bytes: mib,
    });
    const running = await until('the job to run', async () => {
      const now = (await scheduler.admin.call('GET', `/v1/jobs/${job.id}`)).body as JobView;
      return now.lease?.state === 'running' ? now : undefined;
    });
    const index = ['a', 'b', 'c'].findIndex((name) => name === running.lease?.node_name);
    const old = agents[index] as Agent;
    await old.process.end('SIGKILL');
    agents[index] = await startAgent({
      dir: old.dir,
      name: running.lease?.node_name ?? '',
      engineSocket: engine.socketPath,
    });
    const { job: ended, stdout } = await scheduler.admin.follow(job.id);
    expect(ended.end).toMatchObject({ reason: 'completed', exit_code: 0 });
    expect(stdout.toString()).toBe(Array.from({ length: 40 }, (_, i) => `line ${i + 1}\n`).join(''));
  }, 120_000);
});

/** What signals ask of an agent with a running lease: HUP reloads or refuses as a whole, USR1 talks more, QUIT waits for the
 * last lease; and what a service manager is told meanwhile. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEngine, type TestEngine } from '../../scripts/engines.ts';
import { importTestImage } from '../../scripts/test-image.ts';
import { image, witness } from '../chaos/jobs.ts';
import { type Agent, type Scheduler, startAgent, startScheduler, until } from './harness.ts';

const dir = mkdtempSync(join(tmpdir(), 'suanlink-e2e-'));
const config = join(dir, 'a/agent.yaml');
let engine: TestEngine;
let scheduler: Scheduler;
let agent: Agent;
let manager: ChildProcess;
let told = '';

/** Hears what systemd would: Node has no unix datagrams of its own. */
const listener = `
const { dlopen } = require('node:ffi');
const { functions: libc } = dlopen('libc.so.6', {
  socket: { arguments: ['int32', 'int32', 'int32'], return: 'int32' },
  bind: { arguments: ['int32', 'buffer', 'uint32'], return: 'int32' },
  recv: { arguments: ['int32', 'buffer', 'uint64', 'int32'], return: 'int64' },
});
const address = Buffer.concat([Buffer.from([1, 0]), Buffer.from(process.argv[1])]);
const socket = libc.socket(1, 2, 0);
if (libc.bind(socket, address, address.length) !== 0) process.exit(1);
const { writeSync } = require('node:fs');
writeSync(1, 'bound\\n');
const data = Buffer.alloc(4096);
for (;;) writeSync(1, data.subarray(0, Number(libc.recv(socket, data, 4096n, 0))));
`;

beforeAll(async () => {
  engine = await startEngine('podman', join(dir, 'engine'));
  await importTestImage(engine, image);
  scheduler = await startScheduler(join(dir, 'scheduler'));
  const notify = join(dir, 'notify');
  manager = spawn(process.execPath, ['-e', listener, notify], { stdio: ['ignore', 'pipe', 'inherit'] });
  manager.stdout?.on('data', (piece: Buffer) => (told += piece.toString()));
  await until('the listener', () => (told.includes('bound') ? true : undefined));
  agent = await startAgent({
    ...{ dir: join(dir, 'a'), name: 'a', engineSocket: engine.socketPath },
    joinTokenFile: await scheduler.joinToken(),
    env: { NOTIFY_SOCKET: notify, WATCHDOG_USEC: '3000000' },
  });
}, 180_000);

afterAll(async () => {
  await agent?.process.end();
  manager?.kill();
  await scheduler?.process.end();
  scheduler?.admin.close();
  await engine?.stop();
  rmSync(dir, { recursive: true, force: true });
}, 120_000);

it('tells the service manager that it is ready, and again and again that it is well', async () => {
  await expect.poll(() => told, { timeout: 20_000 }).toContain('READY=1');
  await expect.poll(() => told.split('WATCHDOG=1').length, { timeout: 20_000 }).toBeGreaterThan(3);
});

it('takes a good configuration at HUP and says what needs a restart; a bad one changes nothing', async () => {
  writeFileSync(config, 'reserve_memory_bytes: 0\nmax_lease: 2h\nname: other\n');
  agent.process.child.kill('SIGHUP');
  await until('the reload', () =>
    /configuration_reloaded .*applied=max_lease/.test(agent.process.said()) ? true : undefined,
  );
  await until('the restart to be asked for', () =>
    /configuration_needs_restart settings=name/.test(agent.process.said()) ? true : undefined,
  );
  writeFileSync(config, 'max_lease: 1h\nmax_card: 1\n');
  agent.process.child.kill('SIGHUP');
  await until('the refusal', () =>
    agent.process.said().includes('configuration_not_reloaded') ? true : undefined,
  );
  expect(agent.process.said()).toContain('agent.yaml:2:1: unknown key max_card; did you mean max_cards?');
  await expect.poll(() => told.split('RELOADING=1'), { timeout: 5_000 }).toHaveLength(3);
});

it('says everything after USR1, and as much as before after another', async () => {
  agent.process.child.kill('SIGUSR1');
  await expect.poll(() => agent.process.said(), { timeout: 20_000 }).toContain('log_level level=debug');
  agent.process.child.kill('SIGUSR1');
  await expect.poll(() => agent.process.said(), { timeout: 20_000 }).toContain('log_level level=info');
});

it('ends after QUIT when its last lease has ended, and takes no new one meanwhile', async () => {
  const running = witness(40, 0, false, { accelerators: 0 });
  const { id } = await scheduler.admin.submit(running.spec);
  await until('the job to run', async () =>
    (await agent.status()).leases.some(({ state }) => state === 'running') ? true : undefined,
  );
  agent.process.child.kill('SIGQUIT');
  await until('the drain', async () =>
    (await agent.status()).agent.state === 'draining' ? true : undefined,
  );
  const late = await scheduler.admin.submit(witness(10, 0, false, { accelerators: 0 }).spec);
  expect(await agent.process.exited).toBe(0);
  const { job } = await scheduler.admin.follow(id);
  expect(job.end).toMatchObject({ reason: 'completed', exit_code: 0 });
  expect(told).toContain('STOPPING=1');
  // The next agent does not drain: it was this process that was to end.
  writeFileSync(config, 'reserve_memory_bytes: 0\n');
  agent = await startAgent({ dir: join(dir, 'a'), name: 'a', engineSocket: engine.socketPath });
  const { job: next } = await scheduler.admin.follow(late.id);
  expect(next.end).toMatchObject({ reason: 'completed', exit_code: 0 });
});

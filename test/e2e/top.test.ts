/**
 * The terminal view over a real agent with a real engine and scheduler: what befalls the node is on the screen within two
 * seconds of the agent knowing it, and goes from it by itself.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  installSimulatedTools,
  readSimulatedState,
  writeSimulatedState,
} from '../../agent/probe/simulate/install.ts';
import { decodeJoinToken, encodeJoinToken } from '../../proto/join-token.ts';
import { startEngine, type TestEngine } from '../../scripts/engines.ts';
import { importTestImage } from '../../scripts/test-image.ts';
import { image, witness } from '../chaos/jobs.ts';
import { CuttingProxy } from '../chaos/proxy.ts';
import { openTerminal, type Terminal } from '../tui/terminal.ts';
import { type Agent, program, type Scheduler, startAgent, startScheduler, until } from './harness.ts';

/** How soon the screen must tell what the agent knows. */
const soonMs = 2_000;
const dir = mkdtempSync(join(tmpdir(), 'suanlink-e2e-'));
const tools = join(dir, 'tools');
let engine: TestEngine;
let scheduler: Scheduler;
let proxy: CuttingProxy;
let agent: Agent;
let view: Terminal;

beforeAll(async () => {
  engine = await startEngine('podman', join(dir, 'engine'));
  await importTestImage(engine, image);
  scheduler = await startScheduler(join(dir, 'scheduler'), { args: ['--heartbeat', '1s'] });
  proxy = new CuttingProxy(Number(new URL(scheduler.url).port));
  await proxy.start();
  await installSimulatedTools(tools, '8xAscend910B3', { command: [program] });
  const tokenFile = await scheduler.joinToken();
  const token = decodeJoinToken(readFileSync(tokenFile, 'utf8'));
  writeFileSync(tokenFile, encodeJoinToken({ ...token, url: `https://127.0.0.1:${proxy.port}` }));
  agent = await begin(tokenFile);
  view = openTerminal({ args: ['top', '--socket', agent.socket], cols: 120, rows: 40 });
}, 180_000);

afterAll(async () => {
  view?.kill('SIGKILL');
  await agent?.process.end();
  await proxy?.stop();
  await scheduler?.process.end();
  scheduler?.admin.close();
  await engine?.stop();
  rmSync(dir, { recursive: true, force: true });
}, 120_000);

function begin(joinTokenFile?: string): Promise<Agent> {
  const home = join(dir, 'agent');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'agent.yaml'), 'sample_interval_ms: 1000\n');
  return startAgent({
    dir: home,
    name: 'gpu-07',
    engineSocket: engine.socketPath,
    args: ['--tool-path', tools, '--simulated'],
    ...(joinTokenFile === undefined ? {} : { joinTokenFile }),
  });
}

/** The agent knows it; then the screen tells it soon. */
async function tells(
  known: (status: Awaited<ReturnType<Agent['status']>>) => boolean,
  shown: RegExp,
): Promise<void> {
  await until(
    `the agent to know ${shown}`,
    async () => known(await agent.status()) || undefined,
    60_000,
    agent.process.said,
  );
  await view.shows(shown, soonMs);
}

it('shows the cards and the connection', async () => {
  await view.shows(/suanlink gpu-07 .*AGENT ● RUNNING .*SCHED ● CONNECTED .*ACCEPTING/, 30_000);
  await view.shows(/ 7 +910B3.*● OK/, soonMs);
  expect(view.rows().filter((row) => /910B3.*● OK/.test(row))).toHaveLength(8);
});

it('tells that the scheduler is gone and why, and that it is back', async () => {
  // Only who was there can be lost.
  await tells(({ scheduler: { state } }) => state === 'connected', /SCHED ● CONNECTED/);
  proxy.set('refuse');
  await tells(({ scheduler: { state } }) => state === 'waiting', /SCHED ✖ OFFLINE retry in/);
  await view.shows(/▲ no scheduler: .* → running leases go on/, soonMs);
  proxy.set('open');
  view.type('R');
  await tells(({ scheduler: { state } }) => state === 'connected', /SCHED ● CONNECTED/);
  view.type('4');
  const shown = await view.shows(/▲ scheduler lost[^]*· scheduler connected/, 5_000);
  expect(shown.index).toBeGreaterThan(0);
  view.type('1');
});

it('opens a shell in a lease’s container, and has its own screen again when that ends', async () => {
  const job = await scheduler.admin.submit({ ...witness(1200, 0, false).spec, accelerators: 1 });
  view.type('3');
  await tells(({ leases }) => leases.some(({ state }) => state === 'running'), /▸.* ● RUNNING/);
  const container = (await agent.status()).leases[0]?.container_id ?? '';
  view.type('s');
  await view.shows(/^\/ #$/m, 10_000);
  expect(view.text()).not.toMatch(/suanlink gpu-07/);
  // Of the shell, not of the line that is typed; and in that container, whose name is its host's.
  view.type('echo "in $(hostname) $((40 + 2))"\r');
  await view.shows(new RegExp(`in ${container.slice(0, 12)} 42`));
  view.type('exit\r');
  await view.shows(/^suanlink gpu-07 .*AGENT ● RUNNING/);
  expect(view.text()).not.toMatch(/echo "in/);
  await scheduler.admin.call('POST', `/v1/jobs/${job.id}/cancel`);
  await tells(({ leases }) => leases.length === 0, /CANCELLED/);
  // The keys are the view's again.
  view.type('4');
  await view.shows(/lease accepted/, soonMs);
  view.type('1');
});

it('tells that a lease runs, what it writes, and that it has failed', async () => {
  const job = await scheduler.admin.submit(witness(30, 3, false, { accelerators: 1, max_retries: 0 }).spec);
  await tells(({ leases }) => leases.some(({ state }) => state === 'running'), /● RUNNING/);
  view.type('3');
  await view.shows(/\w{8} ● RUNNING/, soonMs);
  view.type('g');
  await view.shows(/▸.* ● RUNNING/, soonMs);
  view.type('\r');
  await view.shows(/Output[^]*line \d+ /, 5_000);
  const { job: ended } = await scheduler.admin.follow(job.id);
  expect(ended.end?.reason).toBe('exit_nonzero');
  await view.shows(/✖ EXIT 3/, soonMs);
  await view.shows(/its command ended with an error/, soonMs);
  view.type('\u001b1');
  await view.shows(/✖ EXIT 3/, soonMs);
});

it('tells that a vendor tool hangs, dims its cards, and that it answers again', async () => {
  const before = await readSimulatedState(tools);
  if (!before) throw new Error('there are no stand-in tools');
  await writeSimulatedState(tools, { ...before, faults: [{ tool: 'npu-smi', kind: 'hang' }] });
  await tells(
    ({ probes }) => probes.some(({ vendor, status }) => vendor === 'ascend' && status === 'failed'),
    /▲ ascend: .*→ suanlink probe --vendor ascend/,
  );
  await view.shows(/910B3.*◌ UNKNOWN/, soonMs);
  await writeSimulatedState(tools, before);
  await tells(
    ({ probes }) => probes.some(({ vendor, status }) => vendor === 'ascend' && status === 'present'),
    /910B3.*● OK/,
  );
  await view.hides(/▲ ascend/, soonMs);
  expect(view.rows().filter((row) => /910B3.*● OK/.test(row))).toHaveLength(8);
});

it('tells that the agent is gone, what it said last, and that it is back', async () => {
  await agent.process.end('SIGKILL');
  await view.shows(/AGENT ✖ (?:LOST|NOT RUNNING)/, soonMs);
  await view.shows(/systemctl start suanlink/, soonMs);
  expect(view.text()).toMatch(/ 7 +910B3/);
  agent = await begin();
  await view.shows(/AGENT ● RUNNING/, 12_000);
  await view.shows(/SCHED ● CONNECTED/, 12_000);
  view.type('q');
  expect(await view.ended).toEqual({ exitCode: 0, signal: 0 });
});

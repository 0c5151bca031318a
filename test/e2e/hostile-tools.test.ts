/**
 * Vendor tools that hang, ignore SIGTERM, cannot even be killed, talk garbage or vanish, under a connected agent: its
 * heartbeats stay on time, the cards show why they are not known and since when, and all is well again by itself once
 * the tool is. The built program, real processes, stand-in tools with faults.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeView } from '../../proto/api.ts';
import type { StatusDevice, StatusSnapshot } from '../../proto/status.ts';
import { startEngine, type TestEngine } from '../../scripts/engines.ts';
import { type Agent, launch, program, type Scheduler, startAgent, startScheduler, until } from './harness.ts';

const dir = mkdtempSync(join(tmpdir(), 'suanlink-hostile-'));
const tools = join(dir, 'tools');
let engine: TestEngine;
let scheduler: Scheduler;
let agent: Agent;

/** What `suanlink status --output json` prints. */
async function status(): Promise<StatusSnapshot> {
  const asked = launch(['status', '--socket', agent.socket, '--output', 'json']);
  await asked.exited;
  return JSON.parse(asked.said()) as StatusSnapshot;
}

/** Changes the faults of the stand-ins: all others are taken back. */
function faults(...words: string[]): void {
  const named = words.flatMap((word) => ['--fault', word]);
  execFileSync(program, ['simulate-node', '--dir', tools, '--clear', ...named], { stdio: 'ignore' });
}

const freezer = '/sys/fs/cgroup/freezer';
/** Where cgroup v1 can freeze a process, SIGKILL does not reach it until the thaw, as in the D state. */
const canFreeze = existsSync(join(freezer, 'cgroup.procs'));
const cell = join(freezer, basename(dir));

/** Makes `tool` freeze itself when it is started, and note that it was. */
function freezing(tool: string): void {
  mkdirSync(cell);
  const freeze = `echo $$ >${cell}/cgroup.procs; echo started >>${dir}/starts; echo FROZEN >${cell}/freezer.state`;
  writeFileSync(join(tools, tool), `#!/bin/sh\n${freeze}\nsleep 60\n`);
}

/** Lets what is frozen go on, which then dies of the signals that it was sent, and removes the cell. */
async function thaw(): Promise<void> {
  if (!existsSync(cell)) return;
  writeFileSync(join(cell, 'freezer.state'), 'THAWED');
  await until('the frozen tool to end', () => {
    try {
      rmdirSync(cell);
      return true;
    } catch {
      return undefined; // The kernel has not taken it away yet.
    }
  });
}

/** Milliseconds since the scheduler heard of the node, as it says. */
async function silenceMs(): Promise<number> {
  const { body } = await scheduler.admin.call('GET', '/v1/nodes');
  const [node] = (body as { nodes: NodeView[] }).nodes;
  return node?.last_seen_ms_ago ?? Number.POSITIVE_INFINITY;
}

const heartbeatMs = 1_000;
/** Longer than any delay of a busy machine, and far shorter than the deadlines of the tools. */
const lateMs = heartbeatMs + 2_500;

/** Two cards of each of five vendors. */
const node = {
  nvidia: '2xH100',
  ascend: '2xAscend910B3',
  cambricon: '2xMLU370',
  metax: '2xC500',
  gaudi: '2xGaudi2',
};
const vendors = Object.keys(node);

/** The longest silence while `work` goes on. */
async function longestSilence(work: Promise<unknown>): Promise<number> {
  let longest = 0;
  const over = new AbortController();
  const ended = work.finally(() => over.abort());
  while (!over.signal.aborted) {
    longest = Math.max(longest, await silenceMs());
    await Promise.race([sleep(50), ended.catch(() => {})]);
  }
  await ended;
  return longest;
}

const of = ({ devices }: StatusSnapshot, vendor: string): StatusDevice[] =>
  devices.filter((device) => device.vendor === vendor);

/** Waits until `vendor` shows its cards as not known, for a reason that matches. */
function unknownCards(vendor: string, reason: RegExp): Promise<StatusSnapshot> {
  return until(
    `${vendor} unknown: ${reason}`,
    async () => {
      const now = await status();
      const cards = of(now, vendor);
      const told = cards.every(
        ({ health, health_reasons: why }) => health !== 'ok' && reason.test(why.join(' ')),
      );
      return cards.length > 0 && told ? now : undefined;
    },
    30_000,
    agent.process.said,
  );
}

function wellAgain(vendor: string, cards: number): Promise<StatusSnapshot> {
  return until(
    `${vendor} is well again`,
    async () => {
      const now = await status();
      const probe = now.probes.find((each) => each.vendor === vendor);
      const good = of(now, vendor).filter(({ health, offered }) => health === 'ok' && offered);
      return probe?.status === 'present' && good.length === cards ? now : undefined;
    },
    40_000,
    agent.process.said,
  );
}

beforeAll(async () => {
  execFileSync(program, ['simulate-node', '--profile', Object.values(node).join('+'), '--dir', tools], {
    stdio: 'ignore',
  });
  engine = await startEngine('podman', join(dir, 'engine'));
  scheduler = await startScheduler(join(dir, 'scheduler'), { args: ['--heartbeat', `${heartbeatMs}ms`] });
  const agentDir = join(dir, 'agent');
  mkdirSync(agentDir);
  writeFileSync(join(agentDir, 'agent.yaml'), 'reserve_memory_bytes: 0\nsample_interval_ms: 500\n');
  agent = await startAgent({
    dir: agentDir,
    joinTokenFile: await scheduler.joinToken(),
    engineSocket: engine.socketPath,
    args: ['--tool-path', tools, '--simulated'],
  });
  await Promise.all(vendors.map((vendor) => wellAgain(vendor, 2)));
}, 120_000);

afterAll(async () => {
  await thaw();
  await agent?.process.end();
  await scheduler?.process.end();
  scheduler?.admin.close();
  await engine?.stop();
  rmSync(dir, { recursive: true, force: true });
}, 120_000);

describe('tools that never answer, ignore SIGTERM, cannot be killed, talk garbage and vanish, all at once', () => {
  it('leave heartbeats in time and cards unknown with reason and age, and are forgotten once they work', async () => {
    faults(
      'hang:hl-smi',
      'stuck:nvidia-smi',
      'garbage:mx-smi',
      'gone:cnmon',
      ...(canFreeze ? [] : ['stuck:npu-smi']),
    );
    if (canFreeze) freezing('npu-smi');
    const silence = await longestSilence(
      Promise.all([
        unknownCards('gaudi', /hl-smi (?:prints no sample|did not answer)/),
        unknownCards('nvidia', /nvidia-smi (?:prints no sample|did not answer)/),
        unknownCards('metax', /mx-smi/),
        unknownCards('cambricon', /cards were here/),
        unknownCards('ascend', canFreeze ? /could not be killed|still hangs/ : /did not answer/),
      ]),
    );
    expect(silence).toBeLessThan(lateMs);
    const told = await status();
    expect(told.scheduler.state).toBe('connected');
    for (const vendor of vendors) {
      const probe = told.probes.find((each) => each.vendor === vendor);
      expect(probe).toMatchObject({ status: 'failed', reason: expect.stringMatching(/smi|cnmon/) as string });
      expect(probe?.last_good_age_ms).toBeGreaterThan(0);
      expect(of(told, vendor).map(({ health, offered }) => [health, offered])).toEqual([
        ['unknown', false],
        ['unknown', false],
      ]);
    }
    if (canFreeze) expect(readFileSync(join(dir, 'starts'), 'utf8')).toBe('started\n');

    faults();
    await thaw();
    const after = await longestSilence(Promise.all(vendors.map((vendor) => wellAgain(vendor, 2))));
    expect(after).toBeLessThan(lateMs);
  }, 120_000);
});

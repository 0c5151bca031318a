/**
 * From the tool to the scheduler: the real watcher over a vendor that is a table, in a real agent, before a real
 * scheduler. What the watcher sees must leave or enter the pool's capacity without waiting for a heartbeat.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../agent/base/log.ts';
import { systemClock } from '../../agent/base/real/system-clock.ts';
import type { KernelLog } from '../../agent/probe/kmsg.ts';
import type { DeviceReading, ProbeAnswer, ProcessReading, VendorProbe } from '../../agent/probe/probe.ts';
import { answerOf, failed } from '../../agent/probe/reading.ts';
import { createWatcher } from '../../agent/probe/watcher.ts';
import type { Agent } from '../../agent/parts.ts';
import type { JobSpec, JobView, NodeView } from '../../proto/api.ts';
import { laterFields } from '../../proto/job-fields.ts';
import { parseId } from '../../proto/ids.ts';
import { type AgentOptions, admin, type Pair, startPair } from '../fakes/pair.ts';
import { eventually } from '../fakes/tool.ts';

/** Two cards whose tool, processes and kernel say what the test wants. */
class Cards {
  readings: DeviceReading[] = [0, 1].map((index) => ({
    index,
    uuid: `GPU-${index}f`,
    busId: `0000:0${index + 1}:00.0`,
    model: 'H100',
    memoryTotalMib: 81_559,
    utilizationPct: 0,
  }));
  processes: ProcessReading[] = [];
  bus = ['0000:01:00.0', '0000:02:00.0'];
  kernel: (text: string) => void = () => {};

  async #look(): Promise<ProbeAnswer> {
    return answerOf('nvidia', { status: 'present', devices: this.readings, processes: this.processes });
  }

  watcher(): NonNullable<AgentOptions['watcher']> {
    const probe: VendorProbe = {
      vendor: 'nvidia',
      programs: ['nvidia-smi'],
      pciVendors: ['10de'],
      parse: () => failed('not asked'),
      inventory: () => this.#look(),
      telemetry: () => this.#look(),
      grant: () => ({ nodes: [], mounts: [], env: {} }),
    };
    const kernelLog: KernelLog = {
      start: (onText) => void (this.kernel = onText),
      problem: () => '',
      stop() {},
    };
    const files: Record<string, string> = {
      '/proc/2/comm': 'kthreadd\n',
      '/proc/7/cgroup': '0::/user.slice/session-3.scope\n',
    };
    return createWatcher({
      probes: [probe],
      tools: {
        run: () => Promise.reject(new Error('no process may be started')),
        find: async () => '/usr/bin/nvidia-smi',
        readText: async (path) =>
          path.endsWith('/vendor') ? '0x10de\n' : path.endsWith('/class') ? '0x030200\n' : files[path],
        list: async (path) => (path === '/sys/bus/pci/devices' ? this.bus : []),
      },
      clock: systemClock,
      log: silentLog,
      bootId: 'boot',
      intervalMs: 20,
      inventoryMs: 400,
      kernelLog,
    });
  }
}

const spec: JobSpec = {
  image: 'suanlink.test/busybox:1',
  command: ['hang'],
  entrypoint: [],
  env: {},
  working_dir: '',
  user: '',
  accelerators: 1,
  accelerator_milli: 1000,
  vendors: [],
  models: [],
  accelerator_memory_bytes: 0,
  cpu_milli: 100,
  memory_bytes: 2 ** 20,
  disk_bytes: 0,
  shm_bytes: 2 ** 20,
  pids: 10,
  network: 'none',
  read_only_root: false,
  time_limit_ms: 60_000,
  grace_ms: 100,
  on_lost: 'stop',
  keep_ms: 0,
  ...laterFields,
  priority: 0,
  node_labels: {},
};

let pair: Pair;
afterEach(() => pair.close());

interface Scene {
  cards: Cards;
  agent: Agent;
  /** The cards as the scheduler sees them. */
  seen(): NodeView['accelerators'];
  submit(part?: Partial<JobSpec>): Promise<() => Promise<JobView>>;
}

/** Heartbeats are too seldom to bring anything within the test's time. */
async function scene(options: Omit<AgentOptions, 'watcher'> = {}): Promise<Scene> {
  const cards = new Cards();
  pair = await startPair({ heartbeatMs: 60_000 });
  const agent = await pair.agent('a', undefined, { ...options, watcher: cards.watcher() });
  const { control } = pair.core;
  const seen = (): NodeView['accelerators'] => control.nodes(admin)[0]?.accelerators ?? [];
  await eventually('the scheduler knows the cards', () => seen().length === 2);
  return {
    cards,
    agent,
    seen,
    async submit(part = {}) {
      const { id } = await control.submit(admin, { ...spec, ...part }, undefined);
      return () => control.job(admin, parseId('job', id));
    },
  };
}

const offers = (seen: NodeView['accelerators']): string => seen.map(({ offered }) => offered).join();
type Look = () => Promise<JobView>;
const isRunning = async (job: Look): Promise<boolean> => (await job()).lease?.state === 'running';

describe('a card', () => {
  it('that the kernel calls lost leaves capacity at once, and a job that needs it waits', async () => {
    const { cards, seen, submit, agent } = await scene();
    cards.kernel('4,1,1,-;NVRM: Xid (PCI:0000:02:00): 79, pid=7, GPU has fallen off the bus.\n');
    const toldAt = performance.now();
    await eventually('the scheduler knows', () => offers(seen()) === 'true,false');
    expect(performance.now() - toldAt).toBeLessThan(2000);
    expect(seen()[1]?.not_offered_reason).toBe('the kernel says: xid 79, GPU has fallen off the bus.');
    const job = await submit({ accelerators: 2 });
    expect((await job()).state).toBe('queued');
    const [, lost] = agent.port.status().devices;
    expect(lost).toMatchObject({ health: 'failed', events: [{ code: 'xid 79', severity: 'failed' }] });
    expect(Math.abs(Date.parse(lost?.events[0]?.at ?? '') - Date.now())).toBeLessThan(10_000);
    expect(lost?.sample_age_ms).toBeGreaterThanOrEqual(0);
    expect(agent.port.status().probes[0]?.sampled_age_ms).toBeGreaterThanOrEqual(0);
  });

  it('that its tool calls bad is back after it has been good for a while, and then runs what waited', async () => {
    const { cards, seen, submit } = await scene();
    const bad = (health: string | undefined): void => {
      cards.readings = cards.readings.map((reading, at) =>
        at === 1 && health !== undefined ? { ...reading, health } : { ...reading, health: 'OK' },
      );
    };
    bad('Alarm');
    await eventually('it leaves', () => offers(seen()) === 'true,false');
    const job = await submit({ accelerators: 2 });
    bad(undefined);
    await eventually('it is held', () => /must be ok for a while/.test(seen()[1]?.not_offered_reason ?? ''));
    expect((await job()).state).toBe('queued');
    await eventually('it is back', () => offers(seen()) === 'true,true');
    await eventually('the job runs', () => isRunning(job));
  });

  it('that the bus shows and the tool does not is degraded and not offered', async () => {
    const { cards, seen } = await scene();
    cards.readings = cards.readings.slice(0, 1);
    await eventually('it is seen', () => offers(seen()) === 'true,false');
    await eventually('the bus was asked', () => seen()[1]?.health === 'degraded');
    expect(seen()[1]?.not_offered_reason).toMatch(
      /on the PCI bus at 0000:02:00\.0, but not listed by nvidia-smi/,
    );
  });
});

describe('a card that its owner uses', () => {
  const owner: ProcessReading[] = [{ device: 'GPU-0f', pid: 7, name: 'python' }];

  it('is not offered, and the lease on it goes on', async () => {
    const { cards, seen, submit, agent } = await scene();
    const job = await submit({ accelerators: 2 });
    await eventually('the job runs', () => isRunning(job));
    cards.processes = owner;
    await eventually('it is seen', () => offers(seen()) === 'false,true');
    expect(seen()[0]?.not_offered_reason).toBe('in use by owner: pid 7 (python, session-3.scope)');
    expect(agent.port.status().devices[0]).toMatchObject({
      external_use: 'pid 7 (python, session-3.scope)',
      processes: [{ pid: 7, name: 'python', owner: 'host', unit: 'session-3.scope', lease_id: null }],
    });
    await new Promise((done) => setTimeout(done, 300));
    expect(await isRunning(job)).toBe(true);
  });

  it('is taken back after the notice with the policy reclaim, and other leases go on', async () => {
    const { cards, seen, submit } = await scene({ policy: { externalUse: 'reclaim' } });
    const jobs = [await submit(), await submit()];
    await eventually('the jobs run', async () => (await Promise.all(jobs.map(isRunning))).every(Boolean));
    const views = await Promise.all(jobs.map((job) => job()));
    const on = (id: string): Look | undefined =>
      jobs[views.findIndex(({ lease }) => lease?.accelerator_ids.includes(id))];
    const [reclaimed, other] = [on('GPU-0f'), on('GPU-1f')];
    cards.processes = owner;
    await eventually('it ends', async () => (await reclaimed?.())?.end?.reason !== undefined);
    expect((await reclaimed?.())?.end).toMatchObject({
      reason: 'owner_reclaimed',
      message: 'the owner uses the accelerator: pid 7 (python, session-3.scope)',
    });
    expect(offers(seen())).toBe('false,true');
    expect(other !== undefined && (await isRunning(other))).toBe(true);
  });

  it('is offered all the same with the policy ignore', async () => {
    const { cards, seen, agent } = await scene({ policy: { externalUse: 'ignore' } });
    cards.processes = owner;
    await eventually('it is seen', () => agent.port.status().devices[0]?.external_use !== '');
    expect(offers(seen())).toBe('true,true');
  });
});

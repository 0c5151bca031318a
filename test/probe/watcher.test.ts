/** The watcher over simulated tools as real processes, with faults that come and go while it runs. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../agent/base/real/system-clock.ts';
import { silentLog } from '../../agent/base/log.ts';
import { nvidia } from '../../agent/probe/nvidia.ts';
import type { ProbeAnswer, VendorProbe } from '../../agent/probe/probe.ts';
import { installSimulatedTools, writeSimulatedState } from '../../agent/probe/simulate/install.ts';
import { parseState, type SimulatedFault } from '../../agent/probe/simulate/state.ts';
import type { VendorState } from '../../agent/probe/snapshot.ts';
import { createTools, type MachineTools } from '../../agent/probe/tools.ts';
import type { WatcherParts } from '../../agent/probe/vendor-watch.ts';
import { createWatcher, type ProbeWatcher } from '../../agent/probe/watcher.ts';
import { eventually, type FakeFolder, fakeFolder } from '../fakes/tool.ts';

const main = fileURLToPath(new URL('../../agent/probe/simulate/main.ts', import.meta.url));

/** A vendor whose look never ends by itself. */
function stuck(started: () => void): VendorProbe {
  const never = (): Promise<ProbeAnswer> => {
    started();
    return new Promise(() => {});
  };
  return { ...nvidia, vendor: 'cambricon', programs: ['nvidia-smi'], inventory: never, telemetry: never };
}

/** nvidia-smi without its loop. */
function polled(): VendorProbe {
  const { stream: _, ...rest } = nvidia;
  return rest;
}

/** The probe with every call counted, and the most that were under way at one time. */
function counted(probe: VendorProbe): { probe: VendorProbe; most: () => number; calls: () => number } {
  let now = 0;
  let most = 0;
  let calls = 0;
  const count =
    (look: VendorProbe['inventory']): VendorProbe['inventory'] =>
    async (tools) => {
      calls += 1;
      most = Math.max(most, ++now);
      try {
        return await look(tools);
      } finally {
        now -= 1;
      }
    };
  return {
    probe: { ...probe, inventory: count(probe.inventory), telemetry: count(probe.telemetry) },
    most: () => most,
    calls: () => calls,
  };
}

// Patient: every look starts a process, and the machine may be busy with other tests.
describe('with simulated tools', { timeout: 120_000 }, () => {
  let folder: FakeFolder;
  let tools: MachineTools;
  let watcher: ProbeWatcher | undefined;

  beforeEach(async () => {
    folder = await fakeFolder();
    tools = createTools({
      toolPath: [folder.path],
      systemPath: [],
      limits: { timeoutMs: 3000, killAfterMs: 200, abandonAfterMs: 200 },
    });
    await installSimulatedTools(folder.path, '2xH100', { command: [process.execPath, main] });
  });

  afterEach(async () => {
    await watcher?.stop();
    watcher = undefined;
    await folder[Symbol.asyncDispose]();
  });

  async function faults(...list: SimulatedFault[]): Promise<void> {
    const state = parseState(await readFile(join(folder.path, 'simulated.json'), 'utf8'));
    await writeSimulatedState(folder.path, { ...state, faults: list });
  }

  async function watch(
    probes: readonly VendorProbe[],
    options: Partial<WatcherParts> = {},
    onChange = (): void => {},
  ): Promise<() => VendorState> {
    const made = createWatcher({
      probes,
      tools,
      clock: systemClock,
      log: silentLog,
      bootId: 'boot',
      intervalMs: 200,
      silenceMs: 3000,
      missingMs: 300,
      inventoryMs: 10_000,
      maxDuty: 0.5,
      ...options,
    });
    watcher = made;
    await made.start(onChange);
    return () => {
      const startedAt = performance.now();
      const [state] = made.snapshot().vendors;
      expect(performance.now() - startedAt, 'a snapshot never waits').toBeLessThan(50);
      if (!state) throw new Error('no vendor');
      return state;
    };
  }

  const healths = (state: VendorState): string[] => state.devices.map(({ health }) => health);

  test('shows the cards when it has started, and fresh values from one looping child', async () => {
    const state = await watch([nvidia]);
    expect(state()).toMatchObject({
      status: 'present',
      reason: '',
      lastGoodAgeMs: null,
      driverVersion: '550.127.08',
    });
    expect(state().devices.map(({ reading }) => reading.model)).toEqual(
      Array(2).fill('NVIDIA H100 80GB HBM3'),
    );
    await eventually('a sample came', () => state().devices[0]?.reading.temperatureC !== undefined);
    const first = state().sampledAtMs ?? 0;
    await eventually('more samples came', () => (state().sampledAtMs ?? 0) > first + 400);
    expect(state().devices[0]?.reading.memoryTotalMib).toBe(81_559);
    expect(healths(state())).toEqual(['ok', 'ok']);
  });

  test.each([
    ['hangs', { tool: 'nvidia-smi', kind: 'hang' }, nvidia],
    ['hangs and ignores SIGTERM', { tool: 'nvidia-smi', kind: 'hang', ignoreTerm: true }, nvidia],
    ['hangs when polled', { tool: 'nvidia-smi', kind: 'hang' }, polled()],
    ['prints garbage', { tool: 'nvidia-smi', kind: 'garbage' }, nvidia],
    ['prints garbage when polled', { tool: 'nvidia-smi', kind: 'garbage' }, polled()],
    ['has lost its driver', { tool: 'nvidia-smi', kind: 'broken' }, polled()],
  ] as const)(
    'a tool that %s makes the cards unknown with reason and age, until it recovers',
    async (_, fault, probe) => {
      const state = await watch([probe]);
      const { generation } = watcher?.snapshot() ?? {};
      await eventually('a sample came', () => state().sampledAtMs !== null);
      await faults(fault);
      await eventually('it is seen', () => state().status === 'failed');
      expect(healths(state())).toEqual(['unknown', 'unknown']);
      expect(state().reason).not.toBe('');
      expect(state().devices[0]?.healthReasons).toEqual([state().reason]);
      const age = state().lastGoodAgeMs ?? -1;
      expect(age).toBeGreaterThanOrEqual(0);
      await eventually('it ages', () => (state().lastGoodAgeMs ?? 0) > age);
      expect(watcher?.snapshot().generation, 'no card has gone').toBe(generation);
      await faults();
      await eventually('it recovers', () => state().status === 'present');
      expect(healths(state())).toEqual(['ok', 'ok']);
      expect(state().lastGoodAgeMs).toBeNull();
    },
  );

  test('a tool that no signal ends is started no second time, and the cards come back when it has gone', async () => {
    const groups = new Set<number>();
    let deaf = true;
    tools = createTools({
      toolPath: [folder.path],
      systemPath: [],
      limits: {
        timeoutMs: 3000,
        killAfterMs: 100,
        abandonAfterMs: 100,
        kill: (group, signal) => {
          groups.add(group);
          if (!deaf) process.kill(-group, signal);
        },
      },
    });
    const state = await watch([polled()]);
    await faults({ tool: 'nvidia-smi', kind: 'hang' });
    await eventually('it is given up', () => state().status === 'failed');
    expect(state().reason).toMatch(/kernel|killed/);
    expect(healths(state())).toEqual(['unknown', 'unknown']);
    await faults();
    await eventually('it is still there', () => /earlier/.test(state().reason));
    expect(groups.size).toBe(1);
    deaf = false;
    for (const group of groups) process.kill(-group, 'SIGKILL');
    await eventually('it recovers', () => state().status === 'present');
    expect(groups.size).toBe(1);
  });

  test('a tool that is removed is a failure, and found again when it comes back', async () => {
    const state = await watch([polled()], { intervalMs: 100 });
    await rm(join(folder.path, 'nvidia-smi'));
    await eventually('it is missed', () => state().status === 'failed');
    expect(state().devices).toHaveLength(2);
    await installSimulatedTools(folder.path, '2xH100', { command: [process.execPath, main] });
    await eventually('it is found', () => state().status === 'present');
  });

  test('a tool that was never there is absent, and found when it is installed', async () => {
    await rm(join(folder.path, 'nvidia-smi'));
    const state = await watch([nvidia]);
    expect(state()).toMatchObject({ status: 'absent', devices: [] });
    await installSimulatedTools(folder.path, '2xH100', { command: [process.execPath, main] });
    await eventually('it is found', () => state().status === 'present');
  });

  test.each([
    ['polled', polled()],
    ['streamed', nvidia],
  ] as const)(
    'a card that is no longer listed is failed, and good again some samples after it is back (%s)',
    async (_, probe) => {
      let changes = 0;
      const state = await watch([probe], {}, () => {
        changes += 1;
      });
      const { generation } = watcher?.snapshot() ?? {};
      await faults({ tool: 'nvidia-smi', kind: 'vanish', card: 1 });
      await eventually('it is missed', () => healths(state()).includes('failed'));
      expect(healths(state())).toEqual(['ok', 'failed']);
      expect(state().status).toBe('present');
      expect(state().devices[1]?.healthReasons).toEqual(['nvidia-smi no longer lists it']);
      expect(changes).toBeGreaterThan(1);
      await faults();
      await eventually('it is good again', () => healths(state()).join() === 'ok,ok');
      expect(watcher?.snapshot().generation).toBe(generation);
    },
  );

  test.each([
    ['polled', polled()],
    ['streamed', nvidia],
  ] as const)('memory errors degrade one card only (%s)', async (_, probe) => {
    const state = await watch([probe]);
    await faults({ tool: 'nvidia-smi', kind: 'ecc', card: 0 });
    await eventually('it is seen', () => healths(state()).join() === 'degraded,ok');
    expect(state().devices[0]?.healthReasons.join()).toMatch(/memory errors/);
    await faults();
    await eventually('it is good again', () => healths(state()).join() === 'ok,ok');
  });

  test('one hung vendor delays no other, and stop ends everything', async () => {
    let asked = 0;
    const made = createWatcher({
      probes: [stuck(() => (asked += 1)), polled()],
      tools,
      clock: systemClock,
      log: silentLog,
      bootId: 'boot',
      intervalMs: 100,
    });
    const started = made.start(() => {});
    await eventually('the other vendor is watched', () => made.snapshot().vendors[1]?.sampledAtMs !== null);
    expect(asked).toBe(1);
    expect(made.snapshot().vendors[0]?.status).toBe('pending');
    await expect(Promise.race([started, Promise.resolve('still waiting')])).resolves.toBe('still waiting');
    await made.stop();
    await started;
    const { vendors } = made.snapshot();
    await new Promise((done) => setTimeout(done, 300));
    expect(made.snapshot().vendors[1]?.sampledAtMs).toBe(vendors[1]?.sampledAtMs);
  });

  test('a slow tool is asked less often, and never twice at a time', async () => {
    await faults({ tool: 'nvidia-smi', kind: 'slow', ms: 150 });
    const { probe, most, calls } = counted(polled());
    const startedAt = performance.now();
    await watch([probe], { intervalMs: 50, maxDuty: 0.1 });
    await eventually('it is asked three times', () => calls() >= 3);
    expect(most()).toBe(1);
    // One inventory, and two samples each at least ten times 150 ms after what came before.
    expect(performance.now() - startedAt).toBeGreaterThan(150 + 1350);
  });
});

/** The watcher over simulated tools as real processes, with faults that come and go while it runs. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../agent/base/real/system-clock.ts';
import { silentLog } from '../../agent/base/log.ts';
import { nvidia } from '../../agent/probe/nvidia.ts';
import type { ProbeAnswer, VendorProbe } from '../../agent/probe/probe.ts';
import { installSimulatedTools, writeSimulatedState } from '../../agent/probe/simulate/install.ts';
import { parseState, type SimulatedFault } from '../../agent/probe/simulate/state.ts';
import type { VendorState } from '../../agent/probe/snapshot.ts';
import { createTools, type ToolsOptions } from '../../agent/probe/tools.ts';
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

/** A machine with two simulated cards and one watcher, ended with the test. */
interface Scene extends AsyncDisposable {
  folder: FakeFolder;
  watcher: ProbeWatcher;
  /** The first vendor as the watcher shows it now: a plain call, which can wait for nothing. */
  state(): VendorState;
  faults(...list: SimulatedFault[]): Promise<void>;
}

interface SceneOptions extends Partial<WatcherParts> {
  /** Before the watcher starts. */
  first?: (folder: FakeFolder) => Promise<void>;
  limits?: ToolsOptions['limits'];
  onChange?: () => void;
}

async function faultsIn(folder: FakeFolder, list: SimulatedFault[]): Promise<void> {
  const state = parseState(await readFile(join(folder.path, 'simulated.json'), 'utf8'));
  await writeSimulatedState(folder.path, { ...state, faults: list });
}

const install = (folder: FakeFolder): Promise<string[]> =>
  installSimulatedTools(folder.path, '2xH100', { command: [process.execPath, main] });

async function scene(probe: VendorProbe, options: SceneOptions = {}): Promise<Scene> {
  const { first, limits, onChange = () => {}, ...parts } = options;
  const folder = await fakeFolder();
  const tools = createTools({
    toolPath: [folder.path],
    systemPath: [],
    limits: { timeoutMs: 3000, killAfterMs: 200, abandonAfterMs: 200, ...limits },
  });
  await install(folder);
  await first?.(folder);
  const watcher = createWatcher({
    probes: [probe],
    tools,
    clock: systemClock,
    log: silentLog,
    bootId: 'boot',
    intervalMs: 200,
    silenceMs: 3000,
    missingMs: 300,
    inventoryMs: 10_000,
    maxDuty: 0.5,
    ...parts,
  });
  await watcher.start(onChange);
  return {
    folder,
    watcher,
    state() {
      const [state] = watcher.snapshot().vendors;
      if (!state) throw new Error('no vendor');
      return state;
    },
    faults: (...list) => faultsIn(folder, list),
    async [Symbol.asyncDispose]() {
      await watcher.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

// Patient, because every look starts a process and the machine may be busy; at once, because most of it is waiting.
describe.concurrent('with simulated tools', { timeout: 120_000 }, () => {
  const healths = (state: VendorState): string[] => state.devices.map(({ health }) => health);

  test('shows the cards when it has started, and fresh values from one looping child', async () => {
    await using it = await scene(nvidia);
    const { state } = it;
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

  test('asks who uses the cards and how they are linked, while the same tool also streams', async () => {
    await using it = await scene(nvidia, { processesMs: 700 });
    const { state } = it;
    await eventually('links are known', () => state().devices[0]?.links !== undefined);
    const [first, second] = state().devices;
    expect(first?.links).toEqual([
      { kind: 'nvlink', peerId: second?.id, word: expect.stringMatching(/^NV\d+$/) },
    ]);
    expect(first?.processes).toEqual([]);
    expect(state().notes).toBeUndefined();
    await eventually('a sample came', () => state().sampledAtMs !== null);
    const sampledAt = state().sampledAtMs ?? 0;
    await eventually('it streams on', () => (state().sampledAtMs ?? 0) > sampledAt + 3000);
    expect(state()).toMatchObject({ status: 'present', reason: '' });
    expect(state().notes).toBeUndefined();
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
      await using it = await scene(probe);
      const { state, faults, watcher } = it;
      const { generation } = watcher.snapshot();
      await eventually('a sample came', () => state().sampledAtMs !== null);
      await faults(fault);
      await eventually('it is seen', () => state().status === 'failed');
      expect(healths(state())).toEqual(['unknown', 'unknown']);
      expect(state().reason).not.toBe('');
      expect(state().devices[0]?.healthReasons).toEqual([state().reason]);
      const age = state().lastGoodAgeMs ?? -1;
      expect(age).toBeGreaterThanOrEqual(0);
      await eventually('it ages', () => (state().lastGoodAgeMs ?? 0) > age);
      expect(watcher.snapshot().generation, 'no card has gone').toBe(generation);
      await faults();
      await eventually('it recovers', () => state().status === 'present');
      expect(healths(state())).toEqual(['ok', 'ok']);
      expect(state().lastGoodAgeMs).toBeNull();
    },
  );

  test('a tool that no signal ends is started no second time, and the cards come back when it has gone', async () => {
    const groups = new Set<number>();
    let deaf = true;
    await using it = await scene(polled(), {
      limits: {
        abandonAfterMs: 100,
        kill: (group, signal) => {
          groups.add(group);
          if (!deaf) process.kill(-group, signal);
        },
      },
    });
    const { state, faults } = it;
    await eventually('a sample came', () => state().sampledAtMs !== null);
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
    await using it = await scene(polled(), { intervalMs: 100 });
    const { state, folder } = it;
    await rm(join(folder.path, 'nvidia-smi'));
    await eventually('it is missed', () => state().status === 'failed');
    expect(state().devices).toHaveLength(2);
    await install(folder);
    await eventually('it is found', () => state().status === 'present');
  });

  test('a tool that was never there is absent, and found when it is installed', async () => {
    await using it = await scene(nvidia, { first: ({ path }) => rm(join(path, 'nvidia-smi')) });
    const { state, folder } = it;
    expect(state()).toMatchObject({ status: 'absent', devices: [] });
    await install(folder);
    await eventually('it is found', () => state().status === 'present');
  });

  test.each([
    ['polled', polled()],
    ['streamed', nvidia],
  ] as const)(
    'a card that is no longer listed is failed, and good again some samples after it is back (%s)',
    async (_, probe) => {
      let changes = 0;
      const onChange = (): void => {
        changes += 1;
      };
      await using it = await scene(probe, { onChange });
      const { state, faults, watcher } = it;
      const { generation } = watcher.snapshot();
      await faults({ tool: 'nvidia-smi', kind: 'vanish', card: 1 });
      await eventually('it is missed', () => healths(state()).includes('failed'));
      expect(healths(state())).toEqual(['ok', 'failed']);
      expect(state().status).toBe('present');
      expect(state().devices[1]?.healthReasons).toEqual(['nvidia-smi no longer lists it']);
      expect(changes).toBeGreaterThan(1);
      await faults();
      await eventually('it is good again', () => healths(state()).join() === 'ok,ok');
      expect(watcher.snapshot().generation).toBe(generation);
    },
  );

  test.each([
    ['polled', polled()],
    ['streamed', nvidia],
  ] as const)('memory errors degrade one card only (%s)', async (_, probe) => {
    await using it = await scene(probe);
    const { state, faults } = it;
    await faults({ tool: 'nvidia-smi', kind: 'ecc', card: 0 });
    await eventually('it is seen', () => healths(state()).join() === 'degraded,ok');
    expect(state().devices[0]?.healthReasons.join()).toMatch(/memory errors/);
    await faults();
    await eventually('it is good again', () => healths(state()).join() === 'ok,ok');
  });

  test('one hung vendor delays no other, and stop ends everything', async () => {
    await using folder = await fakeFolder();
    await install(folder);
    let asked = 0;
    const made = createWatcher({
      probes: [stuck(() => (asked += 1)), polled()],
      tools: createTools({ toolPath: [folder.path], systemPath: [] }),
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
    const { probe, most, calls } = counted(polled());
    const startedAt = performance.now();
    await using _ = await scene(probe, {
      intervalMs: 50,
      maxDuty: 0.1,
      first: (folder) => faultsIn(folder, [{ tool: 'nvidia-smi', kind: 'slow', ms: 150 }]),
    });
    await eventually('it is asked three times', () => calls() >= 3);
    expect(most()).toBe(1);
    // One inventory, and two samples each at least ten times 150 ms after what came before.
    expect(performance.now() - startedAt).toBeGreaterThan(150 + 1350);
  });
});

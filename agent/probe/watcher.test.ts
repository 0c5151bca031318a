/** The watcher's own order of steps, on a stepped clock and with a vendor that is a table: no process is started. */
import { describe, expect, test } from 'vitest';
import { StepClock, settle } from '../../test/fakes/agent-core.ts';
import { silentLog } from '../base/log.ts';
import type { KernelLog } from './kmsg.ts';
import type {
  DeviceReading,
  ProbeAnswer,
  ProcessReading,
  Tools,
  TopologyReading,
  VendorProbe,
} from './probe.ts';
import { answerOf, failed } from './reading.ts';
import type { Ours, VendorState } from './snapshot.ts';
import { createWatcher, type ProbeWatcher } from './watcher.ts';

const container = 'c'.repeat(64);
const minute = 60_000;

/** A machine with two cards; tests change what it says. */
class Machine {
  readonly clock = new StepClock();
  readonly calls: string[] = [];
  cards: DeviceReading[] = [0, 1].map((index) => ({
    index,
    uuid: `GPU-${index}f`,
    busId: `0000:0${index + 1}:00.0`,
  }));
  matrix: TopologyReading | null = {
    devices: ['GPU0', 'GPU1'],
    links: { GPU0: { GPU0: 'X', GPU1: 'NV4' }, GPU1: { GPU0: 'NV4', GPU1: 'X' } },
  };
  rows: ProcessReading[] | 'cannot say' = [];
  files: Record<string, string> = {
    '/proc/2/comm': 'kthreadd\n',
    '/proc/7/cgroup': '0::/system.slice/ollama.service\n',
    '/proc/8/cgroup': `0::/docker/${container}\n`,
  };
  ours: Ours = { leases: new Map(), cards: new Set() };
  changes = 0;
  watcher: ProbeWatcher | undefined;
  #hear: (text: string) => void = () => {};
  #now = 0;

  /** One child of the vendor's tool: 10 ms, and never beside another. */
  async #child<T>(name: string, answer: () => T): Promise<T> {
    if (this.#now > 0) throw new Error(`${name} beside another child`);
    this.calls.push(name);
    this.#now += 1;
    await new Promise<void>((resolve) => this.clock.at(this.clock.now() + 10, resolve));
    this.#now -= 1;
    return answer();
  }

  #look(name: string): Promise<ProbeAnswer> {
    return this.#child(name, () => answerOf('nvidia', { status: 'present', devices: this.cards }));
  }

  probe(): VendorProbe {
    return {
      vendor: 'nvidia',
      programs: ['nvidia-smi'],
      pciVendors: [],
      parse: () => failed('not asked'),
      inventory: () => this.#look('inventory'),
      telemetry: () => this.#look('telemetry'),
      topology: () =>
        this.#child('topology', () => {
          if (this.matrix === null) throw new Error('no matrix');
          return this.matrix;
        }),
      processes: () =>
        this.#child('processes', () =>
          this.rows === 'cannot say'
            ? failed('it cannot say')
            : { status: 'present', devices: [], processes: this.rows },
        ),
      grant: () => ({ nodes: [], mounts: [], env: {} }),
    };
  }

  async start(probe = this.probe()): Promise<void> {
    const tools: Tools = {
      run: () => Promise.reject(new Error('no process may be started')),
      find: async () => '/usr/bin/nvidia-smi',
      readText: async (path) => this.files[path],
      list: async () => [],
    };
    const kernelLog: KernelLog = {
      start: (onText) => void (this.#hear = onText),
      problem: () => '',
      stop: () => void (this.#hear = () => {}),
    };
    const { clock } = this;
    const parts = {
      probes: [probe],
      tools,
      clock,
      log: silentLog,
      bootId: 'boot',
      intervalMs: 5000,
      kernelLog,
    };
    this.watcher = createWatcher({ ...parts, inventoryMs: 5 * minute });
    const started = this.watcher.start(
      () => (this.changes += 1),
      () => this.ours,
    );
    await settle();
    await clock.advance(10);
    await started;
    await clock.advance(100);
  }

  kernel(message: string): void {
    this.#hear(`4,1,1,-;${message}\n`);
  }

  state(): VendorState {
    const state = this.watcher?.snapshot().vendors[0];
    if (!state) throw new Error('not started');
    return state;
  }

  count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }
}

describe('links', () => {
  test('are asked for once while the cards stay the same, after the first answer', async () => {
    const machine = new Machine();
    await machine.start();
    expect(machine.calls.slice(0, 3)).toEqual(['inventory', 'processes', 'topology']);
    expect(machine.state().devices[0]?.links).toEqual([{ kind: 'nvlink', peerId: 'GPU-1f', word: 'NV4' }]);
    await machine.clock.advance(20 * minute);
    expect(machine.count('inventory')).toBeGreaterThan(3);
    expect(machine.count('topology')).toBe(1);
    machine.cards = machine.cards.slice(0, 1);
    machine.matrix = { devices: ['GPU0'], links: { GPU0: { GPU0: 'X' } } };
    await machine.clock.advance(20 * minute);
    expect(machine.count('topology'), 'the vanished card is gone after ten minutes').toBe(2);
    expect(machine.state().devices[0]?.links).toEqual([]);
    await machine.watcher?.stop();
  });

  test('that cannot be read are a note, and are given up after three tries', async () => {
    const machine = new Machine();
    machine.matrix = null;
    await machine.start();
    expect(machine.state()).toMatchObject({
      status: 'present',
      notes: [expect.stringContaining('no matrix')],
    });
    expect(machine.state().devices.map(({ health }) => health)).toEqual(['ok', 'ok']);
    await machine.clock.advance(60 * minute);
    expect(machine.count('topology')).toBe(3);
    await machine.watcher?.stop();
  });
});

describe('processes', () => {
  test('are asked for once a minute, between two other children and never beside one', async () => {
    const machine = new Machine();
    await machine.start();
    await machine.clock.advance(10 * minute);
    expect(machine.count('processes')).toBeGreaterThanOrEqual(9);
    expect(machine.count('processes')).toBeLessThanOrEqual(12);
    expect(machine.count('telemetry')).toBeGreaterThan(90);
    expect(machine.state().devices.map(({ processes }) => processes)).toEqual([[], []]);
    await machine.watcher?.stop();
  });

  test('of somebody else make the card in use, from the second look on until a minute after', async () => {
    const machine = new Machine();
    await machine.start();
    const use = (): unknown => machine.state().devices[0]?.externalUse;
    machine.rows = [{ device: 'GPU-0f', pid: 7, name: '/usr/bin/ollama serve' }];
    const { changes } = machine;
    await machine.clock.advance(1.2 * minute);
    expect(use()).toBeUndefined();
    await machine.clock.advance(minute);
    expect(use()).toBe('pid 7 (ollama, ollama.service)');
    expect(machine.changes).toBeGreaterThan(changes);
    expect(machine.state().devices[1]?.externalUse).toBeUndefined();
    machine.rows = [];
    await machine.clock.advance(3 * minute);
    expect(use()).toBeUndefined();
    await machine.watcher?.stop();
  });

  test('of our leases are told from others by their container', async () => {
    const machine = new Machine();
    machine.ours = { leases: new Map([[container, 'lease-1']]), cards: new Set(['GPU-0f']) };
    machine.rows = [{ device: 'GPU-0f', pid: 8, name: 'train' }];
    await machine.start();
    const [first] = machine.state().devices;
    expect(first?.processes?.[0]?.owner).toEqual({
      kind: 'lease',
      leaseId: 'lease-1',
      containerId: container,
    });
    expect(first?.externalUse).toBeUndefined();
    machine.ours = { leases: new Map(), cards: new Set() };
    await machine.clock.advance(3 * minute);
    expect(machine.state().devices[0]?.externalUse).toBe('pid 8 (train, container cccccccccccc)');
    await machine.watcher?.stop();
  });

  test('in another pid namespace than ours have no owner, whatever /proc says of their numbers', async () => {
    const machine = new Machine();
    machine.files['/proc/2/comm'] = 'sh\n';
    machine.ours = { leases: new Map(), cards: new Set(['GPU-0f']) };
    machine.rows = [{ device: 'GPU-0f', pid: 7, name: 'train' }];
    await machine.start();
    await machine.clock.advance(3 * minute);
    expect(machine.state().devices[0]).toMatchObject({ processes: [{ pid: 7, owner: { kind: 'unknown' } }] });
    expect(machine.state().devices[0]?.externalUse).toBeUndefined();
    await machine.watcher?.stop();
  });

  test('that the tool cannot list are a note, and no proof that the card is free', async () => {
    const machine = new Machine();
    machine.rows = 'cannot say';
    await machine.start();
    expect(machine.state()).toMatchObject({ status: 'present', notes: ['processes: it cannot say'] });
    expect(machine.state().devices[0]?.processes).toBeUndefined();
    await machine.watcher?.stop();
  });

  test('in the table of telemetry need no command of their own', async () => {
    const machine = new Machine();
    const { processes: _, ...probe } = machine.probe();
    const withRows = async (look: VendorProbe['telemetry'], tools: Tools): Promise<ProbeAnswer> => {
      const answer = await look(tools);
      return answer.status === 'present' && Array.isArray(machine.rows)
        ? { ...answer, processes: machine.rows }
        : answer;
    };
    await machine.start({
      ...probe,
      inventory: (tools) => withRows(probe.inventory, tools),
      telemetry: (tools) => withRows(probe.telemetry, tools),
    });
    machine.rows = [{ device: 1, pid: 7, name: 'ollama' }];
    await machine.clock.advance(11_000);
    expect(machine.state().devices[1]?.externalUse).toBe('pid 7 (ollama, ollama.service)');
    expect(machine.count('processes')).toBe(0);
    await machine.watcher?.stop();
  });
});

describe('the kernel', () => {
  test('makes a card fail at once, and it is back when the kernel has been silent for an hour', async () => {
    const machine = new Machine();
    await machine.start();
    const { changes } = machine;
    machine.kernel('NVRM: Xid (PCI:0000:02:00): 79, pid=9, GPU has fallen off the bus.');
    expect(machine.state().devices.map(({ health }) => health)).toEqual(['ok', 'failed']);
    expect(machine.changes).toBe(changes + 1);
    expect(machine.state().devices[1]?.healthReasons).toEqual([
      'the kernel says: xid 79, GPU has fallen off the bus.',
    ]);
    await machine.clock.advance(59 * minute);
    expect(machine.state().devices[1]?.health).toBe('failed');
    await machine.clock.advance(2 * minute);
    expect(machine.state().devices[1]?.health).toBe('ok');
    expect(machine.state().devices[1]?.events).toHaveLength(1);
    await machine.watcher?.stop();
  });

  test('is not heard any more after the end', async () => {
    const machine = new Machine();
    await machine.start();
    await machine.watcher?.stop();
    machine.kernel('NVRM: Xid (PCI:0000:02:00): 79, x');
    expect(machine.state().devices[1]?.health).toBe('ok');
  });
});

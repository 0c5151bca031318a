import { describe, expect, it } from 'vitest';
import { inventory as sample, StepClock } from '../../test/fakes/agent-core.ts';
import { migCard, probed, vendorState } from '../../test/fakes/probed.ts';
import { type Log, silentLog } from '../base/log.ts';
import type { DeviceGrant, GrantRefusal, ProbedDevice } from '../probe/probe.ts';
import type { ProbeSnapshot } from '../probe/snapshot.ts';
import { parseHours } from './hours.ts';
import { createOffering, type Grant, type Offering } from './offering.ts';
import { openPolicy, type SharingPolicy } from './policy.ts';

const hour = 3_600_000;
const cards = ['GPU-a', 'GPU-b'].map((uuid, index) =>
  probed('nvidia', { index, uuid, memoryTotalMib: 1024 }),
);

interface Bench {
  offering: Offering;
  clock: StepClock;
  told: string[];
  see(devices: ProbedDevice[]): void;
  grants: string[][];
}

function bench(
  policy: Partial<SharingPolicy> = {},
  parts: { devices?: ProbedDevice[]; grant?: Grant; log?: Log } = {},
): Bench {
  const clock = new StepClock();
  let shown: ProbeSnapshot = { generation: 'g1', vendors: [vendorState(parts.devices ?? cards)] };
  let changed = (): void => {};
  const told: string[] = [];
  const grants: string[][] = [];
  const give = (_vendor: string, leased: readonly ProbedDevice[]): DeviceGrant | GrantRefusal => {
    grants.push(leased.map(({ id }) => id));
    return {
      nodes: leased.map(({ id }) => ({ hostPath: `/dev/${id}` })),
      mounts: [],
      env: { SEEN: String(leased.length) },
    };
  };
  const offering = createOffering(
    {
      watcher: {
        start: async (onChange) => void (changed = onChange),
        snapshot: () => shown,
        stop: async () => {},
      },
      host: sample.host,
      hostUse: () => ({ cpuPct: null, memoryUsedBytes: null }),
      insideVerdict: (vendor, leased, check, text) => ({
        kind: 'unclear',
        detail: [vendor, leased.map(({ id }) => id), check.join(' '), text].join('|'),
      }),
      lookForGrants: () => parts.grant ?? give,
      policy: { ...openPolicy, ...policy },
      simulated: false,
    },
    { clock, log: parts.log ?? silentLog },
  );
  const see = (devices: ProbedDevice[]): void => {
    shown = { generation: `g${devices.length}`, vendors: [vendorState(devices)] };
    changed();
  };
  return { offering, clock, told, see, grants };
}

/** The offering, started, noting at each notification which cards are offered. */
async function started(made: Bench): Promise<Bench> {
  const offered = (): string =>
    made.offering
      .inventory()
      .accelerators.flatMap(({ id, offered: on }) => (on ? [id] : []))
      .join(' ');
  await made.offering.start(() => void made.told.push(offered()));
  return made;
}

/** Hours that end (`closes`) or begin (`opens`) so many ms after the clock's present. */
function hoursFrom(clock: StepClock, fromMs: number, toMs: number): SharingPolicy['hours'] {
  const at = (ms: number): Date => new Date(Math.floor(clock.wall() / 60_000) * 60_000 + ms);
  const text = (date: Date): string => date.toISOString().slice(11, 16);
  return parseHours([`daily ${text(at(fromMs))}-${text(at(toMs))}`], 'UTC');
}

describe("the owner's hours", () => {
  it('close and open the node by themselves, each told once', async () => {
    const hours = hoursFrom(new StepClock(), -hour, 2 * hour);
    const { clock, told, offering } = await started(bench(hours ? { hours } : {}));
    expect(told).toEqual(['GPU-a GPU-b']);
    const left = offering.inventory().ownerPolicy?.windowLeftMs ?? 0;
    expect(left).toBeGreaterThan(hour);
    await clock.advance(hour);
    expect(told).toHaveLength(1);
    expect(offering.inventory().ownerPolicy?.windowLeftMs).toBe(left - hour);
    await clock.advance(left - hour + 1);
    expect(told).toEqual(['GPU-a GPU-b', '']);
    expect(offering.inventory().accelerators[0]?.notOfferedReason).toMatch(
      /^outside the owner's hours daily/,
    );
    await clock.advance(21 * hour);
    expect(told).toEqual(['GPU-a GPU-b', '', 'GPU-a GPU-b']);
    await offering.stop();
  });

  it('are another policy when the owner decides anew, told at once and kept from then on', async () => {
    const { offering, told, clock } = await started(bench());
    expect(told).toEqual(['GPU-a GPU-b']);
    const hours = hoursFrom(clock, hour, 2 * hour);
    offering.setPolicy({ ...openPolicy, withhold: ['nvidia:0'], ...(hours ? { hours } : {}) });
    expect(told).toEqual(['GPU-a GPU-b', '']);
    await clock.advance(hour + 60_000);
    expect(told).toEqual(['GPU-a GPU-b', '', 'GPU-b']);
    await offering.stop();
  });

  it('that begin because the clock was set are seen within a minute', async () => {
    const { clock, told, offering } = await started(
      bench({ hours: parseHours(['daily 00:00-01:00'], 'UTC') }),
    );
    expect(told).toEqual(['']);
    clock.wall = () => Date.parse('2027-03-01T00:00Z') + clock.now();
    await clock.advance(60_000);
    expect(told).toEqual(['', 'GPU-a GPU-b']);
    await offering.stop();
  });
});

describe('grants', () => {
  it('tell the vendor who is leased and who is not', async () => {
    const { offering, grants } = await started(bench());
    grants.length = 0;
    expect(offering.grant(['GPU-b'])).toMatchObject({
      devices: [{ hostPath: '/dev/GPU-b', permissions: 'rw' }],
    });
    expect(grants).toEqual([['GPU-b']]);
  });

  it('of no card still close the vendor out', async () => {
    const { offering } = await started(bench());
    expect(offering.grant([])).toMatchObject({ devices: [], env: { SEEN: '0' } });
  });

  it('that are refused are errors, and so are cards that are gone', async () => {
    const { offering } = await started(bench({}, { grant: () => ({ refused: 'no node' }) }));
    expect(() => offering.grant(['GPU-a'])).toThrow(
      expect.objectContaining({ code: 'device_unavailable', message: 'no node' }),
    );
    expect(() => offering.grant(['GPU-z'])).toThrow(expect.objectContaining({ code: 'no_capacity' }));
  });

  it('that would be refused keep the card from being offered, until they would not', async () => {
    let node = false;
    const grant: Grant = (_vendor, [device]) =>
      device?.id === 'GPU-a' && !node
        ? { refused: 'no /dev/nvidia-uvm' }
        : { nodes: [], mounts: [], env: {} };
    const { offering, clock, told } = await started(bench({}, { grant }));
    expect(told).toEqual(['GPU-b']);
    expect(offering.inventory().accelerators[0]?.notOfferedReason).toBe('no /dev/nvidia-uvm');
    node = true;
    await clock.advance(60_000);
    expect(told).toEqual(['GPU-b', 'GPU-a GPU-b']);
    await offering.stop();
  });
});

describe('looks from inside', () => {
  it('are those of the vendors that have a command for it, with the leased devices', async () => {
    const grant: Grant = (vendor, leased) => ({
      nodes: [],
      mounts: [],
      env: {},
      ...(vendor === 'nvidia' && leased.length > 0 ? { check: ['nvidia-smi', '-L'] } : {}),
    });
    const devices = [...cards, probed('amd', { index: 0 })];
    const { offering } = await started(bench({}, { devices, grant }));
    const looks = offering.looks(['GPU-b', 'amd-0']);
    expect(looks.map(({ argv, verdict }) => [argv, verdict('text')])).toEqual([
      [['nvidia-smi', '-L'], { kind: 'unclear', detail: 'nvidia|GPU-b|nvidia-smi -L|text' }],
    ]);
    expect(offering.looks([])).toEqual([]);
    await offering.stop();
  });
});

describe('MIG', () => {
  it('instances are devices in heartbeats, status and grants, in the order of the inventory', async () => {
    const parts = [
      { index: 0, gi: 1, ci: 0, profile: '3g.40gb', uuid: 'MIG-1', memoryUsedMib: 37 },
      { index: 1, gi: 5, ci: 0, profile: '1g.10gb', uuid: 'MIG-2', memoryUsedMib: 12 },
    ];
    const { offering, grants, see, told } = await started(bench({}, { devices: cards.slice(0, 1) }));
    see([...cards.slice(0, 1), migCard(parts)]);
    expect(told).toEqual(['GPU-a', 'GPU-a MIG-1 MIG-2']);
    const ids = offering.inventory().accelerators.map(({ id }) => id);
    expect(ids).toEqual(['GPU-a', 'GPU-b', 'MIG-1', 'MIG-2']);
    expect(offering.probes().vendors.flatMap(({ devices }) => devices.map(({ id }) => id))).toEqual(ids);
    expect(offering.heartbeat()).toMatchObject({ card: [0, 1, 2, 3], memoryUsedMib: [-1, -1, 37, 12] });
    grants.length = 0;
    offering.grant(['MIG-2']);
    expect(grants).toEqual([['MIG-2']]);
  });
});

it('warns of names in the policy that no device has', async () => {
  const warned: unknown[] = [];
  const log: Log = { ...silentLog, warn: (event, fields) => void warned.push([event, fields]) };
  const made = await started(bench({ withhold: ['GPU-a', 'GPU-z'] }, { log }));
  expect(warned).toEqual([['policy_names_no_device', { entries: 'GPU-z' }]]);
  await made.offering.stop();
});

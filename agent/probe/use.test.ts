import { describe, expect, test } from 'vitest';
import type { DeviceReading, ProbedDevice } from './probe.ts';
import type { DeviceProcess, Ours, ProcessOwner } from './snapshot.ts';
import {
  busySince,
  deviceOfProcess,
  goneMs,
  isLeased,
  ownerOf,
  processesByDevice,
  type UseTrack,
  useTrack,
} from './use.ts';

const container = 'c'.repeat(64);
const ours: Ours = { leases: new Map([[container, 'lease-1']]), cards: new Set(['a']) };

function device(id: string, reading: DeviceReading): ProbedDevice {
  return { id, vendor: 'nvidia', reading, health: 'ok', healthReasons: [] };
}

function process(owner: ProcessOwner, name = 'python', pid = 7): DeviceProcess {
  return { pid, name, memoryUsedMib: null, owner };
}

const host = process({ kind: 'host', unit: 'ollama.service' });
const hidden = process({ kind: 'unknown' });
const lease = process({ kind: 'lease', leaseId: 'lease-1', containerId: container });

describe('a row of the process table', () => {
  const chips = [
    device('a', { index: 0, card: 0, chip: 0 }),
    device('b', { index: 1, card: 0, chip: 1 }),
    device('c', { index: 2, card: 1, chip: 0, uuid: 'GPU-1', mig: [{ uuid: 'MIG-1' }] }),
  ];
  test.each([
    [0, 'a'],
    [2, 'c'],
    ['0/1', 'b'],
    ['1/0', 'c'],
    ['GPU-1', 'c'],
    ['MIG-1', 'c'],
    ['GPU-2', undefined],
    [9, undefined],
    [null, undefined],
  ] as const)('for %j is about %j', (row, id) => {
    expect(deviceOfProcess({ device: row, pid: 1 }, chips)?.id).toBe(id);
  });

  test('without a device is about the only one', () => {
    expect(deviceOfProcess({ device: null, pid: 1 }, [device('a', {})])?.id).toBe('a');
  });

  test('goes to its device with its owner; every device has a list', () => {
    const facts = new Map([[5, { containers: [container], unit: '' }]]);
    const rows = [
      { device: 0, pid: 5, name: 'train', memoryUsedMib: 100 },
      { device: 0, pid: null },
      { device: 9, pid: 6 },
    ];
    expect(processesByDevice(rows, chips, (pid) => facts.get(pid), ours)).toEqual(
      new Map([
        [
          'a',
          [
            {
              pid: 5,
              name: 'train',
              memoryUsedMib: 100,
              owner: { kind: 'lease', leaseId: 'lease-1', containerId: container },
            },
          ],
        ],
        ['b', []],
        ['c', []],
      ]),
    );
  });
});

test('an owner is our lease in whatever container of ours, else the container, else the unit, else unknown', () => {
  const other = 'd'.repeat(64);
  expect(ownerOf({ containers: [container, other], unit: '' }, ours).kind).toBe('lease');
  expect(ownerOf({ containers: [other, container], unit: '' }, ours).kind).toBe('lease');
  expect(ownerOf({ containers: [other], unit: 'x' }, ours)).toEqual({
    kind: 'container',
    containerId: other,
  });
  expect(ownerOf({ containers: [], unit: 'x.service' }, ours)).toEqual({ kind: 'host', unit: 'x.service' });
  expect(ownerOf(undefined, ours)).toEqual({ kind: 'unknown' });
});

test('a card is leased with one of its parts', () => {
  const parts: Ours = { leases: new Map(), cards: new Set(['MIG-1']) };
  expect(isLeased(device('a', {}), ours)).toBe(true);
  expect(isLeased(device('b', { mig: [{ uuid: 'MIG-1' }] }), parts)).toBe(true);
  expect(isLeased(device('b', { mig: [{ uuid: 'MIG-2' }] }), parts)).toBe(false);
});

/** Shown after each look, `stepMs` apart; the first look is one with nothing running when `calm`. */
function shown(
  looks: readonly (readonly DeviceProcess[])[],
  leased = false,
  stepMs = 5000,
  calm = true,
): unknown[] {
  let track: UseTrack | undefined = calm ? useTrack(undefined, [], leased, 0) : undefined;
  return looks.map((processes, at) => {
    track = useTrack(track, processes, leased, (at + 1) * stepMs);
    return track.shown;
  });
}

describe('use by somebody else', () => {
  test('counts from the second look on, and says who', () => {
    expect(shown([[host], [host]])).toEqual([undefined, 'pid 7 (python, ollama.service)']);
    expect(shown([[host], [], [host]])).toEqual([undefined, undefined, undefined]);
  });

  test('counts at once when nothing was known before', () => {
    expect(shown([[host]], false, 5000, false)).toEqual(['pid 7 (python, ollama.service)']);
  });

  test('is over when it has been gone for a while', () => {
    const after = shown([[host], [host], [], [], []], false, goneMs / 2);
    expect(after.map((each) => each !== undefined)).toEqual([false, true, true, false, false]);
  });

  test('is not what our own containers do', () => {
    expect(shown([[lease], [lease]], true)).toEqual([undefined, undefined]);
    expect(shown([[lease], [lease]], false)).toEqual([undefined, undefined]);
  });

  test('is what a process does that cannot be seen, on a card that no lease holds', () => {
    expect(shown([[hidden], [hidden]])).toEqual([undefined, 'pid 7 (python)']);
    expect(shown([[hidden], [hidden]], true)).toEqual([undefined, undefined]);
  });

  test.each(['/usr/lib/xorg/Xorg', 'nvidia-cuda-mps-server', '/usr/bin/gnome-shell'])(
    'is not what %s does: it serves whoever uses the card',
    (name) => {
      const helper = { ...host, name };
      expect(shown([[helper], [helper]])).toEqual([undefined, undefined]);
    },
  );

  test('names the lowest pid, and a container by its short id', () => {
    const other = process({ kind: 'container', containerId: 'e'.repeat(64) }, '/opt/a/b --x', 3);
    expect(
      shown([
        [host, other],
        [host, other],
      ])[1],
    ).toBe('pid 3 (b, container eeeeeeeeeeee)');
    expect(
      shown([[process({ kind: 'host', unit: '' }, '', 4)], [process({ kind: 'host', unit: '' }, '', 4)]])[1],
    ).toBe('pid 4');
  });
});

test('a card is busy without a reason since its load began', () => {
  expect(busySince(undefined, { utilizationPct: 50 }, false, 9)).toBe(9);
  expect(busySince(9, { memoryUsedMib: 4096 }, false, 20)).toBe(9);
  expect(busySince(9, { utilizationPct: 50 }, true, 20)).toBeUndefined();
  expect(busySince(9, { utilizationPct: 0, memoryUsedMib: 3 }, false, 20)).toBeUndefined();
  expect(busySince(9, { utilizationPct: null }, false, 20)).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { linkKind, topologyOf } from './links.ts';
import type { DeviceReading, ProbedDevice, TopologyReading, Vendor } from './probe.ts';

function device(id: string, reading: DeviceReading, vendor: Vendor = 'nvidia'): ProbedDevice {
  return { id, vendor, reading, health: 'ok', healthReasons: [] };
}

function matrix(...rows: [string, ...string[]][]): TopologyReading {
  const devices = rows.map(([name]) => name);
  const links = Object.fromEntries(
    rows.map(([name, ...words]) => [
      name,
      Object.fromEntries(devices.map((peer, at) => [peer, words[at] ?? ''])),
    ]),
  );
  return { devices, links };
}

const pair = matrix(['GPU0', 'X', 'NV18'], ['GPU1', 'NV18', 'X']);

test.each([
  ['nvidia', 'NV18', 'nvlink'],
  ['nvidia', 'PIX', 'pcie'],
  ['nvidia', 'SYS', 'pcie'],
  ['nvidia', 'X', null],
  ['nvidia', 'HCCS', null],
  ['ascend', 'HCCS', 'hccs'],
  ['ascend', 'HCCS_SW', 'hccs'],
  ['ascend', 'NA', null],
  ['cambricon', 'MLK', 'mlulink'],
  ['metax', 'MX', 'metaxlink'],
  ['metax', 'NODE', 'pcie'],
  ['amd', 'XGMI', 'xgmi'],
  ['kunlun', 'NV18', null],
] as const)('a cell of %s that says %s is %s', (vendor, word, kind) => {
  expect(linkKind(vendor, word)).toBe(kind);
});

describe('a matrix', () => {
  test('links devices by the number in their names', () => {
    const links = topologyOf(pair, [device('b', { index: 1 }), device('a', { index: 0 })])?.links;
    expect(links?.get('a')).toEqual([{ kind: 'nvlink', peerId: 'b', word: 'NV18' }]);
    expect(links?.get('b')).toEqual([{ kind: 'nvlink', peerId: 'a', word: 'NV18' }]);
  });

  test('names Ascend chips by physical id, and not by a card that has two of them', () => {
    const chips = [
      device('a', { index: 0, card: 0, chip: 0, physicalId: 0 }, 'ascend'),
      device('b', { index: 1, card: 0, chip: 1, physicalId: 1 }, 'ascend'),
    ];
    const found = topologyOf(matrix(['NPU0', 'X', 'HCCS'], ['NPU1', 'HCCS', 'X']), chips);
    expect(found?.links.get('a')).toEqual([{ kind: 'hccs', peerId: 'b', word: 'HCCS' }]);
  });

  test('may lack devices that only the bus shows', () => {
    const found = topologyOf(pair, [
      device('a', { index: 0 }),
      device('b', { index: 1 }),
      device('c', { busId: '0000:03:00.0' }),
    ]);
    expect([...(found?.links.keys() ?? [])]).toEqual(['a', 'b']);
  });

  test('that names a device which is not listed links nothing', () => {
    expect(topologyOf(pair, [device('a', { index: 0 }), device('b', { index: 3 })])).toBeNull();
    expect(topologyOf(pair, [])).toBeNull();
  });

  test('is not read by a number that two devices share', () => {
    const shared = [device('a', { card: 0, chip: 0 }, 'ascend'), device('b', { card: 0, chip: 1 }, 'ascend')];
    expect(topologyOf(matrix(['NPU0', 'X', 'HCCS'], ['NPU1', 'HCCS', 'X']), shared)).toBeNull();
  });

  test('tells where devices sit', () => {
    const found = topologyOf(
      { ...pair, cpuAffinity: { GPU0: '0-15,64-79' }, numaAffinity: { GPU0: '1', GPU1: '0-1' } },
      [device('a', { index: 0 }), device('b', { index: 1 })],
    );
    expect(found?.cpuAffinity).toEqual(new Map([['a', '0-15,64-79']]));
    expect(found?.numaNode, 'two nodes are no node').toEqual(new Map([['a', 1]]));
  });
});

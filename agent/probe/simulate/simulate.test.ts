/** The stand-in tools: true to form as far as our own parsers can tell, and changed by every fault. */
import { describe, expect, test } from 'vitest';
import { parseCapture } from '../registry.ts';
import type { DeviceReading, Reading } from '../probe.ts';
import {
  hexOf,
  profileExamples,
  profileNamed,
  type SimulatedCard,
  type SimulatedToolName,
  simulatedTools,
  toolsOf,
} from './profiles.ts';
import { renderAmd } from './render-amd.ts';
import { renderAscend } from './render-ascend.ts';
import { renderCambricon } from './render-cambricon.ts';
import { renderGaudi } from './render-gaudi.ts';
import { renderMetax } from './render-metax.ts';
import { renderNvidia } from './render-nvidia.ts';
import { parseState, type SimulatedFault, type SimulatedState, valuesAt, viewOf } from './state.ts';

const renderers = {
  'nvidia-smi': renderNvidia,
  'npu-smi': renderAscend,
  cnmon: renderCambricon,
  'rocm-smi': renderAmd,
  'hl-smi': renderGaudi,
  'mx-smi': renderMetax,
};

const cardsOf = (profile: string): readonly SimulatedCard[] => profileNamed(profile)?.cards ?? [];

function state(profile: string, ...faults: SimulatedFault[]): SimulatedState {
  return { profile, seed: 7, startedAtMs: 0, faults };
}

function run(tool: SimulatedToolName, args: string, from: SimulatedState): ReturnType<typeof renderNvidia> {
  return renderers[tool](args === '' ? [] : args.split(' '), viewOf(from, tool, 60_000));
}

function read(tool: SimulatedToolName, args: string, from: SimulatedState): Reading {
  const { stdout, files } = run(tool, args, from);
  return parseCapture(tool, args, files?.['cnmon_info.json'] ?? stdout);
}

function devices(tool: SimulatedToolName, args: string, from: SimulatedState): DeviceReading[] {
  const reading = read(tool, args, from);
  if (reading.status !== 'present') throw new Error(`${reading.status}: ${reading.reason}`);
  return reading.devices;
}

const query =
  '--query-gpu=index,uuid,name,pci.bus_id,memory.total,memory.used,utilization.gpu,temperature.gpu,power.draw,ecc.errors.uncorrected.volatile.total --format=csv,noheader,nounits';
const rocm =
  '--showuniqueid --showbus --showuse --showmeminfo vram --showtemp --showpower --showproductname --json';
const aips =
  'index,uuid,name,bus_id,memory.total,memory.used,power.draw,power.max,temperature.aip,utilization.aip';
const inventories = [
  ['nvidia-smi', '', '8xH100'],
  ['nvidia-smi', query, '8xH100'],
  ['nvidia-smi', '-q -x', '8xH100'],
  ['nvidia-smi', '', '8xA100-MIG'],
  ['nvidia-smi', '-q -x', '8xA100-MIG'],
  ['npu-smi', 'info', '8xAscend910B3'],
  ['cnmon', '', '8xMLU370'],
  ['cnmon', 'info', '8xMLU370'],
  ['rocm-smi', rocm, '8xMI300X'],
  ['hl-smi', '', '8xGaudi2'],
  ['hl-smi', `-Q ${aips} -f csv,noheader`, '8xGaudi2'],
  ['hl-smi', `-Q ${aips} -f csv`, '8xGaudi2'],
  ['mx-smi', '', '8xC500'],
  ['npu-smi', 'info', '16xAscend910B3'],
  ['cnmon', '', '1xH100+3xMLU370'],
] as const;

describe('what our parsers read', () => {
  test.each(inventories)('%s %s on %s is every card with its values', (tool, args, profile) => {
    const cards = cardsOf(profile).filter((card) => card.tool === tool);
    const found = devices(tool, args, state(profile));
    expect(found.map(({ memoryTotalMib }) => memoryTotalMib)).toEqual(
      cards.map(({ memoryMib }) => memoryMib),
    );
    for (const [i, card] of cards.entries()) {
      const values = valuesAt(card, 7, 60_000);
      expect(found[i]?.temperatureC).toBe(values.temperatureC);
      expect(found[i]?.memoryUsedMib).toBe(values.memoryUsedMib);
      expect(found[i]?.utilizationPct ?? null).toBe(
        card.partitions.length > 0 ? null : values.utilizationPct,
      );
      expect(Math.abs((found[i]?.powerW ?? 0) - values.powerW)).toBeLessThan(1);
    }
  });

  test('-L names cards and partitions', () => {
    const [first] = devices('nvidia-smi', '-L', state('8xA100-MIG'));
    expect(first?.mig?.map(({ profile }) => profile)).toEqual(['3g.40gb', '2g.20gb', '1g.10gb', '1g.10gb']);
    expect(first?.mig?.every(({ uuid }) => uuid?.startsWith('MIG-'))).toBe(true);
  });

  test.each(['', '-q -x'])('`%s` lists the same partitions', (args) => {
    const [first] = devices('nvidia-smi', args, state('8xA100-MIG'));
    expect(first?.mig?.map(({ gi, ci, memoryTotalMib, sm }) => [gi, ci, memoryTotalMib, sm])).toEqual([
      [2, 0, 40_192, 42],
      [3, 0, 19_968, 28],
      [9, 0, 9728, 14],
      [10, 0, 9728, 14],
    ]);
  });

  test.each([
    ['nvidia-smi', 'topo -m', '8xH100'],
    ['npu-smi', 'info -t topo', '8xAscend910B3'],
    ['mx-smi', 'topo -m', '8xC500'],
  ] as const)('%s %s is a matrix of eight', (tool, args, profile) => {
    const reading = read(tool, args, state(profile));
    expect(reading.status === 'present' && reading.topology?.devices).toHaveLength(8);
  });

  test.each([
    ['info -m', 'card'],
    ['info -l', 'card'],
    ['info -t board -i 1', 'serial'],
    ['info -t usages -i 1', 'hbmUsagePct'],
    ['info -t common -i 1', 'temperatureC'],
  ] as const)('npu-smi %s has the %s', (args, key) => {
    const found = devices('npu-smi', args, state('mixed'));
    expect(found.length).toBeGreaterThan(0);
    for (const each of found) expect(each[key] ?? null).not.toBeNull();
  });

  test('cnmon info -j writes a file', () => {
    const rendered = run('cnmon', 'info -e -m -u -j', state('mixed'));
    expect(JSON.parse(rendered.files?.['cnmon_info.json'] ?? '')).toMatchObject({
      CnmonInfo: [{ CardNum: 0, ProductName: 'MLU370-X8' }, { CardNum: 1 }],
    });
  });
});

describe('faults', () => {
  test.each([
    ['nvidia-smi', query, '8xH100'],
    ['npu-smi', 'info', '8xAscend910B3'],
    ['cnmon', '', '8xMLU370'],
    ['rocm-smi', rocm, '8xMI300X'],
    ['hl-smi', `-Q ${aips} -f csv`, '8xGaudi2'],
    ['mx-smi', '', '8xC500'],
  ] as const)(
    '%s: vanish leaves the card out, na has no values, broken has no devices',
    (tool, args, profile) => {
      expect(devices(tool, args, state(profile, { tool, kind: 'vanish', card: 3 }))).toHaveLength(7);
      const [first, second] = devices(tool, args, state(profile, { tool, kind: 'na', card: 0 }));
      expect(first?.temperatureC).toBeNull();
      expect(second?.temperatureC).toBeTypeOf('number');
      expect(read(tool, args, state(profile, { tool, kind: 'broken' })).status).toBe('failed');
    },
  );

  test('of another tool change nothing', () => {
    const plain = run('npu-smi', 'info', state('mixed'));
    expect(run('npu-smi', 'info', state('mixed', { tool: 'cnmon', kind: 'broken' }))).toEqual(plain);
  });

  test('a lost NVIDIA card is named, and the others are still listed', () => {
    const from = state('8xH100', { tool: 'nvidia-smi', kind: 'lost', card: 2 });
    const reading = read('nvidia-smi', query, from);
    expect(reading).toMatchObject({ status: 'present', lost: [expect.stringContaining('3A:00.0')] });
    expect(run('nvidia-smi', query, from).code).toBe(15);
  });

  test('memory errors are counted', () => {
    const [first, second] = devices(
      'nvidia-smi',
      query,
      state('2xH100', { tool: 'nvidia-smi', kind: 'ecc', card: 0 }),
    );
    expect([first?.eccUncorrected, second?.eccUncorrected]).toEqual([3, 0]);
  });

  test('an unknown field or option is an error of the tool', () => {
    expect(run('nvidia-smi', '--query-gpu=index,nonsense --format=csv', state('2xH100'))).toEqual({
      stdout: 'Field "nonsense" is not a valid field to query.\n\n',
      code: 2,
    });
    expect(run('nvidia-smi', '--nonsense', state('2xH100')).code).toBe(2);
    expect(run('npu-smi', 'info -t nonsense -i 0', state('mixed')).code).toBe(1);
    expect(run('cnmon', 'nonsense', state('mixed')).code).toBe(1);
  });

  test('a loop says how often', () => {
    expect(run('nvidia-smi', `${query} -lms 250`, state('2xH100')).loopMs).toBe(250);
    expect(run('nvidia-smi', `${query} -l 2`, state('2xH100')).loopMs).toBe(2000);
    expect(run('nvidia-smi', query, state('2xH100')).loopMs).toBeUndefined();
    expect(run('hl-smi', `-Q ${aips} -f csv -l 3`, state('8xGaudi2')).loopMs).toBe(3000);
  });
});

describe('profiles', () => {
  test('never share a card', () => {
    const cards = profileExamples.flatMap(cardsOf);
    expect(new Set(cards.map(({ uuid }) => uuid)).size).toBe(cards.length);
    expect(new Set(cards.map(({ serial }) => serial)).size).toBe(cards.length);
    expect(new Set(cards.map(({ uuid }) => uuid.slice(0, 8))).size, 'no regular hashes').toBe(cards.length);
  });

  test('have the tools of their cards', () => {
    const tools = (name: string): SimulatedToolName[] => toolsOf(profileNamed(name) ?? { name, cards: [] });
    expect(tools('mixed')).toEqual(['nvidia-smi', 'npu-smi', 'cnmon']);
    expect(tools('1xGaudi2+1xH100')).toEqual(['nvidia-smi', 'hl-smi']);
    expect(new Set(profileExamples.flatMap(tools)).size).toBe(simulatedTools.length);
  });

  test('of any count, and several in one machine', () => {
    expect(cardsOf('16xC500')).toHaveLength(16);
    expect(new Set(cardsOf('16xH100').map(({ busAddress }) => busAddress)).size).toBe(16);
    expect(cardsOf('3xMI300X+2xMLU370').map(({ tool, index }) => [tool, index])).toEqual([
      ['rocm-smi', 0],
      ['rocm-smi', 1],
      ['rocm-smi', 2],
      ['cnmon', 0],
      ['cnmon', 1],
    ]);
    for (const none of ['0xH100', '17xH100', '8xh100', 'H100', '2xH100+2xA100-MIG', '2xH100+', '', '8x'])
      expect(profileNamed(none)).toBeUndefined();
  });

  test('values stay within the card, and move', () => {
    for (const card of cardsOf('mixed')) {
      const all = Array.from({ length: 200 }, (_, i) => valuesAt(card, 1, i * 1000));
      expect(all.every(({ utilizationPct }) => utilizationPct >= 0 && utilizationPct <= 100)).toBe(true);
      expect(all.every(({ memoryUsedMib }) => memoryUsedMib > 0 && memoryUsedMib < card.memoryMib)).toBe(
        true,
      );
      expect(all.every(({ powerW }) => powerW > 0 && powerW <= card.limitW)).toBe(true);
      expect(new Set(all.map(({ powerW }) => powerW)).size).toBeGreaterThan(20);
    }
  });

  test('a hash is 32 digits and the same each time', () => {
    expect(hexOf('a')).toMatch(/^[0-9a-f]{32}$/);
    expect(hexOf('a')).toBe(hexOf('a'));
  });
});

test('the state file is checked', () => {
  const good = state('mixed', { tool: 'cnmon', kind: 'slow', ms: 5, card: 1, ignoreTerm: true });
  expect(parseState(JSON.stringify(good))).toEqual(good);
  expect(() => parseState('{}')).toThrow('not a state');
  expect(() => parseState(JSON.stringify({ ...good, faults: [{ tool: 'x', kind: 'hang' }] }))).toThrow(
    'not a fault',
  );
  expect(() => viewOf({ ...good, profile: '9xH900' }, 'cnmon', 0)).toThrow(
    'no such simulated machine: 9xH900',
  );
  expect(() => viewOf({ ...good, profile: 'toString' }, 'cnmon', 0)).toThrow('no such simulated machine');
});

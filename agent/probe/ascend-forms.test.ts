/** Forms of npu-smi that differ by driver or card; outputs made up by us, named by the version that prints them so. */
import { describe, expect, it } from 'vitest';
import { faultsUnderDamage } from '../../test/probe/hostile.ts';
import { ascend, parseAscend } from './ascend.ts';
import type { DeviceReading, Tools } from './probe.ts';

function devices(text: string, args = ''): DeviceReading[] {
  const reading = parseAscend(text, args);
  if (reading.status !== 'present') throw new Error(reading.reason);
  return reading.devices;
}

const pairs = (values: Record<string, string | number>): string =>
  Object.entries(values)
    .map(([key, value]) => `\t${key.padEnd(30)} : ${value}\n`)
    .join('');

const wide = '='.repeat(40);
const info950 = `+${wide}+
| npu-smi 26.3.1                    Version: 26.3.1           |
+${wide}+
| NPU ID | Name             | Health        | Power(W)    Temp(C)           Hugepages-Usage(page) |
|        |                  | Bus-Id        | NPU Util(%) Memory-Usage(MB)  HBM-Usage(MB)         |
+${wide}+
| 2      | Ascend950QX      | OK            | 301.5       52                0     / 0             |
|        |                  | NA            | 17          0    / 0          4711  / 98304         |
+${wide}+
| 5      | Ascend950QX      | Critical      | 88.0        41                0     / 0             |
|        |                  | 0000:5E:00.0  | 0           0    / 0          97531/ 98304          |
+${wide}+
+${wide}+
| NPU ID                    | Process id    | Process name             | Process memory(MB)       |
+${wide}+
| 5                          | 60123         | trainer                  | 812                     |
+${wide}+
| No running processes found in NPU 2                                                             |
+${wide}+
[WARNING]The driver may be incomplete.
`;
const watch950 = `NpuID(Idx)  Pwr(W)      Temp(C)     AI Core(%)  AI Cpu(%)   Ctrl Cpu(%) Memory(%)   Memory BW(%)   NPU Util(%)    AI Cube(%)
2           299.1       50          41          0           9           6           12             55             40
5           NA          NA          0           0           1           6           0              0              0
`;
const processes310p = `${pairs({ 'NPU ID': 96, 'Chip Count': 2 })}
\tProcess id:30111 Process name:serve one          Process memory(MB):1409
\tProcess id:30222 Process name:                   Process memory(MB):377
\t${'Chip ID'.padEnd(30)} : 0

\tNo process in device.
\t${'Chip ID'.padEnd(30)} : 1
`;
const vnpu910b = `+-------------------------------------------------------------------------------+
| NPU resource static info as follow:                                           |
| Format:Free/Total                   NA: Currently, query is not supported.    |
| AICORE    Memory    AICPU    VPC    VENC    VDEC    JPEGD    JPEGE    PNGD    |
|===============================================================================|
| 5/20      16/64     2/6      3/9    0/0     1/2     9/24     1/4      NA/NA   |
+-------------------------------------------------------------------------------+
| Total number of vnpu: 2                                                       |
+-------------------------------------------------------------------------------+
|  Vnpu ID  |  Vgroup ID     |  Container ID  |  Status  |  Template Name       |
+-------------------------------------------------------------------------------+
|  132      |  0             |  ffffffffffff  |  1       |  vir10_3c_32g        |
|  133      |  1             |  0123456789ab  |  0       |  vir05_1c_16g        |
+-------------------------------------------------------------------------------+
`;
const usages = {
  'DDR Capacity(MB)': 0,
  'DDR Usage Rate(%)': 0,
  'HBM Capacity(MB)': 65536,
  'HBM Usage Rate(%)': 23,
  'Aicore Usage Rate(%)': 64,
  'NPU Utilization(%)': 71,
};

describe('950 (26.x)', () => {
  it('has columns for id and name, no chips, and its load under NPU Util', () => {
    expect(parseAscend(info950)).toEqual({
      status: 'present',
      devices: [
        {
          index: 2,
          card: 2,
          model: 'Ascend950QX',
          health: 'OK',
          busId: null,
          powerW: 301.5,
          temperatureC: 52,
          utilizationPct: 17,
          memoryUsedMib: 4711,
          memoryTotalMib: 98304,
        },
        expect.objectContaining({ index: 5, card: 5, busId: '0000:5E:00.0', health: 'Critical' }),
      ],
      toolVersion: '26.3.1',
      driverVersion: '26.3.1',
      processes: [{ device: 5, pid: 60123, name: 'trainer', memoryUsedMib: 812 }],
    });
  });

  it('watches without a chip column', () => {
    expect(devices(watch950)).toEqual([
      {
        index: 2,
        card: 2,
        samples: 1,
        powerW: 299.1,
        temperatureC: 50,
        utilizationPct: 41,
        memoryUsagePct: 6,
      },
      {
        index: 5,
        card: 5,
        samples: 1,
        powerW: null,
        temperatureC: null,
        utilizationPct: 0,
        memoryUsagePct: 6,
      },
    ]);
  });

  it('has a map with a slot that may be -1, which gives the physical ids of the table', async () => {
    const map = `\tNPU ID  Slot ID  Chip ID  Chip Phy-ID  Chip Name\n\t2  -1  0  6  Ascend950QX\n\t5  1  0  9  Ascend950QX\n`;
    const tools: Tools = {
      run: async (_program, args) => ({
        code: 0,
        signal: null,
        stderr: '',
        durationMs: 1,
        stdout: args.includes('-m') ? map : info950,
      }),
      find: async () => '/usr/local/bin/npu-smi',
      readText: async () => undefined,
      list: async () => [],
    };
    const answer = await ascend.inventory(tools);
    expect(answer.status === 'present' && answer.devices.map(({ reading }) => reading.physicalId)).toEqual([
      6, 9,
    ]);
  });

  it('lists and queries cards without chips', () => {
    expect(
      devices(`${pairs({ 'Total Count': 2 })}\n${pairs({ 'NPU ID': 2 })}\n${pairs({ 'NPU ID': 5 })}`),
    ).toEqual([
      { index: 2, card: 2 },
      { index: 5, card: 5 },
    ]);
    expect(devices(pairs({ 'NPU ID': 5, ...usages }))).toMatchObject([
      { index: 5, card: 5, memoryTotalMib: 65536, hbmUsagePct: 23, utilizationPct: 64 },
    ]);
  });
});

describe('queries for one chip', () => {
  it('of 25.5 name no ids: the arguments do', () => {
    const text = pairs(usages);
    expect(devices(text, 'info -t usages -i 3 -c 1')).toEqual([
      {
        position: 0,
        card: 3,
        chip: 1,
        utilizationPct: 64,
        memoryTotalMib: 65536,
        hbmUsagePct: 23,
      },
    ]);
    expect(devices(text)[0]).not.toHaveProperty('card');
  });

  it.each([
    [
      { 'Health Status': 'Alarm', 'Error Code': '80E3A203', 'Error Information': 'sensor' },
      { health: 'Alarm' },
    ],
    [{ 'NPU Temperature (C)': 47 }, { temperatureC: 47 }],
    [
      { 'Capacity(MB)': 10810, 'Clock Speed(MHz)': 1600 },
      { memoryTotalMib: 10810, memoryClockMhz: 1600 },
    ],
    [{ 'Power Dissipation(W)': 12.8 }, { powerW: 12.8 }],
    [{ 'Single-bit Error Count': 4, 'Double-bit Error Count': 1 }, { eccUncorrected: 1 }],
    [{ 'DDR Double Bit Error Count': 2, 'HBM Double Bit Error Count': 0 }, { eccUncorrected: 2 }],
  ])('%j', (values, expected) => expect(devices(pairs(values))).toMatchObject([expected]));

  it('of a controller show no chip', () => {
    expect(
      parseAscend(pairs({ 'NPU ID': 1, 'Chip ID': 2, 'Chip Name': 'mcu', 'Firmware Version': '24.2.8' }))
        .status,
    ).toBe('failed');
  });

  it('of a second chip alone give it no index', () => {
    const text = pairs({
      'NPU ID': 1,
      'Chip ID': 1,
      'Chip Name': 'Ascend910',
      'PCIe Bus Info': '0000:9F:00.0',
    });
    expect(devices(text)).toEqual([{ card: 1, chip: 1, model: 'Ascend910', busId: '0000:9F:00.0' }]);
  });

  it('of flash (23.0) are not its memory', () => {
    const text = `${pairs({ 'NPU ID': 0, 'Chip ID': 0, 'Flash Count': 1 })}\n${pairs({ 'Flash ID': 0, 'Capacity(MB)': 32 })}`;
    expect(JSON.stringify(parseAscend(text))).not.toContain('32');
  });
});

describe('rows', () => {
  it('of watch (23.0, single blanks between the names)', () => {
    const text =
      'NpuID(Idx) ChipId(Idx) Pwr(W) Temp(C) AI Core(%) AI Cpu(%) Ctrl Cpu(%) Memory(%) Memory BW(%)\n4 1 13.4 45 7 0 86 35 2\n';
    expect(devices(text)).toMatchObject([
      { card: 4, chip: 1, powerW: 13.4, utilizationPct: 7, memoryUsagePct: 35 },
    ]);
  });

  it('of topo on an A3 (25.x) are named by physical id, with no affinity', () => {
    const text =
      '           Phy-ID6    Phy-ID7\nPhy-ID6    X          SIO\nPhy-ID7    SIO        X\n\nLegend:\n\n  X    = Self\n  SIO  = Path\n';
    expect(parseAscend(text)).toEqual({
      status: 'present',
      devices: [],
      topology: {
        devices: ['Phy-ID6', 'Phy-ID7'],
        links: {
          'Phy-ID6': { 'Phy-ID6': 'X', 'Phy-ID7': 'SIO' },
          'Phy-ID7': { 'Phy-ID6': 'SIO', 'Phy-ID7': 'X' },
        },
      },
    });
  });

  it('of proc-mem (25.x) stand above the chip they run on', () => {
    expect(parseAscend(processes310p)).toEqual({
      status: 'present',
      devices: [
        { index: 0, card: 96, chip: 0 },
        { index: 1, card: 96, chip: 1 },
      ],
      processes: [
        { device: '96/0', pid: 30111, name: 'serve one', memoryUsedMib: 1409 },
        { device: '96/0', pid: 30222, name: null, memoryUsedMib: 377 },
      ],
    });
  });

  it('of info-vnpu (24.1) are parts of the chip asked for', () => {
    expect(parseAscend(vnpu910b, 'info -t info-vnpu -i 2 -c 0')).toEqual({
      status: 'present',
      devices: [
        {
          position: 0,
          card: 2,
          chip: 0,
          mig: [
            { index: 132, profile: 'vir10_3c_32g' },
            { index: 133, profile: 'vir05_1c_16g' },
          ],
        },
      ],
    });
    const none = vnpu910b.replace(/\|  13.*\n/g, '').replace('vnpu: 2', 'vnpu: 0');
    expect(devices(none)).toEqual([{ position: 0, mig: [] }]);
  });
});

it('finds the table where a page lost its borders', () => {
  const text = info950.replace(/^\+.*\n/gm, '');
  expect(devices(text).map(({ card, memoryUsedMib }) => [card, memoryUsedMib])).toEqual([
    [2, 4711],
    [5, 97531],
  ]);
});

it.each([
  ['There is no NPU card on this server.', 'absent'],
  ['There is no NPU chip on this card.', 'absent'],
  ['This device does not support querying template-info.', 'failed'],
])('%s', (text, status) => expect(parseAscend(text).status).toBe(status));

it('invents nothing under damage', () => {
  expect(faultsUnderDamage(parseAscend, [info950, watch950, processes310p, vnpu910b, pairs(usages)])).toEqual(
    [],
  );
});

import { describe, expect, it } from 'vitest';
import type { DeviceReading, Reading, Tools } from './probe.ts';
import { ascend, parseAscend } from './ascend.ts';

function devices(text: string): DeviceReading[] {
  const reading: Reading = parseAscend(text);
  if (reading.status !== 'present') throw new Error(reading.reason);
  return reading.devices;
}

const border =
  '+===========================+===============+====================================================+';
const table = (ids: string, memory: string, rows: string): string => `HAMi: limiter started
${border}
| npu-smi 25.1.1                   Version: 25.1.1                                               |
${border}
| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
| Chip  ${ids}              | Bus-Id        | AICore(%)   ${memory} |
${border}
${rows}
${border}
`;

describe('table', () => {
  it('takes HBM as memory and DDR beside it', () => {
    const rows =
      '| 3     910A                | Alarm         | NA          43      15 / 15 |\n| 0    | 0000:C1:00.0  | 7   1867 / 15077   26690/ 32768 |';
    expect(devices(table('', 'Memory-Usage(MB)  HBM-Usage(MB)', rows))).toEqual([
      {
        index: 3,
        card: 3,
        chip: 0,
        model: '910A',
        health: 'Alarm',
        busId: '0000:C1:00.0',
        powerW: null,
        temperatureC: 43,
        utilizationPct: 7,
        memoryUsedMib: 26690,
        memoryTotalMib: 32768,
        ddrUsedMib: 1867,
        ddrTotalMib: 15077,
      },
    ]);
  });

  it('of two chips on one bus with sparse NPU ids takes the Device column as index', () => {
    const chip = (id: number): string =>
      `| 32768 310P3               | OK            | NA          4${id}      0 / 0 |\n| ${id}     ${id + 4}  | 0000:0C:00.0  | 0   1${id}00 / 43693 |`;
    const read = devices(table('Device', 'Memory-Usage(MB)', `${chip(0)}\n${border}\n${chip(1)}`));
    expect(
      read.map(({ index, card, chip: own, memoryTotalMib }) => [index, card, own, memoryTotalMib]),
    ).toEqual([
      [4, 32768, 0, 43693],
      [5, 32768, 1, 43693],
    ]);
  });

  it('reads processes with the column that 26.0 added', () => {
    const text = `${table('Phy-ID', 'Memory-Usage(MB)  HBM-Usage(MB)', '| 0     Ascend910           | OK            | -           48      0 / 0 |\n| 1     9   | NA  | 0   0 / 0   5/ 65536 |')}| NPU     Chip              | Process id    | Process id in container | Process name | Process memory(MB) |
${border}
| 0       1                 | 4711          | 17 | python3 | 812 |
${border}
`;
    const reading = parseAscend(text);
    expect(reading).toMatchObject({
      status: 'present',
      driverVersion: '25.1.1',
      devices: [{ index: 9, physicalId: 9, powerW: null, busId: null, memoryTotalMib: 65536 }],
      processes: [{ device: '0/1', pid: 4711, name: 'python3', memoryUsedMib: 812 }],
    });
  });
});

describe('blocks', () => {
  it('of several chips keep their card, and the controller is none of them', () => {
    const text = `NPU ID : 5\nChip ID : 0\nHBM Capacity(MB) : 65536\nDDR Capacity(MB) : 0\nHBM Usage Rate(%) : 12\nMemory Usage Rate(%) : 77\n\nChip ID : 1\nHBM Capacity(MB) : 65536\nHBM Usage Rate(%) : NA\n\nChip Name : mcu\nTemperature(C) : 44\n`;
    expect(devices(text)).toEqual([
      { index: 0, card: 5, chip: 0, memoryTotalMib: 65536, hbmUsagePct: 12 },
      { index: 1, card: 5, chip: 1, memoryTotalMib: 65536, hbmUsagePct: null },
    ]);
  });

  it('of a list that announces more is not whole', () => {
    expect(parseAscend('Total Count : 2\n\nNPU ID : 0\nChip Count : 1\n')).toMatchObject({
      devices: [{ card: 0, chipCount: 1 }],
      truncated: true,
    });
  });

  it('reads the id map of 950 with physical ids', () => {
    const text =
      'NPU ID  Slot ID  Chip ID  Chip Phy-ID  Chip Name\n4       2        0        12           Ascend 950PR\n';
    expect(devices(text)).toEqual([{ card: 4, chip: 0, model: 'Ascend 950PR', physicalId: 12 }]);
  });

  it('reads the scrolling table, the last row of each chip', () => {
    const row = (used: number): string =>
      `0             0             70.4          4${used}            ${used}             5           \n`;
    const text = `NpuID(Idx)    ChipId(Idx)   Pwr(W)        Temp(C)       AI Core(%)    Memory(%)   \n${row(1)}${row(2)}`;
    expect(devices(text)).toEqual([
      {
        index: 0,
        card: 0,
        chip: 0,
        samples: 2,
        powerW: 70.4,
        temperatureC: 42,
        utilizationPct: 2,
        memoryUsagePct: 5,
      },
    ]);
  });
});

describe('errors', () => {
  it.each([
    ['dcmi module initialize failed. ret is -8005', 'failed'],
    ['DrvMngGetConsoleLogLevel failed. (ret=4)', 'failed'],
    ['No NPU device found', 'absent'],
    ['', 'failed'],
    ['lorem', 'failed'],
  ])('%s', (text, status) => expect(parseAscend(text).status).toBe(status));
});

describe('physical ids', () => {
  const rows = ['0', '1']
    .map(
      (id) =>
        `| ${id}     910B3               | OK            | 90.1        43      0 / 0 |\n| 0    | 0000:C${id}:00.0  | 7   0 / 0   1/ 65536 |`,
    )
    .join(`\n${border}\n`);
  const machine = (nodes: string[], map: string): Tools => ({
    run: async (_program, args) => ({
      code: 0,
      signal: null,
      stderr: '',
      durationMs: 1,
      stdout: args.includes('-m') ? map : table('', 'Memory-Usage(MB)  HBM-Usage(MB)', rows),
    }),
    find: async () => '/usr/local/bin/npu-smi',
    readText: async () => undefined,
    list: async () => nodes,
  });
  const idsOf = async (tools: Tools): Promise<unknown[]> => {
    const answer = await ascend.inventory(tools);
    return answer.status === 'present' ? answer.devices.map(({ reading }) => reading.physicalId) : [];
  };

  it('come from the device nodes, in order', async () => {
    expect(await idsOf(machine(['davinci_manager', 'davinci10', 'davinci9'], ''))).toEqual([9, 10]);
  });

  it('come from the id map when the nodes are others, and stay unknown when it has none', async () => {
    const map =
      'NPU ID  Chip ID  Chip Logic ID  Chip Phy-ID  Chip Name\n0  0  0  6  910B3\n1  0  1  7  910B3\n';
    expect(await idsOf(machine(['davinci0'], map))).toEqual([6, 7]);
    expect(await idsOf(machine([], 'nothing'))).toEqual([undefined, undefined]);
  });
});

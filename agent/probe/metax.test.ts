import { describe, expect, it } from 'vitest';
import { metax } from './metax.ts';
import { devicesOf, faultsUnderDamage, toolsOf } from '../../test/probe/hostile.ts';
import { grantedNodes, grantHost, refusalOf } from '../../test/probe/grants.ts';

const parse = (text: string): ReturnType<typeof metax.parse> => metax.parse('mx-smi', '', text);

const banner = `mx-smi  version: 2.1.6

=================== MetaX System Management Interface Log ===================
Timestamp                                         : Fri Mar 14 08:00:46 2025

`;
const processes = `
+---------------------------------------------------------------------------------+
| Process:                                                                        |
|  GPU                    PID         Process Name                 GPU Memory     |
|                                                                  Usage(MiB)     |
|=================================================================================|
|  1                   967306         python -m worker             54260          |
|  1                   967307                                      12             |
+---------------------------------------------------------------------------------+
`;

const before = `${banner}Attached GPUs                                     : 1
+---------------------------------------------------------------------------------+
| MX-SMI 2.1.6                        Kernel Mode Driver Version: 2.5.014         |
| MACA Version: 2.23.0.1018           BIOS Version: 1.13.5.0                      |
|------------------------------------+---------------------+----------------------+
| GPU         NAME                   | Bus-id              | GPU-Util             |
| Temp        Power                  | Memory-Usage        |                      |
|====================================+=====================+======================|
| 0           MXC777                 | 0000:05:00.0        | 7%                   |
| 51C         71W                    | 60982/65536 MiB     |                      |
+------------------------------------+---------------------+----------------------+
`;

const capped = `+---------------------------------------------------------------------------------+
| MX-SMI 2.1.12                       Kernel Mode Driver Version: 2.12.13         |
| MACA Version: unknown               BIOS Version: 1.13.4.0                      |
|------------------------------------+---------------------+----------------------+
| GPU         NAME                   | Bus-id              | GPU-Util             |
| Temp        Pwr:Usage/Cap          | Memory-Usage        |                      |
|====================================+=====================+======================|
| 1           MetaX C777             | 0000:2a:00.0        | 0%                   |
| 34C         97W / NA               | 858/65536 MiB       |                      |
+------------------------------------+---------------------+----------------------+
${processes}`;

const boards = `+---------------------------------------------------------------------------------+
| MX-SMI 2.2.9                       Kernel Mode Driver Version: 3.4.4            |
| MACA Version: 3.3.0.15             BIOS Version: 1.30.0.0                       |
|------------------+-----------------+---------------------+----------------------|
| Board       Name | GPU   Persist-M | Bus-id              | GPU-Util      sGPU-M |
| Pwr:Usage/Cap    | Temp       Perf | Memory-Usage        | GPU-State            |
|==================+=================+=====================+======================|
| 0     MetaX C777 | 2           Off | 0000:0e:00.0        | 0%          Disabled |
| 57W / 350W       | 35C          P0 | 826/65536 MiB       | Available            |
+------------------+-----------------+---------------------+----------------------+
| 1     MetaX C777 | 3           Off | 0000:0f:00.0        | N/A         Disabled |
| N/A / 350W       | N/A          P0 | N/A                 | Unavailable          |
+------------------+-----------------+---------------------+----------------------+
`;

const list = `mx-smi  version: 2.2.3
GPU#0    MXC777    0000:01:00.0    Available (UUID: GPU-00000000-0000-0000-0000-0000000000a1)
GPU#15   MXC777    0000:0f:00.0    Available (UUID: GPU-00000000-0000-0000-0000-0000000000a2)
`;

const memory = `=================== MetaX System Management Interface Log ===================
GPU#0  MXC777  0000:1a:00.0
    Memory
        vis_vram total  : 67108864 KB
        vis_vram used   : 879032 KB
        vram total      : 67108864 KB
        vram used       : 879032 KB
    Utilization
        GPU             : 4 %
        VPU             : 0 %
`;

const monitor = `dev, die, hottemp, soctemp, power, gpu, vpue, visvram, vram, xtt, total, bdfid
idx, idx, C, C, W, %, %, %, %, %, GB,
0, 0, 45, 31, 159, 71, 0, 83, 83, 1, 64, 0000:08:00.0
0, 0, 46, 31, 165, 12, 0, 84, 84, 1, 64, 0000:08:00.0
`;

const topology = `Device link type matrix
        GPU0    GPU1    Node Affinity  CPU Affinity
GPU0    X       MX      0              0-31,64-95
GPU1    MX      X       1              32-63

Legend:
  X    = Self
`;

describe('mx-smi', () => {
  it('reads 2.1.6: power without a cap', () => {
    expect(parse(before)).toMatchObject({
      driverVersion: '2.5.014',
      runtimeVersion: '2.23.0.1018',
      toolVersion: '2.1.6',
    });
    expect(devicesOf(parse(before))).toEqual([
      {
        index: 0,
        model: 'MXC777',
        busId: '0000:05:00.0',
        memoryUsedMib: 60982,
        memoryTotalMib: 65536,
        utilizationPct: 7,
        temperatureC: 51,
        powerW: 71,
      },
    ]);
  });

  it('reads 2.1.12: a cap that may be NA, an unknown runtime, processes without a name', () => {
    expect(parse(capped)).toMatchObject({
      runtimeVersion: null,
      devices: [{ index: 1, model: 'MetaX C777', powerW: 97, powerLimitW: null }],
      processes: [
        { device: 1, pid: 967306, name: 'python -m worker', memoryUsedMib: 54260 },
        { device: 1, pid: 967307, name: null, memoryUsedMib: 12 },
      ],
    });
  });

  it('reads 2.2.9: board and GPU apart, values in other columns, a state', () => {
    expect(devicesOf(parse(boards))).toEqual([
      {
        index: 2,
        card: 0,
        model: 'MetaX C777',
        busId: '0000:0e:00.0',
        memoryUsedMib: 826,
        memoryTotalMib: 65536,
        utilizationPct: 0,
        temperatureC: 35,
        powerW: 57,
        powerLimitW: 350,
        health: 'Available',
      },
      {
        index: 3,
        card: 1,
        model: 'MetaX C777',
        busId: '0000:0f:00.0',
        memoryUsedMib: null,
        memoryTotalMib: null,
        utilizationPct: null,
        temperatureC: null,
        powerW: null,
        powerLimitW: 350,
        health: 'Unavailable',
      },
    ]);
  });

  it('reads `-L`, `--show-memory` (KB), `dmon` and `topo -m`', () => {
    expect(devicesOf(parse(list))).toEqual([
      {
        index: 0,
        uuid: 'GPU-00000000-0000-0000-0000-0000000000a1',
        model: 'MXC777',
        busId: '0000:01:00.0',
        health: 'Available',
      },
      {
        index: 15,
        uuid: 'GPU-00000000-0000-0000-0000-0000000000a2',
        model: 'MXC777',
        busId: '0000:0f:00.0',
        health: 'Available',
      },
    ]);
    expect(devicesOf(parse(memory))).toMatchObject([
      { index: 0, memoryTotalMib: 65536, memoryUsedMib: 858, utilizationPct: 4 },
    ]);
    expect(devicesOf(parse(monitor))).toMatchObject([
      {
        index: 0,
        samples: 2,
        busId: '0000:08:00.0',
        powerW: 165,
        utilizationPct: 12,
        memoryTotalMib: 65536,
        last: { hottemp: 46 },
      },
    ]);
    expect(parse(topology)).toMatchObject({
      status: 'present',
      devices: [],
      topology: {
        links: { GPU0: { GPU1: 'MX' } },
        cpuAffinity: { GPU1: '32-63' },
        numaAffinity: { GPU1: '1' },
      },
    });
  });

  it('says that cards are missing when fewer are listed than attached', () => {
    expect(parse(before.replace(': 1\n', ': 8\n'))).toMatchObject({ truncated: true });
    expect(parse(before)).not.toHaveProperty('truncated');
  });

  it("is not MOFFETT's tool of the same name, and fails on what it does not know", () => {
    expect(parse('MOFFETT mx-smi 1.0\n| SPU | S4 |')).toMatchObject({ status: 'absent' });
    expect(parse('hello')).toMatchObject({ status: 'failed' });
    expect(parse('No GPU found')).toMatchObject({ status: 'absent' });
  });
});

describe('probe', () => {
  const nodes = [
    '/dev/mxcd',
    '/dev/dri/card1',
    '/dev/dri/card2',
    '/dev/dri/renderD128',
    '/dev/dri/renderD129',
  ];

  it('judges by the state, and gives exactly the nodes of the address', async () => {
    const tools = toolsOf(
      { 'mx-smi': boards },
      { '/sys/bus/pci/devices/0000:0f:00.0/drm': ['card2', 'renderD129'] },
    );
    const answer = await metax.inventory(tools);
    if (answer.status !== 'present') throw new Error(answer.reason);
    expect(answer.devices.map(({ id, health }) => [id, health])).toEqual([
      ['metax-0000:0e:00.0', 'ok'],
      ['metax-0000:0f:00.0', 'failed'],
    ]);
    expect(grantedNodes(metax, answer.devices.slice(1), nodes)).toEqual([
      '/dev/mxcd',
      '/dev/dri/card2',
      '/dev/dri/renderD129',
    ]);
    expect(refusalOf(metax.grant(answer.devices.slice(0, 1), grantHost({ nodes })))).toMatch(/is not known$/);
  });

  it('asks for the links apart', async () => {
    const asked = toolsOf({ 'mx-smi topo -m': topology });
    expect(await metax.topology?.(asked)).toMatchObject({ devices: expect.arrayContaining(['GPU0']) });
    expect(await metax.topology?.(toolsOf({}))).toBeNull();
  });

  it('does not show a smaller machine when the output ends early', async () => {
    const cut = boards.slice(0, boards.indexOf('| 1     MetaX'));
    expect(await metax.telemetry(toolsOf({ 'mx-smi': `Attached GPUs : 2\n${cut}` }))).toMatchObject({
      status: 'failed',
    });
  });
});

it('invents nothing when its text is damaged', () => {
  expect(faultsUnderDamage(parse, [before, capped, boards, list, memory, monitor, topology])).toEqual([]);
});

describe('parts and errors', () => {
  const bar = '|------------------+-----------------+---------------------+----------------------|';
  const sliced = `mx-smi  version: 2.2.19

Attached GPUs                                     : 1
+---------------------------------------------------------------------------------+
| MX-SMI 2.2.19                      Kernel Mode Driver Version: 3.9.1            |
${bar}
| Board       Name | GPU   Persist-M | Bus-id              | GPU-Util      sGPU-M |
| Pwr:Usage/Cap    | Temp   Perf     | Memory-Usage        | GPU-State            |
|==================+=================+=====================+======================|
| 0     MetaX C588 | 0           Off | 0000:1f:00.0        | 12%          Enabled |
| 48W / 350W       | 37C          P0 | 9058/65536 MiB      | Available            |
+------------------+-----------------+---------------------+----------------------+

+---------------------------------------------------------------------------------+
| Sliced GPU                                                                      |
| Minor    GPU    sGPU-Id    Compute    Vram Quota               sGPU-Util        |
|=================================================================================|
| 002      0      2          25%        811/16000 MiB            3%               |
| 003      0      3          40%        0/20000 MiB              0%               |
+---------------------------------------------------------------------------------+
`;

  it('of 2.2.19 are children of their GPU, with quota and use', () => {
    const reading = metax.parse('mx-smi', '', sliced);
    expect(reading).toMatchObject({
      status: 'present',
      devices: [
        {
          index: 0,
          memoryTotalMib: 65536,
          mig: [
            { index: 2, profile: '25%', memoryUsedMib: 811, memoryTotalMib: 16000 },
            { index: 3, profile: '40%', memoryUsedMib: 0, memoryTotalMib: 20000 },
          ],
        },
      ],
    });
    expect(reading).not.toHaveProperty('truncated');
    expect(faultsUnderDamage((text) => metax.parse('mx-smi', '', text), [sliced])).toEqual([]);
  });

  it('of --count-ecc (2.2.9): the worst count that could not be corrected', () => {
    const text = `Attached GPUs : 1\nGPU#3  MXC588  0000:1f:00.0\n    ECC Errors\n        SRAM Correctable : 41\n        SRAM Uncorrectable : 0\n        DRAM Uncorrectable : 2\n    Retired Pages\n        Double Bit ECC : 7\n`;
    expect(metax.parse('mx-smi', '--count-ecc', text)).toMatchObject({
      devices: [{ index: 3, model: 'MXC588', busId: '0000:1f:00.0', eccUncorrected: 2 }],
    });
  });
});

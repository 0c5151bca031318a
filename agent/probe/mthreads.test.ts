import { describe, expect, it } from 'vitest';
import { mthreads } from './mthreads.ts';
import { devicesOf, faultsUnderDamage, toolsOf } from '../../test/probe/hostile.ts';
import { grantedNodes } from '../../test/probe/grants.ts';

const parse = (text: string): ReturnType<typeof mthreads.parse> => mthreads.parse('mthreads-gmi', '', text);

const table114 = `Mon Nov 11 16:07:07 2024
---------------------------------------------------------------
    mthreads-gmi:1.14.0          Driver Version:2.7.0
---------------------------------------------------------------
ID   Name           |PCIe                |%GPU  Mem
     Device Type    |Pcie Lane Width     |Temp  MPC Capable
                                         |      ECC Mode
+-------------------------------------------------------------+
0    MTT T80        |00000000:04:00.0    |3%    662MiB(16384MiB)
     Physical       |4x(16x)             |49C   YES
                                         |      N/A
+-------------------------------------------------------------+
3    MTT T80        |00000000:05:00.0    |N/A   N/A
     MPC Parent     |16x(16x)            |N/A   YES
                                         |      Enabled
---------------------------------------------------------------

---------------------------------------------------------------
Processes:
ID   PID       Process name                         GPU Memory
                                                         Usage
+-------------------------------------------------------------+
0    1123      /usr/lib/xorg/Xorg                       134MiB
---------------------------------------------------------------
`;

const table24 = `Tue Jun 23 17:48:04 2026
---------------------------------------------------------------------
    mthreads-gmi:2.4.1           Driver Version:5.1.0-server
---------------------------------------------------------------------
ID   Name                 |PCIe                |%GPU  Mem
     Device Type   Perf   |Pcie Lane Width     |Temp  MPC Capable
                                               |      ECC Mode
+-------------------------------------------------------------------+
0    MTT T5000            |00000000:18:00.0    |58%   30094MiB(81920MiB)
     Physical      P0     |16x(16x)            |48C   YES
                                               |      On-die, EDC
---------------------------------------------------------------------
`;

const json = `{
  "Driver Version": "3.3.5-server",
  "Attached GPUs": "2",
  "GPU": [
    {"Index": "0", "Product Name": "MTT T5000", "GPU UUID": "11112222-0000-0000-0000-000000000001",
     "Serial Number": "MY1VE00001", "PCI": {"PCI/Bus ID": "00000000:2a:00.0"}, "MTBios Version": "3.4.8",
     "FB Memory Usage": {"Total": "80GiB", "Used": "40960MiB", "Free": "40960MiB"},
     "Utilization": {"Gpu": "75%", "Memory": "50%"}, "Temperature": {"GPU Current Temp": "42C"},
     "Power Readings": {"Power Draw ": "400.5W", "Current Power Limit": "950W", "Max Power Limit": "1000W"},
     "Clocks": {"Graphics": "1750MHz", "Memory": "2500MHz"}},
    {"Index": "3", "Product Name": "MTT T5000", "GPU UUID": "11112222-0000-0000-0000-000000000002",
     "PCI": {"Bus ID": "00000000:2b:00.0"}, "FB Memory Usage": {"Total": "N/A", "Used": "[Not Supported]"},
     "Utilization": {"Gpu": "N/A"}, "Power Readings": {"Power Draw ": "N/A", "Power Limit": "950W"}}
  ]
}`;

const memoryOnly = '{"GPU": [{"Index": "0", "FB Memory Usage": {"Used": "66325MiB"}}]}';

const text = `Driver Version                        : 2.7.0
GPU0    00000000:04:00.0
    Product Name                      : MTT T80
    GPU UUID                          : 11112222-0000-0000-0000-000000000001
    FB Memory Usage
        Total                         : 16384MiB
        Used                          : 2MiB
    Utilization
        Gpu                           : 0%
    Temperature
        GPU Current Temp              : 49C
`;

describe('mthreads-gmi', () => {
  it('reads the table of 1.14: three lines per card, used(total), a line without its middle bar', () => {
    expect(parse(table114)).toMatchObject({
      driverVersion: '2.7.0',
      toolVersion: '1.14.0',
      processes: [{ device: 0, pid: 1123, name: '/usr/lib/xorg/Xorg', memoryUsedMib: 134 }],
    });
    expect(devicesOf(parse(table114))).toEqual([
      {
        index: 0,
        model: 'MTT T80',
        busId: '00000000:04:00.0',
        utilizationPct: 3,
        memoryUsedMib: 662,
        memoryTotalMib: 16384,
        temperatureC: 49,
        ecc: null,
      },
      {
        index: 3,
        model: 'MTT T80',
        busId: '00000000:05:00.0',
        utilizationPct: null,
        memoryUsedMib: null,
        memoryTotalMib: null,
        temperatureC: null,
        ecc: 'Enabled',
      },
    ]);
  });

  it('reads the table of 2.4: wider, a performance state beside the type, ECC in words', () => {
    expect(devicesOf(parse(table24))).toMatchObject([
      {
        index: 0,
        model: 'MTT T5000',
        memoryUsedMib: 30094,
        memoryTotalMib: 81920,
        temperatureC: 48,
        ecc: 'On-die, EDC',
      },
    ]);
  });

  it('reads `-q --json`: a key that ends in a blank, GiB, holes in the numbering', () => {
    expect(parse(json)).toMatchObject({ driverVersion: '3.3.5-server' });
    expect(devicesOf(parse(json))).toEqual([
      {
        index: 0,
        model: 'MTT T5000',
        uuid: '11112222-0000-0000-0000-000000000001',
        serial: 'MY1VE00001',
        busId: '00000000:2a:00.0',
        firmware: '3.4.8',
        memoryTotalMib: 81920,
        memoryUsedMib: 40960,
        memoryFreeMib: 40960,
        utilizationPct: 75,
        temperatureC: 42,
        powerW: 400.5,
        powerLimitW: 950,
        clockMhz: 1750,
        memoryClockMhz: 2500,
      },
      {
        index: 3,
        model: 'MTT T5000',
        uuid: '11112222-0000-0000-0000-000000000002',
        busId: '00000000:2b:00.0',
        memoryTotalMib: null,
        memoryUsedMib: null,
        utilizationPct: null,
        powerW: null,
        powerLimitW: 950,
      },
    ]);
    expect(devicesOf(parse(memoryOnly))).toEqual([{ index: 0, memoryUsedMib: 66325 }]);
  });

  it('reads `-q` as text', () => {
    expect(devicesOf(parse(text))).toMatchObject([
      { index: 0, busId: '00000000:04:00.0', model: 'MTT T80', memoryTotalMib: 16384, temperatureC: 49 },
    ]);
  });

  it('says that JSON was cut', () => {
    expect(parse(json.slice(0, json.indexOf('"Index": "3"')))).toMatchObject({ truncated: true });
  });
});

describe('probe', () => {
  it('keeps ids when it must fall back to the table', async () => {
    const full = await mthreads.inventory(toolsOf({ 'mthreads-gmi -q --json': json }));
    expect(full).toMatchObject({
      devices: [{ id: 'mthreads-0000:2a:00.0' }, { id: 'mthreads-0000:2b:00.0' }],
    });
    const table = await mthreads.telemetry(toolsOf({ 'mthreads-gmi': table24 }));
    expect(table).toMatchObject({ devices: [{ id: 'mthreads-0000:18:00.0' }] });
  });

  it('gives the card its own node and its render node', async () => {
    const tools = toolsOf(
      { 'mthreads-gmi -q --json': json },
      { '/sys/bus/pci/devices/0000:2b:00.0/drm': ['card4', 'renderD131'] },
    );
    const answer = await mthreads.inventory(tools);
    if (answer.status !== 'present') throw new Error(answer.reason);
    const nodes = [
      '/dev/mtgpu.0',
      '/dev/mtgpu.3',
      '/dev/dri/card4',
      '/dev/dri/renderD131',
      '/dev/dri/renderD128',
    ];
    expect(grantedNodes(mthreads, answer.devices.slice(1), nodes)).toEqual([
      '/dev/mtgpu.3',
      '/dev/dri/card4',
      '/dev/dri/renderD131',
    ]);
  });
});

it('invents nothing when its text is damaged', () => {
  expect(faultsUnderDamage(parse, [table114, table24, json, text])).toEqual([]);
});

it('reads a table whose blanks and blank lines a page changed (2.3.4, MPC)', () => {
  const text = `mthreads-gmi:2.3.4 Driver Version:2.9.9

---------------------------------------------------------------

ID Name |PCIe |%GPU Mem

Device Type |Pcie Lane Width |Temp MPC Capable

| ECC Mode

+-------------------------------------------------------------+

0 MTT S3100 |00000000:5e:00.0 |58% 30094MiB(32768MiB)

MPC Parent |16x(16x) |57C YES

| N/A

---------------------------------------------------------------
`;
  expect(mthreads.parse('mthreads-gmi', '-cf', text)).toEqual({
    status: 'present',
    devices: [
      {
        index: 0,
        model: 'MTT S3100',
        busId: '00000000:5e:00.0',
        utilizationPct: 58,
        memoryUsedMib: 30094,
        memoryTotalMib: 32768,
        temperatureC: 57,
        ecc: null,
      },
    ],
    processes: [],
    driverVersion: '2.9.9',
    toolVersion: '2.3.4',
  });
});

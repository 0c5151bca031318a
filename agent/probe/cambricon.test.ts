import { describe, expect, it } from 'vitest';
import { parseCambricon } from './cambricon.ts';

const table = (
  middle: string,
  last: string,
  cell: string,
  value: string,
): string => `+------------------------------------------------------------------------------+
| CNMON v6.1.1                                                   Driver v6.1.0 |
+-------------------------------+----------------------+-----------------------+
| Card  VF  Name       Firmware | ${middle} | Util        Ecc-Error |
| Fan   Temp      Pwr:Usage/Cap |         Memory-Usage | ${last} |
|===============================+======================+=======================|
| 2     /   MLU590 M9    v1.1.6 | ${cell} | 7%          3         |
| N/A   N/A       N/A / 350 W   |   512 MiB/ 98304 MiB | ${value} |
+-------------------------------+----------------------+-----------------------+

+------------------------------------------------------------------------------+
| Processes:                                                                   |
|  Card  MI  PID     Command Line                             MLU Memory Usage |
|==============================================================================|
|  2     /   31415   python3 train.py --x 1                            512 MiB |
+------------------------------------------------------------------------------+
`;

describe('table', () => {
  it('reads what the header names, and N/A as unknown', () => {
    expect(
      parseCambricon(table('Bus-Id', 'Mode     Compute-Mode', '0000:1A:00.0', 'FULL     Exclusive')),
    ).toEqual({
      status: 'present',
      devices: [
        {
          index: 2,
          model: 'MLU590 M9',
          firmware: 'v1.1.6',
          busId: '0000:1A:00.0',
          utilizationPct: 7,
          ecc: 3,
          temperatureC: null,
          powerW: null,
          powerLimitW: 350,
          memoryUsedMib: 512,
          memoryTotalMib: 98304,
          mode: 'FULL',
          computeMode: 'Exclusive',
        },
      ],
      toolVersion: 'v6.1.1',
      driverVersion: 'v6.1.0',
      processes: [{ device: 2, pid: 31415, name: 'python3 train.py --x 1', memoryUsedMib: 512 }],
    });
  });

  it('never takes virtual memory for memory', () => {
    const reading = parseCambricon(
      table('Inited        Driver', 'vMemory-Usage', 'On          v4.20.9', '10240 MiB/1048576 MiB'),
    );
    expect(reading).toMatchObject({ devices: [{ memoryTotalMib: 98304, busId: null }] });
  });
});

describe('info', () => {
  it('reads blocks of cards', () => {
    const text = `Card 0\n    Product Name : MLU370-M8\n    UUID : 5c1f\n    Health State : Good\n    PCI\n        Domain ID : 0\n        Bus num : 1a\n        Device : 0\n        Function : 0\n    Physical Memory Usage\n        Total : 42396 MiB\n        Used : 12 MiB\n    Virtual Memory Usage\n        Total : 1048576 MiB\n    Utilization\n        MLU Average : N/A\nCard 1\n    Product Name : MLU370-M8\n`;
    expect(parseCambricon(text)).toMatchObject({
      status: 'present',
      devices: [
        {
          index: 0,
          model: 'MLU370-M8',
          uuid: '5c1f',
          health: 'Good',
          busId: '0000:1a:00.0',
          memoryTotalMib: 42396,
          memoryUsedMib: 12,
          utilizationPct: null,
        },
        { index: 1, model: 'MLU370-M8' },
      ],
    });
  });

  it('reads the JSON file, and a cut one fails', () => {
    const text = JSON.stringify({
      CnmonInfo: [
        {
          CardNum: 1,
          ProductName: 'MLU370-X8',
          UUID: 'ab',
          PhysicalMemUsage: { Total: 23374, Used: 0 },
          Temperature: { Chip: 41 },
          Utilization: { MLUAverage: '3 %' },
        },
      ],
    });
    expect(parseCambricon(`log line\n${text}`)).toMatchObject({
      devices: [
        {
          index: 1,
          model: 'MLU370-X8',
          memoryTotalMib: 23374,
          memoryUsedMib: 0,
          temperatureC: 41,
          utilizationPct: 3,
        },
      ],
    });
    expect(parseCambricon(text.slice(0, -9)).status).toBe('failed');
  });
});

it.each([
  ['No MLU found', 'absent'],
  ['cnmon: initialization failed', 'failed'],
  ['', 'failed'],
  ['lorem', 'failed'],
])('%j is %s', (text, status) => expect(parseCambricon(text).status).toBe(status));

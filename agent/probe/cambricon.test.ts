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

describe('parts of a card', () => {
  const text = table('Bus-Id', 'SR-IOV   Compute-Mode', '0000:1A:00.0', 'Enabled  Default');
  const own = text.split('\n').slice(6, 8);
  const part = (number: number): string[] => [
    (own[0] ?? '').replace('2     / ', `2     ${number} `).replace(':00.0', `:00.${number}`),
    (own[1] ?? '').replace('512 MiB/ 98304', `${number}00 MiB/ 24576`),
  ];
  const border = '+-------------------------------+----------------------+-----------------------+';

  it('are no cards (5.x with SR-IOV)', () => {
    const rows = [...own, border, ...part(1), border, ...part(2), border, ...part(1)];
    const reading = parseCambricon(text.replace(own.join('\n'), rows.join('\n')));
    expect(reading).toMatchObject({
      status: 'present',
      devices: [
        {
          index: 2,
          memoryTotalMib: 98304,
          mig: [
            { index: 1, memoryUsedMib: 100, memoryTotalMib: 24576 },
            { index: 2, memoryUsedMib: 200, memoryTotalMib: 24576 },
          ],
        },
      ],
    });
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

  it('reads the sections of 5.x: health of the device, processes with their memory', () => {
    const text = `================CNMON v5.12.3================
Card 3
    Product Name                   : MLU370-Q9
    Health State                   :
        Device                     : Good
        Driver                     : Running
    Driver                         : v5.12.1
    Utilization                    :
        MLU Average                : 61 %
        MLU 0-3                    : 99 % 0 % 73 % 1 %
    Temperature                    :
        Board                      : 51 C
        Chip                       : 66 C
    Virtual Memory Usage           :
        Total                      : 1048576 MiB
    Physical Memory Usage          :
        Total                      : 23308 MiB
        Used                       : 17320 MiB
    Frequency                      :
        MLU                        : 1000 MHz
    PCI                            :
        Domain ID                  : 0000
        Bus num                    : 4f
        Device                     : 00
        Function                   : 0
    Processes                      :
        Process                    : 0
            PID                    : 40111
            cmdline                : /opt/run --fast
            MLU Memory Usage       : 15829 MiB
        Process                    : 1
            PID                    : 40222
`;
    expect(parseCambricon(text)).toEqual({
      status: 'present',
      devices: [
        {
          index: 3,
          model: 'MLU370-Q9',
          health: 'Good',
          utilizationPct: 61,
          temperatureC: 66,
          memoryTotalMib: 23308,
          memoryUsedMib: 17320,
          clockMhz: 1000,
          busId: '0000:4f:00.0',
        },
      ],
      driverVersion: 'v5.12.1',
      toolVersion: 'v5.12.3',
      processes: [
        { device: 3, pid: 40111, name: '/opt/run --fast', memoryUsedMib: 15829 },
        { device: 3, pid: 40222 },
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

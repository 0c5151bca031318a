/** The smaller outputs of xpu-smi, each named by its version; texts are ours. */
import { expect, it } from 'vitest';
import { intel } from './intel.ts';
import { devicesOf, faultsUnderDamage } from '../../test/probe/hostile.ts';

const parse = (text: string): ReturnType<typeof intel.parse> => intel.parse('xpu-smi', '', text);

const stats13 = `+-----------------------------+--------------------------------------------------------------------+
| Device ID                   | 1                                                                  |
+-----------------------------+--------------------------------------------------------------------+
| GPU Utilization (%)         | 12                                                                 |
| EU Array Active (%)         |                                                                    |
| Compute Engine Util (%)     | 3; Engine 0: 3                                                     |
+-----------------------------+--------------------------------------------------------------------+
| Mem Errors Correctable      | 5                                                                  |
| Mem Errors Uncorrectable    | 2                                                                  |
+-----------------------------+--------------------------------------------------------------------+
| GPU Power (W)               | 15                                                                 |
| GPU Frequency (MHz)         | Tile 0: 1600, Tile 1: 1550                                         |
| GPU Core Temperature (C)    | 41                                                                 |
| GPU Memory Temperature (C)  | N/A                                                                |
| GPU Memory Used (MiB)       | -1                                                                 |
| GPU Memory Util (%)         |                                                                    |
+-----------------------------+--------------------------------------------------------------------+
`;

const health13 = `+------------------------------+-------------------------------------------------------------------+
| Device ID                    | 0                                                                 |
+------------------------------+-------------------------------------------------------------------+
| 1. GPU Core Temperature      | Status: Ok                                                        |
|                              | Description: All temperature sensors are healthy.                 |
|                              | Throttle Threshold: 105 Celsius Degree                            |
+------------------------------+-------------------------------------------------------------------+
| 2. GPU Memory Temperature    | Status: Ok                                                        |
|                              | Throttle Threshold: 85  Celsius Degree                            |
+------------------------------+-------------------------------------------------------------------+
| 4. GPU Memory                | Status: Warning                                                   |
+------------------------------+-------------------------------------------------------------------+
| 5. Xe Link Port              | Status: Ok                                                        |
+------------------------------+-------------------------------------------------------------------+
`;

const ps13 = `PID       Command             DeviceID       SHR            MEM
12961     my tool             0              0              4096
12961     my tool             1              0              2047
`;

const topology13 = `         GPU 0/0|GPU 0/1|GPU 1/0|CPU Affinity
GPU 0/0 |S      |MDF    |XL*    |0-23,48-71
GPU 0/1 |MDF    |S      |XL16   |0-23,48-71
GPU 1/0 |XL*    |XL16   |S      |24-47,72-95
`;

const wrapped20 = `+----------------------------------------------+----------------------------+------------------------+
|            Intel XPU-SMI v2.0    Driver: 96E1802BAF    Level Zero: 1.32.0                          |
+----------------------------------------------+----------------------------+------------------------+
| GPU  Name                    Persistence-M   | Bus-Id            Disp.A   |   Volatile Uncorr. ECC |
| Fan              Temp  Pwr:Usage/Cap         | Memory-Usage               |   GPU-Util  Compute M. |
+----------------------------------------------+----------------------------+------------------------+
|   0  Intel(R) Arc(TM) T990   Off             | 0000:03:00.0      Off      |               Disabled |
|      Graphics                                |                            |                        |
| N/A               N/A  45W / 190W            | 3642MiB / 16288MiB         |      N/A       Default |
+----------------------------------------------+----------------------------+------------------------+
`;

it('reads statistics (1.3): what is empty or -1 is unknown, what is told of tiles is not the device', () => {
  expect(devicesOf(parse(stats13))).toEqual([
    {
      index: 1,
      utilizationPct: 12,
      eccUncorrected: 2,
      powerW: 15,
      temperatureC: 41,
      memoryTemperatureC: null,
      memoryUsedMib: null,
      memoryUsagePct: null,
    },
  ]);
});

it('reads health (1.3): the worst component, and the limit of the core', () => {
  expect(devicesOf(parse(health13))).toEqual([{ index: 0, health: 'Warning', temperatureLimitC: 105 }]);
});

it('reads processes in kB and the matrix of tiles (1.3)', () => {
  expect(parse(ps13)).toMatchObject({
    processes: [
      { device: 0, pid: 12961, name: 'my tool', memoryUsedMib: 4 },
      { device: 1, pid: 12961, memoryUsedMib: 1 },
    ],
  });
  expect(parse(topology13)).toMatchObject({
    topology: {
      links: { 'GPU0/0': { 'GPU0/0': 'X', 'GPU0/1': 'MDF', 'GPU1/0': 'XL*' } },
      cpuAffinity: { 'GPU1/0': '24-47,72-95' },
    },
  });
});

it('reads a name that goes on in a row of its own (2.0)', () => {
  expect(devicesOf(parse(wrapped20))).toMatchObject([
    {
      model: 'Intel(R) Arc(TM) T990 Graphics',
      temperatureC: null,
      powerW: 45,
      powerLimitW: 190,
      memoryUsedMib: 3642,
      memoryTotalMib: 16288,
      utilizationPct: null,
    },
  ]);
});

it('invents nothing when its text is damaged', () => {
  expect(faultsUnderDamage(parse, [stats13, health13, ps13, topology13])).toEqual([]);
  // The name is put together from two rows.
  expect(faultsUnderDamage(parse, [wrapped20], { composed: ['model'] })).toEqual([]);
});

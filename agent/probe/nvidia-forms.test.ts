/** Forms of nvidia-smi that older and newer drivers print, each named by the driver that prints it; texts are ours. */
import { describe, expect, it } from 'vitest';
import { parseNvidia } from './nvidia.ts';
import type { Reading } from './probe.ts';
import { devicesOf, faultsUnderDamage } from '../../test/probe/hostile.ts';

const processesOf = (reading: Reading): unknown =>
  reading.status === 'present' ? reading.processes : undefined;

const table340 = `Fri Mar  3 10:11:12 2017
+------------------------------------------------------+
| NVIDIA-SMI 340.99     Driver Version: 340.99         |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
|   0  GeForce TT 77       Off  | 0000:02:00.0     N/A |                  N/A |
| 31%   38C    P8    N/A /  N/A |    577MiB /  3071MiB |     N/A      Default |
+-------------------------------+----------------------+----------------------+
|   1  Tesla T99           Off  | 0000:03:00.0     Off |                    0 |
| N/A   44C    P0    61W / 225W |    905MiB /  4799MiB |     97%   E. Process |
+-------------------------------+----------------------+----------------------+

+-----------------------------------------------------------------------------+
| Compute processes:                                               GPU Memory |
|  GPU       PID  Process name                                     Usage      |
|=============================================================================|
|    0            Not Supported                                               |
|    1      8080  ./solve --grid 9                                    893MiB  |
+-----------------------------------------------------------------------------+
WARNING: infoROM is corrupted at gpu 0000:03:00.0
`;

const table310 = `+------------------------------------------------------+
| NVIDIA-SMI 4.310.99   Driver Version: 310.99         |
|-------------------------------+----------------------+----------------------+
| GPU  Name                     | Bus-Id        Disp.  | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap| Memory-Usage         | GPU-Util  Compute M. |
|===============================+======================+======================|
|   0  Tesla T99                | 0000:03:00.0     Off |                    0 |
| N/A   26C    P8    16W / 225W |   2%   96MB / 4799MB |      0%      Default |
+-------------------------------+----------------------+----------------------+
`;

const guests470 = `+-----------------------------------------------------------------------------+
| NVIDIA-SMI 470.99                 Driver Version: 470.99                    |
|---------------------------------+------------------------------+------------+
| GPU  Name                       | Bus-Id                       | GPU-Util   |
|      vGPU ID    Name            | VM ID    VM Name             | vGPU-Util  |
|=================================+==============================+============|
|   0  Tesla T44                  | 00000000:3B:00.0             |   7%       |
|      3251634213  GRID T44-8Q    | 2f1e  one                    |      6%    |
|      3251634214  GRID T44-8Q    | 2f1f  two                    |      1%    |
+---------------------------------+------------------------------+------------+
|   1  Tesla T44                  | 00000000:AF:00.0             |   0%       |
+---------------------------------+------------------------------+------------+
`;

const pmon590 = `# gpu         pid   type     sm    mem    enc    dec    jpg    ofa     fb   ccpm    command
# Idx           #    C/G      %      %      %      %      %      %     MB     MB    name
    0     209414     C     92     52      -      -      -      -  70480      0    train: rank 0
    1          -     -      -      -      -      -      -      -      -      -    -
    0     209414     C     93     50      -      -      -      -  70482      0    train: rank 0
`;

const dmonCsv550 = `#Date, Time, gpu, pwr, gtemp, mtemp, sm, mem
#YYYYMMDD, HH:MM:SS, Idx, W, C, C, %, %
20240606, 10:00:01, 0, 31, 34, -, 0, 0
20240606, 10:00:02, 0, 32, 35, -, 5, 1
`;

const full = (reasons: string, rest: string): string => `==============NVSMI LOG==============

Timestamp                       : Tue Nov 20 13:09:57 2012
Driver Version                  : 304.99

Attached GPUs                   : 2
GPU 0000:03:00.0
    Product Name                : Tesla T99
    VBIOS Version               : 80.10.11.00.0B
    ${reasons}
        Idle                    : Active
        SW Power Cap            : Active
        HW Slowdown             : Not Active
            HW Thermal Slowdown : Active
    Memory Usage
        Total                   : 4799 MB
        Used                    : 13 MB
        Free                    : 4786 MB
    Temperature
        Gpu                     : 32 C
        GPU T.Limit Temp        : 48 C
${rest}`;
const full304 = full('Clocks Throttle Reasons', '    Compute Processes           : None\n');

describe('tables', () => {
  it('of 340 list processes without a type, and a warning may follow them', () => {
    const reading = parseNvidia('', table340);
    expect(reading).toMatchObject({ status: 'present', driverVersion: '340.99' });
    expect(reading).not.toHaveProperty('truncated');
    expect(devicesOf(reading)).toMatchObject([
      { index: 0, busId: '0000:02:00.0', utilizationPct: null, powerW: null },
      { index: 1, computeMode: 'E. Process', health: 'error: infoROM is corrupted' },
    ]);
    expect(processesOf(reading)).toEqual([
      { device: 1, pid: 8080, name: './solve --grid 9', memoryUsedMib: 893 },
    ]);
  });

  it('of 310 have a share before the memory', () => {
    expect(devicesOf(parseNvidia('', table310))).toMatchObject([
      { index: 0, model: 'Tesla T99', memoryUsedMib: 96, memoryTotalMib: 4799, utilizationPct: 0 },
    ]);
  });

  it('of `vgpu` (470) list GPUs, not their guests', () => {
    expect(devicesOf(parseNvidia('vgpu', guests470))).toEqual([
      { index: 0, model: 'Tesla T44', busId: '00000000:3B:00.0', utilizationPct: 7 },
      { index: 1, model: 'Tesla T44', busId: '00000000:AF:00.0', utilizationPct: 0 },
    ]);
  });
});

describe('scrolling tables', () => {
  it('of pmon (590) give each process once, with its memory', () => {
    const reading = parseNvidia('pmon -s um', pmon590);
    expect(devicesOf(reading)).toEqual([{ index: 0 }, { index: 1 }]);
    expect(processesOf(reading)).toEqual([
      { device: 0, pid: 209414, name: 'train: rank 0', memoryUsedMib: 70482 },
    ]);
  });

  it('of dmon may have commas and a date (550)', () => {
    expect(devicesOf(parseNvidia('dmon -o DT --format csv', dmonCsv550))).toEqual([
      {
        index: 0,
        samples: 2,
        last: { powerW: 32, temperatureC: 35, memoryTemperatureC: null, utilizationPct: 5, mem: 1 },
      },
    ]);
  });
});

describe('full text', () => {
  it('of 304 has other names for memory, temperature and the last block, and one GPU of two when it was asked for', () => {
    const device = {
      index: 0,
      memoryTotalMib: 4799,
      memoryUsedMib: 13,
      memoryFreeMib: 4786,
      temperatureC: 32,
      temperatureMarginC: 48,
      firmware: '80.10.11.00.0B',
      throttleReasons: ['sw_power_cap', 'hw_thermal_slowdown'],
    };
    const asked = parseNvidia('-q -i 0', full304);
    expect(devicesOf(asked)).toMatchObject([device]);
    expect(asked).not.toHaveProperty('truncated');
    expect(parseNvidia('', full304), 'nobody knows whether one was asked for').toMatchObject({
      devices: [device],
      truncated: true,
    });
    expect(parseNvidia('', full('Clocks Event Reasons', '')), 'cut within the first').toMatchObject({
      status: 'failed',
    });
  });

  it('of a lost GPU is the error that it prints', () => {
    const text =
      '==============NVSMI LOG==============\n\nUnable to determine the device handle for GPU 0000:02:00.0: GPU is lost\n';
    expect(parseNvidia('-q', text)).toEqual({ status: 'failed', reason: 'a GPU is lost (fell off the bus)' });
  });
});

describe('link matrices', () => {
  it('have network cards of any name among their columns (550)', () => {
    const text =
      '\t[4mGPU0\tGPU1\tmlx5_bond_0\tbnxt_re0\tCPU Affinity\tNUMA Affinity[0m\n' +
      'GPU0\t X \tNV18\tPIX\tSYS\t0-47\t0\nGPU1\tNV18\t X \tNODE\tSYS\t48-95\t1\nbnxt_re0\tSYS\tSYS\tSYS\t X \n';
    expect(parseNvidia('topo -m', text)).toMatchObject({
      topology: {
        devices: ['GPU0', 'GPU1'],
        links: { GPU0: { GPU0: 'X', GPU1: 'NV18' } },
        cpuAffinity: { GPU0: '0-47', GPU1: '48-95' },
        numaAffinity: { GPU1: '1' },
      },
    });
  });
});

describe('queries', () => {
  it('have their columns from the command that was pasted above them', () => {
    const text =
      '$ nvidia-smi --query-gpu=index,memory.used,memory.total --format=csv,noheader\n1, 15 MiB, 24576 MiB\n';
    expect(devicesOf(parseNvidia('', text))).toEqual([
      { index: 1, memoryUsedMib: 15, memoryTotalMib: 24576 },
    ]);
  });

  it('have a column for each throttle reason (535)', () => {
    const text =
      'index, clocks_event_reasons.hw_slowdown, clocks_event_reasons.sw_power_cap, clocks_event_reasons_counters.sw_power_cap [us]\n' +
      '0, Not Active, Active, 12 us\n1, [N/A], [N/A], [N/A]\n';
    expect(devicesOf(parseNvidia('', text))).toEqual([
      { index: 0, throttleReasons: ['sw_power_cap'] },
      { index: 1 },
    ]);
  });

  it('of remapped rows print counts for yes and no (550)', () => {
    const text =
      'gpu_name, gpu_bus_id, remapped_rows.failure, remapped_rows.pending\nNVIDIA T9, 00000000:04:00.0, 1, 0\n';
    expect(devicesOf(parseNvidia('', text))).toMatchObject([
      { busId: '00000000:04:00.0', remapFailure: true, remapPending: false },
    ]);
  });

  it('of processes keep a name that holds a comma (Windows, 551)', () => {
    const text =
      'pid, process_name, used_gpu_memory [MiB]\n77, C:\\Some, where\\app.exe, [N/A]\n78, b.exe, 12 MiB\n';
    expect(processesOf(parseNvidia('', text))).toEqual([
      { device: null, pid: 77, name: 'C:\\Some, where\\app.exe', memoryUsedMib: null },
      { device: null, pid: 78, name: 'b.exe', memoryUsedMib: 12 },
    ]);
  });

  it('of clocks list no devices', () => {
    for (const text of [
      'memory [MHz], graphics [MHz]\n1215 MHz, 1410 MHz\n',
      'gpu_name, graphics [MHz]\nT9, 7 MHz\n',
    ])
      expect(parseNvidia('', text)).toMatchObject({ status: 'failed' });
  });

  it('without names have the index first, where it can be one', () => {
    const rows = [1, 2, 5].map((at) => `${at}, NVIDIA T9, 00000000:0${at}:00.0, 5 MiB\n`).join('');
    expect(devicesOf(parseNvidia('', rows)).map(({ index }) => index)).toEqual([1, 2, 5]);
    const loads = '40, NVIDIA T9, 00000000:01:00.0\n40, NVIDIA T9, 00000000:02:00.0\n';
    expect(devicesOf(parseNvidia('', loads)).map(({ index }) => index)).toEqual([null, null]);
  });
});

it.each([
  ['No supported GPUs were found\n', 'absent'],
  ['Failed to initialize NVML: GPU access blocked by the operating system\n', 'failed'],
  ['Unable to determine the device handle for GPU2: Unknown Error\n', 'failed'],
])('%j is %s', (text, status) => expect(parseNvidia('', text)).toMatchObject({ status }));

it('names a lost GPU by its number where no address is printed (525)', () => {
  const text =
    'Unable to determine the device handle for GPU2: Unknown Error\nGPU 0: NVIDIA T9 (UUID: GPU-1)\n';
  expect(parseNvidia('-L', text)).toMatchObject({ lost: ['2'], devices: [{ index: 0 }] });
});

it('invents nothing when its text is damaged', () => {
  const texts = [table340, table310, guests470, pmon590, dmonCsv550, full304];
  expect(faultsUnderDamage((text) => parseNvidia('', text), texts)).toEqual([]);
});

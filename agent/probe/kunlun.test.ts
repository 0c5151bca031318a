import { describe, expect, it } from 'vitest';
import { kunlun } from './kunlun.ts';
import { devicesOf, faultsUnderDamage, toolsOf } from '../../test/probe/hostile.ts';
import { grantedNodes } from '../../test/probe/grants.ts';

const parse = (text: string): ReturnType<typeof kunlun.parse> => kunlun.parse('xpu_smi', '', text);

const old = `Runtime Version: 4.31
Driver Version: 4.0
  DEVICES
-------------------------------------------------------------------------------------------
| DevID |   PCI Addr   | Model |   SN   |    INODE   | UseRate |    L3     |    Memory    |
-------------------------------------------------------------------------------------------
|     0 | 0000:53:00.0 | R999  | 02K001 | /dev/xpu4  |     7 % | 1 / 63 MB | 9 / 32768 MB |
|     1 | 0000:56:00.0 | R999  | 02K002 | /dev/xpu5  |   N/A   | 0 / 63 MB | 0 / 32768MB  |
-------------------------------------------------------------------------------------------
  VIDEO
-----------------------------------------------------------------------------------
| DevID | Model |         DEC         |         ENC         |       IMGPROC       |
-----------------------------------------------------------------------------------
|     0 |  R999 | 0 %, 0 fps, 800 MHz | 0 %, 0 fps, 800 MHz | 0 %, 0 fps, 800 MHz |
|     1 |  R999 | 0 %, 0 fps, 800 MHz | 0 %, 0 fps, 800 MHz | 0 %, 0 fps, 800 MHz |
-----------------------------------------------------------------------------------
  PROCESSES
-------------------------------------------------
| DevID | PID | Streams | L3 | Memory | Command |
-------------------------------------------------
|     1 | 991 |       1 |  0 | 512 MB | python  |
-------------------------------------------------
`;

/** Two devices of one board: one address, one serial. */
const board = `Driver Version: 4.0
  DEVICES
--------------------------------------------------------------------------------------------------------------
| DevID |   PCI Addr   | Model |     SN    |    INODE   | State | UseRate |    L3     |   Memory    | Power(W) | Temp |
--------------------------------------------------------------------------------------------------------------
|     0 | 0000:86:00.0 | K999  | 00007a136 | /dev/xpu0  |     N |     0 % | 0 / 16 MB | 0 / 8064 MB |       37 |   41 |
|     1 | 0000:86:00.0 | K999  | 00007a136 | /dev/xpu1  |     E |     0 % | 0 / 16 MB | 0 / 8064 MB |       37 |   39 |
--------------------------------------------------------------------------------------------------------------
`;

const table5 = `Wed Jun 25 19:45:10 2025
+-----------------------------------------------------------------------------+
| XPU-SMI               Driver Version: 5.0.21.21    XPU-RT Version: N/A      |
|-------------------------------+----------------------+----------------------+
| XPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | XPU-Util  Compute M. |
|                               |             L3-Usage |            SR-IOV M. |
|===============================+======================+======================|
|   0  P999 OAM           N/A   | 00000000:03:00.0 N/A |                    0 |
| N/A   39C  N/A     91W / 400W |  31058MiB / 98304MiB |     17%      Default |
|                               |      5MiB /    96MiB |             Disabled |
+-------------------------------+----------------------+----------------------+
|   1  P999 OAM           N/A   | 00000000:16:00.0 N/A |                  N/A |
| N/A   N/A  N/A     N/A / 400W |      0MiB / 98304MiB |      0%      Default |
|                               |      0MiB /    96MiB |             Disabled |
+-------------------------------+----------------------+----------------------+

+-----------------------------------------------------------------------------+
| Processes:                                                                  |
|  XPU   XI   CI        PID   Type   Process name                  XPU Memory |
|        ID   ID                                                   Usage      |
|=============================================================================|
|    0   N/A  N/A    123456      C   python -u serve.py              30958MiB |
+-----------------------------------------------------------------------------+
`;

const full = `==============XPUSMI LOG==============

Timestamp                                 : Tue Feb  3 18:20:01 2026
Driver Version                            : 5.0.21.26
XPU-RT Version                            : 10.2

Attached XPUs                             : 1
XPU 00000000:01:00.0
    Product Name                          : P999 PCIe
    Product Architecture                  : KL3
    Serial Number                         : 02K0000000000007
    XPU UUID                              : GPU-42070000-0000-0000-0000-000000000001
    Minor Number                          : 2
    PCI
        Bus                               : 0x01
        Bus Id                            : 00000000:01:00.0
    Memory Usage
        Total                             : 98304 MiB
        Used                              : 12 MiB
        Free                              : 98292 MiB
    L3 Usage
        Total                             : 96 MiB
        Used                              : 3 MiB
    Utilization
        Xpu                               : 4 %
    Ecc Mode
        Current                           : Enabled
    ECC Errors
        Volatile
            DRAM Uncorrectable            : 1
        Aggregate
            DRAM Uncorrectable            : 2
    Temperature
        XPU Current Temp                  : 46 C
    Power Readings
        Enforced Power Limit              : 350.00 W
        Power Draw                        : 76.00 W
`;

const machine = `00000000:03:00.0 0 0 02K0000000000304 36 0 0 0 86 1450 1450 1450 1450 1450 1450 2 96 90440 98304 7 1.0:2.6:1.39.1.7 "P999 OAM" 0 0 0 0
00000000:05:00.0 1 1 02K000000000030V 39 0 0 0 86 1450 1450 1450 1450 1450 1450 2 96 98304 90440 0 1.0:2.6:1.39.1.7 "P999 OAM" 0 0 0 0
`;

describe('xpu_smi', () => {
  it('reads the three tables of the old tool: VIDEO adds nothing, L3 is not the memory', () => {
    expect(parse(old)).toMatchObject({
      driverVersion: '4.0',
      runtimeVersion: '4.31',
      processes: [{ device: 1, pid: 991, name: 'python', memoryUsedMib: 512 }],
    });
    expect(devicesOf(parse(old))).toEqual([
      {
        index: 0,
        busId: '0000:53:00.0',
        model: 'R999',
        serial: '02K001',
        deviceNode: '/dev/xpu4',
        utilizationPct: 7,
        memoryUsedMib: 9,
        memoryTotalMib: 32768,
      },
      {
        index: 1,
        busId: '0000:56:00.0',
        model: 'R999',
        serial: '02K002',
        deviceNode: '/dev/xpu5',
        utilizationPct: null,
        memoryUsedMib: 0,
        memoryTotalMib: 32768,
      },
    ]);
  });

  it('reads the columns that later versions add', () => {
    expect(devicesOf(parse(board))).toMatchObject([
      { index: 0, health: 'N', powerW: 37, temperatureC: 41 },
      { index: 1, health: 'E', powerW: 37, temperatureC: 39 },
    ]);
  });

  it('reads the table of 5.0: a third line for L3, processes with instance ids', () => {
    expect(parse(table5)).toMatchObject({
      driverVersion: '5.0.21.21',
      runtimeVersion: null,
      processes: [{ device: 0, pid: 123456, name: 'python -u serve.py', memoryUsedMib: 30958 }],
    });
    expect(devicesOf(parse(table5))).toMatchObject([
      {
        index: 0,
        model: 'P999 OAM',
        memoryUsedMib: 31058,
        memoryTotalMib: 98304,
        utilizationPct: 17,
        eccUncorrected: 0,
      },
      { index: 1, temperatureC: null, powerW: null, powerLimitW: 400, eccUncorrected: null },
    ]);
  });

  it('reads `-q`, where L3 and the sums of errors have the same names', () => {
    expect(parse(full)).toMatchObject({ runtimeVersion: '10.2' });
    expect(devicesOf(parse(full))).toEqual([
      {
        position: 0,
        busId: '00000000:01:00.0',
        model: 'P999 PCIe',
        uuid: 'GPU-42070000-0000-0000-0000-000000000001',
        serial: '02K0000000000007',
        minorNumber: 2,
        architecture: 'KL3',
        memoryTotalMib: 98304,
        memoryUsedMib: 12,
        memoryFreeMib: 98292,
        utilizationPct: 4,
        eccEnabled: true,
        eccUncorrected: 1,
        temperatureC: 46,
        powerLimitW: 350,
        powerW: 76,
      },
    ]);
  });

  it('reads `-m` only where everything that can be checked fits', () => {
    expect(devicesOf(parse(machine))).toEqual([
      {
        index: 0,
        busId: '00000000:03:00.0',
        model: 'P999 OAM',
        serial: '02K0000000000304',
        temperatureC: 36,
        powerW: 86,
        firmware: '1.0:2.6:1.39.1.7',
        memoryUsedMib: 90440,
        memoryTotalMib: 98304,
        utilizationPct: 7,
      },
    ]);
  });

  it('reads `-L`, and leaves the tool of the same name to Intel', () => {
    expect(devicesOf(parse('XPU 0: 00000000:21:00.0\nXPU 1: P999 OAM (UUID: GPU-1)'))).toEqual([
      { index: 0, busId: '00000000:21:00.0' },
      { index: 1, model: 'P999 OAM', uuid: 'GPU-1' },
    ]);
    expect(kunlun.parse('xpu-smi', '', '{"device_list": [{"device_id": 0}]}')).toMatchObject({
      status: 'absent',
    });
  });
});

describe('probe', () => {
  it('parts two devices of one board by their index, and judges by the state', async () => {
    const answer = await kunlun.inventory(toolsOf({ xpu_smi: board }));
    if (answer.status !== 'present') throw new Error(answer.reason);
    expect(answer.devices.map(({ id, health }) => [id, health])).toEqual([
      ['kunlun-0000:86:00.0-0', 'ok'],
      ['kunlun-0000:86:00.0-1', 'failed'],
    ]);
    const nodes = ['/dev/xpuctrl', '/dev/xpu0', '/dev/xpu1'];
    expect(grantedNodes(kunlun, answer.devices.slice(1), nodes)).toEqual(['/dev/xpuctrl', '/dev/xpu1']);
  });

  it("asks `xpu-smi` only where the bus shows Kunlunxin's cards", async () => {
    const bus = {
      '/sys/bus/pci/devices': ['0000:03:00.0'],
      '/sys/bus/pci/devices/0000:03:00.0/vendor': '0x1d22\n',
      '/sys/bus/pci/devices/0000:03:00.0/class': '0x120000\n',
    };
    expect(await kunlun.telemetry(toolsOf({ 'xpu-smi': table5 }, bus))).toMatchObject({ status: 'present' });
    expect(await kunlun.telemetry(toolsOf({ 'xpu-smi': table5 }))).toMatchObject({ status: 'absent' });
  });
});

it('invents nothing when its text is damaged', () => {
  expect(faultsUnderDamage(parse, [old, board, table5, full, machine])).toEqual([]);
});

it('reads the processes of -q (5.x)', () => {
  const text = `Attached XPUs : 1
XPU 00000000:4E:00.0
    Product Name : P801
    Memory Usage
        Total : 98304 MiB
        Used : 4321 MiB
    Processes
        Process ID : 60001
            Type : C
            Name : python3 -m serve
            Used XPU Memory : 4300 MiB
        Process ID : 60002
            Name : N/A
`;
  expect(kunlun.parse('xpu-smi', '-q', text)).toMatchObject({
    devices: [{ busId: '00000000:4E:00.0', memoryUsedMib: 4321 }],
    processes: [
      { device: '00000000:4E:00.0', pid: 60001, name: 'python3 -m serve', memoryUsedMib: 4300 },
      { device: '00000000:4E:00.0', pid: 60002, name: null },
    ],
  });
});

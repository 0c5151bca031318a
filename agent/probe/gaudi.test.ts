import { describe, expect, it } from 'vitest';
import { gaudi } from './gaudi.ts';
import { devicesOf, faultsUnderDamage, toolsOf } from '../../test/probe/hostile.ts';
import { grantedNodes } from '../../test/probe/grants.ts';

const parse = (text: string, args = ''): ReturnType<typeof gaudi.parse> => gaudi.parse('hl-smi', args, text);

const table14 = `+-----------------------------------------------------------------------------+
| HL-SMI Version:                            hl-1.4.1-rc-fw-35.0.2.0          |
| Driver Version:                                      1.4.0-d8f95f4          |
|-------------------------------+----------------------+----------------------+
| AIP  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | AIP-Util  Compute M. |
|===============================+======================+======================|
|   3  HL-205              N/A  | 0000:20:1d.0     N/A |                   4  |
| N/A   35C   N/A   102W / 350W |    512Mib / 32768Mib |     2%           N/A |
|-------------------------------+----------------------+----------------------+
| Compute Processes:                                               AIP Memory |
|  AIP       PID   Type   Process name                             Usage      |
|=============================================================================|
|   3       1234     C    python train.py                          100MiB     |
+=============================================================================+
`;

const table122 = `+-----------------------------------------------------------------------------+
| HL-SMI Version:                              hl-1.22.1-fw-61.4.2.1          |
| Driver Version:                                     1.22.0-5f8fa9f          |
| Nic Driver Version:                                 1.22.0-0000000          |
|-------------------------------+----------------------+----------------------+
| AIP  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncor-Events|
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | AIP-Util  Compute M. |
|===============================+======================+======================|
|   0  HL-325L             N/A  | 0000:21:00.0     N/A |                   0  |
| N/A   43C   N/A   264W / 900W |    672MiB / 131072MiB |     0%           N/A|
|-------------------------------+----------------------+----------------------+
`;

const fields =
  'index,uuid,name,bus_id,driver_version,memory.total,memory.used,memory.free,power.draw,power.max,temperature.aip,utilization.aip';
const command = `hl-smi -Q ${fields} -f csv,noheader`;
const csv = `1, 01P0-HL2080A0-15-TEST-01, HL-225, 0000:b4:00.0, 1.17.1-78932ae, 98304 MiB, 768 MiB, 97536 MiB, 85 W, 600 W, 28 C, 0 %
0, 01P0-HL2080A0-15-TEST-00, HL-225, 0000:4d:00.0, 1.17.1-78932ae, 98304 MiB, N/A, 97536 MiB, 95 W, 600 W, 31 C, 12 %
`;

const blocks = `================ HL-SMI LOG ================
Driver Version                          : 1.12.1-cb7a7bc
HL-SMI Version                          : hl-1.12.1-fw-46.0.5.0 (Oct 19 2023 - 01:19:50)

Attached AIPs                           : 1

[0] AIP (accel5) 0000:43:00.0
        Product Name                    : HL-225
        Serial Number                   : AM50000001
        Module status                   : Operational
        AIP UUID                        : 01P0-HL2080A0-15-TEST-00
        Firmware [SPI] Version          : Preboot version hl-gaudi2-1.12.1-fw-46.0.5-sec-6
        PCI
                Bus Id                  : 0000:43:00.0
        Memory Usage
                Total                   : 98304 MB
                Used                    : 768 MB
                Free                    : 97536 MB
        Power Readings (54V PSU)
                Power Draw              : 50 W
                Power Limit             : 550 W
        Power Readings (12V PSU)
                Power Draw              : 31 W
`;

describe('hl-smi', () => {
  it('reads the table of 1.4 (`Mib`) and of 1.22 (`Uncor-Events`, a row that is too wide)', () => {
    expect(parse(table14)).toMatchObject({
      driverVersion: '1.4.0-d8f95f4',
      processes: [{ device: 3, pid: 1234, name: 'python train.py', memoryUsedMib: 100 }],
    });
    expect(devicesOf(parse(table14))).toMatchObject([
      {
        index: 3,
        model: 'HL-205',
        busId: '0000:20:1d.0',
        memoryUsedMib: 512,
        memoryTotalMib: 32768,
        eccUncorrected: 4,
      },
    ]);
    expect(parse(table122)).toMatchObject({ driverVersion: '1.22.0-5f8fa9f' });
    expect(devicesOf(parse(table122))).toEqual([
      {
        index: 0,
        model: 'HL-325L',
        busId: '0000:21:00.0',
        memoryUsedMib: 672,
        memoryTotalMib: 131072,
        utilizationPct: 0,
        temperatureC: 43,
        powerW: 264,
        powerLimitW: 900,
        eccUncorrected: 0,
        computeMode: null,
      },
    ]);
  });

  it('reads queries in the order in which they list the cards', () => {
    const reading = parse(csv, `-Q ${fields} -f csv,noheader`);
    expect(reading).toMatchObject({ driverVersion: '1.17.1-78932ae' });
    expect(devicesOf(reading)).toMatchObject([
      { index: 1, uuid: '01P0-HL2080A0-15-TEST-01', memoryUsedMib: 768, temperatureC: 28, powerLimitW: 600 },
      { index: 0, uuid: '01P0-HL2080A0-15-TEST-00', memoryUsedMib: null, utilizationPct: 12, powerW: 95 },
    ]);
    const again = parse(`${csv}${csv.replaceAll('768', '999')}`, `-Q ${fields} -f csv,noheader`);
    expect(devicesOf(again), 'of a looping query the last row counts').toMatchObject([
      { index: 1, memoryUsedMib: 999 },
      { index: 0 },
    ]);
  });

  it('reads of rows that nobody named what says itself what it is, and the place of cards without an index', () => {
    expect(devicesOf(parse('5, HL-225, 0000:b4:00.0, 285\n1, HL-225, 0000:4d:00.0, 310\n'))).toEqual([
      { index: 5, model: 'HL-225', busId: '0000:b4:00.0' },
      { index: 1, model: 'HL-225', busId: '0000:4d:00.0' },
    ]);
    expect(parse('7, 8\n9, 10\n')).toMatchObject({ status: 'failed' });
    expect(
      devicesOf(parse('module_id, serial, bus_id\n2, AM1, 0000:19:00.0\n6, AM2, 0000:b3:00.0\n')),
    ).toEqual([
      { serial: 'AM1', busId: '0000:19:00.0', position: 0 },
      { serial: 'AM2', busId: '0000:b3:00.0', position: 1 },
    ]);
  });

  it('reads clocks, throttle reasons and replaced rows of `-q` (1.12)', () => {
    const text = `[0] AIP (accel0) 0000:43:00.0
        Clocks Throttle Reasons
                HW Slowdown             : Not Active
                        Thermal Slowdown
                                        : Active
        Clocks
                [1] soc                 : 1650 MHz
        Replaced Rows
                Single Bit ECC          : 0
                Pending                 : Yes
`;
    expect(devicesOf(parse(text))).toMatchObject([
      { index: 0, clockMhz: 1650, throttleReasons: ['thermal_slowdown'], remapPending: true },
    ]);
  });

  it('could not look where the driver is not loaded', () => {
    expect(parse('habanalabs driver is not loaded or no AIPs available, aborting...')).toMatchObject({
      status: 'failed',
    });
  });

  it('takes bare numbers that are too large for MiB as bytes', () => {
    expect(
      devicesOf(parse('index, memory.total [MiB], memory.used\n0, 103079215104, 805306368')),
    ).toMatchObject([{ index: 0, memoryTotalMib: 98304, memoryUsedMib: 768 }]);
  });

  it('reads `-L`, whose two power supplies have no sum', () => {
    expect(devicesOf(parse(blocks))).toEqual([
      {
        index: 0,
        busId: '0000:43:00.0',
        deviceNode: '/dev/accel/accel5',
        model: 'HL-225',
        uuid: '01P0-HL2080A0-15-TEST-00',
        serial: 'AM50000001',
        health: 'Operational',
        firmware: 'Preboot version hl-gaudi2-1.12.1-fw-46.0.5-sec-6',
        memoryTotalMib: 98304,
        memoryUsedMib: 768,
        memoryFreeMib: 97536,
      },
    ]);
  });
});

describe('probe', () => {
  it('gives the nodes that the kernel has for the address', async () => {
    const tools = toolsOf(
      { [command]: csv },
      { '/sys/bus/pci/devices/0000:4d:00.0/accel': ['accel5', 'accel_controlD5'] },
    );
    const answer = await gaudi.inventory(tools);
    if (answer.status !== 'present') throw new Error(answer.reason);
    expect(answer.devices.map(({ id }) => id)).toEqual(['gaudi-0000:4d:00.0', 'gaudi-0000:b4:00.0']);
    const nodes = ['/dev/accel/accel0', '/dev/accel/accel5', '/dev/accel/accel_controlD5'];
    expect(grantedNodes(gaudi, answer.devices.slice(0, 1), nodes)).toEqual(nodes.slice(1));
  });

  it('falls back to the table, with the same ids, where the query is not known', async () => {
    const tools = toolsOf({ 'hl-smi': table122 });
    expect(await gaudi.telemetry(tools)).toMatchObject({
      devices: [{ id: 'gaudi-0000:21:00.0', health: 'ok' }],
    });
    expect(tools.ran).toEqual([command, 'hl-smi']);
  });

  it('cuts its stream into samples: the first when a card comes again, the others at once', () => {
    const stream = gaudi.stream;
    if (stream === undefined) throw new Error('no stream');
    expect(stream.args(1000).slice(-2)).toEqual(['-l', '1']);
    const first = stream.split(csv);
    expect(first.samples).toEqual([]);
    const second = stream.split(`${first.rest}${csv}${csv.slice(0, 40)}`);
    expect(second.samples).toEqual([csv, csv]);
    const third = stream.split(`${second.rest}${csv.slice(40)}`);
    expect(third.samples).toEqual([csv]);
    expect(devicesOf(stream.parse(third.samples[0] ?? ''))).toHaveLength(2);
  });
});

it('invents nothing when its text is damaged', () => {
  expect(faultsUnderDamage(parse, [table14, table122, blocks], { composed: ['deviceNode'] })).toEqual([]);
  expect(faultsUnderDamage((text) => parse(text, command), [csv])).toEqual([]);
});

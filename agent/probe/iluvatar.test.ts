import { describe, expect, it } from 'vitest';
import { iluvatar } from './iluvatar.ts';
import { devicesOf, faultsUnderDamage, toolsOf } from '../../test/probe/hostile.ts';
import { granted, grantedNodes, grantHost, refusalOf } from '../../test/probe/grants.ts';

const parse = (text: string, args = ''): ReturnType<typeof iluvatar.parse> =>
  iluvatar.parse('ixsmi', args, text);

const table = `Timestamp    Tue Jan  7 10:00:00 2025
+-----------------------------------------------------------------------------+
|  IX-ML: 4.1.0       Driver Version: 4.1.0       CUDA Version: N/A           |
|-------------------------------+----------------------+----------------------|
| GPU  Name                     | Bus-Id               | Clock-SM  Clock-Mem  |
| Fan  Temp  Perf  Pwr:Usage/Cap|      Memory-Usage    | GPU-Util  Compute M. |
|===============================+======================+======================|
| 0    Iluvatar TEST-V150       | 00000000:8A:00.0     | 500MHz    1600MHz    |
| 0%   33C   P0    N/A / N/A    | 114MiB / 32768MiB    | 3%        Default    |
+-------------------------------+----------------------+----------------------+
| 1    Iluvatar TEST-V150       | 00000000:8D:00.0     | 1500MHz   1600MHz    |
| N/A  N/A   P0    94W / 350W   | 1GiB / 32GiB         | N/A       Default    |
+-------------------------------+----------------------+----------------------+

+-----------------------------------------------------------------------------+
| Processes:                                                       GPU Memory |
|  GPU        PID      Process name                                Usage(MiB) |
|=============================================================================|
|    1       4711      python3                                     1000       |
+-----------------------------------------------------------------------------+
`;

const full = `==============IXSMI LOG==============

Timestamp                                 : Tue Jan  7 10:00:00 2025
Driver Version                            : 4.4.0
CUDA Version                              : 10.2

Attached GPUs                             : 2
GPU 00000000:8A:00.0
    Product Name                          : Iluvatar TEST-V150
    Serial Number                         : 2323000000001
    GPU UUID                              : GPU-75400000-0000-0000-0000-000000000001
    Minor Number                          : 4
    Compute Mode                          : Default
    Ecc Mode
        Current                           : Enabled
        Pending                           : Enabled
    Memory Usage
        Total                             : 32768 MiB
        Used                              : 114 MiB
    Utilization
        Gpu                               : 3 %
        Memory                            : 1 %
    Temperature
        GPU Current Temp                  : 33 C
    Power Readings
        Power Draw                        : N/A
GPU 00000000:8D:00.0
    Product Name                          : Iluvatar TEST-V150
    GPU UUID                              : GPU-75400000-0000-0000-0000-000000000002
    Minor Number                          : 3
    Power Readings
        Power Draw                        : 94.10 W
        Power Limit                       : 350.00 W
`;

const xml = `<?xml version="1.0" ?>
<ix_smi_log>
  <driver_version>4.2.0</driver_version>
  <attached_gpus>1</attached_gpus>
  <gpu id="00000000:0C:00.0">
    <product_name>Iluvatar TEST-V100</product_name>
    <uuid>GPU-1ac80000-0000-0000-0000-000000000001</uuid>
    <minor_number>0</minor_number>
    <memory_usage><total>32768 MiB</total><used>27780 MiB</used></memory_usage>
    <utilization><gpu_util>0 %</gpu_util></utilization>
    <temperature><gpu_temp>44 C</gpu_temp></temperature>
    <power_readings><gpu_power_draw>37 W</gpu_power_draw><current_gpu_power_limit>N/A</current_gpu_power_limit></power_readings>
  </gpu>
</ix_smi_log>
`;

const csv = `index, name, driver_version, memory.total [MiB], memory.used [MiB], power.draw [W], gpu_bus_id
0, Iluvatar TEST-V100, 4.1.0, 32768 MiB, 114 MiB, [N/A], 00000000:8A:00.0
1, Iluvatar TEST-V100, 4.1.0, 32 GiB, 0 MiB, 55.5 W, 00000000:8D:00.0
`;

describe('ixsmi', () => {
  it('reads the table: the even chip of a board has no power, memory may be in GiB', () => {
    expect(parse(table)).toMatchObject({
      driverVersion: '4.1.0',
      runtimeVersion: null,
      processes: [{ device: 1, pid: 4711, name: 'python3', memoryUsedMib: 1000 }],
    });
    expect(devicesOf(parse(table))).toEqual([
      {
        index: 0,
        model: 'Iluvatar TEST-V150',
        busId: '00000000:8A:00.0',
        memoryUsedMib: 114,
        memoryTotalMib: 32768,
        utilizationPct: 3,
        temperatureC: 33,
        powerW: null,
        powerLimitW: null,
        computeMode: 'Default',
        clockMhz: 500,
        memoryClockMhz: 1600,
      },
      {
        index: 1,
        model: 'Iluvatar TEST-V150',
        busId: '00000000:8D:00.0',
        memoryUsedMib: 1024,
        memoryTotalMib: 32768,
        utilizationPct: null,
        temperatureC: null,
        powerW: 94,
        powerLimitW: 350,
        computeMode: 'Default',
        clockMhz: 1500,
        memoryClockMhz: 1600,
      },
    ]);
  });

  it('reads `-q` and `-q -x`', () => {
    expect(devicesOf(parse(full))).toMatchObject([
      {
        busId: '00000000:8A:00.0',
        minorNumber: 4,
        serial: '2323000000001',
        eccEnabled: true,
        powerW: null,
        utilizationPct: 3,
      },
      { busId: '00000000:8D:00.0', minorNumber: 3, powerW: 94.1, powerLimitW: 350 },
    ]);
    expect(parse(xml)).toMatchObject({
      driverVersion: '4.2.0',
      devices: [
        {
          busId: '00000000:0C:00.0',
          minorNumber: 0,
          memoryUsedMib: 27780,
          temperatureC: 44,
          powerW: 37,
          powerLimitW: null,
        },
      ],
    });
    expect(parse(xml.slice(0, xml.indexOf('<power_readings>')))).toMatchObject({
      truncated: true,
      devices: [],
    });
  });

  it('reads queries by their header, by their arguments, and not without either', () => {
    const [, ...rows] = csv.split('\n');
    const args =
      '--query-gpu=index,name,driver_version,memory.total,memory.used,power.draw,gpu_bus_id --format=csv,noheader';
    expect(devicesOf(parse(csv))).toMatchObject([
      { index: 0, memoryTotalMib: 32768, powerW: null },
      { index: 1, memoryTotalMib: 32768, memoryUsedMib: 0, powerW: 55.5 },
    ]);
    expect(parse(rows.join('\n'), args)).toEqual(parse(csv));
    expect(parse(rows.join('\n'))).toMatchObject({ status: 'failed' });
  });

  it('reads `-L`', () => {
    expect(
      devicesOf(parse('GPU 3: Iluvatar TEST-V100 (UUID: GPU-11110000-0000-0000-0000-000000000001)')),
    ).toEqual([{ index: 3, model: 'Iluvatar TEST-V100', uuid: 'GPU-11110000-0000-0000-0000-000000000001' }]);
  });

  it('tells a driver that is not loaded from a machine without cards', () => {
    expect(parse("IXSMI has failed because it couldn't communicate with the Iluvatar driver.")).toMatchObject(
      { status: 'failed' },
    );
    expect(parse('No devices were found')).toMatchObject({ status: 'absent' });
  });
});

describe('probe', () => {
  const nodes = ['/dev/itrctl', '/dev/iluvatar0', '/dev/iluvatar1', '/dev/iluvatar3', '/dev/iluvatar4'];

  it('numbers device nodes by minor number, not by index', async () => {
    const tools = toolsOf({ ixsmi: table, 'ixsmi -q': full });
    const answer = await iluvatar.inventory(tools);
    if (answer.status !== 'present') throw new Error(answer.reason);
    expect(answer.devices.map(({ id }) => id)).toEqual(['iluvatar-0000:8a:00.0', 'iluvatar-0000:8d:00.0']);
    const paths = grantedNodes(iluvatar, answer.devices.slice(0, 1), nodes);
    expect(paths).toEqual(['/dev/itrctl', '/dev/iluvatar4']);
    const telemetry = await iluvatar.telemetry(tools);
    expect(telemetry).toMatchObject({ devices: answer.devices.map(({ id }) => ({ id })) });
  });

  it('lists cards that cannot be granted when `-q` fails', async () => {
    const answer = await iluvatar.inventory(toolsOf({ ixsmi: table }));
    if (answer.status !== 'present') throw new Error(answer.reason);
    expect(refusalOf(iluvatar.grant(answer.devices, grantHost({ nodes })))).toMatch(/is not known$/);
  });

  it('never gives a container fewer cards than were leased when CDI knows them all', async () => {
    const answer = await iluvatar.inventory(toolsOf({ ixsmi: table, 'ixsmi -q': full }));
    if (answer.status !== 'present') throw new Error(answer.reason);
    const [one, ...others] = answer.devices.slice(0, 2);
    const unknown = others.map((each) => ({ ...each, reading: { ...each.reading, minorNumber: null } }));
    const leased = [...(one === undefined ? [] : [one]), ...unknown];
    const names = leased.map(({ reading }) => `iluvatar.com/gpu=${reading.index}`);
    expect(granted(iluvatar, leased, { nodes, cdi: names })).toEqual({
      cdi: names,
      nodes: [],
      mounts: [],
      env: { IX_VISIBLE_DEVICES: '' },
    });
  });
});

it('invents nothing when its text is damaged', () => {
  expect(faultsUnderDamage(parse, [table, full, xml, csv])).toEqual([]);
});

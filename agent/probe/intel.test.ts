import { describe, expect, it } from 'vitest';
import { intel } from './intel.ts';
import { devicesOf, faultsUnderDamage, toolsOf } from '../../test/probe/hostile.ts';
import { grantedNodes } from '../../test/probe/grants.ts';

const parse = (text: string): ReturnType<typeof intel.parse> => intel.parse('xpu-smi', '', text);

const list = `{"device_list": [
  {"device_id": 0, "device_name": "Intel(R) Test GPU Flex 99", "device_type": "GPU", "drm_device": "/dev/dri/card1",
   "pci_bdf_address": "0000:e9:00.0", "uuid": "00000000-0000-0000-9fa4-000000000001", "vendor_name": "Intel(R) Corporation"},
  {"device_id": 1, "device_name": "Intel(R) Test GPU Flex 99", "device_type": "GPU", "drm_device": "/dev/dri/card2",
   "pci_bdf_address": "0000:ea:00.0", "uuid": "00000000-0000-0000-9fa4-000000000002", "vendor_name": "Intel(R) Corporation"}]}`;

const one = (id: number): string => `{"device_id": ${id}, "device_name": "Intel(R) Test GPU Flex 99",
  "driver_version": "I915_23.5.19", "pci_bdf_address": "0000:${id === 0 ? 'e9' : 'ea'}:00.0", "serial_number": "unknown",
  "memory_physical_size_byte": "${id === 0 ? '12348030976' : '-1'}", "memory_ecc_state": "enabled", "gfx_firmware_version": ""}`;

const stats = `{"device_id": 1, "device_level": [
  {"metrics_type": "XPUM_STATS_GPU_UTILIZATION", "value": 42.5}, {"metrics_type": "XPUM_STATS_MEMORY_USED", "value": 8192.0},
  {"metrics_type": "XPUM_STATS_GPU_CORE_TEMPERATURE", "value": 58}, {"metrics_type": "XPUM_STATS_POWER", "value": -1}]}`;

const information = `+-----------+--------------------------------------------------------------------------------------+
| Device ID | Device Information                                                                   |
+-----------+--------------------------------------------------------------------------------------+
| 0         | Device Name: Intel(R) Arc(TM) T770 Graphics                                          |
|           | Device State: normal                                                                 |
|           | SOC UUID: 00000000-0000-0003-0000-000000000086                                       |
|           | Serial Number: unknown                                                               |
|           | Driver Version: I915_23.5.19                                                         |
|           | PCI BDF Address: 0000:03:00.0                                                        |
|           | DRM Device: /dev/dri/card0                                                           |
|           | Memory Physical Size: 12216.00 MiB                                                   |
|           | ECC State: disabled                                                                  |
+-----------+--------------------------------------------------------------------------------------+
`;

const table = `+----------------------------------------------+----------------------------+------------------------+
|            Intel XPU-SMI v2.0    Driver: 9FF4708BCC    Level Zero: 1.27.0                          |
+----------------------------------------------+----------------------------+------------------------+
| GPU  Name                    Persistence-M   | Bus-Id            Disp.A   |   Volatile Uncorr. ECC |
| Fan  Temp  Pwr:Usage/Cap                     | Memory-Usage               |   GPU-Util  Compute M. |
+----------------------------------------------+----------------------------+------------------------+
|   0  Intel(R) Arc(TM) T580   Off             | 0000:03:00.0      Off      |               Disabled |
| N/A    25C  66W / 380W                       | 239MiB / 12216MiB          |      3%        Default |
+----------------------------------------------+----------------------------+------------------------+

+-------+-----------+--------+----------------+------------------------------------------------------+
| Processes:                                                                                         |
|   GPU         PID    Type    Process Name                                         GPU Memory Usage |
+-------+-----------+--------+----------------+------------------------------------------------------+
|     0     2874292     C      train                                                         206 MiB |
+-------+-----------+--------+----------------+------------------------------------------------------+
`;

const header =
  'Timestamp, DeviceId, GPU Utilization (%), GPU Power (W), GPU Frequency (MHz), GPU Core Temperature (Celsius Degree), GPU Memory Temperature (Celsius Degree), GPU Memory Used (MiB)';
const rows = `06:14:46.000,    0, 12.50, 32.94, 1550, 41.00, N/A, 276.31
06:14:46.000,    1, N/A, N/A,  400, N/A, N/A, 28.00
`;
const dump = `${header}\n${rows}`;

describe('xpu-smi', () => {
  it('reads the list of cards, and a card by itself: memory in bytes, -1 and unknown', () => {
    expect(devicesOf(parse(list))).toEqual([
      {
        index: 0,
        model: 'Intel(R) Test GPU Flex 99',
        uuid: '00000000-0000-0000-9fa4-000000000001',
        busId: '0000:e9:00.0',
        deviceNode: '/dev/dri/card1',
      },
      {
        index: 1,
        model: 'Intel(R) Test GPU Flex 99',
        uuid: '00000000-0000-0000-9fa4-000000000002',
        busId: '0000:ea:00.0',
        deviceNode: '/dev/dri/card2',
      },
    ]);
    expect(parse(one(0))).toMatchObject({
      driverVersion: 'I915_23.5.19',
      devices: [{ index: 0, serial: null, memoryTotalMib: 11776, eccEnabled: true, firmware: null }],
    });
    expect(devicesOf(parse(one(1)))).toMatchObject([{ memoryTotalMib: null }]);
  });

  it('reads statistics and dumps', () => {
    expect(devicesOf(parse(stats))).toEqual([
      { index: 1, utilizationPct: 42.5, memoryUsedMib: 8192, temperatureC: 58, powerW: null },
    ]);
    expect(devicesOf(parse(dump))).toEqual([
      {
        index: 0,
        samples: 1,
        utilizationPct: 12.5,
        powerW: 32.94,
        clockMhz: 1550,
        temperatureC: 41,
        memoryTemperatureC: null,
        memoryUsedMib: 276,
      },
      {
        index: 1,
        samples: 1,
        utilizationPct: null,
        powerW: null,
        clockMhz: 400,
        temperatureC: null,
        memoryTemperatureC: null,
        memoryUsedMib: 28,
      },
    ]);
  });

  it('reads `discovery` as text, and the table of 2.0', () => {
    expect(parse(information)).toMatchObject({
      driverVersion: 'I915_23.5.19',
      devices: [
        {
          index: 0,
          busId: '0000:03:00.0',
          serial: null,
          memoryTotalMib: 12216,
          eccEnabled: false,
          health: 'normal',
        },
      ],
    });
    expect(parse(table)).toMatchObject({
      driverVersion: '9FF4708BCC',
      devices: [
        {
          index: 0,
          model: 'Intel(R) Arc(TM) T580',
          powerW: 66,
          memoryTotalMib: 12216,
          utilizationPct: 3,
          eccEnabled: false,
        },
      ],
      processes: [{ device: 0, pid: 2874292, name: 'train', memoryUsedMib: 206 }],
    });
  });

  it("leaves Kunlunxin's tool of the same name alone, and says why there is nothing", () => {
    expect(parse('| XPU-SMI   Driver Version: 5.0   XPU-RT Version: 5.0 |')).toMatchObject({
      status: 'absent',
    });
    expect(parse('{"error": "No device discovered", "errno": 4}')).toMatchObject({ status: 'absent' });
    expect(parse('{"error": "XPUM level zero initialization error"}')).toMatchObject({ status: 'failed' });
  });
});

describe('probe', () => {
  const outputs = {
    'xpu-smi discovery -j': list,
    'xpu-smi discovery -d 0 -j': one(0),
    'xpu-smi discovery -d 1 -j': one(1),
    'xpu-smi dump -d -1 -m 0,1,2,3,4,18 -n 1': dump,
  };

  it('asks for each card, and gives the same ids to the values that come by index', async () => {
    const tools = toolsOf(outputs, { '/sys/bus/pci/devices/0000:e9:00.0/drm': ['card1', 'renderD128'] });
    const inventory = await intel.inventory(tools);
    if (inventory.status !== 'present') throw new Error(inventory.reason);
    expect(inventory).toMatchObject({
      driverVersion: 'I915_23.5.19',
      devices: [{ reading: { memoryTotalMib: 11776 } }, {}],
    });
    expect(await intel.telemetry(tools)).toMatchObject({
      devices: inventory.devices.map(({ id }, at) => ({
        id,
        reading: { memoryUsedMib: at === 0 ? 276 : 28 },
      })),
    });
    const nodes = ['/dev/dri/card1', '/dev/dri/renderD128', '/dev/dri/renderD129'];
    expect(grantedNodes(intel, inventory.devices.slice(0, 1), nodes)).toEqual(nodes.slice(0, 2));
  });

  it("does not run Kunlunxin's xpu-smi", async () => {
    const bus = {
      '/sys/bus/pci/devices': ['0000:03:00.0'],
      '/sys/bus/pci/devices/0000:03:00.0/vendor': '0x1d22\n',
      '/sys/bus/pci/devices/0000:03:00.0/class': '0x120000\n',
    };
    const tools = toolsOf(outputs, bus);
    expect(await intel.inventory(tools)).toMatchObject({ status: 'absent' });
    expect(tools.ran).toEqual([]);
  });

  it('cuts its stream into samples and names their columns', () => {
    const stream = intel.stream;
    if (stream === undefined) throw new Error('no stream');
    expect(stream.args(2000).slice(-2)).toEqual(['-i', '2']);
    const first = stream.split(dump);
    const second = stream.split(first.rest + rows);
    expect(first.samples).toEqual([]);
    expect(second.samples).toHaveLength(2);
    for (const sample of second.samples) expect(devicesOf(stream.parse(sample))).toHaveLength(2);
  });
});

it('invents nothing when its text is damaged', () => {
  expect(faultsUnderDamage(parse, [list, one(0), stats, information, table, dump])).toEqual([]);
});

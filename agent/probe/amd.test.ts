import { describe, expect, it } from 'vitest';
import { amd } from './amd.ts';
import type { ProbedDevice } from './probe.ts';
import { devicesOf, faultsUnderDamage, toolsOf } from '../../test/probe/hostile.ts';
import { granted, grantHost, refusalOf } from '../../test/probe/grants.ts';

const rocm = (text: string): ReturnType<typeof amd.parse> => amd.parse('rocm-smi', '', text);
const smi = (text: string): ReturnType<typeof amd.parse> => amd.parse('amd-smi', '', text);

const rocm60 = `WARNING: Unlocked monitor_devices lock; please retry.
{"card0": {"Unique ID": "0x51aa7c0d12e4f001", "Temperature (Sensor edge) (C)": "47.0",
  "Temperature (Sensor junction) (C)": "52.0", "Temperature (Sensor memory) (C)": "49.0",
  "sclk clock speed:": "(1502Mhz)", "mclk clock speed:": "(1200Mhz)", "GPU use (%)": "63", "GPU memory use (%)": "11",
  "Max Graphics Package Power (W)": "300.0", "Average Graphics Package Power (W)": "181.0", "Serial Number": "N/A",
  "PCI Bus": "0000:C1:00.0", "VRAM Total Memory (B)": "68702699520", "VRAM Total Used Memory (B)": "11288576",
  "VIS_VRAM Total Memory (B)": "268435456", "Card series": "Instinct TEST-60", "Card model": "0x0c34",
  "(Topology) Numa Node": "1"},
 "card2": {"Unique ID": "0x51aa7c0d12e4f003", "PCI Bus": "0000:C5:00.0", "GPU use (%)": "N/A",
  "VRAM Total Memory (B)": "68702699520", "VRAM Total Used Memory (B)": "0", "Card series": "Instinct TEST-60"},
 "system": {"Driver version": "6.1.9", "(Topology) Link type between DRM devices 0 and 2": "XGMI"}}`;

const rocm62 = `{"card0": {"Device Name": "Navi 99 [Radeon TEST]", "Unique ID": "N/A", "Card Series": "AMD Instinct TEST300",
  "Temperature (Sensor edge) (C)": "N/A", "Temperature (Sensor junction) (C)": "38.0",
  "Current Socket Graphics Package Power (W)": "131.0", "GPU Memory Allocated (VRAM%)": "3", "PCI Bus": "0000:05:00.0",
  "GFX Version": "gfx942"}}`;

const concise60 = `
========================================= ROCm System Management Interface =========================================
=================================================== Concise Info ===================================================
Device  [Model : Revision]    Temp        Power     Partitions      SCLK    MCLK    Fan  Perf  PwrCap  VRAM%  GPU%
        Name (20 chars)       (Junction)  (Socket)  (Mem, Compute)
====================================================================================================================
0       [0x7401 : 0x00]       35.0°C      133.0W    NPS1, SPX       131Mhz  900Mhz  0%   auto  750.0W    4%   91%
        AMD Instinct TEST300
1       [Radeon Test Duo : 0x  30.0°C     11.08W    N/A, N/A        567Mhz  300Mhz  19.22%  auto  98.0W   0%   N/A
        Test [Radeon Te
====================================================================================================================
=============================================== End of ROCm SMI Log ================================================
`;

const concise62 = `======================================== ROCm System Management Interface ========================================
Device  Node  IDs              Temp    Power     Partitions          SCLK  MCLK  Fan  Perf  PwrCap  VRAM%  GPU%
              (DID,     GUID)  (Edge)  (Socket)  (Mem, Compute, ID)
==================================================================================================================
0       1     0x1586,   51259  36.0°C  13.065W   N/A, N/A, 0         N/A   N/A   0%   auto  N/A     3%     0%
==================================================================================================================
============================================== End of ROCm SMI Log ===============================================
`;

const lines = `============================ ROCm System Management Interface ============================
GPU[0]\t\t: GPU use (%): 97
GPU[1]\t\t: GPU use (%): 0
GPU[0]\t\t: VRAM Total Memory (B): 68702699520
GPU[0]\t\t: VRAM Total Used Memory (B): 33554432000
GPU[1]\t\t: VRAM Total Memory (B): 68702699520
GPU[1]\t\t: VRAM Total Used Memory (B): 11288576
GPU[0]\t\t: PCI Bus: 0000:C1:00.0
`;

const csv = `WARNING: AMD GPU device(s) is/are in a low-power state.

device,Unique ID,GPU use (%),VRAM Total Memory (B),VRAM Total Used Memory (B),Card Vendor
card0,0x51aa7c0d12e4f001,5,25753026560,416378880,"Advanced Micro Devices, Inc. [AMD/ATI]"
card1,0x51aa7c0d12e4f002,5,25753026560,416378880,Advanced Micro Devices, Inc. [AMD/ATI]
`;

const list6 = `[{"gpu": 0, "bdf": "0000:41:00.0", "uuid": "1aff7401-0000-1000-8001-0000000000aa", "kfd_id": 5},
 {"gpu": 3, "bdf": "0000:42:00.0", "uuid": "1aff7401-0000-1000-8001-0000000000bb", "kfd_id": 6}]`;
const static6 = `[{"gpu": 0, "asic": {"market_name": "AMD Instinct TEST300", "asic_serial": "0x51AA7C0D12E4F001",
   "target_graphics_version": "gfx942"}, "bus": {"bdf": "0000:41:00.0"}, "vram": {"size": {"value": 196592, "unit": "MB"}},
   "limit": {"max_power": {"value": 750, "unit": "W"}}, "driver": {"name": "amdgpu", "version": "6.10.5"}},
 {"gpu": 3, "asic": {"market_name": "AMD Radeon TEST"}, "bus": {"bdf": "0000:42:00.0"},
   "vram": {"size": {"value": 34359738368, "unit": "B"}}}]`;
const metric7 = `{"gpu_data": [{"gpu": 0, "usage": {"gfx_activity": {"value": 73, "unit": "%"}, "umc_activity": "N/A"},
  "power": {"socket_power": {"value": 542, "unit": "W"}}, "clock": {"gfx_0": {"clk": {"value": 2100, "unit": "MHz"}}},
  "temperature": {"edge": "N/A", "hotspot": {"value": 71, "unit": "C"}, "mem": {"value": 58, "unit": "C"}},
  "ecc": {"total_uncorrectable_count": 2},
  "mem_usage": {"total_vram": {"value": 196592, "unit": "MB"}, "used_vram": {"value": 121344, "unit": "MB"}}},
 {"gpu": 3, "usage": {"gfx_activity": "N/A"}, "mem_usage": {"total_vram": "N/A", "used_vram": "N/A"}}]}`;
const text7 = `GPU: 0
    ASIC:
        MARKET_NAME: AMD Instinct TEST300
        ASIC_SERIAL: 0x51AA7C0D12E4F001
    BUS:
        BDF: 0000:41:00.0
    VRAM:
        TYPE: HBM3
        SIZE: 196592 MB
    TEMPERATURE:
        EDGE: N/A
        HOTSPOT: 44 °C
`;
const monitor = `AMDSMI Tool: 24.6.2+2b02a07 | AMDSMI Library version: 24.6.2.0 | ROCm version: 6.2.2
GPU  POWER  GPU_TEMP  MEM_TEMP  GFX_UTIL  GFX_CLOCK  MEM_UTIL  MEM_CLOCK  VRAM_USED  VRAM_TOTAL
  0  126 W     40 °C     32 °C       1 %    182 MHz       0 %    900 MHz     283 MB   196300 MB
 10  N/A       41 °C       N/A       0 %    120 MHz       0 %    900 MHz     284 MB   196300 MB
`;
const table7 = `+------------------------------------------------------------------------------+
| AMD-SMI 26.2.0+021c61fc      amdgpu version: 6.16.6   ROCm version: 7.1.1    |
| VBIOS version: 00159017                                                      |
|-------------------------------------+----------------------------------------|
| BDF                        GPU-Name | Mem-Uti   Temp   UEC       Power-Usage |
| GPU  HIP-ID  OAM-ID  Partition-Mode | GFX-Uti    Fan               Mem-Usage |
|=====================================+========================================|
| 0000:fe:00.0 AMD Instinct TEST VF   | 0 %      37 °C   0           141/750 W |
|   1       0       2        SPX/NPS1 | 12 %       N/A           285/196288 MB |
+-------------------------------------+----------------------------------------+
+------------------------------------------------------------------------------+
| Processes:                                                                   |
+------------------------------------------------------------------------------+
`;

describe('rocm-smi', () => {
  it('reads JSON behind a warning, in bytes, with the keys of ROCm 6.0', () => {
    const reading = rocm(rocm60);
    expect(reading).toMatchObject({ status: 'present', driverVersion: '6.1.9' });
    expect(devicesOf(reading)[0]).toEqual({
      index: 0,
      model: 'Instinct TEST-60',
      uuid: '0x51aa7c0d12e4f001',
      serial: null,
      busId: '0000:C1:00.0',
      memoryTotalMib: 65520,
      memoryUsedMib: 10,
      utilizationPct: 63,
      temperatureC: 47,
      memoryTemperatureC: 49,
      powerW: 181,
      powerLimitW: 300,
      clockMhz: 1502,
      memoryClockMhz: 1200,
      numaNode: 1,
    });
    expect(devicesOf(reading)[1]).toMatchObject({ index: 2, utilizationPct: null, memoryUsedMib: 0 });
    expect(reading).toMatchObject({ topology: { links: { GPU0: { GPU2: 'XGMI', GPU0: 'X' } } } });
  });

  it('takes the junction sensor and the socket power where there are no others (ROCm 6.2, MI300)', () => {
    expect(devicesOf(rocm(rocm62))[0]).toMatchObject({
      model: 'AMD Instinct TEST300',
      uuid: null,
      temperatureC: 38,
      powerW: 131,
      memoryUsagePct: 3,
      architecture: 'gfx942',
    });
  });

  it('reads the concise tables of ROCm 6.0 (a line with the name) and 6.2 (commas inside cells)', () => {
    expect(devicesOf(rocm(concise60))).toMatchObject([
      {
        index: 0,
        model: 'AMD Instinct TEST300',
        temperatureC: 35,
        powerW: 133,
        powerLimitW: 750,
        utilizationPct: 91,
      },
      { index: 1, powerW: 11.08, utilizationPct: null, memoryUsagePct: 0 },
    ]);
    expect(devicesOf(rocm(concise62))).toMatchObject([
      { index: 0, temperatureC: 36, powerW: 13.065, powerLimitW: null, memoryUsagePct: 3, utilizationPct: 0 },
    ]);
  });

  it('reads `GPU[0] : key: value` lines and CSV; a ragged row keeps only its name', () => {
    expect(devicesOf(rocm(lines))).toEqual([
      { index: 0, busId: '0000:C1:00.0', memoryTotalMib: 65520, memoryUsedMib: 32000, utilizationPct: 97 },
      { index: 1, memoryTotalMib: 65520, memoryUsedMib: 10, utilizationPct: 0 },
    ]);
    expect(devicesOf(rocm(csv))).toEqual([
      { index: 0, uuid: '0x51aa7c0d12e4f001', memoryTotalMib: 24560, memoryUsedMib: 397, utilizationPct: 5 },
      { index: 1 },
    ]);
  });

  it("leaves Hygon's rocm-smi alone", () => {
    expect(rocm('{"card0": {"DCU use (%)": "0"}}')).toMatchObject({ status: 'absent' });
  });

  it.each([
    ['WARNING: No JSON data to report', 'absent'],
    ['ERROR:root:Driver not initialized (amdgpu not found in modules)', 'failed'],
    ['', 'failed'],
  ])('%s is %s', (text, status) => expect(rocm(text)).toMatchObject({ status }));
});

describe('amd-smi', () => {
  it('reads lists (ROCm 6) and gpu_data (ROCm 7)', () => {
    expect(devicesOf(smi(static6))).toEqual([
      {
        index: 0,
        model: 'AMD Instinct TEST300',
        serial: '0x51AA7C0D12E4F001',
        busId: '0000:41:00.0',
        architecture: 'gfx942',
        memoryTotalMib: 196592,
        powerLimitW: 750,
      },
      { index: 3, model: 'AMD Radeon TEST', busId: '0000:42:00.0', memoryTotalMib: 32768 },
    ]);
    expect(smi(static6)).toMatchObject({ driverVersion: '6.10.5' });
    expect(devicesOf(smi(metric7))).toEqual([
      {
        index: 0,
        memoryTotalMib: 196592,
        memoryUsedMib: 121344,
        utilizationPct: 73,
        temperatureC: 71,
        memoryTemperatureC: 58,
        powerW: 542,
        clockMhz: 2100,
        eccUncorrected: 2,
      },
      { index: 3, memoryTotalMib: null, memoryUsedMib: null, utilizationPct: null },
    ]);
  });

  it('reads text, the monitor rows and the table of ROCm 7', () => {
    expect(devicesOf(smi(text7))).toMatchObject([
      {
        index: 0,
        model: 'AMD Instinct TEST300',
        busId: '0000:41:00.0',
        memoryTotalMib: 196592,
        temperatureC: 44,
      },
    ]);
    expect(devicesOf(smi(monitor))).toMatchObject([
      {
        index: 0,
        powerW: 126,
        temperatureC: 40,
        memoryTemperatureC: 32,
        utilizationPct: 1,
        memoryUsedMib: 283,
      },
      { index: 10, powerW: null, memoryTemperatureC: null, memoryTotalMib: 196300 },
    ]);
    expect(smi(table7)).toMatchObject({
      driverVersion: '6.16.6',
      runtimeVersion: '7.1.1',
      devices: [
        {
          index: 1,
          model: 'AMD Instinct TEST VF',
          busId: '0000:fe:00.0',
          utilizationPct: 12,
          temperatureC: 37,
          eccUncorrected: 0,
          powerW: 141,
          powerLimitW: 750,
          memoryUsedMib: 285,
          memoryTotalMib: 196288,
          mode: 'SPX/NPS1',
        },
      ],
    });
  });

  it('reads processes by device', () => {
    const text =
      '[{"gpu": 1, "process_list": [{"process_info": {"name": "train", "pid": 4242, "vram_mem": {"value": 9, "unit": "GB"}}}]}]';
    expect(smi(text)).toMatchObject({
      processes: [{ device: 1, pid: 4242, name: 'train', memoryUsedMib: 9216 }],
    });
  });
});

describe('probe', () => {
  const sysfs = {
    '/sys/bus/pci/devices/0000:c1:00.0/drm': ['card1', 'renderD129', 'controlD64'],
    '/sys/bus/pci/devices/0000:c1:00.0/numa_node': '1\n',
  };

  it('gives the same ids in inventory and telemetry, and the render node of the address', async () => {
    const all = Object.fromEntries(
      ['--showproductname --showserial --showmaxpower --showvbios --showdriverversion --json', '--json'].map(
        (tail) => [
          `rocm-smi --showuniqueid --showbus --showuse --showmeminfo vram --showtemp --showpower ${tail}`,
          rocm60,
        ],
      ),
    );
    const tools = toolsOf(all, sysfs);
    const [inventory, telemetry] = [await amd.inventory(tools), await amd.telemetry(tools)];
    if (inventory.status !== 'present' || telemetry.status !== 'present') throw new Error('not present');
    expect(inventory.devices.map(({ id }) => id)).toEqual(['0x51aa7c0d12e4f001', '0x51aa7c0d12e4f003']);
    expect(telemetry.devices.map(({ id }) => id)).toEqual(inventory.devices.map(({ id }) => id));
    const nodes = ['/dev/kfd', '/dev/dri/card1', '/dev/dri/renderD129', '/dev/dri/renderD130'];
    expect(granted(amd, inventory.devices.slice(0, 1), { nodes })).toEqual({
      nodes: nodes.slice(0, 3).map((hostPath) => ({ hostPath, permissions: 'rw' })),
      mounts: [],
      env: {},
    });
  });

  it('refuses a card whose nodes are not known, and takes CDI by address first', () => {
    const device: ProbedDevice = {
      id: 'a',
      vendor: 'amd',
      reading: { index: 0, busId: '0000:c1:00.0' },
      health: 'ok',
      healthReasons: [],
    };
    const nodes = ['/dev/kfd', '/dev/dri/renderD128'];
    expect(refusalOf(amd.grant([device], grantHost({ nodes })))).toBe(
      'which device node belongs to a is not known',
    );
    const cdi = ['amd.com/gpu=0', 'amd.com/gpu=0000:c1:00.0'];
    expect(granted(amd, [device], { nodes, cdi })).toMatchObject({ cdi: [cdi[1]], nodes: [] });
  });

  it('names cards by `amd-smi list` where only amd-smi is installed, and does without `--driver`', async () => {
    const tools = toolsOf({
      'amd-smi list --json': list6,
      'amd-smi static --json --asic --bus --vram --limit': static6,
      'amd-smi metric --json --usage --power --temperature --mem-usage --clock --ecc': metric7,
    });
    const answers = [await amd.inventory(tools), await amd.telemetry(tools)];
    for (const answer of answers)
      expect(answer).toMatchObject({
        status: 'present',
        devices: [
          { id: '1aff7401-0000-1000-8001-0000000000aa' },
          { id: '1aff7401-0000-1000-8001-0000000000bb' },
        ],
      });
    expect(answers[1]).toMatchObject({ devices: [{ health: 'degraded' }, { health: 'ok' }] });
  });

  it('is absent without a tool, and failed when the tool fails', async () => {
    expect(await amd.inventory(toolsOf({}))).toMatchObject({ status: 'absent' });
    expect(await amd.inventory(toolsOf({ 'rocm-smi x': '' }))).toMatchObject({ status: 'failed' });
  });
});

it('invents nothing when its text is damaged', () => {
  expect(faultsUnderDamage(rocm, [rocm60, concise60, concise62, lines, csv])).toEqual([]);
  expect(faultsUnderDamage(smi, [static6, metric7, text7, monitor, table7])).toEqual([]);
});

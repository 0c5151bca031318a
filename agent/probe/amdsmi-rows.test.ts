/** What amd-smi and rocm-smi print in rows and repeated blocks, each named by its version; texts are ours. */
import { describe, expect, it } from 'vitest';
import { amd } from './amd.ts';
import { hygon } from './hygon.ts';
import { parseCapture } from './registry.ts';
import { devicesOf, faultsUnderDamage, toolsOf } from '../../test/probe/hostile.ts';

const smi = (text: string): ReturnType<typeof amd.parse> => amd.parse('amd-smi', '', text);
const rocm = (text: string): ReturnType<typeof amd.parse> => amd.parse('rocm-smi', '', text);

const table26 = `+------------------------------------------------------------------------------+
| AMD-SMI 26.1.0+test          amdgpu version: Linuxver ROCm version: N/A      |
| Platform: Linux Baremetal                                                    |
|-------------------------------------+----------------------------------------|
| BDF                        GPU-Name | Mem-Uti   Temp   UEC       Power-Usage |
| GPU  HIP-ID  OAM-ID  Partition-Mode | GFX-Uti    Fan               Mem-Usage |
|=====================================+========================================|
| 0000:2f:00.0     AMD Radeon TEST XT | 1 %      43 °C   0            10/315 W |
|   0       0     N/A             N/A | 1 %      0.0 %           2192/24560 MB |
|-------------------------------------+----------------------------------------|
| 0000:c2:00.0     Radeon TEST S iGPU | N/A      29 °C   0                14 W |
|   1       1     N/A             N/A | 7 %        N/A            3056/8192 MB |
+-------------------------------------+----------------------------------------+
+------------------------------------------------------------------------------+
| Processes:                                                                   |
|  GPU        PID  Process Name          GTT_MEM  VRAM_MEM  MEM_USAGE     CU % |
|==============================================================================|
|    0       1234  python3 -m job         2.0 MB    1.5 GB     1.6 GB    N/A   |
+------------------------------------------------------------------------------+
`;

const static6 = `GPU: 0
    ASIC:
        MARKET_NAME: TEST300X
        ASIC_SERIAL: 0xAF54E92B0A5D57C8
    BUS:
        BDF: 0000:05:00.0
    VBIOS:
        NAME: AMD TEST300X
        PART_NUMBER: 113-T3000100-103
        VERSION: 022.040.003.041.000001
    LIMIT:
        MAX_POWER: 760 W
        MIN_POWER: 0 W
        SOCKET_POWER: 750 W
        SLOWDOWN_EDGE_TEMPERATURE: N/A
        SLOWDOWN_HOTSPOT_TEMPERATURE: 100 °C
    PARTITION:
        COMPUTE_PARTITION: SPX
        MEMORY_PARTITION: NPS1
`;

const static7 = `{"gpu_data": [{"gpu": 0, "ifwi": {"name": "T", "part_number": "113", "version": "022.001"},
  "limit": {"ppt0": {"max_power_limit": {"value": 244, "unit": "W"}, "socket_power_limit": {"value": 212, "unit": "W"}},
  "slowdown_edge_temperature": {"value": 100, "unit": "C"}}, "driver": {"name": "amdgpu", "version": "Linuxver"}}]}`;

const process6 = `GPU: 0
    PROCESS_INFO:
        NAME: first
        PID: 207590
        MEMORY_USAGE:
            GTT_MEM: 2.0 MB
            VRAM_MEM: 7.0 GB
    PROCESS_INFO:
        NAME: second
        PID: 207599
        MEMORY_USAGE:
            VRAM_MEM: 1.5 GB
`;

const processCsv6 = `gpu,name,pid,gtt_mem,cpu_mem,vram_mem,mem_usage,gfx,enc
0,first,207590,2134016,211795968,7889485824,8103415808,0,0
`;
const metricCsv6 = `gpu,gfx_activity,umc_activity,socket_power,edge,hotspot,mem,total_vram,used_vram,free_vram
0,97,12,234,N/A,52,44,196592,283,196309
`;
const staticCsv6 = `gpu,market_name,asic_serial,bdf,max_power,socket_power,size
3,AMD TEST300X,0xAF54,0000:05:00.0,760,750,196592
`;

const topology6 = `ACCESS TABLE:
             0000:05:00.0 0000:26:00.0
0000:05:00.0 ENABLED      ENABLED
0000:26:00.0 ENABLED      ENABLED

LINK TYPE TABLE:
             0000:05:00.0 0000:26:00.0
0000:05:00.0 SELF         XGMI
0000:26:00.0 XGMI         SELF
`;

const lines1 = `===================   ROCm System Management Interface   ===================
GPU[0]      : GPU ID: 0x7300
GPU[0]      : Temperature: 32.0c
GPU[0]      : GPU Clock Level: 3 (870Mhz)
GPU[0]      : GPU Memory Clock Level: 0 (500Mhz)
GPU[0]      : Supported GPU clock frequencies on GPU0
GPU[0]      : 0: 300Mhz *
`;
const lines6 = `GPU[0]\t\t: sclk clock level: S: (137Mhz)
GPU[0]\t\t: mclk clock level: 0: (900Mhz)
GPU[0]\t\t: get_volt_metric, Not supported on the given system
KFD process information:
PID    \tPROCESS NAME\tGPU(s)\tVRAM USED\tSDMA USED\tCU OCCUPANCY\t
118818\tpython3     \t1     \t123456789  \t0  \tUNKNOWN     \t
`;
const pids6 = '{"card0": {"GPU use (%)": "4"}, "system": {"PID77": "python3, 1, 4194304, 0, unknown"}}';

describe('amd-smi', () => {
  it('reads the table of 26 with power alone, a driver without a version, and processes', () => {
    const reading = smi(table26);
    expect(reading).toMatchObject({
      driverVersion: null,
      runtimeVersion: null,
      processes: [{ device: 0, pid: 1234, name: 'python3 -m job', memoryUsedMib: 1536 }],
    });
    expect(devicesOf(reading)).toMatchObject([
      { index: 0, powerW: 10, powerLimitW: 315, memoryUsedMib: 2192 },
      { index: 1, powerW: 14, utilizationPct: 7 },
    ]);
    expect(devicesOf(reading)[1]).not.toHaveProperty('powerLimitW');
  });

  it('reads limits, firmware and partition: the cap in force and not the highest (ROCm 6, 7)', () => {
    expect(devicesOf(smi(static6))).toMatchObject([
      { powerLimitW: 750, temperatureLimitC: 100, firmware: '022.040.003.041.000001', mode: 'SPX/NPS1' },
    ]);
    expect(smi(static7)).toMatchObject({ driverVersion: null });
    expect(devicesOf(smi(static7))).toEqual([
      { index: 0, powerLimitW: 212, temperatureLimitC: 100, firmware: '022.001' },
    ]);
    const metric = 'GPU: 0\n    POWER:\n        SOCKET_POWER: 20 W\n        THROTTLE_STATUS: ';
    expect(devicesOf(smi(`${metric}UNTHROTTLED\n`))).toMatchObject([{ throttleReasons: [] }]);
    expect(devicesOf(smi(`${metric}THROTTLED\n`))).toMatchObject([{ throttleReasons: ['throttled'] }]);
  });

  it('reads every process of a card (ROCm 6), in blocks and as CSV', () => {
    expect(smi(process6)).toMatchObject({
      processes: [
        { device: 0, pid: 207590, name: 'first', memoryUsedMib: 7168 },
        { device: 0, pid: 207599, name: 'second', memoryUsedMib: 1536 },
      ],
    });
    expect(smi(processCsv6)).toMatchObject({
      processes: [{ device: 0, pid: 207590, name: 'first', memoryUsedMib: 7524 }],
    });
  });

  it('reads CSV, in which one name is the draw and the cap (ROCm 6)', () => {
    expect(devicesOf(smi(metricCsv6))).toEqual([
      {
        index: 0,
        memoryTotalMib: 196592,
        memoryUsedMib: 283,
        memoryFreeMib: 196309,
        utilizationPct: 97,
        temperatureC: 52,
        powerW: 234,
        memoryTemperatureC: 44,
      },
    ]);
    expect(devicesOf(smi(staticCsv6))).toMatchObject([
      { index: 3, model: 'AMD TEST300X', busId: '0000:05:00.0', memoryTotalMib: 196592, powerLimitW: 750 },
    ]);
  });

  it('reads the table of link types (ROCm 6)', () => {
    expect(smi(topology6)).toMatchObject({
      status: 'present',
      devices: [],
      topology: { links: { '0000:05:00.0': { '0000:05:00.0': 'X', '0000:26:00.0': 'XGMI' } } },
    });
  });
});

describe('links', () => {
  const text6 = `=============================== Weight between two GPUs =================================
       GPU0         GPU1
GPU0   0            15
GPU1   15           0

=============================== Link Type between two GPUs ===============================
       GPU0         GPU1
GPU0   0            XGMI
GPU1   XGMI         0

======================================= Numa Nodes =======================================
GPU[0]\t\t: (Topology) Numa Node: 0
GPU[1]\t\t: (Topology) Numa Node: 1
`;
  const json6 =
    '{"card0": {"(Topology) Numa Node": "0"}, "system": {"(Topology) Link type between DRM devices 0 and 1": "XGMI"}}';
  const links = { GPU0: { GPU0: 'X', GPU1: 'XGMI' }, GPU1: { GPU0: 'XGMI', GPU1: 'X' } };

  it('are read from the text and the JSON of `--showtopo` (ROCm 6)', () => {
    expect(rocm(text6)).toMatchObject({
      devices: [{ numaNode: 0 }, { numaNode: 1 }],
      topology: { links },
    });
    expect(rocm(json6)).toMatchObject({ topology: { links } });
    expect(faultsUnderDamage(rocm, [text6, json6])).toEqual([]);
  });

  it('are asked of rocm-smi, else of amd-smi, whose addresses its list turns into indexes', async () => {
    expect(await amd.topology?.(toolsOf({ 'rocm-smi --showtopo --json': json6 }))).toMatchObject({ links });
    const list =
      '[{"gpu": 1, "bdf": "0000:05:00.0", "uuid": "a"}, {"gpu": 0, "bdf": "0000:26:00.0", "uuid": "b"}]';
    const tools = toolsOf({ 'amd-smi topology': topology6, 'amd-smi list --json': list });
    expect(await amd.topology?.(tools)).toEqual({ devices: ['GPU1', 'GPU0'], links });
    expect(await amd.topology?.(toolsOf({}))).toBeNull();
  });
});

describe('rocm-smi', () => {
  it('reads lines of ROCm 1 (one temperature) and 6 (a level before the clock), and processes', () => {
    expect(devicesOf(rocm(lines1))).toEqual([
      { index: 0, temperatureC: 32, clockMhz: 870, memoryClockMhz: 500 },
    ]);
    expect(rocm(lines6)).toMatchObject({
      devices: [{ index: 0, clockMhz: 137, memoryClockMhz: 900 }],
      processes: [{ device: null, pid: 118818, name: 'python3', memoryUsedMib: 117 }],
    });
    expect(rocm(pids6)).toMatchObject({
      processes: [{ device: null, pid: 77, name: 'python3', memoryUsedMib: 4 }],
    });
  });

  it('that fails is failed for both vendors that have a tool of this name', () => {
    const text = 'ERROR:root:Driver not initialized (amdgpu not found in modules)\n';
    expect(parseCapture('rocm-smi', '', text)).toMatchObject({ status: 'failed' });
    expect(hygon.parse('rocm-smi', '', text)).toMatchObject({ status: 'failed' });
    expect(hygon.parse('rocm-smi', '', lines6)).toMatchObject({ status: 'absent' });
  });
});

it('invents nothing when its text is damaged', () => {
  const texts = [table26, static6, static7, process6, processCsv6, metricCsv6, staticCsv6, topology6];
  expect(faultsUnderDamage(smi, texts)).toEqual([]);
  expect(faultsUnderDamage(rocm, [lines1, lines6, pids6])).toEqual([]);
});

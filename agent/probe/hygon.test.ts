import { describe, expect, it } from 'vitest';
import { hygon } from './hygon.ts';
import { devicesOf, faultsUnderDamage, toolsOf } from '../../test/probe/hostile.ts';
import { granted, grantedNodes } from '../../test/probe/grants.ts';

const parse = (text: string): ReturnType<typeof hygon.parse> => hygon.parse('hy-smi', '', text);

const json = `{"card0": {"Card Series": "DCU TEST_AI", "Serial Number": "TX0001", "Unique ID": "7100fa0000000001",
  "Average Graphics Package Power (W)": "80.0", "Temperature (Sensor edge) (C)": "41.0", "": "", "DCU use (%)": "7",
  "Temperature (Sensor mem) (C)": "44.0", "vram Total Memory (MiB)": "65520", "vram Total Used Memory (MiB)": "2",
  "Max Graphics Package Power (W)": "600.0", "PCI Bus": "0000:06:00.0 --> SN: TX0001"}}`;

/** What hy-smi of DTK 24 prints now and then: a banner, one object per card, missing commas, values without quotes. */
const broken = `============ System Management Interface ============
{"card0": {"Unique ID": "7100fa0000000001"
  "HCU use (%)": 23%, "HCU memory use (%)": 31
  "vram Total Memory (MiB)": "65520" "vram Total Used Memory (MiB)": 20413}}
{"card1": {"Unique ID": "7100fa0000000002", "HCU use (%)": N/A, "Available memory size (MiB)": "65453"}}
`;

const table = `============================ System Management Interface =============================
======================================================================================
DCU     Temp     AvgPwr     Perf     PwrCap     VRAM%      DCU%      Mode
0       58.0C    259.0W     auto     400.0W     97%        34.2%     Normal
1       41.0C    104.0W     auto     400.0W     0%         N/A       N/A
======================================================================================
=================================== End of SMI Log ===================================
`;

const table25 = `================================= System Management Interface ==================================
HCU     Temp     AvgPwr     Perf     PwrCap     VRAM%      HCU%      Dec%      Enc%      Mode
0       51.0C    95.0W      auto     1000.0W    0%         0.0%      0.0%      0.0%      Normal
======================================== End of SMI Log ========================================
`;

const lines = `HCU[0]          : vram Total Memory (MiB): 65520
HCU[0]          : vram Total Used Memory (MiB): 2
HCU[7]          : HCU use (%): 15.0
`;

describe('hy-smi', () => {
  it('reads JSON: memory in MiB, an empty key, a serial behind the address (24.04)', () => {
    expect(devicesOf(parse(json))).toEqual([
      {
        index: 0,
        model: 'DCU TEST_AI',
        uuid: '7100fa0000000001',
        serial: 'TX0001',
        busId: '0000:06:00.0',
        memoryTotalMib: 65520,
        memoryUsedMib: 2,
        utilizationPct: 7,
        temperatureC: 41,
        memoryTemperatureC: 44,
        powerW: 80,
        powerLimitW: 600,
      },
    ]);
  });

  it('reads broken JSON', () => {
    expect(devicesOf(parse(broken))).toEqual([
      {
        index: 0,
        uuid: '7100fa0000000001',
        memoryTotalMib: 65520,
        memoryUsedMib: 20413,
        memoryUsagePct: 31,
        utilizationPct: 23,
      },
      { index: 1, uuid: '7100fa0000000002', memoryFreeMib: 65453, utilizationPct: null },
    ]);
  });

  it('reads the tables of DTK 24 (DCU) and 26 (HCU, with decoder and encoder)', () => {
    expect(devicesOf(parse(table))).toEqual([
      {
        index: 0,
        utilizationPct: 34.2,
        memoryUsagePct: 97,
        temperatureC: 58,
        powerW: 259,
        powerLimitW: 400,
        mode: 'Normal',
      },
      {
        index: 1,
        utilizationPct: null,
        memoryUsagePct: 0,
        temperatureC: 41,
        powerW: 104,
        powerLimitW: 400,
        mode: null,
      },
    ]);
    expect(devicesOf(parse(table25))).toMatchObject([
      { index: 0, utilizationPct: 0, powerLimitW: 1000, mode: 'Normal' },
    ]);
  });

  it('reads `HCU[0]` lines and keeps holes in the numbering', () => {
    expect(devicesOf(parse(lines))).toMatchObject([
      { index: 0, memoryUsedMib: 2 },
      { index: 7, utilizationPct: 15 },
    ]);
  });

  it('is told from AMD under the name that both use', () => {
    expect(hygon.parse('rocm-smi', '', '{"card0": {"GPU use (%)": "0"}}')).toMatchObject({
      status: 'absent',
    });
    expect(devicesOf(hygon.parse('rocm-smi', '', table))).toHaveLength(2);
  });
});

describe('probe', () => {
  const args = '--showuniqueid --showbus --showuse --showmeminfo vram --showtemp --showpower';
  const bus = {
    '/sys/bus/pci/devices': ['0000:06:00.0'],
    '/sys/bus/pci/devices/0000:06:00.0/vendor': '0x1d94\n',
    '/sys/bus/pci/devices/0000:06:00.0/class': '0x0b4000\n',
    '/sys/bus/pci/devices/0000:06:00.0/drm': ['card1', 'renderD128'],
  };

  it("asks Hygon's rocm-smi only where the bus shows its cards", async () => {
    const outputs = { [`rocm-smi ${args} --json`]: json };
    expect(await hygon.telemetry(toolsOf(outputs, bus))).toMatchObject({
      devices: [{ id: '7100fa0000000001' }],
    });
    const amds = toolsOf(outputs);
    expect(await hygon.telemetry(amds)).toMatchObject({ status: 'absent' });
    expect(amds.ran).toEqual([]);
  });

  it('gives the nodes of the leased card, and the libraries where the driver keeps them', async () => {
    const tools = toolsOf(
      { [`hy-smi ${args} --showproductname --showserial --showmaxpower --json`]: json },
      bus,
    );
    const answer = await hygon.inventory(tools);
    if (answer.status !== 'present') throw new Error(answer.reason);
    const nodes = ['/dev/kfd', '/dev/dri/card1', '/dev/dri/renderD128', '/dev/dri/renderD129'];
    const paths = (host: string[]): string[] => grantedNodes(hygon, answer.devices, host);
    expect(paths(nodes)).toEqual(['/dev/kfd', '/dev/dri/card1', '/dev/dri/renderD128']);
    expect(granted(hygon, answer.devices, { nodes }).mounts).toEqual([]);
    expect(granted(hygon, answer.devices, { nodes: [...nodes, '/dev/mkfd'] }).mounts).toHaveLength(1);
  });
});

it('invents nothing when its text is damaged', () => {
  expect(faultsUnderDamage(parse, [json, broken, table, table25, lines])).toEqual([]);
});

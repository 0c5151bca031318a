import { describe, expect, it } from 'vitest';
import type { DeviceReading, PartitionReading } from './probe.ts';
import { readingTable, readingToJson } from './output.ts';
import { parseCapture, probes } from './registry.ts';

describe('json', () => {
  it('has the names of the corpus, keeps null and leaves out what is not spoken of', () => {
    const json = readingToJson({
      status: 'present',
      devices: [
        {
          index: 0,
          memoryTotalMib: null,
          powerW: 1.5,
          mig: [{ gi: 1, memoryUsedMib: 2 }],
          last: { temperatureC: 3 },
        },
      ],
      lost: ['0000:04:00.0'],
      topology: { devices: ['GPU0'], links: { GPU0: { GPU0: 'X' } }, cpuAffinity: { GPU0: '0-3' } },
      driverVersion: null,
    });
    expect(json).toEqual({
      status: 'present',
      devices: [
        {
          index: 0,
          memory_total_mib: null,
          power_w: 1.5,
          mig: [{ gi: 1, memory_used_mib: 2 }],
          last: { temperature_c: 3 },
        },
      ],
      lost: ['0000:04:00.0'],
      topology: { devices: ['GPU0'], links: { GPU0: { GPU0: 'X' } }, cpu_affinity: { GPU0: '0-3' } },
      driver_version: null,
    });
  });

  it('of a failure has its reason and no devices', () => {
    expect(readingToJson({ status: 'failed', reason: 'why' })).toEqual({
      status: 'failed',
      reason: 'why',
      devices: [],
    });
  });
});

/** Every field that a reading can have, and its name outside. A new field does not compile until it has one here. */
const names: Record<Exclude<keyof DeviceReading, 'mig' | 'last'>, string> = {
  index: 'index',
  position: 'position',
  card: 'card',
  chip: 'chip',
  physicalId: 'physical_id',
  minorNumber: 'minor_number',
  model: 'model',
  uuid: 'uuid',
  serial: 'serial',
  busId: 'bus_id',
  memoryTotalMib: 'memory_total_mib',
  memoryUsedMib: 'memory_used_mib',
  memoryFreeMib: 'memory_free_mib',
  memoryReservedMib: 'memory_reserved_mib',
  memoryUsagePct: 'memory_usage_pct',
  hbmUsagePct: 'hbm_usage_pct',
  ddrTotalMib: 'ddr_total_mib',
  ddrUsedMib: 'ddr_used_mib',
  utilizationPct: 'utilization_pct',
  temperatureC: 'temperature_c',
  memoryTemperatureC: 'memory_temperature_c',
  powerW: 'power_w',
  powerLimitW: 'power_limit_w',
  health: 'health',
  ecc: 'ecc',
  eccEnabled: 'ecc_enabled',
  eccUncorrected: 'ecc_uncorrected',
  migEnabled: 'mig_enabled',
  firmware: 'firmware',
  mode: 'mode',
  computeMode: 'compute_mode',
  deviceNode: 'device_node',
  chipCount: 'chip_count',
  samples: 'samples',
  architecture: 'architecture',
  computeCapability: 'compute_capability',
  clockMhz: 'clock_mhz',
  memoryClockMhz: 'memory_clock_mhz',
  numaNode: 'numa_node',
  cpuAffinity: 'cpu_affinity',
  temperatureLimitC: 'temperature_limit_c',
  temperatureMarginC: 'temperature_margin_c',
  throttleReasons: 'throttle_reasons',
  recoveryAction: 'recovery_action',
  remapPending: 'remap_pending',
  remapFailure: 'remap_failure',
  pageRetirementPending: 'page_retirement_pending',
};
const partNames: Record<keyof PartitionReading, string> = {
  index: 'index',
  gi: 'gi',
  ci: 'ci',
  profile: 'profile',
  uuid: 'uuid',
  memoryTotalMib: 'memory_total_mib',
  memoryUsedMib: 'memory_used_mib',
  sm: 'sm',
  eccUncorrected: 'ecc_uncorrected',
};

/** A value of its own for each name. */
function marked(names: Record<string, string>): { inside: object; outside: object } {
  const entries = Object.entries(names);
  return {
    inside: Object.fromEntries(entries.map(([name], at) => [name, at + 0.5])),
    outside: Object.fromEntries(entries.map(([, name], at) => [name, at + 0.5])),
  };
}

describe('every field', () => {
  it('of a device and its partitions comes out under its published name', () => {
    const device = marked(names);
    const part = marked(partNames);
    const json = readingToJson({
      status: 'present',
      devices: [{ ...device.inside, mig: [part.inside], last: { powerW: 1, memoryTemperatureC: null } }],
    });
    expect(json.devices).toEqual([
      { ...device.outside, mig: [part.outside], last: { power_w: 1, memory_temperature_c: null } },
    ]);
  });

  it('of a reading does too', () => {
    const json = readingToJson({
      status: 'present',
      devices: [],
      lost: ['1'],
      driverVersion: '1',
      runtimeVersion: '2',
      toolVersion: '3',
      processes: [{ device: 0, pid: 7, name: 'a', memoryUsedMib: 4 }],
      topology: {
        devices: ['A'],
        links: { A: { A: 'X' } },
        cpuAffinity: { A: '0' },
        numaAffinity: { A: '1' },
      },
      truncated: true,
    });
    expect(json).toEqual({
      status: 'present',
      devices: [],
      lost: ['1'],
      driver_version: '1',
      runtime_version: '2',
      tool_version: '3',
      processes: [{ device: 0, pid: 7, name: 'a', memory_used_mib: 4 }],
      topology: {
        devices: ['A'],
        links: { A: { A: 'X' } },
        cpu_affinity: { A: '0' },
        numa_affinity: { A: '1' },
      },
      truncated: true,
    });
  });
});

describe('table', () => {
  it('shows a dash where nothing is known', () => {
    const text = readingTable({
      status: 'present',
      devices: [{ index: 3, model: 'X1', memoryUsedMib: null, memoryTotalMib: 10 }],
      lost: ['1'],
      truncated: true,
    });
    const [head = '', row = '', ...rest] = text.split('\n');
    expect(head).toMatch(/^INDEX +MODEL/);
    expect(row.split(/ {2,}/)).toEqual(['3', 'X1', '-', '?/10', '-', '-', '-', '-', '-']);
    expect(rest).toEqual(['lost: 1', 'the output ended early']);
  });

  it('of an absence is one line', () => {
    expect(readingTable({ status: 'absent', reason: 'none' })).toBe('absent: none');
  });
});

describe('captures', () => {
  it('go to the vendor of the tool, typed with a path or .exe', () => {
    const list = 'GPU 0: NVIDIA H20 (UUID: GPU-1)\n';
    for (const tool of ['nvidia-smi', '/usr/bin/nvidia-smi', 'C:\\Windows\\nvidia-smi.exe'])
      expect(parseCapture(tool, '-L', list).status).toBe('present');
  });

  it('of an unknown tool name the known ones', () => {
    const reading = parseCapture('foo-smi', '', 'x');
    expect(reading).toMatchObject({ status: 'failed' });
    expect(reading.status === 'failed' && reading.reason).toContain('nvidia-smi');
  });

  it('of a tool with two owners are absent only when no owner says that it failed', () => {
    for (const tool of ['rocm-smi', 'xpu-smi']) {
      expect(parseCapture(tool, '', 'No devices were found\n').status).toBe('absent');
      expect(parseCapture(tool, '', 'ERROR: the driver is not initialized\n').status).toBe('failed');
    }
  });

  it('vendors are there once each', () => {
    expect(new Set(probes.map(({ vendor }) => vendor)).size).toBe(probes.length);
  });
});

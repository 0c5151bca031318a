import { describe, expect, it } from 'vitest';
import type { DeviceReading, Reading } from './probe.ts';
import { parseNvidia } from './nvidia.ts';
import { healthOf } from './reading.ts';

function present(reading: Reading): Extract<Reading, { status: 'present' }> {
  if (reading.status !== 'present') throw new Error(`${reading.status}: ${reading.reason}`);
  return reading;
}

const devices = (args: string, text: string): DeviceReading[] => present(parseNvidia(args, text)).devices;

describe('query', () => {
  const fields = 'index,uuid,name,memory.total,memory.used,utilization.gpu,power.draw';
  const rows =
    '0, GPU-1, NVIDIA H20, 97871, 11, 0, 71.50\n1, GPU-2, NVIDIA H20, 97871, [N/A], [Not Supported], [Unknown Error]\n';

  it('has its columns from the arguments when the header is off', () => {
    expect(devices(`--query-gpu=${fields} --format=csv,noheader,nounits`, rows)).toEqual([
      {
        index: 0,
        uuid: 'GPU-1',
        model: 'NVIDIA H20',
        memoryTotalMib: 97871,
        memoryUsedMib: 11,
        utilizationPct: 0,
        powerW: 71.5,
      },
      {
        index: 1,
        uuid: 'GPU-2',
        model: 'NVIDIA H20',
        memoryTotalMib: 97871,
        memoryUsedMib: null,
        utilizationPct: null,
        powerW: null,
      },
    ]);
  });

  it('has them from the header, with units in cells and header, in any order', () => {
    const text = 'memory.total [MiB], power.limit [W], index, name\n24576 MiB, 350.00 W, 2, NVIDIA A10\n';
    expect(devices('', text)).toEqual([
      { index: 2, model: 'NVIDIA A10', memoryTotalMib: 24576, powerLimitW: 350 },
    ]);
  });

  it('without either says only what says itself what it is', () => {
    const uuid = 'GPU-0b1c2d3e-1111-2222-3333-444455556666';
    expect(devices('', `0, ${uuid}, NVIDIA L4, 00000000:3B:00.0, 23034, 5\n`)).toEqual([
      { index: 0, model: 'NVIDIA L4', uuid, busId: '00000000:3B:00.0' },
    ]);
    // A first cell that is no index: two cards cannot share one, and a lone one begins at 0.
    expect(devices('', '55, NVIDIA L4, 00000000:3B:00.0\n')).toEqual([
      { index: null, position: 0, model: 'NVIDIA L4', busId: '00000000:3B:00.0' },
    ]);
    expect(parseNvidia('', '0, 1, 2\n3, 4, 5\n').status).toBe('failed');
  });

  it('of a looping tool gives each device once, with its last values', () => {
    const text = `${rows}0, GPU-1, NVIDIA H20, 97871, 99, 50, 80.00\n`;
    expect(
      devices(`--query-gpu=${fields} --format=csv,noheader,nounits -l 1`, text).map(
        ({ memoryUsedMib }) => memoryUsedMib,
      ),
    ).toEqual([99, null]);
  });

  it('keeps the rows beside a lost device', () => {
    const text = `Unable to determine the device handle for GPU1: 0000:04:00.0: Unknown Error\n${rows.split('\n')[0]}\n`;
    const reading = present(parseNvidia(`--query-gpu=${fields} --format=csv,noheader,nounits`, text));
    expect(reading.lost).toEqual(['0000:04:00.0']);
    expect(reading.devices).toHaveLength(1);
  });

  it('leaves a cut row out', () => {
    expect(devices(`--query-gpu=${fields} --format=csv,noheader,nounits`, rows.slice(0, -30))).toHaveLength(
      1,
    );
  });

  it('reads processes and throttle reasons', () => {
    const apps = present(
      parseNvidia('', 'gpu_uuid, pid, process_name, used_gpu_memory [MiB]\nGPU-7, 4711, python, 512 MiB\n'),
    );
    expect(apps.processes).toEqual([{ device: 'GPU-7', pid: 4711, name: 'python', memoryUsedMib: 512 }]);
    const [device] = devices('', 'index, clocks_throttle_reasons.active\n0, 0x0000000000000045\n');
    expect(device?.throttleReasons).toEqual(['sw_power_cap', 'hw_thermal_slowdown']);
  });
});

describe('tables', () => {
  const table = (
    name: string,
    fan: string,
    bus: string,
  ): string => `+-----------------------------------------------------------------------------+
| NVIDIA-SMI 610.1    KMD Version: 610.1    CUDA UMD Version: 13.4             |
|-------------------------------+----------------------+----------------------+
| GPU  Name            TCC/WDDM | Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|===============================+======================+======================|
|   0  ${name} WDDM | ${bus} On |                  N/A |
|${fan}   41C    P8    ERR! / 250W |    1234MiB /16384MiB |      7%      Default |
+-------------------------------+----------------------+----------------------+
`;

  it('of two rows, with another last word and glued values', () => {
    const reading = present(parseNvidia('', table('NVIDIA RTX 4000', 'N/A', '00000000:65:00.0')));
    expect(reading.devices).toEqual([
      {
        index: 0,
        model: 'NVIDIA RTX 4000',
        busId: '00000000:65:00.0',
        temperatureC: 41,
        powerW: null,
        powerLimitW: 250,
        memoryUsedMib: 1234,
        memoryTotalMib: 16384,
        utilizationPct: 7,
        computeMode: 'Default',
        eccUncorrected: null,
        health: 'error: power reads ERR!',
      },
    ]);
    expect([reading.driverVersion, reading.runtimeVersion]).toEqual(['610.1', '13.4']);
    expect(reading.truncated).toBeUndefined();
  });

  it('name every sensor that fails, and a card is degraded by it', () => {
    const [device] = devices('', table('NVIDIA RTX 4000', 'ERR!', 'N/A'));
    expect(device).toMatchObject({ busId: null, health: 'error: fan, power read ERR!' });
    expect(healthOf(device ?? {}).health).toBe('degraded');
  });

  it('that were cut say so', () => {
    const text = table('NVIDIA RTX 4000', 'N/A', '00000000:65:00.0');
    const cut = text.slice(0, text.indexOf('|N/A') + 20);
    expect(parseNvidia('', cut).status).toBe('failed');
    const whole = text.slice(0, text.trimEnd().lastIndexOf('\n'));
    expect(present(parseNvidia('', whole))).toMatchObject({ truncated: true, devices: [{ index: 0 }] });
  });
});

describe('errors', () => {
  it.each([
    ['No devices were found', 'absent'],
    ["NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", 'failed'],
    ['Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.1', 'failed'],
    ['Unable to determine the device handle for GPU0000:04:00.0: GPU is lost.  Reboot the system', 'failed'],
    ['Field "mig.mode.current" is not a valid field to query.', 'failed'],
    ['', 'failed'],
    ['hello', 'failed'],
    ['<nvidia_smi_log><attached_gpus>0</attached_gpus></nvidia_smi_log>', 'absent'],
    ['<nvidia_smi_log><attached_gpus>2</attached_gpus><gpu><uuid>a</uuid></gpu>', 'failed'],
  ])('%s', (text, status) => expect(parseNvidia('', text).status).toBe(status));
});

it('reads the XML of eight cards within 5 ms', () => {
  const clocks = '<supported_graphics_clock>1410 MHz</supported_graphics_clock>\n'.repeat(900);
  const other = Array.from({ length: 250 }, (_, at) => `<value_${at}>N/A</value_${at}>\n`).join('');
  const gpu = (at: number): string =>
    `<gpu id="0000:0${at}:00.0"><product_name>NVIDIA B200</product_name><uuid>GPU-${at}</uuid>${other}<fb_memory_usage><total>183359 MiB</total><used>${at} MiB</used></fb_memory_usage><supported_clocks>${clocks}</supported_clocks></gpu>\n`;
  const text = `<nvidia_smi_log><attached_gpus>8</attached_gpus>${Array.from({ length: 8 }, (_, at) => gpu(at)).join('')}</nvidia_smi_log>`;
  const times = Array.from({ length: 25 }, () => {
    const started = performance.now();
    expect(devices('-q -x', text)).toHaveLength(8);
    return performance.now() - started;
  });
  expect(text.length).toBeGreaterThan(450_000);
  // Other work shares the cores of the machine: the undisturbed runs are the measure.
  expect(times.toSorted((a, b) => a - b)[3]).toBeLessThan(5);
});

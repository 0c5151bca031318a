import { describe, expect, it } from 'vitest';
import type { ToolOutput, Tools } from './probe.ts';
import { nvidia } from './nvidia.ts';
import { splitStream } from './nvidia-probe.ts';

interface Machine extends Tools {
  runs: string[];
}

/** A machine on which nvidia-smi answers as `answer` says. */
function machine(answer: (args: string) => Partial<ToolOutput>, files: Record<string, string> = {}): Machine {
  const runs: string[] = [];
  return {
    runs,
    run: async (program, args) => {
      runs.push([program, ...args].join(' '));
      return { code: 0, signal: null, stdout: '', stderr: '', durationMs: 5, ...answer(args.join(' ')) };
    },
    find: async (program) => `/usr/bin/${program}`,
    readText: async (path) => files[path],
    list: async () => [],
  };
}

const refusal = (name: string): Partial<ToolOutput> => ({
  code: 2,
  stdout: `Field "${name}" is not a valid field to query.\n\n`,
});

describe('processes', () => {
  it('are a command of their own, by uuid', async () => {
    const tools = machine(() => ({ stdout: 'GPU-9, 4711, python, 2048\nGPU-7, 4712, [N/A], [N/A]\n' }));
    expect(await nvidia.processes?.(tools)).toMatchObject({
      status: 'present',
      processes: [
        { device: 'GPU-9', pid: 4711, name: 'python', memoryUsedMib: 2048 },
        { device: 'GPU-7', pid: 4712, name: null, memoryUsedMib: null },
      ],
    });
  });

  it('are none when nothing is printed, and not known when the tool fails', async () => {
    expect(await nvidia.processes?.(machine(() => ({ stdout: '' })))).toMatchObject({
      status: 'present',
      processes: [],
    });
    expect(await nvidia.processes?.(machine(() => ({ stdout: '', code: 9 })))).toMatchObject({
      status: 'failed',
    });
  });
});

describe('inventory', () => {
  it('is one command, and minor numbers come from /proc', async () => {
    const tools = machine(
      () => ({
        stdout:
          '0, GPU-9, NVIDIA H100, 77, 00000000:3B:00.0, 81559, 550.1, Disabled, 9.0, 700.00, Enabled, Default, 96.00.1\n',
      }),
      {
        '/proc/driver/nvidia/gpus/0000:3b:00.0/information': 'Model: \t H100\nDevice Minor: \t 6\n',
      },
    );
    const answer = await nvidia.inventory(tools);
    expect(answer).toMatchObject({
      status: 'present',
      driverVersion: '550.1',
      devices: [
        {
          id: 'GPU-9',
          health: 'ok',
          reading: {
            minorNumber: 6,
            migEnabled: false,
            computeCapability: '9.0',
            firmware: '96.00.1',
          },
        },
      ],
    });
    expect(answer).not.toHaveProperty('processes');
    expect(tools.runs).toHaveLength(1);
  });

  it('asks again without fields that an old driver refuses', async () => {
    const tools = machine((args) => {
      if (args.includes('compute_cap')) return refusal('compute_cap');
      if (args.includes('mig.mode')) return refusal('mig.mode.current');
      return { stdout: '0, GPU-9, Quadro P400, [N/A], 00000000:43:00.0, 1998, 418.43\n' };
    });
    expect(await nvidia.inventory(tools)).toMatchObject({
      status: 'present',
      devices: [{ reading: { model: 'Quadro P400', serial: null } }],
    });
    expect(tools.runs.filter((run) => run.includes('--query-gpu'))).toHaveLength(3);
  });

  it('lists MIG children only where MIG is on, as children, with the memory that the table shows', async () => {
    const table = `+---------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.1                  Driver Version: 550.1        CUDA Version: 12.4     |
|-----------------------------------------+----------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |         Memory-Usage | GPU-Util  Compute M. |
|                                         |                      |               MIG M. |
|=========================================+======================+======================|
|   0  NVIDIA A100                    On  | 00000000:3B:00.0 Off |                   On |
| N/A   31C    P0              45W / 400W |     49MiB / 81920MiB |     N/A      Default |
|                                         |                      |              Enabled |
+-----------------------------------------+----------------------+----------------------+
+---------------------------------------------------------------------------------------+
| MIG devices:                                                                          |
+------------------+--------------------------------+-----------+-----------------------+
| GPU  GI  CI  MIG |                   Memory-Usage |        Vol|      Shared           |
|      ID  ID  Dev |                     BAR1-Usage | SM     Unc| CE ENC DEC OFA JPG    |
|==================+================================+===========+=======================|
|  0    7   0   0  |              12MiB /  9728MiB  | 14      0 |  1   0    0    0    0 |
|                  |               0MiB / 16383MiB  |           |                       |
+------------------+--------------------------------+-----------+-----------------------+
|  0    8   0   1  |              13MiB /  9728MiB  | 14      0 |  1   0    0    0    0 |
|                  |               0MiB / 16383MiB  |           |                       |
+------------------+--------------------------------+-----------+-----------------------+
`;
    const outputs: Record<string, string> = {
      '-L': 'GPU 0: NVIDIA A100 (UUID: GPU-9)\n  MIG 1g.10gb  Device  0: (UUID: MIG-1)\n  MIG 1g.10gb  Device  1: (UUID: MIG-2)\n',
      '': table,
    };
    const csv =
      '0, GPU-9, NVIDIA A100, 77, 00000000:3B:00.0, 81920, 550.1, Enabled, 8.0, 400.00, Enabled, Default, 96.00.1\n';
    const answer = await nvidia.inventory(machine((args) => ({ stdout: outputs[args] ?? csv })));
    const part = (at: number, gi: number): object => {
      const memory = { memoryTotalMib: 9728, memoryUsedMib: 12 + at };
      return { index: at, gi, ci: 0, profile: '1g.10gb', uuid: `MIG-${at + 1}`, ...memory };
    };
    expect(answer).toMatchObject({ devices: [{ reading: { mig: [part(0, 7), part(1, 8)] } }] });
    expect(answer.status === 'present' && answer.devices).toHaveLength(1);
  });

  it.each([
    [{ problem: 'missing', code: null }, 'absent'],
    [{ problem: 'deadline', code: null, signal: 'SIGKILL' }, 'failed'],
    [{ problem: 'abandoned', code: null }, 'failed'],
    [{ code: null, signal: 'SIGSEGV', stdout: '0, GPU-9, a, b, c, 1, 2, 3, 4, 5, 6, 7\n' }, 'failed'],
    [
      { code: 9, stdout: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n" },
      'failed',
    ],
    [{ code: 6, stderr: 'No devices were found\n' }, 'absent'],
  ] as const)('%j is %s', async (output, status) => {
    const answer = await nvidia.inventory(machine(() => output));
    expect(answer.status).toBe(status);
    expect(answer.status !== 'present' && answer.reason).toMatch(/./);
  });

  it('uses the rows of a run that ended badly', async () => {
    const rows =
      '0, GPU-9, NVIDIA H100, 77, 00000000:3B:00.0, 81559, 550.1, Disabled, 9.0, 700.00, Enabled, Default, 96.00.1\n';
    const stdout = `${rows}Unable to determine the device handle for GPU1: 0000:5E:00.0: Unknown Error\n`;
    expect(await nvidia.inventory(machine(() => ({ code: 15, stdout })))).toMatchObject({
      status: 'present',
      devices: [{ id: 'GPU-9' }],
    });
  });
});

describe('stream', () => {
  const row = (of: number, index: number, used: number): string =>
    `${of}, ${index}, GPU-${index + 1}, 00000000:0${index + 1}:00.0, 5, ${used}, 81559, 40, [N/A], 70.00, 700.00, 1980, 2619, 0, No, No, 0x0000000000000000\n`;

  it('is cut into whole samples, whatever the chunks', () => {
    const text = [1, 2, 3].flatMap((used) => [row(2, 0, used), row(2, 1, used)]).join('');
    for (let at = 0; at <= text.length; at += 11) {
      const first = splitStream(text.slice(0, at));
      const second = splitStream(first.rest + text.slice(at));
      expect([...first.samples, ...second.samples].join('')).toBe(text);
      expect(first.samples.length + second.samples.length).toBe(3);
      expect(second.rest).toBe('');
    }
  });

  it('ends a sample that misses a lost GPU when the next begins', () => {
    const { samples, rest } = splitStream(row(3, 0, 1) + row(3, 2, 1) + row(3, 0, 2));
    expect(samples).toEqual([row(3, 0, 1) + row(3, 2, 1)]);
    expect(rest).toBe(row(3, 0, 2));
  });

  it('reads a sample with the ids of the inventory', () => {
    const reading = nvidia.stream?.parse(row(1, 0, 77));
    expect(reading).toMatchObject({
      status: 'present',
      devices: [
        { index: 0, uuid: 'GPU-1', memoryUsedMib: 77, memoryTemperatureC: null, throttleReasons: [] },
      ],
    });
    expect(nvidia.stream?.args(1000).slice(-2)).toEqual(['-lms', '1000']);
  });
});

import { expect, test } from 'vitest';
import { withPlaces } from './place.ts';
import type { ProbedDevice } from './probe.ts';

const files: Record<string, string> = {
  '/sys/bus/pci/devices/0000:3b:00.0/numa_node': '1\n',
  '/sys/bus/pci/devices/0000:3b:00.0/local_cpulist': '16-31,48-63\n',
  '/sys/bus/pci/devices/0000:5e:00.0/numa_node': '-1\n',
  '/sys/bus/pci/devices/0000:5e:00.0/local_cpulist': '\n',
};
const tools = { readText: async (path: string) => files[path] };
const device = (busId: string | null): ProbedDevice => ({
  id: 'a',
  vendor: 'ascend',
  reading: { busId },
  health: 'ok',
  healthReasons: [],
});

test.each([
  ['00000000:3B:00.0', { numaNode: 1, cpuAffinity: '16-31,48-63' }],
  ['0000:5e:00.0', {}],
  ['0000:99:00.0', {}],
  [null, {}],
])('a device at %s sits where the kernel says', async (busId, place) => {
  const [found] = await withPlaces(tools, [device(busId)]);
  expect(found?.reading).toEqual({ busId, ...place });
});

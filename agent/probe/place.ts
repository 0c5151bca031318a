/**
 * Where in the machine a device sits: NUMA node and CPUs, from the kernel's own files by PCI address. The same for every
 * vendor, and free: no process is started, and nothing here can hang. Impure only through `Tools`.
 */
import type { ProbedDevice, Tools } from './probe.ts';
import { busAddress } from './text.ts';

const pciDevices = '/sys/bus/pci/devices';
/** `0-15,64-79`, as the kernel writes lists of CPUs. */
const cpuList = /^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/;

/** The devices with `numaNode` and `cpuAffinity` where the kernel knows them; it says -1 on machines without nodes. */
export function withPlaces(
  tools: Pick<Tools, 'readText'>,
  devices: readonly ProbedDevice[],
): Promise<ProbedDevice[]> {
  return Promise.all(
    devices.map(async (device) => {
      const bus = busAddress(device.reading.busId);
      if (bus === null) return device;
      const [node, cpus] = await Promise.all(
        ['numa_node', 'local_cpulist'].map(async (file) =>
          (await tools.readText(`${pciDevices}/${bus}/${file}`))?.trim(),
        ),
      );
      return {
        ...device,
        reading: {
          ...device.reading,
          ...(node !== undefined && /^\d{1,4}$/.test(node) && { numaNode: Number(node) }),
          ...(cpus !== undefined && cpuList.test(cpus) && { cpuAffinity: cpus }),
        },
      };
    }),
  );
}

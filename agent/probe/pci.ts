/**
 * Accelerators as the PCI bus shows them, without any vendor tool: free to ask, and right when a tool is not. What is
 * left out: virtual functions (their card is there as well) and cards given to a virtual machine (`vfio-pci`), which the
 * vendor's tool cannot see and must not.
 */
import type { BusCard } from './bus.ts';
import type { Tools, VendorProbe } from './probe.ts';
import { busAddress } from './text.ts';

const devices = '/sys/bus/pci/devices';
/** Processing accelerators, co-processors and 3D controllers. */
const accelerators = /^0x(1200|0b40|0302|0380)/;
/** Graphics cards too, but for vendors whose processors have graphics inside, which no tool lists. */
const withDisplays = /^0x(1200|0b40|0302|0380|0300)/;

/** The vendor's cards on this machine's bus; empty when its PCI ids are not known or there is no bus. */
export async function busCards(
  tools: Pick<Tools, 'list' | 'readText'>,
  probe: Pick<VendorProbe, 'pciVendors' | 'graphicsInside'>,
): Promise<BusCard[]> {
  if (probe.pciVendors.length === 0) return [];
  const classes = probe.graphicsInside ? accelerators : withDisplays;
  const passedThrough = new Set(await tools.list('/sys/bus/pci/drivers/vfio-pci'));
  const found: BusCard[] = [];
  for (const name of await tools.list(devices)) {
    const address = busAddress(name);
    const vendor = (await tools.readText(`${devices}/${name}/vendor`))?.trim().replace(/^0x/, '');
    if (address === null || vendor === undefined || !probe.pciVendors.includes(vendor)) continue;
    if (!classes.test((await tools.readText(`${devices}/${name}/class`)) ?? '')) continue;
    if (passedThrough.has(name) || (await tools.list(`${devices}/${name}`)).includes('physfn')) continue;
    found.push({ address });
  }
  return found;
}

/**
 * Hygon DCU through hy-smi, a twin of rocm-smi (some releases of DTK install it under that name only).
 *
 * Its JSON is read leniently (`json.ts`): missing commas, values without quotes, one object per card and banners before
 * it were all seen. The cards are called DCU until DTK 24, HCU from 25.
 */
import type { Reading, Tools, VendorProbe } from './probe.ts';
import { grantOf, nodesOf } from './grant.ts';
import { answer, ask, onBus, said, withNodes } from './look.ts';
import { absent } from './reading.ts';
import { isHygon, readRocm } from './rocm.ts';
import { cleanLines } from './text.ts';

const hySmi = 'hy-smi';
const rocmSmi = 'rocm-smi';
const pciVendors = ['1d94'];

const values = [
  '--showuniqueid',
  '--showbus',
  '--showuse',
  '--showmeminfo',
  'vram',
  '--showtemp',
  '--showpower',
];
const inventoryArgs = [...values, '--showproductname', '--showserial', '--showmaxpower', '--json'];
const telemetryArgs = [...values, '--json'];

function parse(program: string, _args: string, text: string): Reading {
  const reading = readRocm(text);
  if (program === rocmSmi && reading !== null && !isHygon(text))
    return absent('this rocm-smi does not speak of Hygon cards');
  return reading ?? said(cleanLines(text), program);
}

/** One run of hy-smi, or of Hygon's rocm-smi on a machine whose bus shows Hygon's cards. */
async function look(tools: Tools, args: readonly string[]): Promise<Reading> {
  if ((await tools.find(hySmi)) !== undefined) return ask(tools, hySmi, args, parse);
  if (await onBus(tools, pciVendors)) return ask(tools, rocmSmi, args, parse);
  return absent('hy-smi is not installed in a trusted folder');
}

/** The Hygon probe. */
export const hygon: VendorProbe = {
  vendor: 'hygon',
  programs: [hySmi, rocmSmi],
  toolFolders: ['/opt/hyhal/bin', '/opt/dtk/bin'],
  pciVendors,
  parse,
  inventory: async (tools) =>
    answer('hygon', await withNodes(tools, await look(tools, inventoryArgs), 'drm')),
  telemetry: async (tools) => answer('hygon', await look(tools, telemetryArgs)),
  grant: (devices, host) =>
    grantOf(devices, host, {
      cdi: ['hygon.com/dcu', 'hygon.com/hcu'],
      needed: ['/dev/kfd'],
      shared: ['/dev/mkfd'],
      own: nodesOf,
      // Drivers with /dev/mkfd keep their libraries here, and their images expect them from the host.
      mounts: host.nodes.includes('/dev/mkfd') ? ['/opt/hyhal'] : [],
    }),
};

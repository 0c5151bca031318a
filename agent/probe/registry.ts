/** All vendors: one line each. A new vendor is one file and its line here (`docs/checklists/vendor.md`). */
import type { Reading, VendorProbe } from './probe.ts';
import { amd } from './amd.ts';
import { ascend } from './ascend.ts';
import { cambricon } from './cambricon.ts';
import { enflame } from './enflame.ts';
import { gaudi } from './gaudi.ts';
import { hygon } from './hygon.ts';
import { iluvatar } from './iluvatar.ts';
import { intel } from './intel.ts';
import { kunlun } from './kunlun.ts';
import { metax } from './metax.ts';
import { mthreads } from './mthreads.ts';
import { nvidia } from './nvidia.ts';
import { failed } from './reading.ts';

/** Every vendor probe, in the order in which they are shown. */
export const probes: readonly VendorProbe[] = [
  nvidia,
  ascend,
  cambricon,
  amd,
  hygon,
  metax,
  mthreads,
  iluvatar,
  kunlun,
  enflame,
  intel,
  gaudi,
];

/** Folders of the drivers' packages, for `createTools`. */
export const toolFolders: readonly string[] = probes.flatMap((probe) => probe.toolFolders ?? []);

/**
 * Reads captured output of a vendor tool. `tool` is the program as typed (a path and `.exe` are cut off), `args` what
 * followed it, or `''` when that is unknown. Where two vendors have a tool of one name, the one that can read the text
 * answers. Failed, with the known tools in the reason, for a tool that no vendor has.
 */
export function parseCapture(tool: string, args: string, text: string): Reading {
  const program = (tool.trim().split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/i, '');
  const readings = probes
    .filter(({ programs }) => programs.includes(program))
    .map((probe) => probe.parse(program, args, text));
  const known = [...new Set(probes.flatMap(({ programs }) => programs))].toSorted();
  return (
    readings.find(({ status }) => status === 'present') ??
    // A vendor that says "not mine" must not turn another's failure into "no devices".
    readings.find(({ status }) => status === 'failed') ??
    readings[0] ??
    failed(`unknown tool ${JSON.stringify(program)}: known are ${known.join(', ')}`)
  );
}

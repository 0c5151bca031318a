/**
 * AMD through rocm-smi, and through amd-smi where only that is installed.
 *
 * rocm-smi is asked first because one command of it names the card (`Unique ID`, `PCI Bus`) beside its changing values;
 * `amd-smi metric` knows cards by index only and needs a second command to say which they are. Neither can loop.
 * Hygon ships a rocm-smi as well; its output is left to `hygon.ts`.
 */
import type { Reading, Tools, TopologyReading, VendorProbe } from './probe.ts';
import { readAmdSmi } from './amdsmi.ts';
import { grantOf, nodesOf } from './grant.ts';
import { answer, ask, firstFound, joined, onBus, said, withNodes } from './look.ts';
import { absent } from './reading.ts';
import { isHygon, readRocm } from './rocm.ts';
import { renamed } from './text-matrix.ts';
import { busAddress, cleanLines } from './text.ts';

const rocmSmi = 'rocm-smi';
const amdSmi = 'amd-smi';

/** What names a card, in every command. */
const identity = ['--showuniqueid', '--showbus'];
const values = ['--showuse', '--showmeminfo', 'vram', '--showtemp', '--showpower'];
const rocmInventory = [
  ...identity,
  ...values,
  '--showproductname',
  '--showserial',
  '--showmaxpower',
  '--showvbios',
  '--showdriverversion',
  '--json',
];
const rocmTelemetry = [...identity, ...values, '--json'];
const amdStatic = ['static', '--json', '--asic', '--bus', '--vram', '--limit', '--driver'];
/** amd-smi of ROCm 6.0 has no `--driver`. */
const amdStaticOld = amdStatic.filter((flag) => flag !== '--driver');
const amdMetric = [
  'metric',
  '--json',
  '--usage',
  '--power',
  '--temperature',
  '--mem-usage',
  '--clock',
  '--ecc',
];
const amdList = ['list', '--json'];

function parse(program: string, _args: string, text: string): Reading {
  if (program === rocmSmi && isHygon(text))
    return absent("this rocm-smi is Hygon's (it speaks of DCU or HCU)");
  const reading =
    program === amdSmi ? (readAmdSmi(text) ?? readRocm(text)) : (readRocm(text) ?? readAmdSmi(text));
  return reading ?? said(cleanLines(text), program);
}

/** Which of the two tools to use; undefined when there is none for AMD. */
async function tool(tools: Tools): Promise<string | undefined> {
  // Without hy-smi, Hygon's probe asks rocm-smi itself, and a tool runs once at a time.
  const hygons = (await tools.find('hy-smi')) === undefined && (await onBus(tools, ['1d94']));
  return firstFound(tools, hygons ? [amdSmi] : [rocmSmi, amdSmi]);
}

async function amdSmiReading(
  tools: Tools,
  first: readonly string[],
  second: readonly string[],
): Promise<Reading> {
  const list = await ask(tools, amdSmi, amdList, parse);
  if (list.status !== 'present') return list;
  const reading = await ask(tools, amdSmi, first, parse);
  const more =
    reading.status === 'failed' && second.length > 0 ? await ask(tools, amdSmi, second, parse) : reading;
  return more.status === 'present' ? joined(more, list) : more;
}

async function inventoryReading(tools: Tools): Promise<Reading> {
  switch (await tool(tools)) {
    case rocmSmi:
      return ask(tools, rocmSmi, rocmInventory, parse);
    case amdSmi:
      return amdSmiReading(tools, amdStatic, amdStaticOld);
    default:
      return absent('neither rocm-smi nor amd-smi of AMD is installed in a trusted folder');
  }
}

async function telemetryReading(tools: Tools): Promise<Reading> {
  const program = await tool(tools);
  if (program === undefined)
    return absent('neither rocm-smi nor amd-smi of AMD is installed in a trusted folder');
  return program === rocmSmi
    ? ask(tools, rocmSmi, rocmTelemetry, parse)
    : amdSmiReading(tools, amdMetric, []);
}

/** Links between the cards. amd-smi names them by address, and its list says which indexes those are. */
async function topology(tools: Tools): Promise<TopologyReading | null> {
  const program = await tool(tools);
  if (program === rocmSmi) {
    const reading = await ask(tools, rocmSmi, ['--showtopo', '--json'], parse);
    return reading.status === 'present' ? (reading.topology ?? null) : null;
  }
  if (program === undefined) return null;
  const matrix = await ask(tools, amdSmi, ['topology'], parse);
  const list = await ask(tools, amdSmi, amdList, parse);
  if (matrix.status !== 'present' || matrix.topology === undefined || list.status !== 'present') return null;
  const names = new Map(list.devices.map(({ busId, index }) => [busAddress(busId), `GPU${index}`]));
  return renamed(matrix.topology, (name) => names.get(busAddress(name)) ?? name);
}

/** The AMD probe. */
export const amd: VendorProbe = {
  vendor: 'amd',
  programs: [rocmSmi, amdSmi],
  toolFolders: ['/opt/rocm/bin'],
  pciVendors: ['1002'],
  graphicsInside: true,
  parse,
  inventory: async (tools) => answer('amd', await withNodes(tools, await inventoryReading(tools), 'drm')),
  telemetry: async (tools) => answer('amd', await telemetryReading(tools)),
  topology,
  grant: (devices, host) =>
    // No check: rocm-smi reads /sys, which shows every card of the machine in every container.
    grantOf(devices, host, { cdi: ['amd.com/gpu'], needed: ['/dev/kfd'], own: nodesOf }),
};

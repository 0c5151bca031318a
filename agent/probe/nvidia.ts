/**
 * NVIDIA, through nvidia-smi: which parser reads what, and what a container is given. The parsers stand beside this
 * file, one for each form of output; the commands stand in `nvidia-probe.ts`.
 */
import type {
  Companion,
  DeviceGrant,
  DeviceReading,
  GrantHost,
  GrantRefusal,
  ProbedDevice,
  Reading,
  Tools,
  TopologyReading,
  VendorProbe,
} from './probe.ts';
import { grantOf } from './grant.ts';
import { parseQuery } from './nvidia-csv.ts';
import { lostDevices, nvidiaError, warnedDevices } from './nvidia-errors.ts';
import { parseList, parseMonitor } from './nvidia-monitor.ts';
import {
  inventoryReading,
  processReading,
  splitStream,
  streamArgs,
  streamQuery,
  telemetryReading,
} from './nvidia-probe.ts';
import { parseTable } from './nvidia-table.ts';
import { parseFullText } from './nvidia-text.ts';
import { parseXml } from './nvidia-xml.ts';
import { answerOf, failed, readRun } from './reading.ts';
import { busAddress, cleanLines } from './text.ts';
import { linkMatrix } from './text-matrix.ts';

function parseTopology(lines: readonly string[]): Reading | null {
  // nvidia-smi underlines the header even in a file; what passes it on may drop the escape and leave `[4m`.
  const plain = lines.map((line) => line.replace(/\[\d{0,2}m/g, ''));
  const topology = linkMatrix(plain, /^GPU\d+$/);
  return topology === null ? null : { status: 'present', devices: [], topology };
}

/** `nvidia-smi --version`: versions and no devices. */
function parseVersion(lines: readonly string[]): Reading | null {
  const value = (name: RegExp): string | undefined =>
    lines
      .find((line) => name.test(line))
      ?.replace(/^[^:]*:\s*/, '')
      .trim();
  const toolVersion = value(/^NVIDIA-SMI version\s*:/i);
  if (toolVersion === undefined) return null;
  return {
    status: 'present',
    devices: [],
    toolVersion,
    driverVersion: value(/^(?:DRIVER|KMD) version\s*:/i) ?? null,
    runtimeVersion: value(/^CUDA (?:UMD )?version\s*:/i) ?? null,
  };
}

/** Adds what message lines say of single devices. */
function withMessages(reading: Reading, lines: readonly string[]): Reading {
  if (reading.status !== 'present') return reading;
  const lost = lostDevices(lines);
  const warned = new Map(warnedDevices(lines).map(({ busId, warning }) => [busAddress(busId), warning]));
  const devices = reading.devices.map((device) => {
    const bus = busAddress(device.busId);
    const warning = bus === null ? undefined : warned.get(bus);
    return warning === undefined || device.health !== undefined
      ? device
      : { ...device, health: `error: ${warning}` };
  });
  return { ...reading, devices, ...(lost.length > 0 ? { lost } : {}) };
}

/** Reads any output of nvidia-smi; its form is told by its own words, the arguments only name columns. */
export function parseNvidia(args: string, text: string): Reading {
  if (text.includes('<nvidia_smi_log')) {
    const head = cleanLines(text.slice(0, text.indexOf('<nvidia_smi_log')));
    return withMessages(parseXml(text), head);
  }
  const lines = cleanLines(text).filter((line) => line !== '');
  const reading =
    parseTable(lines) ??
    parseFullText(args, lines) ??
    parseMonitor(lines) ??
    parseTopology(lines) ??
    parseList(lines) ??
    parseVersion(lines) ??
    parseQuery(args, lines);
  const empty = reading?.status === 'present' && reading.devices.length === 0 && isAboutDevices(reading);
  if (reading === null || empty) {
    const said = nvidiaError(lines);
    if (said !== null) return said;
    return failed(
      text.trim() === ''
        ? 'nvidia-smi printed nothing'
        : 'the text is no output of nvidia-smi that lists devices',
    );
  }
  return withMessages(reading, lines);
}

/** Whether an output without devices is missing them. */
function isAboutDevices(reading: Extract<Reading, { status: 'present' }>): boolean {
  return (
    reading.topology === undefined && reading.toolVersion === undefined && reading.processes === undefined
  );
}

const nodeOf = ({ minorNumber }: DeviceReading): string[] =>
  typeof minorNumber === 'number' ? [`/dev/nvidia${minorNumber}`] : [];

/** Names in CDI: the uuid, and the index where the specification itself says that it is this card's node. */
function cdiNamesOf(device: DeviceReading, { cdiNodes }: GrantHost): (string | number | null | undefined)[] {
  const nodes = cdiNodes[`nvidia.com/gpu=${device.index}`]?.filter((path) => /^\/dev\/nvidia\d+$/.test(path));
  const isOwn = nodes?.length === 1 && nodes[0] === nodeOf(device)[0];
  return [device.uuid, ...(isOwn ? [device.index] : [])];
}

/** CDI, else NVIDIA's runtime, else nodes by minor number: an index says nothing about a node. MIG instances go by uuid
 * only: besides the card's node each needs two of `/dev/nvidia-caps`, whose numbers no listing with uuids tells. */
function grant(devices: readonly ProbedDevice[], host: GrantHost): DeviceGrant | GrantRefusal {
  return grantOf(devices, host, {
    cdi: ['nvidia.com/gpu'],
    cdiNames: cdiNamesOf,
    needed: ['/dev/nvidiactl', '/dev/nvidia-uvm'],
    shared: ['/dev/nvidia-uvm-tools'],
    own: nodeOf,
    visible: {
      variable: 'NVIDIA_VISIBLE_DEVICES',
      none: 'void',
      value: ({ uuid }) => uuid,
      runtime: 'nvidia',
      env: { NVIDIA_DRIVER_CAPABILITIES: 'compute,utility' },
    },
    check: ['nvidia-smi', '-L'],
  });
}

/** NVLink and PCIe links between the GPUs, with CPU affinity. */
async function topology(tools: Tools): Promise<TopologyReading | null> {
  const output = await tools.run('nvidia-smi', ['topo', '-m']);
  const reading = readRun('nvidia-smi', output, (text) => parseNvidia('topo -m', text));
  return reading.status === 'present' ? (reading.topology ?? null) : null;
}

/** NVIDIA's container toolkit. Before 1.18 its runtime changes the container behind systemd's back. */
const toolkit: Companion = {
  name: 'NVIDIA Container Toolkit',
  programs: ['nvidia-ctk', 'nvidia-container-cli'],
  bad: [
    { fixedIn: ['1.16.2'], effect: 'escape', reference: 'CVE-2024-0132' },
    { fixedIn: ['1.17.8'], effect: 'escape', reference: 'CVE-2025-23266' },
    { fixedIn: ['1.18.0'], effect: 'loses_cards', reference: 'nvidia-container-toolkit issue 48' },
  ],
};

/** The NVIDIA probe. */
export const nvidia: VendorProbe = {
  vendor: 'nvidia',
  programs: ['nvidia-smi'],
  toolFolders: ['/usr/lib/wsl/lib'],
  pciVendors: ['10de'],
  cardNodes: /^\/dev\/nvidia\d+$/,
  companion: toolkit,
  parse: (_program, args, text) => parseNvidia(args, text),
  inventory: async (tools) => answerOf('nvidia', await inventoryReading(tools, parseNvidia)),
  telemetry: async (tools) => answerOf('nvidia', await telemetryReading(tools, parseNvidia)),
  topology,
  processes: (tools) => processReading(tools, parseNvidia),
  stream: {
    program: 'nvidia-smi',
    args: streamArgs,
    split: splitStream,
    parse: (sample) => parseNvidia(streamQuery, sample),
  },
  grant,
};

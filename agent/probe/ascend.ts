/**
 * Huawei Ascend, through npu-smi. One command (`npu-smi info`) says everything that changes and nearly all that does not,
 * so it is both inventory and telemetry; queries per card (`-t board -i N`) cost a process each and are not made.
 *
 * The one number that must be right is the physical id: `/dev/davinciN` is numbered by it, not by NPU id or by order.
 * It comes from the table (910C), else from a proof that costs nothing: as many nodes as chips (both are in the order of
 * the chips), else from the id map (`info -m`, one more process), else from nodes that bear the cards' own numbers on a
 * host of one-chip cards. Where nothing tells it, it stays unknown, and the chip cannot be granted.
 */
import type {
  DeviceGrant,
  DeviceReading,
  GrantHost,
  GrantRefusal,
  ProbeAnswer,
  ProbedDevice,
  Reading,
  Tools,
  TopologyReading,
  VendorProbe,
} from './probe.ts';
import { parseBlocks } from './ascend-blocks.ts';
import { parseMap, parseProcesses, parseVnpu, parseWatch } from './ascend-rows.ts';
import { parseInfoTable } from './ascend-table.ts';
import { grantOf } from './grant.ts';
import { absent, answerOf, failed, readRun } from './reading.ts';
import { cleanLines } from './text.ts';
import { linkMatrix } from './text-matrix.ts';

const timeoutMs = 15_000;

function parseTopology(lines: readonly string[]): Reading | null {
  const topology = linkMatrix(lines, /^(?:NPU|Phy-?ID)\d+$/i);
  return topology === null ? null : { status: 'present', devices: [], topology };
}

function parseVersion(lines: readonly string[]): Reading | null {
  const version = lines.map((line) => /npu-smi version\s*:\s*(\S+)/i.exec(line)?.[1]).find((each) => each);
  return version === undefined ? null : { status: 'present', devices: [], toolVersion: version };
}

/** What npu-smi says instead of devices (sources: docs/vendors.md). */
function complaint(lines: readonly string[]): Reading | null {
  const text = lines.join('\n');
  const dcmi = /dcmi module initiali[sz]e failed\W{0,3}(?:ret is (-?\d{1,9}))?/i.exec(text);
  if (dcmi) {
    const code = dcmi[1] === undefined ? '' : ` (${dcmi[1]})`;
    return failed(
      `the Ascend driver cannot be used${code}: reboot after an upgrade, or no permission, or no device nodes here`,
    );
  }
  if (/\bno (?:npu )?(?:npu|chip|device|card)s?\b[^\n]{0,40}\b(?:found|exist|detected|on this)/i.test(text))
    return absent('npu-smi finds no NPU');
  const said = lines.find((line) =>
    /fail|error|denied|not found|not support|invalid|ret(?:urn)? ?(?:is|=|:) ?-?\d/i.test(line),
  );
  return said === undefined ? null : failed(`npu-smi says: ${said.trim().slice(0, 200)}`);
}

/** Reads any output of npu-smi; its form is told by its own words, and the arguments name the chip where it does not. */
export function parseAscend(text: string, args = ''): Reading {
  const lines = cleanLines(text);
  const reading =
    parseInfoTable(lines) ??
    parseMap(lines) ??
    parseTopology(lines) ??
    parseWatch(lines) ??
    parseVnpu(lines, args) ??
    parseProcesses(lines, args) ??
    parseBlocks(lines, args) ??
    parseVersion(lines);
  if (reading?.status === 'present') {
    const other = reading.topology !== undefined || reading.toolVersion !== undefined;
    if (reading.devices.length > 0 || (other && !lines.some((line) => /\bNPU\s+Name\b/.test(line))))
      return reading;
  }
  const empty = text.trim() === '' ? 'npu-smi printed nothing' : 'the text lists no devices of npu-smi';
  return complaint(lines) ?? failed(empty);
}

/** A 950's table names no chips; its map calls its only one 0. */
const sameChip = (a: DeviceReading, b: DeviceReading): boolean =>
  a.card === b.card && (a.chip ?? 0) === (b.chip ?? 0);

/** Adds ids from the map to the devices of the table. */
function withIds(devices: readonly DeviceReading[], map: readonly DeviceReading[]): DeviceReading[] {
  return devices.map((device) => {
    const entry = map.find((each) => sameChip(each, device));
    const physicalId = device.physicalId ?? entry?.physicalId;
    return physicalId === undefined || physicalId === null ? device : { ...device, physicalId };
  });
}

const numbered = (device: DeviceReading): boolean => typeof device.physicalId === 'number';

/** Physical ids from the device nodes, where these prove them: see the head of this file. */
function idsByNodes(devices: readonly DeviceReading[], nodes: readonly number[]): DeviceReading[] {
  if (nodes.length !== devices.length) return [...devices];
  return devices.map((device, at) => ({ ...device, physicalId: nodes[at] ?? null }));
}

/** Physical ids that are the cards' own numbers, on a host of one-chip cards. */
function idsByCards(devices: readonly DeviceReading[], nodes: readonly number[]): DeviceReading[] {
  const cards = devices.flatMap(({ chip, card }) => (chip === 0 && typeof card === 'number' ? [card] : []));
  if (cards.length !== devices.length || !cards.every((card) => nodes.includes(card))) return [...devices];
  return devices.map((device, at) => ({ ...device, physicalId: cards[at] ?? null }));
}

async function ask(tools: Tools, ...args: string[]): Promise<Reading> {
  const output = await tools.run('npu-smi', args, { timeoutMs });
  return readRun('npu-smi', output, (text) => parseAscend(text, args.join(' ')));
}

async function withPhysicalIds(tools: Tools, devices: readonly DeviceReading[]): Promise<DeviceReading[]> {
  if (devices.every(numbered)) return [...devices];
  const nodes = (await tools.list('/dev'))
    .flatMap((name) => /^davinci(\d{1,5})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
  const byNodes = idsByNodes(devices, nodes);
  if (byNodes.every(numbered)) return byNodes;
  const map = await ask(tools, 'info', '-m');
  const mapped = withIds(devices, map.status === 'present' ? map.devices : []);
  return mapped.some(numbered) ? mapped : idsByCards(mapped, nodes);
}

async function inventory(tools: Tools): Promise<ProbeAnswer> {
  const table = await ask(tools, 'info');
  if (table.status !== 'present') return table;
  return answerOf('ascend', { ...table, devices: await withPhysicalIds(tools, table.devices) });
}

async function telemetry(tools: Tools): Promise<ProbeAnswer> {
  return answerOf('ascend', await ask(tools, 'info'));
}

/** HCCS and PCIe links between the chips, with CPU affinity. */
async function topology(tools: Tools): Promise<TopologyReading | null> {
  const reading = await ask(tools, 'info', '-t', 'topo');
  return reading.status === 'present' ? (reading.topology ?? null) : null;
}

const driver = '/usr/local/Ascend/driver';
/** What the vendor's runtime mounts into every container; all parts of a driver installation. */
const driverMounts = [
  '/usr/local/dcmi',
  '/usr/local/bin/npu-smi',
  `${driver}/lib64`,
  `${driver}/include`,
  `${driver}/topo`,
  `${driver}/version.info`,
  '/etc/ascend_install.info',
  '/etc/hccl_rootinfo.json',
];
/** The manager's node on hosts that have one for containers; inside it is `/dev/davinci_manager` all the same. */
const dockerManager = '/dev/davinci_manager_docker';
const manager = '/dev/davinci_manager';

/** Everything by physical id: CDI, the vendor's runtime, or the nodes with the managers and the driver of this host. */
function grant(devices: readonly ProbedDevice[], host: GrantHost): DeviceGrant | GrantRefusal {
  const granted = grantOf(devices, host, {
    cdi: ['huawei.com/npu'],
    cdiNames: ({ physicalId }) => [physicalId],
    needed: [host.nodes.includes(dockerManager) ? dockerManager : manager, '/dev/devmm_svm', '/dev/hisi_hdc'],
    // Only newer hosts have these.
    shared: ['/dev/dvpp_cmdlist', '/dev/uburma', '/dev/ummu'],
    own: ({ physicalId }) => (typeof physicalId === 'number' ? [`/dev/davinci${physicalId}`] : []),
    mounts: driverMounts,
    visible: {
      variable: 'ASCEND_VISIBLE_DEVICES',
      none: '',
      value: ({ physicalId }) => physicalId,
      runtime: 'ascend',
    },
    check: ['npu-smi', 'info'],
  });
  if ('refused' in granted) return granted;
  const nodes = granted.nodes.map((node) =>
    node.hostPath === dockerManager ? { ...node, containerPath: manager } : node,
  );
  return { ...granted, nodes };
}

/** The Ascend probe. */
export const ascend: VendorProbe = {
  vendor: 'ascend',
  programs: ['npu-smi'],
  toolFolders: ['/usr/local/Ascend/driver/tools'],
  pciVendors: ['19e5'],
  cardNodes: /^\/dev\/davinci\d+$/,
  parse: (_program, args, text) => parseAscend(text, args),
  inventory,
  telemetry,
  topology,
  grant,
};

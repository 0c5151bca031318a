/**
 * Huawei Ascend, through npu-smi.
 *
 * `npu-smi info` is one process and says all that changes, so it is both inventory and telemetry; the inventory adds
 * `info -m` (logical and physical ids) and `info -t topo` (HCCS links, CPU affinity). Queries per card (`-t board -i N`)
 * cost one process each and are not made. No loop is documented well enough to be used, so telemetry is polled.
 *
 * The one number that must be right is the physical id: `/dev/davinciN` is numbered by it, not by NPU id or by order.
 * It comes from the table (910C) or the id map; where neither prints it, only from a proof: as many nodes as chips (then
 * their order is the same), or a node of the card's own number on a host of one-chip cards. Else it stays unknown, and
 * the chip cannot be granted.
 */
import type {
  DeviceGrant,
  DeviceReading,
  ProbeAnswer,
  ProbedDevice,
  Reading,
  Tools,
  VendorProbe,
} from './probe.ts';
import { parseBlocks, parseMap, parseWatch } from './ascend-blocks.ts';
import { parseInfoTable } from './ascend-table.ts';
import { absent, answerOf, failed, readRun } from './reading.ts';
import { cleanLines } from './text.ts';
import { linkMatrix } from './text-matrix.ts';

const timeoutMs = 15_000;

function parseTopology(lines: readonly string[]): Reading | null {
  const topology = linkMatrix(lines, /^NPU\d+$/i);
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
  if (/\bno (?:npu|chip|device|card)s?\b[^\n]{0,40}\b(?:found|exist|detected)/i.test(text))
    return absent('npu-smi finds no NPU');
  const said = lines.find((line) =>
    /fail|error|denied|not found|not support|invalid|ret(?:urn)? ?(?:is|=|:) ?-?\d/i.test(line),
  );
  return said === undefined ? null : failed(`npu-smi says: ${said.trim().slice(0, 200)}`);
}

/** Reads any output of npu-smi; its form is told by its own words. */
export function parseAscend(text: string): Reading {
  const lines = cleanLines(text);
  const reading =
    parseInfoTable(lines) ??
    parseMap(lines) ??
    parseTopology(lines) ??
    parseWatch(lines) ??
    parseBlocks(lines) ??
    parseVersion(lines);
  if (reading?.status === 'present') {
    const other = reading.topology !== undefined || reading.toolVersion !== undefined;
    if (reading.devices.length > 0 || (other && !lines.some((line) => /\bNPU\s+Name\b/.test(line))))
      return reading;
  }
  const empty = text.trim() === '' ? 'npu-smi printed nothing' : 'the text lists no devices of npu-smi';
  return complaint(lines) ?? failed(empty);
}

const sameChip = (a: DeviceReading, b: DeviceReading): boolean => a.card === b.card && a.chip === b.chip;

/** Adds ids from the map to the devices of the table. */
function withIds(devices: readonly DeviceReading[], map: readonly DeviceReading[]): DeviceReading[] {
  return devices.map((device) => {
    const entry = map.find((each) => sameChip(each, device));
    const physicalId = device.physicalId ?? entry?.physicalId;
    return physicalId === undefined || physicalId === null ? device : { ...device, physicalId };
  });
}

/** Physical ids from the device nodes, for chips that have none yet: see the head of this file. */
export function idsFromNodes(devices: readonly DeviceReading[], names: readonly string[]): DeviceReading[] {
  const nodes = names
    .flatMap((name) => /^davinci(\d{1,5})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
  if (devices.some(({ physicalId }) => typeof physicalId === 'number')) return [...devices];
  if (nodes.length === devices.length)
    return devices.map((device, i) => {
      const physicalId = nodes[i];
      return physicalId === undefined ? device : { ...device, physicalId };
    });
  const oneChipCards = devices.every(
    ({ chip, card }) => chip === 0 && typeof card === 'number' && nodes.includes(card),
  );
  return devices.map((device) =>
    oneChipCards && typeof device.card === 'number' ? { ...device, physicalId: device.card } : device,
  );
}

async function inventory(tools: Tools): Promise<ProbeAnswer> {
  const run = async (...args: string[]): Promise<Reading> =>
    readRun('npu-smi', await tools.run('npu-smi', args, { timeoutMs }), parseAscend);
  const table = await run('info');
  if (table.status !== 'present') return table;
  // The rest only adds: what fails here takes nothing away.
  const map = await run('info', '-m');
  const links = await run('info', '-t', 'topo');
  const mapped = withIds(table.devices, map.status === 'present' ? map.devices : []);
  const topology = links.status === 'present' ? links.topology : undefined;
  return answerOf('ascend', {
    ...table,
    devices: idsFromNodes(mapped, await tools.list('/dev')),
    ...(topology === undefined ? {} : { topology }),
  });
}

async function telemetry(tools: Tools): Promise<ProbeAnswer> {
  return answerOf(
    'ascend',
    readRun('npu-smi', await tools.run('npu-smi', ['info'], { timeoutMs }), parseAscend),
  );
}

const driver = '/usr/local/Ascend/driver';
/** What the vendor's runtime mounts into every container; all parts of a driver installation. */
const driverMounts = [
  '/usr/local/dcmi',
  '/usr/local/bin/npu-smi',
  `${driver}/lib64`,
  `${driver}/version.info`,
  '/etc/ascend_install.info',
];
/** Managers: [on the host, in the container]. The first two are needed by all, the last only on newer hosts. */
const managers: readonly (readonly [string, string])[] = [
  ['/dev/davinci_manager_docker', '/dev/davinci_manager'],
  ['/dev/davinci_manager', '/dev/davinci_manager'],
  ['/dev/devmm_svm', '/dev/devmm_svm'],
  ['/dev/hisi_hdc', '/dev/hisi_hdc'],
  ['/dev/dvpp_cmdlist', '/dev/dvpp_cmdlist'],
  ['/dev/uburma', '/dev/uburma'],
  ['/dev/ummu', '/dev/ummu'],
];

/** Device nodes by physical id, the manager nodes of this host, and the driver. No device of unknown id is ever given. */
function grant(
  devices: readonly ProbedDevice[],
  host: { nodes: readonly string[]; cdi: readonly string[] },
): DeviceGrant {
  const ids = devices.flatMap(({ reading }) => reading.physicalId ?? []);
  const names = ids.map((id) => `huawei.com/npu=${id}`);
  const env = { ASCEND_VISIBLE_DEVICES: ids.join(',') };
  if (devices.length > 0 && ids.length === devices.length && names.every((name) => host.cdi.includes(name)))
    return { cdi: names, nodes: [], mounts: [], env: {} };
  if (ids.length === 0) return { nodes: [], mounts: [], env };
  const given = new Set<string>();
  const shared = managers.filter(([path, inside]) => {
    if (!host.nodes.includes(path) || given.has(inside)) return false;
    given.add(inside);
    return true;
  });
  return {
    nodes: [
      ...ids.map((id) => ({ hostPath: `/dev/davinci${id}` })),
      ...shared.map(([hostPath, containerPath]) => ({ hostPath, containerPath })),
    ],
    mounts: driverMounts.map((path) => ({ hostPath: path, containerPath: path, readOnly: true })),
    env,
  };
}

/** The Ascend probe. */
export const ascend: VendorProbe = {
  vendor: 'ascend',
  programs: ['npu-smi'],
  pciVendors: ['19e5'],
  parse: (_program, _args, text) => parseAscend(text),
  inventory,
  telemetry,
  grant,
};

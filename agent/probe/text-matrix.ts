/**
 * Reads a link matrix (`nvidia-smi topo -m`, `npu-smi info -t topo`, `cnmon topo -m` and their kin). Pure. Cells are
 * words: header and rows are not aligned (npu-smi), and a row may hold more tabs than the header (nvidia-smi 590).
 */
import type { TopologyReading } from './probe.ts';
import { unknown } from './text.ts';

const headerWords = /CPU Affinity|NUMA Affinity|[A-Z]+ NUMA ID|\S+/gi;
const nodeList = /^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/;

/** The affinity words after the matrix cells, in the order in which the header names them. */
function affinities(header: readonly string[], words: readonly string[]): { cpu?: string; numa?: string } {
  const labels = header.filter((word) => /affinity/i.test(word));
  const found: { cpu?: string; numa?: string } = {};
  for (const [at, label] of labels.entries()) {
    const word = words[at];
    if (word === undefined || unknown(word) === null || !nodeList.test(word)) continue;
    if (/^cpu/i.test(label)) found.cpu = word;
    else found.numa = word;
  }
  return found;
}

/**
 * The matrix among `lines`, or null when there is none. `device` matches the names of accelerators (`GPU0`, `NPU0`);
 * other columns (network cards) are left out. A row that holds fewer cells than the header names is left out.
 */
export function linkMatrix(lines: readonly string[], device: RegExp): TopologyReading | null {
  const at = lines.findIndex((line) => {
    const words = line.match(headerWords) ?? [];
    return (
      device.test(words[0] ?? '') && words.every((word) => /^[A-Z][A-Z_-]*\d|affinity|numa id/i.test(word))
    );
  });
  if (at < 0) return null;
  const header = lines[at]?.match(headerWords) ?? [];
  const columns = header.filter((word) => !/affinity|numa id/i.test(word));
  const topology: TopologyReading = { devices: [], links: {} };
  const rows = new Map<string, Record<string, string>>();
  const cpu: Record<string, string> = {};
  const numa: Record<string, string> = {};
  for (const line of lines.slice(at + 1)) {
    const [name = '', ...words] = line.trim().split(/\s+/);
    if (!columns.includes(name) || !device.test(name) || words.length < columns.length || rows.has(name))
      continue;
    const cells = columns.map((column, index) => [column, words[index] ?? ''] as const);
    if (cells.find(([column]) => column === name)?.[1].toUpperCase() !== 'X') continue;
    rows.set(name, Object.fromEntries(cells.filter(([column]) => device.test(column))));
    const found = affinities(header, words.slice(columns.length));
    if (found.cpu !== undefined) cpu[name] = found.cpu;
    if (found.numa !== undefined) numa[name] = found.numa;
  }
  topology.devices = [...rows.keys()];
  topology.links = Object.fromEntries(rows);
  if (Object.keys(cpu).length > 0) topology.cpuAffinity = cpu;
  if (Object.keys(numa).length > 0) topology.numaAffinity = numa;
  return topology.devices.length === 0 ? null : topology;
}

/** The matrix with its devices under other names. */
export function renamed(topology: TopologyReading, nameOf: (name: string) => string): TopologyReading {
  const keys = <T>(record: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [nameOf(name), value]));
  const { devices, links, cpuAffinity, numaAffinity } = topology;
  return {
    devices: devices.map(nameOf),
    links: keys(Object.fromEntries(Object.entries(links).map(([name, row]) => [name, keys(row)]))),
    ...(cpuAffinity !== undefined && { cpuAffinity: keys(cpuAffinity) }),
    ...(numaAffinity !== undefined && { numaAffinity: keys(numaAffinity) }),
  };
}

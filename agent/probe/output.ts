/** A reading as people and programs get it from `suanlink probe`: JSON with the names of the corpus, or a table. Pure. */
import type { DeviceReading, Reading } from './probe.ts';

/** `memoryTotalMib` is `memory_total_mib`. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Names of devices are keys in these, and stay as they are. */
const keyed = new Set(['links', 'cpuAffinity', 'numaAffinity']);

/** The fields of an object under their names outside, also of objects inside it; what is undefined is left out. */
export function snakeCased(facts: object): Record<string, unknown> {
  return renamed(facts) as Record<string, unknown>;
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => [snake(name), keyed.has(name) ? each : renamed(each)]),
  );
}

/** What `readingToJson` gives. */
export interface ReadingJson {
  status: Reading['status'];
  reason?: string;
  devices: Record<string, unknown>[];
  [fact: string]: unknown;
}

/**
 * The reading as `{ status, reason?, devices }`, each device with the field names of the corpus (`memory_total_mib`),
 * null for "the tool has no value", and the versions, processes, topology and lost devices beside them.
 */
export function readingToJson(reading: Reading): ReadingJson {
  if (reading.status !== 'present') return { status: reading.status, reason: reading.reason, devices: [] };
  const { devices, status, ...rest } = reading;
  return {
    status,
    devices: devices.map(snakeCased),
    ...snakeCased(rest),
  };
}

const columns: readonly [
  string,
  (device: DeviceReading, at: number) => string | number | null | undefined,
][] = [
  ['INDEX', ({ index, position }, at) => index ?? position ?? at],
  ['MODEL', ({ model }) => model],
  ['BUS', ({ busId }) => busId],
  ['MEMORY MiB', ({ memoryUsedMib, memoryTotalMib }) => pair(memoryUsedMib, memoryTotalMib)],
  ['UTIL %', ({ utilizationPct }) => utilizationPct],
  ['TEMP C', ({ temperatureC }) => temperatureC],
  ['POWER W', ({ powerW, powerLimitW }) => pair(powerW, powerLimitW)],
  ['HEALTH', ({ health }) => health],
  ['PARTS', ({ mig }) => mig?.length],
];

function pair(used: number | null | undefined, total: number | null | undefined): string | undefined {
  if (total === undefined || total === null)
    return used === undefined || used === null ? undefined : String(used);
  return `${used ?? '?'}/${total}`;
}

/** The reading as text: one row per device, `-` where nothing is known; one line when it is absent or failed. */
export function readingTable(reading: Reading): string {
  if (reading.status !== 'present') return `${reading.status}: ${reading.reason}`;
  const rows = [
    columns.map(([title]) => title),
    ...reading.devices.map((device, at) => columns.map(([, read]) => String(read(device, at) ?? '-'))),
  ];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const lost = (reading.lost ?? []).map((name) => `lost: ${name}`);
  return [...lines, ...lost, ...(reading.truncated === true ? ['the output ended early'] : [])].join('\n');
}

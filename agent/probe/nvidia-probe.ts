/**
 * How the NVIDIA probe looks at the machine: which commands, in which order, and what it falls back to. nvidia-smi
 * refuses a whole query for one field that it does not know (`mig.mode.current` came with 450, `compute_cap` with 510),
 * so a refused query is asked again without what is new.
 */
import type { DeviceReading, PartitionReading, Reading, ToolOutput, Tools } from './probe.ts';
import { failed, readRun } from './reading.ts';
import { busAddress, count } from './text.ts';

const program = 'nvidia-smi';

/** Static fields, from the fewest that every driver knows to all that we want. */
const inventoryFields = [
  'index,uuid,name,serial,pci.bus_id,memory.total,driver_version,mig.mode.current,compute_cap,power.limit,ecc.mode.current,compute_mode,vbios_version',
  'index,uuid,name,serial,pci.bus_id,memory.total,driver_version,mig.mode.current',
  'index,uuid,name,serial,pci.bus_id,memory.total,driver_version',
];

/** `count` comes first: it says how many rows a sample has. */
const telemetryFields = [
  'count,index,uuid,pci.bus_id,utilization.gpu,memory.used,memory.total,temperature.gpu,temperature.memory,power.draw,power.limit,clocks.sm,clocks.mem,ecc.errors.uncorrected.volatile.total,remapped_rows.pending,remapped_rows.failure,clocks_throttle_reasons.active',
  'count,index,uuid,pci.bus_id,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,power.limit,clocks.sm,clocks.mem,ecc.errors.uncorrected.volatile.total',
  'count,index,uuid,pci.bus_id,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw',
];

/** Arguments of a query for `fields`. */
function queryArgs(fields: string): string[] {
  return [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'];
}

/** Arguments of a query that repeats itself every `intervalMs` (nvidia-smi wants at least 167 ms). */
export function streamArgs(intervalMs: number): string[] {
  return [...queryArgs(telemetryFields[0] ?? ''), '-lms', String(Math.max(200, Math.round(intervalMs)))];
}

/** Arguments under which a sample of the stream reads. */
export const streamQuery = queryArgs(telemetryFields[0] ?? '').join(' ');

const refused = (output: ToolOutput): boolean =>
  /not a valid field/i.test(output.stdout) || /not a valid field/i.test(output.stderr);

type Parse = (args: string, text: string) => Reading;

/** Asks for the most fields that this driver knows. */
async function query(tools: Tools, fields: readonly string[], parse: Parse): Promise<Reading> {
  let reading: Reading = { status: 'failed', reason: 'nothing was asked' };
  for (const list of fields) {
    const args = queryArgs(list);
    const output = await tools.run(program, args);
    reading = readRun(program, output, (text) => parse(args.join(' '), text));
    if (!refused(output)) break;
  }
  return reading;
}

/** What changes all the time, in one command. */
export function telemetryReading(tools: Tools, parse: Parse): Promise<Reading> {
  return query(tools, telemetryFields, parse);
}

/** Asks for the recovery action too where the driver is new enough; the kernel tells its version without a process. */
async function inventoryLists(tools: Tools): Promise<readonly string[]> {
  const version = await tools.readText('/proc/driver/nvidia/version');
  const major = Number(/\b(\d{3,4})\.\d{2,3}(?:\.\d{1,3})?\b/.exec(version ?? '')?.[1] ?? 0);
  const [most = ''] = inventoryFields;
  return major >= 580 ? [`${most},gpu_recovery_action`, ...inventoryFields] : inventoryFields;
}

/** The minor number (the N of /dev/nvidiaN) from a file of the kernel: no process, and never waits. */
async function withMinorNumber(tools: Tools, device: DeviceReading): Promise<DeviceReading> {
  const bus = busAddress(device.busId);
  if (bus === null) return device;
  const information = await tools.readText(`/proc/driver/nvidia/gpus/${bus}/information`);
  const minorNumber = count(/^Device Minor:\s*(\d+)/m.exec(information ?? '')?.[1]);
  return minorNumber === null ? device : { ...device, minorNumber };
}

const processArgs = [
  '--query-compute-apps=gpu_uuid,pid,process_name,used_memory',
  '--format=csv,noheader,nounits',
];

/** Processes that compute; those of a display server are not among them. Nothing is printed when there is none. */
export async function processReading(tools: Tools, parse: Parse): Promise<Reading> {
  const output = await tools.run(program, processArgs);
  if (output.problem === undefined && output.stdout.trim() === '')
    return output.code === 0
      ? { status: 'present', devices: [], processes: [] }
      : failed(`${program} lists no processes (exit ${output.code ?? output.signal})`);
  return readRun(program, output, (text) => parse(processArgs.join(' '), text));
}

/** Everything static: one query. Only where a GPU has MIG on two more: `-L` alone gives the instances' uuids, and the
 * table their memory and ids; both count an instance by the same number. */
export async function inventoryReading(tools: Tools, parse: Parse): Promise<Reading> {
  const reading = await query(tools, await inventoryLists(tools), parse);
  if (reading.status !== 'present') return reading;
  const devices = await Promise.all(reading.devices.map((device) => withMinorNumber(tools, device)));
  if (!devices.some(({ migEnabled }) => migEnabled === true)) return { ...reading, devices };
  const list = readRun(program, await tools.run(program, ['-L']), (text) => parse('-L', text));
  if (list.status !== 'present') return list;
  const table = readRun(program, await tools.run(program, []), (text) => parse('', text));
  if (table.status !== 'present') return table;
  const partsOf = (from: Extract<Reading, { status: 'present' }>, gpu: DeviceReading): PartitionReading[] =>
    from.devices.find(({ index }) => index === gpu.index)?.mig ?? [];
  const withParts = devices.map((device) => {
    const sizes = partsOf(table, device);
    const mig = partsOf(list, device).map((part) => ({
      ...sizes.find(({ index }) => index === part.index),
      ...part,
    }));
    return mig.length === 0 ? device : { ...device, mig };
  });
  return { ...reading, devices: withParts };
}

/**
 * Cuts a stream into samples: a sample ends when it has as many rows as its first field counts, or when the index
 * starts over (a GPU was lost). Lines that are no rows stay with the sample they stand in.
 */
export function splitStream(buffer: string): { samples: string[]; rest: string } {
  const samples: string[] = [];
  let lines: string[] = [];
  let rows = 0;
  let last = -1;
  const flush = (): void => {
    if (rows > 0) samples.push(`${lines.join('\n')}\n`);
    lines = [];
    rows = 0;
    last = -1;
  };
  const end = buffer.lastIndexOf('\n') + 1;
  for (const line of buffer.slice(0, end).split('\n').slice(0, -1)) {
    const match = /^\s*(\d+),\s*(\d+),/.exec(line);
    const index = match === null ? null : Number(match[2]);
    if (index !== null && index <= last) flush();
    lines.push(line);
    if (match === null || index === null) continue;
    rows += 1;
    last = index;
    if (rows === Number(match[1])) flush();
  }
  const open = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  return { samples, rest: open + buffer.slice(end) };
}

/**
 * Reads the smaller outputs of Intel's xpu-smi: the two-column tables of `stats` and `health`, the rows of `ps` and the
 * matrix of `topology -m`. Pure.
 *
 * In the two-column tables a row names its device (`Device ID | 0`) and the rows below it are that device's. A value that
 * is told for tiles only (`Tile 0: 47, Tile 1: 62`) is no value of the device, and is left out.
 */
import type { DeviceReading, ProcessReading, Reading } from './probe.ts';
import { put } from './reading.ts';
import { boxCells, count, mib, num, unknown, watts } from './text.ts';
import { linkMatrix } from './text-matrix.ts';

type Present = Extract<Reading, { status: 'present' }>;
type Field = Exclude<keyof DeviceReading, 'mig' | 'last' | 'throttleReasons'>;

const plain = /^-?\d+(?:\.\d+)?$/;

const stats: readonly [label: RegExp, field: Field, read: (value: string) => number | null][] = [
  [/^gpu utilization \(%\)$/i, 'utilizationPct', num],
  [/^gpu power \(w\)$/i, 'powerW', watts],
  [/^gpu frequency \(mhz\)$/i, 'clockMhz', num],
  [/^gpu core temperature \(c\)$/i, 'temperatureC', num],
  [/^gpu memory temperature \(c\)$/i, 'memoryTemperatureC', num],
  [/^gpu memory used \(mib\)$/i, 'memoryUsedMib', mib],
  [/^gpu memory util(?:ization)? \(%\)$/i, 'memoryUsagePct', num],
  [/^(?:gpu )?mem(?:ory)? errors uncorrectable$/i, 'eccUncorrected', count],
];

/** A value of `stats`; a tool that could not measure leaves the cell empty or writes -1. */
function putStat(device: DeviceReading, label: string, value: string): void {
  const found = stats.find(([name]) => name.test(label));
  if (found === undefined || !(plain.test(value) || unknown(value) === null)) return;
  const [, field, read] = found;
  put(device, field, value, (word) => {
    const number = read(word);
    return number === null || number < 0 ? null : number;
  });
}

/** A line of `health`: the state of one component, of which the worst counts, and the limits of the core. */
function putHealth(device: DeviceReading, component: string, value: string): void {
  const status = /^Status:\s*(.+)$/i.exec(value)?.[1];
  if (status !== undefined && (device.health === undefined || /^(?:ok|unknown)$/i.test(device.health ?? '')))
    if (device.health === undefined || !/^(?:ok|unknown)$/i.test(status)) device.health = unknown(status);
  const limit = /^Throttle Threshold:\s*(\d+)\s*Celsius/i.exec(value)?.[1];
  if (limit !== undefined && /core temperature/i.test(component)) device.temperatureLimitC = num(limit);
}

/** `stats -d N` and `health`; null when no row names a device. */
export function fromPairs(lines: readonly string[]): Present | null {
  const devices = new Map<number, DeviceReading>();
  let device: DeviceReading | undefined;
  let component = '';
  for (const line of lines) {
    const cells = boxCells(line);
    if (cells?.length !== 2) continue;
    const [label = '', value = ''] = cells;
    const index = /^Device ID$/i.test(label) ? count(value) : null;
    if (index !== null) {
      device = devices.get(index) ?? { index };
      devices.set(index, device);
    }
    if (device === undefined || index !== null) continue;
    if (label !== '') component = label;
    if (/^\d+\. /.test(component)) putHealth(device, component, value);
    else if (label !== '') putStat(device, label, value);
  }
  return devices.size === 0 ? null : { status: 'present', devices: [...devices.values()] };
}

/** `ps`: memory is in kB. A process stands once for each device that it uses. */
export function fromProcesses(lines: readonly string[]): Present | null {
  const at = lines.findIndex((line) => /^\s*PID\s+Command\s+DeviceID\s+SHR\s+MEM\s*$/i.test(line));
  if (at < 0) return null;
  const processes = lines.slice(at + 1).flatMap((line): ProcessReading[] => {
    const words = line.trim().split(/\s+/);
    const [pid, device] = [count(words[0]), count(words.at(-3))];
    if (pid === null || device === null || words.length < 5) return [];
    const name = unknown(words.slice(1, -3).join(' '));
    return [{ device, pid, name, memoryUsedMib: mib(words.at(-1), 'KiB') }];
  });
  return { status: 'present', devices: [], processes };
}

/** `topology -m`: tiles named `GPU 0/1`, bars between the cells, and `S` for a tile itself. */
export function fromTopology(lines: readonly string[]): Present | null {
  const own = lines.filter((line) => /GPU \d+\/\d+/.test(line));
  const plainLines = own.map((line) =>
    line
      .replace(/GPU (?=\d+\/\d+)/g, 'GPU')
      .replaceAll('|', ' ')
      .replace(/(?<=\s)S(?=\s|$)/g, 'X'),
  );
  const topology = linkMatrix(plainLines, /^GPU\d+\/\d+$/);
  return topology === null ? null : { status: 'present', devices: [], topology };
}

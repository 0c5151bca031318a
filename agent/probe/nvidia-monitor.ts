/**
 * Reads the smaller outputs of nvidia-smi: the list (`-L`) and the scrolling tables (`dmon`, `pmon`). Pure. The header
 * lines that start with `#` name the columns; dmon repeats them every screenful.
 */
import type { DeviceReading, ProcessReading, Reading } from './probe.ts';
import { count, mib, num, unknown } from './text.ts';

const gpuLine = /^\s*GPU\s+(\d+):\s*(.*?)\s*\((UUID|S\/N):\s*([^\s)]*)\)/;
const migLine = /^\s*MIG\s+(\S+)\s+Device\s+(\d+):\s*\(UUID:\s*([^\s)]*)\)/;

/** Reads `nvidia-smi -L`; null when no line is of that form. MIG lines belong to the GPU above them. */
export function parseList(lines: readonly string[]): Reading | null {
  const devices = new Map<number, DeviceReading>();
  let parent: DeviceReading | undefined;
  for (const line of lines) {
    const gpu = gpuLine.exec(line);
    if (gpu !== null) {
      const serial = gpu[3] === 'S/N';
      parent = { index: count(gpu[1]), model: unknown(gpu[2]) };
      parent[serial ? 'serial' : 'uuid'] = unknown(gpu[4]);
      if (!devices.has(Number(gpu[1]))) devices.set(Number(gpu[1]), parent);
    }
    const mig = migLine.exec(line);
    if (mig === null || parent === undefined) continue;
    const child = { index: count(mig[2]), profile: unknown(mig[1]), uuid: unknown(mig[3]) };
    if (parent.mig?.some(({ index }) => index === child.index) !== true)
      parent.mig = [...(parent.mig ?? []), child];
  }
  return devices.size === 0 ? null : { status: 'present', devices: [...devices.values()] };
}

/** Columns of dmon under the names of a reading; others keep their own. */
const columns: Record<string, keyof DeviceReading> = {
  pwr: 'powerW',
  temp: 'temperatureC',
  gtemp: 'temperatureC',
  mtemp: 'memoryTemperatureC',
  sm: 'utilizationPct',
  fb: 'memoryUsedMib',
  mclk: 'memoryClockMhz',
  pclk: 'clockMhz',
};

/** Rows under their header, as words by column name. */
function monitorRows(lines: readonly string[]): Map<string, string>[] {
  let names: string[] = [];
  const rows: Map<string, string>[] = [];
  for (const line of lines) {
    // `--format csv` puts commas between the words; a command of pmon may hold blanks.
    const words = line.trim().split(/\s*,\s*|\s+/);
    if (words[0]?.startsWith('#') === true) {
      const header = line
        .replace(/^\s*#\s*/, '')
        .trim()
        .split(/\s*,\s*|\s+/);
      if (header.some((word) => word.toLowerCase() === 'gpu'))
        names = header.map((word) => word.toLowerCase());
      continue;
    }
    // The last column of pmon is a command and may hold blanks.
    const fits = names.at(-1) === 'command' ? words.length >= names.length : words.length === names.length;
    if (names.length === 0 || !fits) continue;
    rows.push(
      new Map(
        names.map((name, at) => [name, name === 'command' ? words.slice(at).join(' ') : (words[at] ?? '')]),
      ),
    );
  }
  return rows;
}

function sampleOf(row: ReadonlyMap<string, string>): Record<string, number | string | null> {
  const sample: Record<string, number | string | null> = {};
  for (const [name, word] of row) {
    if (/^(?:gpu|date|time|pid|type|command)$/.test(name)) continue;
    sample[columns[name] ?? name] = num(word);
  }
  return sample;
}

/** Processes once each, with the values of their last row. */
function processesOf(rows: readonly ReadonlyMap<string, string>[]): ProcessReading[] {
  const processes = new Map<string, ProcessReading>();
  for (const row of rows) {
    const [device, pid] = [count(row.get('gpu')), count(row.get('pid'))];
    if (pid === null) continue;
    const memory = row.get('fb');
    processes.set(`${device} ${pid}`, {
      device,
      pid,
      name: unknown(row.get('command')),
      ...(memory !== undefined && { memoryUsedMib: mib(memory) }),
    });
  }
  return [...processes.values()];
}

/** Reads `dmon` and `pmon`; null when there is no header of theirs. */
export function parseMonitor(lines: readonly string[]): Reading | null {
  if (!lines.some((line) => /^\s*#\s*(?:date[\s,]+)?(?:time[\s,]+)?gpu\b/i.test(line))) return null;
  const rows = monitorRows(lines);
  const perProcess = rows.some((row) => row.has('pid'));
  const devices = new Map<number, DeviceReading>();
  for (const row of rows) {
    const index = count(row.get('gpu'));
    if (index === null) continue;
    const device = devices.get(index) ?? { index };
    devices.set(index, device);
    if (perProcess) continue;
    device.samples = (device.samples ?? 0) + 1;
    device.last = sampleOf(row);
  }
  return {
    status: 'present',
    devices: [...devices.values()],
    ...(perProcess ? { processes: processesOf(rows) } : {}),
  };
}

/**
 * Reads what amd-smi prints in rows: `monitor`, the table that it prints alone (ROCm 7), `--csv` of any command, and the
 * link tables of `topology`. Pure. Columns are found by their names; what a name means differs between the commands
 * (`socket_power` is the cap in `static` and the draw in `metric`), and the other columns tell which command it was.
 */
import type { DeviceReading, ProcessReading, Reading } from './probe.ts';
import { put } from './reading.ts';
import { commonFields, deviceTable, printedBus, putMemory, word, wordsOf } from './table.ts';
import { busAddress, boxCells, count, csvRows, mib, num, unknown, watts } from './text.ts';

type Present = Extract<Reading, { status: 'present' }>;

/** A version has a digit: the driver of the kernel itself is `Linuxver`, cut from `Linux version …`. */
export const versionOf = (text: string): string | null => (/\d/.test(text) ? unknown(text) : null);

type MonitorField =
  | 'powerW'
  | 'powerLimitW'
  | 'temperatureC'
  | 'memoryTemperatureC'
  | 'utilizationPct'
  | 'clockMhz'
  | 'memoryClockMhz'
  | 'memoryUsedMib'
  | 'memoryFreeMib'
  | 'memoryTotalMib';

const monitorLabels: readonly [field: MonitorField, label: RegExp, read: (value: string) => number | null][] =
  [
    ['powerW', /^power(?:_usage)?$/, watts],
    ['powerLimitW', /^(?:pwr_cap|power_cap|max_power)$/, watts],
    ['temperatureC', /^(?:gpu_temp|gpu_t|hotspot_temp)$/, num],
    ['memoryTemperatureC', /^(?:mem_temp|mem_t)$/, num],
    ['utilizationPct', /^(?:gfx_util|gfx%)$/, num],
    ['clockMhz', /^(?:gfx_clock|gfx_clk)$/, num],
    ['memoryClockMhz', /^(?:mem_clock|mem_clk)$/, num],
    ['memoryUsedMib', /^vram_used$/, mib],
    ['memoryFreeMib', /^vram_free$/, mib],
    ['memoryTotalMib', /^vram_total$/, mib],
  ];

/** Rows of `amd-smi monitor`; the last sample of each GPU. */
export function fromMonitor(lines: readonly string[]): Present | null {
  const at = lines.findIndex(
    (line) =>
      /\bGPU\b/.test(line) && /\b(?:POWER|GPU_T|GFX_UTIL|VRAM_USED)\b/.test(line) && !line.includes('|'),
  );
  if (at < 0) return null;
  const labels = wordsOf(lines[at] ?? '').map((label) => label.toLowerCase());
  const devices = new Map<number, DeviceReading>();
  for (const line of lines.slice(at + 1)) {
    const words = wordsOf(line);
    const index = count(words[labels.indexOf('gpu')]);
    if (index === null || words.length !== labels.length) continue;
    const device: DeviceReading = { index };
    for (const [field, label, read] of monitorLabels) {
      const value = words[labels.findIndex((each) => label.test(each))];
      if (value !== undefined) device[field] = read(value);
    }
    putMemory(device, words[labels.indexOf('vram_usage')]);
    devices.set(index, device);
  }
  return devices.size === 0 ? null : { status: 'present', devices: [...devices.values()] };
}

/** Words of a row of the process table, each number with its unit. */
const processWords = (cell: string): string[] => wordsOf(cell.replace(/\bCU %/, 'CU%'));

/** Rows of the process table; the columns after the name are counted from the right, because a name may hold blanks. */
function processesOf(lines: readonly string[]): ProcessReading[] {
  const at = lines.findIndex((line) => /\bPID\b.*\bVRAM_MEM\b/.test(line));
  const header = processWords((boxCells(lines[at] ?? '')?.[0] ?? '').replace(/Process Name/i, 'NAME'));
  const memoryAt = header.indexOf('VRAM_MEM') - header.length;
  const nameAt = header.indexOf('NAME');
  if (at < 0 || nameAt < 0) return [];
  return lines.slice(at + 1).flatMap((line): ProcessReading[] => {
    const words = processWords(boxCells(line)?.[0] ?? '');
    const [device, pid] = [count(words[0]), count(words[1])];
    if (device === null || pid === null || words.length < header.length) return [];
    const name = words.slice(nameAt, nameAt + 1 + words.length - header.length).join(' ');
    return [{ device, pid, name: unknown(name), memoryUsedMib: mib(words.at(memoryAt)) }];
  });
}

/** The boxed table of amd-smi 26 (ROCm 7): the index stands in the second row. */
export function fromTable(lines: readonly string[]): Present | null {
  const table = deviceTable(lines);
  if (table === null || table.devices.length === 0) return null;
  const devices = table.devices.map((cells) => {
    const device = commonFields(cells);
    put(device, 'mode', word(cells, /^partition-mode$/), unknown);
    return device;
  });
  const text = lines.join('\n');
  const driver = /amdgpu version:\s*([^\s|]+)/i.exec(text)?.[1];
  const runtime = /ROCm version:\s*([^\s|]+)/i.exec(text)?.[1];
  const processes = processesOf(lines);
  return {
    status: 'present',
    devices,
    ...(driver === undefined ? {} : { driverVersion: versionOf(driver) }),
    ...(runtime === undefined ? {} : { runtimeVersion: versionOf(runtime) }),
    ...(processes.length === 0 ? {} : { processes }),
    ...(table.truncated ? { truncated: true } : {}),
  };
}

/** Columns of `--csv` by command. */
const csvColumns: readonly [name: RegExp, put: (device: DeviceReading, value: string) => void][] = [
  [/^(?:market_name|product_name)$/, (device, value) => put(device, 'model', value, unknown)],
  [/^(?:gpu_)?uuid$/, (device, value) => put(device, 'uuid', value, unknown)],
  [/^(?:asic_serial|product_serial)$/, (device, value) => put(device, 'serial', value, unknown)],
  [/^(?:gpu_)?bdf$/, (device, value) => put(device, 'busId', value, printedBus)],
  [/^(?:size|total_vram|vram_total)$/, (device, value) => put(device, 'memoryTotalMib', value, mib)],
  [/^(?:used_vram|vram_used)$/, (device, value) => put(device, 'memoryUsedMib', value, mib)],
  [/^(?:free_vram|vram_free)$/, (device, value) => put(device, 'memoryFreeMib', value, mib)],
  [/^(?:gfx_activity|gfx)$/, (device, value) => put(device, 'utilizationPct', value, num)],
  [/^edge$/, (device, value) => put(device, 'temperatureC', value, num)],
  [/^hotspot(?:_temperature)?$/, (device, value) => put(device, 'temperatureC', value, num)],
  [/^memory_temperature$/, (device, value) => put(device, 'memoryTemperatureC', value, num)],
  [/^power_usage$/, (device, value) => put(device, 'powerW', value, watts)],
  [/^gfx_0_clk$|^gfx_clk$/, (device, value) => put(device, 'clockMhz', value, num)],
];

function csvDevice(index: number, row: ReadonlyMap<string, string>): DeviceReading {
  const device: DeviceReading = { index };
  for (const [name, set] of csvColumns)
    for (const [key, value] of row) if (name.test(key)) set(device, value);
  const socket = row.get('socket_power');
  if (socket !== undefined) put(device, row.has('max_power') ? 'powerLimitW' : 'powerW', socket, watts);
  // `mem` is a temperature beside the other sensors, and a load in `monitor`.
  if (row.has('hotspot')) put(device, 'memoryTemperatureC', row.get('mem'), num);
  return device;
}

/** `amd-smi … --csv`: a header that begins with `gpu`; processes have a PID and their memory in bytes. */
export function fromCsv(lines: readonly string[]): Present | null {
  const at = lines.findIndex((line) => /^\s*gpu,\w/i.test(line));
  const [header = [], ...rows] = at < 0 ? [] : csvRows(lines.slice(at).join('\n'));
  const names = header.map((name) => name.toLowerCase());
  const devices = new Map<number, DeviceReading>();
  const processes: ProcessReading[] = [];
  for (const cells of rows) {
    const row = new Map(names.map((name, column) => [name, cells[column] ?? '']));
    const [index, pid] = [count(cells[0]), count(row.get('pid'))];
    if (index === null || cells.length !== names.length) continue;
    if (!row.has('pid')) devices.set(index, csvDevice(index, row));
    else if (pid !== null)
      processes.push({
        device: index,
        pid,
        name: unknown(row.get('name')),
        memoryUsedMib: mib(row.get('vram_mem'), 'B'),
      });
  }
  if (devices.size === 0 && processes.length === 0) return null;
  return {
    status: 'present',
    devices: [...devices.values()],
    ...(processes.length === 0 ? {} : { processes }),
  };
}

/** `amd-smi topology`: the table of link types, its axes named by PCI addresses. */
export function fromLinkTable(lines: readonly string[]): Present | null {
  const at = lines.findIndex((line) => /^\s*LINK TYPE TABLE/i.test(line));
  const names = (lines[at + 1] ?? '').trim().split(/\s+/);
  if (at < 0 || names.length > 256 || !names.every((name) => busAddress(name) !== null)) return null;
  const links: Record<string, Record<string, string>> = {};
  for (const line of lines.slice(at + 2, at + 2 + names.length)) {
    const [name = '', ...cells] = line.trim().split(/\s+/);
    if (!names.includes(name) || cells.length !== names.length) break;
    links[name] = Object.fromEntries(
      names.map((other, column) => [other, other === name ? 'X' : (cells[column] ?? '')]),
    );
  }
  const devices = Object.keys(links);
  return devices.length === 0 ? null : { status: 'present', devices: [], topology: { devices, links } };
}

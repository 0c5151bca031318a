/**
 * Reads the outputs of npu-smi that are rows below a line of names: the id map (`info -m`), the scrolling table (`watch`),
 * the processes of a card (`-t proc-mem`) and the partitions of a chip (`-t info-vnpu`). Pure. Names decide, and rows that
 * do not hold as many words as there are names are left out.
 */
import type { DeviceReading, PartitionReading, ProcessReading, Reading } from './probe.ts';
import { type AskedChip, askedChip, withIndexes } from './ascend-chip.ts';
import { put } from './reading.ts';
import { count, mib, num, percent, unknown, watts } from './text.ts';

const mapHeader = /NPU ID|Slot ID|Chip Phy-?\s?ID|Chip Physical ID|Chip Logic ID|Chip ID|Chip Name/gi;

/** Reads `-m`; null when there is no header of it. All columns but the last (the name) are numbers, `-` or `NA`. */
export function parseMap(lines: readonly string[]): Reading | null {
  const start = lines.findIndex((line) =>
    ['npu id', 'chip id', 'chip name'].every((name) => line.toLowerCase().includes(name)),
  );
  if (start < 0) return null;
  const names = (lines[start]?.match(mapHeader) ?? []).map((name) => name.toLowerCase());
  const devices: DeviceReading[] = [];
  const seen = new Set<string>();
  for (const line of lines.slice(start + 1)) {
    const words = line.trim().split(/\s+/);
    const row = new Map(names.map((name, at) => [name, words[at]]));
    const model = words.slice(names.length - 1).join(' ');
    const card = count(row.get('npu id'));
    const chip = count(row.get('chip id'));
    // A slot may be -1.
    const numbers = words.slice(0, names.length - 1).every((word) => /^(?:-?\d+|-|NA|N\/A)$/i.test(word));
    // What has no logic id is a management controller, whatever its name.
    if (row.has('chip logic id') && count(row.get('chip logic id')) === null) continue;
    if (
      !numbers ||
      words.length < names.length ||
      card === null ||
      chip === null ||
      /(?:^|\s)mcu$/i.test(model)
    )
      continue;
    const device: DeviceReading = { card, chip, model: unknown(model) };
    put(device, 'index', row.get('chip logic id'), count);
    for (const [name, word] of row) if (/phy/.test(name)) put(device, 'physicalId', word, count);
    if (seen.size !== seen.add(`${card}/${chip}`).size) devices.push(device);
  }
  return { status: 'present', devices };
}

const watchHeader = /Npu ?ID\S*|Chip ?Id\S*|(?:AI|Ctrl|NPU|Memory) (?:Core|Cpu|Cube|Util|BW)\S*|\S+/gi;
/** Columns of `npu-smi info watch`, by the start of their names; the load is the AI core's where both are shown. */
const watchColumns = [
  [/^pwr|^power/i, 'powerW', watts],
  [/^temp/i, 'temperatureC', num],
  [/^ai ?core/i, 'utilizationPct', percent],
  [/^npu util/i, 'utilizationPct', percent],
  [/^memory\(/i, 'memoryUsagePct', percent],
] as const;

/** Reads `watch`; null when there is no header of it. The last row of each chip is its value; 950 names no chips. */
export function parseWatch(lines: readonly string[]): Reading | null {
  const header = lines.find((line) => /^\s*Npu ?ID/i.test(line) && /AI ?Core|Pwr\(|Temp\(/i.test(line));
  if (header === undefined) return null;
  const names = header.match(watchHeader) ?? [];
  const cardAt = names.findIndex((name) => /^npu ?id/i.test(name));
  const chipAt = names.findIndex((name) => /^chip ?id/i.test(name));
  const byChip = new Map<string, DeviceReading>();
  for (const line of lines) {
    const words = line.trim().split(/\s+/);
    const card = count(words[cardAt]);
    const chip = count(words[chipAt]);
    if (words.length !== names.length || card === null || (chipAt >= 0 && chip === null)) continue;
    const samples = (byChip.get(`${card}/${chip}`)?.samples ?? 0) + 1;
    const device: DeviceReading = { card, ...(chip === null ? {} : { chip }), samples };
    for (const [pattern, key, read] of watchColumns)
      put(device, key, words[names.findIndex((name) => pattern.test(name))], read);
    byChip.set(`${card}/${chip}`, device);
  }
  return { status: 'present', devices: withIndexes([...byChip.values()]) };
}

const processLine =
  /^\s*Process id\s*:\s*(\d{1,10})\s+Process name\s*:(.*?)Process memory\(MB\)\s*:\s*(\S+)\s*$/i;
const idLine = /^\s*(NPU ID|Chip ID)\s*:\s*(\d{1,10})\s*$/i;

/** Reads `-t proc-mem`, where a chip's id stands below its processes; null when the text has no line of it. */
export function parseProcesses(lines: readonly string[], args: string): Reading | null {
  if (!lines.some((line) => /^\s*(?:Process id\s*:\s*\d|No process in device)/i.test(line))) return null;
  const asked = askedChip(args);
  const devices = new Map<string, DeviceReading>();
  const processes: ProcessReading[] = [];
  let card = asked.card;
  let open: Omit<ProcessReading, 'device'>[] = [];
  const close = (chip: number | undefined): void => {
    const key = [card, chip].filter((id) => id !== undefined).join('/');
    const device = card === undefined || chip === undefined ? (card ?? null) : key;
    processes.push(...open.map((process) => ({ device, ...process })));
    open = [];
    const ids: AskedChip = {
      ...(card === undefined ? {} : { card }),
      ...(chip === undefined ? {} : { chip }),
    };
    if (key !== '' && !devices.has(key)) devices.set(key, ids);
  };
  for (const line of lines) {
    const [, name = '', id = ''] = idLine.exec(line) ?? [];
    if (/^npu/i.test(name)) card = Number(id);
    else if (/^chip/i.test(name)) close(Number(id));
    const process = processLine.exec(line.slice(0, 1000));
    if (process !== null)
      open.push({ pid: count(process[1]), name: unknown(process[2]), memoryUsedMib: mib(process[3]) });
  }
  if (open.length > 0 || devices.size === 0) close(asked.chip);
  return { status: 'present', devices: withIndexes([...devices.values()]), processes };
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());

/** Reads `-t info-vnpu`: one chip, which only the arguments name, with its partitions. Null when it is none. */
export function parseVnpu(lines: readonly string[], args: string): Reading | null {
  const total = count(
    lines.map((line) => /Total number of vnpu\s*:\s*(\d{1,5})/i.exec(line)?.[1]).find((word) => word),
  );
  const at = lines.findIndex((line) => /\bVnpu ID\s*\|/i.test(line) && /\bTemplate Name\b/i.test(line));
  if (at < 0 && total === null) return null;
  const names = cellsOf(lines[at] ?? '').map((name) => name.toLowerCase());
  const mig = (at < 0 ? [] : lines.slice(at + 1)).flatMap((line): PartitionReading[] => {
    const cells = cellsOf(line);
    const index = count(cells[names.indexOf('vnpu id')]);
    if (cells.length !== names.length || index === null) return [];
    return [{ index, profile: unknown(cells[names.indexOf('template name')]) }];
  });
  return {
    status: 'present',
    devices: [{ position: 0, ...askedChip(args), mig }],
    ...(total !== null && total > mig.length ? { truncated: true } : {}),
  };
}

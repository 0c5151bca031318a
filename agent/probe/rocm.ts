/**
 * Reads rocm-smi and its twin hy-smi: JSON, CSV, `GPU[0] : key: value` lines and the concise table. Pure.
 *
 * All values are texts (`"36.0"`), and keys drift: `Card series` until ROCm 6.0, `Card Series` since; `Average` became
 * `Current Socket Graphics Package Power (W)` on MI300; Hygon writes `DCU use (%)`, later `HCU use (%)`, and
 * `vram Total Memory (MiB)`. So keys are matched without case, and the unit is the one in the key.
 */
import type { DeviceReading, ProcessReading, Reading } from './probe.ts';
import { type Json, objectOf, readJson } from './json.ts';
import { linksOf } from './rocm-links.ts';
import { put } from './reading.ts';
import { printedBus, wordsOf } from './table.ts';
import { cleanLines, count, csvRows, isBorder, mib, num, unknown, watts, wideSplit } from './text.ts';

/** Values of one card (or of the system) by key in lower case. */
type Facts = Map<string, string>;

/** What all four forms are brought into. */
interface Cards {
  cards: Map<number, Facts>;
  system: Facts;
  truncated: boolean;
}

const cardName = /^(?:card|gpu|dcu|hcu)\s?\[?(\d+)\]?$/i;

const keyOf = (key: string): string => key.toLowerCase().replace(/\s+/g, ' ').replace(/\s*:$/, '').trim();

function factsOf(cards: Map<number, Facts>, index: number): Facts {
  const facts = cards.get(index) ?? new Map<string, string>();
  cards.set(index, facts);
  return facts;
}

/** Keeps the first value of a key: tools that repeat one do so in sections that do not apply. */
function note(facts: Facts, key: string, value: string): void {
  if (!facts.has(keyOf(key))) facts.set(keyOf(key), value);
}

function fromJson(text: string): Cards {
  const { values, truncated } = readJson(text);
  const found: Cards = { cards: new Map(), system: new Map(), truncated };
  const take = (name: string, value: Json): void => {
    const facts = objectOf(value);
    const index = count(cardName.exec(name)?.[1]);
    if (facts === undefined || (index === null && name !== 'system')) return;
    const target = index === null ? found.system : factsOf(found.cards, index);
    for (const [key, each] of facts) if (typeof each === 'string') note(target, key, each);
  };
  for (const value of values) for (const [name, each] of objectOf(value) ?? []) take(name, each);
  return found;
}

/** `GPU[0]\t\t: VRAM Total Memory (B): 68702699520`. */
function fromLines(lines: readonly string[]): Cards {
  const found: Cards = { cards: new Map(), system: new Map(), truncated: false };
  for (const line of lines) {
    const match = /^\s*(?:GPU|DCU|HCU)\s?\[(\d+)\]\s*:\s*(.+)$/i.exec(line);
    const index = count(match?.[1]);
    const at = match?.[2]?.lastIndexOf(': ') ?? -1;
    if (match?.[2] !== undefined && index !== null && at > 0)
      note(factsOf(found.cards, index), match[2].slice(0, at), match[2].slice(at + 2).trim());
    const driver = /^\s*Driver version:\s*(\S+)\s*$/i.exec(line)?.[1];
    if (driver !== undefined) note(found.system, 'driver version', driver);
  }
  return found;
}

/** `device,GPU use (%),…` and one row per card; a row with another number of cells than the header is only a name. */
function fromCsv(lines: readonly string[]): Cards {
  const found: Cards = { cards: new Map(), system: new Map(), truncated: false };
  const at = lines.findIndex((line) => /^\s*device,/i.test(line));
  const [header = [], ...rows] = at < 0 ? [] : csvRows(lines.slice(at).join('\n'));
  for (const row of rows) {
    const index = count(cardName.exec(row[0] ?? '')?.[1]);
    if (index === null) continue;
    const facts = factsOf(found.cards, index);
    if (row.length === header.length)
      for (const [column, key] of header.entries()) note(facts, key, row[column] ?? '');
  }
  return found;
}

const tableKeys: readonly [label: RegExp, key: string][] = [
  [/^temp$/, 'temperature (sensor edge) (c)'],
  [/^(?:avgpwr|power)$/, 'average graphics package power (w)'],
  [/^pwrcap$/, 'max graphics package power (w)'],
  [/^vram%$/, 'gpu memory allocated (vram%)'],
  [/^(?:gpu|dcu|hcu)%$/, 'gpu use (%)'],
  [/^sclk$/, 'sclk clock speed'],
  [/^mclk$/, 'mclk clock speed'],
  [/^mode$/, 'mode'],
];

/** Words of the concise table: what stands in brackets or goes on after a comma is one word. */
const conciseWords = (line: string): string[] =>
  wordsOf(
    line.replace(/\[[^\]]{0,40}?(?:\]|(?= {2}))/g, (cell) => cell.replace(/\s+/g, '')).replace(/,\s+/g, ','),
  );

/** The table that the tool prints without arguments; a line with a name may follow each card's (ROCm 6.0). */
function fromTable(lines: readonly string[]): Cards {
  const found: Cards = { cards: new Map(), system: new Map(), truncated: false };
  const at = lines.findIndex((line) => /^\s*(?:GPU|DCU|HCU|Device)\s.*\bVRAM%/i.test(line));
  if (at < 0) return found;
  const header = conciseWords(lines[at] ?? '').map((label) => label.toLowerCase());
  const named = /name \(\d+ chars\)/i.test(lines[at + 1] ?? '');
  let last: Facts | undefined;
  let ended = false;
  for (const line of lines.slice(at + 1)) {
    ended ||= /End of .*Log/i.test(line);
    if (isBorder(line) || ended) continue;
    const words = conciseWords(line);
    const index = count(words[0]);
    if (index !== null && words.length > 2) {
      last = factsOf(found.cards, index);
      if (words.length === header.length)
        for (const [label, key] of tableKeys)
          note(last, key, words[header.findIndex((each) => label.test(each))] ?? '');
    } else if (named && last !== undefined && words.length > 0 && !/chars\)/i.test(line)) {
      note(last, 'card series', line.trim());
      last = undefined;
    }
  }
  for (const facts of found.cards.values())
    for (const [key, value] of facts) if (value === '') facts.delete(key);
  return { ...found, truncated: !ended };
}

/** The value under the first matching key that has one, else of the first matching key; undefined when there is none. */
function fact(facts: Facts, ...keys: RegExp[]): string | undefined {
  const found = keys.flatMap((key) =>
    [...facts].filter(([name]) => key.test(name)).map(([, value]) => value),
  );
  return found.find((value) => unknown(value) !== null) ?? found[0];
}

/** Memory under a key that ends in its unit. */
function memory(facts: Facts, key: RegExp): number | null | undefined {
  const found = [...facts].find(([name]) => key.test(name));
  if (found === undefined) return undefined;
  const unit = /\((\w+)\)$/.exec(found[0])?.[1]?.toLowerCase() ?? 'b';
  if (unit.startsWith('m')) return mib(found[1], 'MiB');
  return mib(found[1], unit.startsWith('k') ? 'KiB' : unit.startsWith('g') ? 'GiB' : 'B');
}

/** `(800Mhz)`, `2 (2100Mhz)`, and in the table `925Mhz`; the number before the bracket is a level. */
const megahertz = (value: string): number | null => num(/\(([^()]*)\)\s*$/.exec(value)?.[1] ?? value);

/** Clocks by the key that has the frequency; `… clock level` of the JSON has the level alone. */
function clockOf(facts: Facts, ...keys: RegExp[]): string | undefined {
  const found = [...facts].filter(
    ([name, value]) =>
      keys.some((key) => key.test(name)) && (name.endsWith('speed') || /mhz|n\/?a/i.test(value)),
  );
  return (found.find(([name]) => name.endsWith('speed')) ?? found[0])?.[1];
}

function deviceOf(index: number, facts: Facts): DeviceReading {
  const device: DeviceReading = { index };
  put(
    device,
    'model',
    fact(facts, /^card series$/, /^(?:device|product|market) name$/, /^card model$/),
    unknown,
  );
  put(device, 'uuid', fact(facts, /^unique id$/), unknown);
  put(device, 'serial', fact(facts, /^serial number$/), unknown);
  // hy-smi of some versions: `0000:06:00.0 --> SN: …`.
  put(device, 'busId', fact(facts, /^pci bus$/)?.split(/\s/, 1)[0], printedBus);
  const sizes = [
    ['memoryTotalMib', /^vram total memory \(\w+\)$/],
    ['memoryUsedMib', /^vram total used(?: memory)? \(\w+\)$/],
    ['memoryFreeMib', /^available memory size \(\w+\)$/],
  ] as const;
  for (const [name, key] of sizes) {
    const size = memory(facts, key);
    if (size !== undefined) device[name] = size;
  }
  put(device, 'utilizationPct', fact(facts, /^(?:gpu|dcu|hcu) use \(%\)$/), num);
  // `GPU memory use (%)` of rocm-smi is how busy the memory is, not how full; of hy-smi it is how full.
  put(
    device,
    'memoryUsagePct',
    fact(facts, /^gpu memory allocated \(vram ?%\)$/, /^[dh]cu memory use \(%\)$/),
    num,
  );
  // ROCm 1 and 2 had one sensor: `Temperature: 32.0c`.
  const sensors = [/\(sensor edge\)/, /\(sensor junction\)/, /\(sensor core\)/, /^temperature$/];
  put(device, 'temperatureC', fact(facts, ...sensors), num);
  put(device, 'memoryTemperatureC', fact(facts, /\(sensor mem(?:ory)?\)/), num);
  put(
    device,
    'powerW',
    fact(facts, /^(?:average|current)[ \w]* package power \(w\)$/, /^average gpu power$/),
    watts,
  );
  put(device, 'powerLimitW', fact(facts, /^max graphics package power \(w\)$/), watts);
  put(device, 'clockMhz', clockOf(facts, /^sclk clock (?:speed|level)/, /^gpu clock level$/), megahertz);
  const memoryClock = clockOf(facts, /^mclk clock (?:speed|level)/, /^gpu memory clock level$/);
  put(device, 'memoryClockMhz', memoryClock, megahertz);
  put(device, 'architecture', fact(facts, /^gfx version$/), unknown);
  put(device, 'firmware', fact(facts, /^vbios version$/), unknown);
  put(device, 'numaNode', fact(facts, /^\(topology\) numa node$/), count);
  put(device, 'mode', fact(facts, /^mode$/), unknown);
  return device;
}

/**
 * Processes of `--showpids`: `"PID77": "name, GPU(s), VRAM, …"` in the JSON, else the rows of `PID  PROCESS NAME  GPU(s)  VRAM USED …`, apart by tabs or wide gaps. GPU(s) is how many
 * cards a process uses and not which, and memory is in bytes.
 */
function processesOf(lines: readonly string[], system: Facts): ProcessReading[] {
  const listed = [...system].flatMap(([key, value]): ProcessReading[] => {
    const pid = count(/^pid(\d{1,10})$/.exec(key)?.[1]);
    const [name, , memory] = value.split(/,\s*/);
    return pid === null ? [] : [{ device: null, pid, name: unknown(name), memoryUsedMib: mib(memory, 'B') }];
  });
  if (listed.length > 0) return listed;
  const at = lines.findIndex((line) => /^\s*PID\s+PROCESS NAME\s+GPU\(s\)/i.test(line));
  const header = at < 0 ? [] : wideSplit(lines[at] ?? '');
  const memoryAt = header.findIndex((label) => /^vram used$/i.test(label));
  const rows: ProcessReading[] = [];
  for (const line of header.length === 0 ? [] : lines.slice(at + 1)) {
    const cells = wideSplit(line);
    const pid = count(cells[0]);
    if (pid === null || cells.length !== header.length) break;
    rows.push({ device: null, pid, name: unknown(cells[1]), memoryUsedMib: mib(cells[memoryAt], 'B') });
  }
  return rows;
}

/** Whether a text speaks of Hygon's cards: its own rocm-smi prints in AMD's form. */
export const isHygon = (text: string): boolean =>
  /\b[DH]CU(?: use| memory use|\s?\[\d|%|\s+Temp\b)|Chengdu Haiguang|\bhygon\b|vram Total (?:Used )?Memory \(MiB\)/.test(
    text,
  );

/** Cards in any form of rocm-smi's or hy-smi's output; null when the text lists none. */
export function readRocm(text: string): Extract<Reading, { status: 'present' }> | null {
  const lines = cleanLines(text);
  const forms = [
    () => fromJson(lines.join('\n')),
    () => fromCsv(lines),
    () => fromLines(lines),
    () => fromTable(lines),
  ];
  for (const form of forms) {
    const { cards, system, truncated } = form();
    if (cards.size === 0) continue;
    const topology = linksOf(system, lines);
    const driver = system.get('driver version');
    const processes = processesOf(lines, system);
    return {
      status: 'present',
      devices: [...cards].map(([index, facts]) => deviceOf(index, facts)),
      ...(driver === undefined ? {} : { driverVersion: unknown(driver) }),
      ...(topology === undefined ? {} : { topology }),
      ...(processes.length === 0 ? {} : { processes }),
      ...(truncated ? { truncated } : {}),
    };
  }
  return null;
}

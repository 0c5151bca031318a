/**
 * What may happen to a tool's output on its way, and what must hold of a reading whatever has happened. Shared by the
 * property tests and the soak. Everything follows from a seed, so a case that fails can be run again.
 */
import type { DeviceReading, PartitionReading, Reading } from '../../agent/probe/probe.ts';
import { parseCapture } from '../../agent/probe/registry.ts';
import { cleanLines } from '../../agent/probe/text.ts';

/** One whole output, and how its tool was called. */
export interface Source {
  title: string;
  tool: string;
  args: string;
  text: string;
}

/** The next number from 0 below `below`. */
export type Random = (below: number) => number;

/** Numbers that follow from `seed` (mulberry32). */
export function follower(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, below);
  };
}

/** Twelve of the spellings of "no value". */
const noValue = [
  'N/A',
  '[N/A]',
  'NA',
  '-',
  '--',
  '',
  'ERR!',
  'Not Supported',
  '[Not Supported]',
  '[Unknown Error]',
  '[Insufficient Permissions]',
  'unknown',
];

type Damage = (text: string, random: Random) => string;

function ofLines(change: (lines: string[], random: Random) => string[]): Damage {
  return (text, random) => change(text.split('\n'), random).join('\n');
}

function shuffled(lines: readonly string[], random: Random): string[] {
  const left = [...lines];
  return lines.map(() => left.splice(random(left.length), 1)[0] ?? '');
}

/** Numbers become "no value"; each `oneIn`th of those that `which` finds. Cells of tables have room for one word. */
function withoutValues(which: RegExp, oneIn: number): Damage {
  return (text, random) => {
    const words = /^\s*\|/m.test(text) ? noValue.filter((word) => !word.includes(' ')) : noValue;
    return text.replace(which, (value) =>
      random(oneIn) === 0 ? (words[random(words.length)] ?? '') : value,
    );
  };
}

/** Blanks before a border and the border itself grow, as they do when a column gets a longer heading. */
function widened(line: string, width: number): string {
  return /^\s*[+|]/.test(line)
    ? line
        .replace(/ \|/g, `${' '.repeat(width)} |`)
        .replace(/([-=])(?=[+|]|$)/g, (mark) => mark.repeat(width))
    : line;
}

/** Ways of damage by name. */
const single = {
  cut: (text, random) => text.slice(0, random(text.length + 1)),
  'cut in front': (text, random) => text.slice(random(text.length + 1)),
  flipped: (text, random) => {
    const characters = [...text];
    for (let n = 1 + random(6); n > 0; n -= 1)
      characters[random(characters.length)] = String.fromCharCode(random(256));
    return characters.join('');
  },
  repeated: ofLines((lines, random) => {
    const at = random(lines.length);
    return lines.toSpliced(at, 0, lines[random(2) === 0 ? at : random(lines.length)] ?? '');
  }),
  doubled: ofLines((lines, random) => lines.flatMap((line) => (random(8) === 0 ? [line, line] : [line]))),
  dropped: ofLines((lines, random) => lines.toSpliced(random(lines.length), 1 + random(3))),
  swapped: ofLines((lines, random) => {
    const [a, b] = [random(lines.length), random(lines.length)];
    return lines.map((line, i) => (i === a ? lines[b] : i === b ? lines[a] : line) ?? '');
  }),
  shuffled: ofLines(shuffled),
  indented: ofLines((lines, random) => lines.map((line) => ' '.repeat(random(3)) + line)),
  noisy: ofLines((lines, random) =>
    lines.toSpliced(
      random(2) === 0 ? 0 : lines.length,
      0,
      'WARNING: 3 of 17 things, 42 MiB, 99 % were | odd',
    ),
  ),
  widened: (text, random) => {
    const width = 1 + random(24);
    return ofLines((lines) => lines.map((line) => widened(line, width)))(text, random);
  },
  windows: ofLines((lines) => lines.map((line) => `${line}\r`)),
  coloured: ofLines((lines) => lines.map((line) => (line === '' ? line : `\u001b[1m${line}\u001b[0m`))),
  'no values': withoutValues(/(?<=[\s>,])\d+(?:\.\d+)? ?(?:MiB|W|C|%|MHz)/g, 4),
  'no numbers': withoutValues(/(?<![\w.])\d+(?:\.\d+)?(?: ?(?:MiB|W|C|%))?(?![\w.])/g, 12),
} satisfies Record<string, Damage>;

/** The name of a way. */
export type Way = keyof typeof single | 'two at once';

const singles = Object.keys(single) as (keyof typeof single)[];

/** Every way. */
export const ways: readonly Way[] = [...singles, 'two at once'];

/** The damaged text. */
export function damaged(text: string, way: Way, random: Random): string {
  if (way !== 'two at once') return single[way](text, random);
  const [first = 'cut', second = 'flipped'] = [random, random].map((next) => singles[next(singles.length)]);
  return single[second](single[first](text, random), random);
}

/** Devices of a reading; none when it is not `present`. */
export function devicesOf(reading: Reading): DeviceReading[] {
  return reading.status === 'present' ? reading.devices : [];
}

/** Fields that the parser counts or adds up by itself; every other number stands in the text. */
const counted = new Set(['index', 'position', 'samples', 'throttleReasons']);
/** Fields that are copied from the text as they stand there. */
const identities = new Set(['uuid', 'serial', 'busId', 'model', 'firmware', 'deviceNode']);
/** Fields that may be a sum of two numbers: used and free memory, errors of two kinds. */
const sums = new Set(['memoryTotalMib', 'eccUncorrected']);

/** Text without blanks, control characters, quotes and case: parsers clean these, and a flipped byte may become one. */
const plain = (text: string): string => text.replace(/[\p{C}\p{Z}\s\ufffd"\\]+/gu, '').toLowerCase();

function leaves(reading: DeviceReading | PartitionReading): [string, unknown][] {
  return Object.entries(reading).flatMap(([key, value]): [string, unknown][] => {
    if (Array.isArray(value))
      return value.flatMap((child) => (typeof child === 'object' ? leaves(child) : []));
    return typeof value === 'object' && value !== null ? leaves(value) : [[key, value]];
  });
}

/** Whether `value` is a number of the text in the unit of the field `key`. */
function isHeld(key: string, value: number, numbers: ReadonlySet<number>): boolean {
  if (numbers.has(Math.abs(value))) return true;
  const some = (is: (number: number) => boolean): boolean => [...numbers].some(is);
  if (
    key.endsWith('Mib') &&
    some((part) => [-2, -1, 1, 2].some((n) => Math.floor(part * 1024 ** n) === value))
  )
    return true;
  if (/(?:W|Mhz)$/.test(key) && some((part) => part === value * 1000 || part * 1000 === value)) return true;
  return sums.has(key) && some((part) => numbers.has(value - part));
}

/** Values of the reading that neither the text nor the tool's arguments hold (`-i 3`), as `field=value`. */
export function inventedValues(reading: Reading, text: string, args = ''): string[] {
  const devices = devicesOf(reading);
  if (devices.length === 0) return [];
  const clean = [args, ...cleanLines(text)].join('\n').replaceAll('&amp;', '&');
  const words = [...clean.matchAll(/\d+(?:\.\d+)?/g)].flatMap(([word]) => [word, ...word.split('.')]);
  const numbers = new Set(words.map(Number));
  const flat = plain(clean);
  return devices.flatMap((device) =>
    leaves(device)
      .filter(([key, value]) => {
        if (counted.has(key)) return false;
        if (typeof value === 'number') return !isHeld(key, value, numbers);
        if (typeof value !== 'string' || !identities.has(key)) return false;
        // Some tools print the bus address in its parts, and a node by its number.
        const parts = key === 'busId' || key === 'deviceNode' ? value.split(/[:./ ]|(?<=\D)(?=\d)/) : [value];
        return !parts.every((part) => flat.includes(plain(part)));
      })
      .map(([key, value]) => `${key}=${String(value)}`),
  );
}

function isKnown<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** Everything by which a device can be known; of a chip whose number is missing its card. */
export function namesOf({ uuid, serial, busId, card, chip, index }: DeviceReading): string[] {
  const ofCard = isKnown(card) ? `card ${card}` : null;
  const ofChip = ofCard !== null && isKnown(chip) ? `${ofCard} chip ${chip}` : null;
  const ofOrder = isKnown(index) ? `index ${index}` : null;
  return [uuid, serial, busId?.toLowerCase(), ofChip, ofCard, ofOrder].filter(isKnown);
}

/** The device of the whole output that `device` is, by the surest name that it has. */
export function sameIn(devices: readonly DeviceReading[], device: DeviceReading): DeviceReading | undefined {
  const [name] = namesOf(device);
  return devices.find((each) => name !== undefined && namesOf(each).includes(name));
}

/** A device for people to read. */
export const shown = (device: DeviceReading): string =>
  namesOf(device).join(', ') || 'a device without a name';

/** Ways after which every line is still one of the tool's own, so that no name can be a new one. */
const wholeLines: readonly Way[] = [
  'repeated',
  'doubled',
  'dropped',
  'swapped',
  'indented',
  'noisy',
  'widened',
];

/** Characters that `flipped` replaces at most; each may part a repeated row from the row that it repeats. */
const flips = 6;

/** How many devices a damaged output may show when the whole one shows `whole`. */
export function mostDevices(way: Way, whole: number): number {
  switch (way) {
    case 'flipped':
    case 'no numbers':
    case 'two at once':
      return whole + flips;
    default:
      return whole;
  }
}

/** Beyond this a parse of an output of ordinary size counts as a hang. */
export const hangMs = 2_000;

/** A reading with the time that it took. */
export function timed(source: Pick<Source, 'tool' | 'args'>, text: string): { reading: Reading; ms: number } {
  const started = performance.now();
  const reading = parseCapture(source.tool, source.args, text);
  return { reading, ms: performance.now() - started };
}

/** What is wrong with the reading of `text`, which came of the output behind `whole` by `way`. */
export function faultsOf(
  reading: Reading,
  { text, args }: Pick<Source, 'text' | 'args'>,
  whole: Reading,
  way: Way,
): string[] {
  const cards = devicesOf(whole);
  const devices = devicesOf(reading);
  // An output that was cut off already shows nothing whole, and less damaged in part.
  const known = whole.status === 'present';
  const strangers =
    known && wholeLines.includes(way)
      ? devices.filter((device) => namesOf(device).length > 0 && !sameIn(cards, device))
      : [];
  return [
    ...inventedValues(reading, text, args).map((each) => `not in the text: ${each}`),
    ...strangers.map((device) => `not in the whole output: ${shown(device)}`),
    ...(known && devices.length > mostDevices(way, cards.length)
      ? [`${devices.length} devices, and the whole output has ${cards.length}`]
      : []),
    ...(reading.status !== 'present' && !/\w/.test(reading.reason) ? ['no reason is given'] : []),
  ];
}

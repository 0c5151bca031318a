/**
 * What must hold of every parser whatever happens to a tool's output on its way: no crash, no hang, no device that is
 * not there, no value that the text does not hold. Damage is done to the output of our own stand-in tools, so that the
 * truth is known. Each property runs a number of cases from a seed; the test runs a few, a soak run as many as wanted.
 */
import fc from 'fast-check';
import type { DeviceReading, PartitionReading, Reading } from '../../agent/probe/probe.ts';
import { parseCapture, probes } from '../../agent/probe/registry.ts';
import { renderAscend } from '../../agent/probe/simulate/render-ascend.ts';
import { renderCambricon } from '../../agent/probe/simulate/render-cambricon.ts';
import { renderNvidia } from '../../agent/probe/simulate/render-nvidia.ts';
import { type SimulatedFault, viewOf } from '../../agent/probe/simulate/state.ts';

/** One output of a stand-in tool. */
export interface Source {
  title: string;
  tool: string;
  args: string;
  text: string;
}

const query =
  'index,uuid,name,serial,pci.bus_id,memory.total,memory.used,memory.free,utilization.gpu,temperature.gpu,' +
  'power.draw,power.limit,ecc.mode.current,mig.mode.current,driver_version';

/** Every form of output that the stand-ins print: tool, profile, renderer, arguments of each form. */
const forms = [
  {
    tool: 'nvidia-smi',
    profiles: ['8xH100', '8xA100-MIG'],
    render: renderNvidia,
    commands: [
      [],
      ['-L'],
      ['-q', '-x'],
      ['topo', '-m'],
      [`--query-gpu=${query}`, '--format=csv'],
      [`--query-gpu=${query}`, '--format=csv,noheader,nounits'],
    ],
  },
  {
    tool: 'npu-smi',
    profiles: ['8xAscend910B3'],
    render: renderAscend,
    commands: [
      ['info'],
      ['info', '-m'],
      ['info', '-l'],
      ...['common', 'usages', 'board'].map((kind) => ['info', '-t', kind, '-i', '3']),
      ['info', '-t', 'topo'],
    ],
  },
  {
    tool: 'cnmon',
    profiles: ['8xMLU370'],
    render: renderCambricon,
    commands: [[], ['info'], ['info', '-j'], ['topo', '-m']],
  },
] as const;

/** The outputs of all stand-ins for one seed; `faults` as a test asks for them. */
function sources(seed: number, faults: SimulatedFault[] = []): Source[] {
  return forms.flatMap(({ tool, profiles, render, commands }) =>
    profiles.flatMap((profile) =>
      commands.map((args) => {
        const view = viewOf({ profile, seed, startedAtMs: 0, faults }, tool, 1_000_000 + seed * 997);
        const { stdout, files } = render(args, view);
        const text = Object.values(files ?? {})[0] ?? stdout;
        return {
          title: `${profile}: ${tool} ${args.join(' ').slice(0, 40)}`,
          tool,
          args: args.join(' '),
          text,
        };
      }),
    ),
  );
}

const parse = ({ tool, args }: Source, text: string): Reading => parseCapture(tool, args, text);
const devicesOf = (reading: Reading): DeviceReading[] =>
  reading.status === 'present' ? reading.devices : [];

/** Fields that the parser counts or adds up by itself; every other number stands in the text. */
const counted = new Set(['index', 'position', 'samples', 'throttleReasons']);

/** Fields that are copied from the text as they stand there. */
const identities = new Set(['uuid', 'serial', 'busId', 'model', 'firmware']);

/** Text without blanks, control characters and case: parsers clean these, and a flipped byte may become one. */
const plain = (text: string): string => text.replace(/[\p{C}\p{Z}\s\ufffd]+/gu, '').toLowerCase();

function leaves(reading: DeviceReading | PartitionReading): [string, unknown][] {
  return Object.entries(reading).flatMap(([key, value]): [string, unknown][] =>
    Array.isArray(value)
      ? value.flatMap((child) => (typeof child === 'object' ? leaves(child) : []))
      : [[key, value]],
  );
}

/** Values of the reading that the text does not hold, as `field=value`. */
function inventedValues(reading: Reading, text: string): string[] {
  const numbers = new Set([...text.matchAll(/\d+(?:\.\d+)?/g)].map(([word]) => Number(word)));
  const sums = (value: number): boolean => [...numbers].some((part) => numbers.has(value - part));
  // Memory may be printed in another unit than MiB.
  const scaled = (value: number): boolean =>
    [...numbers].some((part) => [-2, -1, 1, 2].some((power) => Math.floor(part * 1024 ** power) === value));
  const flat = plain(text);
  return devicesOf(reading).flatMap((device) =>
    leaves(device)
      .filter(([key, value]) => {
        if (counted.has(key)) return false;
        if (typeof value === 'number') {
          if (numbers.has(Math.abs(value))) return false;
          if (key.endsWith('Mib') && scaled(value)) return false;
          return !((key === 'memoryTotalMib' || key === 'eccUncorrected') && sums(value));
        }
        if (typeof value !== 'string' || !identities.has(key)) return false;
        // `cnmon info` prints the bus address in its parts.
        const parts = key === 'busId' ? value.split(/[:.]/) : [value];
        return !parts.every((part) => flat.includes(plain(part)));
      })
      .map(([key, value]) => `${key}=${String(value)}`),
  );
}

/** Everything by which a device can be known; of a chip whose number is missing its card. */
function namesOf({ uuid, serial, busId, card, chip, index }: DeviceReading): string[] {
  const ofCard = isKnown(card) ? `card ${card}` : null;
  const ofChip = ofCard !== null && isKnown(chip) ? `${ofCard} chip ${chip}` : null;
  const ofOrder = isKnown(index) ? `index ${index}` : null;
  return [uuid, serial, busId?.toLowerCase(), ofChip, ofCard, ofOrder].filter(isKnown);
}

function isKnown<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

const shown = (device: DeviceReading): string => namesOf(device).join(', ') || 'a device without a name';

/** The device of the whole output that `device` is, by the surest name that it has. */
function sameIn(devices: readonly DeviceReading[], device: DeviceReading): DeviceReading | undefined {
  const [name] = namesOf(device);
  return devices.find((each) => name !== undefined && namesOf(each).includes(name));
}

/** Fields of `device` that have another value in `truth`; a value that is missing or null is no difference. */
function differences(device: DeviceReading, truth: DeviceReading): string[] {
  const before = new Map<string, unknown>(Object.entries(truth));
  return Object.entries(device).flatMap(([key, value]) => {
    const was = before.get(key);
    if (value === null || value === undefined || counted.has(key) || key === 'mig') return [];
    return JSON.stringify(value) === JSON.stringify(was)
      ? []
      : [`${key}: ${JSON.stringify(value)} was ${JSON.stringify(was)}`];
  });
}

/** Devices of a damaged output against those of the whole one: what is new, and what has changed its values. */
function strangers(reading: Reading, whole: Reading): string[] {
  return devicesOf(reading).flatMap((device) => {
    const truth = sameIn(devicesOf(whole), device);
    if (truth === undefined) return [`stranger ${shown(device)}`];
    return differences(device, truth).map((each) => `${shown(device)} ${each}`);
  });
}

/** Ways to damage lines that leave every line as it was or nearly so. */
const shuffles: Record<string, (lines: string[], random: (below: number) => number) => string[]> = {
  repeated: (lines, random) => {
    const at = random(lines.length);
    return lines.toSpliced(at, 0, lines[random(2) === 0 ? at : random(lines.length)] ?? '');
  },
  dropped: (lines, random) => lines.toSpliced(random(lines.length), 1),
  swapped: (lines, random) => {
    const [a, b] = [random(lines.length), random(lines.length)];
    return lines.map((line, i) => (i === a ? lines[b] : i === b ? lines[a] : line) ?? '');
  },
  indented: (lines, random) => lines.map((line) => ' '.repeat(random(3)) + line),
  windows: (lines) => lines.map((line) => `${line}\r`),
  coloured: (lines) => lines.map((line) => (line === '' ? line : `\u001b[1m${line}\u001b[0m`)),
  noisy: (lines, random) =>
    lines.toSpliced(
      random(2) === 0 ? 0 : lines.length,
      0,
      'WARNING: 3 of 17 things, 42 MiB, 99 % were | odd',
    ),
  widened: (lines, random) => {
    const width = 1 + random(12);
    return lines.map((line) =>
      /^\s*[+|]/.test(line)
        ? line
            .replace(/ \|/g, `${' '.repeat(width)} |`)
            .replace(/([-=])(?=[+|]|$)/g, (mark) => mark.repeat(width))
        : line,
    );
  },
};

/** Ways that change nothing that the text says: the reading must stay the same. */
const harmless: readonly string[] = ['windows', 'coloured', 'widened'];

/** One case of damage, for people to read when it fails. */
interface Damage {
  how: string;
  seed: number;
  source: number;
  at: number;
  more: number;
}

const damageOf = (ways: readonly string[]): fc.Arbitrary<Damage> =>
  fc.record({
    how: fc.constantFrom(...ways),
    seed: fc.nat({ max: 50 }),
    source: fc.nat({ max: 1000 }),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    more: fc.nat({ max: 1_000_000 }),
  });

/** A small generator that follows from `seed`: the next number below `below`. */
function follower(seed: number): (below: number) => number {
  let state = seed * 2 + 1;
  return (below) => {
    state = (Math.imul(state, 48271) >>> 0) % 2147483647;
    return state % Math.max(1, below);
  };
}

const cache = new Map<number, Source[]>();
function sourcesOf(seed: number): Source[] {
  const known = cache.get(seed) ?? sources(seed);
  cache.set(seed, known);
  return known;
}

function pick({ seed, source }: Damage): Source {
  const all = sourcesOf(seed);
  const found = all[source % all.length];
  if (found === undefined) throw new Error('no sources');
  return found;
}

/** The damaged text. `flipped` replaces bytes, `cut` ends the text early, `na` takes values away. */
function damaged(text: string, { how, at, more }: Damage): string {
  const place = Math.floor(at * text.length);
  const random = follower(more);
  if (how === 'cut') return text.slice(0, place);
  if (how === 'flipped') {
    const marks = Array.from({ length: 1 + random(6) }, () => [random(text.length), random(256)] as const);
    const bytes = [...text];
    for (const [where, byte] of marks) bytes[where] = String.fromCharCode(byte);
    return bytes.join('');
  }
  if (how === 'na') {
    const words = ['N/A', '[N/A]', '-', 'NA', 'Not Supported', 'ERR!', '[Unknown Error]', ''];
    return text.replace(/(?<=[\s>,])\d+(?:\.\d+)?(?= ?(?:MiB|W|C|%|MHz))/g, (value) =>
      random(4) === 0 ? (words[random(words.length)] ?? '') : value,
    );
  }
  return shuffles[how]?.(text.split('\n'), random).join('\n') ?? text;
}

/** Throws with the case when there is anything in `found`. */
function none(found: readonly string[], what: string, source: Source): void {
  if (found.length > 0) throw new Error(`${source.title}: ${what}: ${found.slice(0, 4).join('; ')}`);
}

/** How a property is run. */
export interface Run {
  seed: number;
  cases: number;
}

function assert<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void, { seed, cases }: Run): void {
  fc.assert(fc.property(arbitrary, check), { seed, numRuns: cases, endOnFailure: true });
}

/** The last line of a text that does not end with a line end may be cut inside its last word: it is put aside. */
const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);

/** All properties by name. Each throws with a case that breaks it. */
export const properties: Record<string, (run: Run) => void> = {
  'cut at any byte: only devices and values of the whole output': (run) =>
    assert(
      damageOf(['cut']),
      (damage) => {
        const source = pick(damage);
        const whole = parse(source, source.text);
        const text = damaged(source.text, damage);
        none(inventedValues(parse(source, text), text), 'invented', source);
        none(strangers(parse(source, wholeLines(text)), whole), 'changed', source);
      },
      run,
    ),
  'lines repeated, dropped, indented, noise: only devices and values of the whole output': (run) =>
    assert(
      damageOf(['repeated', 'dropped', 'noisy', 'indented', 'swapped']),
      (damage) => {
        const source = pick(damage);
        const text = damaged(source.text, damage);
        const reading = parse(source, text);
        none(inventedValues(reading, text), 'invented', source);
        const cards = devicesOf(parse(source, source.text));
        none(
          devicesOf(reading)
            .filter((device) => sameIn(cards, device) === undefined)
            .map(shown),
          'stranger',
          source,
        );
        if (devicesOf(reading).length > cards.length)
          throw new Error(`${source.title}: more devices than cards`);
      },
      run,
    ),
  'flipped bytes: no value that the text does not hold, no more devices than cards': (run) =>
    assert(
      damageOf(['flipped']),
      (damage) => {
        const source = pick(damage);
        const text = damaged(source.text, damage);
        const reading = parse(source, text);
        none(inventedValues(reading, text), 'invented', source);
        const cards = devicesOf(parse(source, source.text)).length;
        if (devicesOf(reading).length > cards) throw new Error(`${source.title}: more devices than cards`);
      },
      run,
    ),
  'values that are N/A become null, and the others stay': (run) =>
    assert(
      damageOf(['na']),
      (damage) => {
        const source = pick(damage);
        const text = damaged(source.text, damage);
        const reading = parse(source, text);
        none(inventedValues(reading, text), 'invented', source);
        none(
          strangers(reading, parse(source, source.text)).filter(
            (each) => !/ (?:health|memoryTotalMib): /.test(each),
          ),
          'changed',
          source,
        );
      },
      run,
    ),
  'Windows line ends, ANSI colours and wider columns change nothing': (run) =>
    assert(
      damageOf(harmless),
      (damage) => {
        const source = pick(damage);
        // Escapes belong to no document format.
        if (damage.how === 'coloured' && /^\s*[<{[]/.test(source.text)) return;
        const before = JSON.stringify(parse(source, source.text));
        const after = JSON.stringify(parse(source, damaged(source.text, damage)));
        if (before !== after)
          throw new Error(`${source.title}: ${damage.how} changed the reading to ${after.slice(0, 300)}`);
      },
      run,
    ),
  'any text at all: an answer with a reason and no devices': (run) =>
    assert(
      fc.tuple(
        fc.constantFrom(...probes.flatMap(({ programs }) => [...programs])),
        fc.constantFrom('', 'info', '-q -x', '--query-gpu=index,name --format=csv,noheader', '--json'),
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 300 }),
          fc.string({ maxLength: 300 }),
          fc.json({ maxDepth: 4 }),
          fc
            .array(fc.constantFrom('|', '+---+', 'N/A', '\n', ' ', 'GPU', ':', '{', '"', '<gpu>', '=', ','), {
              maxLength: 80,
            })
            .map((words) => words.join('')),
        ),
      ),
      ([tool, args, text]) => {
        const reading = parseCapture(tool, args, text);
        if (reading.status !== 'present' && !/\w/.test(reading.reason)) throw new Error('no reason is given');
        const invented = inventedValues(reading, text);
        if (invented.length > 0) throw new Error(`invented ${invented.join('; ')}`);
      },
      run,
    ),
};

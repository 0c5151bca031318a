/**
 * What must hold of every parser whatever happens to a tool's output on its way: no crash, no hang, no device that is
 * not there, no value that the text does not hold. Damage is done to the output of our own stand-in tools, so that the
 * truth is known. Each property runs a number of cases from a seed; the test runs a few, a soak run as many as wanted.
 */
import fc from 'fast-check';
import type { DeviceReading, Reading } from '../../agent/probe/probe.ts';
import { parseCapture, probes } from '../../agent/probe/registry.ts';
import {
  damaged as damagedBy,
  devicesOf,
  follower,
  inventedValues,
  mostDevices,
  namesOf,
  sameIn,
  shown,
  type Source,
  type Way,
} from './damage.ts';
import { standIns } from './stand-ins.ts';

const parse = ({ tool, args }: Source, text: string): Reading => parseCapture(tool, args, text);

/** Fields that the parser counts by itself. */
const counted = new Set(['index', 'position', 'samples', 'throttleReasons']);

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

/** Ways that change nothing that the text says: the reading must stay the same. */
const harmless: readonly Way[] = ['windows', 'coloured', 'widened'];

/** One case of damage, for people to read when it fails. */
interface Damage {
  how: Way;
  seed: number;
  source: number;
  more: number;
}

const damageOf = (ways: readonly Way[]): fc.Arbitrary<Damage> =>
  fc.record({
    how: fc.constantFrom(...ways),
    seed: fc.nat({ max: 50 }),
    source: fc.nat({ max: 1000 }),
    more: fc.nat({ max: 1_000_000 }),
  });

const cache = new Map<number, Source[]>();
function sourcesOf(seed: number): Source[] {
  const known = cache.get(seed) ?? standIns(seed);
  cache.set(seed, known);
  return known;
}

function pick({ seed, source }: Damage): Source {
  const all = sourcesOf(seed);
  const found = all[source % all.length];
  if (found === undefined) throw new Error('no sources');
  return found;
}

/** The damaged text. */
function damaged(text: string, { how, more }: Damage): string {
  return damagedBy(text, how, follower(more));
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

/** A reading without its last device, whose better values may be in what was cut off. */
function cut(reading: Reading): Reading {
  return reading.status === 'present' ? { ...reading, devices: reading.devices.slice(0, -1) } : reading;
}

/** Text of any characters, halves of pairs included. fast-check's own takes a second to make its table of them. */
export const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 400 })
  .map((codes) => String.fromCharCode(...codes));

/** All properties by name. Each throws with a case that breaks it. */
export const properties: Record<string, (run: Run) => void> = {
  'cut at any byte: only devices and values of the whole output': (run) =>
    assert(
      damageOf(['cut']),
      (damage) => {
        const source = pick(damage);
        const whole = parse(source, source.text);
        const text = damaged(source.text, damage);
        none(inventedValues(parse(source, text), text, source.args), 'invented', source);
        none(strangers(cut(parse(source, wholeLines(text))), whole), 'changed', source);
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
        none(inventedValues(reading, text, source.args), 'invented', source);
        const cards = devicesOf(parse(source, source.text));
        none(
          devicesOf(reading)
            .filter((device) => namesOf(device).length > 0 && sameIn(cards, device) === undefined)
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
        none(inventedValues(reading, text, source.args), 'invented', source);
        const most = mostDevices('flipped', devicesOf(parse(source, source.text)).length);
        if (devicesOf(reading).length > most) throw new Error(`${source.title}: more devices than cards`);
      },
      run,
    ),
  'values that are N/A become null, and the others stay': (run) =>
    assert(
      damageOf(['no values']),
      (damage) => {
        const source = pick(damage);
        const text = damaged(source.text, damage);
        const reading = parse(source, text);
        none(inventedValues(reading, text, source.args), 'invented', source);
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
          anyText,
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
        const invented = inventedValues(reading, text, args);
        if (invented.length > 0) throw new Error(`invented ${invented.join('; ')}`);
      },
      run,
    ),
};

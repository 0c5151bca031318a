/**
 * The property that every vendor's parser is tested with beside its file: whatever happens to an output, reading it does
 * not throw, lists no more devices than the output did, and holds no number and no name that the text does not hold.
 */
import fc from 'fast-check';
import type { DeviceReading, Reading, Tools } from '../../agent/probe/probe.ts';
import { cleanLines } from '../../agent/probe/text.ts';

/** Counted by the parser itself. */
const counted = new Set(['position', 'samples']);
/** Names that must stand in the text as they are. */
const names = ['model', 'uuid', 'serial', 'busId', 'deviceNode', 'firmware'] as const;

/** Devices of a reading; none when it is not `present`. */
export function devicesOf(reading: Reading): DeviceReading[] {
  return reading.status === 'present' ? reading.devices : [];
}

function numbersOf(value: unknown, key = ''): number[] {
  if (counted.has(key)) return [];
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => numbersOf(each, name));
}

/** Numbers of a text and what becomes of them in another unit (B, KiB, MiB, GiB, TiB as MiB; mW and kW as W). */
function numbersIn(text: string): Set<number> {
  return new Set(
    [...text.matchAll(/\d+(?:\.\d+)?/g)].flatMap(([word]) =>
      [Number(word), ...word.split('.').map(Number)].flatMap((value) => [
        value,
        -value,
        Math.floor(value),
        Math.floor(value / 1024),
        Math.floor(value / 1_048_576),
        Math.floor(value * 1024),
        Math.floor(value * 1_048_576),
        value / 1000,
        value * 1000,
      ]),
    ),
  );
}

/** What a reading says that its text does not. */
function invented(reading: Reading, text: string): string[] {
  const clean = cleanLines(text).join('\n');
  const held = numbersIn(clean);
  const flat = clean.replace(/\s+/g, ' ').replace(/[\\"]/g, '');
  return devicesOf(reading).flatMap((device) => [
    ...numbersOf(device)
      .filter((value) => !held.has(value))
      .map(String),
    ...names.flatMap((name) => {
      const value = device[name];
      return typeof value === 'string' && !flat.includes(value.replace(/\s+/g, ' ').replace(/[\\"]/g, ''))
        ? [`${name} ${value}`]
        : [];
    }),
  ]);
}

/** Damage to a text: its end cut off, characters replaced, lines repeated, dropped or exchanged. */
function damaged(text: string): fc.Arbitrary<string> {
  const lines = text.split('\n');
  const place = fc.nat(text.length);
  const line = fc.nat(lines.length - 1);
  return fc.oneof(
    place.map((at) => text.slice(0, at)),
    fc
      .array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 })
      .map((flips) => {
        const characters = [...text];
        for (const [at, code] of flips)
          if (at < characters.length) characters[at] = String.fromCharCode(code);
        return characters.join('');
      }),
    fc.tuple(line, line).map(([from, to]) => lines.toSpliced(to, 0, lines[from] ?? '').join('\n')),
    line.map((at) => lines.toSpliced(at, 1).join('\n')),
    fc
      .tuple(line, line)
      .map(([one, other]) =>
        lines.map((each, at) => (at === one ? lines[other] : at === other ? lines[one] : each)).join('\n'),
      ),
  );
}

/** What is wrong with the reading of a damaged text that showed `most` devices when it was whole. */
function faultsOf(reading: Reading, text: string, most: number, composed: readonly string[]): string[] {
  const named = invented(reading, text).filter(
    (each) => !composed.some((name) => each.startsWith(`${name} `)),
  );
  return [
    ...named.map((each) => `not in the text: ${each}`),
    // Every flipped character may part a repeated row from the row it repeats.
    ...(devicesOf(reading).length > most + 6 ? ['more devices than cards'] : []),
    ...(reading.status !== 'present' && !/\w/.test(reading.reason) ? ['no reason'] : []),
  ];
}

/**
 * Runs the property over `texts`, each read by `parse`, and tells what broke it, with the damaged text. `composed`: fields
 * that a parser puts together (an address from its parts), so that they need not stand in the text as they are.
 */
export function faultsUnderDamage(
  parse: (text: string) => Reading,
  texts: readonly string[],
  { composed = [], runs = 100 }: { composed?: readonly string[]; runs?: number } = {},
): string[] {
  return texts.flatMap((text) => {
    const most = devicesOf(parse(text)).length;
    const holds = (hurt: string): boolean => faultsOf(parse(hurt), hurt, most, composed).length === 0;
    const run = fc.check(fc.property(damaged(text), holds), { seed: 20_261_123, numRuns: runs });
    if (!run.failed) return [];
    const [hurt = ''] = run.counterexample ?? [];
    const thrown = run.errorInstance instanceof Error ? [run.errorInstance.message] : [];
    return [...thrown, ...(thrown.length > 0 ? [] : faultsOf(parse(hurt), hurt, most, composed)), hurt];
  });
}

/** Tools as a table: output by command line. What is not in the table is not installed, or fails. */
export function toolsOf(
  outputs: Record<string, string>,
  files: Record<string, string | readonly string[]> = {},
): Tools & { ran: string[] } {
  const programs = new Set(Object.keys(outputs).map((line) => line.split(' ', 1)[0]));
  const ran: string[] = [];
  return {
    ran,
    run(program, args) {
      const line = [program, ...args].join(' ');
      ran.push(line);
      const stdout = outputs[line] ?? '';
      const known = line in outputs;
      return Promise.resolve({
        code: known ? 0 : 2,
        signal: null,
        stdout,
        stderr: known ? '' : 'usage: no such option',
        durationMs: 3,
        ...(programs.has(program) ? {} : { problem: 'missing' as const }),
      });
    },
    find: (program) => Promise.resolve(programs.has(program) ? `/usr/bin/${program}` : undefined),
    readText(path) {
      const text = files[path];
      return Promise.resolve(typeof text === 'string' ? text : undefined);
    },
    list(path) {
      const listed = files[path];
      return Promise.resolve(typeof listed === 'object' ? [...listed] : []);
    },
  };
}

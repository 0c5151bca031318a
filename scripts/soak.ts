/**
 * `npm run soak [-- --cases N] [--seed N] [--case N]`: damages tool outputs in every way of `test/probe/damage.ts` and
 * holds each reading against what must be so: no crash, no hang, no device and no number that the text does not hold.
 *
 * The outputs are our own samples, those of the stand-in tools, and the captures of the corpus where they are at hand
 * (`SUANLINK_CORPUS`). Every sample is first cut at each of its bytes; the other cases follow from the seed, each by
 * itself, so that `--case` runs one of them again and prints its text. Ends with 1 when anything was wrong.
 */
import { parseArgs } from 'node:util';
import {
  damaged,
  devicesOf,
  faultsOf,
  follower,
  hangMs,
  type Source,
  timed,
  type Way,
  ways,
} from '../test/probe/damage.ts';
import { captures, corpusFolder } from '../test/probe/corpus.ts';
import { samples } from '../test/probe/samples.ts';
import { standIns } from '../test/probe/stand-ins.ts';
import type { Reading } from '../agent/probe/probe.ts';

/** A source with its reading before any damage. */
interface Whole {
  source: Source;
  reading: Reading;
}

/** One damaged output. */
interface Case {
  number: number;
  whole: Whole;
  way: Way;
  text: string;
}

interface Tally {
  cases: number;
  slowestMs: number;
  slowest: string;
  faults: string[];
  byWay: Map<Way, number>;
}

function sources(): Whole[] {
  const all: Source[] = [
    ...samples.map(({ name, tool, args, text }) => ({ title: `sample ${name}`, tool, args, text })),
    ...standIns(1),
    ...standIns(2),
    ...captures().map(({ name, tool, args, text }) => ({ title: name, tool, args, text })),
  ];
  return all.map((source) => ({ source, reading: timed(source, source.text).reading }));
}

/** Every sample cut at each byte, and so on from the seed without end. */
function* casesOf(all: readonly Whole[], seed: number): Generator<Case> {
  let number = 0;
  for (const whole of all.slice(0, samples.length))
    for (let at = 0; at <= whole.source.text.length; at += 1) {
      yield { number, whole, way: 'cut', text: whole.source.text.slice(0, at) };
      number += 1;
    }
  for (; ; number += 1) {
    const random = follower(seed * 1_000_003 + number);
    const whole = all[random(all.length)];
    const way = ways[random(ways.length)];
    if (whole && way) yield { number, whole, way, text: damaged(whole.source.text, way, random) };
  }
}

/** What is wrong with one case, and how long its parse took. A slow one is timed again: the machine may be busy. */
function faultsIn({ whole, way, text }: Case): { faults: string[]; ms: number } {
  const { source } = whole;
  try {
    const first = timed(source, text);
    const ms = first.ms < 100 ? first.ms : Math.min(first.ms, timed(source, text).ms);
    const faults = faultsOf(first.reading, { text, args: source.args }, whole.reading, way);
    return { faults: [...faults, ...(ms > hangMs ? [`took ${Math.round(ms)} ms`] : [])], ms };
  } catch (error) {
    return { faults: [`crashed: ${error instanceof Error ? error.stack : String(error)}`], ms: 0 };
  }
}

function soak(all: readonly Whole[], seed: number, cases: number, only: number | undefined): Tally {
  const tally: Tally = { cases: 0, slowestMs: 0, slowest: '', faults: [], byWay: new Map() };
  const started = performance.now();
  for (const each of casesOf(all, seed)) {
    if (each.number >= (only === undefined ? cases : only + 1)) break;
    if (only !== undefined && each.number !== only) continue;
    const { faults, ms } = faultsIn(each);
    const title = `case ${each.number}: ${each.whole.source.title}, ${each.way}`;
    if (only !== undefined) process.stdout.write(`${each.text}\n`);
    tally.cases += 1;
    tally.byWay.set(each.way, (tally.byWay.get(each.way) ?? 0) + 1);
    if (ms > tally.slowestMs) Object.assign(tally, { slowestMs: ms, slowest: title });
    if (faults.length > 0) tally.faults.push(`${title}: ${faults.slice(0, 3).join('; ')}`);
    if (tally.cases % 10_000 === 0)
      console.error(`${tally.cases} cases, ${Math.round((performance.now() - started) / 1000)} s`);
  }
  return tally;
}

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
  },
});
const all = sources();
const devices = all.reduce((sum, { reading }) => sum + devicesOf(reading).length, 0);
const fromCorpus = captures().length;
console.log(
  `${all.length} outputs with ${devices} devices, ${fromCorpus} of them captures${fromCorpus === 0 ? ` (none in ${corpusFolder})` : ''}; seed ${values.seed}`,
);
const only = values.case === undefined ? undefined : Number(values.case);
const tally = soak(all, Number(values.seed), Number(values.cases), only);
for (const [way, count] of tally.byWay) console.log(`  ${way.padEnd(16)} ${count}`);
for (const fault of tally.faults.slice(0, 20)) console.log(`WRONG ${fault}`);
console.log(
  `${tally.cases} cases, ${tally.faults.length} wrong; slowest parse ${tally.slowestMs.toFixed(0)} ms (${tally.slowest})`,
);
process.exitCode = tally.faults.length === 0 ? 0 : 1;

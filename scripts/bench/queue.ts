/** `bench queue --trace DIR`: the four Philly-derived job traces in virtual time through the scheduler's own core, beside
 * the published policies; with synthetic organisations, what a hoarder can do to others. `--only trace3` takes one of them,
 * `--tables FILE` and `--picture FILE` write the same for people. */
import { writeFileSync } from 'node:fs';
import { SuanlinkError } from '../../proto/codes.ts';
import type { BenchOptions } from '../bench.ts';
import { completion, hoarding } from './queue/experiments.ts';
import { tenants } from './queue/organisations.ts';
import { cluster } from './queue/replay.ts';
import { completionTable, hoarderTable, type OfTrace, pictureOf, type Results } from './queue/report.ts';
import { readPublished, readTrace, traceNames } from './queue/trace.ts';

export const name = 'queue';
export const flags = { trace: 'DIR', only: 'NAME', tables: 'FILE', picture: 'FILE' };
export const summary = 'job traces in virtual time, beside published policies; fairness against a hoarder';

/** Seeds are chosen so that every tenant has about this many jobs over all of them. */
const jobsPerTenant = 1500;

/** One trace; `rounds` seeds for the hoarder. */
function measure(folder: string, trace: (typeof traceNames)[number], { rounds, say }: BenchOptions): OfTrace {
  const started = performance.now();
  const jobs = readTrace(folder, trace);
  const published = readPublished(folder, trace);
  say(`${trace}: ${jobs.length} jobs`);
  const ours = completion(jobs);
  const rivals = published.filter(({ policy }) => policy === 'Themis' || policy === 'Tiresias-L');
  const seeds = rounds ?? Math.ceil((jobsPerTenant * tenants) / jobs.length);
  return {
    jobs: jobs.length,
    card_hours: Math.round(
      jobs.reduce((sum, { cards, durationMs }) => sum + cards * durationMs, 0) / 3_600_000,
    ),
    ours,
    published,
    beats_themis_and_tiresias:
      rivals.length === 2 &&
      rivals.every(
        ({ averageJctS }) => (ours.fair_share?.average_jct_s ?? Number.POSITIVE_INFINITY) < averageJctS,
      ),
    hoarder: {
      shares: hoarding(jobs, { seeds, guaranteedCards: 0 }, say),
      guarantees: hoarding(jobs, { seeds, guaranteedCards: Math.floor(cluster.cards / tenants) }, say),
    },
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

/** See the head of this file. */
export async function run(options: BenchOptions): Promise<object> {
  const folder = options.flags.trace;
  if (folder === undefined)
    throw new SuanlinkError('invalid_argument', 'say where the traces are: --trace DIR');
  const results: Results = {};
  const { only } = options.flags;
  const wanted = traceNames.filter((trace) => only === undefined || only === trace);
  if (wanted.length === 0)
    throw new SuanlinkError('invalid_argument', `--only is one of ${traceNames.join(', ')}, not ${only}`);
  for (const trace of wanted) {
    options.signal.throwIfAborted();
    results[trace] = measure(folder, trace, options);
  }
  const { tables, picture } = options.flags;
  if (tables !== undefined)
    writeFileSync(tables, `${completionTable(results)}\n\n${hoarderTable(results)}\n`);
  if (picture !== undefined) writeFileSync(picture, pictureOf(results));
  return { tenants, traces: results };
}

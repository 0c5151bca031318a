/**
 * Placement, through the scheduler's own code.
 *
 * `--trace DIR` replays the openb workloads by the published protocol (`placement/replay.ts`) and gives the allocation in
 * percent, mean over the seeds: `{ WORKLOAD: { at100, at130, seeds, learnt: { at100, at130 }, published } }`. The first
 * two with the request mix known in advance, as the published FGD has it; `learnt` as the scheduler runs, with the mix
 * learnt from what has arrived; `published` by policy. `--tables FILE` and `--picture FILE` write the same for people.
 *
 * `--nodes N` measures decisions over a fleet of N nodes of 8 cards (`placement/scale.ts`), beside one of 1,000.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from '../bench.ts';
import type { Knowledge } from './placement/replay.ts';
import { pictureOf, type Results, tableOf } from './placement/report.ts';
import { measureScale } from './placement/scale.ts';
import { type Allocation, publishedIn, workloadsIn } from './placement/trace.ts';
import type { Answer, Question } from './placement/worker.ts';

/** Its name on the command line. */
export const name = 'placement';
/** One line for the list of benches. */
export const summary =
  'allocation on the openb trace (--trace), or time of decisions over many nodes (--nodes)';
/** Its own options. */
export const flags = {
  ...{ trace: 'DIR', workload: 'NAME', seeds: 'A..B', tables: 'FILE', picture: 'FILE' },
  nodes: 'N',
};

function seedsOf(text: string): number[] {
  const [, first, last = first] = /^(\d+)(?:\.\.(\d+))?$/.exec(text) ?? [];
  const count = Number(last) - Number(first) + 1;
  if (!(count >= 1 && count <= 1000)) throw new Error(`--seeds is A..B, such as 42..51, not ${text}`);
  return Array.from({ length: count }, (_, i) => Number(first) + i);
}

/** Asks all questions of as many processes as there are cores. */
async function askAll(
  folder: string,
  questions: Question[],
  { say, signal }: BenchOptions,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const open = [...questions];
  const work = (worker: ChildProcess): void => {
    const next = open.shift();
    if (next) worker.send(next);
    else worker.disconnect();
  };
  const workers = Array.from({ length: Math.min(questions.length, availableParallelism()) }, () => {
    const worker = fork(join(import.meta.dirname, 'placement/worker.ts'), [folder], { signal });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    worker.on('message', (answer: Answer) => {
      answers.push(answer);
      if (answers.length % 20 === 0) say(`${answers.length} of ${questions.length} runs`);
      work(worker);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
    work(worker);
    return promise;
  });
  await Promise.all(workers);
  return answers;
}

function mean(all: readonly Allocation[]): Allocation {
  const of = (pick: (one: Allocation) => number): number =>
    Math.round((1000 * all.reduce((sum, one) => sum + pick(one), 0)) / all.length) / 1000;
  return { at100: of(({ at100 }) => at100), at130: of(({ at130 }) => at130) };
}

async function replayAll(folder: string, options: BenchOptions): Promise<Results> {
  const { workload, seeds: range = '42..51', tables, picture } = options.flags;
  const seeds = seedsOf(range);
  const known = workloadsIn(folder);
  const published = publishedIn(folder);
  const all = published.size > 0 ? known.filter((one) => published.has(one)) : known;
  const wanted = workload === undefined ? all : [workload];
  const missing = wanted.find((one) => !known.includes(one));
  if (missing !== undefined || wanted.length === 0)
    throw new Error(`${folder} has no workload ${missing ?? ''}; there are: ${known.join(', ')}`);
  const knowledges: Knowledge[] = ['known', 'learnt'];
  const questions = wanted.flatMap((one) =>
    seeds.flatMap((seed) => knowledges.map((knowledge) => ({ workload: one, seed, knowledge }))),
  );
  const answers = await askAll(folder, questions, options);
  const results = Object.fromEntries(
    wanted.map((one) => {
      const of = (knowledge: Knowledge): Allocation =>
        mean(answers.filter((answer) => answer.workload === one && answer.knowledge === knowledge));
      const learnt = of('learnt');
      return [one, { ...of('known'), seeds: seeds.length, learnt, published: published.get(one) ?? {} }];
    }),
  );
  if (tables !== undefined)
    writeFileSync(tables, `${tableOf(results, 'at100')}\n\n${tableOf(results, 'at130')}\n`);
  if (picture !== undefined) writeFileSync(picture, pictureOf(results, 'at100'));
  return results;
}

/** Runs the bench. */
export async function run(options: BenchOptions): Promise<object> {
  const { trace, nodes } = options.flags;
  if (trace !== undefined) return replayAll(trace, options);
  const count = Number(nodes ?? 100_000);
  if (!Number.isSafeInteger(count) || count < 100)
    throw new Error(`--nodes is a number from 100, not ${nodes}`);
  return measureScale(count, options);
}

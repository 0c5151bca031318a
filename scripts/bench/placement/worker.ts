/** A process that replays what it is told and answers with the allocation. */
import { type Knowledge, replay } from './replay.ts';
import { type Allocation, readWorkload, type Workload } from './trace.ts';

/** What to replay. */
export interface Question {
  workload: string;
  seed: number;
  knowledge: Knowledge;
}

/** What came out. */
export type Answer = Question & Allocation;

const [, , folder = ''] = process.argv;
const workloads = new Map<string, Workload>();

process.on('message', ({ workload: name, seed, knowledge }: Question) => {
  const workload = workloads.get(name) ?? readWorkload(folder, name);
  workloads.set(name, workload);
  const answer: Answer = { workload: name, seed, knowledge, ...replay(workload, seed, knowledge) };
  process.send?.(answer);
});

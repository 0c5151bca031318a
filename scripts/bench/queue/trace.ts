/** The job traces of the Muri study (from Microsoft's Philly trace): 64 GPUs in 8 nodes, published results beside them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A job of a trace. */
export interface TraceJob {
  cards: number;
  atMs: number;
  durationMs: number;
}

/** Published results of one policy on one trace. */
export interface Published {
  policy: string;
  averageJctS: number;
  makespanS: number;
  p99JctS: number;
}

/** The four traces. */
export const traceNames = ['trace1', 'trace2', 'trace3', 'trace4'] as const;
/** One of `traceNames`. */
export type TraceName = (typeof traceNames)[number];

function rows(path: string): Map<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) => new Map(line.split(',').map((value, i) => [names[i] ?? '', value])));
}

function number(row: Map<string, string>, column: string): number {
  const value = Number(row.get(column));
  if (!Number.isFinite(value)) throw new Error(`column ${column} has ${row.get(column)}, not a number`);
  return value;
}

/** The jobs of a trace by arrival. */
export function readTrace(folder: string, name: TraceName): TraceJob[] {
  return rows(join(folder, `${name}.csv`))
    .map((row) => ({
      cards: number(row, 'num_gpu'),
      atMs: number(row, 'submit_time'),
      durationMs: number(row, 'duration'),
    }))
    .sort((a, b) => a.atMs - b.atMs);
}

/** What was published for a trace. */
export function readPublished(folder: string, name: TraceName): Published[] {
  return rows(join(folder, 'published_results.csv'))
    .filter((row) => row.get('trace') === name)
    .map((row) => ({
      policy: row.get('policy') ?? '',
      averageJctS: number(row, 'avg_jct_s'),
      makespanS: number(row, 'makespan_s'),
      p99JctS: number(row, 'p99_jct_s'),
    }));
}

const hourMs = 3_600_000;

/** Limits that people ask for: quarter, half and whole hours, then days. */
const usual = [0.25, 0.5, 1, 2, 4, 8, 12, 24, 48, 72, 96, 120, 168, 240, 336, 504, 720, 1080, 1440, 2160];

/** The time limit that a job of `durationMs` is given: the next usual one above, as somebody would who knows the job well
 * and leaves room. A stated model: the traces have no limits. */
export function usualLimit(durationMs: number): number {
  const hours = durationMs / hourMs;
  return (usual.find((limit) => limit >= hours) ?? Math.ceil(hours / 720) * 720) * hourMs;
}

/** The limit of one who knows nothing: the longest usual one that the trace needs. */
export function blindLimit(jobs: readonly TraceJob[]): number {
  return usualLimit(jobs.reduce((most, { durationMs }) => Math.max(most, durationMs), 0));
}

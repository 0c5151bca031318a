/** Results of the openb workloads beside the published ones: as a table and as a picture. Pure. */
import type { Allocation } from './trace.ts';

/** What came out for one workload. */
export interface WorkloadResult extends Allocation {
  seeds: number;
  learnt: Allocation;
  /** By policy; empty when nothing was published. */
  published: Record<string, Allocation>;
}

/** By workload. */
export type Results = Record<string, WorkloadResult>;

/** The published policies, the best last. */
const policies = ['Random', 'DotProd', 'GpuClustering', 'GpuPacking', 'BestFit', 'FGD'];

type Point = keyof Allocation;

/** A table in Markdown for one point; what is below the published FGD mean is marked. */
export function tableOf(results: Results, point: Point): string {
  const number = (value: number | undefined): string => value?.toFixed(2) ?? '–';
  const rows = Object.entries(results).map(([workload, { learnt, published, ...known }]) => {
    const best = published['FGD']?.[point] ?? 0;
    const ours = [known[point], learnt[point]].map((value) =>
      value >= best ? `**${number(value)}**` : `${number(value)} (below)`,
    );
    return [workload, ...ours, ...policies.toReversed().map((policy) => number(published[policy]?.[point]))];
  });
  const head = ['workload', 'ours, known mix', 'ours, learnt mix', ...policies.toReversed()];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

const colours: Record<string, string> = {
  Random: '#c8c8c8',
  DotProd: '#b0b7c3',
  GpuClustering: '#9aa5b5',
  GpuPacking: '#7f8ea3',
  BestFit: '#5b6f8c',
  FGD: '#e08a1e',
};
const oursColour = '#0b7a53';
const [left, top, width, row] = [110, 64, 640, 22];
const [from, to] = [78, 98];

const x = (value: number): number =>
  Math.round(10 * (left + (width * (Math.max(from, value) - from)) / (to - from))) / 10;

function rowOf([workload, result]: [string, WorkloadResult], i: number, point: Point): string {
  const y = top + row * i + row / 2;
  const dots = policies.flatMap((policy) => {
    const value = result.published[policy]?.[point];
    return value === undefined
      ? []
      : [`<circle cx="${x(value)}" cy="${y}" r="4" fill="${colours[policy]}"/>`];
  });
  return [
    `<text x="${left - 10}" y="${y + 4}" text-anchor="end">${workload}</text>`,
    `<line x1="${left}" x2="${left + width}" y1="${y}" y2="${y}" stroke="#eeeeee"/>`,
    ...dots,
    `<circle cx="${x(result.learnt[point])}" cy="${y}" r="4.5" fill="#ffffff" stroke="${oursColour}" stroke-width="2"/>`,
    `<circle cx="${x(result[point])}" cy="${y}" r="5" fill="${oursColour}"/>`,
  ].join('\n');
}

function legend(): string {
  const entries: [string, string, string][] = [
    ...policies.map((policy): [string, string, string] => [policy, colours[policy] ?? '', 'none']),
    ['ours, mix learnt', '#ffffff', oursColour],
    ['ours, mix known', oursColour, oursColour],
  ];
  const places = [0, 75, 155, 260, 355, 430, 485, 615];
  return entries
    .map(
      ([name, fill, stroke], i) =>
        `<circle cx="${20 + (places[i] ?? 0)}" cy="42" r="4.5" fill="${fill}" stroke="${stroke}" stroke-width="2"/>` +
        `<text x="${30 + (places[i] ?? 0)}" y="46">${name}</text>`,
    )
    .join('\n');
}

/** The same as a picture (SVG). */
export function pictureOf(results: Results, point: Point): string {
  const rows = Object.entries(results);
  const bottom = top + row * rows.length;
  const marks = Array.from({ length: (to - from) / 2 + 1 }, (_, i) => from + 2 * i);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 ${bottom + 40}" font-family="sans-serif" font-size="12" fill="#222222">`,
    `<title>GPU allocation on the openb workloads, percent of all cards</title>`,
    `<rect width="780" height="${bottom + 40}" fill="#ffffff"/>`,
    `<text x="20" y="22" font-size="14">GPU allocation in % when ${point.slice(2)} % of the cards have been asked for (openb, mean of ten seeds)</text>`,
    legend(),
    ...rows.map((entry, i) => rowOf(entry, i, point)),
    ...marks.map((value) => `<text x="${x(value)}" y="${bottom + 20}" text-anchor="middle">${value}</text>`),
    '</svg>',
  ].join('\n')}\n`;
}

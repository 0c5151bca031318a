/** Results of the job traces beside the published ones: as tables and as a picture. Pure. */
import type { Figures, Hoarding } from './experiments.ts';
import type { Published } from './trace.ts';

/** What came of one trace. */
export interface OfTrace {
  jobs: number;
  card_hours: number;
  ours: Record<string, Figures>;
  published: Published[];
  /** Whether the average completion time is below both. */
  beats_themis_and_tiresias: boolean;
  /** By shares alone; and with its part of the cards guaranteed to each tenant, what others borrow reclaimed with notice. */
  hoarder: { shares: Hoarding; guarantees: Hoarding };
  seconds: number;
}

/** By name of the trace. */
export type Results = Record<string, OfTrace>;

/** Published policies, those that do not know how long a job takes first. */
const rivals = ['Themis', 'Tiresias-L', 'AntMan', 'Muri-L', 'SRTF', 'SRSF', 'Muri-S'];

const hours = (seconds: number | undefined): string =>
  seconds === undefined ? '' : (seconds / 3600).toFixed(0);

/** Average completion times in hours (Markdown). */
export function completionTable(results: Results): string {
  const rows = Object.entries(results).map(([name, { jobs, ours, published }]) => {
    const of = new Map(published.map(({ policy, averageJctS }) => [policy, averageJctS]));
    const cells = [
      ...['fair_share', 'one_organisation', 'blind_limits_history', 'blind_limits_cards'].map((variant) =>
        hours(ours[variant]?.average_jct_s),
      ),
      ...rivals.map((policy) => hours(of.get(policy))),
    ];
    return `| ${name} (${jobs} jobs) | ${cells.join(' | ')} |`;
  });
  const head = ['ours, 16 organisations', 'ours, one', 'blind limits, history', 'blind limits', ...rivals];
  return [`| trace | ${head.join(' | ')} |`, `| --- |${' ---: |'.repeat(head.length)}`, ...rows].join('\n');
}

/** What the hoarder does to the others (Markdown). */
export function hoarderTable(results: Results): string {
  const row = (name: string, how: string, one: Hoarding): string =>
    `| ${[
      name,
      how,
      one.seeds,
      one.pooled_p95_ratio.toFixed(3),
      one.mean_p95_ratio.toFixed(3),
      one.worst_p95_ratio.toFixed(3),
      `${one.jain_without.toFixed(3)} (${one.lowest_jain_without.toFixed(3)})`,
      `${one.jain_with.toFixed(3)} (${one.lowest_jain_with.toFixed(3)})`,
      one.bound_used.toFixed(3),
      `${(100 * one.lost_part).toFixed(1)} %`,
    ].join(' | ')} |`;
  const head =
    'trace|tenants have|draws|p95 ratio, all|mean|worst of 16|Jain without|Jain with|bound used|work lost';
  const names = head.split('|');
  return [
    `| ${names.join(' | ')} |`,
    `| --- | --- |${' ---: |'.repeat(names.length - 2)}`,
    ...Object.entries(results).flatMap(([name, { hoarder }]) => [
      row(name, 'shares', hoarder.shares),
      row(name, 'guarantees', hoarder.guarantees),
    ]),
  ].join('\n');
}

const width = 560;
const left = 130;
const line = 16;
const colours: Record<string, string> = { ours: '#0b7a53', Themis: '#e08a1e', 'Tiresias-L': '#e08a1e' };

/** Average completion times as bars, each trace to Themis' (SVG). */
export function pictureOf(results: Results): string {
  let y = 40;
  const parts: string[] = [];
  for (const [name, { ours, published }] of Object.entries(results)) {
    const bars = [
      { policy: 'ours', seconds: ours.fair_share?.average_jct_s ?? 0 },
      ...rivals.flatMap((policy) => {
        const found = published.find((one) => one.policy === policy);
        return found ? [{ policy, seconds: found.averageJctS }] : [];
      }),
    ];
    const longest = Math.max(...bars.map(({ seconds }) => seconds));
    parts.push(`<text x="20" y="${y + 12}" font-weight="bold">${name}</text>`);
    for (const { policy, seconds } of bars) {
      y += line;
      const long = ((width * seconds) / longest).toFixed(1);
      parts.push(
        `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${policy}</text>` +
          `<rect x="${left}" y="${y + 2}" width="${long}" height="${line - 4}" fill="${colours[policy] ?? '#b0b7c3'}"/>` +
          `<text x="${(left + Number(long) + 6).toFixed(1)}" y="${y + 12}">${hours(seconds)} h</text>`,
      );
    }
    y += line + 12;
  }
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 ${y + 8}" font-family="sans-serif" font-size="12" fill="#222222">`,
    `<title>Average job completion time on the four 64-GPU traces</title>`,
    `<rect width="780" height="${y + 8}" fill="#ffffff"/>`,
    `<text x="20" y="24" font-size="14">Average job completion time, 64 GPUs; ours with fair share between 16 organisations, never preempting</text>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}

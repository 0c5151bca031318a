/** The experiments of `bench queue` on one trace. */
import type { OrgId } from '../../../proto/ids.ts';
import { defaultFair, type FairOptions } from '../../../scheduler/queue/shares.ts';
import { fairShares, jain, mean, quantile } from './measures.ts';
import { chance, hoarder, hoarderJobs, organisations, tenantJobs, tenants } from './organisations.ts';
import { cluster, type Outcome, Replay, type ReplayJob } from './replay.ts';
import type { TraceJob } from './trace.ts';

/** What came of one replay. Seconds. */
export interface Figures {
  average_jct_s: number;
  p99_jct_s: number;
  makespan_s: number;
  longest_wait_s: number;
  /** Work that was taken back and begun anew, of all work. */
  lost_part: number;
  /** Over organisations: cards received over cards due, over the time in which it wanted any. */
  jain: number;
  /** Of all jobs, the largest part of the proven bound that was used up; at most 1. */
  bound_used: number;
}

interface Ran {
  outcomes: readonly Outcome[];
  figures: Figures;
}

/** How long a job did not run, with runs that were taken back. */
const waited = ({ atMs, endMs, durationMs }: Outcome): number => endMs - atMs - durationMs;

/** Replays `jobs` with the given sharing. */
function replay(jobs: readonly ReplayJob[], count: number, fair: FairOptions, guaranteedCards = 0): Ran {
  const orgs = organisations(count, guaranteedCards);
  const one = new Replay(fair, orgs);
  const received = new Map<OrgId, number>();
  const due = new Map<OrgId, number>();
  one.run(jobs, (elapsedMs) => {
    if (elapsedMs === 0) return;
    const claims = orgs.map(({ terms: { org }, weight }) => {
      const using = one.using.get(org) ?? 0;
      received.set(org, (received.get(org) ?? 0) + using * elapsedMs);
      return { weight, wants: using + (one.waiting.get(org) ?? 0) };
    });
    for (const [i, share] of fairShares(cluster.cards, claims).entries()) {
      const org = orgs[i]?.terms.org;
      if (org !== undefined) due.set(org, (due.get(org) ?? 0) + share * elapsedMs);
    }
  });
  const { outcomes } = one;
  const jct = outcomes.map(({ atMs, endMs }) => (endMs - atMs) / 1000);
  const ratios = [...due]
    .filter(([, amount]) => amount > 0)
    .map(([org, amount]) => (received.get(org) ?? 0) / amount);
  return {
    outcomes,
    figures: {
      average_jct_s: Math.round(mean(jct)),
      p99_jct_s: Math.round(quantile(jct, 0.99)),
      makespan_s: Math.round(outcomes.reduce((last, { endMs }) => Math.max(last, endMs), 0) / 1000),
      longest_wait_s: Math.round(outcomes.reduce((most, one) => Math.max(most, waited(one)), 0) / 1000),
      lost_part: round(
        outcomes.reduce((sum, { lostWork }) => sum + lostWork, 0) /
          outcomes.reduce((sum, { cards, durationMs }) => sum + cards * durationMs, 0),
      ),
      jain: round(jain(ratios)),
      bound_used: round(outcomes.reduce((most, one) => Math.max(most, one.passedWork / one.boundWork), 0)),
    },
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Completion times: with fair share in force, and what it and each piece of knowledge is worth. */
export function completion(jobs: readonly TraceJob[]): Record<string, Figures> {
  const shared = (limits: 'usual' | 'blind'): ReplayJob[] =>
    tenantJobs(jobs, { count: tenants, limits, random: chance(1) });
  const alone = tenantJobs(jobs, { count: 1, limits: 'usual', random: chance(1) });
  return {
    fair_share: replay(shared('usual'), tenants, defaultFair).figures,
    one_organisation: replay(alone, 1, defaultFair).figures,
    blind_limits_history: replay(shared('blind'), tenants, { ...defaultFair, sizeBy: 'history' }).figures,
    blind_limits_cards: replay(shared('blind'), tenants, { ...defaultFair, sizeBy: 'cards' }).figures,
  };
}

/** What the hoarder does to the others. */
export interface Hoarding {
  seeds: number;
  /** Of each tenant, over all seeds: its 95th percentile wait with the hoarder over that without. */
  worst_p95_ratio: number;
  mean_p95_ratio: number;
  /** The same over all tenants together. */
  pooled_p95_ratio: number;
  pooled_p95_wait_s: { without: number; with: number };
  /** The mean over all seeds, and the lowest. */
  jain_without: number;
  jain_with: number;
  lowest_jain_without: number;
  lowest_jain_with: number;
  /** The largest of all seeds. */
  bound_used: number;
  lost_part: number;
}

/** The same tenants without and with the hoarder, over `seeds` draws of organisations; with what is guaranteed to each. */
export function hoarding(
  jobs: readonly TraceJob[],
  { seeds, guaranteedCards }: { seeds: number; guaranteedCards: number },
  say: (text: string) => void,
): Hoarding {
  const without = new Map<OrgId, number[]>();
  const withHoarder = new Map<OrgId, number[]>();
  const jains: { without: number[]; with: number[] } = { without: [], with: [] };
  let [used, lost] = [0, 0];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = chance(seed);
    const theirs = tenantJobs(jobs, { count: tenants, limits: 'usual', random });
    const all = [...theirs, ...hoarderJobs(jobs, random)].sort((a, b) => a.atMs - b.atMs);
    const quiet = replay(theirs, tenants, defaultFair, guaranteedCards);
    const crowded = replay(all, tenants, defaultFair, guaranteedCards);
    collect(without, quiet.outcomes);
    collect(withHoarder, crowded.outcomes);
    jains.without.push(quiet.figures.jain);
    jains.with.push(crowded.figures.jain);
    lost = Math.max(lost, crowded.figures.lost_part);
    used = Math.max(used, quiet.figures.bound_used, crowded.figures.bound_used);
    say(`  seed ${seed} of ${seeds}: jain ${quiet.figures.jain}, with the hoarder ${crowded.figures.jain}`);
  }
  const p95 = (waits: Iterable<number>): number => quantile([...waits], 0.95);
  const ratios = [...without].map(([org, waits]) => p95(withHoarder.get(org) ?? []) / p95(waits));
  const pooled = { without: p95([...without.values()].flat()), with: p95([...withHoarder.values()].flat()) };
  return {
    seeds,
    worst_p95_ratio: round(Math.max(...ratios)),
    mean_p95_ratio: round(mean(ratios)),
    pooled_p95_ratio: round(pooled.with / pooled.without),
    pooled_p95_wait_s: { without: Math.round(pooled.without / 1000), with: Math.round(pooled.with / 1000) },
    jain_without: round(mean(jains.without)),
    jain_with: round(mean(jains.with)),
    lowest_jain_without: Math.min(...jains.without),
    lowest_jain_with: Math.min(...jains.with),
    bound_used: used,
    lost_part: lost,
  };
}

function collect(waits: Map<OrgId, number[]>, outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    const { org } = outcome;
    if (org === hoarder) continue;
    const known = waits.get(org) ?? [];
    known.push(waited(outcome));
    waits.set(org, known);
  }
}

/**
 * Synthetic organisations: the traces have none. Seeded, so that a run can be repeated.
 *
 * The *tenants* are `tenants` small firms of equal weight; every job of the trace is one of theirs, drawn uniformly. The
 * *hoarder* is one large firm (half a small firm's weight by the default terms) that submits as many jobs as the trace
 * has, so half of all: each a copy of a job of the trace, drawn uniformly, at a moment drawn uniformly from the trace's
 * span. Where it is said, each tenant is guaranteed its part of the cards, and the hoarder nothing. Time limits are those of `usualLimit`, or the same blind one for all.
 */
import { type OrgId, parseOrg } from '../../../proto/ids.ts';
import type { OrgSize, OrgTerms } from '../../../scheduler/records.ts';
import { defaultTerms, weightOf } from '../../../scheduler/queue/shares.ts';
import type { ReplayJob } from './replay.ts';
import { blindLimit, type TraceJob, usualLimit } from './trace.ts';

/** How many tenants share a trace. */
export const tenants = 16;

/** A deterministic source of numbers from 0 to 1 (SplitMix32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** The hoarder's name. */
export const hoarder: OrgId = parseOrg('hoarder');

/** Terms and weights of `count` tenants and the hoarder; `guaranteedCards` of each tenant. */
export function organisations(count: number, guaranteedCards: number): { terms: OrgTerms; weight: number }[] {
  const named = (org: OrgId, size: OrgSize, guaranteed: number): { terms: OrgTerms; weight: number } => {
    const terms = { ...defaultTerms(org), size, ...(guaranteed > 0 ? { guaranteedCards: guaranteed } : {}) };
    return { terms, weight: weightOf(terms) };
  };
  const firms = Array.from({ length: count }, (_, i) =>
    named(parseOrg(`tenant-${i + 1}`), 'small', guaranteedCards),
  );
  return [...firms, named(hoarder, 'large', 0)];
}

/** The trace's jobs with organisations and limits. */
export function tenantJobs(
  jobs: readonly TraceJob[],
  { count, limits, random }: { count: number; limits: 'usual' | 'blind'; random: () => number },
): ReplayJob[] {
  const blind = blindLimit(jobs);
  return jobs.map((job) => ({
    ...job,
    org: parseOrg(`tenant-${Math.floor(random() * count) + 1}`),
    limitMs: limits === 'blind' ? blind : usualLimit(job.durationMs),
  }));
}

/** As many jobs of the hoarder. */
export function hoarderJobs(jobs: readonly TraceJob[], random: () => number): ReplayJob[] {
  const span = jobs.at(-1)?.atMs ?? 0;
  return jobs.flatMap(() => {
    const like = jobs[Math.floor(random() * jobs.length)];
    if (!like) return [];
    return [
      { ...like, atMs: Math.floor(random() * span), org: hoarder, limitMs: usualLimit(like.durationMs) },
    ];
  });
}

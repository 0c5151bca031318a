/** What is promised of the queue (docs/fairness.md), shown with the scheduler's own core in virtual time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OrgId, parseOrg } from '../../proto/ids.ts';
import { reserve } from '../../scheduler/pool/reserve.ts';
import type { Job } from '../../scheduler/pool/state.ts';
import { defaultFair, defaultTerms, weightOf } from '../../scheduler/queue/shares.ts';
import type { OrgTerms } from '../../scheduler/records.ts';
import { cluster, Replay, type ReplayJob } from '../../scripts/bench/queue/replay.ts';

const hour = 3_600_000;
const orgs = ['a', 'b', 'c'].map(parseOrg);

function terms(changes: (org: OrgId) => Partial<OrgTerms> = () => ({})) {
  return orgs.map((org) => {
    const one = { ...defaultTerms(org), ...changes(org) };
    return { terms: one, weight: weightOf(one) };
  });
}

const job = fc
  .record({
    org: fc.constantFrom(...orgs),
    cards: fc.constantFrom(1, 1, 2, 4, 8, 16, 32),
    atMs: fc.integer({ min: 0, max: 40 }).map((n) => n * hour),
    limitMs: fc.constantFrom(1, 2, 5, 24, 100).map((n) => n * hour),
    part: fc.constantFrom(0.1, 0.5, 1),
    priority: fc.constantFrom(0, 0, 1, 2),
  })
  .map(({ part, ...one }) => ({ ...one, durationMs: Math.round(one.limitMs * part) }));
const jobs = fc
  .array(job, { minLength: 20, maxLength: 120, size: 'max' })
  .map((all) => [...all].sort((a, b) => a.atMs - b.atMs));
const flat = jobs.map((all) => all.map((one) => ({ ...one, priority: 0 })));

describe('the queue', () => {
  it('starts every job before more than the proven bound is granted to others', () => {
    let tightest = 0;
    fc.assert(
      fc.property(flat, fc.constantFrom(0.1, 0.5, 1), (all, turnPart) => {
        const replay = new Replay(
          { ...defaultFair, turnPart },
          terms((org) => ({ size: org === 'a' ? 'large' : 'small' })),
        );
        replay.run(all);
        expect(replay.outcomes).toHaveLength(all.length);
        for (const { passedWork, boundWork } of replay.outcomes) {
          expect(passedWork).toBeLessThanOrEqual(boundWork);
          tightest = Math.max(tightest, passedWork / boundWork);
        }
      }),
      { numRuns: 25, endOnFailure: true },
    );
    expect(tightest).toBeGreaterThan(0.1);
  });

  it('keeps that bound beside preemptible jobs and guarantees, which count for neither side of it', () => {
    const kind = fc.constantFrom('plain', 'plain', 'preemptible');
    const mixed = fc.array(fc.tuple(job, kind), { minLength: 30, maxLength: 120, size: 'max' });
    let [claims, beside] = [0, 0];
    fc.assert(
      fc.property(mixed, fc.constantFrom(0, 8), (all, guaranteedCards) => {
        const [first = parseOrg('a')] = orgs;
        const replay = new Replay(
          defaultFair,
          terms((org) => (org === first ? { guaranteedCards } : {})),
        );
        const asked = all
          .map(([one, of]) => ({ ...one, priority: 0, preemptible: of === 'preemptible' }))
          .sort((a, b) => a.atMs - b.atMs);
        replay.run(asked, () => {
          claims += replay.pool.state.claims.size;
          beside += replay.pool.state.preemptibles.size;
        });
        for (const { passedWork, boundWork } of replay.outcomes)
          expect(passedWork).toBeLessThanOrEqual(boundWork);
      }),
      { numRuns: 20, endOnFailure: true },
    );
    expect(claims).toBeGreaterThan(20);
    expect(beside).toBeGreaterThan(100);
  });

  /** Replays; gives the jobs that started in each event to `look`, with the head and its reservation as they were. */
  function watchStarts(
    all: readonly ReplayJob[],
    look: (replay: Replay, started: Job[], head: { job: Job; at: number }) => void,
  ): void {
    const replay = new Replay(defaultFair, terms());
    const { state } = replay.pool;
    const seen = new Set<Job>();
    let head: { job: Job; at: number } | undefined;
    replay.run(all, () => {
      const started = [...state.jobs.values()].filter((one) => one.state === 'leased' && !seen.has(one));
      for (const one of started) seen.add(one);
      if (head && started.length > 0 && state.queue.has(head.job)) look(replay, started, head);
      head = state.head && { job: state.head.job, at: state.head.reservation.at };
    });
  }

  const lanesOf = (started: readonly Job[]) => new Set(started.map(({ charge }) => charge?.lane));

  it('backfills without ever delaying the reservation of the head', () => {
    let passed = 0;
    fc.assert(
      fc.property(jobs, (all) => {
        watchStarts(all, (replay, started, head) => {
          const isHead = replay.pool.state.head?.job === head.job;
          if (!isHead || lanesOf(started).size !== 1 || !lanesOf(started).has('pass')) return;
          passed += 1;
          const at = reserve(replay.pool.state, head.job.requirement, replay.now)?.at;
          expect(at).toBeLessThanOrEqual(Math.max(head.at, replay.now));
        });
      }),
      { numRuns: 20, endOnFailure: true },
    );
    expect(passed).toBeGreaterThan(20);
  });

  it('lets no job pass one of higher priority of its organisation but by such backfill', () => {
    let passed = 0;
    fc.assert(
      fc.property(jobs, (all) => {
        const [a = parseOrg('a')] = orgs;
        watchStarts(
          all.map((each) => ({ ...each, org: a })),
          (replay, started) => {
            const { state } = replay.pool;
            const waiting = [...state.jobs.values()].filter((each) => state.queue.has(each));
            const top = waiting.reduce((most, each) => Math.max(most, each.priority), -1);
            for (const each of started) {
              if (each.priority >= top) continue;
              passed += 1;
              expect(each.charge?.lane).toBe('pass');
            }
          },
        );
      }),
      { numRuns: 15, endOnFailure: true },
    );
    expect(passed).toBeGreaterThan(20);
  });

  it('never lets an organisation pass its cap, and starts what it may', () => {
    fc.assert(
      fc.property(flat, fc.constantFrom(32, 40), (all, maxCards) => {
        const replay = new Replay(
          defaultFair,
          terms((org) => (org === 'a' ? { maxCards } : {})),
        );
        replay.run(all, () => {
          expect(replay.using.get(parseOrg('a')) ?? 0).toBeLessThanOrEqual(maxCards);
        });
        expect(replay.outcomes).toHaveLength(all.length);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});

describe('a heavy organisation', () => {
  const [a = parseOrg('a'), b = parseOrg('b'), c = parseOrg('c')] = orgs;
  const run = (hours: number, others: readonly OrgId[]): { most: number; outcomes: number } => {
    const one = (org: OrgId, cards: number, atMs: number, long: number): ReplayJob => ({
      ...{ org, cards, atMs, durationMs: long * hour, limitMs: long * hour },
    });
    const replay = new Replay(defaultFair, terms());
    let most = 0;
    replay.run(
      [
        ...others.map((org) => one(org, 1, 0, 2)),
        ...Array.from({ length: 8 }, () => one(a, 8, 3 * hour, hours)),
      ],
      () => void (most = Math.max(most, replay.using.get(a) ?? 0)),
    );
    return { most, outcomes: replay.outcomes.length };
  };

  it('does not fill an idle pool for long, but with short jobs it does, and all of it when it is alone', () => {
    expect(run(24, [b, c])).toEqual({ most: defaultFair.heavyPart * cluster.cards, outcomes: 10 });
    expect(run(1, [b, c]).most).toBe(cluster.cards);
    expect(run(24, []).most).toBe(cluster.cards);
  });
});

/** Card time that each organisation had until one of them wanted no more. */
function contest(mine: readonly ReplayJob[], theirs: readonly ReplayJob[]): { mine: number; theirs: number } {
  const [a = parseOrg('a'), b = parseOrg('b')] = orgs;
  const replay = new Replay(defaultFair, terms());
  const got = { mine: 0, theirs: 0 };
  const all = [...mine, ...theirs].sort((x, y) => x.atMs - y.atMs);
  let hasMet = false;
  replay.run(all, (elapsed) => {
    const [wantsA = 0, wantsB = 0] = [replay.waiting.get(a), replay.waiting.get(b)];
    hasMet ||= wantsA > 0 && wantsB > 0;
    if (hasMet && (wantsA <= 0 || wantsB <= 0)) return;
    got.mine += (replay.using.get(a) ?? 0) * elapsed;
    got.theirs += (replay.using.get(b) ?? 0) * elapsed;
  });
  return got;
}

describe('gaming', () => {
  const whole = (org: OrgId, count: number): ReplayJob[] =>
    Array.from({ length: count }, () => ({
      org,
      cards: 8,
      atMs: 0,
      durationMs: 8 * hour,
      limitMs: 8 * hour,
    }));

  /** docs/fairness.md: what splitting or bursts gain at most, of what an honest organisation has. */
  const epsilon = 0.1;

  it('gains nothing: neither by cutting jobs into pieces nor by bursts', () => {
    const [a = parseOrg('a'), b = parseOrg('b')] = orgs;
    const cut = fc.record({
      cards: fc.constantFrom(1, 2, 4, 8),
      hours: fc.constantFrom(1, 2, 4, 8),
      burst: fc.boolean(),
    });
    fc.assert(
      fc.property(cut, ({ cards, hours, burst }) => {
        const count = 60;
        const pieces = (count * 64) / (cards * hours);
        const mine = Array.from(
          { length: pieces },
          (_, i): ReplayJob => ({
            ...{ org: a, cards, durationMs: hours * hour, limitMs: hours * hour },
            // Either all at once, with the others already there, or day by day.
            atMs: burst ? 8 * hour : Math.floor((i / pieces) * 24) * hour,
          }),
        );
        const got = contest(mine, whole(b, count));
        expect(got.theirs).toBeGreaterThan(100 * 8 * hour);
        expect(got.mine).toBeLessThanOrEqual(got.theirs * (1 + epsilon));
      }),
      { numRuns: 16, endOnFailure: true },
    );
  });

  it('is fair to the honest: two alike have alike', () => {
    const [a = parseOrg('a'), b = parseOrg('b')] = orgs;
    const { mine, theirs } = contest(whole(a, 60), whole(b, 60));
    expect(Math.abs(mine - theirs) / theirs).toBeLessThan(epsilon);
    expect(mine + theirs).toBeGreaterThan(cluster.cards * 24 * hour);
  });
});

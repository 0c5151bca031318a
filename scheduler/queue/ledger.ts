/**
 * Who has used how much of the pool lately: decayed card time per organisation and, within it, per user.
 *
 * HOW IT WORKS. A job is charged for all of its time limit at the moment of its grant (the entry penalty), and what it
 * did not use is given back at its end, as of the grant. So a burst of grants counts at once and in full, and cutting
 * work into pieces changes nothing: the pieces together are charged what the whole would be. What was charged at `at`
 * counts `2^-((now - at) / halfLife)` of itself at `now`.
 *
 * Values are kept as of one origin, multiplied up instead of decayed: between two charges no order changes, so nothing
 * has to be computed as time passes. Before the factors grow too large the origin is moved.
 */
import type { OrgId } from '../../proto/ids.ts';

interface Account {
  /** As of the origin. */
  value: number;
  readonly users: Map<string, number>;
}

/** Charges and what is left of them. Amounts are card-milliseconds of a card of value 1. */
export interface Ledger {
  readonly halfLifeMs: number;
  /** Adds `amount` as of `at`; a negative one gives back what was charged then. */
  charge(org: OrgId, user: string, amount: number, at: number): void;
  /** What is left at `now`, never negative. */
  usage(org: OrgId, now: number): number;
  userUsage(org: OrgId, user: string, now: number): number;
  /** Organisations that still have at least `least` at `now`. Those with next to nothing are forgotten. */
  active(least: number, now: number): Iterable<OrgId>;
}

/** Less than a card-second is as good as nothing. */
const forgotten = 1000;

/** Half-lives after which the origin moves: 2^256 is far from the largest double. */
const farthest = 256;

/** An empty ledger. */
export function createLedger(halfLifeMs: number): Ledger {
  const accounts = new Map<OrgId, Account>();
  let origin = 0;

  const factor = (at: number): number => 2 ** ((at - origin) / halfLifeMs);

  function moveOrigin(to: number): void {
    const shrink = 1 / factor(to);
    for (const account of accounts.values()) {
      account.value *= shrink;
      for (const [user, value] of account.users) account.users.set(user, value * shrink);
    }
    origin = to;
  }

  const left = (value: number | undefined, now: number): number => Math.max(0, (value ?? 0) / factor(now));

  return {
    halfLifeMs,
    charge(org, user, amount, at) {
      if (Math.abs(at - origin) > farthest * halfLifeMs) moveOrigin(at);
      const account = accounts.get(org) ?? { value: 0, users: new Map<string, number>() };
      accounts.set(org, account);
      const added = amount * factor(at);
      account.value += added;
      account.users.set(user, (account.users.get(user) ?? 0) + added);
    },
    usage: (org, now) => left(accounts.get(org)?.value, now),
    userUsage: (org, user, now) => left(accounts.get(org)?.users.get(user), now),
    *active(least, now) {
      for (const [org, { value }] of accounts) {
        if (left(value, now) >= least) yield org;
        // What is forgotten cannot be given back: only what has long decayed may be.
        else if (left(Math.abs(value), now) < forgotten) accounts.delete(org);
      }
    },
  };
}

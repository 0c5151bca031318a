/** What is measured of a replay. Pure. */

/** The mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The smallest value that at least `part` (0 to 1) of all do not exceed; 0 of nothing. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

/** Jain's index: 1 when all are equal, 1/n when one has all. */
export function jain(values: readonly number[]): number {
  const sum = values.reduce((all, value) => all + value, 0);
  const squares = values.reduce((all, value) => all + value * value, 0);
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}

/** Somebody's wish and weight. */
export interface Claim {
  wants: number;
  weight: number;
}

/** Shares `amount` so that nobody gets more than it wants and, but for that, all get the same by weight (max-min). */
export function fairShares(amount: number, claims: readonly Claim[]): number[] {
  const shares = claims.map(() => 0);
  let left = amount;
  let open = claims.map((claim, i) => ({ ...claim, i })).filter(({ wants }) => wants > 0);
  while (open.length > 0 && left > 1e-9) {
    const weights = open.reduce((sum, { weight }) => sum + weight, 0);
    const level = open.reduce((least, { wants, weight }) => Math.min(least, wants / weight), left / weights);
    for (const one of open) {
      shares[one.i] = (shares[one.i] ?? 0) + level * one.weight;
      one.wants -= level * one.weight;
    }
    left -= level * weights;
    open = open.filter(({ wants }) => wants > 1e-9);
  }
  return shares;
}

/**
 * Which leases to take back so that a job can start: as few, as cheap and as young as will do. Pure.
 *
 * A *unit* is what ends together: a lease, or all leases of a gang. Preemptible units go before borrowed ones, which only a
 * guarantee may take back, those of the organisation that has borrowed most first.
 *
 * INVARIANT: what is chosen lets the job start, and nothing less than all of it does.
 */

/** What ends together. */
export interface Unit {
  /** `borrowed` is not preemptible, and above what is due to its organisation. */
  kind: 'preemptible' | 'borrowed';
  leases: number;
  cardMilli: number;
  /** Card-milliseconds of work that may be lost. */
  lostMs: number;
  /** When the youngest was granted. */
  since: number;
  /** How much its organisation has borrowed. */
  overMilli: number;
}

/** Sets are compared one by one up to so many; beyond, the largest units are tried first. */
const mostSets = 300;

const sum = <U>(units: readonly U[], of: (unit: U) => number): number =>
  units.reduce((total, unit) => total + of(unit), 0);

/** The order between two sets that both will do: less than 0 when `a` is better. */
export function compareSets(a: readonly Unit[], b: readonly Unit[]): number {
  const borrowed = (units: readonly Unit[]): number => units.filter(({ kind }) => kind === 'borrowed').length;
  return (
    borrowed(a) - borrowed(b) ||
    sum(b, ({ overMilli }) => overMilli) / Math.max(1, b.length) -
      sum(a, ({ overMilli }) => overMilli) / Math.max(1, a.length) ||
    sum(a, ({ leases }) => leases) - sum(b, ({ leases }) => leases) ||
    sum(a, ({ cardMilli }) => cardMilli) - sum(b, ({ cardMilli }) => cardMilli) ||
    sum(a, ({ lostMs }) => lostMs) - sum(b, ({ lostMs }) => lostMs) ||
    sum(b, ({ since }) => since) - sum(a, ({ since }) => since)
  );
}

/** All sets of `size` of `items`. */
function* setsOf<T>(items: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= items.length - size; i += 1) {
    const item = items[i];
    if (item === undefined) continue;
    for (const rest of setsOf(items, size - 1, i + 1)) yield [item, ...rest];
  }
}

function countSets(items: number, size: number): number {
  let count = 1;
  for (let i = 0; i < size; i += 1) count = (count * (items - i)) / (i + 1);
  return count;
}

/** Leaves out what is not needed, the dearest first. */
export function prune<U extends Unit>(units: readonly U[], isEnough: (units: readonly U[]) => boolean): U[] {
  let kept = [...units];
  for (const unit of [...units].sort((a, b) => compareSets([b], [a]))) {
    const without = kept.filter((one) => one !== unit);
    if (isEnough(without)) kept = without;
  }
  return kept;
}

function chooseAmong<U extends Unit>(
  units: readonly U[],
  isEnough: (units: readonly U[]) => boolean,
  mayTake: (units: readonly U[]) => boolean,
): U[] | undefined {
  for (let size = 1, tried = 0; size <= units.length; size += 1) {
    tried += countSets(units.length, size);
    if (tried > mostSets) break;
    let best: U[] | undefined;
    for (const set of setsOf(units, size))
      if ((!best || compareSets(set, best) < 0) && mayTake(set) && isEnough(set)) best = set;
    if (best) return prune(best, isEnough);
    if (size === units.length) return undefined;
  }
  let taken: U[] = [];
  const bySize = [...units].sort((a, b) =>
    compareSets([{ ...a, cardMilli: -a.cardMilli }], [{ ...b, cardMilli: -b.cardMilli }]),
  );
  for (const unit of bySize) {
    if (!mayTake([...taken, unit])) continue;
    taken = [...taken, unit];
    if (isEnough(taken)) return prune(taken, isEnough);
  }
  return undefined;
}

/** The units to take back; empty when the job can start without; undefined when it could not start anyway. `isEnough`: whether
 * it can when these are gone, and then also when more are. `mayTake`: whether all of these may be taken together. */
export function chooseUnits<U extends Unit>(
  units: readonly U[],
  isEnough: (units: readonly U[]) => boolean,
  mayTake: (units: readonly U[]) => boolean,
): U[] | undefined {
  if (isEnough([])) return [];
  if (!isEnough(units)) return undefined;
  const preemptible = units.filter(({ kind }) => kind === 'preemptible');
  if (isEnough(preemptible)) return chooseAmong(preemptible, isEnough, mayTake);
  return chooseAmong(units, isEnough, mayTake);
}

/**
 * The words for a lease at the scheduler, and which may follow which. `docs/lease-states.md` shows the same diagram, and
 * a test compares both with the table.
 */

/** A lease's state at the scheduler. */
export const leaseStates = ['offered', 'committed', 'running', 'stopping', 'ended'] as const;
/** One of `leaseStates`. */
export type LeaseState = (typeof leaseStates)[number];

/** The picture. */
export const diagram = `
offered   -> committed : Accept in time
offered   -> ended     : Reject, offer expired or withdrawn, or job cancelled
committed -> running   : the agent says that the container runs
committed -> stopping  : asked to stop
committed -> ended     : LeaseEnd, Reject, the node does not hold it, or ttl + margin ran out
running   -> stopping  : asked to stop, or the time limit is long past
running   -> ended     : LeaseEnd, the node does not hold it, or ttl + margin ran out
stopping  -> ended     : LeaseEnd, the node does not hold it, or ttl + margin ran out
`;

/** What may follow each state. */
export const transitions: Record<LeaseState, readonly LeaseState[]> = {
  offered: ['committed', 'ended'],
  committed: ['running', 'stopping', 'ended'],
  running: ['stopping', 'ended'],
  stopping: ['ended'],
  ended: [],
};

/** The states from which `to` can be reached in one step: the `state IN (…)` of its fenced write. */
export function sourcesOf(to: LeaseState): readonly LeaseState[] {
  return sources[to];
}

const sources: Record<LeaseState, readonly LeaseState[]> = {
  offered: leaseStates.filter((from) => transitions[from].includes('offered')),
  committed: leaseStates.filter((from) => transitions[from].includes('committed')),
  running: leaseStates.filter((from) => transitions[from].includes('running')),
  stopping: leaseStates.filter((from) => transitions[from].includes('stopping')),
  ended: leaseStates.filter((from) => transitions[from].includes('ended')),
};

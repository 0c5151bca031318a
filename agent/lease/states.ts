/**
 * The words for a lease on the node, and which may follow which. `docs/lease-states.md` shows the same diagram, and a
 * test compares both with the table.
 */

/** A lease's state on the node. */
export type LeaseState = 'accepted' | 'starting' | 'running' | 'stopping' | 'ended';

/** The picture; `gone` is not a state but the end of the record. */
export const diagram = `
accepted -> starting   : Commit
accepted -> gone       : not committed within valid_for, or withdrawn
starting -> running    : the container has started
starting -> stopping   : asked to stop, or ttl ran out
starting -> ended      : the image or the container could not be had
running  -> stopping   : asked to stop, time limit, or ttl ran out
running  -> ended      : the container exited by itself
stopping -> ended      : the container is dead
ended    -> gone       : the end record is acknowledged and the container removed
`;

/** What may follow each state. */
export const transitions: Record<LeaseState, readonly (LeaseState | 'gone')[]> = {
  accepted: ['starting', 'gone'],
  starting: ['running', 'stopping', 'ended'],
  running: ['stopping', 'ended'],
  stopping: ['ended'],
  ended: ['gone'],
};

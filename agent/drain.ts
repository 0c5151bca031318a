/** A drain: the node takes no new leases, and at the deadline, if it has one, ends those that still run. Kept as a note in
 * the journal, so that it outlives the agent. Pure. */

/** Times are monotonic ms of the boot named. */
export interface Drain {
  reason: string;
  bootId: string;
  /** Absent: leases may run to their own end. */
  deadline?: number;
}

/** Name of the note. */
export const drainNote = 'drain';

/** The note's text. */
export function drainText(drain: Drain): string {
  return JSON.stringify(drain);
}

/** The note read back. Its deadline in another boot has passed: what ran then runs no more. */
export function readDrain(text: string | undefined, bootId: string, now: number): Drain | undefined {
  if (text === undefined) return undefined;
  const { reason, deadline, bootId: written } = JSON.parse(text) as Drain;
  if (deadline === undefined) return { reason, bootId };
  return { reason, bootId, deadline: written === bootId ? deadline : now };
}

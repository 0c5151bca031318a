/**
 * The protocol's version: one growing integer. Each number says, with its date, what a peer of that number understands
 * from then on. Both sides speak the lower of the two; a peer below `oldestSupported` is refused with a reason.
 */

/** History of the protocol, oldest first. */
const capabilities = [
  {
    number: 1,
    date: '2026-11-23',
    adds: 'enrolment, sessions, inventory, leases with epochs, logs with offsets, usage',
  },
  {
    number: 2,
    date: '2026-11-25',
    adds: 'usage signed by the node, bytes left out of logs and counted',
  },
] as const;

/** The number this build speaks: the newest of the history. */
export const capability: number = Math.max(...capabilities.map(({ number }) => number));

/** The lowest number this build still talks to. */
export const oldestSupported = 1;

/** The number both sides will speak, or undefined when `peer` is too old for us. */
export function agree(peer: number): number | undefined {
  return peer < oldestSupported ? undefined : Math.min(peer, capability);
}

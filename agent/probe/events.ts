/**
 * Kernel events of devices: which are remembered, and what they do to a device's health. Pure.
 *
 * An event that says that a card must not be used counts for an hour, or until the driver says that no recovery is asked
 * for any more (Xid 154, None); one that casts doubt counts for ten minutes. The tools of a card that wants a reset often
 * show it as good, so their word alone does not lift it; and a reset that we do not see needs this agent stopped (its
 * tool keeps the card open), after which the log is read from its end.
 */
import type { Health } from './health.ts';
import type { DeviceEvent } from './snapshot.ts';

/** So many are remembered of each device. */
export const keptEvents = 16;
/** How long an event counts against its device. */
export const countsMs: Record<DeviceEvent['severity'], number> = {
  info: 0,
  degraded: 600_000,
  failed: 3_600_000,
};

/** The list with one more. */
export function withEvent(before: readonly DeviceEvent[], event: DeviceEvent): DeviceEvent[] {
  return [...before, event].slice(-keptEvents);
}

/** The driver says that it asks for nothing any more. */
const isRecovered = ({ code, severity }: DeviceEvent): boolean => code === 'xid 154' && severity === 'info';

function reasonOf({ code, message }: DeviceEvent): string {
  return `the kernel says: ${code}${message === '' ? '' : `, ${message}`}`;
}

/** What the events say of a device's health now: the first of the worst kind, while the last of it still counts. */
export function eventHealth(events: readonly DeviceEvent[], nowMs: number): Health {
  const since = events.slice(events.findLastIndex(isRecovered) + 1);
  for (const severity of ['failed', 'degraded'] as const) {
    const bad = since.filter((event) => event.severity === severity);
    const [first] = bad;
    if (first !== undefined && nowMs - (bad.at(-1)?.atMs ?? 0) < countsMs[severity])
      return { health: severity, healthReasons: [reasonOf(first)] };
  }
  return { health: 'ok', healthReasons: [] };
}

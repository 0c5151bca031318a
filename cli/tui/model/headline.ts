/** The states that an operator waits for, as one text: when it changes, the screen is drawn at once. Pure. */
import type { TuiState } from './state.ts';

/** Everything but numbers. */
export function headline({ status, connection }: TuiState): string {
  if (!status) return connection.kind;
  return [
    connection.kind,
    status.agent.state,
    status.agent.drain_reason,
    status.scheduler.state,
    status.scheduler.reason,
    status.engine.problem,
    ...status.problems.map(({ part, message }) => part + message),
    ...status.probes.map((probe) => probe.vendor + probe.status + probe.reason),
    ...status.devices.map(
      (device) => device.id + device.health + String(device.offered) + String(device.lease_id),
    ),
    ...status.leases.map(
      (lease) => lease.id + lease.state + String(lease.end_reason) + lease.waiting_for.slice(0, 4),
    ),
  ].join('|');
}

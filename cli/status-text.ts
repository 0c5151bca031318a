/** The status document as text for a person. Pure. */
import type { StatusDevice, StatusSnapshot } from '../proto/status.ts';
import { table } from './table.ts';
import { plain } from './plain.ts';
import { showBytes, showDuration, showMilli } from './units.ts';

function schedulerLine({ scheduler }: StatusSnapshot): string {
  const { state, url, reason, retry_in_ms: retry } = scheduler;
  if (state === 'connected') return `connected to ${url} for ${showDuration(scheduler.connected_ms ?? 0)}`;
  const next = retry === null ? '' : `, next try in ${showDuration(retry)} (#${scheduler.attempt})`;
  return `${state.toUpperCase()} ${url}: ${reason || 'not connected yet'}${next}`;
}

function health(device: StatusDevice): string {
  if (device.health !== 'ok') return `${device.health}: ${device.health_reasons.join(', ')}`;
  return device.offered ? 'ok' : `ok, not offered: ${device.not_offered_reason}`;
}

function deviceRow(device: StatusDevice): string[] {
  const or = (value: number | null, unit: string): string => (value === null ? '?' : `${value}${unit}`);
  return [
    String(device.index),
    `${device.vendor} ${device.model}${device.simulated ? ' (simulated)' : ''}`,
    or(device.utilization_pct, '%'),
    `${device.memory_used_mib ?? '?'}/${device.memory_total_mib ?? '?'} MiB`,
    or(device.temperature_c, '°C'),
    or(device.power_w, ' W'),
    device.lease_id ?? '-',
    health(device),
  ];
}

/** What the kernel has said of devices that should worry somebody, and what else is worth knowing of them. */
function deviceLines({ devices }: StatusSnapshot): string[] {
  return devices.flatMap((device) => [
    ...device.events
      .filter(({ severity }) => severity !== 'info')
      .map(
        ({ at, code, message }) =>
          `kernel     ${device.vendor} ${device.index} at ${at}: ${code}, ${message}`,
      ),
    ...device.notes.map((note) => `note       ${device.vendor} ${device.index}: ${note}`),
  ]);
}

/** Leases that a drain waits for. */
export function blockers(status: Pick<StatusSnapshot, 'leases'>): StatusSnapshot['leases'] {
  return status.leases.filter(({ state }) => state !== 'ended');
}

/** Why the node drains, who still blocks it, and until when. */
export function drainText(status: StatusSnapshot): string {
  const { drain_reason: reason, drain_left_ms: left } = status.agent;
  const count = blockers(status).length;
  const until = left === null ? '' : `, stopped in ${showDuration(left)}`;
  const waits = count === 0 ? 'no lease left' : `${count} ${count === 1 ? 'lease' : 'leases'} left${until}`;
  return `${reason || 'no reason given'} (${waits})`;
}

/** The document in lines: node, scheduler, engine, host, devices, leases. */
export function statusText(status: StatusSnapshot): string {
  const { agent, engine, host } = status;
  const draining = agent.state === 'draining' ? `, DRAINING: ${drainText(status)}` : '';
  const failing = status.probes.filter((probe) => probe.status === 'failed');
  const lines = [
    `node       ${agent.name} (${agent.node_id}) of ${agent.org}, agent ${agent.version}, up ${showDuration(agent.uptime_ms)}${draining}`,
    `scheduler  ${schedulerLine(status)}`,
    `engine     ${engine.problem === '' ? engine.description : `PROBLEM: ${engine.problem}`}`,
    `host       ${host.hostname}, ${host.os}, ${showMilli(host.cpu_milli)} cores, ${showBytes(host.memory_bytes)}`,
    ...status.problems.map(({ part, message }) => `${part.padEnd(10)} PROBLEM: ${message}`),
    ...failing.map((probe) => `probe      ${probe.vendor} FAILED: ${probe.reason}`),
    ...deviceLines(status),
  ].map(plain);
  const devices = table(
    ['#', 'DEVICE', 'UTIL', 'MEMORY', 'TEMP', 'POWER', 'LEASE', 'HEALTH'],
    status.devices.map(deviceRow),
  );
  const leases = table(
    ['LEASE', 'STATE', 'IMAGE', 'CARDS', 'AGE', 'NOTE'],
    status.leases.map((lease) => [
      lease.id,
      lease.state,
      lease.image,
      String(lease.accelerator_ids.length),
      showDuration(lease.age_ms),
      lease.error ?? lease.end_reason ?? lease.waiting_for,
    ]),
  );
  const none = (count: number, what: string, text: string): string => (count === 0 ? `no ${what}\n` : text);
  return `${lines.join('\n')}\n\n${none(status.devices.length, 'accelerators', devices)}\n${none(status.leases.length, 'leases', leases)}`;
}

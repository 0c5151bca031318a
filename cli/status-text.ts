/** The status document as text for a person. Pure. */
import type { StatusDevice, StatusLease, StatusSnapshot } from '../proto/status.ts';
import type { Translate } from './i18n/translate.ts';
import { plain } from './plain.ts';
import { padded, table } from './table.ts';
import { showBytes, showDuration, showMilli } from './units.ts';

function schedulerLine({ scheduler }: StatusSnapshot, t: Translate): string {
  const { state, url, reason, retry_in_ms: retry, attempt } = scheduler;
  if (state === 'connected')
    return t('status.connected', { url, time: showDuration(scheduler.connected_ms ?? 0) });
  const next = retry === null ? '' : t('status.retry', { time: showDuration(retry), attempt });
  const why = reason || t('status.never_connected');
  return t('status.not_connected', { state: t(`word.${state}`), url, reason: why }) + next;
}

function health(device: StatusDevice, t: Translate): string {
  const word = t(`word.${device.health}`);
  if (device.health !== 'ok') return `${word}: ${device.health_reasons.join(', ')}`;
  if (device.offered) return word;
  return t('status.not_offered', { health: word, reason: device.not_offered_reason });
}

function deviceRow(device: StatusDevice, t: Translate): string[] {
  const or = (value: number | null, unit: string): string => (value === null ? '?' : `${value}${unit}`);
  const model = `${device.vendor} ${device.model}`;
  return [
    String(device.index),
    device.simulated ? t('status.simulated', { model }) : model,
    or(device.utilization_pct, '%'),
    `${device.memory_used_mib ?? '?'}/${device.memory_total_mib ?? '?'} MiB`,
    or(device.temperature_c, '°C'),
    or(device.power_w, ' W'),
    device.lease_id ?? '-',
    health(device, t),
  ];
}

function leaseRow(lease: StatusLease, t: Translate): string[] {
  return [
    lease.id,
    t(`word.${lease.state}`),
    lease.image,
    String(lease.accelerator_ids.length),
    showDuration(lease.age_ms),
    lease.error ?? lease.end_reason ?? lease.waiting_for,
  ];
}

/** What is said of one part: its name, and the text in a column of its own. */
type Labelled = readonly [name: string, text: string];

/** What the kernel has said of devices that should worry somebody, and what else is worth knowing of them. */
function deviceLines({ devices }: StatusSnapshot, t: Translate): Labelled[] {
  return devices.flatMap(({ vendor, index, events, notes }): Labelled[] => {
    const device = `${vendor} ${index}`;
    return [
      ...events
        .filter(({ severity }) => severity !== 'info')
        .map(({ at, code, message }): Labelled => {
          const values = { device, time: at, code, message };
          return [t('status.kernel'), t('status.kernel_text', values)];
        }),
      ...notes.map((note): Labelled => [t('status.note'), `${device}: ${note}`]),
    ];
  });
}

/** Leases that a drain waits for. */
export function blockers(status: Pick<StatusSnapshot, 'leases'>): StatusSnapshot['leases'] {
  return status.leases.filter(({ state }) => state !== 'ended');
}

/** Why the node drains, who still blocks it, and until when. */
export function drainText(status: StatusSnapshot, t: Translate): string {
  const { drain_reason: reason, drain_left_ms: left } = status.agent;
  const count = blockers(status).length;
  const until = left === null ? '' : t('drain.until', { time: showDuration(left) });
  const key = count === 0 ? 'drain.none_left' : count === 1 ? 'drain.one_left' : 'drain.many_left';
  const waits = t(key, { count, until });
  return t('drain.text', { reason: reason || t('notice.no_reason'), waits });
}

/** What is told of the node as a whole. */
function nodeLines(status: StatusSnapshot, t: Translate): Labelled[] {
  const { agent, engine, host } = status;
  const { name, version, org } = agent;
  const up = showDuration(agent.uptime_ms);
  const draining = agent.state === 'draining' ? t('status.draining', { text: drainText(status, t) }) : '';
  const hostValues = {
    ...{ host: host.hostname, os: host.os, cores: showMilli(host.cpu_milli) },
    memory: showBytes(host.memory_bytes),
  };
  return [
    [t('status.node'), t('status.node_text', { name, id: agent.node_id, org, version, time: up }) + draining],
    [t('status.scheduler'), schedulerLine(status, t)],
    [
      t('status.engine'),
      engine.problem === '' ? engine.description : t('status.problem', { text: engine.problem }),
    ],
    [t('status.host'), t('status.host_text', hostValues)],
    ...status.problems.map(({ part, message }): Labelled => [part, t('status.problem', { text: message })]),
    ...status.probes
      .filter((probe) => probe.status === 'failed')
      .map(
        ({ vendor, reason }): Labelled => [t('status.probe'), t('status.probe_failed', { vendor, reason })],
      ),
    ...deviceLines(status, t),
  ];
}

/** The document in lines: node, scheduler, engine, host, devices, leases. */
export function statusText(status: StatusSnapshot, t: Translate): string {
  const lines = nodeLines(status, t).map(([name, text]) => plain(`${padded(name, 10)} ${text}`));
  const devices = table(
    [
      ...[t('column.index'), t('column.device'), t('column.util'), t('status.memory')],
      ...[t('column.temperature'), t('column.power'), t('column.lease'), t('column.health')],
    ],
    status.devices.map((device) => deviceRow(device, t)),
  );
  const leases = table(
    [
      ...[t('column.lease'), t('column.state'), t('column.image'), t('column.cards')],
      ...[t('column.age'), t('column.note')],
    ],
    status.leases.map((lease) => leaseRow(lease, t)),
  );
  const shownDevices = status.devices.length === 0 ? `${t('status.no_devices')}\n` : devices;
  const shownLeases = status.leases.length === 0 ? `${t('status.no_leases')}\n` : leases;
  return `${lines.join('\n')}\n\n${shownDevices}\n${shownLeases}`;
}

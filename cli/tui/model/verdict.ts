/**
 * What is the matter with the node, and what to do about it: status and connection → notices, worst first. Pure. The
 * same list gives the header its words, the overview its lines, and `--once` its exit code.
 */
import type { StatusDevice, StatusSnapshot } from '../../../proto/status.ts';
import type { MessageKey } from '../../i18n/translate.ts';
import { duration, shortId, shortModel } from './format.ts';
import type { Connection } from './state.ts';

/** How bad: `info` is as somebody wants it. */
export type Severity = 'info' | 'warn' | 'crit';

/** One thing to know. */
export interface Notice {
  severity: Severity;
  /** Groups notices that are one matter: the first of a group is enough on a small screen. */
  about: 'agent' | 'scheduler' | 'node' | 'engine' | 'device' | 'probe' | 'lease';
  text: { key: MessageKey; values?: Record<string, string | number> };
  /** The operator's next step. */
  hint?: { key: MessageKey; values?: Record<string, string | number> };
}

/** What the verdict is made from. */
export interface Situation {
  connection: Connection;
  status: StatusSnapshot | undefined;
  socket: string;
  ownVersion: string;
}

const rank: Record<Severity, number> = { crit: 0, warn: 1, info: 2 };

/** Everything that is worth a line, worst first. */
export function notices(situation: Situation): Notice[] {
  const { status } = situation;
  const found = [
    ...agentNotices(situation),
    ...(status ? [...schedulerNotices(status), ...nodeNotices(status), ...deviceNotices(status)] : []),
    ...(status ? [...probeNotices(status), ...leaseNotices(status)] : []),
  ];
  return found.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}

function agentNotices({ connection, status, socket, ownVersion }: Situation): Notice[] {
  if (connection.kind === 'down') {
    const { cause } = connection;
    const key = cause === 'lost' ? 'absent' : cause;
    return [
      {
        severity: 'crit',
        about: 'agent',
        text: { key: `notice.${key}`, values: { socket } },
        hint: { key: `notice.${key}.hint` },
      },
    ];
  }
  if (status && status.agent.version !== ownVersion)
    return [
      {
        severity: 'info',
        about: 'agent',
        text: { key: 'notice.other_version', values: { agent: status.agent.version, own: ownVersion } },
        hint: { key: 'notice.other_version.hint' },
      },
    ];
  return [];
}

/** The hint that fits the cause. */
function schedulerHint({ scheduler }: StatusSnapshot): NonNullable<Notice['hint']> {
  const { code, reason, url, state } = scheduler;
  if (code === 'session_superseded') return { key: 'notice.superseded.hint' };
  if (state === 'refused') return { key: 'notice.refused.hint' };
  if (/certificate|self.signed|\bTLS\b|\bSSL\b|ca_mismatch/i.test(`${code} ${reason}`))
    return { key: 'notice.tls.hint' };
  if (/ENOTFOUND|EAI_AGAIN/.test(reason)) return { key: 'notice.dns.hint', values: { url } };
  return { key: 'notice.offline.hint' };
}

function schedulerNotices(status: StatusSnapshot): Notice[] {
  const { state, reason, code } = status.scheduler;
  if (state === 'connected' || state === 'closed') return [];
  const values = { reason: reason || code };
  if (state === 'refused')
    return [
      {
        severity: 'crit',
        about: 'scheduler',
        text: { key: 'notice.refused', values },
        hint: schedulerHint(status),
      },
    ];
  // The first tries after a start are no trouble yet.
  if (values.reason === '' || status.scheduler.attempt === 0) return [];
  return [
    {
      severity: 'warn',
      about: 'scheduler',
      text: { key: 'notice.offline_new', values },
      hint: schedulerHint(status),
    },
  ];
}

/** Leases that a drain waits for. */
function blocking(status: StatusSnapshot): StatusSnapshot['leases'] {
  return status.leases.filter(({ state }) => state !== 'ended');
}

/** Whether the node takes leases: as asked, draining with leases left, or drained. */
export function nodeState(status: StatusSnapshot): 'accepting' | 'draining' | 'drained' {
  if (status.agent.state !== 'draining') return 'accepting';
  return blocking(status).length > 0 ? 'draining' : 'drained';
}

function drainNotices(status: StatusSnapshot): Notice[] {
  const { drain_reason: reason, drain_left_ms: left } = status.agent;
  const state = nodeState(status);
  if (state === 'accepting') return [];
  if (state === 'drained')
    return [
      {
        severity: 'info',
        about: 'node',
        text: { key: 'notice.drained', values: { reason } },
        hint: { key: 'notice.drained.hint' },
      },
    ];
  const leases = blocking(status)
    .map(({ id }) => shortId(id))
    .join(', ');
  return [
    {
      severity: 'info',
      about: 'node',
      text:
        left === null
          ? { key: 'notice.draining_for', values: { reason, leases } }
          : { key: 'notice.draining_until', values: { reason, leases, time: duration(left) } },
      hint: { key: 'notice.draining.hint' },
    },
  ];
}

function nodeNotices(status: StatusSnapshot): Notice[] {
  const { engine, problems } = status;
  const found: Notice[] = drainNotices(status);
  if (engine.problem !== '')
    found.push({
      severity: 'crit',
      about: 'engine',
      text: { key: 'notice.engine', values: { problem: engine.problem } },
      hint: { key: 'notice.engine.hint' },
    });
  for (const { part, message } of problems)
    found.push({
      severity: part === 'journal' ? 'crit' : 'warn',
      about: 'node',
      text: { key: 'notice.problem', values: { part, message } },
      hint: { key: 'notice.problem.hint' },
    });
  if (engine.quarantined_containers.length > 0)
    found.push({
      severity: 'warn',
      about: 'engine',
      text: {
        key: 'notice.quarantined',
        values: { containers: engine.quarantined_containers.join(', ') },
      },
      hint: { key: 'notice.quarantined.hint' },
    });
  return found;
}

/** What a person calls a device. */
export function deviceName({
  vendor,
  index,
  model,
}: Pick<StatusDevice, 'vendor' | 'index' | 'model'>): string {
  return `${shortModel(model) || vendor} #${index}`;
}

function deviceNotices(status: StatusSnapshot): Notice[] {
  const silent = new Set(
    status.probes.filter(({ status: answer }) => answer === 'failed').map(({ vendor }) => vendor),
  );
  return status.devices.flatMap((device): Notice[] => {
    // What a tool that does not answer makes unknown is one matter, told once, by the tool.
    if (device.health === 'ok' || (device.health === 'unknown' && silent.has(device.vendor))) return [];
    const failed = device.health === 'failed';
    return [
      {
        severity: failed ? 'crit' : 'warn',
        about: 'device',
        text: {
          key: 'notice.device',
          values: { device: deviceName(device), reason: device.health_reasons.join(', ') || device.health },
        },
        hint: { key: device.offered ? 'notice.device_degraded.hint' : 'notice.device.hint' },
      },
    ];
  });
}

function probeNotices(status: StatusSnapshot): Notice[] {
  const failed = status.probes
    .filter(({ status: answer }) => answer === 'failed')
    .map(({ vendor, reason, last_good_age_ms: age }): Notice => {
      const values = { vendor, reason };
      return {
        severity: 'warn',
        about: 'probe',
        text:
          age === null
            ? { key: 'notice.probe', values }
            : { key: 'notice.probe_age', values: { ...values, age: duration(age) } },
        hint: { key: 'notice.probe.hint', values: { vendor } },
      };
    });
  const pending = status.probes.filter(({ status: answer }) => answer === 'pending');
  if (pending.length > 0)
    return [
      ...failed,
      {
        severity: 'info',
        about: 'probe',
        text: { key: 'notice.starting', values: { vendors: pending.map(({ vendor }) => vendor).join(', ') } },
      },
    ];
  if (status.devices.length > 0 || failed.length > 0) return failed;
  return [
    {
      severity: 'warn',
      about: 'probe',
      text: { key: 'notice.no_devices' },
      hint: { key: 'notice.no_devices.hint' },
    },
  ];
}

function leaseNotices(status: StatusSnapshot): Notice[] {
  return status.leases
    .filter(({ devices_inside: inside, state }) => inside === 'mismatch' && state === 'running')
    .map(({ id, devices_inside_detail: detail }) => ({
      severity: 'warn',
      about: 'lease',
      text: { key: 'notice.mismatch', values: { lease: shortId(id), detail } },
      hint: { key: 'notice.mismatch.hint' },
    }));
}

/** 0 healthy, 1 degraded, 2 critical, 3 no agent: what `--once` and `--json` end with. */
export function exitCodeOf(situation: Situation): 0 | 1 | 2 | 3 {
  if (situation.connection.kind === 'down') return 3;
  const worst = notices(situation)[0]?.severity ?? 'info';
  return worst === 'crit' ? 2 : worst === 'warn' ? 1 : 0;
}

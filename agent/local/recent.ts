/**
 * What has happened on the node lately, and the leases that ended last: two status documents in, events out. Bounded. Pure
 * but for its own memory.
 *
 * Everything but leases is told by comparing what the node says of itself now with what it said before. A lease may come
 * and go between two looks, so each of its changes is told by itself.
 */
import type {
  NodeEvent,
  NodeEventKind,
  RecentDocument,
  StatusDevice,
  StatusLease,
  StatusSnapshot,
} from '../../proto/status.ts';

/** An event without its number and time. */
type Draft = Pick<NodeEvent, 'severity' | 'kind' | 'subject' | 'detail'>;

/** Events and ended leases that are kept. */
const maxEvents = 300;
const maxEnded = 50;

const draft = (severity: Draft['severity'], kind: NodeEventKind, subject = '', detail = ''): Draft => ({
  severity,
  kind,
  subject,
  detail,
});

/** See the head of this file. */
export class Recent {
  #seq = 0;
  readonly #events: NodeEvent[] = [];
  readonly #ended: StatusLease[] = [];
  readonly #leases = new Map<string, StatusLease['state']>();
  #before: StatusSnapshot | undefined;

  /** Takes up what an earlier process has left. */
  restore({ seq, events, ended }: RecentDocument): void {
    this.#seq = seq;
    this.#events.push(...events.slice(-maxEvents));
    this.#ended.push(...ended.slice(-maxEnded));
  }

  /** Number of the last event. */
  get seq(): number {
    return this.#seq;
  }

  /** The node as it is now. */
  observe(status: StatusSnapshot): void {
    const drafts = this.#before
      ? changes(this.#before, status)
      : [draft('info', 'agent_started', '', status.agent.version)];
    this.#before = status;
    for (const each of drafts) this.#add(each, status.generated_at);
  }

  /** A lease as it is now. */
  lease(lease: StatusLease, at: string): void {
    const name = `${lease.id}/${lease.epoch}`;
    if (this.#leases.get(name) === lease.state) return;
    this.#leases.set(name, lease.state);
    if (lease.state === 'ended') {
      this.#leases.delete(name);
      if (this.#ended.some(({ id, epoch }) => id === lease.id && epoch === lease.epoch)) return;
      this.#ended.push(lease);
      if (this.#ended.length > maxEnded) this.#ended.shift();
    }
    this.#add(leaseEvent(lease), at);
  }

  /** The document. */
  document(): RecentDocument {
    return {
      schema: 'suanlink.recent/v1',
      seq: this.#seq,
      events: [...this.#events],
      ended: [...this.#ended],
    };
  }

  #add(event: Draft, at: string): void {
    this.#seq += 1;
    this.#events.push({ seq: this.#seq, at, ...event });
    if (this.#events.length > maxEvents) this.#events.shift();
  }
}

/** Ends that somebody wanted, or that are as they should be. */
const wanted = new Set([
  'completed',
  'cancelled',
  'preempted',
  'owner_reclaimed',
  'deadline',
  'offer_expired',
]);

function leaseEvent(lease: StatusLease): Draft {
  if (lease.state !== 'ended') {
    const detail = lease.state === 'stopping' ? (lease.error ?? lease.stop_reason ?? '') : lease.image;
    return draft('info', `lease_${lease.state}`, lease.id, detail);
  }
  const reason = lease.end_reason ?? '';
  const code = lease.exit_code === null ? '' : ` (${lease.exit_code})`;
  const detail = `${reason}${code}${lease.error ? `: ${lease.error}` : ''}`;
  return wanted.has(reason)
    ? draft('info', 'lease_ended', lease.id, detail)
    : draft('crit', 'lease_failed', lease.id, detail);
}

/** What has changed between two documents of one agent. */
function changes(before: StatusSnapshot, after: StatusSnapshot): Draft[] {
  return [
    ...schedulerChanges(before, after),
    ...drainChanges(before, after),
    ...engineChanges(before, after),
    ...probeChanges(before, after),
    ...deviceChanges(before, after),
  ];
}

function schedulerChanges({ scheduler: was }: StatusSnapshot, { scheduler: now }: StatusSnapshot): Draft[] {
  if (now.state === 'connected')
    return was.state === 'connected' ? [] : [draft('info', 'scheduler_connected', '', now.url)];
  const why = now.reason || now.code;
  if (now.state === 'refused' && was.state !== 'refused')
    return [draft('crit', 'scheduler_refused', '', why)];
  if (was.state === 'connected') return [draft('warn', 'scheduler_lost', '', why)];
  // Every further try fails in the same words; other words are news.
  return now.state === 'waiting' && why !== '' && why !== was.reason && was.state === 'waiting'
    ? [draft('warn', 'scheduler_lost', '', why)]
    : [];
}

function drainChanges({ agent: was }: StatusSnapshot, { agent: now }: StatusSnapshot): Draft[] {
  if (now.state === 'draining' && (was.state !== 'draining' || was.drain_reason !== now.drain_reason))
    return [draft('warn', 'drain', '', now.drain_reason)];
  return was.state === 'draining' && now.state !== 'draining' ? [draft('info', 'undrain')] : [];
}

function engineChanges(before: StatusSnapshot, after: StatusSnapshot): Draft[] {
  const [was, now] = [before.engine.problem, after.engine.problem];
  const engine =
    (was === '') === (now === '')
      ? []
      : [now === '' ? draft('info', 'engine_back') : draft('crit', 'engine_failed', '', now)];
  const parts = (status: StatusSnapshot): Map<string, string> =>
    new Map(status.problems.map(({ part, message }) => [part, message]));
  const [had, has] = [parts(before), parts(after)];
  return [
    ...engine,
    ...[...has].filter(([part]) => !had.has(part)).map(([part, why]) => draft('warn', 'problem', part, why)),
    ...[...had.keys()].filter((part) => !has.has(part)).map((part) => draft('info', 'problem_over', part)),
  ];
}

function probeChanges(before: StatusSnapshot, after: StatusSnapshot): Draft[] {
  const was = new Map(before.probes.map((probe) => [probe.vendor, probe]));
  return after.probes.flatMap(({ vendor, status, reason }) => {
    const known = was.get(vendor);
    if (status === 'failed' && (known?.status !== 'failed' || known.reason !== reason))
      return [draft('warn', 'probe_failed', vendor, reason)];
    return known?.status === 'failed' && status === 'present' ? [draft('info', 'probe_back', vendor)] : [];
  });
}

const healthEvents = {
  ok: ['info', 'device_ok'],
  degraded: ['warn', 'device_degraded'],
  failed: ['crit', 'device_failed'],
  unknown: ['warn', 'device_unknown'],
} as const;

function deviceChanges(before: StatusSnapshot, after: StatusSnapshot): Draft[] {
  const was = new Map(before.devices.map((device) => [device.id, device]));
  const now = new Set(after.devices.map(({ id }) => id));
  return [
    ...before.devices.filter(({ id }) => !now.has(id)).map(({ id }) => draft('crit', 'device_gone', id)),
    ...after.devices.flatMap((device) => deviceChange(was.get(device.id), device)),
  ];
}

function deviceChange(was: StatusDevice | undefined, now: StatusDevice): Draft[] {
  const found: Draft[] = [];
  if (!was) found.push(draft('info', 'device_new', now.id, now.model));
  if ((was?.health ?? 'ok') !== now.health) {
    const [severity, kind] = healthEvents[now.health];
    found.push(draft(severity, kind, now.id, now.health_reasons.join(', ')));
  }
  const last = was?.events.at(-1)?.at ?? '';
  for (const event of now.events)
    if (event.at > last)
      found.push(
        draft(
          event.severity === 'failed' ? 'crit' : event.severity === 'degraded' ? 'warn' : 'info',
          'device_event',
          now.id,
          `${event.code}: ${event.message}`,
        ),
      );
  return found;
}

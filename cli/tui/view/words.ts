/** States as glyph, word and role: never by colour alone. Pure. */
import type { StatusDevice, StatusLease, StatusSnapshot } from '../../../proto/status.ts';
import { nodeState } from '../model/verdict.ts';
import type { Role, Segment } from './cells.ts';
import { segment } from './cells.ts';
import type { View } from './context.ts';
import type { MessageKey } from '../../i18n/translate.ts';

/** A state for the screen. */
export interface Shown {
  glyph: string;
  word: string;
  role: Role;
}

/** `● OK` as a segment. */
export function badge({ glyph, word, role }: Shown): Segment {
  return segment(`${glyph} ${word}`, role, role === 'crit' ? { bold: true } : {});
}

/** The agent, as the header says it. */
export function agentShown({ state, t, glyphs }: View): Shown {
  const { connection, status } = state;
  if (connection.kind === 'connecting')
    return { glyph: glyphs.busy, word: t('agent.connecting'), role: 'warn' };
  if (connection.kind === 'down') {
    const { cause } = connection;
    const glyph = cause === 'denied' ? '?' : glyphs.fail;
    return { glyph, word: t(`agent.${cause}`), role: 'crit' };
  }
  if (status && status.agent.version !== state.ownVersion)
    return {
      glyph: glyphs.warn,
      word: t('agent.other_version', { agent: status.agent.version, own: state.ownVersion }),
      role: 'warn',
    };
  const pending = status?.probes.some((probe) => probe.status === 'pending') ?? false;
  if (pending) return { glyph: glyphs.busy, word: t('agent.starting'), role: 'active' };
  return { glyph: glyphs.ok, word: t('agent.running'), role: 'ok' };
}

/** The scheduler, as the header says it. */
export function schedulerShown({ state, t, glyphs }: View): Shown {
  const { status, connection } = state;
  if (!status || connection.kind === 'down')
    return { glyph: glyphs.unknown, word: t('scheduler.unknown'), role: 'muted' };
  switch (status.scheduler.state) {
    case 'connected':
      return { glyph: glyphs.ok, word: t('scheduler.connected'), role: 'ok' };
    case 'connecting':
      return { glyph: glyphs.busy, word: t('scheduler.connecting'), role: 'warn' };
    case 'waiting':
      return { glyph: glyphs.fail, word: t('scheduler.offline'), role: 'crit' };
    case 'refused':
      return { glyph: glyphs.fail, word: t('scheduler.refused'), role: 'crit' };
    case 'closed':
      return { glyph: glyphs.unknown, word: t('scheduler.closed'), role: 'muted' };
  }
}

/** Whether the node takes leases. */
export function nodeShown({ t, glyphs }: View, status: StatusSnapshot): Shown {
  const state = nodeState(status);
  if (state === 'accepting') return { glyph: glyphs.ok, word: t('node.accepting'), role: 'ok' };
  return { glyph: glyphs.held, word: t(`node.${state}`), role: 'warn' };
}

/** A device's health. */
export function healthShown({ t, glyphs }: View, device: StatusDevice): Shown {
  switch (device.health) {
    case 'ok':
      return device.offered
        ? { glyph: glyphs.ok, word: t('health.ok'), role: 'ok' }
        : { glyph: glyphs.held, word: t('health.withheld'), role: 'muted' };
    case 'degraded':
      return { glyph: glyphs.warn, word: t('health.degraded'), role: 'warn' };
    case 'failed':
      return { glyph: glyphs.fail, word: t('health.failed'), role: 'crit' };
    case 'unknown':
      return { glyph: glyphs.unknown, word: t('health.unknown'), role: 'warn' };
  }
}

/** Ends that somebody wanted. */
const wanted: Readonly<Record<string, MessageKey>> = {
  completed: 'lease.completed',
  cancelled: 'lease.cancelled',
  preempted: 'lease.preempted',
  owner_reclaimed: 'lease.reclaimed',
  idle_reclaimed: 'lease.reclaimed',
  deadline: 'lease.expired',
  offer_expired: 'lease.expired',
  lease_lost: 'lease.expired',
};

/** How a lease failed, in a word and the number that says more. */
function failureWord(t: View['t'], { end_reason: reason, exit_code: code }: StatusLease): string {
  switch (reason) {
    case 'exit_nonzero':
      return t('lease.exit', { code: code ?? '?' });
    case 'signal':
      return t('lease.signal', { code: code === null ? '?' : code - 128 });
    case 'oom':
      return t('lease.oom');
    case 'image_pull':
      return t('lease.image_pull');
    case 'start_failed':
      return t('lease.start_failed');
    case 'device_lost':
      return t('lease.device_lost');
    case 'engine_lost':
      return t('lease.engine_lost');
    default:
      return t('lease.failed');
  }
}

/** A lease's state. */
export function leaseShown({ t, glyphs }: View, lease: StatusLease): Shown {
  switch (lease.state) {
    case 'accepted':
      return { glyph: glyphs.busy, word: t('lease.accepted'), role: 'active' };
    case 'starting': {
      const pulling = lease.waiting_for.startsWith('pull');
      const creating = lease.waiting_for.startsWith('create');
      const word = pulling ? 'lease.pulling' : creating ? 'lease.creating' : 'lease.starting';
      return { glyph: glyphs.busy, word: t(word), role: 'active' };
    }
    case 'running':
      return { glyph: glyphs.ok, word: t('lease.running'), role: 'ok' };
    case 'stopping':
      return { glyph: glyphs.busy, word: t('lease.stopping'), role: 'warn' };
    case 'ended': {
      const reason = lease.end_reason ?? '';
      if (reason === 'completed') return { glyph: glyphs.ok, word: t('lease.completed'), role: 'muted' };
      const key = wanted[reason];
      if (key) return { glyph: glyphs.held, word: t(key), role: 'warn' };
      return { glyph: glyphs.fail, word: failureWord(t, lease), role: 'crit' };
    }
  }
}

/** The role of a value with two thresholds. */
export function level(value: number | null, warnAt: number, critAt: number): Role {
  if (value === null) return 'muted';
  if (value >= critAt) return 'crit';
  return value >= warnAt ? 'warn' : 'plain';
}

/** The fleet's states as glyph, word and role: never by colour alone. Pure. */
import type { FleetNodeView } from '../../../../proto/fleet.ts';
import type { MessageKey } from '../../../i18n/translate.ts';
import type { Role } from '../../view/cells.ts';
import type { Surface } from '../../view/context.ts';
import type { Glyphs } from '../../view/glyphs.ts';
import type { Shown } from '../../view/words.ts';
import type { FleetAlert } from '../model/alerts.ts';
import type { FleetRows } from '../model/fleet.ts';
import type { FleetView } from './context.ts';

/** What a dot of the grid says, best first. */
export const dots = ['idle', 'part', 'full', 'pending', 'held', 'ill', 'offline'] as const;
/** One of `dots`. */
export type Dot = (typeof dots)[number];

/** What the dot of a node says. */
export function dotOf({ state, ill, used, free }: FleetNodeView): Dot {
  switch (state) {
    case 'offline':
      return 'offline';
    case 'held':
    case 'cordoned':
    case 'draining':
      return 'held';
    case 'starting':
    case 'resting':
      return 'pending';
    case 'ready':
      if (ill > 0) return 'ill';
      return used === 0 ? 'idle' : free === 0 ? 'full' : 'part';
  }
}

const dotRoles: Record<Dot, Role> = {
  idle: 'plain',
  part: 'active',
  full: 'ok',
  pending: 'warn',
  held: 'muted',
  ill: 'warn',
  offline: 'crit',
};
const dotGlyphs: Record<Dot, keyof Omit<Glyphs, 'sparks'>> = {
  idle: 'none',
  part: 'busy',
  full: 'ok',
  pending: 'unknown',
  held: 'held',
  ill: 'warn',
  offline: 'fail',
};

/** A dot as it is drawn, and its word. */
export function dotShown({ glyphs, t }: Surface, dot: Dot): Shown {
  return { glyph: glyphs[dotGlyphs[dot]], word: t(`fleet.dot.${dot}`), role: dotRoles[dot] };
}

/** A node's state; what is wrong with its cards stands beside it. */
export function nodeStateShown(view: Surface, node: FleetNodeView): Shown {
  const { glyph, role } = dotShown(view, dotOf(node));
  return {
    glyph,
    role,
    word: view.t(node.state === 'ready' && node.ill > 0 ? 'fleet.state.ill' : `fleet.state.${node.state}`),
  };
}

/** How the view stands with the scheduler. */
export function connectionShown({ state, glyphs, t }: FleetView): Shown {
  const { connection } = state;
  if (connection.kind === 'connecting' || (connection.kind === 'live' && !state.fleet))
    return { glyph: glyphs.busy, word: t('agent.connecting'), role: 'warn' };
  if (connection.kind === 'down')
    return { glyph: glyphs.fail, word: t(`fleet.down.${connection.cause}`), role: 'crit' };
  return { glyph: glyphs.ok, word: t('scheduler.connected'), role: 'ok' };
}

const leaseWords: Record<FleetRows['leases']['state'], [keyof Omit<Glyphs, 'sparks'>, MessageKey, Role]> = {
  offered: ['busy', 'fleet.lease.offered', 'active'],
  committed: ['busy', 'lease.starting', 'active'],
  running: ['ok', 'lease.running', 'ok'],
  stopping: ['busy', 'lease.stopping', 'warn'],
};

/** A lease's state; what is on its way in the agent's words. */
export function leaseStateShown({ glyphs, t }: Surface, lease: FleetRows['leases']): Shown {
  if (lease.state === 'running' && lease.notice !== '')
    return { glyph: glyphs.warn, word: t('fleet.lease.idle'), role: 'warn' };
  const [glyph, key, role] = leaseWords[lease.state];
  const pulling = lease.state === 'committed' && lease.phase === 'starting';
  return { glyph: glyphs[glyph], word: t(pulling ? 'lease.starting' : key), role };
}

/** How bad an alert is. */
export function alertShown({ glyphs, t }: Surface, { severity, kind }: FleetAlert): Shown {
  const word = t(`fleet.alert.${kind}`);
  if (severity === 'crit') return { glyph: glyphs.fail, word, role: 'crit' };
  return severity === 'warn'
    ? { glyph: glyphs.warn, word, role: 'warn' }
    : { glyph: glyphs.unknown, word, role: 'muted' };
}

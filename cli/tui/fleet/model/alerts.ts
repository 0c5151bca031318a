/** What is the matter in the fleet, worst first. Pure. The same list gives the screen its lines and `--once` its exit code. */
import type { FleetNodeView, FleetPoolView } from '../../../../proto/fleet.ts';
import type { Severity } from '../../model/verdict.ts';

/** One thing to know. */
export interface FleetAlert {
  id: string;
  severity: Severity;
  kind: 'mass_loss' | 'granting_paused' | 'offline' | 'ill' | 'resting';
  /** The node that it is about; '' for the whole pool. */
  node_id: string;
  name: string;
  /** What the scheduler or the node says of it. */
  detail: string;
  /** Leases that it touches. */
  leases: number;
  /** Cards that it touches. */
  cards: number;
  since: string | null;
}

const bySeverity: Record<Severity, number> = { crit: 0, warn: 1, info: 2 };
const byKind: Record<FleetAlert['kind'], number> = {
  ...{ mass_loss: 0, granting_paused: 1, offline: 2, ill: 3, resting: 4 },
};
const rank = ({ severity, kind }: FleetAlert): number => 10 * bySeverity[severity] + byKind[kind];

function nodeAlert(node: FleetNodeView): FleetAlert | undefined {
  const about = {
    node_id: node.id,
    name: node.name,
    detail: node.note,
    leases: node.leases,
    since: node.seen_at,
  };
  if (node.state === 'offline')
    return {
      ...{ ...about, id: `offline ${node.id}`, kind: 'offline', cards: node.cards },
      // Leases on a node that is not heard are about to be lost.
      severity: node.leases > 0 ? 'crit' : 'warn',
    };
  if (node.ill > 0) return { ...about, id: `ill ${node.id}`, severity: 'warn', kind: 'ill', cards: node.ill };
  if (node.state === 'resting')
    return { ...about, id: `resting ${node.id}`, severity: 'info', kind: 'resting', cards: node.cards };
  return undefined;
}

/** Everything that is worth a line. */
export function alertsOf(nodes: readonly FleetNodeView[], pool: FleetPoolView): FleetAlert[] {
  const found: FleetAlert[] = pool.alerts.map(({ kind, since, message }) => ({
    ...{ id: kind, severity: kind === 'mass_loss' ? 'crit' : 'warn', kind, node_id: '', name: '' },
    ...{ detail: message, leases: 0, cards: 0, since },
  }));
  for (const node of nodes) {
    const alert = nodeAlert(node);
    if (alert) found.push(alert);
  }
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** 0 healthy, 1 degraded, 2 critical. */
export function fleetExitCode(alerts: readonly FleetAlert[]): 0 | 1 | 2 {
  const worst = alerts[0]?.severity ?? 'info';
  return worst === 'crit' ? 2 : worst === 'warn' ? 1 : 0;
}

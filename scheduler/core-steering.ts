/** `Steering` over the pool: checks who may ask, turns wishes into settings, and shows what stands. */
import type { HoldView, NodeRulesView, OrgView } from '../proto/api.ts';
import type { PoolView } from '../proto/pools.ts';
import { SuanlinkError } from '../proto/codes.ts';
import type { OrgId } from '../proto/ids.ts';
import type { HoldRequest, NodeWish, Principal, Steering } from './control.ts';
import { nodeNamed } from './fleet/named.ts';
import { labelsOf } from './fleet/node.ts';
import type { Command, Turn } from './pool/commands.ts';
import { orgViews } from './pool/fair.ts';
import type { PoolState } from './pool/state.ts';
import type { Clock, Random } from './ports.ts';
import { defaultTerms } from './queue/shares.ts';
import type { HoldRecord, NodeRules, OrgTerms, PoolRules } from './records.ts';

/** What it works on. */
export interface SteeringParts {
  state: PoolState;
  /** Resolves when the command is durable. */
  run(command: Command): Promise<Turn>;
  clock: Pick<Clock, 'now' | 'wall'>;
  random: Random;
}

const iso = (unixMs: number): string => new Date(unixMs).toISOString();

function isOperator({ role }: Principal): boolean {
  return role === 'operator' || role === 'admin';
}

function requireOperator(by: Principal, doing: string): void {
  if (!isOperator(by))
    throw new SuanlinkError('permission_denied', `a token of role ${by.role} may not ${doing}`);
}

/** See `Steering`. */
export class CoreSteering implements Steering {
  readonly #parts: SteeringParts;

  constructor(parts: SteeringParts) {
    this.#parts = parts;
  }

  /** See `Steering`. */
  orgs(by: Principal): OrgView[] {
    const { state, clock } = this.#parts;
    const orgs = new Set<OrgId>([...state.terms.keys(), ...state.openByOrg.keys(), ...state.months.keys()]);
    const at = { now: clock.now(), wall: Math.round(clock.wall()) };
    const seen = [...orgs].filter((org) => isOperator(by) || org === by.org);
    return orgViews(state, seen.sort(), at);
  }

  /** See `Steering`. */
  async setOrg(by: Principal, org: OrgId, changes: Partial<Omit<OrgTerms, 'org'>>): Promise<OrgView> {
    if (by.role !== 'admin')
      throw new SuanlinkError('permission_denied', `a token of role ${by.role} may not set terms`);
    const { state, clock } = this.#parts;
    const value = { ...(state.terms.get(org) ?? defaultTerms(org)), ...changes };
    await this.#parts.run({ kind: 'set', setting: { kind: 'terms', name: org, value } });
    const [view] = orgViews(state, [org], { now: clock.now(), wall: Math.round(clock.wall()) });
    if (!view) throw new SuanlinkError('internal', `${org} is not shown`);
    return view;
  }

  /** See `Steering`. */
  async setNode(by: Principal, name: string, wish: NodeWish): Promise<NodeRulesView> {
    requireOperator(by, 'set rules for nodes');
    const node = nodeNamed(this.#parts.state.nodes, name);
    const nodeId = node.record.id;
    const before: NodeRules = node.rules ?? { nodeId, cordoned: false, message: '', pool: '', orgs: [] };
    const { evacuateMs, ...changes } = wish;
    const rules = { ...before, ...changes };
    if (evacuateMs === undefined)
      await this.#parts.run({ kind: 'set', setting: { kind: 'node', name: nodeId, value: rules } });
    else await this.#parts.run({ kind: 'drain', rules: { ...rules, cordoned: true }, noticeMs: evacuateMs });
    const { cordoned, message, pool, orgs } = node.rules ?? rules;
    return {
      node_id: nodeId,
      node_name: node.record.name,
      cordoned,
      message,
      pool,
      orgs,
      leases: node.live.size,
    };
  }

  /** See `Steering`. */
  pools(by: Principal): PoolView[] {
    requireOperator(by, 'see pools');
    const { nodes, strategies } = this.#parts.state;
    const of = Map.groupBy(nodes.values(), (node) => labelsOf(node)['pool'] ?? '');
    return [...new Set(['', ...strategies.keys(), ...of.keys()])].sort().map((pool) => ({
      pool,
      strategy: strategies.get(pool) ?? 'pack',
      nodes: of.get(pool)?.length ?? 0,
      cards: (of.get(pool) ?? []).reduce((sum, { layout }) => sum + (layout?.cards.length ?? 0), 0),
    }));
  }

  /** See `Steering`. */
  async setPool(by: Principal, rules: PoolRules): Promise<PoolView> {
    requireOperator(by, 'set pools');
    await this.#parts.run({ kind: 'set', setting: { kind: 'pool', name: rules.pool, value: rules } });
    const made = this.pools(by).find(({ pool }) => pool === rules.pool);
    if (!made) throw new SuanlinkError('internal', `the pool ${rules.pool} is not shown`);
    return made;
  }

  /** See `Steering`. */
  holds(by: Principal): HoldView[] {
    const { state, clock } = this.#parts;
    return [...state.holds.values()]
      .filter(({ org, untilUnixMs }) => untilUnixMs > clock.wall() && (isOperator(by) || org === by.org))
      .sort((a, b) => a.fromUnixMs - b.fromUnixMs)
      .map((hold) => this.#view(hold));
  }

  /** See `Steering`. */
  async hold(by: Principal, request: HoldRequest): Promise<HoldView> {
    requireOperator(by, 'hold nodes back');
    const { random, run, state } = this.#parts;
    const { nodes, cards, org, fromUnixMs, untilUnixMs, message } = request;
    if (untilUnixMs <= fromUnixMs) throw new SuanlinkError('invalid_argument', 'a hold ends after it begins');
    if (nodes.length > 0 === cards > 0)
      throw new SuanlinkError('invalid_argument', 'a hold is of nodes, or of a number of cards');
    if (cards > 0 && org === null)
      throw new SuanlinkError('invalid_argument', 'cards are reserved for an organisation: say which');
    const id = `hold-${Buffer.from(random(8)).toString('hex')}`;
    const nodeIds = nodes.map((name) => nodeNamed(state.nodes, name).record.id);
    const hold: HoldRecord = { id, nodeIds, org, fromUnixMs, untilUnixMs, message, by: by.name };
    if (cards > 0) await run({ kind: 'reserve', cards, hold });
    else await run({ kind: 'set', setting: { kind: 'hold', name: id, value: hold } });
    return this.#view(state.holds.get(id) ?? hold);
  }

  /** See `Steering`. */
  async endHold(by: Principal, id: string): Promise<void> {
    requireOperator(by, 'end holds');
    await this.#parts.run({ kind: 'end_hold', id });
  }

  #view({ id, nodeIds, org, fromUnixMs, untilUnixMs, message, by }: HoldRecord): HoldView {
    const { nodes } = this.#parts.state;
    const held = nodeIds.flatMap((nodeId) => nodes.get(nodeId) ?? []);
    return {
      id,
      nodes: held.map(({ record }) => ({ id: record.id, name: record.name })),
      cards: held.reduce((sum, { layout }) => sum + (layout?.cards.length ?? 0), 0),
      org,
      from: iso(fromUnixMs),
      until: iso(untilUnixMs),
      message,
      by,
    };
  }
}

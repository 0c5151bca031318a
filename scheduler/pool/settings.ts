/** What operators set: organisations' terms, rules about nodes, and times for which nodes are kept back. */
import { assertNever, SuanlinkError } from '../../proto/codes.ts';
import type { NodeId, OrgId } from '../../proto/ids.ts';
import type { Node } from '../fleet/node.ts';
import type { Moment } from '../ports.ts';
import type { HoldRecord, NodeRules, OrgTerms, SettingRecord } from '../records.ts';
import type { Command, Turn } from './commands.ts';
import { followPool } from './jobs.ts';
import { applyToLease } from './leases.ts';
import { type PoolState, refreshNode } from './state.ts';

/** Puts a setting where it is found, without making it felt. */
export function putSetting(state: PoolState, setting: SettingRecord): void {
  switch (setting.kind) {
    case 'terms':
      state.terms.set(setting.value.org, setting.value);
      return;
    case 'node': {
      const node = state.nodes.get(setting.value.nodeId);
      if (node) node.rules = setting.value;
      return;
    }
    case 'pool':
      state.strategies.set(setting.value.pool, setting.value.strategy);
      return;
    case 'hold':
      state.holds.set(setting.value.id, setting.value);
      return;
    default:
      assertNever(setting);
  }
}

/** Lets every waiting job of an organisation (missing: of all) be looked at anew. */
function lookAgain(state: PoolState, org?: OrgId): void {
  for (const shape of state.queue.shapes()) {
    if (org !== undefined && shape.requirement.org !== org) continue;
    shape.blocked = false;
    state.fresh.add(shape);
  }
}

/** Refuses with `conflict` to guarantee more than the pool has. */
function checkGuarantees(state: PoolState, { org, guaranteedCards = 0 }: OrgTerms): void {
  if (guaranteedCards <= (state.terms.get(org)?.guaranteedCards ?? 0)) return;
  let sum = guaranteedCards;
  for (const terms of state.terms.values()) if (terms.org !== org) sum += terms.guaranteedCards ?? 0;
  if (sum > state.totals.cards)
    throw new SuanlinkError(
      'conflict',
      `${guaranteedCards} cards for ${org} would make ${sum} guaranteed in all, and the pool has ${state.totals.cards}`,
    );
}

/** Takes a setting over from now on. */
function set(state: PoolState, turn: Turn, setting: SettingRecord, at: Moment): void {
  if (setting.kind === 'node' && !state.nodes.has(setting.value.nodeId))
    throw new SuanlinkError('not_found', `there is no node ${setting.value.nodeId}`);
  if (setting.kind === 'terms') checkGuarantees(state, setting.value);
  putSetting(state, setting);
  turn.writes.push({ kind: 'setting', row: setting });
  if (setting.kind === 'terms') {
    state.roomVersion += 1;
    lookAgain(state, setting.value.org);
  }
  if (setting.kind === 'node') refresh(state, [setting.value.nodeId], at);
  if (setting.kind === 'pool') followPool(state, setting.value.pool);
  if (setting.kind === 'hold') spreadHolds(state, at, setting.value.nodeIds);
}

/** Ends a hold. */
function endHold(state: PoolState, turn: Turn, id: string, at: Moment): void {
  const hold = state.holds.get(id);
  if (!hold) throw new SuanlinkError('not_found', `there is no hold ${id}`);
  state.holds.delete(id);
  turn.writes.push({ kind: 'setting_over', of: 'hold', name: id });
  spreadHolds(state, at, hold.nodeIds);
}

/** Gives nodes their holds; those that are over are forgotten with the next one that is set. */
export function spreadHolds(
  state: PoolState,
  at: Pick<Moment, 'now' | 'wall'>,
  nodeIds: readonly NodeId[],
): void {
  const toNow = at.now - at.wall;
  for (const nodeId of nodeIds) {
    const node = state.nodes.get(nodeId);
    if (!node) continue;
    node.holds = [...state.holds.values()]
      .filter((hold) => hold.nodeIds.includes(nodeId) && hold.untilUnixMs > at.wall)
      .map(({ id, org, fromUnixMs, untilUnixMs }) => ({
        ...{ id, org },
        from: fromUnixMs + toNow,
        until: untilUnixMs + toNow,
      }))
      .sort((a, b) => a.from - b.from);
    for (const { from, until } of node.holds)
      for (const when of [from, until])
        if (when > at.now) state.timers.push({ at: when, kind: 'node', node });
  }
  refresh(state, nodeIds, at);
}

function refresh(state: PoolState, nodeIds: readonly NodeId[], { now }: Pick<Moment, 'now'>): void {
  for (const id of nodeIds) {
    const node = state.nodes.get(id);
    if (node) refreshNode(state, node, now, true);
  }
}

/** Takes no new leases to a node, and the cards back from those that it has: they are told at once and have `noticeMs`. */
function drain(
  state: PoolState,
  turn: Turn,
  { rules, noticeMs }: { rules: NodeRules; noticeMs: number },
  at: Moment,
): void {
  set(state, turn, { kind: 'node', name: rules.nodeId, value: rules }, at);
  const node = state.nodes.get(rules.nodeId);
  for (const lease of [...(node?.live.values() ?? [])]) {
    const graceMs = Math.max(lease.graceMs, noticeMs);
    const message = rules.message === '' ? 'its node is drained' : `its node is drained: ${rules.message}`;
    applyToLease(state, turn, lease, { kind: 'stop', stop: { reason: 'preempted', message, graceMs } }, at);
  }
}

/** Cards of a node that take leases. */
const cardsOf = ({ layout }: Node): number => layout?.cards.length ?? 0;

/** Whether nothing is held back on the node between the two moments (Unix ms). */
function isUnheld(state: PoolState, node: Node, { fromUnixMs, untilUnixMs }: HoldRecord): boolean {
  for (const hold of state.holds.values())
    if (
      hold.nodeIds.includes(node.record.id) &&
      hold.fromUnixMs < untilUnixMs &&
      fromUnixMs < hold.untilUnixMs
    )
      return false;
  return true;
}

/** Whole nodes with at least `cards` cards together for a reservation: those that leave the fewest over, then those
 * with the least in use. `no_capacity` when there are too few. */
function nodesFor(state: PoolState, cards: number, hold: HoldRecord): NodeId[] {
  const free = [...state.nodes.values()].filter(
    (node) => cardsOf(node) > 0 && node.rules?.cordoned !== true && isUnheld(state, node, hold),
  );
  free.sort((a, b) => a.live.size - b.live.size || cardsOf(b) - cardsOf(a));
  const chosen: NodeId[] = [];
  let left = cards;
  while (left > 0) {
    const enough = free.filter((node) => cardsOf(node) >= left).sort((a, b) => cardsOf(a) - cardsOf(b))[0];
    const next = enough ?? free[0];
    if (!next)
      throw new SuanlinkError(
        'resource_exhausted',
        `only ${cards - left} of ${cards} cards can be reserved then`,
      );
    free.splice(free.indexOf(next), 1);
    chosen.push(next.record.id);
    left -= cardsOf(next);
  }
  return chosen;
}

/** Applies what an operator sets. */
export function applySetting(
  state: PoolState,
  turn: Turn,
  command: Extract<Command, { kind: 'set' | 'reserve' | 'end_hold' | 'drain' }>,
  at: Moment,
): void {
  switch (command.kind) {
    case 'set':
      return set(state, turn, command.setting, at);
    case 'reserve': {
      const value = { ...command.hold, nodeIds: nodesFor(state, command.cards, command.hold) };
      return set(state, turn, { kind: 'hold', name: value.id, value }, at);
    }
    case 'end_hold':
      return endHold(state, turn, command.id, at);
    case 'drain':
      return drain(state, turn, command, at);
    default:
      assertNever(command);
  }
}

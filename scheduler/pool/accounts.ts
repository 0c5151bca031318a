/** Why a job is where it is, or where one would go now: the account of placement over the pool as it stands. Pure. */
import type { FittingView, JobSpec, PlacementView } from '../../proto/api.ts';
import { freeOf } from '../fleet/capacity.ts';
import { isReady, type Node } from '../fleet/node.ts';
import type { Lease } from '../lease/lease.ts';
import { type Account, accountOf, type Named, type Ranked, tell } from '../placement/account.ts';
import { aboutToBePlaced } from '../placement/explain.ts';
import type { Requirement } from '../placement/requirement.ts';
import type { JobRecord } from '../records.ts';
import { idleNotice } from './idle.ts';
import { neededBy, poolOf } from './jobs.ts';
import { candidateOf, type Job, type PoolState, priceBy } from './state.ts';
import { alertViews } from './views.ts';

/** Whether the one who asks may know the name of a node. */
export type MayName = (node: Node) => boolean;

/** At most so many that fit are told one by one. */
const told = 5;

function* named(
  state: PoolState,
  now: number,
  { mayName, without }: { mayName: MayName; without: Lease | undefined },
): Iterable<Named> {
  const price = priceBy(state.options.tariff);
  let others = 0;
  for (const node of state.nodes.values()) {
    const isOwn = node.record.id === without?.nodeId;
    if (!isOwn && !mayName(node)) others += 1;
    const name = isOwn || mayName(node) ? node.record.name : `another node (${others})`;
    const candidate = candidateOf(node, now, price);
    if (!node.session || !candidate) yield { name, out: 'disconnected' };
    else if (node.inventory?.draining) yield { name, out: 'draining' };
    else if (!isReady(node, now)) yield { name, out: 'resting' };
    else if (!isOwn || !node.layout) yield { name, candidate };
    else {
      const live = [...node.live.values()].filter(({ leaseId }) => leaseId !== without?.leaseId);
      yield { name, candidate: { ...candidate, free: freeOf(node.layout, [...live, ...node.claims]) } };
    }
  }
}

function fittingView({ name, whole, cards, chosen }: Ranked, at: number): FittingView {
  return {
    rank: at + 1,
    node_name: name,
    accelerator_ids: chosen.ids,
    model: chosen.model,
    free_cards: whole,
    cards,
  };
}

function viewOf(account: Account, rest: Pick<PlacementView, 'verdict' | 'nodes' | 'text'>): PlacementView {
  const fitting = account.fitting.map(fittingView);
  return {
    ...rest,
    fitting: fitting.slice(0, told),
    fitting_nodes: fitting.length,
    lacking: account.lacking.map(({ nodes, what, remedy }) => ({ nodes, lack: what, remedy })),
  };
}

function plannedView(
  state: PoolState,
  requirement: Requirement,
  account: Account,
  now: number,
): PlacementView {
  const stopped = alertViews(state, now, 0).map(({ message }) => message);
  const { finder } = state;
  const one = finder.find({ ...requirement, nodes: 1 }, now);
  const fits = requirement.nodes > 1 ? finder.findGang(requirement, now) : one && [one];
  const names = new Set(fits?.map(({ node }) => node.record.name));
  const lines = tell(requirement, account, requirement.nodes === 1 ? [...names][0] : undefined);
  if (requirement.nodes > 1 && !fits && one)
    lines.unshift(`fewer than ${requirement.nodes} nodes with cards of one model fit at once`);
  if (fits && stopped.length === 0) {
    const nodes = fits.map(({ node, cards }, i) => ({
      rank: i + 1,
      node_name: node.record.name,
      accelerator_ids: cards.map(({ id }) => id),
      model: cards[0]?.card.info.model ?? '',
      free_cards: node.free?.wholeCards ?? 0,
      cards: node.free?.cards.length ?? 0,
    }));
    const where = nodes.map(({ node_name, accelerator_ids }) => [node_name, ...accelerator_ids].join(' '));
    const text = [`it would be placed now, on ${where.join(', ')}`, ...lines].join('\n');
    return viewOf(account, { verdict: 'fits', nodes, text });
  }
  const text = ['it would wait', ...stopped, ...lines].join('\n');
  return viewOf(account, { verdict: 'waits', nodes: [], text });
}

/** Why nodes are ranked as they are, when that is not the usual; '' otherwise. */
function strategyLine({ strategies }: PoolState, spec: JobSpec): string {
  const pool = poolOf(spec);
  const said = spec.strategy === 'pool' ? strategies.get(pool) : spec.strategy;
  if (said !== 'spread') return '';
  if (spec.strategy === 'spread') return 'the least used node first, as the job asks (--spread)';
  const who = pool === '' ? 'as jobs of no pool have it' : `as the pool ${pool} has it`;
  return `the least used node first, ${who}; a job may ask otherwise (--pack)`;
}

/** `view` with the reason for its order. */
function withStrategy(state: PoolState, spec: JobSpec, view: PlacementView): PlacementView {
  const line = strategyLine(state, spec);
  return line === '' ? view : { ...view, text: `${view.text}\n${line}` };
}

/** Where a job of `spec` would go if `org` submitted it now and it were first in the queue. */
export function plan(
  state: PoolState,
  { spec, org }: Pick<JobRecord, 'spec' | 'org'>,
  mayName: MayName,
  now: number,
): PlacementView {
  return withStrategy(state, spec, planned(state, neededBy(state, spec, org), mayName, now));
}

/** Where a job with `requirement` would go if it came now and were first in the queue. */
function planned(state: PoolState, requirement: Requirement, mayName: MayName, now: number): PlacementView {
  const nodes = named(state, now, { mayName, without: undefined });
  return plannedView(state, requirement, accountOf(requirement, nodes, state.finder.ranker), now);
}

/** Of a job that has ended there is nothing more to explain. */
export function explainEnded(): PlacementView {
  const nothing = { fitting: [], lacking: [], others: [] };
  return viewOf(nothing, { verdict: 'ended', nodes: [], text: 'it has ended' });
}

interface Asked {
  mayName: MayName;
  /** Why a job waits, beside what nodes lack. */
  why: (job: Job) => string;
  now: number;
}

/** Why a job is where it is, as the pool is now without it; why it waits; or that it has ended. */
export function explainJob(state: PoolState, job: Job, asked: Asked): PlacementView {
  if (job.state === 'ended') return explainEnded();
  return withStrategy(state, job.record.spec, explainOpen(state, job, asked));
}

function explainOpen(state: PoolState, job: Job, { mayName, why, now }: Asked): PlacementView {
  const { requirement } = job;
  const lease = job.state === 'leased' ? state.leases.get(job.leaseId ?? ('' as never)) : undefined;
  if (!lease) {
    const view = planned(state, requirement, mayName, now);
    const claim = state.claims.get(job.gang?.[0] ?? job);
    if (claim)
      return {
        ...view,
        verdict: 'waits',
        text: `room is made for it: ${claim.leases} leases give way\n${view.text}`,
      };
    const reason = view.verdict === 'fits' ? why(job) : aboutToBePlaced;
    if (reason !== aboutToBePlaced)
      return { ...view, verdict: 'waits', nodes: [], text: `it waits: ${reason}\notherwise ${view.text}` };
    return job.setback === '' ? view : { ...view, text: `${view.text}\n${job.setback}` };
  }
  const { nodeName, acceleratorIds, model } = lease;
  const nodes = named(state, now, { mayName, without: lease });
  const account = accountOf(requirement, nodes, state.finder.ranker, nodeName);
  const own = account.fitting.findIndex(({ name }) => name === nodeName);
  const where = [nodeName, ...acceleratorIds].join(' ');
  const rank =
    own < 0 ? 'which would not take it now' : `which ranks ${own + 1} as the pool is now without it`;
  const idle = idleNotice(state, lease.leaseId);
  const notice = idle === '' ? [] : [idle];
  const text = [`it is on ${where}, ${rank}`, ...notice, ...tell(requirement, account, nodeName)].join('\n');
  const found = account.fitting[own];
  const node: FittingView = {
    rank: own + 1,
    node_name: nodeName,
    accelerator_ids: acceleratorIds,
    model,
    free_cards: found?.whole ?? 0,
    cards: found?.cards ?? 0,
  };
  return viewOf(account, { verdict: 'placed', nodes: [node], text });
}

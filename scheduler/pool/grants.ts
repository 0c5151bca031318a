/**
 * Placement rounds: which queued jobs get leases now. The epoch is minted in the same batch of writes as the lease.
 *
 * INVARIANT: after every command each shape that still has waiting jobs has been found not to fit any ready node
 * (`blocked`), so a round needs to look only at nodes that gained something, or at a shape that is new.
 */
import { makeId } from '../../proto/ids.ts';
import type { Node } from '../fleet/node.ts';
import { createHeap } from '../heap.ts';
import type { Fit } from '../placement/finder.ts';
import type { Requirement } from '../placement/requirement.ts';
import type { Moment } from '../ports.ts';
import { goesBefore, type Shape } from '../queue/queue.ts';
import type { LeaseRecord } from '../records.ts';
import { priceOf } from '../usage/tariff.ts';
import type { Turn } from './commands.ts';
import { isGranting } from './granting.ts';
import { liveLease, offerMessage } from './offer.ts';
import { type Job, type PoolState, putLease, refreshNode } from './state.ts';

function findFit(state: PoolState, requirement: Requirement, now: number): Fit<Node> | undefined {
  return state.finder.find(requirement, now);
}

function findAmong(
  state: PoolState,
  requirement: Requirement,
  nodes: Iterable<Node>,
  now: number,
): Fit<Node> | undefined {
  return state.finder.findAmong(requirement, nodes, now);
}

/**
 * The placement of a turn: heads of shapes by priority and age, each as long as it fits. What has come free is looked at
 * for all of them; the whole fleet only for shapes that are new to it.
 */
export function place(state: PoolState, turn: Turn, at: Moment): void {
  const { gained, fresh, queue } = state;
  if (!isGranting(state) || gained.size + fresh.size === 0) return;
  const heads = createHeap<{ shape: Shape<Job>; job: Job }>((a, b) => goesBefore(a.job, b.job));
  const push = (shape: Shape<Job>): void => {
    const job = shape.head();
    if (job) heads.push({ shape, job });
  };
  for (const shape of gained.size > 0 ? queue.shapes() : fresh) push(shape);
  for (let next = heads.pop(); next !== undefined; next = heads.pop()) {
    const { shape, job } = next;
    const fit = shape.blocked
      ? findAmong(state, shape.requirement, gained, at.now)
      : findFit(state, shape.requirement, at.now);
    if (fit) {
      grant(state, turn, job, fit, at);
      push(shape);
    } else {
      shape.blocked = true;
    }
  }
  gained.clear();
  fresh.clear();
}

function grant(state: PoolState, turn: Turn, job: Job, { node, cards }: Fit<Node>, at: Moment): void {
  const epoch = state.nextEpoch;
  state.nextEpoch += 1;
  const model = cards[0]?.card.info.model ?? '';
  const record: LeaseRecord = {
    leaseId: makeId('lease', at.random(20)),
    epoch,
    jobId: job.record.id,
    org: job.record.org,
    nodeId: node.record.id,
    nodeName: node.record.name,
    model,
    acceleratorIds: cards.map((card) => card.id),
    acceleratorMilli: job.requirement.milli,
    inventoryGeneration: node.inventory?.generation ?? '',
    price: priceOf(state.options.tariff, model),
    ttlMs: state.options.times.ttlMs,
    state: 'offered',
    stop: null,
    grantedUnixMs: at.wall,
    end: null,
    logRemovedUnixMs: null,
  };
  const lease = liveLease(record, job.record.spec, state.options.times, at.now);
  if (job.leaseId !== undefined && !job.attempts.includes(job.leaseId)) state.leases.delete(job.leaseId);
  state.queue.remove(job);
  job.state = 'leased';
  job.leaseId = lease.leaseId;
  putLease(state, lease);
  refreshNode(state, node, at.now, false);
  turn.writes.push({ kind: 'lease', row: record }, { kind: 'next_epoch', value: state.nextEpoch });
  if (node.session)
    turn.effects.push({
      kind: 'send',
      connection: node.session.connection,
      message: offerMessage(lease, job.record, at.now),
    });
  turn.effects.push({ kind: 'job', jobId: job.record.id, ended: false });
}

/** What the pool does in the situations that matter, one by one. */
import { describe, expect, it } from 'vitest';
import { type JobId, makeId } from '../../proto/ids.ts';
import type { Message, Offer } from '../../proto/messages.ts';
import { inventory, seed } from './values.ts';
import { World } from './world.ts';

const job = (world: World, id: JobId) => world.view(id);

/** A world of one node with `cards` cards. */
function one(cards = 2) {
  const world = new World();
  return { world, agent: world.addNode(cards), wire: () => world.wires[0] };
}

const offersOf = (messages: Message[]): Offer[] =>
  messages.flatMap((message) => (message.kind === 'offer' ? [message.value] : []));

describe('a job', () => {
  it('is granted in the turn that accepts it, with its epoch in the same writes', () => {
    const { world } = one();
    const before = world.commits;
    world.submit();
    expect(world.commits).toBe(before + 1);
    expect(world.disk.nextEpoch).toBe(2);
    expect([...world.disk.leases.values()].map(({ state, epoch }) => [state, epoch])).toEqual([
      ['offered', 1],
    ]);
  });

  it('costs three commits that somebody waits for', () => {
    const { world, agent } = one();
    const turns: [kind: string, lazy: boolean, writes: number][] = [];
    const apply = world.apply.bind(world);
    world.apply = (command) => {
      const turn = apply(command);
      if (turn.writes.length > 0) turns.push([command.kind, turn.lazy, turn.writes.length]);
      return turn;
    };
    world.submit();
    world.pump();
    agent.finish(0, world.now);
    world.pump();
    expect(turns).toEqual([
      ['submit', false, 3],
      ['message', false, 1],
      ['message', true, 2],
      ['message', false, 4],
    ]);
  });

  it('of a known key is the first job, and another specification under it a conflict', () => {
    const { world } = one();
    const first = world.submit({}, 'k');
    expect(world.submit({}, 'k')).toBe(first);
    expect(() => world.submit({ priority: 9 }, 'k')).toThrow(/was used for job-/);
    expect(world.disk.jobs.size).toBe(1);
  });

  it('is refused over the admission limit, and nothing is changed', () => {
    const world = new World({ maxOpenJobs: 1 });
    const first = world.submit();
    expect(() => world.submit()).toThrow(/try again later/);
    world.apply({ kind: 'stop', jobId: first, reason: 'cancelled', message: '', noticeMs: 0 });
    expect(() => world.submit()).not.toThrow();
  });

  it('waits with a reason, by priority, then by age', () => {
    const { world, agent } = one(1);
    const running = world.submit();
    world.pump();
    const [late, early, high] = [world.submit(), world.submit(), world.submit({ priority: 5 })];
    expect(job(world, late)).toMatchObject({
      state: 'queued',
      waiting_reason: 'no node has 1 free card: 1 node with 0 of 1 free',
    });
    const order: JobId[] = [];
    for (const expected of [running, high, late, early]) {
      world.pump();
      expect(job(world, expected).lease?.state).toBe('running');
      order.push(expected);
      agent.finish(0, world.now);
      world.pump();
      world.advance(100);
    }
    expect(order.map((id) => world.jobEnds.get(id))).toEqual([1, 1, 1, 1]);
  });

  it('that does not fit does not hold up smaller ones', () => {
    const { world } = one(2);
    world.submit();
    const big = world.submit({ accelerators: 2, priority: 9 });
    const small = world.submit();
    expect([job(world, big).state, job(world, small).state]).toEqual(['queued', 'leased']);
  });

  it('goes where the fewest cards are left over', () => {
    const world = new World();
    for (const cards of [8, 2, 4]) world.addNode(cards);
    world.pump();
    const names = [1, 2, 3].map((n) => job(world, world.submit({ accelerators: n })).lease?.node_name);
    expect(names).toEqual(['n1', 'n2', 'n0']);
  });

  it('is cancelled at once while queued, and before the Commit', () => {
    const { world, agent } = one(1);
    const offered = world.submit();
    const queued = world.submit();
    for (const jobId of [queued, offered])
      world.apply({ kind: 'stop', jobId, reason: 'cancelled', message: 'enough', noticeMs: 0 });
    for (const id of [queued, offered])
      expect(job(world, id)).toMatchObject({
        state: 'ended',
        end: { reason: 'cancelled', message: 'enough' },
      });
    world.pump();
    expect(agent.held.size).toBe(0);
    world.apply({ kind: 'stop', jobId: queued, reason: 'cancelled', message: 'again', noticeMs: 0 });
    expect(world.jobEnds.get(queued)).toBe(1);
  });

  it('is stopped by its node while it runs', () => {
    const { world } = one(1);
    const id = world.submit();
    world.pump();
    world.apply({ kind: 'stop', jobId: id, reason: 'cancelled', message: 'enough', noticeMs: 0 });
    expect(job(world, id)).toMatchObject({ state: 'leased', lease: { state: 'stopping' } });
    world.pump();
    expect(job(world, id).end?.reason).toBe('cancelled');
  });

  it('hides the registry password', () => {
    const { world } = one();
    const id = world.submit({ registry_auth: { username: 'u', password: 'secret' } });
    expect(JSON.stringify(job(world, id))).not.toContain('secret');
    expect(offersOf(world.wires[0]?.down ?? [])[0]?.work.registryAuth?.password).toBe('secret');
  });

  it('that has long ended leaves memory, not the store', () => {
    const world = new World({ keepEnded: 2 });
    const ids = [1, 2, 3].map(() => world.submit());
    for (const jobId of ids)
      world.apply({ kind: 'stop', jobId, reason: 'cancelled', message: '', noticeMs: 0 });
    expect([...world.pool.state.jobs.keys()]).toEqual(ids.slice(1));
    expect(world.disk.jobs.size).toBe(3);
    expect(world.pool.state.forgottenTo).toBe(1);
  });
});

describe('an offer', () => {
  it('that is refused goes elsewhere at once, and the node rests', () => {
    const world = new World();
    const [first] = [world.addNode(1), world.addNode(2)];
    world.pump();
    first.refusing = true;
    const id = world.submit();
    expect(job(world, id).lease?.node_name).toBe('n0');
    world.pump();
    expect(job(world, id).lease).toMatchObject({ node_name: 'n1', state: 'running', epoch: 2 });
    const waiting = world.submit({ node_labels: { a: 'b' } });
    expect(job(world, waiting).waiting_reason).toContain('1 node resting after refusing an offer');
    world.advance(20);
    expect(job(world, waiting).waiting_reason).not.toContain('resting');
  });

  it('that is always refused comes ever later, with the reason shown', () => {
    const { world, agent } = one(1);
    agent.refusing = true;
    const id = world.submit();
    let epochs = 0;
    for (let seconds = 0; seconds < 60; seconds += 1) {
      world.pump();
      world.advance(1000);
      epochs = world.disk.nextEpoch;
    }
    expect(epochs).toBeGreaterThan(8);
    expect(epochs).toBeLessThan(30);
    expect(job(world, id)).toMatchObject({ state: 'queued' });
    expect(job(world, id).waiting_reason).toContain('(last offer: n0: no_capacity');
    // Old offers do not pile up in memory.
    expect(world.pool.state.leases.size).toBe(1);
    agent.refusing = false;
    world.advance(6000);
    world.pump();
    expect(job(world, id).lease?.state).toBe('running');
  });

  it('of work that the node calls invalid ends the job', () => {
    const { world, wire } = one(1);
    const id = world.submit();
    const offer = offersOf(wire()?.down ?? [])[0];
    if (!offer) throw new Error('no offer');
    const { leaseId, epoch } = offer;
    const value = { leaseId, epoch, code: 'invalid_argument', message: 'no such user' };
    world.deliverUp(world.wires[0]?.agent.nodeId ?? ('' as never), wire()?.connection ?? 0, {
      ...{ seq: 0, message: { kind: 'reject', value } },
    });
    expect(job(world, id).end).toMatchObject({ reason: 'rejected', error_code: 'invalid_argument' });
  });

  it('that nobody answers expires, and its job is offered again when the node is back', () => {
    const { world } = one(1);
    world.disconnect(0);
    world.connect(0);
    const id = world.submit();
    world.disconnect(0);
    world.advance(9999);
    expect(job(world, id).state).toBe('leased');
    world.advance(2);
    expect(job(world, id)).toMatchObject({ state: 'queued', lease: { end: { reason: 'offer_expired' } } });
    world.connect(0);
    expect(job(world, id).lease).toMatchObject({ state: 'running', epoch: 2 });
  });

  it('is made only to a node that has said what it holds', () => {
    const { world, agent } = one(1);
    world.disconnect(0);
    world.submit();
    const connection = 77;
    const { nodeId } = agent;
    world.apply({
      ...{ kind: 'connect', connection, nodeId, nodeName: 'n', agentVersion: '', bootId: '', capability: 1 },
    });
    world.deliverUp(nodeId, connection, { seq: 0, message: { kind: 'inventory', value: inventory(1) } });
    expect(world.disk.leases.size).toBe(0);
    world.deliverUp(nodeId, connection, { seq: 0, message: { kind: 'heldLeases', value: { leases: [] } } });
    expect(world.disk.leases.size).toBe(1);
  });

  it('is not made to a draining node, and is once it no longer drains', () => {
    const { world, agent } = one(1);
    const tell = (draining: boolean): void => {
      agent.out.push({ seq: 0, message: { kind: 'inventory', value: inventory(1, { draining }) } });
      world.pump();
    };
    tell(true);
    const id = world.submit();
    expect(job(world, id).waiting_reason).toBe('no node has 1 free card: 1 node draining');
    tell(false);
    expect(job(world, id).state).toBe('leased');
  });
});

describe('after a reconnect', () => {
  it('an open offer, an unconfirmed Commit and a Stop are said again', () => {
    const { world, wire } = one(3);
    const committed = world.submit();
    world.pump(0, 1);
    expect(job(world, committed).lease?.state).toBe('committed');
    world.disconnect(0);
    const offered = world.submit();
    expect(job(world, offered).state).toBe('queued');
    world.connect(0);
    expect(job(world, committed).lease?.state).toBe('running');
    expect(job(world, offered).lease?.state).toBe('running');
    world.disconnect(0);
    world.apply({ kind: 'stop', jobId: committed, reason: 'cancelled', message: '', noticeMs: 0 });
    world.connect(0);
    expect(job(world, committed).end?.reason).toBe('cancelled');
    expect(wire()?.agent.containers()).toHaveLength(1);
  });

  it('a session that does not say what it holds is ended, so that the next one does', () => {
    const { world, agent, wire } = one(1);
    world.disconnect(0);
    const before = wire()?.connection;
    world.connect(0);
    expect(wire()?.connection).not.toBe(before);
    const hello = { nodeName: 'n0', agentVersion: '1', bootId: 'b', capability: 1 };
    const { effects } = world.apply({ kind: 'connect', connection: 99, nodeId: agent.nodeId, ...hello });
    expect(effects.some((effect) => effect.kind === 'send')).toBe(true);
    world.now += 3 * world.options.heartbeatMs - 1;
    expect(world.apply({ kind: 'tick' }).effects).toEqual([]);
    world.now += 1;
    expect(world.apply({ kind: 'tick' }).effects).toMatchObject([
      { kind: 'refuse', connection: 99, code: 'deadline_exceeded' },
    ]);
    expect(world.apply({ kind: 'tick' }).effects).toEqual([]);
  });

  it('a lease that the node has lost is ended', () => {
    const { world, agent } = one(1);
    const id = world.submit();
    world.pump();
    world.disconnect(0);
    agent.held.clear();
    world.connect(0);
    expect(job(world, id).end).toMatchObject({ reason: 'engine_lost', usage: { part: 0, card_ms: 0 } });
  });

  it('a lease that we do not know is answered at its renewal', () => {
    const { world, agent, wire } = one(1);
    const key = { leaseId: makeId('lease', seed(5)), epoch: 3 };
    world.deliverUp(agent.nodeId, wire()?.connection ?? 0, {
      ...{ seq: 0, message: { kind: 'renew', value: { request: 8, leases: [key] } } },
    });
    const unknown = { ...key, verdict: 'unknown', ttlMs: 0, stopReason: '', graceMs: 0 };
    expect(wire()?.down).toEqual([{ kind: 'renewed', value: { request: 8, renewals: [unknown] } }]);
  });

  it('the older session can do nothing more', () => {
    const { world, agent, wire } = one(1);
    const old = wire()?.connection ?? 0;
    const turn = world.apply({
      ...{ kind: 'connect', connection: 99, nodeId: agent.nodeId, nodeName: 'n0', agentVersion: '' },
      ...{ bootId: '', capability: 1 },
    });
    expect(turn.effects[0]).toMatchObject({ kind: 'refuse', connection: old, code: 'session_superseded' });
    expect(turn.effects[1]).toMatchObject({ kind: 'send', connection: 99 });
    world.deliverUp(agent.nodeId, old, { seq: 0, message: { kind: 'inventory', value: inventory(7) } });
    expect(world.pool.renew(agent.nodeId, old, { request: 1, leases: [] }, world.now)).toBeUndefined();
    world.apply({ kind: 'disconnect', connection: old, nodeId: agent.nodeId });
    const node = world.pool.state.nodes.get(agent.nodeId);
    expect(node?.inventory?.accelerators).toHaveLength(1);
    expect(node?.session?.connection).toBe(99);
    expect(node?.record.sessionEpoch).toBe(2);
    // Nor does its own greeting end the newer one, when it comes late.
    const late = world.apply({
      ...{ kind: 'connect', connection: old, nodeId: agent.nodeId, nodeName: 'n0', agentVersion: '' },
      ...{ bootId: '', capability: 1 },
    });
    expect(late.effects).toMatchObject([{ kind: 'refuse', connection: old, code: 'session_superseded' }]);
    expect(node?.session?.connection).toBe(99);
  });
});

describe('a silent node', () => {
  it('loses its leases one ttl and margin after the last renewal; late usage is still billed', () => {
    const { world, agent } = one(1);
    const id = world.submit();
    world.pump();
    world.advance(8000);
    agent.renew(world.now);
    world.pump();
    world.disconnect(0);
    const waiting = world.submit();
    world.advance(34_999);
    expect(job(world, id).state).toBe('leased');
    world.advance(2);
    expect(job(world, id).end).toMatchObject({ reason: 'node_lost', exit_code: null, usage: { run_ms: 0 } });
    expect(job(world, waiting).state).toBe('queued');
    world.connect(0);
    expect(job(world, id).end?.reason).toBe('node_lost');
    expect(job(world, id).end?.usage.run_ms).toBe(33_000);
    // The node had not cleared up yet when it was offered the next one, and rests a moment.
    world.advance(20);
    world.pump();
    expect(job(world, waiting).state).toBe('leased');
    expect(world.usageRows).toHaveLength(1);
  });
});

describe('what is said', () => {
  it('of an unknown lease or by another node changes nothing, and is counted', () => {
    const world = new World();
    const [first, second] = [world.addNode(1), world.addNode(1)];
    world.pump();
    const id = world.submit();
    world.pump();
    const lease = job(world, id).lease;
    const other = lease?.node_name === 'n0' ? second : first;
    const connection = world.wires.find(({ agent }) => agent === other)?.connection ?? 0;
    const key = { leaseId: lease?.id as never, epoch: lease?.epoch ?? 0 };
    const event = { ...key, phase: 'stopping', detail: 'forged', sinceCommitMs: 0 } as const;
    world.deliverUp(other.nodeId, connection, { seq: 1, message: { kind: 'leaseEvent', value: event } });
    expect(job(world, id).lease).toMatchObject({ state: 'running', phase: 'running', detail: '' });
    expect(world.disk.nodes.get(other.nodeId)?.receivedSeq).toBe(1);
  });

  it('twice is done once', () => {
    const { world, agent, wire } = one(1);
    world.submit();
    world.pump();
    agent.finish(0, world.now);
    const last = agent.out.at(-1);
    const connection = wire()?.connection ?? 0;
    if (last) for (let i = 0; i < 3; i += 1) world.deliverUp(agent.nodeId, connection, last);
    world.check();
    expect(world.usageRows).toHaveLength(1);
  });

  it('of interim usage adds up', () => {
    const { world, agent, wire } = one(1);
    const id = world.submit();
    world.pump();
    const lease = job(world, id).lease;
    const key = { leaseId: lease?.id as never, epoch: lease?.epoch ?? 0 };
    const part = { ...key, part: 9, runMs: 500, cardMs: 500, cpuMs: 1, cpuExact: true, memoryPeakBytes: 3 };
    const connection = wire()?.connection ?? 0;
    const seq = agent.nextSeq;
    for (let i = 0; i < 2; i += 1)
      world.deliverUp(agent.nodeId, connection, { seq: seq + i, message: { kind: 'usage', value: part } });
    agent.nextSeq += 2;
    world.advance(1000);
    agent.finish(0, world.now);
    world.pump();
    expect(job(world, id).end?.usage).toMatchObject({ run_ms: 1500, card_ms: 1500, part: 9 });
  });
});

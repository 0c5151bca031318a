/** Sessions over real WebSockets, with an agent that does what the test says. */
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobId, NodeId, TokenId } from '../../proto/ids.ts';
import { maxFrameBytes } from '../../proto/frame.ts';
import { suanlink } from '../../proto/gen/suanlink.js';
import type { Message } from '../../proto/messages.ts';
import { joinToken, startTestCore, type TestCore, tempDir } from './core.ts';
import { endOf } from './ends.ts';
import {
  type AgentKey,
  enrolWith,
  makeKey,
  openSession,
  openWire,
  present,
  runLease,
} from './scripted-agent.ts';
import { inventory, principal, spec } from './values.ts';

const by = principal('tenant');
const options = { heartbeatMs: 200 };
let dir = tempDir();
let running: TestCore;
let key: AgentKey;
let nodeId: NodeId;

beforeEach(async () => {
  dir = tempDir();
  running = await startTestCore(dir.path);
  key = makeKey();
  ({ nodeId } = await enrolWith(running.url, await joinToken(running.core.control, 1), key));
});
afterEach(async () => {
  await running.stop();
  dir.remove();
});

const open = () => openSession(running.url, nodeId, key);
const refusal = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: Error) => error.message,
  );

describe('enrolment', () => {
  it('gives the organisation of the token, and uses it up', async () => {
    const token = await joinToken(running.core.control, 2);
    const { org } = await enrolWith(running.url, token, makeKey());
    expect(org).toBe('acme');
    expect(await refusal(enrolWith(running.url, token, makeKey()))).toBe('join_token_used');
    expect(running.core.control.nodes(by)).toHaveLength(2);
  });

  it('of the same key again has the same answer, because the first may be lost', async () => {
    const token = await joinToken(running.core.control, 2);
    const again = makeKey();
    const first = await enrolWith(running.url, token, again);
    expect(await enrolWith(running.url, token, again)).toEqual(first);
  });

  it('with an unknown token is refused', async () => {
    const token = { id: 'token-aaaaaaaaaaaaaaaaaaaa' as TokenId, secret: 'secret-1' };
    expect(await refusal(enrolWith(running.url, token, makeKey()))).toBe('unauthenticated');
  });

  it('of two agents at once lets one in', async () => {
    const token = await joinToken(running.core.control, 2);
    const both = await Promise.all([1, 2].map(() => refusal(enrolWith(running.url, token, makeKey()))));
    expect(both.toSorted()).toEqual(['accepted', 'join_token_used']);
  });

  it.each([
    ['a wrong secret', 'unauthenticated', {}, { tokenSecret: 'guess' }],
    ['a revoked token', 'unauthenticated', { revoked: true }, {}],
    ['an API token', 'unauthenticated', { kind: 'api' as const, role: 'tenant' as const }, {}],
    ['an expired token', 'join_token_expired', { expiresUnixMs: 5 }, {}],
    [
      'an expired token and a wrong secret',
      'unauthenticated',
      { expiresUnixMs: 5 },
      { tokenSecret: 'guess' },
    ],
    ['a forged signature', 'bad_signature', {}, { signature: new Uint8Array(64) }],
    ['another key', 'bad_signature', {}, { publicKey: new Uint8Array(32).fill(1) }],
    ['an old protocol', 'protocol_error', {}, { capability: 0 }],
  ])('with %s is refused as %s, and nothing is done', async (_name, code, record, change) => {
    const token = await joinToken(running.core.control, 2, record);
    const tried = enrolWith(running.url, token, makeKey(), (enrol) => ({ ...enrol, ...change }));
    expect(await refusal(tried)).toBe(code);
    expect(running.core.control.nodes(by)).toHaveLength(1);
    expect(running.core.control.tokens(principal('admin')).find(({ id }) => id === token.id)?.usedBy).toBe(
      '',
    );
  });
});

describe('a session', () => {
  it('is opened by the key that was enrolled, with a new epoch each time', async () => {
    for (const epoch of [1, 2, 3]) {
      const { welcome, socket } = await open();
      expect(welcome).toMatchObject({
        sessionEpoch: epoch,
        capability: 1,
        heartbeatMs: 10_000,
        receivedSeq: 0,
      });
      socket.close();
    }
  });

  it('is refused to a forged signature and to an unknown node', async () => {
    expect(await refusal(openSession(running.url, nodeId, key, { signer: makeKey() }))).toBe('bad_signature');
    const other = 'node-aaaaaaaaaaaaaaaaaaaa' as NodeId;
    expect(await refusal(openSession(running.url, other, key))).toBe('unauthenticated');
    expect(running.core.control.nodes(by)[0]?.state).toBe('disconnected');
  });

  it('ends when a newer one of the same node opens', async () => {
    const older = await open();
    const newer = await open();
    expect((await older.heard('refuse')).code).toBe('session_superseded');
    await older.closed;
    present(newer, inventory(1));
    await running.core.control.submit(by, spec(), undefined);
    await newer.heard('offer');
    expect(running.core.control.nodes(by)[0]?.state).toBe('connected');
  });

  it('shows as disconnected once it is closed', async () => {
    const agent = await open();
    agent.socket.close();
    await expect.poll(() => running.core.control.nodes(by)[0]?.state).toBe('disconnected');
  });

  it('answers heartbeats and renewals at once', async () => {
    const agent = await open();
    present(agent, inventory(1));
    await running.core.control.submit(by, spec(), undefined);
    const { leaseId, epoch } = await agent.heard('offer');
    const lease = { leaseId, epoch };
    agent.send({ kind: 'accept', value: lease });
    await agent.heard('commit');
    agent.send({ kind: 'renew', value: { request: 5, leases: [lease, { ...lease, epoch: 9 }] } });
    expect(await agent.heard('renewed')).toEqual({
      request: 5,
      renewals: [
        { ...lease, verdict: 'keep', ttlMs: 30_000, stopReason: '', graceMs: 0 },
        { ...lease, epoch: 9, verdict: 'unknown', ttlMs: 0, stopReason: '', graceMs: 0 },
      ],
    });
    const none = { card: [], utilizationPct: [], memoryUsedMib: [], temperatureC: [], powerW: [] };
    agent.send({ kind: 'heartbeat', value: { sample: 3, ...none, hostCpuPct: 0, hostMemoryUsedMib: 0 } });
    expect(await agent.heard('heartbeatAck')).toEqual({ sample: 3 });
  });
});

describe('a frame', () => {
  const logChunk: Message = {
    kind: 'heldLeases',
    value: { leases: [{ leaseId: 'x' as never, epoch: 1, phase: 'running' }] },
  };

  it.each<[string, (send: (data: Uint8Array | string) => void) => void]>([
    ['that is no protobuf', (send) => send(new Uint8Array([255, 255, 255, 1]))],
    ['that is text', (send) => send('{"hello":1}')],
    ['over the limit', (send) => send(new Uint8Array(maxFrameBytes + 1))],
    [
      'with a bad id',
      (send) => send(suanlink.v1.Envelope.encode({ seq: 0, [logChunk.kind]: logChunk.value }).finish()),
    ],
    ['of a scheduler', (send) => send(suanlink.v1.Envelope.encode({ heartbeatAck: { sample: 1 } }).finish())],
    [
      'with a number where none belongs',
      (send) => send(suanlink.v1.Envelope.encode({ seq: 1, accept: {} }).finish()),
    ],
    [
      'with a gap before it',
      (send) => send(suanlink.v1.Envelope.encode({ seq: 7, usage: lease() }).finish()),
    ],
  ])('%s is answered with a Refuse and the connection closed', async (_name, act) => {
    const agent = await open();
    act((data) => agent.socket.send(data));
    expect((await agent.heard('refuse')).code).toBe('protocol_error');
    expect(await agent.closed).toBe(1008);
    // The node may come back.
    expect((await open()).welcome.sessionEpoch).toBe(2);
  });

  function lease() {
    return { leaseId: 'lease-aaaaaaaaaaaaaaaaaaaa', epoch: 1, part: 1 };
  }

  it('far over the limit closes the connection before it is read', async () => {
    const agent = await open();
    agent.socket.send(new Uint8Array(3 * maxFrameBytes));
    expect(await agent.closed).toBe(1009);
  });

  it('of an unknown kind is skipped; a numbered one is counted', async () => {
    const agent = await open();
    // Field 999, length-delimited: what a newer release might send.
    const unknown = [0xba, 0x3e, 0x01, 0x00];
    agent.socket.send(new Uint8Array(unknown));
    agent.socket.send(new Uint8Array([0x08, 0x01, ...unknown]));
    await agent.acked(1);
    expect(agent.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('before the greeting is refused', async () => {
    const wire = openWire(running.url);
    await wire.heard('challenge');
    wire.send({ kind: 'inventory', value: inventory(1) });
    expect((await wire.heard('refuse')).code).toBe('protocol_error');
    expect(running.core.control.nodes(by)[0]?.host).toBeNull();
  });
});

describe('an upgrade', () => {
  it.each([
    ['', 400],
    ['other.v1', 400],
  ])('without our subprotocol (%j) is refused', async (protocol, status) => {
    const { port } = new URL(running.url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = [
      'GET / HTTP/1.1',
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
    ];
    socket.write(
      `${head.join('\r\n')}\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    );
    let answer = '';
    for await (const data of socket) answer += String(data);
    expect(answer).toContain(` ${status} `);
  });
});

describe('state-bearing messages', () => {
  it('are acknowledged once durable, dropped when repeated, and resumed where they stood', async () => {
    const { control } = running.core;
    const agent = await open();
    present(agent, inventory(1));
    const job = await control.submit(by, spec(), undefined);
    const { leaseId, epoch } = await agent.heard('offer');
    const lease = { leaseId, epoch };
    agent.send({ kind: 'accept', value: lease });
    await agent.heard('commit');
    const chunk = (offset: number, data: string): Message => ({
      kind: 'logChunk',
      value: { ...lease, stderr: false, offset, data: Buffer.from(data), unixMs: 1 },
    });
    agent.tell(chunk(0, 'one '));
    agent.send(chunk(0, 'one '), 1);
    agent.tell(chunk(4, 'two '));
    await agent.acked(2);
    agent.socket.terminate();
    const again = await open();
    expect(again.welcome.receivedSeq).toBe(2);
    present(again, inventory(1), [{ ...lease, phase: 'running' }]);
    // Its outbox had 2 to 4, because our last acknowledgement did not arrive.
    again.send(chunk(4, 'two '), 2);
    again.tell(chunk(8, 'three'));
    again.tell({ kind: 'leaseEnd', value: endOf(lease, 'one two three') });
    await again.acked(4);
    expect((await control.job(by, job.id as JobId)).end).toMatchObject({
      reason: 'completed',
      stdout_bytes: 13,
      message: '',
    });
  });

  it('survive a restart of the scheduler', async () => {
    const agent = await open();
    present(agent, inventory(1));
    const job = await running.core.control.submit(by, spec(), 'k');
    const { leaseId, epoch } = await agent.heard('offer');
    agent.send({ kind: 'accept', value: { leaseId, epoch } });
    await agent.heard('commit');
    const value = { leaseId, epoch, stderr: true, offset: 0, data: Buffer.from('half'), unixMs: 1 };
    agent.tell({ kind: 'logChunk', value });
    await agent.acked(1);
    await running.stop();
    running = await startTestCore(dir.path);
    const again = await open();
    expect(again.welcome).toMatchObject({ receivedSeq: 1, sessionEpoch: 2 });
    expect(await running.core.control.submit(by, spec(), 'k')).toMatchObject({ id: job.id, state: 'leased' });
    present(again, inventory(1), [{ leaseId, epoch, phase: 'running' }]);
    again.tell({ kind: 'logChunk', value: { ...value, offset: 4, data: Buffer.from(' more') } });
    const { stdoutSha256 } = endOf({ leaseId, epoch }, 'half more');
    const end = endOf({ leaseId, epoch }, '', { stderrBytes: 9, stderrSha256: stdoutSha256 });
    again.tell({ kind: 'leaseEnd', value: end });
    await again.acked(3);
    expect((await running.core.control.job(by, job.id as JobId)).end).toMatchObject({
      message: '',
      stderr_bytes: 9,
    });
  });

  it('that leave a gap in a log end the session, and the log is as it was', async () => {
    const agent = await open();
    present(agent, inventory(1));
    await running.core.control.submit(by, spec(), undefined);
    const { leaseId, epoch } = await agent.heard('offer');
    agent.send({ kind: 'accept', value: { leaseId, epoch } });
    await agent.heard('commit');
    const value = { leaseId, epoch, stderr: false, offset: 10, data: Buffer.from('x'), unixMs: 1 };
    agent.tell({ kind: 'logChunk', value });
    expect((await agent.heard('refuse')).message).toContain('jumps from byte 0 to 10');
    expect((await open()).welcome.receivedSeq).toBe(0);
  });

  it('whose log does not add up say so in the end', async () => {
    const agent = await open();
    present(agent, inventory(1));
    const job = await running.core.control.submit(by, spec(), undefined);
    const { leaseId, epoch } = await agent.heard('offer');
    agent.send({ kind: 'accept', value: { leaseId, epoch } });
    await agent.heard('commit');
    const seq = agent.tell({ kind: 'leaseEnd', value: endOf({ leaseId, epoch }, 'lost', { message: 'm' }) });
    await agent.acked(seq);
    expect((await running.core.control.job(by, job.id as JobId)).end?.message).toBe(
      'm; 0 of 4 bytes of stdout are stored',
    );
  });

  it('of a lease of another epoch are acknowledged and change nothing', async () => {
    const agent = await open();
    present(agent, inventory(1));
    const job = await running.core.control.submit(by, spec(), undefined);
    const { leaseId, epoch } = await agent.heard('offer');
    agent.send({ kind: 'accept', value: { leaseId, epoch } });
    await agent.heard('commit');
    agent.tell({ kind: 'leaseEnd', value: endOf({ leaseId, epoch: epoch + 1 }) });
    const value = { leaseId, epoch: epoch + 1, stderr: false, offset: 99, data: Buffer.from('x'), unixMs: 1 };
    await agent.acked(agent.tell({ kind: 'logChunk', value }));
    expect((await running.core.control.job(by, job.id as JobId)).state).toBe('leased');
    expect(await running.core.control.usage(by, { sinceUnixMs: 0, limit: 9 })).toEqual([]);
  });
});

describe('silence', () => {
  it('of three heartbeats ends a session, and its lease after the ttl', async () => {
    await running.stop();
    running = await startTestCore(dir.path, { options: { ...options, ttlMs: 900, marginMs: 100 } });
    const agent = await open();
    present(agent, inventory(1));
    const job = await running.core.control.submit(by, spec(), undefined);
    const { leaseId, epoch } = await agent.heard('offer');
    agent.send({ kind: 'accept', value: { leaseId, epoch } });
    await agent.heard('commit');
    await agent.closed;
    await expect.poll(() => running.core.control.nodes(by)[0]?.state).toBe('disconnected');
    await expect
      .poll(async () => (await running.core.control.job(by, job.id as JobId)).end?.reason, { timeout: 4000 })
      .toBe('node_lost');
  });
});

describe('many jobs', () => {
  it('on one session all end, with every byte', async () => {
    const agent = await open();
    present(agent, inventory(1));
    const ids = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => (await running.core.control.submit(by, spec(), `k${n}`)).id),
    );
    for (let n = 0; n < ids.length; n += 1) await runLease(agent, `output ${n}\n`.repeat(50));
    const ended = () => running.core.control.jobs(by, { limit: 100, state: 'ended' });
    await expect.poll(async () => (await ended()).length).toBe(40);
    expect((await ended()).filter(({ end }) => end?.reason !== 'completed' || end.message !== '')).toEqual(
      [],
    );
    expect(running.fatal).toEqual([]);
  });
});

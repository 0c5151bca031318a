/** The link's driver over a transport in memory: what it sends, sends again, and when it gives a session up. */
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../agent/base/log.ts';
import { Link } from '../../agent/link/link.ts';
import type { TransportEvents } from '../../agent/link/transport.ts';
import { capability } from '../../proto/capability.ts';
import { decodeFrame, encodeFrame } from '../../proto/frame.ts';
import { makeId } from '../../proto/ids.ts';
import type { Message } from '../../proto/messages.ts';
import { settle, StepClock } from '../fakes/agent-core.ts';
import { leaseIdOf } from '../fakes/offer.ts';

/** One connection as the scheduler's end sees it. */
interface Wire {
  events: TransportEvents;
  heard: { seq: number; kind: string }[];
  isClosed: boolean;
}

const event = (n: number): Message => ({
  kind: 'leaseEvent',
  value: { leaseId: leaseIdOf(1), epoch: 1, phase: 'pulling', detail: String(n), sinceCommitMs: 0 },
});

function world() {
  const clock = new StepClock();
  const wires: Wire[] = [];
  const outbox: { seq: number; frame: Uint8Array }[] = [];
  let slow: Promise<void> | undefined;
  const link = new Link({
    clock,
    log: silentLog,
    random: () => 0.5,
    identity: {
      nodeId: makeId('node', new Uint8Array(20)),
      nodeName: 'n',
      key: { publicKey: new Uint8Array(32), sign: () => new Uint8Array(64) },
      bootId: 'b',
      agentVersion: '0',
    },
    dial: (events) => {
      const wire: Wire = { events, heard: [], isClosed: false };
      wires.push(wire);
      return {
        queuedBytes: 0,
        send(bytes) {
          if (wire.isClosed) return false;
          const { seq, message } = decodeFrame(bytes);
          wire.heard.push({ seq, kind: message?.kind ?? '' });
          return true;
        },
        close: () => void (wire.isClosed = true),
      };
    },
    ports: {
      outbox: async (after, limit) => {
        await slow;
        return outbox.filter(({ seq }) => seq > after).slice(0, limit);
      },
      ready() {},
      message() {},
      acknowledged() {},
      changed() {},
    },
  });
  const say = (message?: Message, ack = 0): void =>
    wires.at(-1)?.events.frame(encodeFrame({ seq: 0, ack, ...(message ? { message } : {}) }));
  return {
    clock,
    link,
    wires,
    /** Seqs that arrived on the newest connection. */
    seqs: () => (wires.at(-1)?.heard ?? []).flatMap(({ seq }) => (seq > 0 ? [seq] : [])),
    say,
    put(count: number) {
      for (let i = 0; i < count; i += 1) {
        const seq = outbox.length + 1;
        outbox.push({ seq, frame: encodeFrame({ seq, ack: 0, message: event(seq) }) });
      }
    },
    hold: (until: Promise<void> | undefined) => void (slow = until),
    async greet(receivedSeq: number) {
      say({ kind: 'challenge', value: { nonce: new Uint8Array(32), capability, schedulerId: 's' } });
      say({ kind: 'welcome', value: { sessionEpoch: 1, capability, heartbeatMs: 60_000, receivedSeq } });
      await settle();
    },
  };
}

describe('the link', () => {
  it('sends what is in the outbox once, in order, from where the scheduler is', async () => {
    const { link, put, greet, seqs } = world();
    put(100);
    link.start();
    await greet(40);
    expect(seqs()).toEqual(Array.from({ length: 60 }, (_, i) => i + 41));
    put(2);
    link.pump();
    link.pump();
    await settle();
    expect(seqs()).toHaveLength(62);
  });

  it('gives a session up in which a message is not confirmed, and sends it again in the next', async () => {
    const { link, clock, put, greet, seqs, say, wires } = world();
    link.start();
    await greet(0);
    put(2);
    link.pump();
    await settle();
    await clock.advance(20_000);
    say(undefined, 1);
    await clock.advance(9_999);
    expect(wires[0]?.isClosed).toBe(false);
    await clock.advance(1); // 30 s after message 2 was sent, which is confirmed by nobody
    expect(wires[0]?.isClosed).toBe(true);
    expect(link.state).toMatchObject({ state: 'waiting', cause: { code: 'deadline_exceeded' } });
    await clock.advance(5_000);
    expect(wires).toHaveLength(2);
    await greet(1);
    expect(seqs()).toEqual([2]);
    say(undefined, 2);
    await clock.advance(59_000);
    expect(wires).toHaveLength(2);
  });

  it('sends nothing of an old session in a new one while the outbox is being read', async () => {
    const { link, clock, put, greet, seqs, wires, hold } = world();
    link.start();
    await greet(0);
    put(3);
    const reading = Promise.withResolvers<void>();
    hold(reading.promise);
    link.pump();
    await settle();
    wires[0]?.events.closed({ code: 'unavailable', message: 'cut' });
    await clock.advance(5_000);
    hold(undefined);
    await greet(2);
    reading.resolve();
    await settle();
    expect(seqs()).toEqual([3]);
    expect(wires[0]?.heard.filter(({ seq }) => seq > 0)).toEqual([]);
  });
});

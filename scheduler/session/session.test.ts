import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seed, usage } from '../../test/scheduler/values.ts';
import { makeId } from '../../proto/ids.ts';
import type { LeaseEnd, LogChunk, Message } from '../../proto/messages.ts';
import { InOrder, type InOrderPorts } from './in-order.ts';
import { type Session, sessionDeadline, takeFrame } from './session.ts';

const nodeId = makeId('node', seed(1));
const leaseId = makeId('lease', seed(1));
const event: Message = { kind: 'usage', value: usage({ leaseId, epoch: 1 }) };
const open = (received: number): Session => ({ stage: 'open', nodeId, received, deadAt: 0 });

describe('state-bearing frames', () => {
  it('are taken in order, each once, whatever is repeated', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 8 })), (numbers) => {
        let session = open(0);
        const taken: number[] = [];
        for (const seq of numbers) {
          try {
            const { next, intake } = takeFrame(session, { seq, ack: 0, message: event });
            session = next;
            if (intake.kind === 'in_order') taken.push(intake.seq);
          } catch {
            // A gap: the session would be closed, and this number is not taken.
            expect(seq).toBeGreaterThan(taken.length + 1);
          }
        }
        expect(taken).toEqual(taken.map((_, i) => i + 1));
      }),
    );
  });

  it('do not belong before the session is open', () => {
    const stages: Session[] = [
      { stage: 'greeting', nonce: new Uint8Array(32), giveUpAt: 1 },
      { stage: 'enrolling', giveUpAt: 1 },
      { stage: 'opening', nodeId, giveUpAt: 1 },
    ];
    for (const session of stages) {
      expect(() => takeFrame(session, { seq: 1, ack: 0, message: event })).toThrow(/does not belong/);
      expect(sessionDeadline(session)).toBe(1);
    }
    expect(takeFrame({ stage: 'closed' }, { seq: 1, ack: 0 }).intake.kind).toBe('nothing');
    expect(sessionDeadline({ stage: 'closed' })).toBe(Number.POSITIVE_INFINITY);
  });
});

/** A line whose syncs the test lets through, and a story of what was done. */
function line() {
  const story: string[] = [];
  const syncs: (() => void)[] = [];
  const ports: InOrderPorts = {
    append: async ({ offset }) => void story.push(`append ${offset}`),
    sync: () =>
      new Promise((resolve) => {
        story.push('sync');
        syncs.push(resolve);
      }),
    check: async ({ kind }) => ({ logFault: kind === 'leaseEnd' ? 'fault' : '' }),
    deliver: (seq, message, { logFault }) => story.push(`${message.kind} ${seq}${logFault}`),
    received: (seq) => story.push(`received ${seq}`),
    pause: (isPaused) => story.push(isPaused ? 'pause' : 'resume'),
    failed: (error) => story.push(`failed ${error.message}`),
  };
  const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const synced = async (): Promise<void> => {
    syncs.shift()?.();
    await idle();
  };
  return { ports, inOrder: new InOrder(ports), story, idle, synced };
}

const chunk = (offset: number, size = 1): Message => ({
  kind: 'logChunk',
  value: {
    leaseId,
    epoch: 1,
    stderr: false,
    offset,
    data: new Uint8Array(size),
    unixMs: 1,
  } satisfies LogChunk,
});
const end: Message = { kind: 'leaseEnd', value: {} as LeaseEnd };

describe('a line', () => {
  it('hands on what needs no log at once', async () => {
    const { inOrder, story, idle } = line();
    inOrder.take(1, event);
    await idle();
    inOrder.take(2, undefined);
    await idle();
    expect(story).toEqual(['usage 1', 'received 2']);
  });

  it('counts nothing before the bytes that came before it are on the disk, and syncs once for all', async () => {
    const { inOrder, story, idle, synced } = line();
    inOrder.take(1, chunk(0));
    inOrder.take(2, chunk(1));
    inOrder.take(3, end);
    inOrder.take(4, event);
    await idle();
    expect(story).toEqual(['append 0', 'sync']);
    inOrder.take(5, chunk(2));
    await synced();
    expect(story.splice(0)).toEqual(['append 0', 'sync', 'received 1', 'append 1', 'append 2', 'sync']);
    await synced();
    expect(story).toEqual(['leaseEnd 3fault', 'usage 4', 'received 5']);
  });

  it('stops reading when too much waits, and goes on', async () => {
    const { inOrder, story, idle, synced } = line();
    inOrder.take(1, chunk(0));
    await idle();
    for (let n = 2; n < 100; n += 1) inOrder.take(n, chunk(n, 65_536));
    expect(story.at(-1)).toBe('pause');
    await synced();
    await synced();
    expect(story.at(-1)).toBe('resume');
    expect(story).toContain('received 99');
  });

  it('does nothing more once stopped', async () => {
    const { inOrder, story, idle, synced } = line();
    inOrder.take(1, chunk(0));
    inOrder.take(2, end);
    await idle();
    inOrder.stop();
    inOrder.take(3, event);
    await synced();
    expect(story).toEqual(['append 0', 'sync']);
  });

  it('says when it cannot go on', async () => {
    const { ports, inOrder, story, idle } = line();
    ports.append = async () => {
      throw new Error('no');
    };
    inOrder.take(1, chunk(0));
    await idle();
    expect(story).toEqual(['failed taking a message: no']);
  });
});

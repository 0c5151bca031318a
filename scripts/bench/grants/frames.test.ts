import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from '../../../proto/frame.ts';
import { type LeaseId, makeId } from '../../../proto/ids.ts';
import type { Message } from '../../../proto/messages.ts';
import { usageBytes } from '../../../proto/signing.ts';
import { spec, org, seed } from '../../../test/scheduler/values.ts';
import { nodeId, privateKey } from '../load/nodes.ts';
import { hear, Voice } from './frames.ts';

const node = nodeId(7);
const voice = new Voice(node, privateKey(7));
const leaseId: LeaseId = makeId('lease', seed(5));

function read(bytes: Uint8Array): { seq: number; message: Message | undefined } {
  const { seq, message } = decodeFrame(bytes);
  return { seq, message };
}

describe('what a model agent of the bench says', () => {
  it.each([1, 130, 3_000_000_001])('is what the scheduler reads (epoch %d)', (epoch) => {
    const key = { leaseId, epoch };
    expect(read(voice.accept(leaseId, epoch))).toEqual({ seq: 0, message: { kind: 'accept', value: key } });
    expect(read(voice.running(epoch, leaseId, epoch))).toMatchObject({
      seq: epoch,
      message: { kind: 'leaseEvent', value: { ...key, phase: 'running' } },
    });
    const { seq, message } = read(voice.ended(epoch + 1, leaseId, epoch));
    expect(seq).toBe(epoch + 1);
    if (message?.kind !== 'leaseEnd') throw new Error('no end record');
    const { usage, ...rest } = message.value;
    expect(rest).toMatchObject({ ...key, reason: 'completed', exitCode: 0, stdoutBytes: 0 });
    expect(usage).toMatchObject({ ...key, part: 1, runMs: 1000, cardMs: 1000, cpuExact: true });
    const publicKey = createPublicKey(privateKey(7));
    expect(verify(null, usageBytes(node, usage), publicKey, usage.signature ?? new Uint8Array(0))).toBe(true);
  });

  it('follows from what it has heard', () => {
    const jobId = makeId('job', seed(6));
    const { image, command, entrypoint, env } = spec();
    const work = { image, command, entrypoint, env } as never;
    const offer = { leaseId, epoch: 300, jobId, org, validForMs: 1000, work } as never;
    const frame = (message: Message): Buffer => Buffer.from(encodeFrame({ seq: 0, ack: 5, message }));
    expect(hear(frame({ kind: 'offer', value: offer }))).toEqual({
      ...{ kind: 'offer', ack: 5, lease: leaseId, epoch: 300, job: jobId },
    });
    const commit = { leaseId, epoch: 1, ttlMs: 30_000, maxDurationMs: 1 };
    expect(hear(frame({ kind: 'commit', value: commit }))).toEqual({
      ...{ kind: 'commit', ack: 5, lease: leaseId, epoch: 1 },
    });
    expect(hear(frame({ kind: 'heartbeatAck', value: { sample: 1 } }))).toEqual({ kind: 'other', ack: 5 });
    expect(hear(Buffer.from(encodeFrame({ seq: 0, ack: 9 })))).toEqual({ kind: 'other', ack: 9 });
  });
});

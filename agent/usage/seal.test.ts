import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeId } from '../../proto/ids.ts';
import type { LeaseEnd, Message, Usage } from '../../proto/messages.ts';
import { usageBytes } from '../../proto/signing.ts';
import { sealUsage } from './seal.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const nodeId = makeId('node', new Uint8Array(20));
const usage: Usage = {
  ...{ leaseId: makeId('lease', new Uint8Array(20)), epoch: 1, part: 1, runMs: 10, cardMs: 20, cpuMs: 3 },
  ...{ cpuExact: true, memoryPeakBytes: 4 },
};
const seal = (message: Message): Message =>
  sealUsage(message, nodeId, (bytes) => new Uint8Array(sign(null, bytes, privateKey)));

describe('usage that leaves the node', () => {
  it.each<[string, Message]>([
    ['on its own', { kind: 'usage', value: usage }],
    ['in an end record', { kind: 'leaseEnd', value: { reason: 'completed', usage } as LeaseEnd }],
  ])('%s is signed by the node’s key', (_where, message) => {
    const sealed = seal(message);
    const found = sealed.kind === 'leaseEnd' ? sealed.value.usage : (sealed.value as Usage);
    expect(found).toMatchObject(usage);
    expect(verify(null, usageBytes(nodeId, usage), publicKey, found.signature ?? new Uint8Array())).toBe(
      true,
    );
  });

  it('is the only thing that is touched', () => {
    const accept: Message = { kind: 'accept', value: { leaseId: usage.leaseId, epoch: 1 } };
    expect(seal(accept)).toBe(accept);
  });
});

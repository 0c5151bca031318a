import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventory as sample } from '../test/fakes/agent-core.ts';
import { offerOf } from '../test/fakes/offer.ts';
import { SuanlinkError } from './codes.ts';
import { decodeFrame, encodeFrame, maxFrameBytes } from './frame.ts';
import { makeId, parseAcceleratorId, parseOrg } from './ids.ts';
import type { Frame, Inventory } from './messages.ts';
import type { OwnerPolicy } from './owner-policy.ts';

const leaseId = makeId('lease', new Uint8Array(20).fill(3));
const usage = {
  leaseId,
  epoch: 9,
  part: 1,
  runMs: 1500,
  cardMs: 3000,
  cpuMs: 40,
  cpuExact: true,
  memoryPeakBytes: 2 ** 40,
};

const open = { allowOrgs: [], denyOrgs: [], hours: '' };
const inventory: Inventory = {
  generation: 'g',
  host: {
    hostname: 'h',
    os: '',
    kernel: '',
    architecture: '',
    cpuModel: '',
    cpuMilli: 1,
    memoryBytes: 1,
    diskBytes: 1,
    engine: '',
    labels: {},
    region: '',
  },
  accelerators: [
    {
      id: parseAcceleratorId('GPU-1'),
      vendor: 'nvidia',
      model: 'H100',
      architecture: '',
      index: 0,
      uuid: '',
      serial: '',
      busAddress: '',
      numaNode: 1,
      cpuAffinity: '0-15,64-79',
      driverVersion: '',
      runtimeVersion: '',
      health: 'degraded',
      healthReasons: ['on the bus only'],
      offered: false,
      notOfferedReason: 'on the bus only',
      links: [{ kind: 'nvlink', peerId: 'GPU-2', word: 'NV18' }],
      throughput: [],
      simulated: false,
    },
  ],
  probes: [],
  draining: false,
  drainReason: '',
  ownerPolicy: {
    allowOrgs: [parseOrg('acme')],
    denyOrgs: [parseOrg('other')],
    maxLeaseMs: 14_400_000,
    maxCards: 4,
    windowLeftMs: 0,
    hours: 'daily 20:00-08:00 (UTC)',
  },
};

const frames: Frame[] = [
  { seq: 0, ack: 7 },
  { seq: 0, ack: 0, message: { kind: 'accept', value: { leaseId, epoch: 2 ** 52 } } },
  {
    seq: 4,
    ack: 1,
    message: {
      kind: 'logChunk',
      value: { leaseId, epoch: 1, stderr: true, offset: 5, data: new Uint8Array([0, 255]), unixMs: 1 },
    },
  },
  {
    seq: 5,
    ack: 1,
    message: {
      kind: 'logChunk',
      value: {
        leaseId,
        epoch: 1,
        stderr: false,
        offset: 9,
        data: new Uint8Array(0),
        unixMs: 1,
        droppedBytes: 4,
      },
    },
  },
  {
    seq: 6,
    ack: 1,
    message: {
      kind: 'leaseEnd',
      value: {
        ...{ leaseId, epoch: 1, reason: 'oom', errorCode: '', message: '', stdoutBytes: 9, stderrBytes: 1 },
        ...{ stdoutSha256: new Uint8Array(32), stderrSha256: new Uint8Array(32), timeline: [] },
        ...{
          stdoutDroppedBytes: 9,
          stderrDroppedBytes: 1,
          usage: { ...usage, signature: new Uint8Array(64).fill(3) },
        },
      },
    },
  },
  { seq: 0, ack: 0, message: { kind: 'inventory', value: inventory } },
  { seq: 0, ack: 0, message: { kind: 'inventory', value: { ...inventory, ownerPolicy: open } } },
  { seq: 0, ack: 0, message: { kind: 'offer', value: offerOf() } },
  { seq: 5, ack: 1, message: { kind: 'usage', value: usage } },
  { seq: 0, ack: 0, message: { kind: 'renew', value: { request: 3, leases: [{ leaseId, epoch: 1 }] } } },
];

describe('frames', () => {
  it.each(frames)('come back as they were: $message.kind', (frame) => {
    const back = decodeFrame(encodeFrame(frame));
    expect(back.message?.kind).toBe(frame.message?.kind);
    expect(encodeFrame(back)).toEqual(encodeFrame(frame));
  });

  it('carry links and place of an accelerator, and leave out a place that is not known', () => {
    const sent = (value: Inventory): unknown =>
      decodeFrame(encodeFrame({ seq: 0, ack: 0, message: { kind: 'inventory', value } })).message?.value;
    expect(sent(inventory)).toEqual(inventory);
    const accelerators = inventory.accelerators.map((card) => {
      const { cpuAffinity, numaNode, ...rest } = card;
      expect([cpuAffinity, numaNode]).toEqual(['0-15,64-79', 1]);
      return rest;
    });
    expect(sent({ ...inventory, accelerators })).toEqual({ ...inventory, accelerators });
  });

  it('tell how long a drain leaves, and no end from an end now', () => {
    const left = (drainLeftMs?: number): unknown => {
      const value = { ...inventory, draining: true, ...(drainLeftMs === undefined ? {} : { drainLeftMs }) };
      const { message } = decodeFrame(encodeFrame({ seq: 0, ack: 0, message: { kind: 'inventory', value } }));
      return message?.kind === 'inventory' ? message.value.drainLeftMs : 'another kind';
    };
    expect([left(), left(0), left(60_000)]).toEqual([undefined, 0, 60_000]);
  });

  it('tell hours that are over from no hours, and an older agent has no limits', () => {
    const told = (value: Inventory): OwnerPolicy | undefined => {
      const { message } = decodeFrame(encodeFrame({ seq: 0, ack: 0, message: { kind: 'inventory', value } }));
      return message?.kind === 'inventory' ? message.value.ownerPolicy : undefined;
    };
    expect(told(inventory)).toEqual(inventory.ownerPolicy);
    expect(told({ ...inventory, ownerPolicy: open })).toEqual(open);
    expect(told(sample)).toBeUndefined();
  });

  it('of an unknown kind are skipped, not fatal', () => {
    const unknownField = new Uint8Array([0x08, 0x05, 0xfa, 0x3f, 0x01, 0x00]); // seq 5, field 1023 with one byte
    expect(decodeFrame(unknownField)).toEqual({ seq: 5, ack: 0 });
  });

  it('over the size limit are refused before decoding', () => {
    expect(() => decodeFrame(new Uint8Array(maxFrameBytes + 1))).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    );
  });

  it('with a forged id are refused', () => {
    const bad = encodeFrame({
      seq: 0,
      ack: 0,
      message: { kind: 'accept', value: { leaseId: '../etc/passwd' as typeof leaseId, epoch: 1 } },
    });
    expect(() => decodeFrame(bad)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  it('of any bytes either decode or fail with one of our errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeFrame(bytes);
        } catch (caught) {
          expect(caught).toBeInstanceOf(SuanlinkError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('with any bit flipped either decode or fail with one of our errors', () => {
    const good = frames.map((frame) => encodeFrame(frame));
    fc.assert(
      fc.property(fc.constantFrom(...good), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
        const copy = bytes.slice();
        const i = at % Math.max(copy.length, 1);
        copy[i] = (copy[i] ?? 0) ^ flip;
        try {
          decodeFrame(copy);
        } catch (caught) {
          expect(caught).toBeInstanceOf(SuanlinkError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceOf } from '../../test/probe/grants.ts';
import { ascend } from './ascend.ts';
import { compareInside } from './inside.ts';
import { nvidia } from './nvidia.ts';
import type { DeviceReading, ProbedDevice } from './probe.ts';

const gpus = (...uuids: string[]): ProbedDevice[] =>
  uuids.map((uuid, index) => deviceOf('nvidia', uuid, { index: index + 4, uuid }));
const list = (text: string): ReturnType<typeof nvidia.parse> => nvidia.parse('nvidia-smi', '-L', text);
const seen = (...devices: DeviceReading[]): { status: 'present'; devices: DeviceReading[] } => ({
  status: 'present',
  devices,
});

describe('what a container sees', () => {
  it('is right by uuid, though it counts from 0', () => {
    const text = 'GPU 0: NVIDIA H20 (UUID: GPU-a)\nGPU 1: NVIDIA H20 (UUID: GPU-b)\n';
    expect(compareInside(gpus('GPU-b', 'GPU-a'), list(text))).toEqual({ kind: 'match' });
  });

  it('is wrong when a card is missing, or another is there, and says which', () => {
    const text = 'GPU 0: NVIDIA H20 (UUID: GPU-a)\nGPU 1: NVIDIA H20 (UUID: GPU-z)\n';
    expect(compareInside(gpus('GPU-a', 'GPU-b'), list(text))).toEqual({
      kind: 'mismatch',
      detail: 'the container does not see GPU-b and sees GPU-z, which it was not leased',
    });
    expect(compareInside(gpus('GPU-a'), list(text))).toMatchObject({ kind: 'mismatch' });
    expect(compareInside(gpus('a', 'b', 'c', 'd', 'e', 'f'), seen({ uuid: 'x' }))).toMatchObject({
      detail: 'the container does not see a, b, c, d and 2 more and sees x, which it was not leased',
    });
  });

  it('is the MIG instances of a card, where there are some', () => {
    const text = 'GPU 0: NVIDIA A100 (UUID: GPU-a)\n  MIG 1g.10gb     Device  0: (UUID: MIG-1)\n';
    expect(compareInside(gpus('MIG-1'), list(text))).toEqual({ kind: 'match' });
    expect(compareInside(gpus('GPU-a'), list(text))).toMatchObject({ kind: 'mismatch' });
  });

  it('is nothing when the tool finds none, and unclear when it fails', () => {
    expect(compareInside(gpus('GPU-a'), list('No devices were found\n'))).toEqual({
      kind: 'mismatch',
      detail: 'the container sees 0 accelerators and was leased 1',
    });
    const broken = 'Failed to initialize NVML: Driver/library version mismatch\n';
    expect(compareInside(gpus('GPU-a'), list(broken))).toMatchObject({ kind: 'unclear' });
    expect(
      compareInside(
        [deviceOf('ascend', 'a', { busId: '0000:C1:00.0' })],
        ascend.parse('npu-smi', 'info', 'dcmi module initialize failed. ret is -8005'),
      ),
    ).toMatchObject({
      kind: 'unclear',
      detail: expect.stringContaining('-8005'),
    });
  });

  it('is told by address where there is no uuid, two chips of one address apart', () => {
    const chips = [0, 1].map((chip) => deviceOf('ascend', `a${chip}`, { chip, busId: '0000:C1:00.0' }));
    const [chip] = chips;
    const both = seen({ chip: 0, busId: '0000:c1:00.0' }, { chip: 1, busId: '0000:C1:00.0' });
    expect(compareInside(chips, both)).toEqual({ kind: 'match' });
    expect(compareInside(chip ? [chip] : [], both)).toEqual({
      kind: 'mismatch',
      detail: 'the container sees 0000:c1:00.0, which it was not leased',
    });
  });

  it('is counted where nothing else is known', () => {
    const cards = [0, 1].map((index) => deviceOf('cambricon', `c${index}`, { index, busId: null }));
    expect(compareInside(cards, seen({ index: 0 }, { index: 1 }))).toEqual({ kind: 'match' });
    expect(compareInside(cards, seen({ index: 0 }))).toMatchObject({ kind: 'mismatch' });
  });

  it('matches when and only when it is the leased set', () => {
    const ids = ['GPU-1', 'GPU-2', 'GPU-3', 'GPU-4'];
    fc.assert(
      fc.property(fc.subarray(ids, { minLength: 1 }), fc.shuffledSubarray(ids), (leased, there) => {
        const same = leased.toSorted().join() === there.toSorted().join();
        const reading = seen(...there.map((uuid, index) => ({ index, uuid })));
        expect(compareInside(gpus(...leased), reading).kind).toBe(same ? 'match' : 'mismatch');
      }),
    );
  });
});

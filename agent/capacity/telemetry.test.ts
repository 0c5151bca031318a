import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../proto/frame.ts';
import { acknowledge, type CardSample, fresh, heartbeat } from './telemetry.ts';

const host = { cpuPct: 12, memoryUsedMib: 20_000 };
const cards = (shift: number): CardSample[] =>
  Array.from({ length: 8 }, (_, i) => [90 + ((i + shift) % 10), 60_000 + i * 7 + shift, 61 + i, 650 + i]);

describe('telemetry', () => {
  it('sends every card first, then only what changed since the last acknowledged heartbeat', () => {
    const first = heartbeat(fresh, cards(0), host);
    expect(first.heartbeat.card).toHaveLength(8);
    expect(heartbeat(first.next, cards(0), host).heartbeat.card).toHaveLength(8); // not acknowledged: told again
    const known = acknowledge(first.next, 1);
    expect(heartbeat(known, cards(0), host).heartbeat.card).toEqual([]);
    const one = cards(0).with(3, [5, 1, 2, 3]);
    expect(heartbeat(known, one, host).heartbeat).toMatchObject({
      card: [3],
      utilizationPct: [5],
      memoryUsedMib: [1],
    });
  });

  it('says -1 for what is not known', () => {
    expect(heartbeat(fresh, [[-1, -1, -1, -1]], host).heartbeat).toMatchObject({
      card: [0],
      utilizationPct: [-1],
    });
  });

  it('costs at most 150 bytes for 8 busy cards whose every value changes', () => {
    const state = acknowledge(heartbeat(fresh, cards(0), host).next, 1);
    const value = heartbeat(state, cards(1), host).heartbeat;
    expect(encodeFrame({ seq: 0, ack: 0, message: { kind: 'heartbeat', value } }).length).toBeLessThanOrEqual(
      150,
    );
  });
});

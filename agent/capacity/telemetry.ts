/**
 * Heartbeat samples as deltas: only cards whose values have changed since the last heartbeat that the scheduler
 * acknowledged are sent, so that eight idle cards cost a few bytes. Pure.
 */
import type { Heartbeat } from '../../proto/messages.ts';
import type { ProbedDevice } from '../probe/probe.ts';

/** One card's values as they go on the wire: whole numbers, -1 for not known. */
export type CardSample = readonly [
  utilizationPct: number,
  memoryUsedMib: number,
  temperatureC: number,
  powerW: number,
];

/** What has been sent: by sample number until it is acknowledged. */
export interface TelemetryState {
  sample: number;
  acknowledged: readonly CardSample[];
  pending: ReadonlyMap<number, readonly CardSample[]>;
}

/** The state of a fresh session: nothing acknowledged, so the first heartbeat carries every card. */
export const fresh: TelemetryState = { sample: 0, acknowledged: [], pending: new Map() };

const whole = (value: number | null | undefined): number =>
  value === null || value === undefined || !Number.isFinite(value) ? -1 : Math.round(value);

/** One device's values. */
export function cardSample(device: ProbedDevice): CardSample {
  const { utilizationPct, memoryUsedMib, temperatureC, powerW } = device.reading;
  return [whole(utilizationPct), whole(memoryUsedMib), whole(temperatureC), whole(powerW)];
}

/** The next heartbeat and the state after it. */
export function heartbeat(
  state: TelemetryState,
  cards: readonly CardSample[],
  host: { cpuPct: number; memoryUsedMib: number },
): { next: TelemetryState; heartbeat: Heartbeat } {
  const sample = state.sample + 1;
  const changed = cards
    .map((card, i) => i)
    .filter((i) => cards[i]?.some((value, column) => value !== state.acknowledged[i]?.[column]));
  const column = (at: 0 | 1 | 2 | 3): number[] => changed.map((i) => cards[i]?.[at] ?? -1);
  const pending = new Map([...state.pending].slice(-8));
  pending.set(sample, cards);
  return {
    next: { ...state, sample, pending },
    heartbeat: {
      sample,
      card: changed,
      utilizationPct: column(0),
      memoryUsedMib: column(1),
      temperatureC: column(2),
      powerW: column(3),
      hostCpuPct: Math.max(0, Math.round(host.cpuPct)),
      hostMemoryUsedMib: Math.max(0, Math.round(host.memoryUsedMib)),
    },
  };
}

/** The scheduler has `sample`: later heartbeats leave out what it told. */
export function acknowledge(state: TelemetryState, sample: number): TelemetryState {
  const cards = state.pending.get(sample);
  if (!cards) return state;
  return {
    ...state,
    acknowledged: cards,
    pending: new Map([...state.pending].filter(([number]) => number > sample)),
  };
}

/**
 * How soon a dead node is known as one and its work is granted again, at 1, 100 and 5,000 nodes: a whole scheduler core
 * with model agents over connections in memory, in virtual time, with a store that keeps nothing. So the times are those
 * of the protocol and its timers; how long the scheduler itself worked for it is told beside them.
 */
import { availableParallelism } from 'node:os';
import { type Death, type Fate, ModelFleet } from '../../test/scheduler/model-fleet.ts';
import type { BenchOptions } from '../bench.ts';

/** The bench's name. */
export const name = 'detection';

/** For the list. */
export const summary = 'how soon a dead node is known and its work granted again, at 1, 100 and 5,000 nodes';

/** Fleet sizes, how many die in each fleet, and how many fleets (rounds) are looked at. */
const fleets = [
  { nodes: 1, dying: 1, rounds: 100 },
  { nodes: 100, dying: 20, rounds: 5 },
  { nodes: 5000, dying: 500, rounds: 1 },
] as const;

/** Deaths are spread over so long, in ms: at random moments of everybody's heartbeats, and never many within one ttl. */
const spreadMs = 60_000;

interface Times {
  p99: number;
  max: number;
}

function times(values: readonly (number | undefined)[]): Times {
  const known = values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const at = (share: number): number =>
    known[Math.min(known.length - 1, Math.floor(known.length * share))] ?? 0;
  const round = (ms: number): number => Math.round(ms * 10) / 10;
  return { p99: round(at(0.99)), max: round(at(1)) };
}

async function oneFleet(
  nodes: number,
  dying: number,
  round: number,
): Promise<{ fates: Fate[]; alarms: number }> {
  const fleet = await ModelFleet.start(nodes, round + 1);
  const busy = fleet.busy();
  const moments = Array.from({ length: dying }, () => fleet.chance(spreadMs)).sort((a, b) => a - b);
  let passed = 0;
  for (const [n, moment] of moments.entries()) {
    await fleet.clock.pass(moment - passed);
    passed = moment;
    const victim = busy[Math.floor((n * busy.length) / dying)];
    const death: Death = (n + round) % 2 === 0 ? 'closed' : 'silent';
    if (victim) fleet.kill(victim, death);
  }
  await fleet.clock.pass(60_000);
  await fleet.close();
  return { fates: fleet.fates(), alarms: fleet.alarms.length };
}

/** Measures; bars: detection 30,000 ms, a new grant 35,000 ms (ttl + margin) and the millisecond to the node. */
export async function run({ say, signal, rounds: wanted }: BenchOptions): Promise<object> {
  const result: Record<string, object> = {};
  for (const { nodes, dying, rounds } of fleets) {
    const fates: Fate[] = [];
    let alarms = 0;
    const cpu = process.cpuUsage();
    for (let round = 0; round < (wanted ?? rounds); round += 1) {
      signal.throwIfAborted();
      const one = await oneFleet(nodes, dying, round);
      fates.push(...one.fates);
      alarms += one.alarms;
    }
    const { user, system } = process.cpuUsage(cpu);
    const of = (death: Death) =>
      fates.filter((fate) => fate.death === death).map(({ detectedMs }) => detectedMs);
    result[`nodes_${nodes}`] = {
      deaths: fates.length,
      mass_loss_alarms: alarms,
      detection_closed_ms: times(of('closed')),
      detection_silent_ms: times(of('silent')),
      regrant_ms: times(fates.map(({ regrantedMs }) => regrantedMs)),
      cpu_s: Math.round((user + system) / 1e5) / 10,
    };
    say(`${nodes} nodes: ${JSON.stringify(result[`nodes_${nodes}`])}`);
  }
  return {
    clock: 'virtual',
    cores: availableParallelism(),
    heartbeat_ms: 10_000,
    silence_ms: 30_000,
    ttl_ms: 30_000,
    margin_ms: 5000,
    bars: { detection_ms: 30_000, regrant_ms: 35_001 },
    ...result,
  };
}

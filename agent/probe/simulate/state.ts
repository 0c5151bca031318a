/**
 * What the stand-in cards show at one moment. Pure: profile, seed, time and faults in, values out; the same in, the same
 * out, so that a test can say what a tool must print. Load moves in slow waves, each card at its own pace; temperature
 * and power follow it.
 */
import { SuanlinkError } from '../../../proto/codes.ts';
import {
  hexOf,
  profileExamples,
  profileNamed,
  type SimulatedCard,
  type SimulatedProfile,
  type SimulatedToolName,
  simulatedTools,
} from './profiles.ts';

/**
 * What can go wrong, on demand. `hang`: no answer (`ignoreTerm`: nor does SIGTERM end it); `garbage`: bytes that mean
 * nothing; `slow`: the answer comes after `ms`; `lost`: the tool names the card as unreachable; `vanish`: the card is
 * left out without a word; `ecc`: uncorrected errors, and the vendor's health word; `na`: values are N/A; `broken`:
 * the tool cannot reach its driver and says so; `gone`: the tool itself is not there.
 */
export const faultKinds = [
  'hang',
  'garbage',
  'lost',
  'ecc',
  'slow',
  'na',
  'vanish',
  'broken',
  'gone',
] as const;

/** One fault. Without `card` it is that of every card. */
export interface SimulatedFault {
  tool: SimulatedToolName;
  kind: (typeof faultKinds)[number];
  card?: number;
  ms?: number;
  ignoreTerm?: boolean;
}

/** The content of the state file; tests rewrite it while tools run. */
export interface SimulatedState {
  profile: string;
  seed: number;
  /** Unix milliseconds. */
  startedAtMs: number;
  faults: SimulatedFault[];
}

/** A card's changing values. */
export interface CardValues {
  utilizationPct: number;
  memoryUsedMib: number;
  memoryUtilizationPct: number;
  temperatureC: number;
  memoryTemperatureC: number;
  powerW: number;
  clockMhz: number;
}

/** A card as its tool sees it now. */
export interface CardView {
  card: SimulatedCard;
  values: CardValues;
  lost: boolean;
  notAvailable: boolean;
  eccErrors: number;
}

/** What one tool sees now. Vanished cards are not in `cards`. */
export interface ToolView {
  tool: SimulatedToolName;
  cards: CardView[];
  wallMs: number;
  /** The tool cannot reach its driver. */
  broken: boolean;
}

/** What a tool run prints and how it ends. */
export interface Rendered {
  stdout: string;
  stderr?: string;
  code: number;
  /** Prints again after so many milliseconds, for ever. */
  loopMs?: number;
  /** Files written into the working directory, by name. */
  files?: Record<string, string>;
}

/** A number in 0..1 that follows from `text`. */
function fraction(text: string): number {
  return Number.parseInt(hexOf(text).slice(0, 8), 16) / 2 ** 32;
}

/** A card's values `elapsedMs` after the start. Utilisation 0..100, memory within the card's, power within its limit. */
export function valuesAt(card: SimulatedCard, seed: number, elapsedMs: number): CardValues {
  const key = `${seed}/${card.uuid}`;
  const periodMs = 40_000 + fraction(`${key}/period`) * 80_000;
  const wave = Math.sin((elapsedMs / periodMs + fraction(`${key}/phase`)) * 2 * Math.PI);
  // Idle for about half of the time, as idle machines are.
  const load = Math.max(0, wave) * (0.5 + 0.5 * fraction(`${key}/peak`));
  const flicker = fraction(`${key}/${Math.floor(elapsedMs / 1000)}`);
  return {
    utilizationPct: Math.round(load * 100),
    memoryUsedMib: Math.round(3 + load * 0.8 * card.memoryMib),
    memoryUtilizationPct: Math.round(load * 60),
    temperatureC: Math.round(29 + load * 38 + flicker * 2),
    memoryTemperatureC: Math.round(37 + load * 40 + flicker),
    powerW: Math.round((card.idleW + load * (card.limitW - card.idleW) * 0.9 + flicker * 3) * 100) / 100,
    clockMhz: load > 0 ? 1755 : 345,
  };
}

/** The tool's view at `wallMs`. */
export function viewOf(state: SimulatedState, tool: SimulatedToolName, wallMs: number): ToolView {
  const has = (kind: SimulatedFault['kind'], index: number): boolean =>
    state.faults.some(
      (fault) => fault.tool === tool && fault.kind === kind && (fault.card ?? index) === index,
    );
  const cards = profileOf(state)
    .cards.filter((card) => card.tool === tool && !has('vanish', card.index))
    .map((card) => ({
      card,
      values: valuesAt(card, state.seed, wallMs - state.startedAtMs),
      lost: has('lost', card.index),
      notAvailable: has('na', card.index),
      eccErrors: has('ecc', card.index) ? 3 : 0,
    }));
  return { tool, cards, wallMs, broken: toolFault(state, tool, 'broken') !== undefined };
}

/** The state's profile. Throws `invalid_argument` for a name that is none. */
export function profileOf(state: Pick<SimulatedState, 'profile'>): SimulatedProfile {
  const profile = profileNamed(state.profile);
  if (!profile)
    throw new SuanlinkError(
      'invalid_argument',
      `no such simulated machine: ${state.profile} (known: ${profileExamples.join(', ')}, other counts, and several joined by +)`,
    );
  return profile;
}

/** The first fault of a kind that is the tool's as a whole. */
export function toolFault(
  state: SimulatedState,
  tool: SimulatedToolName,
  kind: SimulatedFault['kind'],
): SimulatedFault | undefined {
  return state.faults.find((fault) => fault.tool === tool && fault.kind === kind);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function fault(value: unknown): SimulatedFault {
  const { tool, kind, card, ms, ignoreTerm } = record(value);
  const named = simulatedTools.find((each) => each === tool);
  const wrong = faultKinds.find((each) => each === kind);
  if (!named || !wrong) throw new Error(`not a fault: ${JSON.stringify(value)}`);
  return {
    tool: named,
    kind: wrong,
    ...(typeof card === 'number' ? { card } : {}),
    ...(typeof ms === 'number' ? { ms } : {}),
    ...(typeof ignoreTerm === 'boolean' ? { ignoreTerm } : {}),
  };
}

/** Reads the state file's text. Throws when it is not one. */
export function parseState(text: string): SimulatedState {
  const { profile, seed, startedAtMs, faults } = record(JSON.parse(text));
  if (typeof profile !== 'string' || typeof seed !== 'number' || typeof startedAtMs !== 'number')
    throw new Error('not a state of simulated tools');
  return { profile, seed, startedAtMs, faults: Array.isArray(faults) ? faults.map(fault) : [] };
}

/** Faults of stand-in tools as people write them: `KIND[:TOOL][:CARD or DURATION]`, such as `lost:nvidia-smi:3`. Pure. */
import { SuanlinkError } from '../../../proto/codes.ts';
import { type SimulatedToolName, simulatedTools } from './profiles.ts';
import type { SimulatedFault } from './state.ts';

/** What each word does. */
export const faultMeanings = {
  hang: 'the tool never answers',
  stuck: 'the tool never answers and ignores SIGTERM',
  slow: 'the tool answers after 2 s, or after the duration given (slow:npu-smi:400ms)',
  garbage: 'the tool prints bytes that mean nothing',
  broken: 'the tool cannot reach its driver, and says so',
  gone: 'the tool itself is not there',
  lost: 'the tool names the card as unreachable, or has no values for it',
  vanish: 'the card is left out without a word',
  ecc: 'the card has uncorrected memory errors',
  na: 'the values of the card are not available',
} as const;

type Word = keyof typeof faultMeanings;

const ofCards: readonly Word[] = ['lost', 'vanish', 'ecc', 'na'];

function wrong(text: string, why: string): SuanlinkError {
  const known = Object.keys(faultMeanings).join(', ');
  return new SuanlinkError(
    'invalid_argument',
    `${JSON.stringify(text)} is no fault: ${why} (KIND[:TOOL][:CARD], or slow:TOOL:DURATION; kinds: ${known})`,
  );
}

function milliseconds(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text) ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * (unit === 's' ? 1000 : 1));
}

/**
 * Reads one fault. `tools` are those that the machine has; a word without a tool means the only one. Throws
 * `invalid_argument`.
 */
export function parseFault(text: string, tools: readonly SimulatedToolName[]): SimulatedFault {
  const [kind = '', ...rest] = text.split(':');
  const word = (Object.keys(faultMeanings) as Word[]).find((each) => each === kind);
  if (word === undefined) throw wrong(text, `there is no kind ${JSON.stringify(kind)}`);
  const named = simulatedTools.find((each) => each === rest[0]);
  const only = tools.length === 1 ? tools[0] : undefined;
  const tool = named ?? only;
  if (tool === undefined || !tools.includes(tool))
    throw wrong(text, `name one of the tools ${tools.join(', ')}`);
  const [detail, ...more] = named ? rest.slice(1) : rest;
  if (more.length > 0) throw wrong(text, 'it has too many parts');
  return { tool, ...(detail === undefined ? plain(word) : withDetail(text, word, detail)) };
}

function plain(word: Word): Omit<SimulatedFault, 'tool'> {
  return word === 'stuck' ? { kind: 'hang', ignoreTerm: true } : { kind: word };
}

function withDetail(text: string, word: Word, detail: string): Omit<SimulatedFault, 'tool'> {
  if (word === 'slow') {
    const ms = milliseconds(detail);
    if (ms === undefined) throw wrong(text, `${JSON.stringify(detail)} is no duration`);
    return { ...plain(word), ms };
  }
  if (!ofCards.includes(word)) throw wrong(text, `${word} is a fault of the tool, not of one card`);
  if (!/^\d{1,2}$/.test(detail)) throw wrong(text, `${JSON.stringify(detail)} is no card`);
  return { ...plain(word), card: Number(detail) };
}

/** The fault as it would be written. */
export function faultText({ tool, kind, card, ms, ignoreTerm }: SimulatedFault): string {
  const detail = ms === undefined ? card : `${ms}ms`;
  const word = kind === 'hang' && ignoreTerm ? 'stuck' : kind;
  return [word, tool, ...(detail === undefined ? [] : [detail])].join(':');
}

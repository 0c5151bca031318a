import { describe, expect, test } from 'vitest';
import { faultMeanings, faultText, parseFault } from './faults.ts';
import { parseState } from './state.ts';

const tools = ['nvidia-smi', 'npu-smi'] as const;

describe('a fault as written', () => {
  test.each([
    ['hang:nvidia-smi', { tool: 'nvidia-smi', kind: 'hang' }],
    ['stuck:npu-smi', { tool: 'npu-smi', kind: 'hang', ignoreTerm: true }],
    ['slow:npu-smi:400ms', { tool: 'npu-smi', kind: 'slow', ms: 400 }],
    ['slow:npu-smi:1.5s', { tool: 'npu-smi', kind: 'slow', ms: 1500 }],
    ['lost:nvidia-smi:3', { tool: 'nvidia-smi', kind: 'lost', card: 3 }],
    ['gone:nvidia-smi', { tool: 'nvidia-smi', kind: 'gone' }],
  ])('%s', (text, fault) => {
    expect(parseFault(text, tools)).toEqual(fault);
    expect(parseFault(faultText(parseFault(text, tools)), tools)).toEqual(fault);
  });

  test('without a tool is one of the only tool', () => {
    expect(parseFault('vanish:2', ['cnmon'])).toEqual({ tool: 'cnmon', kind: 'vanish', card: 2 });
    expect(parseFault('hang', ['cnmon'])).toEqual({ tool: 'cnmon', kind: 'hang' });
  });

  test.each([
    ['explode:nvidia-smi', 'no kind "explode"'],
    ['toString:nvidia-smi', 'no kind'],
    ['hang', 'nvidia-smi, npu-smi'],
    ['hang:cnmon', 'nvidia-smi, npu-smi'],
    ['hang:nvidia-smi:3', 'not of one card'],
    ['lost:nvidia-smi:x', 'no card'],
    ['slow:nvidia-smi:soon', 'no duration'],
    ['lost:nvidia-smi:1:2', 'too many'],
  ])('%s is none', (text, why) => {
    expect(() => parseFault(text, tools)).toThrow(why);
  });

  test('of every kind can stand in a state file', () => {
    const faults = Object.keys(faultMeanings).map((word) => parseFault(word, ['cnmon']));
    const state = { profile: '8xMLU370', seed: 1, startedAtMs: 2, faults };
    expect(parseState(JSON.stringify(state))).toEqual(state);
  });
});

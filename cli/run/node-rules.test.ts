import { describe, expect, it } from 'vitest';
import { parsePeaks, parseRule } from './node-rules.ts';

describe('a node rule', () => {
  it.each([
    ['zone in a,b', { label: 'zone', op: 'in', values: ['a', 'b'] }],
    [' zone  not in  a , b c', { label: 'zone', op: 'not_in', values: ['a', 'b c'] }],
    ['zone', { label: 'zone', op: 'exists', values: [] }],
    ['!pool/x', { label: 'pool/x', op: 'not_exists', values: [] }],
  ])('%j is read', (text, rule) => expect(parseRule(text)).toEqual(rule));

  it.each(['', 'zone in a,', 'zone is a', '! zone', '!!zone'])('%j is refused', (text) => {
    expect(() => parseRule(text)).toThrow(/^--node-rule: .* is not a rule such as/);
  });
});

describe('a peak', () => {
  it('is told in TFLOP/s', () => {
    expect(parsePeaks(['fp16=300', 'int8=0.5'])).toEqual({ fp16: 300_000, int8: 500 });
  });

  it.each(['fp16', '16=1', 'fp16=x', 'fp16=-1'])('%j is refused', (text) => {
    expect(() => parsePeaks([text])).toThrow(/such as fp16=300/);
  });
});

/** Demands on nodes and cards as people write them on the command line. Pure; every parser throws `invalid_argument`. */
import type { LabelRule } from '../../proto/api.ts';
import { SuanlinkError } from '../../proto/codes.ts';

function wrong(flag: string, text: string, wanted: string): SuanlinkError {
  return new SuanlinkError('invalid_argument', `--${flag}: ${JSON.stringify(text)} is not ${wanted}`);
}

/** 'zone in a,b', 'zone not in a,b', 'zone' for any value, '!zone' for none. */
export function parseRule(text: string): LabelRule {
  const set = /^(\S+)\s+(not\s+)?in\s+(.+)$/.exec(text.trim());
  if (set) {
    const [, label = '', not, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    if (!values.includes('')) return { label, op: not === undefined ? 'in' : 'not_in', values };
  }
  const [, none, label] = /^(!?)([^\s!]+)$/.exec(text.trim()) ?? [];
  if (label === undefined)
    throw wrong('node-rule', text, "a rule such as 'zone in a,b', 'zone not in c', 'zone' or '!zone'");
  return { label, op: none === '!' ? 'not_exists' : 'exists', values: [] };
}

/** GFLOP/s by precision of 'fp16=300', which is in TFLOP/s. */
export function parsePeaks(words: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    words.map((word) => {
      const [, precision = '', value] = /^([a-z]+\d+)=(\d{1,6}(?:\.\d{1,3})?)$/.exec(word.trim()) ?? [];
      if (value === undefined) throw wrong('min-tflops', word, 'a precision and a number such as fp16=300');
      return [precision, Math.round(Number(value) * 1000)];
    }),
  );
}

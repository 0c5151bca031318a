import { describe, expect, it } from 'vitest';
import { bounded, counter, exposition, gauge } from './exposition.ts';

describe('metrics as text', () => {
  it('have help, type, labels and values; what is not known is left out', () => {
    const text = exposition([
      gauge('a_bytes', 'Of a.', [{ id: 'x', index: 0 }, 1.5], [{ id: 'y', index: 1 }, null]),
      counter('b_total', 'Of b.', [{}, 2]),
      gauge('c', 'Of nothing.', [{}, null]),
    ]);
    expect(text).toBe(
      '# HELP a_bytes Of a.\n# TYPE a_bytes gauge\na_bytes{id="x",index="0"} 1.5\n' +
        '# HELP b_total Of b.\n# TYPE b_total counter\nb_total 2\n',
    );
  });

  it('stay one line whatever a label holds', () => {
    expect(exposition([gauge('a', 'A.', [{ model: 'a "b"\\c\nd' }, 1])])).toContain(
      'a{model="a \\"b\\"\\\\c\\nd"} 1\n',
    );
  });

  it('of a label with many values are the greatest, and the rest together', () => {
    const values = new Map([
      ['a', 1],
      ['b', 5],
      ['c', 3],
      ['d', 2],
    ]);
    expect(bounded('org', values, 2)).toEqual([
      [{ org: 'b' }, 5],
      [{ org: 'c' }, 3],
      [{ org: 'other' }, 3],
    ]);
    expect(bounded('org', values)).toHaveLength(4);
  });
});

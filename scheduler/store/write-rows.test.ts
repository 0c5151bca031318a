import { describe, expect, it } from 'vitest';
import { makeId } from '../../proto/ids.ts';
import { seed } from '../../test/scheduler/values.ts';
import type { Write } from './store.ts';
import { pack, type PackedRow, statements, unpack } from './write-rows.ts';

const [a, b] = [makeId('node', seed(1)), makeId('node', seed(2))];

const rows = (writes: readonly Write[]): PackedRow[] => unpack(pack(writes));

describe('writes as rows', () => {
  it('keep of counters what counts in the end', () => {
    const writes: Write[] = [
      { kind: 'received', nodeId: a, seq: 4 },
      { kind: 'next_epoch', value: 2 },
      { kind: 'received', nodeId: b, seq: 1 },
      { kind: 'received', nodeId: a, seq: 6 },
      { kind: 'next_epoch', value: 3 },
      { kind: 'received', nodeId: a, seq: 5 },
    ];
    expect(rows(writes).map(({ values }) => values)).toEqual([[1, b, 1], [6, a, 6], ['3']]);
  });

  it('bind as many values as their statements have places', () => {
    for (const { sql, width } of statements) {
      const places = sql.split('?').length - 1;
      // The countersignature is made where usage is written.
      expect(places).toBe(sql.includes('INTO usage') ? width + 1 : width);
    }
  });

  it('are in the order in which they were made', () => {
    const writes: Write[] = ['x', 'y'].map((message, n) => ({
      ...{ kind: 'job_cancelled', jobId: makeId('job', seed(n)), message },
    }));
    expect(rows(writes).map(({ values }) => values[0])).toEqual(['x', 'y']);
  });
});

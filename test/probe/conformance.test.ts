/** The conformance table of `docs/vendors.md` is that of the captures, where they are at hand. */
import { describe, expect, it } from 'vitest';
import { conformanceTable, tableInPage } from '../../scripts/conformance.ts';
import { captures } from './corpus.ts';

const all = captures();

describe('the table in docs/vendors.md', () => {
  it.skipIf(all.length === 0)('is that of the captures: node scripts/conformance.ts writes it', () => {
    expect(tableInPage()).toBe(conformanceTable(all).trim());
  });

  it('has a row for every vendor, with nothing wrong and no crash', () => {
    const rows = tableInPage().split('\n').slice(2);
    expect(rows.length).toBeGreaterThan(12);
    for (const row of rows)
      expect(row).toMatch(/^\| \w+ +\| +[1-9]\d* \| +[1-9]\d* \| +[1-9]\d* \| +0 \| +0 \|$/);
  });

  it('counts what is wrong', () => {
    const capture = {
      name: 'nvidia/list.txt',
      vendor: 'nvidia',
      path: '',
      text: 'GPU 0: NVIDIA H20 (UUID: GPU-5a1b2c3d-1111-4222-8333-444455556666)\n',
      tool: 'nvidia-smi',
      args: '-L',
      meta: { command: 'nvidia-smi -L', expect: [{ index: 0, model: 'NVIDIA H200', serial: null }] },
    };
    const row = conformanceTable([capture])
      .split('\n')
      .find((line) => line.includes('nvidia'));
    // The number of devices, three fields and the status were compared; the model and the serial are wrong.
    expect(row?.split('|').map((cell) => cell.trim())).toEqual(['', 'nvidia', '1', '1', '5', '2', '0', '']);
  });
});

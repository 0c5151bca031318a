import { describe, expect, it } from 'vitest';
import { keyedLines, valueOf, valuesByName } from './text-keyed.ts';
import { linkMatrix } from './text-matrix.ts';
import { endsWhole, tableOf, tableRows } from './text-table.ts';
import { childAt, readXml, textAt } from './text-xml.ts';

describe('key and value text', () => {
  it('has sections by indentation', () => {
    const lines = keyedLines([
      'Memory',
      '    Total   : 10 MiB',
      'Other',
      '    Total : 20 MiB',
      '    Deep',
      '        Used : 3',
    ]);
    const values = valuesByName(lines);
    expect(valueOf(values, 'other>total')).toBe('20 MiB');
    expect(valueOf(values, 'nothing', 'total')).toBe('10 MiB');
    expect(lines.at(-1)?.sections).toEqual(['Other', 'Deep']);
  });

  it('without any indentation takes the last heading', () => {
    const values = valuesByName(keyedLines(['Memory', 'Total : 10', 'Used : 1', 'Power', 'Usage : 5 W']));
    expect([valueOf(values, 'memory>used'), valueOf(values, 'power>usage')]).toEqual(['1', '5 W']);
  });

  it('keeps colons of values and headings', () => {
    const [heading, pair] = keyedLines(['GPU 00000000:53:00.0', '  Bus Id : 00000000:53:00.0']);
    expect([heading?.value, pair?.value]).toEqual([undefined, '00000000:53:00.0']);
  });
});

describe('link matrices', () => {
  const text = [
    '\tGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID',
    'GPU0\t X \tNV18\tPIX\t0-23,48-71\t0\t\tN/A',
    'GPU1\tNV18\t X \tSYS\t24-47\t1\t\tN/A',
    'NIC0\tPIX\tSYS\t X ',
    'Legend:',
    '  X    = Self',
  ];

  it('leave network cards out and read affinities by their header', () => {
    expect(linkMatrix(text, /^GPU\d+$/)).toEqual({
      devices: ['GPU0', 'GPU1'],
      links: { GPU0: { GPU0: 'X', GPU1: 'NV18' }, GPU1: { GPU0: 'NV18', GPU1: 'X' } },
      cpuAffinity: { GPU0: '0-23,48-71', GPU1: '24-47' },
      numaAffinity: { GPU0: '0', GPU1: '1' },
    });
  });

  it('leave a cut row out, and are null without a row', () => {
    expect(linkMatrix([...text.slice(0, 2), 'GPU1\tNV18'], /^GPU\d+$/)?.devices).toEqual(['GPU0']);
    expect(linkMatrix(text.slice(0, 1), /^GPU\d+$/)).toBeNull();
    expect(linkMatrix(['GPU 0: a card'], /^GPU\d+$/)).toBeNull();
  });
});

describe('box tables', () => {
  const lines = [
    '+----+----+',
    '| A | B |',
    '| C | D |',
    '|===+===|',
    '| 1 | 2 |',
    '| 3 | 4 |',
    '| 5 | 6 |',
    '| 7 | 8 |',
    '+---+---+',
    '| 9 | 0 |',
    '+----+',
  ];
  const read = (text: readonly string[]) =>
    tableOf(
      tableRows(text),
      (cells) => cells[0] === 'A',
      (cells) => cells[0] === 'End',
    );

  it('give entries as tall as the header, in one frame or in their own', () => {
    expect(read(lines)?.groups).toEqual([
      [
        ['1', '2'],
        ['3', '4'],
      ],
      [
        ['5', '6'],
        ['7', '8'],
      ],
    ]);
    expect(endsWhole(lines)).toBe(true);
  });

  it('leave out a row that was cut', () => {
    const cut = lines.slice(0, 6).with(5, '| 3 | 4');
    expect(read(cut)?.groups).toEqual([]);
    expect(endsWhole(cut)).toBe(false);
  });
});

describe('xml', () => {
  it('is read with entities, attributes and empty elements', () => {
    const root = readXml(
      '<?xml?><!-- <x> --><a id="1"><b>x &amp; y</b><c/><skip><b>no</b></skip></a>',
      new Set(['skip']),
    );
    const a = childAt(root, 'a');
    expect(a?.attributes).toBe('id="1"');
    expect(a?.children.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(textAt(root, 'a', 'b')).toBe('x & y');
  });

  it('gives nothing of an element that was cut, and closes over stray tags', () => {
    expect(textAt(readXml('<a><b>81', new Set()), 'a', 'b')).toBeUndefined();
    expect(childAt(readXml('<a><b>1</c></a>', new Set()), 'a')?.closed).toBe(true);
  });

  it('has a bound on depth', () => {
    expect(childAt(readXml('<a>'.repeat(10_000), new Set()), 'a')?.closed).toBe(false);
  });
});

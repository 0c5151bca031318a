import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { architectureOf, throughputOf } from './throughput.ts';

const peak = (vendor: string, model: string, memoryMib: number | null = null): number | undefined =>
  throughputOf({ vendor, model, memoryMib })[0]?.gigaFlops;

describe('peak throughput', () => {
  it.each([
    ['nvidia', 'NVIDIA H100 80GB HBM3', 989_000],
    ['nvidia', 'nvidia h100 80gb hbm3', 989_000],
    ['nvidia', 'NVIDIA H100 PCIe', 756_000],
    ['nvidia', 'NVIDIA H100 NVL', 835_000],
    ['nvidia', 'NVIDIA H200', 989_000],
    ['nvidia', 'NVIDIA H800', 989_000],
    ['nvidia', 'NVIDIA H20', 148_000],
    ['nvidia', 'NVIDIA A100-SXM4-80GB', 312_000],
    ['nvidia', 'A100-SXM4-40GB', 312_000],
    ['nvidia', 'NVIDIA A100 80GB PCIe', 312_000],
    ['nvidia', 'NVIDIA A800-SXM4-80GB', 312_000],
    ['nvidia', 'NVIDIA A40', 149_700],
    ['nvidia', 'NVIDIA RTX A6000', 154_850],
    ['nvidia', 'NVIDIA L40S', 362_000],
    ['nvidia', 'NVIDIA L40', 181_050],
    ['nvidia', 'NVIDIA L20', 119_500],
    ['nvidia', 'NVIDIA B200', 2_250_000],
    ['nvidia', 'NVIDIA GB200', 2_500_000],
  ])('of %s %s is %d GFLOPS', (vendor, model, gigaFlops) => expect(peak(vendor, model)).toBe(gigaFlops));

  it('is dense, of both 16-bit precisions, and names its source', () => {
    expect(throughputOf({ vendor: 'nvidia', model: 'NVIDIA H20', memoryMib: 97_871 })).toEqual(
      ['bf16', 'fp16'].map((precision) => ({
        precision,
        gigaFlops: 148_000,
        dense: true,
        source: expect.stringMatching(/^\S+\/\S+ \S+ @ [0-9a-f]{9}$/),
      })),
    );
  });

  it('of an AMD card needs the memory of a whole one: partitions keep the name', () => {
    expect(peak('amd', 'AMD Instinct MI300X', 196_592)).toBe(1_300_000);
    expect(peak('amd', 'AMD Instinct MI300X OAM', 196_288)).toBe(1_300_000);
    expect(peak('amd', 'AMD Instinct MI300X', 24_574)).toBeUndefined();
    expect(peak('amd', 'AMD Instinct MI300X')).toBeUndefined();
    expect(peak('amd', 'AMD Instinct MI250X', 65_520)).toBe(191_500);
    expect(peak('amd', 'AMD Instinct MI250X', 131_040)).toBeUndefined();
  });

  it.each(
    [
      // No form factor, or another one than the figure's.
      ...[
        'H100',
        'NVIDIA H100',
        'H200',
        'NVIDIA H200 NVL',
        'H800',
        'NVIDIA H800 PCIe',
        'NVIDIA H100 80GB HBM2e',
      ],
      ...[
        'NVIDIA H100 64GB HBM2',
        'NVIDIA H20-3e',
        'H20',
        'A100',
        'NVIDIA A100',
        'NVIDIA A100-SXM-64GB',
        'NVIDIA A100X',
      ],
      ...[
        'NVIDIA A800 40GB Active',
        'B200',
        'NVIDIA B100',
        'NVIDIA GH200 480GB',
        'NVIDIA GH200 120GB',
        'NVIDIA B300',
      ],
      // Parts of a card.
      ...[
        'NVIDIA A100-SXM4-80GB MIG 1g.10gb',
        'NVIDIA H100 80GB HBM3 MIG 3g.40gb',
        'GRID A100-40C',
        'NVIDIA A40-48Q',
        'NVIDIA L40S-8C',
      ],
      ...['NVIDIA A100-SXM4-80GB (MIG)', 'GRID A100X-8C'],
      // Others that begin or end alike.
      ...[
        'NVIDIA A4000',
        'NVIDIA RTX A4000',
        'RTX A6000',
        'Quadro RTX 6000',
        'NVIDIA RTX 6000 Ada Generation',
        'NVIDIA L4',
        'NVIDIA L2',
      ],
      ...[
        'NVIDIA A10',
        'NVIDIA A10G',
        'NVIDIA A30',
        'NVIDIA GeForce RTX 4090',
        'NVIDIA GeForce ...',
        'NVIDIA A100-SXM...',
        'NVIDIA H100 80G...',
      ],
      ...[
        'Tesla V100-SXM2-32GB',
        'Tesla T4',
        'Graphics Device',
        'Orin (nvgpu)',
        'NVIDIA L40G',
        'NVIDIA L40S 48GB',
        '',
        ' ',
      ],
    ].map((model) => ['nvidia', model] as const),
  )('of %s %j is unknown', (vendor, model) =>
    expect(throughputOf({ vendor, model, memoryMib: 81_559 })).toEqual([]),
  );

  it.each([
    // One figure is published for a family whose boards have 20 to 25 cores.
    ...[
      'Ascend910',
      '910',
      '910A',
      '910B',
      '910B1',
      '910B2',
      '910B2C',
      '910B3',
      '910B4',
      '910ProA',
      '310P3',
      'Ascend 910B3',
    ].map((model) => ['ascend', model]),
    ...['MLU370-X8', 'MLU370-X4', 'MLU590-M9'].map((model) => ['cambricon', model]),
    ...[
      'MI300X',
      'AMD Instinct MI300A',
      'AMD Instinct MI300X VF',
      'AMD Instinct MI308X',
      'AMD Instinct MI300X-O',
      'AMD Instinct MI250X/MI250',
      'Instinct MI300X',
      'AMD Instinct MI210',
      '0x74a1',
    ].map((model) => ['amd', model]),
    ['intel', 'Intel(R) Data Center GPU Max 1550'],
    ['metax', 'MetaX C500'],
    ['hygon', 'NVIDIA H20'],
    ['mthreads', 'A40'],
  ])('of %s %s is unknown', (vendor, model) =>
    expect(throughputOf({ vendor: vendor ?? '', model: model ?? '', memoryMib: 196_592 })).toEqual([]),
  );

  it('is never that of a name with something before or after it', () => {
    // Names that no other name of the table begins with.
    const names = ['NVIDIA H100 80GB HBM3', 'NVIDIA H100 PCIe', 'NVIDIA A100-SXM4-80GB', 'NVIDIA L40S'];
    const more = fc.stringMatching(/^[!-~]{1,4}$/);
    fc.assert(
      fc.property(fc.constantFrom(...names), more, (name, word) => {
        for (const model of [`${word}${name}`, `${name}${word}`, `${word} ${name}`, `${name} ${word}`])
          expect(peak('nvidia', model)).toBeUndefined();
      }),
    );
  });
});

describe('architecture', () => {
  const named = (vendor: string, model: string, computeCapability: string | null = null): string =>
    architectureOf({ vendor, model, architecture: null, computeCapability });

  it.each([
    ['nvidia', 'NVIDIA H100 80GB HBM3', 'Hopper'],
    ['nvidia', 'NVIDIA A100-SXM4-80GB', 'Ampere'],
    ['nvidia', 'NVIDIA A10G', 'Ampere'],
    ['nvidia', 'Tesla V100-SXM3-32GB', 'Volta'],
    ['nvidia', 'Tesla T4', 'Turing'],
    ['nvidia', 'NVIDIA L40S', 'Ada Lovelace'],
    ['amd', 'AMD Instinct MI300X', 'CDNA 3'],
    ['amd', 'AMD Instinct MI250X', 'CDNA 2'],
    ['ascend', '910B3', 'Da Vinci'],
    ['ascend', '310P3', 'Da Vinci'],
    ['cambricon', 'MLU370-X8', 'MLUarch03'],
    ['nvidia', 'NVIDIA GeForce RTX 3090', ''],
    ['nvidia', 'NVIDIA RTX A6000', ''],
    ['nvidia', 'NVIDIA A1000', ''],
    ['nvidia', 'NVIDIA H1000', ''],
    ['nvidia', 'Graphics Device', ''],
    ['ascend', '910', ''],
    ['ascend', '950DT', ''],
    ['cambricon', 'MLU590-M9', ''],
    ['metax', 'MetaX C500', ''],
  ])('of %s %s is %j', (vendor, model, name) => expect(named(vendor, model)).toBe(name));

  it('is told by the compute capability before the name, and by the tool before both', () => {
    expect(named('nvidia', 'NVIDIA RTX A6000', '8.6')).toBe('Ampere');
    expect(named('nvidia', 'NVIDIA GeForce RTX 4090', '8.9')).toBe('Ada Lovelace');
    expect(named('nvidia', 'NVIDIA H100 PCIe', '77.1')).toBe('');
    expect(
      architectureOf({
        vendor: 'amd',
        model: 'AMD Instinct MI300X',
        architecture: 'gfx942',
        computeCapability: null,
      }),
    ).toBe('gfx942');
  });
});

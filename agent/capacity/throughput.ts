/**
 * Nominal peak throughput and architecture by model, as data with its sources. Pure.
 *
 * Peak figures of the web contradict each other by factors: sparse for dense, vector for tensor, one board of a family for
 * another. So a row is a figure that a training framework computes its utilisation with, dense, for one board under the
 * very names that its tool prints; a name matches whole or not at all. `H100` alone may be any of three boards, a vGPU
 * (`A40-48Q`) or MIG instance is a part, `910B` has boards with 20 to 25 cores under one published figure: these stay
 * unknown, and a measured figure is worth more than a guess.
 */
import type { AcceleratorInfo } from '../../proto/messages.ts';

type Throughput = AcceleratorInfo['throughput'][number];

const torchtitan = 'pytorch/torchtitan torchtitan/tools/utils.py @ b5bcd76c6';
const verl = 'volcengine/verl verl/utils/flops_counter.py @ b178a3cd5';

/** What one row says. */
interface Row {
  vendor: string;
  /** The whole name as the tool prints it, without regard to case. */
  names: readonly string[];
  /** Dense, BF16 and FP16 on tensor or matrix cores, in thousandths of a TFLOPS. */
  gigaFlops: number;
  source: string;
  /** MiB that a whole device of this row has: one that shows another size, or none, is a part of it. */
  memoryMib?: readonly [min: number, max: number];
}

/** Drivers before 470 print no `NVIDIA` before the name. */
function nvidia(gigaFlops: number, source: string, ...names: string[]): Row {
  return { vendor: 'nvidia', names: names.flatMap((name) => [`NVIDIA ${name}`, name]), gigaFlops, source };
}

function onlyWithMaker(gigaFlops: number, source: string, ...names: string[]): Row {
  return { vendor: 'nvidia', names: names.map((name) => `NVIDIA ${name}`), gigaFlops, source };
}

function amd(gigaFlops: number, memoryMib: readonly [number, number], ...names: string[]): Row {
  return {
    vendor: 'amd',
    names: names.map((name) => `AMD Instinct ${name}`),
    gigaFlops,
    source: torchtitan,
    memoryMib,
  };
}

/** One line per board. Where both sources have a figure it is the same, but for MI300X (1336 by verl; the lower is here). */
const rows: readonly Row[] = [
  onlyWithMaker(2_500_000, torchtitan, 'GB300', 'GB200'),
  onlyWithMaker(2_250_000, torchtitan, 'B300 SXM6 AC', 'B200'),
  // The plain names are those of the SXM boards; the others say `NVL`, `PCIe` or `-3e`.
  onlyWithMaker(989_000, torchtitan, 'H200'),
  onlyWithMaker(989_000, verl, 'H800'),
  onlyWithMaker(148_000, torchtitan, 'H20'),
  nvidia(989_000, torchtitan, 'H100 80GB HBM3'),
  nvidia(835_000, torchtitan, 'H100 NVL'),
  nvidia(756_000, torchtitan, 'H100 PCIe'),
  nvidia(312_000, torchtitan, 'A100-SXM4-40GB', 'A100-SXM4-80GB', 'A100-PCIE-40GB', 'A100 80GB PCIe'),
  nvidia(312_000, verl, 'A800-SXM4-40GB', 'A800-SXM4-80GB', 'A800 80GB PCIe'),
  nvidia(149_700, verl, 'A40'),
  onlyWithMaker(154_850, torchtitan, 'RTX A6000'),
  nvidia(362_000, torchtitan, 'L40S'),
  nvidia(181_050, verl, 'L40'),
  nvidia(119_500, verl, 'L20'),
  // Partitioned cards keep their name and show a share of the memory.
  amd(2_500_000, [290_000, 300_000], 'MI355X', 'MI355X OAM'),
  amd(1_300_000, [255_000, 270_000], 'MI325X', 'MI325X OAM'),
  amd(1_300_000, [190_000, 200_000], 'MI300X', 'MI300X OAM'),
  // The tool lists each of the two dies of a card as a device, and the figure is of one.
  amd(191_500, [65_000, 66_000], 'MI250X', 'MI250X OAM'),
];

/** What is known of a device, for its figures. */
export interface Known {
  vendor: string;
  model: string;
  memoryMib: number | null;
}

const byName = new Map(
  rows.flatMap((row) => row.names.map((name) => [`${row.vendor} ${name.toLowerCase()}`, row] as const)),
);

function plain(model: string): string {
  return model.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** Peak figures of a whole device; none when its model is not in the table under this very name. */
export function throughputOf({ vendor, model, memoryMib }: Known): Throughput[] {
  const row = byName.get(`${vendor} ${plain(model)}`);
  if (!row) return [];
  const { gigaFlops, source, memoryMib: [min, max] = [0, Number.POSITIVE_INFINITY] } = row;
  if (row.memoryMib && (memoryMib === null || memoryMib < min || memoryMib > max)) return [];
  return ['bf16', 'fp16'].map((precision) => ({ precision, gigaFlops, dense: true, source }));
}

/** Architectures by NVIDIA's compute capability (CUDA C++ Programming Guide, "Compute Capabilities"). */
const byCapability: readonly [pattern: RegExp, name: string][] = [
  [/^5\.\d$/, 'Maxwell'],
  [/^6\.\d$/, 'Pascal'],
  [/^7\.[02]$/, 'Volta'],
  [/^7\.5$/, 'Turing'],
  [/^8\.[067]$/, 'Ampere'],
  [/^8\.9$/, 'Ada Lovelace'],
  [/^9\.0$/, 'Hopper'],
  [/^1[012]\.\d$/, 'Blackwell'],
];

/** Architectures where a name of the vendor's belongs to one only; the number ends there, so `A1000` is no `A100`. */
const byModel: Readonly<Record<string, readonly [pattern: RegExp, name: string][]>> = {
  nvidia: [
    [/^(?:nvidia )?(?:b200|b300|gb200|gb300)\b/, 'Blackwell'],
    [/^(?:nvidia )?(?:h100|h200|h800|h20|gh200)\b/, 'Hopper'],
    [/^(?:nvidia )?(?:l4|l20|l40|l40s)\b/, 'Ada Lovelace'],
    [/^(?:nvidia )?(?:a2|a10|a10g|a16|a30|a40|a100|a800)\b/, 'Ampere'],
    [/^(?:nvidia )?(?:tesla )?t4\b/, 'Turing'],
    [/^(?:nvidia )?(?:tesla )?v100s?\b/, 'Volta'],
    [/^(?:nvidia )?(?:tesla )?p(?:4|40|100)\b/, 'Pascal'],
  ],
  amd: [
    [/^(?:amd )?instinct mi355x?\b/, 'CDNA 4'],
    [/^(?:amd )?instinct mi3(?:00|25)[ax]\b/, 'CDNA 3'],
    [/^(?:amd )?instinct mi2(?:10|50|50x)\b/, 'CDNA 2'],
    [/^(?:amd )?instinct mi100\b/, 'CDNA'],
  ],
  ascend: [[/^(?:ascend ?)?(?:310p?\d?|910[abc]\w{0,2})$/, 'Da Vinci']],
  cambricon: [
    [/^mlu370-/, 'MLUarch03'],
    [/^mlu2[279]0/, 'MLUarch02'],
  ],
};

/** The architecture's name: the tool's own word first, then what the compute capability or the model tells; '' unknown. */
export function architectureOf(known: {
  vendor: string;
  model: string;
  architecture: string | null | undefined;
  computeCapability: string | null | undefined;
}): string {
  if (known.architecture) return known.architecture;
  const capability = known.vendor === 'nvidia' ? known.computeCapability?.trim() : undefined;
  const table = capability ? byCapability : (byModel[known.vendor] ?? []);
  const word = capability ?? plain(known.model);
  return table.find(([pattern]) => pattern.test(word))?.[1] ?? '';
}

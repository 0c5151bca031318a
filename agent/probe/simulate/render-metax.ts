/** What `mx-smi` 2.2.9 prints for stand-in cards: the table and `topo -m`. Pure. Formats: docs/vendors.md. A lost card
 * has no public capture: its state is `Unavailable` and its values are N/A. */
import { simulatedVersions } from './profiles.ts';
import type { CardView, Rendered, ToolView } from './state.ts';

const { driver, runtime, tool } = simulatedVersions['mx-smi'];
const bar = `+${'-'.repeat(81)}+`;
const rule = '+------------------+-----------------+---------------------+----------------------+';

const full = (text: string): string => `| ${text.padEnd(79)} |`;

function cells(...[board = '', gpu = '', bus = '', state = '']: string[]): string {
  return `| ${board.padEnd(16)} | ${gpu.padEnd(15)} | ${bus.padEnd(19)} | ${state.padEnd(20)} |`;
}

function between(left: string, right: string, width: number): string {
  return left + right.padStart(width - left.length);
}

function tableRows(view: CardView): string[] {
  const { card, values } = view;
  const or = (text: string): string => (view.notAvailable || view.lost ? 'NA' : text);
  const state = view.lost ? 'Unavailable' : 'Available';
  return [
    cells(
      between(String(card.index), card.model, 16),
      between(String(card.index), 'Off', 15),
      card.busAddress.toLowerCase(),
      between(or(`${values.utilizationPct}%`), 'Disabled', 20),
    ),
    cells(
      `${or(`${Math.round(values.powerW)}W`)} / ${card.limitW}W`,
      between(or(`${values.temperatureC}C`), 'P0', 15),
      `${or(String(values.memoryUsedMib))}/${card.memoryMib} MiB`,
      state,
    ),
    rule,
  ];
}

function table({ cards, wallMs }: ToolView): string[] {
  return [
    'mx-smi  version: 2.2.9',
    '',
    '=================== MetaX System Management Interface Log ===================',
    `${'Timestamp'.padEnd(50)}: ${new Date(wallMs).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1 $3 $2 $5 $4')}`,
    '',
    `${'Attached GPUs'.padEnd(50)}: ${cards.length}`,
    bar,
    full(`${`MX-SMI ${tool}`.padEnd(35)}Kernel Mode Driver Version: ${driver}`),
    full(`${`MACA Version: ${runtime}`.padEnd(35)}BIOS Version: 1.30.0.0`),
    rule.replace(/^\+/, '|').replace(/\+$/, '|'),
    cells('Board       Name', 'GPU   Persist-M', 'Bus-id', 'GPU-Util      sGPU-M'),
    cells('Pwr:Usage/Cap', 'Temp       Perf', 'Memory-Usage', 'GPU-State'),
    rule.replaceAll('-', '=').replace(/^\+/, '|').replace(/\+$/, '|'),
    ...cards.flatMap(tableRows),
    '',
    bar,
    full('Process:'),
    full(' GPU                    PID         Process Name                 GPU Memory'),
    full('                                                                 Usage(MiB)'),
    `|${'='.repeat(81)}|`,
    full(' no process found'),
    bar,
  ];
}

function topology({ cards }: ToolView): string[] {
  const name = ({ card }: CardView): string => `GPU${card.index}`;
  return [
    `        ${[...cards.map(name), 'Node Affinity', 'CPU Affinity'].map((word) => word.padEnd(8)).join('')}`.trimEnd(),
    ...cards.map((row) =>
      [
        name(row),
        ...cards.map((column) => (column === row ? 'X' : 'MX')),
        String(row.card.numaNode),
        row.card.cpuAffinity,
      ]
        .map((word) => word.padEnd(8))
        .join('')
        .trimEnd(),
    ),
    '',
    'Legend:',
    '  X    = Self',
    '  MX   = Connection traversing MetaXLink',
  ];
}

/** The answer of `mx-smi ARGS`. */
export function renderMetax(args: readonly string[], all: ToolView): Rendered {
  if (all.broken) return { stdout: 'Failed to initialize MXSML: driver is not loaded\n', code: 1 };
  if (all.cards.length === 0) return { stdout: 'No devices were found\n', code: 1 };
  const lines = args[0] === 'topo' ? topology(all) : args.length === 0 ? table(all) : undefined;
  if (lines === undefined) return { stdout: `mx-smi: unknown option ${args[0]}\n`, code: 2 };
  return { stdout: lines.map((line) => `${line}\n`).join(''), code: 0 };
}

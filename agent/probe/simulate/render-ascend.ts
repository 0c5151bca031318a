/**
 * What `npu-smi` 24.1 prints for stand-in 910B cards (one chip per card). Pure. Formats: docs/vendors.md.
 */
import { simulatedVersions } from './profiles.ts';
import type { CardView, Rendered, ToolView } from './state.ts';

const { driver, firmware } = simulatedVersions['npu-smi'];
const heavy =
  '+===========================+===============+====================================================+';
const light =
  '+---------------------------+---------------+----------------------------------------------------+';

const ok = (lines: readonly string[]): Rendered => ({ stdout: `${lines.join('\n')}\n`, code: 0 });
const pair = (key: string, value: string | number): string => `${key.padEnd(31)}: ${value}`;
const inner = (key: string, value: string | number): string => `        ${pair(key, value)}`;

function health(view: CardView): string {
  if (view.lost) return 'Critical';
  return view.eccErrors > 0 ? 'Alarm' : 'OK';
}

function tableRows(view: CardView): string[] {
  const { card, values, notAvailable } = view;
  const gone = notAvailable || view.lost;
  const power = gone ? 'NA' : values.powerW.toFixed(1);
  const heat = gone ? 'NA' : String(values.temperatureC);
  const load = gone ? 'NA' : String(values.utilizationPct);
  const used = gone ? '0' : String(values.memoryUsedMib);
  return [
    `| ${String(card.index).padEnd(6)}${card.model.padEnd(20)}| ${health(view).padEnd(14)}| ${power.padEnd(12)}${heat.padEnd(18)}0    / 0             |`,
    `| ${'0'.padEnd(26)}| ${card.busAddress.padEnd(14)}| ${load.padEnd(12)}0    / 0          ${used.padEnd(5)}/ ${String(card.memoryMib).padEnd(14)}|`,
    heavy,
  ];
}

function table({ cards }: ToolView): Rendered {
  return ok([
    `+${'-'.repeat(96)}+`,
    `| npu-smi ${driver.padEnd(25)}Version: ${driver.padEnd(53)}|`,
    light,
    '| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|',
    '| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |',
    heavy,
    ...cards.flatMap(tableRows),
    light,
    '| NPU     Chip              | Process id    | Process name             | Process memory(MB)      |',
    heavy,
    ...cards.flatMap(({ card }) => [
      `| ${`No running processes found in NPU ${card.index}`.padEnd(95)}|`,
      heavy,
    ]),
  ]);
}

function map({ cards }: ToolView): Rendered {
  const row = (...cells: (string | number)[]): string =>
    cells
      .map((cell) => String(cell).padEnd(31))
      .join('')
      .trimEnd();
  return ok([
    row('NPU ID', 'Chip ID', 'Chip Logic ID', 'Chip Name'),
    ...cards.flatMap(({ card }, i) => [
      row(card.index, 0, i, `Ascend ${card.model}`),
      row(card.index, 1, '-', 'Mcu'),
    ]),
  ]);
}

function list({ cards }: ToolView): Rendered {
  return ok([
    inner('Total Count', cards.length),
    '',
    ...cards.flatMap(({ card }) => [inner('NPU ID', card.index), inner('Chip Count', 1), '']),
  ]);
}

function topology({ cards }: ToolView): Rendered {
  const name = ({ card }: CardView): string => `NPU${card.index}`;
  const legend = [
    '',
    'Legend:',
    '',
    '  X    = Self',
    '  SYS  = Path traversing PCIe and NUMA nodes. Nodes are connected through SMP, such as QPI, UPI.',
    '  PHB  = Path traversing PCIe and the PCIe host bridge of a CPU.',
    '  PIX  = Path traversing a single PCIe switch',
    '  PXB  = Path traversing multiple PCIe switches',
    '  HCCS = Connection traversing HCCS.',
    '  NA   = Unknown relationship.',
  ];
  return ok([
    `\t   ${cards.map((view) => name(view).padEnd(11)).join('')}CPU Affinity`,
    ...cards.map(
      (row) =>
        `${name(row).padEnd(11)}${cards.map((column) => (column === row ? 'X' : 'HCCS').padEnd(11)).join('')}${row.card.cpuAffinity}`,
    ),
    ...legend,
  ]);
}

function board({ card }: CardView): Rendered {
  return ok([
    pair('NPU ID', card.index),
    pair('Product Name', 'SIM910B3'),
    pair('Model', 'NA'),
    pair('Manufacturer', 'Huawei'),
    pair('Serial Number', card.serial),
    pair('Software Version', driver),
    pair('Firmware Version', firmware),
    pair('Compatibility', 'OK'),
    pair('Board ID', '0x34'),
    pair('PCB ID', 'A'),
    pair('BOM ID', 1),
    pair('PCIe Bus Info', card.busAddress),
    pair('Slot ID', card.index),
    pair('Class ID', 'NA'),
    pair('PCI Vendor ID', '0x19E5'),
    pair('PCI Device ID', '0xD802'),
    pair('Subsystem Vendor ID', '0x19E5'),
    pair('Subsystem Device ID', '0x4000'),
    pair('Chip Count', 1),
  ]);
}

function hbmPct({ card, values }: CardView): number {
  return Math.round((values.memoryUsedMib / card.memoryMib) * 100);
}

function usages(view: CardView): Rendered {
  const measured = (value: number): string => (view.notAvailable ? 'NA' : String(value));
  return ok([
    pair('NPU ID', view.card.index),
    pair('Chip Count', 1),
    '',
    pair('DDR Capacity(MB)', 0),
    pair('DDR Usage Rate(%)', 0),
    pair('DDR Hugepages Total(page)', 0),
    pair('DDR Hugepages Usage Rate(%)', 0),
    pair('HBM Capacity(MB)', view.card.memoryMib),
    pair('HBM Usage Rate(%)', measured(hbmPct(view))),
    pair('Aicore Usage Rate(%)', measured(view.values.utilizationPct)),
    pair('Aivector Usage Rate(%)', 0),
    pair('Aicpu Usage Rate(%)', 0),
    pair('Ctrlcpu Usage Rate(%)', 1),
    pair('DDR Bandwidth Usage Rate(%)', 0),
    pair('HBM Bandwidth Usage Rate(%)', measured(view.values.memoryUtilizationPct)),
    pair('Chip ID', 0),
  ]);
}

function common(view: CardView): Rendered {
  const measured = (value: number | string): string => (view.notAvailable ? 'NA' : String(value));
  return ok([
    inner('NPU ID', view.card.index),
    inner('Chip Count', 1),
    '',
    inner('Chip ID', 0),
    inner('Memory Usage Rate(%)', 0),
    inner('HBM Usage Rate(%)', measured(hbmPct(view))),
    inner('Aicore Usage Rate(%)', measured(view.values.utilizationPct)),
    inner('Aicore Freq(MHZ)', 1800),
    inner('Aicore curFreq(MHZ)', measured(view.values.utilizationPct > 0 ? 1800 : 800)),
    inner('Aicore Count', 20),
    inner('Temperature(C)', measured(view.values.temperatureC)),
    inner('NPU Real-time Power(W)', measured(view.values.powerW.toFixed(1))),
    '',
    inner('Chip Name', 'mcu'),
    inner('Temperature(C)', 38),
  ]);
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

/** The answer of `npu-smi ARGS`. */
export function renderAscend(args: readonly string[], all: ToolView): Rendered {
  if (args[0] === '-v') return ok([`npu-smi version: ${driver}`]);
  if (all.broken || all.cards.length === 0)
    return { stdout: 'dcmi module initialize failed. ret is -8005\n', code: 1 };
  if (args[0] !== 'info') return { stdout: 'Error parameter. Use "npu-smi -h".\n', code: 1 };
  if (args.includes('-m')) return map(all);
  if (args.includes('-l')) return list(all);
  const kind = option(args, '-t');
  if (kind === undefined) return table(all);
  if (kind === 'topo') return topology(all);
  const view = all.cards.find(({ card }) => String(card.index) === option(args, '-i'));
  if (!view) return { stdout: 'Error parameter of -i. Use "npu-smi -h".\n', code: 1 };
  switch (kind) {
    case 'board':
      return board(view);
    case 'usages':
      return usages(view);
    case 'common':
      return common(view);
    default:
      return { stdout: `Error parameter of -t. Use "npu-smi -h".\n`, code: 1 };
  }
}

/**
 * What `cnmon` 5.10 prints for stand-in MLU370 cards. Pure. Table and `info` follow captures; `topo -m` and `version`
 * have no public capture and are our best guess. A vanished or lost card's output has none either: the card is left out,
 * or all its values are N/A.
 */
import { simulatedVersions } from './profiles.ts';
import type { CardView, Rendered, ToolView } from './state.ts';

const { driver, firmware } = simulatedVersions.cnmon;
const rule = '+-------------------------------+----------------------+-----------------------+';
const bar = `+${'-'.repeat(78)}+`;

const ok = (lines: readonly string[]): Rendered => ({ stdout: `${lines.join('\n')}\n`, code: 0 });

/** True when nothing can be measured. */
const silent = (view: CardView): boolean => view.lost || view.notAvailable;

function tableRows(view: CardView): string[] {
  const { card, values } = view;
  const load = silent(view) ? 'N/A' : `${values.utilizationPct}%`;
  const heat = silent(view) ? 'N/A' : `${values.temperatureC}C`;
  const power = silent(view) ? 'N/A' : `${Math.round(values.powerW)} W`;
  const used = silent(view) ? 'N/A' : `${values.memoryUsedMib} MiB`;
  const cap = `${card.limitW} W`;
  const total = `${card.memoryMib} MiB`;
  const errors = view.eccErrors > 0 ? String(view.eccErrors) : 'N/A';
  return [
    `| ${String(card.index).padEnd(6)}/   ${card.model.padEnd(12)}${firmware.padStart(7)} | ${card.busAddress.padStart(20)} | ${load.padEnd(5)}${errors.padStart(16)} |`,
    `|  0% ${heat.padStart(5)}  ${power.padStart(11)}/ ${cap} | ${used.padStart(9)}/ ${total} | FULL${'Default'.padStart(17)} |`,
    rule,
  ];
}

function table({ cards, wallMs }: ToolView): Rendered {
  return ok([
    new Date(wallMs).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1 $3 $2 $5 $4'),
    bar,
    `| CNMON ${driver.padEnd(55)}${`Driver ${driver}`.padStart(15)} |`,
    rule,
    '| Card  VF  Name       Firmware |               Bus-Id | Util        Ecc-Error |',
    '| Fan   Temp      Pwr:Usage/Cap |         Memory-Usage | Mode     Compute-Mode |',
    '|===============================+======================+=======================|',
    ...cards.flatMap(tableRows),
    '',
    bar,
    '| Processes:                                                                   |',
    '|  Card  MI  PID     Command Line                             MLU Memory Usage |',
    '|==============================================================================|',
    '|  No running processes found                                                  |',
    bar,
  ]);
}

const pair = (depth: number, key: string, value: string | number): string =>
  `${' '.repeat(4 * depth)}${key.padEnd(35 - 4 * depth)}: ${value}`;

function block(view: CardView): string[] {
  const { card, values } = view;
  const measured = (text: string): string => (silent(view) ? 'N/A' : text);
  const [domain = '0000', bus = '00'] = card.busAddress.split(':');
  return [
    `Card ${card.index}`,
    pair(1, 'Product Name', card.model),
    pair(1, 'UUID', card.uuid),
    pair(1, 'SN', card.serial),
    pair(1, 'Firmware', firmware),
    pair(1, 'Driver', driver),
    pair(1, 'Compute Mode', 'Default'),
    pair(1, 'Health State', view.lost || view.eccErrors > 0 ? 'Bad' : 'Good'),
    '    PCI',
    pair(2, 'Domain ID', domain),
    pair(2, 'Bus num', bus),
    pair(2, 'Device', '00'),
    pair(2, 'Function', '0'),
    '    Utilization',
    pair(2, 'MLU Average', measured(`${values.utilizationPct} %`)),
    '    Temperature',
    pair(2, 'Board', measured(`${values.temperatureC - 3} C`)),
    pair(2, 'Chip', measured(`${values.temperatureC} C`)),
    pair(2, 'Memory', measured(`${values.memoryTemperatureC} C`)),
    '    Physical Memory Usage',
    pair(2, 'Total', `${card.memoryMib} MiB`),
    pair(2, 'Used', measured(`${values.memoryUsedMib} MiB`)),
    pair(2, 'Free', measured(`${card.memoryMib - values.memoryUsedMib} MiB`)),
    '    Power',
    pair(2, 'Usage', measured(`${Math.round(values.powerW)} W`)),
    pair(2, 'Cap', `${card.limitW} W`),
    '',
  ];
}

function json({ cards }: ToolView): string {
  const info = cards.map((view) => {
    const { card, values } = view;
    const [domain = '0000', bus = '00'] = card.busAddress.split(':');
    return {
      CardNum: card.index,
      ProductName: card.model,
      UUID: card.uuid,
      PhysicalMemUsage: { Total: card.memoryMib, Used: silent(view) ? 'N/A' : values.memoryUsedMib },
      Temperature: { Chip: silent(view) ? 'N/A' : values.temperatureC },
      Utilization: { MLUAverage: silent(view) ? 'N/A' : values.utilizationPct },
      PCI: { DomainID: domain, Bus: bus, Device: '00', Function: '0' },
    };
  });
  return `${JSON.stringify({ CnmonInfo: info }, null, 4)}\n`;
}

function topology({ cards }: ToolView): Rendered {
  const name = ({ card }: CardView): string => `Card${card.index}`;
  return ok([
    `\t${[...cards.map(name), 'CPU Affinity'].join('\t')}`,
    ...cards.map((row) =>
      [name(row), ...cards.map((column) => (column === row ? 'X' : 'MLK')), row.card.cpuAffinity].join('\t'),
    ),
    '',
    'Legend:',
    '',
    '  X    = Self',
    '  MLK  = Connection traversing MLULink',
  ]);
}

/** The answer of `cnmon ARGS`. */
export function renderCambricon(args: readonly string[], all: ToolView): Rendered {
  if (all.broken) return { stdout: 'Failed to init CNDev library\n', code: 1 };
  if (all.cards.length === 0) return { stdout: 'No MLU device found\n', code: 1 };
  const [command] = args;
  if (command === undefined) return table(all);
  if (command === 'version') return ok([`CNMON version : ${driver}`, `Driver version : ${driver}`]);
  if (command === 'topo') return topology(all);
  if (command !== 'info') return { stdout: `cnmon: unknown command ${command}\n`, code: 1 };
  const at = args.indexOf('-c');
  const cards = all.cards.filter(({ card }) => at < 0 || String(card.index) === args[at + 1]);
  // Found in use by others: the JSON goes to a file in the working directory, not to stdout.
  if (args.includes('-j'))
    return {
      ...ok(['The file cnmon_info.json has been created.']),
      files: { 'cnmon_info.json': json({ ...all, cards }) },
    };
  return ok(cards.flatMap(block));
}

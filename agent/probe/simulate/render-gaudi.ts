/** What `hl-smi` 1.19 prints for stand-in cards: the CSV query, looping with `-l`, and the table. Pure. Formats:
 * docs/vendors.md. A lost card has no public capture: all its values are N/A. */
import { hexOf, simulatedVersions } from './profiles.ts';
import type { CardView, Rendered, ToolView } from './state.ts';

const { driver, tool } = simulatedVersions['hl-smi'];
const rule = '|-------------------------------+----------------------+----------------------+';

const gone = (view: CardView): boolean => view.notAvailable || view.lost;

const fields: Readonly<Record<string, (view: CardView) => string>> = {
  index: ({ card }) => String(card.index),
  uuid: ({ card }) => `01P0-HL2080A0-15-${hexOf(card.uuid).slice(0, 6).toUpperCase()}-0${card.index}-00-00`,
  name: ({ card }) => card.model,
  bus_id: ({ card }) => card.busAddress.toLowerCase(),
  driver_version: () => driver,
  'memory.total': ({ card }) => `${card.memoryMib} MiB`,
  'memory.used': (view) => (gone(view) ? 'N/A' : `${view.values.memoryUsedMib} MiB`),
  'memory.free': (view) => (gone(view) ? 'N/A' : `${view.card.memoryMib - view.values.memoryUsedMib} MiB`),
  'power.draw': (view) => (gone(view) ? 'N/A' : `${Math.round(view.values.powerW)} W`),
  'power.max': ({ card }) => `${card.limitW} W`,
  'temperature.aip': (view) => (gone(view) ? 'N/A' : `${view.values.temperatureC} C`),
  'utilization.aip': (view) => (gone(view) ? 'N/A' : `${view.values.utilizationPct} %`),
};

function query(names: readonly string[], format: string, { cards }: ToolView): Rendered {
  const unknown = names.find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) return { stdout: `Error: "${unknown}" is not a valid query\n`, code: 1 };
  const rows = cards.map((view) => names.map((name) => fields[name]?.(view) ?? '').join(', '));
  const head = format.includes('noheader') ? [] : [names.join(', ')];
  return { stdout: [...head, ...rows].map((row) => `${row}\n`).join(''), code: 0 };
}

function tableRows(view: CardView): string[] {
  const { card, values } = view;
  const or = (text: string): string => (gone(view) ? 'N/A' : text);
  const power = `${or(`${Math.round(values.powerW)}W`)} / ${card.limitW}W`;
  const memory = `${or(`${values.memoryUsedMib}MiB`)} / ${card.memoryMib}MiB`;
  return [
    `| ${String(card.index).padStart(3)}  ${card.model.padEnd(21)}N/A | ${card.busAddress.toLowerCase()}     N/A | ${String(view.eccErrors).padStart(19)}  |`,
    `| N/A  ${or(`${values.temperatureC}C`).padStart(4)}   N/A  ${power.padStart(13)} |${memory.padStart(21)} | ${or(`${values.utilizationPct}%`).padStart(7)}           N/A |`,
    rule,
  ];
}

function table({ cards }: ToolView): Rendered {
  const wide = '-'.repeat(77);
  const lines = [
    `+${wide}+`,
    `| HL-SMI Version: ${tool.padStart(48)}          |`.padEnd(78) + '|',
    `| Driver Version: ${driver.padStart(48)}          |`.padEnd(78) + '|',
    rule,
    '| AIP  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |',
    '| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | AIP-Util  Compute M. |',
    '|===============================+======================+======================|',
    ...cards.flatMap(tableRows),
    '| Compute Processes:                                               AIP Memory |',
    '|  AIP       PID   Type   Process name                             Usage      |',
    `|${'='.repeat(77)}|`,
    ...cards.map(
      ({ card }) =>
        `| ${String(card.index).padStart(3)}        N/A   N/A    N/A                                      N/A        |`,
    ),
    `+${'='.repeat(77)}+`,
  ];
  return { stdout: lines.map((line) => `${line}\n`).join(''), code: 0 };
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

/** The answer of `hl-smi ARGS`. */
export function renderGaudi(args: readonly string[], all: ToolView): Rendered {
  if (all.broken || all.cards.length === 0)
    return { stdout: 'Failed to initialize: the habanalabs driver is not loaded\n', code: 1 };
  const queried = option(args, '-Q');
  if (queried === undefined)
    return args.length === 0 ? table(all) : { stdout: 'Error: bad usage\n', code: 1 };
  const rendered = query(queried.split(','), option(args, '-f') ?? '', all);
  const seconds = Number(option(args, '-l'));
  return seconds > 0 && rendered.code === 0 ? { ...rendered, loopMs: seconds * 1000 } : rendered;
}

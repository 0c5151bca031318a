/**
 * What `nvidia-smi` 550 prints for stand-in cards: query CSV, XML, table, list and link matrix. Pure. Formats:
 * docs/vendors.md; values: `state.ts`.
 */
import { simulatedVersions } from './profiles.ts';
import type { CardView, Rendered, ToolView } from './state.ts';
import { nvidiaTable } from './render-nvidia-table.ts';
import { nvidiaXml } from './render-nvidia-xml.ts';

const { driver, runtime } = simulatedVersions['nvidia-smi'];

/** The bus address as this tool prints it: with eight digits of domain. */
function longAddress(view: CardView): string {
  return `0000${view.card.busAddress}`;
}

/** Compute capability by the card's name. */
function capability(view: CardView): string {
  return view.card.model.includes('H100') ? '9.0' : '8.0';
}

const partitioned = (view: CardView): boolean => view.card.partitions.length > 0;

interface Field {
  unit?: string;
  value(view: CardView, all: ToolView): string | number;
  /** Becomes N/A with the `na` fault. */
  measured?: true;
}

const measured = (unit: string, value: Field['value']): Field => ({ unit, value, measured: true });
const plain = (value: Field['value']): Field => ({ value });
const memory = (value: (view: CardView) => number): Field => ({ unit: 'MiB', value });
const reservedMib = 551;

/** Fields of `--query-gpu`, in the spelling of the help text. */
const fields: Readonly<Record<string, Field>> = {
  timestamp: plain((_, all) => stamp(all.wallMs)),
  driver_version: plain(() => driver),
  count: plain((_, all) => all.cards.length),
  name: plain((view) => view.card.model),
  serial: plain((view) => view.card.serial),
  uuid: plain((view) => `GPU-${view.card.uuid}`),
  'pci.bus_id': plain(longAddress),
  'pci.domain': plain(() => '0x0000'),
  'pci.bus': plain((view) => `0x${view.card.busAddress.slice(5, 7)}`),
  'pci.device': plain(() => '0x00'),
  'pci.device_id': plain((view) => (view.card.model.includes('H100') ? '0x233010DE' : '0x20B210DE')),
  'pcie.link.gen.current': plain((view) => (view.card.model.includes('H100') ? 5 : 4)),
  'pcie.link.gen.max': plain((view) => (view.card.model.includes('H100') ? 5 : 4)),
  'pcie.link.width.current': plain(() => 16),
  'pcie.link.width.max': plain(() => 16),
  index: plain((view) => view.card.index),
  persistence_mode: plain(() => 'Enabled'),
  vbios_version: plain(() => '96.00.74.00.01'),
  'fan.speed': { unit: '%', value: () => '[N/A]' },
  pstate: plain(() => 'P0'),
  'memory.total': memory((view) => view.card.memoryMib),
  'memory.reserved': memory(() => reservedMib),
  'memory.used': measured('MiB', (view) => view.values.memoryUsedMib),
  'memory.free': measured('MiB', (view) => view.card.memoryMib - reservedMib - view.values.memoryUsedMib),
  compute_mode: plain(() => 'Default'),
  compute_cap: plain(capability),
  'utilization.gpu': measured('%', (view) => (partitioned(view) ? '[N/A]' : view.values.utilizationPct)),
  'utilization.memory': measured('%', (view) =>
    partitioned(view) ? '[N/A]' : view.values.memoryUtilizationPct,
  ),
  'ecc.mode.current': plain(() => 'Enabled'),
  'ecc.mode.pending': plain(() => 'Enabled'),
  'ecc.errors.corrected.volatile.total': plain(() => 0),
  'ecc.errors.corrected.aggregate.total': plain(() => 0),
  'ecc.errors.uncorrected.volatile.total': plain((view) => view.eccErrors),
  'ecc.errors.uncorrected.aggregate.total': plain((view) => view.eccErrors),
  'retired_pages.single_bit_ecc.count': plain(() => '[N/A]'),
  'retired_pages.double_bit.count': plain(() => '[N/A]'),
  'retired_pages.pending': plain(() => '[N/A]'),
  'remapped_rows.correctable': plain(() => 0),
  'remapped_rows.uncorrectable': plain((view) => (view.eccErrors > 0 ? 1 : 0)),
  'remapped_rows.pending': plain((view) => (view.eccErrors > 0 ? 'Yes' : 'No')),
  'remapped_rows.failure': plain(() => 'No'),
  'temperature.gpu': measured('', (view) => view.values.temperatureC),
  'temperature.gpu.tlimit': measured('', (view) => 87 - view.values.temperatureC),
  'temperature.memory': measured('', (view) => view.values.memoryTemperatureC),
  'power.management': plain(() => 'Enabled'),
  'power.draw': measured('W', (view) => view.values.powerW.toFixed(2)),
  'power.draw.average': measured('W', (view) => view.values.powerW.toFixed(2)),
  'power.draw.instant': measured('W', (view) => view.values.powerW.toFixed(2)),
  'power.limit': { unit: 'W', value: (view) => view.card.limitW.toFixed(2) },
  'enforced.power.limit': { unit: 'W', value: (view) => view.card.limitW.toFixed(2) },
  'power.default_limit': { unit: 'W', value: (view) => view.card.limitW.toFixed(2) },
  'power.max_limit': { unit: 'W', value: (view) => view.card.limitW.toFixed(2) },
  'clocks.current.graphics': measured('MHz', (view) => view.values.clockMhz),
  'clocks.current.sm': measured('MHz', (view) => view.values.clockMhz),
  'clocks.current.memory': measured('MHz', () => 2619),
  'clocks.max.graphics': { unit: 'MHz', value: () => 1980 },
  'clocks.max.sm': { unit: 'MHz', value: () => 1980 },
  'clocks.max.memory': { unit: 'MHz', value: () => 2619 },
  'clocks_event_reasons.active': plain((view) =>
    view.values.utilizationPct > 0 ? '0x0000000000000000' : '0x0000000000000001',
  ),
  'clocks_event_reasons.gpu_idle': plain((view) =>
    view.values.utilizationPct > 0 ? 'Not Active' : 'Active',
  ),
  'clocks_event_reasons.sw_power_cap': plain(() => 'Not Active'),
  'clocks_event_reasons.hw_slowdown': plain(() => 'Not Active'),
  'clocks_event_reasons.hw_thermal_slowdown': plain(() => 'Not Active'),
  'clocks_event_reasons.hw_power_brake_slowdown': plain(() => 'Not Active'),
  'clocks_event_reasons.sw_thermal_slowdown': plain(() => 'Not Active'),
  'mig.mode.current': plain((view) => (partitioned(view) ? 'Enabled' : 'Disabled')),
  'mig.mode.pending': plain((view) => (partitioned(view) ? 'Enabled' : 'Disabled')),
};

/** Other spellings that the tool takes. */
const aliases: Readonly<Record<string, string>> = {
  gpu_name: 'name',
  gpu_serial: 'serial',
  gpu_uuid: 'uuid',
  gpu_bus_id: 'pci.bus_id',
  'clocks.gr': 'clocks.current.graphics',
  'clocks.sm': 'clocks.current.sm',
  'clocks.mem': 'clocks.current.memory',
  'clocks_throttle_reasons.active': 'clocks_event_reasons.active',
  'clocks_throttle_reasons.gpu_idle': 'clocks_event_reasons.gpu_idle',
  'clocks_throttle_reasons.hw_slowdown': 'clocks_event_reasons.hw_slowdown',
  'clocks_throttle_reasons.hw_thermal_slowdown': 'clocks_event_reasons.hw_thermal_slowdown',
  'clocks_throttle_reasons.hw_power_brake_slowdown': 'clocks_event_reasons.hw_power_brake_slowdown',
  'clocks_throttle_reasons.sw_thermal_slowdown': 'clocks_event_reasons.sw_thermal_slowdown',
  'clocks_throttle_reasons.sw_power_cap': 'clocks_event_reasons.sw_power_cap',
};

function stamp(wallMs: number): string {
  return new Date(wallMs).toISOString().replaceAll('-', '/').replace('T', ' ').slice(0, 23);
}

/** `--key=value` or `-k value`. */
function option(args: readonly string[], ...names: string[]): string | undefined {
  for (const [i, arg] of args.entries()) {
    if (names.includes(arg)) return args[i + 1] ?? '';
    const name = names.find((each) => each.startsWith('--') && arg.startsWith(`${each}=`));
    if (name !== undefined) return arg.slice(name.length + 1);
  }
  return undefined;
}

function cell(field: Field, view: CardView, all: ToolView, units: boolean): string {
  const value = field.measured && view.notAvailable ? '[N/A]' : String(field.value(view, all));
  return units && field.unit && !value.startsWith('[') ? `${value} ${field.unit}` : value;
}

const lostLine = (view: CardView): string =>
  `Unable to determine the device handle for GPU${view.card.index}: ${longAddress(view)}: Unknown Error`;

function query(names: readonly string[], args: readonly string[], all: ToolView): Rendered {
  const chosen: [string, Field][] = [];
  for (const name of names) {
    const field = fields[aliases[name] ?? name];
    if (!field) return { stdout: `Field "${name}" is not a valid field to query.\n\n`, code: 2 };
    chosen.push([name, field]);
  }
  const format = (option(args, '--format') ?? '').split(',');
  if (!format.includes('csv')) return { stdout: '"--format=" must be given.\n', code: 2 };
  const head = chosen.map(([name, { unit }]) => (unit ? `${name} [${unit}]` : name)).join(', ');
  const rows = all.cards.map((view) =>
    view.lost
      ? lostLine(view)
      : chosen.map(([, field]) => cell(field, view, all, !format.includes('nounits'))).join(', '),
  );
  const text = [...(format.includes('noheader') ? [] : [head]), ...rows].map((row) => `${row}\n`).join('');
  return { stdout: text, code: all.cards.some((view) => view.lost) ? 15 : 0 };
}

function list(all: ToolView): Rendered {
  const lines = all.cards.flatMap((view) =>
    view.lost
      ? [lostLine(view)]
      : [
          `GPU ${view.card.index}: ${view.card.model} (UUID: GPU-${view.card.uuid})`,
          ...view.card.partitions.map(
            (part, i) =>
              `  MIG ${part.profile.padEnd(12)}Device ${String(i).padStart(2)}: (UUID: MIG-${part.uuid})`,
          ),
        ],
  );
  return { stdout: lines.map((line) => `${line}\n`).join(''), code: 0 };
}

const topologyLegend = `
Legend:

  X    = Self
  SYS  = Connection traversing PCIe as well as the SMP interconnect between NUMA nodes (e.g., QPI/UPI)
  NODE = Connection traversing PCIe as well as the interconnect between PCIe Host Bridges within a NUMA node
  PHB  = Connection traversing PCIe as well as a PCIe Host Bridge (typically the CPU)
  PXB  = Connection traversing multiple PCIe bridges (without traversing the PCIe Host Bridge)
  PIX  = Connection traversing at most a single PCIe bridge
  NV#  = Connection traversing a bonded set of # NVLinks
`;

function topology({ cards }: ToolView): Rendered {
  const names = cards.map((view) => `GPU${view.card.index}`);
  const word = cards.some((view) => view.card.model.includes('H100')) ? 'NV18' : 'NV12';
  const rows = cards.map((view, row) =>
    [
      names[row],
      ...cards.map((_, column) => (column === row ? ' X ' : word)),
      view.card.cpuAffinity,
      view.card.numaNode,
      '\tN/A',
    ].join('\t'),
  );
  const head = `\t\u001b[4m${[...names, 'CPU Affinity', 'NUMA Affinity', 'GPU NUMA ID'].join('\t')}\u001b[0m`;
  return { stdout: `${[head, ...rows].join('\n')}\n${topologyLegend}`, code: 0 };
}

const noDriver =
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA " +
  'driver is installed and running.\n\n';

function answer(args: readonly string[], view: ToolView): Rendered {
  const queried = option(args, '--query-gpu');
  if (queried !== undefined)
    return query(
      queried.split(',').map((name) => name.trim()),
      args,
      view,
    );
  if (args.includes('--help-query-gpu'))
    return {
      stdout: `${Object.keys(fields)
        .map((name) => `"${name}"\n`)
        .join('\n')}\n`,
      code: 0,
    };
  if (args.some((arg) => arg.startsWith('--query-compute-apps'))) return { stdout: '', code: 0 };
  if (args.includes('-L') || args.includes('--list-gpus')) return list(view);
  if (args[0] === 'topo') return topology(view);
  if (args.includes('-x') || args.includes('--xml-format')) return { stdout: nvidiaXml(view), code: 0 };
  if (args.length === 0 || option(args, '-l', '--loop', '-lms') !== undefined)
    return { stdout: nvidiaTable(view), code: 0 };
  if (args.includes('--version'))
    return {
      stdout: `NVIDIA-SMI version  : ${driver}\nNVML version        : ${driver.slice(0, 7)}\nDRIVER version      : ${driver}\nCUDA Version        : ${runtime}\n`,
      code: 0,
    };
  return {
    stdout: `Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n\n`,
    code: 2,
  };
}

/** The answer of `nvidia-smi ARGS`. */
export function renderNvidia(args: readonly string[], all: ToolView): Rendered {
  if (all.broken) return { stdout: noDriver, code: 9 };
  if (all.cards.length === 0) return { stdout: 'No devices were found\n', code: 6 };
  const id = option(args, '-i', '--id');
  const chosen = all.cards.filter(
    (view) => id === undefined || [String(view.card.index), `GPU-${view.card.uuid}`].includes(id),
  );
  const rendered = answer(args, { ...all, cards: chosen });
  const everyMs = Number(option(args, '-lms', '--loop-ms') ?? Number(option(args, '-l', '--loop')) * 1000);
  // A looping query goes on after a lost card, whatever code it would have ended with.
  return everyMs > 0 && rendered.code !== 2 ? { ...rendered, code: 0, loopMs: everyMs } : rendered;
}

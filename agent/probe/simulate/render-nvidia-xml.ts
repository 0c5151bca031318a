/** `nvidia-smi -q -x` with the element names and order of driver 535 to 550 (DTD v12), shortened. Pure. */
import { simulatedVersions } from './profiles.ts';
import type { CardView, ToolView } from './state.ts';

const { driver, runtime } = simulatedVersions['nvidia-smi'];
/** An element: its name with a text, or with children. */
type Node = readonly [name: string, content: string | number | readonly Node[], attribute?: string];

function render(node: Node, depth: number): string {
  const [name, content, attribute = ''] = node;
  const pad = '\t'.repeat(depth);
  if (typeof content !== 'object') return `${pad}<${name}${attribute}>${content}</${name}>`;
  const inner = content.map((child) => render(child, depth + 1));
  return [`${pad}<${name}${attribute}>`, ...inner, `${pad}</${name}>`].join('\n');
}

function memory(name: string, total: number, reserved: number, used: number | undefined): Node {
  const free = used === undefined ? 'N/A' : `${total - reserved - used} MiB`;
  return [
    name,
    [
      ['total', `${total} MiB`],
      ['reserved', `${reserved} MiB`],
      ['used', used === undefined ? 'N/A' : `${used} MiB`],
      ['free', free],
    ],
  ];
}

function partitions({ card, values, eccErrors }: CardView): Node {
  if (card.partitions.length === 0) return ['mig_devices', 'None'];
  return [
    'mig_devices',
    card.partitions.map((part, i) => [
      'mig_device',
      [
        ['index', i],
        ['gpu_instance_id', part.gi],
        ['compute_instance_id', part.ci],
        [
          'device_attributes',
          [
            [
              'shared',
              [
                ['multiprocessor_count', part.sm],
                ['copy_engine_count', 1],
              ],
            ],
          ],
        ],
        ['ecc_error_count', [['volatile_count', [['sram_uncorrectable', eccErrors]]]]],
        memory(
          'fb_memory_usage',
          part.memoryMib,
          0,
          Math.round(values.memoryUsedMib * (part.memoryMib / card.memoryMib)),
        ),
      ],
    ]),
  ];
}

function power(name: string, draw: string, limit: string): Node {
  return [
    name,
    [
      ['power_state', 'P0'],
      ['power_draw', draw],
      ['current_power_limit', limit],
      ['requested_power_limit', limit],
      ['default_power_limit', limit],
      ['max_power_limit', limit],
    ],
  ];
}

function identity({ card }: CardView): Node[] {
  const mode = card.partitions.length > 0 ? 'Enabled' : 'Disabled';
  return [
    ['product_name', card.model],
    ['product_brand', 'NVIDIA'],
    ['product_architecture', card.model.includes('H100') ? 'Hopper' : 'Ampere'],
    ['display_mode', 'Enabled'],
    ['display_active', 'Disabled'],
    ['persistence_mode', 'Enabled'],
    ['addressing_mode', 'None'],
    [
      'mig_mode',
      [
        ['current_mig', mode],
        ['pending_mig', mode],
      ],
    ],
  ];
}

function pci({ card }: CardView): Node {
  return [
    'pci',
    [
      ['pci_bus', card.busAddress.slice(5, 7)],
      ['pci_device', '00'],
      ['pci_domain', '0000'],
      ['pci_device_id', card.model.includes('H100') ? '233010DE' : '20B210DE'],
      ['pci_bus_id', `0000${card.busAddress}`],
    ],
  ];
}

type Measured = (text: string) => string;

function load({ card, values }: CardView, measured: Measured): Node {
  const percent = (value: number): string => (card.partitions.length > 0 ? 'N/A' : measured(`${value} %`));
  return [
    'utilization',
    [
      ['gpu_util', percent(values.utilizationPct)],
      ['memory_util', percent(values.memoryUtilizationPct)],
    ],
  ];
}

function errors(uncorrected: number): Node[] {
  const counts: Node[] = [
    ['sram_correctable', 0],
    ['sram_uncorrectable_parity', 0],
    ['sram_uncorrectable_secded', uncorrected],
    ['dram_correctable', 0],
    ['dram_uncorrectable', 0],
  ];
  return [
    [
      'ecc_mode',
      [
        ['current_ecc', 'Enabled'],
        ['pending_ecc', 'Enabled'],
      ],
    ],
    [
      'ecc_errors',
      [
        ['volatile', counts],
        ['aggregate', counts],
      ],
    ],
  ];
}

function heat({ values }: CardView, measured: Measured): Node {
  return [
    'temperature',
    [
      ['gpu_temp', measured(`${values.temperatureC} C`)],
      ['gpu_temp_tlimit', measured(`${87 - values.temperatureC} C`)],
      ['gpu_temp_max_threshold', 'N/A'],
      ['gpu_temp_slow_threshold', '89 C'],
      ['gpu_temp_max_gpu_threshold', '87 C'],
      ['memory_temp', measured(`${values.memoryTemperatureC} C`)],
    ],
  ];
}

function clocks({ values }: CardView, measured: Measured): Node {
  return [
    'clocks',
    [
      ['graphics_clock', measured(`${values.clockMhz} MHz`)],
      ['sm_clock', measured(`${values.clockMhz} MHz`)],
      ['mem_clock', measured('2619 MHz')],
    ],
  ];
}

function gpu(view: CardView): Node {
  const { card, values, notAvailable, eccErrors } = view;
  const measured: Measured = (text) => (notAvailable ? 'N/A' : text);
  const idle = values.utilizationPct > 0 ? 'Not Active' : 'Active';
  const content: Node[] = [
    ...identity(view),
    partitions(view),
    ['serial', card.serial],
    ['uuid', `GPU-${card.uuid}`],
    ['minor_number', card.index],
    ['vbios_version', '96.00.74.00.01'],
    pci(view),
    ['fan_speed', 'N/A'],
    ['performance_state', 'P0'],
    ['clocks_event_reasons', [['clocks_event_reason_gpu_idle', idle]]],
    memory('fb_memory_usage', card.memoryMib, 551, notAvailable ? undefined : values.memoryUsedMib),
    memory('bar1_memory_usage', 131072, 0, 1),
    ['compute_mode', 'Default'],
    load(view, measured),
    ...errors(eccErrors),
    heat(view, measured),
    power('gpu_power_readings', measured(`${values.powerW.toFixed(2)} W`), `${card.limitW.toFixed(2)} W`),
    power('module_power_readings', 'N/A', 'N/A'),
    clocks(view, measured),
    ['processes', []],
  ];
  return ['gpu', content, ` id="0000${card.busAddress}"`];
}

/** The document. A lost card is left out, and `attached_gpus` still counts it, as the tool does. */
export function nvidiaXml(all: ToolView): string {
  const log: Node = [
    'nvidia_smi_log',
    [
      ['timestamp', new Date(all.wallMs).toUTCString()],
      ['driver_version', driver],
      ['cuda_version', runtime],
      ['attached_gpus', all.cards.length],
      ...all.cards.filter((view) => !view.lost).map(gpu),
    ],
  ];
  return `<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">\n${render(log, 0)}\n`;
}

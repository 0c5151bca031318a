/** The table that `nvidia-smi` prints without arguments, as of 550. Pure. */
import { simulatedVersions } from './profiles.ts';
import type { CardView, ToolView } from './state.ts';

const { driver, runtime } = simulatedVersions['nvidia-smi'];
const rule = '+-----------------------------------------+------------------------+----------------------+';
const bar = `+${'-'.repeat(89)}+`;

function mib(value: number): string {
  return `${value}MiB`;
}

function rows({ card, values, notAvailable, eccErrors }: CardView): string[] {
  const mig = card.partitions.length > 0;
  const bus = `0000${card.busAddress}`;
  const power = notAvailable ? 'N/A' : `${Math.round(values.powerW)}W`;
  const use = notAvailable ? 'N/A' : mib(values.memoryUsedMib);
  const load = notAvailable || mig ? 'N/A' : `${values.utilizationPct}%`;
  const heat = notAvailable ? 'N/A' : `${values.temperatureC}C`;
  const name = card.model.length > 26 ? `${card.model.slice(0, 23)}...` : card.model;
  return [
    `| ${String(card.index).padStart(3)}  ${name.padEnd(27)}    On  |   ${bus} Off | ${(mig ? 'On' : String(eccErrors)).padStart(20)} |`,
    `| N/A  ${heat.padStart(4)}    P0    ${power.padStart(15)} / ${`${card.limitW}W`.padStart(5)} | ${use.padStart(10)} / ${mib(card.memoryMib).padStart(9)} | ${load.padStart(7)}      Default |`,
    `|                                         |                        | ${(mig ? 'Enabled' : 'Disabled').padStart(20)} |`,
    rule,
  ];
}

function partitionRows(view: CardView): string[] {
  return view.card.partitions.flatMap((part, i) => {
    const widths = [3, 5, 4, 4];
    const ids = `|${[view.card.index, part.gi, part.ci, i].map((id, at) => String(id).padStart(widths[at] ?? 4)).join('')}`;
    const use = `${mib(Math.round(view.values.memoryUsedMib * (part.memoryMib / view.card.memoryMib)))} / ${mib(part.memoryMib).padStart(8)}`;
    return [
      `${ids.padEnd(19)}|${use.padStart(30)}    | ${String(part.sm).padStart(2)} ${String(view.eccErrors).padStart(6)} |  1   0    1    0    1 |`,
      `|                  |${'0MiB / 32767MiB'.padStart(30)}    |           |                       |`,
      '+------------------+----------------------------------+-----------+-----------------------+',
    ];
  });
}

const partitionHead = `${bar}
| MIG devices:                                                                            |
+------------------+----------------------------------+-----------+-----------------------+
| GPU  GI  CI  MIG |              Shared Memory-Usage |        Vol|        Shared         |
|      ID  ID  Dev |                Shared BAR1-Usage | SM     Unc| CE ENC  DEC  OFA  JPG |
|                  |                                  |        ECC|                       |
|==================+==================================+===========+=======================|`;

const processes = `
${bar}
| Processes:                                                                              |
|  GPU   GI   CI        PID   Type   Process name                              GPU Memory |
|        ID   ID                                                               Usage      |
|=========================================================================================|
|  No running processes found                                                             |
${bar}
`;

/** The whole table. A lost card is named in a line before it, as the tool does. */
export function nvidiaTable(all: ToolView): string {
  const seen = all.cards.filter((view) => !view.lost);
  const lost = all.cards
    .filter((view) => view.lost)
    .map(
      ({ card }) =>
        `Unable to determine the device handle for GPU${card.index}: 0000${card.busAddress}: Unknown Error`,
    );
  const versions = `| NVIDIA-SMI ${driver.padEnd(23)}Driver Version: ${driver.padEnd(15)}CUDA Version: ${runtime.padEnd(9)}|`;
  const partitions = seen.flatMap(partitionRows);
  return [
    ...lost,
    new Date(all.wallMs).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1 $3 $2 $5 $4'),
    bar,
    versions,
    '|-----------------------------------------+------------------------+----------------------+',
    '| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |',
    '| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |',
    '|                                         |                        |               MIG M. |',
    '|=========================================+========================+======================|',
    ...seen.flatMap(rows),
    ...(partitions.length > 0 ? ['', partitionHead, ...partitions] : []),
    processes,
  ].join('\n');
}

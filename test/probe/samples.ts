/** Outputs for the property tests, made up by us in the forms that vendor tools print: no text of anybody's machine. */

/** A sample, and how many devices it shows. */
export interface Sample {
  name: string;
  tool: string;
  args: string;
  text: string;
  devices: number;
}

const uuid = (at: number): string => `GPU-5a1b2c3${at}-1111-4222-8333-44445555666${at}`;
const bus = (at: number): string => `00000000:${(0x17 + at * 5).toString(16).toUpperCase()}:00.0`;
const cards = [0, 1, 2, 3];

function nvidiaTable(): string {
  const line = `+${'-'.repeat(41)}+${'-'.repeat(24)}+${'-'.repeat(22)}+`;
  const row = (a: string, b: string, c: string): string =>
    `| ${a.padEnd(39)} | ${b.padEnd(22)} | ${c.padStart(20)} |`;
  const card = (at: number): string[] => [
    row(`  ${at}  NVIDIA H100 80GB HBM3          On`, `  ${bus(at)} Off`, '0'),
    row(
      ` 37%   4${at}C    P0            31${at}W /  700W`,
      ` 2${at}021MiB /  81559MiB`,
      `5${at}%      Default`,
    ),
    row('', '', 'Disabled'),
    line,
  ];
  return [
    'Mon Feb  2 03:04:05 2026',
    line,
    '| NVIDIA-SMI 571.11      Driver Version: 571.11       CUDA Version: 12.9       |',
    line,
    row('GPU  Name                 Persistence-M', 'Bus-Id          Disp.A', 'Volatile Uncorr. ECC'),
    row('Fan  Temp   Perf          Pwr:Usage/Cap', 'Memory-Usage', 'GPU-Util  Compute M.'),
    row('', '', 'MIG M.'),
    line.replaceAll('-', '='),
    ...cards.flatMap(card),
    '',
    line,
    '| Processes:                                                                  |',
    '|  GPU   GI   CI        PID   Type   Process name                  GPU Memory |',
    '|=============================================================================|',
    '|    0   N/A  N/A      8765      C   /usr/bin/train                  11021MiB |',
    line,
    '',
  ].join('\n');
}

function nvidiaXml(): string {
  const gpu = (at: number): string => `  <gpu id="${bus(at)}">
    <product_name>NVIDIA A100 &amp; friends</product_name>
    <mig_mode><current_mig>Disabled</current_mig></mig_mode>
    <mig_devices>None</mig_devices>
    <uuid>${uuid(at)}</uuid>
    <minor_number>${at}</minor_number>
    <fb_memory_usage><total>40960 MiB</total><used>1${at}23 MiB</used><free>38000 MiB</free></fb_memory_usage>
    <utilization><gpu_util>4${at} %</gpu_util></utilization>
    <temperature><gpu_temp>3${at} C</gpu_temp></temperature>
    <gpu_power_readings><power_draw>20${at}.50 W</power_draw><current_power_limit>400.00 W</current_power_limit></gpu_power_readings>
    <supported_clocks><value>1410 MHz</value></supported_clocks>
  </gpu>`;
  return `<?xml version="1.0" ?>\n<nvidia_smi_log>\n  <driver_version>571.11</driver_version>\n  <attached_gpus>4</attached_gpus>\n${cards.map(gpu).join('\n')}\n</nvidia_smi_log>\n`;
}

function nvidiaText(): string {
  const gpu = (at: number): string => `GPU ${bus(at)}
    Product Name                          : NVIDIA A30
    MIG Mode
        Current                           : Disabled
    Serial Number                         : 13245${at}
    GPU UUID                              : ${uuid(at)}
    Minor Number                          : ${at}
    FB Memory Usage
        Total                             : 24576 MiB
        Used                              : 7${at}1 MiB
    Utilization
        Gpu                               : 6${at} %
    Temperature
        GPU Current Temp                  : 5${at} C
    GPU Power Readings
        Power Draw                        : 12${at}.25 W
        Current Power Limit               : 165.00 W
    Processes                             : None
`;
  return `\n==============NVSMI LOG==============\n\nDriver Version                            : 571.11\nAttached GPUs                             : 4\n${cards.map(gpu).join('\n')}`;
}

const query =
  'index,uuid,name,pci.bus_id,memory.total,memory.used,utilization.gpu,temperature.gpu,power.draw';

function nvidiaCsv(header: boolean): string {
  const rows = cards.map(
    (at) => `${at}, ${uuid(at)}, NVIDIA L40S, ${bus(at)}, 46068, 3${at}11, 7${at}, 6${at}, 21${at}.75`,
  );
  return [...(header ? [query.split(',').join(', ')] : []), ...rows, ''].join('\n');
}

function npuTable(withPhyId: boolean): string {
  const line = `+${'='.repeat(27)}+${'='.repeat(15)}+${'='.repeat(52)}+`;
  const row = (a: string, b: string, c: string): string =>
    `| ${a.padEnd(25)} | ${b.padEnd(13)} | ${c.padEnd(51)}|`;
  const chip = (at: number): string[] => [
    row(`${at}     910B7`, at === 2 ? 'Warning' : 'OK', `9${at}.5        4${at}                11   / 11`),
    row(
      `0     ${withPhyId ? at + 4 : ''}`,
      `0000:${(0xc1 + at).toString(16).toUpperCase()}:00.0`,
      `3${at}          0    / 0          2${at}345/ 65536`,
    ),
    line,
  ];
  return [
    line.replaceAll('=', '-'),
    '| npu-smi 24.9.9                   Version: 24.9.9                                               |',
    line.replaceAll('=', '-'),
    row('NPU   Name', 'Health', 'Power(W)    Temp(C)           Hugepages-Usage(page)'),
    row(`Chip  ${withPhyId ? 'Phy-ID' : ''}`, 'Bus-Id', 'AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)'),
    line,
    ...cards.flatMap(chip),
    row('NPU     Chip', 'Process id', 'Process name             | Process memory(MB)'),
    line,
    row('0       0', '4711', 'python3                  | 2211'),
    line,
    '',
  ].join('\n');
}

function npuUsages(): string {
  const chip = (at: number): string =>
    `\tDDR Capacity(MB)               : 4${at}693\n\tDDR Usage Rate(%)              : 1${at}\n\tAicore Usage Rate(%)           : 8${at}\n\tChip ID                        : ${at}\n`;
  return `\tNPU ID                         : 9\n\tChip Count                     : 2\n\n${[0, 1].map(chip).join('\n')}`;
}

function cnmonTable(): string {
  const line = `+${'-'.repeat(31)}+${'-'.repeat(22)}+${'-'.repeat(23)}+`;
  const row = (a: string, b: string, c: string): string =>
    `| ${a.padEnd(29)} | ${b.padStart(20)} | ${c.padEnd(21)} |`;
  const card = (at: number): string[] => [
    row(`${at}     /   MLU590-M9    v1.2.3`, `0000:${0x20 + at}:00.0`, `5${at}%                 0`),
    row(` 0%   4${at}C        15${at} W/ 350 W`, `6${at}12 MiB/ 98304 MiB`, 'FULL          Default'),
    line,
  ];
  return [
    line,
    '| CNMON v5.99.1                                                 Driver v5.99.1 |',
    line,
    row('Card  VF  Name       Firmware', 'Bus-Id', 'Util        Ecc-Error'),
    row('Fan   Temp      Pwr:Usage/Cap', 'Memory-Usage', 'Mode     Compute-Mode'),
    line.replaceAll('-', '='),
    ...cards.flatMap(card),
    '',
    line,
    '| Processes:                                                                   |',
    '|  Card  MI  PID     Command Line                             MLU Memory Usage |',
    '|==============================================================================|',
    '|  0     /   31415   python3 train.py                                 2048 MiB |',
    line,
    '',
  ].join('\n');
}

function cnmonInfo(): string {
  const card = (at: number): string => `Card ${at}
    Product Name                   : MLU590-M9
    UUID                           : 1234567${at}-0000-0000-0000-000000000000
    Firmware                       : v1.2.3
    Driver                         : v5.99.1
    Physical Memory Usage
        Total                      : 98304 MiB
        Used                       : 51${at} MiB
    Virtual Memory Usage
        Total                      : 1048576 MiB
    Utilization
        MLU Average                : 7${at} %
    Temperature
        Board                      : 4${at} C
        Chip                       : 5${at} C
    Power
        Usage                      : 15${at} W
        Cap                        : 350 W
`;
  return cards.map(card).join('\n');
}

const list = cards
  .map(
    (at) =>
      `GPU ${at}: NVIDIA H200 (UUID: ${uuid(at)})\n  MIG 3g.71gb     Device  0: (UUID: MIG-9999000${at}-1111-2222-3333-444455556666)\n`,
  )
  .join('');
const dmon = `# gpu    pwr  gtemp  mtemp     sm\n# Idx      W      C      C      %\n${cards
  .map((at) => `    ${at}    43${at}     5${at}      -     9${at}\n`)
  .join('')
  .repeat(2)}`;
const map = `NPU ID    Chip ID   Chip Logic ID   Chip Name\n${cards.map((at) => `${at}         0         ${at}               Ascend 910B9\n`).join('')}0         1         -               Mcu\n`;

/** One sample of each form. */
export const samples: readonly Sample[] = [
  { name: 'nvidia table', tool: 'nvidia-smi', args: '', text: nvidiaTable(), devices: 4 },
  { name: 'nvidia xml', tool: 'nvidia-smi', args: '-q -x', text: nvidiaXml(), devices: 4 },
  { name: 'nvidia -q', tool: 'nvidia-smi', args: '-q', text: nvidiaText(), devices: 4 },
  { name: 'nvidia csv', tool: 'nvidia-smi', args: '', text: nvidiaCsv(true), devices: 4 },
  {
    name: 'nvidia csv, no header',
    tool: 'nvidia-smi',
    args: `--query-gpu=${query} --format=csv,noheader,nounits`,
    text: nvidiaCsv(false),
    devices: 4,
  },
  { name: 'nvidia list', tool: 'nvidia-smi', args: '-L', text: list, devices: 4 },
  { name: 'nvidia dmon', tool: 'nvidia-smi', args: 'dmon', text: dmon, devices: 4 },
  { name: 'ascend table', tool: 'npu-smi', args: 'info', text: npuTable(false), devices: 4 },
  { name: 'ascend table with ids', tool: 'npu-smi', args: 'info', text: npuTable(true), devices: 4 },
  { name: 'ascend usages', tool: 'npu-smi', args: 'info -t usages -i 9', text: npuUsages(), devices: 2 },
  { name: 'ascend map', tool: 'npu-smi', args: 'info -m', text: map, devices: 4 },
  { name: 'cambricon table', tool: 'cnmon', args: '', text: cnmonTable(), devices: 4 },
  { name: 'cambricon info', tool: 'cnmon', args: 'info', text: cnmonInfo(), devices: 4 },
];

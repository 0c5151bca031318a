/** Every form of output that the stand-in tools print, as sources of the property tests. */
import type { SimulatedToolName } from '../../agent/probe/simulate/profiles.ts';
import { renderAmd } from '../../agent/probe/simulate/render-amd.ts';
import { renderAscend } from '../../agent/probe/simulate/render-ascend.ts';
import { renderCambricon } from '../../agent/probe/simulate/render-cambricon.ts';
import { renderGaudi } from '../../agent/probe/simulate/render-gaudi.ts';
import { renderMetax } from '../../agent/probe/simulate/render-metax.ts';
import { renderNvidia } from '../../agent/probe/simulate/render-nvidia.ts';
import { type Rendered, type ToolView, viewOf } from '../../agent/probe/simulate/state.ts';
import type { Source } from './damage.ts';

const query =
  'index,uuid,name,serial,pci.bus_id,memory.total,memory.used,memory.free,utilization.gpu,temperature.gpu,' +
  'power.draw,power.limit,ecc.mode.current,mig.mode.current,driver_version';
const rocm =
  '--showuniqueid --showbus --showuse --showmeminfo vram --showtemp --showpower --showproductname --showserial --json';
const aips =
  'index,uuid,name,bus_id,driver_version,memory.total,memory.used,memory.free,power.draw,power.max,temperature.aip,utilization.aip';

interface Form {
  tool: SimulatedToolName;
  profiles: readonly string[];
  render(args: readonly string[], view: ToolView): Rendered;
  /** Arguments of each form. */
  commands: readonly (readonly string[])[];
}

const forms: readonly Form[] = [
  {
    tool: 'nvidia-smi',
    profiles: ['8xH100', '8xA100-MIG'],
    render: renderNvidia,
    commands: [
      [],
      ['-L'],
      ['-q', '-x'],
      ['topo', '-m'],
      [`--query-gpu=${query}`, '--format=csv'],
      [`--query-gpu=${query}`, '--format=csv,noheader,nounits'],
    ],
  },
  {
    tool: 'npu-smi',
    profiles: ['8xAscend910B3'],
    render: renderAscend,
    commands: [
      ['info'],
      ['info', '-m'],
      ['info', '-l'],
      ...['common', 'usages', 'board'].map((kind) => ['info', '-t', kind, '-i', '3']),
      ['info', '-t', 'topo'],
    ],
  },
  {
    tool: 'cnmon',
    profiles: ['8xMLU370'],
    render: renderCambricon,
    commands: [[], ['info'], ['info', '-j'], ['topo', '-m']],
  },
  { tool: 'rocm-smi', profiles: ['8xMI300X'], render: renderAmd, commands: [rocm.split(' ')] },
  {
    tool: 'hl-smi',
    profiles: ['8xGaudi2'],
    render: renderGaudi,
    commands: [[], ['-Q', aips, '-f', 'csv'], ['-Q', aips, '-f', 'csv,noheader']],
  },
  { tool: 'mx-smi', profiles: ['8xC500'], render: renderMetax, commands: [[], ['topo', '-m']] },
];

/** The outputs of all stand-ins for one seed. */
export function standIns(seed: number): Source[] {
  return forms.flatMap(({ tool, profiles, render, commands }) =>
    profiles.flatMap((profile) =>
      commands.map((args) => {
        const view = viewOf({ profile, seed, startedAtMs: 0, faults: [] }, tool, 1_000_000 + seed * 997);
        const { stdout, files } = render(args, view);
        return {
          title: `${profile}: ${tool} ${args.join(' ').slice(0, 40)}`,
          tool,
          args: args.join(' '),
          text: Object.values(files ?? {})[0] ?? stdout,
        };
      }),
    ),
  );
}

/** One vendor's cards as the machine and the vendor's own tool show them, without an agent (edge). */
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { toolEnvironmentPath } from '../../../agent/probe/exec.ts';
import { busCards } from '../../../agent/probe/pci.ts';
import type { ProbeAnswer, Tools, VendorProbe } from '../../../agent/probe/probe.ts';
import { createTools, type MachineTools } from '../../../agent/probe/tools.ts';
import { listCdi, listDeviceNodes } from '../../../agent/runtime/devices.ts';
import type { CompanionFacts, VendorFacts } from '../judge/vendor.ts';
import type { Files } from './files.ts';

/** How long a vendor's tool may take over all that it is asked; less than the cap of a check. */
const toolMs = 2_000;

/** Where tools may be: configured folders, the system's, those of drivers' packages. */
export interface ToolPlaces {
  configured: readonly string[];
  system: readonly string[];
  vendor: readonly string[];
}

/** Tool places below the root of `files`; configured folders are taken as they are. */
export function toolPlaces(
  files: Files,
  configured: readonly string[],
  vendor: readonly string[],
): ToolPlaces {
  return {
    configured,
    system: toolEnvironmentPath.split(':').map((path) => files.at(path)),
    vendor: vendor.map((path) => files.at(path)),
  };
}

/** Tools that give up soon. */
export function hastyTools({ configured, system, vendor }: ToolPlaces): MachineTools {
  return createTools({
    toolPath: configured,
    systemPath: system,
    vendorPath: vendor,
    limits: { timeoutMs: toolMs, killAfterMs: 200, abandonAfterMs: 200 },
  });
}

/** `tools` with one deadline over all runs, which also says how long the one took that did not end. */
function timed(tools: Tools, files: Files): { tools: Tools; hungMs(): number } {
  const until = performance.now() + toolMs;
  let hungMs = 0;
  return {
    hungMs: () => hungMs,
    tools: {
      find: (program) => tools.find(program),
      readText: (path) => tools.readText(files.at(path)),
      list: (path) => tools.list(files.at(path)),
      async run(program, args, options) {
        const timeoutMs = Math.max(100, Math.min(options?.timeoutMs ?? toolMs, until - performance.now()));
        const output = await tools.run(program, args, { ...options, timeoutMs });
        if (output.problem === 'deadline' || output.problem === 'abandoned') hungMs = output.durationMs;
        return output;
      },
    },
  };
}

/** The first of `programs` that is there in one of these places, trusted or not. */
function anyTool(programs: readonly string[], { configured, system, vendor }: ToolPlaces): string {
  for (const folder of [...configured, ...system, ...vendor])
    for (const program of programs) {
      const path = join(folder, program);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) return path;
      } catch {
        continue; // Not in this folder.
      }
    }
  return '';
}

async function trustedTool(
  tools: Tools,
  programs: readonly string[],
): Promise<{ program: string; path: string }> {
  for (const program of programs) {
    const path = await tools.find(program);
    if (path !== undefined) return { program, path };
  }
  return { program: programs[0] ?? '', path: '' };
}

/** Nodes of the machine by the paths that it uses itself. */
function deviceNodes(files: Files): string[] {
  const below = ['/dev', '/dev/dri', '/dev/accel', '/dev/nvidia-caps', '/dev/davinci'];
  const root = files.at('/dev').slice(0, -'/dev'.length);
  return listDeviceNodes(below.map((path) => files.at(path))).map((path) => path.slice(root.length));
}

function refusal(probe: VendorProbe, answer: ProbeAnswer, files: Files, runtimes: readonly string[]): string {
  if (answer.status !== 'present') return '';
  const cdiNodes = listCdi([files.at('/etc/cdi'), files.at('/var/run/cdi')]);
  const grant = probe.grant(
    answer.devices.filter(({ unusable, health }) => unusable === undefined && health !== 'failed'),
    {
      nodes: deviceNodes(files),
      cdi: Object.keys(cdiNodes),
      cdiNodes,
      runtimes,
      others: [],
      exists: (path) => files.exists(path),
    },
  );
  return 'refused' in grant ? grant.refused : '';
}

function summary(answer: ProbeAnswer): VendorFacts['answer'] {
  if (answer.status !== 'present') return answer;
  return {
    status: 'present',
    cards: answer.devices.filter(({ partition }) => partition === undefined).length,
    driver: answer.driverVersion ?? '',
    bad: answer.devices
      .filter(({ health }) => health === 'failed' || health === 'degraded')
      .map(({ reading, id, healthReasons }) => `${reading.index ?? id}: ${healthReasons.join(', ')}`),
  };
}

/** What is here of the vendor of `probe`; `runtimes` are the engine's. */
export async function gatherVendor(
  probe: VendorProbe,
  files: Files,
  places: ToolPlaces,
  machine: MachineTools,
  runtimes: Promise<readonly string[]>,
): Promise<VendorFacts> {
  const { tools, hungMs } = timed(machine, files);
  const nodes = deviceNodes(files).filter((path) => probe.cardNodes?.test(path) === true);
  const [{ program, path }, bus] = await Promise.all([
    trustedTool(tools, probe.programs),
    busCards(tools, probe),
  ]);
  const answer: ProbeAnswer = path === '' ? { status: 'absent', reason: '' } : await probe.inventory(tools);
  return {
    vendor: probe.vendor,
    program,
    nodes,
    denied: nodes.filter((node) => !files.mayUse(node)),
    onBus: bus.length,
    untrusted: path === '' ? anyTool(probe.programs, places) : '',
    tool: path,
    hungMs: hungMs(),
    answer: summary(answer),
    refused: refusal(probe, answer, files, await runtimes),
  };
}

/** The vendor's own container runtime, when its probe knows of one. */
export async function gatherCompanion(probe: VendorProbe, machine: MachineTools): Promise<CompanionFacts> {
  const { companion } = probe;
  if (!companion) return { name: '', version: '', bad: [] };
  const { name, programs, bad } = companion;
  const { program, path } = await trustedTool(machine, programs);
  if (path === '') return { name, version: '', bad };
  const { stdout } = await machine.run(program, ['--version']);
  return { name, version: /version:? v?(\d[\w.+~-]*)/i.exec(stdout)?.[1] ?? '', bad };
}

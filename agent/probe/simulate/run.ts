/**
 * Plays one vendor tool (edge): reads the state file, behaves as its faults say, prints what a renderer gives. Reached
 * through the CLI's hidden subcommand `internal-simulate-tool`, or through `main.ts` in tests.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hexOf, type SimulatedToolName, simulatedTools } from './profiles.ts';
import { renderAmd } from './render-amd.ts';
import { renderAscend } from './render-ascend.ts';
import { renderCambricon } from './render-cambricon.ts';
import { renderGaudi } from './render-gaudi.ts';
import { renderMetax } from './render-metax.ts';
import { renderNvidia } from './render-nvidia.ts';
import { parseState, type Rendered, type SimulatedState, toolFault, type ToolView, viewOf } from './state.ts';

const renderers: Record<SimulatedToolName, (args: readonly string[], view: ToolView) => Rendered> = {
  'nvidia-smi': renderNvidia,
  'npu-smi': renderAscend,
  cnmon: renderCambricon,
  'rocm-smi': renderAmd,
  'hl-smi': renderGaudi,
  'mx-smi': renderMetax,
};

/** Waits for ever; with `ignoreTerm` only SIGKILL ends it. */
async function hang(ignoreTerm: boolean): Promise<never> {
  if (ignoreTerm) process.on('SIGTERM', () => {});
  for (;;) await sleep(3_600_000);
}

/** Bytes that mean nothing, a different lot each second. */
function garbage(wallMs: number): string {
  const hex = hexOf(`garbage ${Math.floor(wallMs / 1000)}`).repeat(8);
  return `${Buffer.from(hex, 'hex').toString('latin1')}\n|=+-  ${hex.slice(0, 40)}, ,\u0000,\n`;
}

async function once(
  state: SimulatedState,
  tool: SimulatedToolName,
  args: readonly string[],
): Promise<Rendered> {
  const hanging = toolFault(state, tool, 'hang');
  if (hanging) return hang(hanging.ignoreTerm ?? false);
  const slow = toolFault(state, tool, 'slow');
  if (slow) await sleep(slow.ms ?? 2000);
  const rendered = renderers[tool](args, viewOf(state, tool, Date.now()));
  if (!toolFault(state, tool, 'garbage')) return rendered;
  const files: Record<string, string> = {};
  for (const name of Object.keys(rendered.files ?? {})) files[name] = garbage(Date.now());
  return { ...rendered, stdout: garbage(Date.now()), files };
}

/**
 * Runs the stand-in of a tool. `argv` is `TOOL STATEFILE -- ARGS…`; resolves with the exit code. A looping command ends
 * when its reader does. Rejects when the state file cannot be read.
 */
export async function runSimulatedTool(argv: readonly string[]): Promise<number> {
  const [name, file, separator, ...args] = argv;
  const tool = simulatedTools.find((each) => each === name);
  if (!tool || file === undefined || separator !== '--')
    throw new Error(`usage: TOOL STATEFILE -- ARGS, with TOOL one of ${simulatedTools.join(', ')}`);
  process.stdout.on('error', () => process.exit(0));
  for (;;) {
    const state = parseState(await readFile(file, 'utf8'));
    const { stdout, stderr, code, loopMs, files } = await once(state, tool, args);
    for (const [path, text] of Object.entries(files ?? {})) await writeFile(basename(path), text);
    if (stderr !== undefined) process.stderr.write(stderr);
    await new Promise<void>((done) => process.stdout.write(stdout, () => done()));
    if (loopMs === undefined || code !== 0) return code;
    await sleep(loopMs);
  }
}

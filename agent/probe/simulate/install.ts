/** Puts stand-in tools into a folder and changes what they do (edge). */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simulatedTools, toolsOf } from './profiles.ts';
import { parseState, profileOf, type SimulatedFault, type SimulatedState, toolFault } from './state.ts';

/** How stand-in tools are started. */
export interface InstallOptions {
  /** The program that knows `internal-simulate-tool`, with its first arguments. */
  command: readonly string[];
  /** Two machines of one profile with different seeds show different values; default 1. */
  seed?: number;
  faults?: readonly SimulatedFault[];
  /** Unix ms at which the machine's time begins; default now. */
  startedAtMs?: number;
}

const stateName = 'simulated.json';
const hidden = 'internal-simulate-tool';

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Replaces the file in one step: a tool that reads it meanwhile sees the old or the new one, never half of one. */
async function replace(path: string, text: string, mode: number): Promise<void> {
  const next = `${path}.${process.pid}.tmp`;
  await writeFile(next, text, { mode });
  await rename(next, path);
}

/** Removes a stand-in of ours; anything else of that name is left alone. */
async function removeTool(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text.includes(hidden)) await rm(path, { force: true });
}

/**
 * Writes one executable per tool that the profile has into `dir` (made when it is not there, not writable for others)
 * and answers their paths; tools of an earlier profile and those with the fault `gone` are taken away. Rejects with
 * `invalid_argument` for an unknown profile.
 */
export async function installSimulatedTools(
  dir: string,
  profile: string,
  options: InstallOptions,
): Promise<string[]> {
  const state: SimulatedState = {
    profile,
    seed: options.seed ?? 1,
    startedAtMs: options.startedAtMs ?? Date.now(),
    faults: [...(options.faults ?? [])],
  };
  const tools = toolsOf(profileOf(state)).filter((tool) => !toolFault(state, tool, 'gone'));
  await mkdir(dir, { recursive: true, mode: 0o755 });
  await writeSimulatedState(dir, state);
  const command = [...options.command, hidden].map(quoted).join(' ');
  for (const tool of simulatedTools) {
    const script = `#!/bin/sh\nexec ${command} ${tool} ${quoted(join(dir, stateName))} -- "$@"\n`;
    await (tools.includes(tool) ? replace(join(dir, tool), script, 0o755) : removeTool(join(dir, tool)));
  }
  return tools.map((tool) => join(dir, tool));
}

/** Changes the state of installed tools; those that loop see it with their next sample. */
export async function writeSimulatedState(dir: string, state: SimulatedState): Promise<void> {
  await replace(join(dir, stateName), `${JSON.stringify(state, null, 2)}\n`, 0o644);
}

/** The state of the tools installed in `dir`; undefined when there are none. */
export async function readSimulatedState(dir: string): Promise<SimulatedState | undefined> {
  const text = await readFile(join(dir, stateName), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseState(text);
}

/** Puts stand-in tools into a folder and changes what they do (edge). */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toolsOf } from './profiles.ts';
import { profileOf, type SimulatedFault, type SimulatedState } from './state.ts';

/** How stand-in tools are started. */
export interface InstallOptions {
  /** The program that knows `internal-simulate-tool`, with its first arguments. */
  command: readonly string[];
  /** Two machines of one profile with different seeds show different values; default 1. */
  seed?: number;
  faults?: readonly SimulatedFault[];
}

const stateName = 'simulated.json';

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Replaces the file in one step: a tool that reads it meanwhile sees the old or the new one, never half of one. */
async function replace(path: string, text: string, mode: number): Promise<void> {
  const next = `${path}.${process.pid}.tmp`;
  await writeFile(next, text, { mode });
  await rename(next, path);
}

/**
 * Writes one executable per tool that the profile has into `dir` (made when it is not there, not writable for others)
 * and answers their paths. Rejects for an unknown profile.
 */
export async function installSimulatedTools(
  dir: string,
  profile: string,
  options: InstallOptions,
): Promise<string[]> {
  const tools = toolsOf(profileOf({ profile }));
  await mkdir(dir, { recursive: true, mode: 0o755 });
  const state: SimulatedState = {
    profile,
    seed: options.seed ?? 1,
    startedAtMs: Date.now(),
    faults: [...(options.faults ?? [])],
  };
  await writeSimulatedState(dir, state);
  const command = [...options.command, 'internal-simulate-tool'].map(quoted).join(' ');
  const paths: string[] = [];
  for (const tool of tools) {
    const path = join(dir, tool);
    const script = `#!/bin/sh\nexec ${command} ${tool} ${quoted(join(dir, stateName))} -- "$@"\n`;
    await replace(path, script, 0o755);
    paths.push(path);
  }
  return paths;
}

/** Changes the state of installed tools; those that loop see it with their next sample. */
export async function writeSimulatedState(dir: string, state: SimulatedState): Promise<void> {
  await replace(join(dir, stateName), `${JSON.stringify(state, null, 2)}\n`, 0o644);
}

/**
 * `suanlink simulate-node`: a folder of stand-in tools that print what the tools of real cards would, for demos and
 * tests of everything above the cards. Faults are changed while the tools run. Nothing of this machine is touched but
 * that folder, and only those who name it with --tool-path see the cards.
 */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { SuanlinkError } from '../../proto/codes.ts';
import { self } from '../self.ts';
import { exitCodes } from '../exit-codes.ts';
import { print, say } from '../terminal.ts';
import { parseInteger } from '../units.ts';

/** Options of `simulate-node`. */
export interface SimulateOptions {
  profile?: string;
  dir?: string;
  fault?: string[];
  clear?: boolean;
  seed?: string;
  list?: boolean;
  output: 'table' | 'json';
}

/** Stand-ins by default: below the user's state, where nobody else may write. */
function defaultDir(profile: string): string {
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state');
  return join(state, 'suanlink/simulated', profile);
}

async function list(): Promise<void> {
  const [{ profileExamples }, { faultMeanings }] = await Promise.all([
    import('../../agent/probe/simulate/profiles.ts'),
    import('../../agent/probe/simulate/faults.ts'),
  ]);
  const width = Math.max(...Object.keys(faultMeanings).map((kind) => kind.length));
  const lines = [
    'Profiles (any count up to 16, and several joined by +, as in 2xH100+4xMLU370):',
    ...profileExamples.map((name) => `  ${name}`),
    '',
    'Faults (KIND[:TOOL][:CARD]):',
    ...Object.entries(faultMeanings).map(([kind, meaning]) => `  ${kind.padEnd(width)}  ${meaning}`),
  ];
  print(lines.join('\n'));
}

/** What the machine is to be: what is asked for, else what is there already. */
async function wanted(options: SimulateOptions, dir: string, profile: string) {
  const [{ readSimulatedState }, { profileOf }, { toolsOf }, { parseFault }] = await Promise.all([
    import('../../agent/probe/simulate/install.ts'),
    import('../../agent/probe/simulate/state.ts'),
    import('../../agent/probe/simulate/profiles.ts'),
    import('../../agent/probe/simulate/faults.ts'),
  ]);
  const before = await readSimulatedState(dir);
  const same = before?.profile === profile ? before : undefined;
  const tools = toolsOf(profileOf({ profile }));
  const kept = options.clear ? [] : (same?.faults ?? []);
  const seed = options.seed === undefined ? same?.seed : parseInteger(options.seed);
  return {
    faults: [...kept, ...(options.fault ?? []).map((text) => parseFault(text, tools))],
    ...(seed !== undefined && { seed }),
    ...(same && { startedAtMs: same.startedAtMs }),
  };
}

/** The folder and the profile that `options` name, by each other where one is missing. */
async function where(options: SimulateOptions): Promise<{ dir: string; profile: string }> {
  if (options.dir === undefined && options.profile !== undefined)
    return { dir: defaultDir(options.profile), profile: options.profile };
  const dir = resolve(options.dir ?? '');
  const { readSimulatedState } = await import('../../agent/probe/simulate/install.ts');
  const profile = options.profile ?? (await readSimulatedState(dir))?.profile;
  if (options.dir === undefined || profile === undefined)
    throw new SuanlinkError(
      'invalid_argument',
      options.dir === undefined
        ? 'name a --profile (suanlink simulate-node --list), or the --dir of stand-in tools'
        : `there are no stand-in tools in ${dir}; make some with --profile`,
    );
  return { dir, profile };
}

/** Whether the probes would take a tool from there; they look at nothing that somebody else could replace. */
async function isTrusted(dir: string, tool: string): Promise<boolean> {
  const { createTools } = await import('../../agent/probe/tools.ts');
  return (await createTools({ toolPath: [dir], systemPath: [] }).find(tool)) !== undefined;
}

/** Sets up stand-in tools or changes their faults. */
export async function simulateNode(options: SimulateOptions): Promise<number> {
  const asked = options.profile ?? options.dir ?? options.fault ?? options.clear;
  if (options.list || asked === undefined) {
    await list();
    return exitCodes.ok;
  }
  const { dir, profile } = await where(options);
  const machine = await wanted(options, dir, profile);
  const [{ installSimulatedTools }, { faultText }] = await Promise.all([
    import('../../agent/probe/simulate/install.ts'),
    import('../../agent/probe/simulate/faults.ts'),
  ]);
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const paths = await installSimulatedTools(dir, profile, { command: self(), ...machine });
  const tools = paths.map((path) => basename(path));
  const faults = machine.faults.map(faultText);
  if (options.output === 'json')
    print(JSON.stringify({ schema: 'suanlink.simulated-node/v1', profile, dir, tools, faults }, null, 2));
  else {
    print(`--tool-path ${dir}`);
    say(`${profile}: ${tools.join(', ') || 'no tool'}; faults: ${faults.join(', ') || 'none'}`);
    say(`try: suanlink probe --tool-path ${dir}; for an agent add --simulated to it`);
  }
  if (tools[0] !== undefined && !(await isTrusted(dir, tools[0])))
    say(
      `warning: probes will not take tools from ${dir}: it and every folder above must belong to root or to you, and be writable by nobody else`,
    );
  return exitCodes.ok;
}

/**
 * The import rules of `DESIGN.md` as a table with the reason for each, and the checks over what `scan.ts` read. Every
 * check returns one line per violation: where, what, and why it is forbidden.
 */
import { assertNever } from '../../proto/codes.ts';
import type { Import, Module } from './scan.ts';

/** How a zone may use another: load it, load only its pure files, know its types, or load it when it is reached. */
type Use = 'any' | 'pure' | 'type' | 'dynamic';

interface Zone {
  /** Zones it may import, itself always included. */
  may: Record<string, Use>;
  why: string;
}

const agentStages = ['base', 'capacity', 'lease', 'link', 'local', 'probe', 'runtime', 'usage'];
const schedulerStages = [
  'api',
  'auth',
  'base',
  'fleet',
  'lease',
  'placement',
  'pool',
  'queue',
  'session',
  'store',
  'usage',
];

function all(program: string, stages: readonly string[], use: Use): Record<string, Use> {
  return Object.fromEntries(stages.map((stage) => [`${program}/${stage}`, use]));
}

const ground: Record<string, Use> = { proto: 'any', 'agent/base': 'any' };
const core: Record<string, Use> = { proto: 'any', 'scheduler/base': 'any' };

/** Who may import whom. A folder that is not listed here is a violation by itself. */
export const zones: Record<string, Zone> = {
  proto: {
    may: {},
    why: 'both ends, every face and later the SDKs share the contract, so it knows none of them',
  },

  'agent/base': { may: { proto: 'any' }, why: 'what every stage may use must not pull a stage in' },
  'agent/probe': { may: ground, why: 'a probe says what is here and must not know what is done with it' },
  'agent/simulate': {
    may: { ...ground, 'agent/probe': 'pure' },
    why: 'a stand-in imitates the tool, not our reading of it; and no probe may know that it exists',
  },
  'agent/capacity': {
    may: { ...ground, 'agent/probe': 'type' },
    why: 'an offer is computed from readings; what is leased is handed in as a value',
  },
  'agent/link': { may: ground, why: 'the link carries messages and must not know what they cause' },
  'agent/lease': {
    may: ground,
    why: 'leases decide; what the engine shows is handed in, so no container is touched from here',
  },
  'agent/runtime': {
    may: { ...ground, 'agent/lease': 'pure' },
    why: 'the loop asks the planner and returns events; only the lease driver writes the journal',
  },
  'agent/usage': {
    may: { ...ground, 'agent/lease': 'type', 'agent/runtime': 'type' },
    why: 'metering watches and must not act on a lease or a container',
  },
  'agent/local': {
    may: { ...all('agent', agentStages, 'type'), ...ground },
    why: 'the control socket shows values that it is given, so it can never hold a stage up',
  },
  agent: {
    may: { ...all('agent', agentStages, 'any'), proto: 'any' },
    why: 'the scheduler is another program, on another machine and of another version',
  },

  'scheduler/base': {
    may: { proto: 'any', 'scheduler/lease': 'type' },
    why: 'what every stage may use must not pull a stage in',
  },
  'scheduler/lease': {
    may: core,
    why: 'a lease decides by itself; who waits and who is placed is not its business',
  },
  'scheduler/fleet': {
    may: { ...core, 'scheduler/lease': 'type' },
    why: 'free capacity is computed from inventory and leases; nothing is decided here',
  },
  'scheduler/placement': {
    may: { ...core, 'scheduler/fleet': 'type' },
    why: 'placement ranks what it is shown, so that it can be explained and replayed',
  },
  'scheduler/queue': {
    may: { ...core, 'scheduler/placement': 'type' },
    why: 'the order of jobs must not depend on where they would go',
  },
  'scheduler/usage': {
    may: { ...core, 'scheduler/lease': 'type' },
    why: 'a bill is computed from records alone',
  },
  'scheduler/store': {
    may: { ...core, 'scheduler/lease': 'type' },
    why: 'a store keeps records as they are and must not interpret them',
  },
  'scheduler/pool': {
    may: {
      ...core,
      ...all('scheduler', ['fleet', 'lease', 'placement', 'queue', 'usage'], 'pure'),
      'scheduler/store': 'type',
    },
    why: 'the pool is the pure core: it says what to write and send, the driver does it',
  },
  'scheduler/session': {
    may: core,
    why: 'a session carries messages of one node and must not know what they cause',
  },
  'scheduler/auth': { may: core, why: 'who somebody is must not depend on what they may see' },
  'scheduler/api': {
    may: { ...core, 'scheduler/auth': 'any' },
    why: 'faces ask the core through `control.ts` only, so that every one sees the same and within its rights',
  },
  scheduler: {
    may: { ...all('scheduler', schedulerStages, 'any'), proto: 'any' },
    why: 'the agent is another program, on another machine and of another version',
  },

  'cli/i18n': {
    may: { proto: 'any' },
    why: 'messages are words: what they are said about, and where, is not their business',
  },
  'cli/tui': {
    may: { proto: 'any', 'cli/i18n': 'any', cli: 'any' },
    why: "the terminal view shows what the agent's socket says, or (the fleet) the scheduler's API: it never probes",
  },
  cli: {
    may: {
      proto: 'any',
      'cli/i18n': 'any',
      'cli/tui': 'dynamic',
      'cli/demo': 'any',
      'cli/doctor': 'dynamic',
      agent: 'dynamic',
      // `suanlink probe` looks at this machine without an agent.
      'agent/probe': 'dynamic',
      'agent/simulate': 'dynamic',
      scheduler: 'dynamic',
    },
    why: 'faces speak to the daemons through their interfaces; the code of one is loaded only by the command that runs it',
  },
  'cli/doctor': {
    may: { ...all('agent', agentStages, 'any'), agent: 'any', proto: 'any', cli: 'any', 'cli/i18n': 'any' },
    why: 'the doctor looks at a node with the eyes of its agent, and is loaded by its own command only',
  },
  'cli/demo': {
    may: { ...all('agent', agentStages, 'dynamic'), 'agent/simulate': 'dynamic', proto: 'any', cli: 'any' },
    why: 'the demo sets up what a machine lacks, with the parts that do it on a real one, and only when it runs',
  },
};

/** Files at the root of `scheduler/` that all its stages share. */
const schedulerBase = new Set(
  ['control', 'heap', 'month', 'ports', 'recent', 'records'].map((name) => `scheduler/${name}.ts`),
);

/** What computes and touches nothing, and may therefore be used in pure files. */
const pureNames: Record<string, 'all' | readonly string[]> = {
  'node:assert/strict': 'all',
  'node:crypto': [
    'createHash',
    'hash',
    'createHmac',
    'createPublicKey',
    'timingSafeEqual',
    'verify',
    'X509Certificate',
  ],
  'node:net': ['BlockList', 'isIP'],
  'node:zlib': ['crc32'],
  'string-width': 'all',
  'protobufjs/minimal.js': 'all',
  yaml: 'all',
  zod: 'all',
};

/** The zone that a file belongs to: the stage's folder, or the folder of the program for files beside the stages. */
export function zoneOf(path: string): string {
  const [top = '', stage = ''] = path.split('/');
  if (schedulerBase.has(path)) return 'scheduler/base';
  if (path.startsWith('agent/probe/simulate/')) return 'agent/simulate';
  if (/^cli\/(?:doctor|i18n|tui)\//.test(path)) return path.split('/').slice(0, 2).join('/');
  if (path.startsWith('cli/demo/') || path === 'cli/commands/demo.ts') return 'cli/demo';
  return (top === 'agent' || top === 'scheduler') && !stage.includes('.') ? `${top}/${stage}` : top;
}

const isOurs = (to: string): boolean => /^(agent|cli|proto|scheduler|scripts|test)\//.test(to);
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);
/** Code that runs at a user's. */
export const isProduct = (path: string): boolean =>
  /^(agent|cli|proto|scheduler)\//.test(path) && !isTest(path);

/** `by` names the file and line of a violation. */
const at = (module: Module, by: Import): string => `${module.path}:${by.line} imports ${by.to}`;

function allows(use: Use | undefined, by: Import, pure: (path: string) => boolean): boolean {
  switch (use) {
    case undefined:
      return false;
    case 'any':
      return true;
    case 'type':
      return by.kind === 'type';
    case 'pure':
      return by.kind === 'type' || pure(by.to);
    case 'dynamic':
      return by.kind === 'dynamic';
    default:
      return assertNever(use);
  }
}

/** What only computes on the command line: the messages, the terminal view but for its shell, and what both use. */
const pureInCli =
  /^cli\/(?:i18n\/|doctor\/(?:judge\/|redact\.ts$)|tui\/(?:fleet\/)?(?:model|term|view)\/|(?:plain|units)\.ts$)/;

/** Whether a file may only compute: product code but for the listed edges. Most of the command line is edge. */
function isPure(path: string, edges: ReadonlySet<string>): boolean {
  if (path.startsWith('cli/')) return isProduct(path) && pureInCli.test(path);
  return isProduct(path) && !edges.has(path);
}

/** Why `from` may not import `to`: the stage's reason within a program, the program's across two. */
function reason(from: string, to: string): string {
  if (/^(scripts|test)\//.test(to)) return 'tests and scripts are not there where the product runs';
  const [program = ''] = from.split('/');
  return zones[to.startsWith(`${program}/`) ? zoneOf(from) : program]?.why ?? '';
}

/** Imports against the direction of the data flow. */
export function directions(modules: readonly Module[], edges: ReadonlySet<string>): string[] {
  const pure = (path: string): boolean => isPure(path, edges);
  return modules
    .filter(({ path }) => isProduct(path))
    .flatMap((module) => {
      const zone = zones[zoneOf(module.path)];
      if (!zone) return [`${module.path}: no rule for ${zoneOf(module.path)}`];
      return module.imports
        .filter(({ to }) => isOurs(to) && zoneOf(to) !== zoneOf(module.path))
        .filter((by) => !allows(zone.may[zoneOf(by.to)], by, pure))
        .map((by) => `${at(module, by)} (${by.kind}): ${reason(module.path, by.to)}`);
    });
}

/** Pure files that reach the machine: through Node, a package, an edge file of ours or the current time. */
export function impurities(modules: readonly Module[], edges: ReadonlySet<string>): string[] {
  const touches = (by: Import): boolean => {
    if (by.kind === 'type') return false;
    if (isOurs(by.to)) return !isPure(by.to, edges);
    const pure = pureNames[by.to] ?? [];
    return pure !== 'all' && (by.names.length === 0 || by.names.some((name) => !pure.includes(name)));
  };
  const why = 'a pure file takes values and returns values';
  return modules
    .filter(({ path }) => isPure(path, edges) && !path.startsWith('proto/gen/'))
    .flatMap((module) => [
      ...module.imports.filter(touches).map((by) => `${at(module, by)}: ${why}`),
      ...(/\bnew Date\(\)/.test(module.code) ? [`${module.path} reads the clock: ${why}`] : []),
    ]);
}

/** Hidden ways in: files that hand on another's names, and imports of tests. */
export function shortcuts(modules: readonly Module[]): string[] {
  const barrels = modules
    .filter(({ path }) => isProduct(path))
    .flatMap((module) =>
      module.imports
        .filter((by) => by.reexport)
        .map((by) => `${at(module, by)} to export it: a barrel hides where things come from`),
    );
  const tests = modules.flatMap((module) =>
    module.imports
      .filter((by) => isTest(by.to))
      .map((by) => `${at(module, by)}: a test's helpers belong in a file of their own`),
  );
  return [...barrels, ...tests];
}

/** Groups of files that need one another to load. */
export function cycles(modules: readonly Module[]): string[] {
  const next = new Map(
    modules.map(({ path, imports }) => [
      path,
      imports.filter((by) => by.kind === 'value').map((by) => by.to),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const to of next.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of next.keys()) visit(path, []);
  return found;
}

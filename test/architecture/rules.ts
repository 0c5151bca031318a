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

const base = { proto: 'any', 'agent/base': 'any', 'agent/health': 'type' } as const;
const everyStage = [
  'agent/base',
  'agent/capacity',
  'agent/health',
  'agent/lease',
  'agent/link',
  'agent/local',
  'agent/probe',
  'agent/runtime',
  'agent/usage',
] as const;
const schedulerStages = [
  'scheduler/api',
  'scheduler/auth',
  'scheduler/base',
  'scheduler/fleet',
  'scheduler/lease',
  'scheduler/placement',
  'scheduler/pool',
  'scheduler/queue',
  'scheduler/session',
  'scheduler/store',
  'scheduler/usage',
] as const;

function all(zones: readonly string[], use: Use): Record<string, Use> {
  return Object.fromEntries(zones.map((zone) => [zone, use]));
}

/** Who may import whom. A zone that is not listed here is a violation by itself. */
export const zones: Record<string, Zone> = {
  proto: {
    may: {},
    why: 'both ends, every face and later the SDKs share the contract, so it knows none of them',
  },
  'agent/base': { may: { proto: 'any' }, why: 'what every stage may use must not pull a stage in' },
  'agent/health': {
    may: { proto: 'any', 'agent/base': 'any' },
    why: 'every stage reports into it, so it must not pull a stage in',
  },
  'agent/probe': { may: base, why: 'a probe says what is here and must not know what is done with it' },
  'agent/capacity': {
    may: { ...base, 'agent/probe': 'type' },
    why: 'an offer is computed from readings; what is leased is handed in as a value',
  },
  'agent/link': { may: base, why: 'the link carries messages and must not know what they cause' },
  'agent/lease': {
    may: base,
    why: 'leases decide; what the engine shows is handed in as a value, so no container is touched from here',
  },
  'agent/runtime': {
    may: { ...base, 'agent/lease': 'pure' },
    why: 'the loop asks the planner and returns events; only the lease driver writes the journal',
  },
  'agent/usage': {
    may: { ...base, 'agent/lease': 'type', 'agent/runtime': 'type' },
    why: 'metering watches and must not act on a lease or a container',
  },
  'agent/local': {
    may: { ...all(everyStage, 'type'), proto: 'any', 'agent/base': 'any' },
    why: 'the control socket shows values that it is given, so it can never hold a stage up',
  },
  agent: { may: { ...all(everyStage, 'any'), proto: 'any' }, why: 'the scheduler is another program' },
  ...Object.fromEntries(
    schedulerStages.map((stage) => [
      stage,
      { may: { ...all(schedulerStages, 'any'), proto: 'any' }, why: 'PROVISIONAL' },
    ]),
  ),
  scheduler: {
    may: { ...all(schedulerStages, 'any'), proto: 'any' },
    why: 'the agent is another program, on another machine and of another version',
  },
  cli: {
    may: { proto: 'any', agent: 'dynamic', scheduler: 'dynamic' },
    why: 'faces speak to the daemons through their interfaces; a daemon is loaded only by the command that runs it',
  },
};

/** Files at the root of `scheduler/` that all its stages share. */
const schedulerBase = new Set(['control', 'heap', 'ports', 'records'].map((name) => `scheduler/${name}.ts`));

/** What computes and touches nothing, and may therefore be used in pure files. */
const pureNames: Record<string, 'all' | readonly string[]> = {
  'node:assert/strict': 'all',
  'node:crypto': [
    'createHash',
    'createHmac',
    'createPublicKey',
    'timingSafeEqual',
    'verify',
    'X509Certificate',
  ],
  'node:net': ['isIP', 'isIPv4', 'isIPv6'],
  'protobufjs/minimal.js': 'all',
  yaml: 'all',
  zod: 'all',
};

/** The zone that a file belongs to: the stage's folder, or the folder of the program for files beside the stages. */
export function zoneOf(path: string): string {
  const [top = '', stage = ''] = path.split('/');
  if (schedulerBase.has(path)) return 'scheduler/base';
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

/** Whether a file may only compute: product code but for the listed edges. The command line is all edge. */
function isPure(path: string, edges: ReadonlySet<string>): boolean {
  return isProduct(path) && !path.startsWith('cli/') && !edges.has(path);
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
        .map((by) => `${at(module, by)} (${by.kind}): ${zone.why}`);
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

/** The unit as it is installed beside the one that this release ships, and what drop-ins make of it. Pure. */
import type { Verdict } from '../check.ts';

/** A file of systemd's. */
export interface UnitFile {
  path: string;
  text: string;
}

/** The agent's unit. */
export interface UnitFacts {
  /** Undefined: none is installed. */
  unit: UnitFile | undefined;
  /** In the order in which they count. */
  dropIns: readonly UnitFile[];
  /** The one that this release ships, with `@BIN@` for the program. */
  shipped: string;
}

/** A directive, with the file that says it. */
interface Directive {
  name: string;
  value: string;
  path: string;
}

function directives({ path, text }: UnitFile): Directive[] {
  return text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[A-Za-z]+ *=/.test(line))
    .map((line) => {
      const at = line.indexOf('=');
      return { name: line.slice(0, at).trim(), value: line.slice(at + 1).trim(), path };
    });
}

const off = /^(?:|no|false|off|0|default|all|auto|infinity)$/i;

/** Directives that break the agent or the vendors' tools when they are on; the unit's head says why. */
export const forbidden: ReadonlySet<string> = new Set([
  'MemoryDenyWriteExecute',
  'PrivateDevices',
  'DevicePolicy',
  'ProtectProc',
  'ProcSubset',
  'ProtectControlGroups',
  'ProtectKernelLogs',
  'ProtectKernelTunables',
  'PrivateUsers',
  'PrivateNetwork',
  'LimitAS',
]);

/** What keeps jobs alive while the agent is away. */
const needed: readonly (readonly [name: string, good: RegExp])[] = [
  ['KillMode', /^process$/],
  ['RuntimeDirectoryPreserve', /^(?:yes|true|on|1|restart)$/],
];

/** The last value of each directive, as it is in force for those that hold one value. */
function inForce({ unit, dropIns }: UnitFacts): Map<string, Directive> {
  return new Map([...(unit ? [unit] : []), ...dropIns].flatMap(directives).map((each) => [each.name, each]));
}

/** Do unit and drop-ins leave the agent what it needs. */
export function judgeHardening(facts: UnitFacts): Verdict {
  if (!facts.unit) return { level: 'skip', finding: 'unit_none' };
  const force = inForce(facts);
  const harmful = [...force.values()].find(({ name, value }) => forbidden.has(name) && !off.test(value));
  if (harmful)
    return {
      level: 'fail',
      finding: 'unit_forbidden',
      values: { file: harmful.path, directive: `${harmful.name}=${harmful.value}`, name: harmful.name },
    };
  for (const [name, good] of needed) {
    const found = force.get(name);
    if (!found || !good.test(found.value))
      return {
        level: 'fail',
        finding: 'unit_kills',
        values: { file: (found ?? facts.unit).path, directive: `${name}=${found?.value ?? ''}` },
      };
  }
  return { level: 'pass', finding: 'unit_kind', values: { count: facts.dropIns.length } };
}

function comparable(text: string): string[] {
  return directives({ path: '', text }).map(
    ({ name, value }) => `${name}=${value.replace(/^([-@:+!]*)\S*\/suanlink(?= |$)/, '$1@BIN@')}`,
  );
}

/** Is the unit the one that this release ships. */
export function judgeDrift({ unit, shipped }: UnitFacts): Verdict {
  if (!unit) return { level: 'skip', finding: 'unit_none' };
  const [here, ours] = [comparable(unit.text), comparable(shipped)];
  const more = here.filter((line) => !ours.includes(line)).map((line) => `+${line}`);
  const less = ours.filter((line) => !here.includes(line)).map((line) => `-${line}`);
  const differences = [...more, ...less];
  const values = { file: unit.path };
  if (differences.length === 0) return { level: 'pass', finding: 'unit', values };
  const shown = differences.slice(0, 4).join(', ') + (differences.length > 4 ? ', …' : '');
  return {
    level: 'warn',
    finding: 'unit_drift',
    values: { ...values, count: differences.length, differences: shown },
  };
}

/** How the service is, as systemd says; '' where it does not. */
export interface ServiceFacts {
  active: string;
  result: string;
  exitStatus: string;
  needsReload: boolean;
}

/** Does the service run, from the files that are there. */
export function judgeService(
  unit: boolean,
  { active, result, exitStatus, needsReload }: ServiceFacts,
): Verdict {
  if (!unit) return { level: 'skip', finding: 'unit_none' };
  const values = { active, result, status: exitStatus };
  if (active === '') return { level: 'skip', finding: 'service_unknown' };
  if (active === 'failed')
    return { level: 'fail', finding: exitStatus === '78' ? 'service_config' : 'service_failed', values };
  if (needsReload) return { level: 'warn', finding: 'service_reload', values };
  return active === 'active'
    ? { level: 'pass', finding: 'service', values }
    : { level: 'warn', finding: 'service_down', values };
}

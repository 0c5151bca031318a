/**
 * What gives a container exactly the leased devices, for all vendors. Pure: what this machine has comes in as `GrantHost`.
 *
 * The ways, in order: CDI by a name that can mean one card only (uuid, else PCI address); the vendor's own OCI runtime
 * where the engine lists it, because it also brings the driver's libraries; device nodes; CDI by index, which another
 * order of the cards would turn into another card, and so only where nothing better is known.
 *
 * INVARIANT: a grant holds the nodes of its cards and those that all containers of the vendor share, never another
 * card's, and never fewer cards than were leased. Where that cannot be had it is a refusal with its reason.
 *
 * Environment. A vendor's runtime may be the engine's default one, or a hook, and images may carry `…_VISIBLE_DEVICES=all`:
 * so the variable is always set, to the leased cards or to none. Variables that are read inside the process
 * (`CUDA_…`, `ASCEND_RT_…`, `MLU_…`, `ROCR_VISIBLE_DEVICES`) count the devices that the process can open, from 0: with
 * only the leased ones there they are right unset, and are never set.
 */
import type { DeviceGrant, DeviceReading, GrantHost, GrantRefusal, ProbedDevice } from './probe.ts';
import { busAddress } from './text.ts';

/** The variable that tells a vendor's OCI runtime or hook which devices a container sees. */
export interface VisibleRule {
  variable: string;
  /** What it takes to mean no device. */
  none: string;
  value(device: DeviceReading): string | number | null | undefined;
  /** Name of the OCI runtime; absent where none is known to obey the variable. */
  runtime?: string;
  /** Further variables for that runtime. */
  env?: Record<string, string>;
}

type NamesOf = (device: DeviceReading, host: GrantHost) => readonly (string | number | null | undefined)[];

/** What a vendor's containers need. */
export interface GrantRule {
  /** CDI kinds (`amd.com/gpu`) under which this vendor's devices may be listed. */
  cdi: readonly string[];
  /** Names there that can mean this device only; the uuid and the PCI address unless said otherwise. */
  cdiNames?: NamesOf;
  /** Nodes without which no card of this vendor works. */
  needed?: readonly string[];
  /** Nodes that all containers of this vendor get where the machine has them. */
  shared?: readonly string[];
  /** Nodes of one card; none when they are not known. All must be there. */
  own(device: DeviceReading): readonly string[];
  /** Further nodes of one card, where the machine has them. */
  extra?(device: DeviceReading): readonly string[];
  /** Read-only at the same path, where the machine has it. */
  mounts?: readonly string[];
  visible?: VisibleRule;
  /** Program and arguments that list, inside the container, what it can open. */
  check?: readonly string[];
}

/** A refusal. */
function refuse(reason: string): GrantRefusal {
  return { refused: reason };
}

/** Nodes under /dev/dri and /dev/accel of a reading, as the kernel or the tool wrote them. */
export function nodesOf(device: DeviceReading): string[] {
  const known = /^\/dev\/(?:dri\/(?:card|renderD)|accel\/accel(?:_controlD)?)\d+$/;
  return (device.deviceNode ?? '').split(' ').filter((path) => known.test(path));
}

const uuidOrAddress: NamesOf = ({ uuid, busId }) => [uuid, busId, busAddress(busId)];

/** CDI names of exactly these devices, undefined unless each has one that no other device of the machine may have. */
function cdiNames(
  devices: readonly ProbedDevice[],
  host: GrantHost,
  kinds: readonly string[],
  namesOf: NamesOf,
): string[] | undefined {
  const others = new Set(host.others.flatMap(({ reading }) => namesOf(reading, host)));
  for (const kind of kinds) {
    const names = devices.flatMap(({ reading }) => {
      const own = namesOf(reading, host).filter((name) => !others.has(name));
      return own.map((name) => `${kind}=${name}`).find((name) => host.cdi.includes(name)) ?? [];
    });
    if (new Set(names).size === devices.length) return names;
  }
  return undefined;
}

/** Host paths of a grant by nodes, each device's own beside the shared ones; or why it cannot be. */
function nodePaths(
  devices: readonly ProbedDevice[],
  host: GrantHost,
  rule: GrantRule,
): string[] | GrantRefusal {
  const has = (path: string): boolean => host.nodes.includes(path);
  const missing = (rule.needed ?? []).filter((path) => !has(path));
  if (missing.length > 0)
    return refuse(`this machine has no ${missing.join(' and no ')} (a character device, not a link)`);
  const foreign = new Map(
    host.others.flatMap((other) => rule.own(other.reading).map((path) => [path, other])),
  );
  const given = new Map<string, ProbedDevice>();
  for (const device of devices) {
    const own = rule.own(device.reading);
    if (own.length === 0) return refuse(`which device node belongs to ${device.id} is not known`);
    for (const path of own) {
      const other = foreign.get(path) ?? given.get(path);
      if (other) return refuse(`${path} of ${device.id} is the node of ${other.id} too`);
      if (!has(path)) return refuse(`${path} of ${device.id} is not there (a character device, not a link)`);
      given.set(path, device);
    }
  }
  const extra = devices.flatMap(({ reading }) => rule.extra?.(reading) ?? []);
  const shared = [...(rule.needed ?? []), ...(rule.shared ?? []).filter(has)];
  return [...new Set([...shared, ...given.keys(), ...extra.filter(has)])];
}

/** The variable with these devices as its value; undefined when one of them cannot be named, or two alike. */
function visibleEnv(
  devices: readonly ProbedDevice[],
  host: GrantHost,
  rule: VisibleRule | undefined,
): Record<string, string> | undefined {
  if (!rule) return undefined;
  const others = new Set(host.others.map(({ reading }) => String(rule.value(reading) ?? '')));
  const values = devices.map(({ reading }) => String(rule.value(reading) ?? ''));
  if (values.some((value) => value === '' || others.has(value)) || new Set(values).size < values.length)
    return undefined;
  return { [rule.variable]: values.join(',') };
}

/** A grant for these devices by `rule`: see the head of this file. Of no devices: what keeps all of them out. */
export function grantOf(
  devices: readonly ProbedDevice[],
  host: GrantHost,
  rule: GrantRule,
): DeviceGrant | GrantRefusal {
  const { visible } = rule;
  const closed = visible ? { [visible.variable]: visible.none } : {};
  const nothing: DeviceGrant = { nodes: [], mounts: [], env: closed };
  if (devices.length === 0) return nothing;
  const check = rule.check === undefined ? {} : { check: rule.check };

  const exact = cdiNames(devices, host, rule.cdi, rule.cdiNames ?? uuidOrAddress);
  if (exact) return { ...nothing, cdi: exact, ...check };

  const named = visibleEnv(devices, host, visible);
  const runtime = visible?.runtime;
  if (named && runtime !== undefined && host.runtimes.includes(runtime))
    return { nodes: [], mounts: [], env: { ...named, ...visible?.env }, runtime, ...check };

  const partition = devices.find((device) => device.partition !== undefined);
  const paths = partition
    ? refuse(
        `${partition.id} is a part of a card: it needs CDI or the vendor's runtime, and the engine has neither`,
      )
    : nodePaths(devices, host, rule);
  if ('refused' in paths) {
    const cdi = partition ? undefined : cdiNames(devices, host, rule.cdi, ({ index }) => [index]);
    return cdi ? { ...nothing, cdi, ...check } : paths;
  }
  return {
    nodes: paths.map((hostPath) => ({ hostPath, permissions: 'rw' })),
    mounts: (rule.mounts ?? [])
      .filter((path) => host.exists(path))
      .map((path) => ({ hostPath: path, containerPath: path, readOnly: true })),
    env: named ?? closed,
    ...check,
  };
}

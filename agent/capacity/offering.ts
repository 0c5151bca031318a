/**
 * What this node offers right now: the watcher's snapshot, the host's facts and the owner's decisions as one object
 * with a few questions to ask. Holds the telemetry deltas of the session. No tool is ever waited for here.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Heartbeat, HostInfo, Inventory } from '../../proto/messages.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { InsideVerdict } from '../probe/inside.ts';
import type { DeviceGrant, GrantRefusal, ProbedDevice, Vendor } from '../probe/probe.ts';
import type { Ours, ProbeSnapshot, VendorState, WatchedDevice } from '../probe/snapshot.ts';
import { policyNow, type SharingPolicy, unmatched } from './policy.ts';
import { inventory, reclaimed } from './report.ts';
import { acknowledge, cardSample, fresh, heartbeat, type TelemetryState } from './telemetry.ts';
import { unitsOf } from './units.ts';

/** The watcher as this stage sees it. */
export interface Watcher {
  /** Resolves once every vendor has answered or run into its deadline; `onChange` is called after every change. */
  start(onChange: () => void, ours?: () => Ours): Promise<void>;
  snapshot(): ProbeSnapshot;
  stop(): Promise<void>;
}

/** Use of the host at one moment; null for not known. */
export interface HostUse {
  cpuPct: number | null;
  memoryUsedBytes: number | null;
}

/** What gives a container the leased devices of one vendor and none of the others. */
export type Grant = (
  vendor: Vendor,
  leased: readonly ProbedDevice[],
  others: readonly ProbedDevice[],
) => DeviceGrant | GrantRefusal;

/** A command to run inside a container, and what its text means. */
export interface Look {
  argv: readonly string[];
  verdict: (text: string) => InsideVerdict;
}

/** What an offering is made from. */
export interface OfferingParts {
  watcher: Watcher;
  host: HostInfo;
  hostUse: () => HostUse;
  /** Reads what a vendor's list command printed inside a container that was leased these devices. */
  insideVerdict: (
    vendor: Vendor,
    leased: readonly ProbedDevice[],
    check: readonly string[],
    text: string,
  ) => InsideVerdict;
  /** Looks at what this machine has for containers, once for all that is then asked of the result. */
  lookForGrants: () => Grant;
  policy: SharingPolicy;
  /** The cards are stand-ins; said on each of them. */
  simulated: boolean;
}

/** What the agent's parts share. */
export interface OfferingContext {
  clock: Clock;
  log: Log;
}

/** Devices for a container, all vendors together. */
export interface Granted {
  cdi: string[];
  devices: { hostPath: string; containerPath: string; permissions: string }[];
  mounts: { hostPath: string; containerPath: string; readOnly: true }[];
  env: Record<string, string>;
  runtime?: string;
}

/** See the head of this file. */
export interface Offering {
  /** `ours` says which containers and accelerators leases hold, to tell their processes from others. */
  start(onChange: () => void, ours?: () => Ours): Promise<void>;
  stop(): Promise<void>;
  inventory(): Inventory;
  /** What the watcher knows, with the parts of a partitioned card as devices of their own. */
  probes(): ProbeSnapshot;
  hostUse(): HostUse;
  /** Accelerators that the owner uses and wants back, and by whom they are used. */
  reclaimed(): ReadonlyMap<string, string>;
  /** The next heartbeat: only what has changed since the last one acknowledged. */
  heartbeat(): Heartbeat;
  acknowledged(sample: number): void;
  /** Forget what an earlier session acknowledged. */
  newSession(): void;
  /** What gives a container exactly these devices; `no_capacity` when one is gone, `device_unavailable` when one cannot
   * be given. */
  grant(ids: readonly string[]): Granted;
  /** How to see from inside a container that was granted these devices whether it has them; none for stand-ins. */
  looks(ids: readonly string[]): Look[];
  /** No new leases from now on; undefined: again. */
  drain(drain: Draining | undefined): void;
  /** The owner has decided anew. */
  setPolicy(policy: SharingPolicy): void;
}

/** Why no new leases are taken, and when those that run are ended (monotonic ms), if they are. */
export interface Draining {
  reason: string;
  deadline?: number;
}

/** Builds the offering; `start` it before use. */
export function createOffering(parts: OfferingParts, context: OfferingContext): Offering {
  return new NodeOffering(parts, context);
}

/** Looked at again at least this often: the wall clock may be set while we wait for the owner's hours, and a device node
 * may come (`nvidia-modprobe`) or go without the vendor's tool noticing. */
const lookAgainMs = 60_000;

class NodeOffering implements Offering {
  readonly #parts: OfferingParts;
  readonly #clock: Clock;
  readonly #log: Log;
  #policy: SharingPolicy;
  #cancelLook: () => void = () => {};
  /** Why devices cannot be given to a container, as found at the last change. */
  #ungrantable: ReadonlyMap<string, string> = new Map();
  #draining: Draining | undefined;
  #telemetry: TelemetryState = fresh;
  #told = '';
  #notify: () => void = () => {};

  constructor(parts: OfferingParts, { clock, log }: OfferingContext) {
    this.#parts = parts;
    this.#policy = parts.policy;
    this.#clock = clock;
    this.#log = log;
  }

  async start(onChange: () => void, ours?: () => Ours): Promise<void> {
    this.#notify = onChange;
    await this.#parts.watcher.start(() => this.#changed(), ours);
    this.#changed();
    this.#warnUnmatched();
    this.#lookAgain();
  }

  stop(): Promise<void> {
    this.#cancelLook();
    return this.#parts.watcher.stop();
  }

  inventory(): Inventory {
    const { vendors, generation } = this.#parts.watcher.snapshot();
    const { host, simulated } = this.#parts;
    const policy = this.#policy;
    return inventory({
      generation,
      host,
      vendors,
      rules: {
        policy,
        now: policyNow(policy, this.#clock.wall()),
        simulated,
        draining: this.#draining !== undefined,
        drainReason: this.#draining?.reason ?? '',
        ...this.#drainLeft(),
        ungrantable: (id) => this.#ungrantable.get(id) ?? '',
      },
    });
  }

  probes(): ProbeSnapshot {
    const seen = this.#parts.watcher.snapshot();
    const units = (state: VendorState): WatchedDevice[] => unitsOf(state.devices).map(({ device }) => device);
    return { ...seen, vendors: seen.vendors.map((state) => ({ ...state, devices: units(state) })) };
  }

  reclaimed(): ReadonlyMap<string, string> {
    return reclaimed(this.probes().vendors, this.#policy);
  }

  hostUse(): HostUse {
    return this.#parts.hostUse();
  }

  heartbeat(): Heartbeat {
    const use = this.hostUse();
    const host = { cpuPct: use.cpuPct ?? 0, memoryUsedMib: (use.memoryUsedBytes ?? 0) / 2 ** 20 };
    const result = heartbeat(this.#telemetry, this.#devices().map(cardSample), host);
    this.#telemetry = result.next;
    return result.heartbeat;
  }

  acknowledged(sample: number): void {
    this.#telemetry = acknowledge(this.#telemetry, sample);
  }

  newSession(): void {
    this.#telemetry = { ...fresh, sample: this.#telemetry.sample };
  }

  grant(ids: readonly string[]): Granted {
    return merge(this.#grants(ids).map(({ granted }) => granted));
  }

  looks(ids: readonly string[]): Look[] {
    return this.#grants(ids).flatMap(({ vendor, leased, granted: { check } }) =>
      check === undefined
        ? []
        : [{ argv: check, verdict: (text) => this.#parts.insideVerdict(vendor, leased, check, text) }],
    );
  }

  drain(drain: Draining | undefined): void {
    this.#draining = drain;
    this.#changed();
  }

  setPolicy(policy: SharingPolicy): void {
    this.#policy = policy;
    this.#cancelLook();
    this.#changed();
    this.#warnUnmatched();
    this.#lookAgain();
  }

  #drainLeft(): { drainLeftMs?: number } {
    const deadline = this.#draining?.deadline;
    return deadline === undefined
      ? {}
      : { drainLeftMs: Math.max(0, Math.ceil(deadline - this.#clock.now())) };
  }

  /** The grant of every vendor that is here: of those without a leased card too, since what they grant then is to stay
   * out, whatever the image asks for. */
  #grants(ids: readonly string[]): { vendor: Vendor; leased: ProbedDevice[]; granted: DeviceGrant }[] {
    const all = this.#devices();
    const known = new Map(all.map((device) => [device.id, device]));
    const wanted = ids.map((id) => {
      const device = known.get(id);
      if (!device) throw new SuanlinkError('no_capacity', `accelerator ${id} is no longer on this node`);
      return device;
    });
    const grant = this.#parts.lookForGrants();
    return [...new Set(all.map((device) => device.vendor))].map((vendor) => {
      const own = all.filter((device) => device.vendor === vendor);
      const leased = wanted.filter((device) => device.vendor === vendor);
      const others = own.filter((device) => !leased.includes(device));
      const granted = grant(vendor, leased, others);
      if ('refused' in granted) throw new SuanlinkError('device_unavailable', granted.refused);
      return { vendor, leased, granted };
    });
  }

  /** In the order of the inventory's accelerators: heartbeats name them by position. */
  #devices(): ProbedDevice[] {
    return this.probes().vendors.flatMap((state) => state.devices);
  }

  /** Tells of a change only when the inventory itself is another one: ages, samples and the rest of the owner's hours
   * travel otherwise. */
  #changed(): void {
    this.#ungrantable = this.#refusals();
    const { drainLeftMs: _, ...steady } = this.inventory();
    const now = JSON.stringify({ ...steady, deadline: this.#draining?.deadline }, (key, value: unknown) =>
      key === 'lastGoodAgeMs' || (key === 'windowLeftMs' && value !== 0) ? undefined : value,
    );
    if (now === this.#told) return;
    this.#told = now;
    this.#notify();
  }

  /** Devices that no container could be given by themselves: they would only be leased in vain. */
  #refusals(): Map<string, string> {
    const all = this.#devices();
    const grant = this.#parts.lookForGrants();
    return new Map(
      all.flatMap((device): [string, string][] => {
        const others = all.filter((other) => other !== device && other.vendor === device.vendor);
        const answer = grant(device.vendor, [device], others);
        return 'refused' in answer ? [[device.id, answer.refused]] : [];
      }),
    );
  }

  #warnUnmatched(): void {
    const entries = unmatched(this.#policy, this.#parts.watcher.snapshot().vendors);
    if (entries.length === 0) return;
    this.#log.warn('policy_names_no_device', { entries: entries.join(', ') });
  }

  /** Opens and closes with the owner's hours. */
  #lookAgain(): void {
    const { changesAt } = policyNow(this.#policy, this.#clock.wall());
    const left = changesAt === undefined ? lookAgainMs : changesAt - this.#clock.wall();
    const pause = Math.min(lookAgainMs, Math.max(1, Math.ceil(left)));
    this.#cancelLook = this.#clock.at(this.#clock.now() + pause, () => {
      this.#changed();
      this.#lookAgain();
    });
  }
}

/** Grants of several vendors as one. Leases hold cards of one model, so at most one asks for a runtime. */
function merge(grants: readonly DeviceGrant[]): Granted {
  const runtime = grants.find((grant) => grant.runtime !== undefined)?.runtime;
  return {
    cdi: grants.flatMap((grant) => grant.cdi ?? []),
    devices: grants.flatMap((grant) =>
      grant.nodes.map(({ hostPath, containerPath, permissions }) => ({
        hostPath,
        containerPath: containerPath ?? hostPath,
        permissions: permissions ?? 'rw',
      })),
    ),
    mounts: grants.flatMap((grant) => grant.mounts),
    env: Object.fromEntries(grants.flatMap((grant) => Object.entries(grant.env))),
    ...(runtime === undefined ? {} : { runtime }),
  };
}

/**
 * What this node offers right now: the watcher's snapshot, the host's facts and the owner's decisions as one object
 * with a few questions to ask. Holds the telemetry deltas of the session. No tool is ever waited for here.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Heartbeat, HostInfo, Inventory } from '../../proto/messages.ts';
import type { DeviceGrant, GrantRefusal, ProbedDevice, Vendor } from '../probe/probe.ts';
import type { Ours, ProbeSnapshot } from '../probe/snapshot.ts';
import { inventory, type OwnerPolicy, reclaimed } from './report.ts';
import { acknowledge, cardSample, fresh, heartbeat, type TelemetryState } from './telemetry.ts';

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

/** What an offering is made from. */
export interface OfferingParts {
  watcher: Watcher;
  host: HostInfo;
  hostUse: () => HostUse;
  /** What gives a container the leased devices of one vendor and none of the others. */
  grant: (
    vendor: Vendor,
    leased: readonly ProbedDevice[],
    others: readonly ProbedDevice[],
  ) => DeviceGrant | GrantRefusal;
  policy: Omit<OwnerPolicy, 'draining' | 'drainReason'>;
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
  drain(reason: string): void;
  undrain(): void;
}

/** Builds the offering; `start` it before use. */
export function createOffering(parts: OfferingParts): Offering {
  return new NodeOffering(parts);
}

class NodeOffering implements Offering {
  readonly #parts: OfferingParts;
  #draining: { reason: string } | undefined;
  #telemetry: TelemetryState = fresh;
  #told = '';
  #notify: () => void = () => {};

  constructor(parts: OfferingParts) {
    this.#parts = parts;
  }

  async start(onChange: () => void, ours?: () => Ours): Promise<void> {
    this.#notify = onChange;
    await this.#parts.watcher.start(() => this.#changed(), ours);
    this.#changed();
  }

  stop(): Promise<void> {
    return this.#parts.watcher.stop();
  }

  inventory(): Inventory {
    const { vendors, generation } = this.#parts.watcher.snapshot();
    const draining = { draining: this.#draining !== undefined, drainReason: this.#draining?.reason ?? '' };
    return inventory({
      generation,
      host: this.#parts.host,
      vendors,
      policy: { ...this.#parts.policy, ...draining },
    });
  }

  probes(): ProbeSnapshot {
    return this.#parts.watcher.snapshot();
  }

  reclaimed(): ReadonlyMap<string, string> {
    return reclaimed(this.probes().vendors, this.#parts.policy);
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
    const all = this.#devices();
    const known = new Map(all.map((device) => [device.id, device]));
    const leased = ids.map((id) => {
      const device = known.get(id);
      if (!device) throw new SuanlinkError('no_capacity', `accelerator ${id} is no longer on this node`);
      return device;
    });
    // Vendors without a leased card too: what they grant then is to stay out, whatever the image asks for.
    const vendors = [...new Set(all.map((device) => device.vendor))];
    const grants = vendors.map((vendor) => {
      const own = all.filter((device) => device.vendor === vendor);
      const granted = this.#parts.grant(
        vendor,
        leased.filter((device) => own.includes(device)),
        own.filter((device) => !leased.includes(device)),
      );
      if ('refused' in granted) throw new SuanlinkError('device_unavailable', granted.refused);
      return granted;
    });
    return merge(grants);
  }

  drain(reason: string): void {
    this.#draining = { reason };
    this.#changed();
  }

  undrain(): void {
    this.#draining = undefined;
    this.#changed();
  }

  #devices(): ProbedDevice[] {
    return this.probes().vendors.flatMap((state) => state.devices);
  }

  /** Tells of a change only when the inventory itself is another one: ages and samples travel by heartbeat. */
  #changed(): void {
    const now = JSON.stringify(this.inventory(), (key, value: unknown) =>
      key === 'lastGoodAgeMs' ? undefined : value,
    );
    if (now === this.#told) return;
    this.#told = now;
    this.#notify();
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

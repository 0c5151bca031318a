/**
 * What this node offers right now: the watcher's snapshot, the host's facts and the owner's decisions as one object
 * with a few questions to ask. Holds the telemetry deltas of the session. No tool is ever waited for here.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Heartbeat, HostInfo, Inventory } from '../../proto/messages.ts';
import type { DeviceGrant, ProbedDevice, Vendor } from '../probe/probe.ts';
import type { ProbeSnapshot } from '../probe/snapshot.ts';
import { inventory, type OwnerPolicy } from './report.ts';
import { acknowledge, cardSample, fresh, heartbeat, type TelemetryState } from './telemetry.ts';

/** The watcher as this stage sees it. */
export interface Watcher {
  /** Resolves once every vendor has answered or run into its deadline; `onChange` is called after every change. */
  start(onChange: () => void): Promise<void>;
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
  /** Device nodes, mounts and environment for leased devices of one vendor. */
  grant: (vendor: Vendor, devices: readonly ProbedDevice[], engine: { cdi: boolean }) => DeviceGrant;
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
  start(onChange: () => void): Promise<void>;
  stop(): Promise<void>;
  inventory(): Inventory;
  probes(): ProbeSnapshot;
  hostUse(): HostUse;
  /** The next heartbeat: only what has changed since the last one acknowledged. */
  heartbeat(): Heartbeat;
  acknowledged(sample: number): void;
  /** Forget what an earlier session acknowledged. */
  newSession(): void;
  /** What gives a container exactly these devices; `no_capacity` when one is gone. */
  grant(ids: readonly string[], engine: { cdi: boolean }): Granted;
  drain(reason: string): void;
  undrain(): void;
}

/** Builds the offering; `start` it before use. */
export function createOffering(parts: OfferingParts): Offering {
  let draining: { reason: string } | undefined;
  let telemetry: TelemetryState = fresh;
  let told = '';
  let notify: () => void = () => {};

  const current = (): Inventory => {
    const { vendors, generation } = parts.watcher.snapshot();
    const policy: OwnerPolicy = {
      ...parts.policy,
      draining: draining !== undefined,
      drainReason: draining?.reason ?? '',
    };
    return inventory({ generation, host: parts.host, vendors, policy });
  };
  const devices = (): ProbedDevice[] => parts.watcher.snapshot().vendors.flatMap((state) => state.devices);
  /** Tells of a change only when the inventory itself is another one: ages and samples travel by heartbeat. */
  const changed = (): void => {
    const now = JSON.stringify(current(), (key, value: unknown) =>
      key === 'lastGoodAgeMs' ? undefined : value,
    );
    if (now === told) return;
    told = now;
    notify();
  };

  return {
    async start(onChange) {
      notify = onChange;
      await parts.watcher.start(changed);
      changed();
    },
    stop: () => parts.watcher.stop(),
    inventory: current,
    probes: () => parts.watcher.snapshot(),
    hostUse: parts.hostUse,
    heartbeat() {
      const use = parts.hostUse();
      const result = heartbeat(telemetry, devices().map(cardSample), {
        cpuPct: use.cpuPct ?? 0,
        memoryUsedMib: (use.memoryUsedBytes ?? 0) / 2 ** 20,
      });
      telemetry = result.next;
      return result.heartbeat;
    },
    acknowledged(sample) {
      telemetry = acknowledge(telemetry, sample);
    },
    newSession() {
      telemetry = { ...fresh, sample: telemetry.sample };
    },
    grant(ids, engine) {
      const known = new Map(devices().map((device) => [device.id, device]));
      const leased = ids.map((id) => {
        const device = known.get(id);
        if (!device) throw new SuanlinkError('no_capacity', `accelerator ${id} is no longer on this node`);
        return device;
      });
      const vendors = [...new Set(leased.map((device) => device.vendor))];
      return merge(
        vendors.map((vendor) =>
          parts.grant(
            vendor,
            leased.filter((device) => device.vendor === vendor),
            engine,
          ),
        ),
      );
    },
    drain(reason) {
      draining = { reason };
      changed();
    },
    undrain() {
      draining = undefined;
      changed();
    },
  };
}

/** Grants of several vendors as one. */
export function merge(grants: readonly DeviceGrant[]): Granted {
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
    env: Object.assign({}, ...grants.map((grant) => grant.env)),
    ...(runtime === undefined ? {} : { runtime }),
  };
}

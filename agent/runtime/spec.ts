/** A lease's work → the container to create. Pure; nothing of the work can widen what a container may do. */
import type { Work } from '../../proto/messages.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import type { ContainerSpec, EngineInfo } from './runtime.ts';
import { sandboxRuntime } from './sandbox.ts';

/** Devices, mounts and environment for the leased accelerators, made by the vendors' grants. */
export interface GrantedDevices {
  cdi: string[];
  devices: { hostPath: string; containerPath: string; permissions: string }[];
  mounts: { hostPath: string; containerPath: string; readOnly: true }[];
  env: Record<string, string>;
  runtime?: string;
}

/** No accelerators. */
export const noDevices: GrantedDevices = { cdi: [], devices: [], mounts: [], env: {} };

/** The name of a lease's container. Holds id and epoch, so that creating it twice is noticed by the engine. */
function containerName(key: LeaseKey): string {
  return `suanlink-${key.leaseId}-${key.epoch}`;
}

/** Environment that a job may not set: what decides which devices a runtime shows, what the loader obeys, and our own but
 * for a gang's, which the scheduler sets and refuses from tenants. */
const forbiddenEnv =
  /^(LD_|SUANLINK_(?!(?:RANK|WORLD_SIZE|PEERS)$))|_VISIBLE_DEVICES$|^(NVIDIA|ASCEND|CAMBRICON|MLU|HABANA)_(DRIVER|VISIBLE|REQUIRE|VNPU|RUNTIME|MIG)/;

/** Hard limits of this process, which no container's may exceed where the machine refuses to raise them. */
export interface OwnLimits {
  nofile: number;
  nproc: number;
}

/** The container for `work` under the lease `key`. */
export function containerSpec(parts: {
  key: LeaseKey;
  agent: string;
  work: Work;
  acceleratorIds: readonly string[];
  granted: GrantedDevices;
  engine: EngineInfo;
  limits: OwnLimits;
  cgroupParent: string | undefined;
}): ContainerSpec {
  const { key, work, granted, limits } = parts;
  const runtime = sandboxRuntime(work.sandbox, parts.engine.runtimes) ?? granted.runtime;
  const own = Object.fromEntries(Object.entries(work.env).filter(([name]) => !forbiddenEnv.test(name)));
  return {
    name: containerName(key),
    image: work.image,
    command: work.command,
    ...(work.entrypoint.length > 0 ? { entrypoint: work.entrypoint } : {}),
    env: {
      ...own,
      ...granted.env,
      SUANLINK_LEASE_ID: key.leaseId,
      SUANLINK_EPOCH: String(key.epoch),
      SUANLINK_ACCELERATORS: parts.acceleratorIds.join(','),
    },
    ...(work.workingDir ? { workingDir: work.workingDir } : {}),
    ...(work.user ? { user: work.user } : {}),
    labels: { agent: parts.agent, lease: key.leaseId, epoch: key.epoch },
    limits: {
      cpuMilli: work.cpuMilli,
      memoryBytes: work.memoryBytes,
      pids: work.pids,
      shmBytes: work.shmBytes,
      nofile: Math.min(65_536, limits.nofile),
      // Podman lowers its own hard limit to the kernel's default pid_max, and runc cannot go above it.
      nproc: Math.min(32_768, limits.nproc),
    },
    network: work.network,
    readOnlyRoot: work.readOnlyRoot,
    tmpfs: work.readOnlyRoot ? { '/tmp': Math.min(work.memoryBytes, 256 * 1024 * 1024) } : {},
    devices: granted.devices,
    mounts: granted.mounts,
    cdi: granted.cdi,
    ...(runtime ? { runtime } : {}),
    ...(parts.cgroupParent ? { cgroupParent: parts.cgroupParent } : {}),
  };
}

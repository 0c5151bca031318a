/**
 * A container spec → what the engines are asked to create (pure). Docker takes its own API's body, Podman its native
 * one: Podman's Docker-compatible creation passes over CDI devices in silence, and a job would run without its card.
 *
 * Ground rules, whatever the spec says: no capabilities, no new privileges, the engine's default seccomp profile, no
 * host network, process or IPC namespace, hard memory, CPU and process limits, no swap, mounts read-only and private.
 * Ulimits are always set and never above our own hard limits: where the machine refuses to raise them, asking for more
 * (or leaving Podman's default) makes every start fail.
 *
 * Logs: Docker `local` and Podman `k8s-file`, both without rotation. They keep every byte as it was written (Docker's
 * `json-file` replaces what is not UTF-8), so that output can be read again after an agent's restart.
 */
import type { ContainerSpec } from '../runtime.ts';
import type { OwnLimits } from '../spec.ts';
import { label } from './decode.ts';

/** Podman lowers its own hard limit of processes to this (the kernel's default `pid_max`), and runc cannot go above. */
const podmanProcesses = 32_768;

/** CPU time is handed out per period of this many microseconds. */
const cpuPeriodUs = 100_000;

/** JSON for POST /containers/create. */
export function dockerBody(spec: ContainerSpec, image: string, own: OwnLimits): Record<string, unknown> {
  return {
    Image: image,
    ...(spec.command.length > 0 ? { Cmd: spec.command } : {}),
    ...(spec.entrypoint ? { Entrypoint: spec.entrypoint } : {}),
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    ...(spec.workingDir ? { WorkingDir: spec.workingDir } : {}),
    ...(spec.user ? { User: spec.user } : {}),
    Labels: labels(spec),
    AttachStdin: false,
    Tty: false,
    HostConfig: {
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      NetworkMode: spec.network,
      IpcMode: 'private',
      ReadonlyRootfs: spec.readOnlyRoot,
      Memory: spec.limits.memoryBytes,
      MemorySwap: spec.limits.memoryBytes,
      CpuPeriod: cpuPeriodUs,
      CpuQuota: cpuQuotaUs(spec),
      PidsLimit: spec.limits.pids,
      ShmSize: spec.limits.shmBytes,
      Ulimits: ulimits(spec, own).map(({ type, soft, hard }) => ({ Name: type, Soft: soft, Hard: hard })),
      Tmpfs: Object.fromEntries(
        Object.entries(spec.tmpfs).map(([path, bytes]) => [path, tmpfsOptions(bytes).join(',')]),
      ),
      Mounts: spec.mounts.map(({ hostPath, containerPath }) => ({
        Type: 'bind',
        Source: hostPath,
        Target: containerPath,
        ReadOnly: true,
        BindOptions: { Propagation: 'rprivate' },
      })),
      Devices: spec.devices.map(({ hostPath, containerPath, permissions }) => ({
        PathOnHost: hostPath,
        PathInContainer: containerPath,
        CgroupPermissions: permissions,
      })),
      ...(spec.cdi.length > 0 ? { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: spec.cdi }] } : {}),
      ...(spec.runtime ? { Runtime: spec.runtime } : {}),
      ...(spec.cgroupParent ? { CgroupParent: spec.cgroupParent } : {}),
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'local', Config: { 'max-size': '1000g', 'max-file': '1', compress: 'false' } },
    },
  };
}

/** JSON for POST /libpod/containers/create. */
export function podmanBody(spec: ContainerSpec, image: string, own: OwnLimits): Record<string, unknown> {
  return {
    name: spec.name,
    image,
    ...(spec.command.length > 0 ? { command: spec.command } : {}),
    ...(spec.entrypoint ? { entrypoint: spec.entrypoint } : {}),
    env: spec.env,
    ...(spec.workingDir ? { work_dir: spec.workingDir } : {}),
    ...(spec.user ? { user: spec.user } : {}),
    labels: labels(spec),
    privileged: false,
    cap_drop: ['ALL'],
    no_new_privileges: true,
    netns: { nsmode: spec.network },
    ipcns: { nsmode: 'private' },
    read_only_filesystem: spec.readOnlyRoot,
    // Neither the host's proxy settings nor special treatment of images that carry systemd.
    httpproxy: false,
    systemd: 'false',
    // A forced removal need not ask first: whoever may ask has stopped it before.
    stop_timeout: 0,
    resource_limits: {
      memory: { limit: spec.limits.memoryBytes, swap: spec.limits.memoryBytes },
      cpu: { period: cpuPeriodUs, quota: cpuQuotaUs(spec) },
      pids: { limit: spec.limits.pids },
    },
    shm_size: spec.limits.shmBytes,
    r_limits: ulimits(spec, { nofile: own.nofile, nproc: Math.min(own.nproc, podmanProcesses) }),
    mounts: [
      ...Object.entries(spec.tmpfs).map(([destination, bytes]) => ({
        destination,
        type: 'tmpfs',
        source: 'tmpfs',
        options: tmpfsOptions(bytes),
      })),
      ...spec.mounts.map(({ hostPath, containerPath }) => ({
        destination: containerPath,
        type: 'bind',
        source: hostPath,
        options: ['rbind', 'rprivate', 'ro', 'nosuid', 'nodev'],
      })),
    ],
    devices: [
      ...spec.devices.map((device) => ({
        path: `${device.hostPath}:${device.containerPath}:${device.permissions}`,
      })),
      ...spec.cdi.map((name) => ({ path: name })),
    ],
    ...(spec.runtime ? { oci_runtime: spec.runtime } : {}),
    ...(spec.cgroupParent ? { cgroup_parent: spec.cgroupParent } : {}),
    log_configuration: { driver: 'k8s-file' },
  };
}

function labels(spec: ContainerSpec): Record<string, string> {
  return {
    [label.agent]: spec.labels.agent,
    [label.lease]: spec.labels.lease,
    [label.epoch]: String(spec.labels.epoch),
  };
}

/** Microseconds of CPU per period; engines refuse less than one thousandth of a second. */
function cpuQuotaUs(spec: ContainerSpec): number {
  return Math.max(1000, Math.round((spec.limits.cpuMilli * cpuPeriodUs) / 1000));
}

function ulimits(spec: ContainerSpec, own: OwnLimits): { type: string; soft: number; hard: number }[] {
  const limit = (type: 'nofile' | 'nproc'): { type: string; soft: number; hard: number } => {
    const value = Math.min(spec.limits[type], own[type]);
    return { type, soft: value, hard: value };
  };
  return [limit('nofile'), limit('nproc')];
}

/** Programs may be run from it: build tools compile into /tmp and run what they made. */
function tmpfsOptions(bytes: number): string[] {
  return ['rw', 'exec', 'nosuid', 'nodev', 'mode=1777', `size=${bytes}`];
}

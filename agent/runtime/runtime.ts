/**
 * What a container runtime must do for us, and nothing more. One adapter (`engine/`) serves Docker and Podman through
 * the Docker Engine API; a Slurm cluster or a child scheduler can be adapters of the same interface later.
 *
 * Ground rules: the listing is the truth and events only wake the loop. Containers are never our children. Every
 * container of ours carries the labels `suanlink.agent`, `suanlink.lease` and `suanlink.epoch`. Failures are
 * `SuanlinkError` with the codes named at each method; `engine_unavailable` (no answer on the socket) is never taken
 * for "the container exited".
 */
import type { LeaseId } from '../../proto/ids.ts';

/** What the engine says of itself, read once per connection. */
export interface EngineInfo {
  engine: 'docker' | 'podman';
  version: string;
  cgroupVersion: 1 | 2;
  cgroupDriver: 'cgroupfs' | 'systemd';
  rootless: boolean;
  /** Names of OCI runtimes that can be asked for (`runc`, `nvidia`, …). */
  runtimes: string[];
  /** CDI spec directories exist and the engine can use them. */
  cdi: boolean;
}

/** Everything needed to create one container; pure data made by `spec.ts`. Sizes in bytes, CPU in thousandths. */
export interface ContainerSpec {
  name: string;
  image: string;
  /** Empty: the image's own command. */
  command: string[];
  /** Replaces the image's entrypoint when present. */
  entrypoint?: string[];
  env: Record<string, string>;
  workingDir?: string;
  user?: string;
  labels: { agent: string; lease: LeaseId; epoch: number };
  limits: {
    cpuMilli: number;
    memoryBytes: number;
    pids: number;
    shmBytes: number;
    nofile: number;
    nproc: number;
  };
  network: 'none' | 'bridge';
  readOnlyRoot: boolean;
  /** tmpfs mounts, path to size. */
  tmpfs: Record<string, number>;
  devices: { hostPath: string; containerPath: string; permissions: string }[];
  mounts: { hostPath: string; containerPath: string; readOnly: true }[];
  cdi: string[];
  runtime?: string;
  /** Parent cgroup whose counters outlive the container (see cgroup.ts); absent where we cannot make one. */
  cgroupParent?: string;
}

/** One container of ours as the engine sees it. Times are Unix milliseconds by the engine's clock. */
export interface ObservedContainer {
  id: string;
  name: string;
  lease: LeaseId;
  epoch: number;
  agent: string;
  state: 'created' | 'running' | 'exited';
  exitCode?: number;
  oomKilled?: boolean;
  startedAtMs?: number;
  finishedAtMs?: number;
  pid?: number;
  image: string;
  /** The engine's own words when the start failed. */
  error?: string;
}

/** A piece of output: raw bytes of one stream at its byte offset in that stream. */
export interface OutputPiece {
  stream: 'stdout' | 'stderr';
  offset: number;
  data: Uint8Array;
}

/** Takes output; a returned promise holds the container's pipe back until it resolves (flow control end to end). */
export type OutputSink = (piece: OutputPiece) => void | Promise<void>;

/** Where each stream should begin: bytes already taken. */
export interface OutputFrom {
  stdout: number;
  stderr: number;
}

/** Pull progress as bytes over all layers; `totalBytes` grows while layers are discovered. */
export interface PullProgress {
  doneBytes: number;
  totalBytes: number;
  status: string;
}

/** The disk on which an engine keeps images and containers. */
export interface DiskSpace {
  freeBytes: number;
  totalBytes: number;
}

/** Credentials for a registry; sent to the engine only. */
export interface RegistryAuth {
  username: string;
  password: string;
}

/** What a command inside a container came to. */
export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** More was printed than was wanted; what came first is here. */
  truncated: boolean;
}

/** Bounds of a command inside a container. */
export interface ExecLimits {
  timeoutMs: number;
  /** Of stdout and stderr together. */
  maxBytes: number;
}

/** Resource use of a running container at one moment. */
export interface ContainerStats {
  cpuNanos: number;
  memoryBytes: number;
}

/** See the head of this file. All methods reject with `engine_unavailable` when the socket does not answer. */
export interface Runtime {
  info(): Promise<EngineInfo>;
  /** Containers with our `suanlink.agent` label for this agent, in any state. Labels that do not parse are left out of
   * `known` and come back in `unknown` (ids only), to be reported and never killed. */
  list(agent: string): Promise<{ known: ObservedContainer[]; unknown: string[] }>;
  /** undefined when there is no such container. */
  inspect(id: string): Promise<ObservedContainer | undefined>;
  /** Creates, does not start. `image_not_found` when the image is not on this machine; `container_create_failed`.
   * A name that is taken by a container with the same lease and epoch answers with that container's id. */
  create(spec: ContainerSpec): Promise<string>;
  /**
   * Attaches, then starts; every byte that the container writes from its first instant goes to `sink` in order.
   * Resolves when started with a promise `drained` that resolves at the end of output (it never rejects: a lost attach
   * connection resolves with `complete: false`, and the caller continues with `output`).
   * `atEnd` is called at the very end of output, before the engine is asked anything: the last moment at which the
   * container's own cgroup is surely there to read (Podman removes it some ten milliseconds later).
   * `not_found`, `command_not_found`, `command_not_executable`, `container_start_failed`.
   */
  start(
    id: string,
    sink: OutputSink,
    atEnd?: () => void,
  ): Promise<{ startedAtMs: number; drained: Promise<{ complete: boolean }> }>;
  /** Output from the engine's own log from the given offsets on, following until the container ends. For re-adoption. */
  output(id: string, from: OutputFrom, sink: OutputSink, signal: AbortSignal): Promise<{ complete: boolean }>;
  /** Resolves once the container has exited and its exit state is final. Quick: within a few ms of the exit. */
  wait(id: string, signal: AbortSignal): Promise<ObservedContainer>;
  /** SIGTERM, then SIGKILL after the grace. Resolves when it no longer runs; a container that is gone is fine. */
  stop(id: string, graceMs: number): Promise<void>;
  /** Removes a container and its anonymous volumes; one that is gone is fine. */
  remove(id: string): Promise<void>;
  /** Pulls if needed. `image_not_found`, `image_pull_denied`, `image_pull_failed`; `no_capacity` when the disk is full. */
  pull(
    image: string,
    auth: RegistryAuth | undefined,
    progress: (p: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Imports a root file system tar as `image`. */
  importImage(image: string, tar: AsyncIterable<Uint8Array>): Promise<void>;
  /** `conflict` when a container uses it; one that is gone is fine. */
  removeImage(image: string): Promise<void>;
  /** What the name stands for on this machine; undefined when there is no such image. */
  imageId(image: string): Promise<string | undefined>;
  /** undefined when the engine's disk cannot be seen from here. */
  disk(): Promise<DiskSpace | undefined>;
  stats(id: string): Promise<ContainerStats | undefined>;
  /**
   * Runs a short command beside the container's own, as its user and with its limits and no more. `not_found`: the
   * container does not run; `command_not_found`, `command_not_executable`; `deadline_exceeded`: it has not ended in
   * time, and is left to end with the container (engines cannot end it by themselves).
   */
  exec(id: string, argv: readonly string[], limits: ExecLimits): Promise<ExecResult>;
  /** Yields whenever something may have changed (an event of one of our containers); ends with the signal or when the
   * engine goes away. */
  events(signal: AbortSignal): AsyncIterable<void>;
  close(): Promise<void>;
}

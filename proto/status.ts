/**
 * `suanlink.status/v1`: what a node's agent says of itself. The same document in `suanlink status --output json`, on
 * the control socket (`GET /v1/status`, and one line per change on `GET /v1/watch`), and behind the terminal view.
 * Fields may be added, never changed. Durations and ages in milliseconds, sizes in bytes unless named otherwise.
 */

/** One device as the operator sees it. `null`: not known. */
export interface StatusDevice {
  id: string;
  vendor: string;
  index: number;
  model: string;
  health: 'ok' | 'degraded' | 'failed' | 'unknown';
  health_reasons: string[];
  offered: boolean;
  not_offered_reason: string;
  simulated: boolean;
  lease_id: string | null;
  memory_total_mib: number | null;
  memory_used_mib: number | null;
  utilization_pct: number | null;
  temperature_c: number | null;
  power_w: number | null;
  power_limit_w: number | null;
  /** Age of the changing values above. */
  sample_age_ms: number | null;
  numa_node: number | null;
  /** CPUs near it, `0-15,64-79`; null: not known. */
  cpu_affinity: string | null;
  /** Null: not known. */
  links: { kind: string; peer_id: string; word: string }[] | null;
  /** Null: not known, because the tool does not list them. */
  processes: StatusProcess[] | null;
  /** Who uses it that no lease put there; '' when nobody is known to. */
  external_use: string;
  /** What the kernel's log said of it since the agent's start, the last ones, oldest first. */
  events: StatusEvent[];
  /** Worth knowing, but no reason to withhold it. */
  notes: string[];
  /** '' where the tool does not say, here and in the versions below. */
  uuid: string;
  serial: string;
  bus_address: string;
  driver_version: string;
  /** Of the vendor's own runtime: CUDA, CANN, CNToolkit, ROCm. */
  runtime_version: string;
  firmware: string;
  clock_mhz: number | null;
  memory_clock_mhz: number | null;
  memory_temperature_c: number | null;
  /** Where the card begins to slow down. */
  temperature_limit_c: number | null;
  /** Why it runs slower than it could, in the tool's words. */
  throttle_reasons: string[];
  ecc_uncorrected: number | null;
  /** Null: not known, here and above. */
  ecc_enabled: boolean | null;
}

/** One process on a device, and whose it is. */
export interface StatusProcess {
  pid: number;
  name: string;
  memory_used_mib: number | null;
  owner: 'lease' | 'container' | 'host' | 'unknown';
  lease_id: string | null;
  container_id: string | null;
  /** Service, session or Slurm job of a process of the host; '' when the kernel names none. */
  unit: string;
}

/** One line of the kernel's log about a device. */
export interface StatusEvent {
  at: string;
  /** `xid 79`, `pcie fatal`, … */
  code: string;
  severity: 'info' | 'degraded' | 'failed';
  message: string;
}

/** One lease on the node. */
export interface StatusLease {
  id: string;
  epoch: number;
  job_id: string;
  org: string;
  state: 'accepted' | 'starting' | 'running' | 'stopping' | 'ended';
  waiting_for: string;
  image: string;
  accelerator_ids: string[];
  container_id: string | null;
  age_ms: number;
  run_ms: number | null;
  /** Until the lease must have been renewed; null before commit and after the end. */
  ttl_left_ms: number | null;
  end_reason: string | null;
  exit_code: number | null;
  error: string | null;
  /** Whether the container sees the accelerators that it was leased, by the vendor's tool inside; null: not looked yet. */
  devices_inside: 'match' | 'mismatch' | 'unclear' | 'skipped' | null;
  devices_inside_detail: string;
  stdout_bytes: number;
  stderr_bytes: number;
  /** What it has been through, in order; times count from the offer. */
  timeline: { name: string; at_ms: number }[];
  command: string[];
  cpu_milli: number;
  memory_bytes: number;
  disk_bytes: number;
  /** Until its time limit; null before it runs and after the end. */
  time_left_ms: number | null;
  /** How far the pull of its image has come; null when none is under way. `total_bytes` 0: the engine does not say. */
  pull: { done_bytes: number; total_bytes: number; bytes_per_second: number } | null;
  /** Why it is being stopped; null when it is not. */
  stop_reason: string | null;
}

/** The whole document. */
export interface StatusSnapshot {
  schema: 'suanlink.status/v1';
  generated_at: string;
  agent: {
    version: string;
    pid: number;
    state: 'running' | 'draining';
    uptime_ms: number;
    node_id: string;
    name: string;
    org: string;
    drain_reason: string;
    /** Until leases that still run are ended; null: they run to their own end, or the node does not drain. */
    drain_left_ms: number | null;
    /** Grows with every event: when it has, `GET /v1/recent` has something new. */
    recent_seq: number;
  };
  scheduler: {
    url: string;
    state: 'connected' | 'connecting' | 'waiting' | 'refused' | 'closed';
    /** Why it is not connected, by code and in words. */
    code: string;
    reason: string;
    retry_in_ms: number | null;
    attempt: number;
    connected_ms: number | null;
    unacknowledged_messages: number;
    outbox_bytes: number;
  };
  engine: { description: string; problem: string; quarantined_containers: string[] };
  /** What does not work at the moment, beside the engine and the scheduler: `journal`, `guard`. */
  problems: { part: string; message: string }[];
  host: {
    hostname: string;
    os: string;
    kernel: string;
    cpu_model: string;
    cpu_milli: number;
    memory_bytes: number;
    disk_bytes: number;
    cpu_pct: number | null;
    memory_used_bytes: number | null;
  };
  probes: {
    vendor: string;
    status: 'present' | 'absent' | 'failed' | 'pending';
    reason: string;
    last_good_age_ms: number | null;
    /** Age of the devices' changing values; null before the first. */
    sampled_age_ms: number | null;
    /** What could not be learned beside the devices, and why. */
    notes: string[];
  }[];
  /** Why the kernel's log is not read; '' when it is, or nobody asked for it. */
  kernel_log_problem: string;
  devices: StatusDevice[];
  leases: StatusLease[];
}

/** What an event is about; faces have a sentence for each. */
export type NodeEventKind =
  | 'agent_started'
  | 'scheduler_connected'
  | 'scheduler_lost'
  | 'scheduler_refused'
  | 'lease_accepted'
  | 'lease_starting'
  | 'lease_running'
  | 'lease_stopping'
  | 'lease_ended'
  | 'lease_failed'
  | 'device_ok'
  | 'device_degraded'
  | 'device_failed'
  | 'device_unknown'
  | 'device_new'
  | 'device_gone'
  | 'device_event'
  | 'probe_failed'
  | 'probe_back'
  | 'drain'
  | 'undrain'
  | 'engine_failed'
  | 'engine_back'
  | 'problem'
  | 'problem_over';

/** Something that has happened on the node. */
export interface NodeEvent {
  seq: number;
  at: string;
  severity: 'info' | 'warn' | 'crit';
  kind: NodeEventKind;
  /** Id of the lease or device, the vendor, the part; '' for the node itself. */
  subject: string;
  /** Why, or what exactly, in the words of whoever said it; may be ''. */
  detail: string;
}

/** `suanlink.recent/v1`: what has happened lately, oldest first, and the leases that ended last. Bounded. */
export interface RecentDocument {
  schema: 'suanlink.recent/v1';
  seq: number;
  events: NodeEvent[];
  ended: StatusLease[];
}

/** One line of a lease's output. */
export interface LogLine {
  /** From 1, growing by one over both streams. */
  number: number;
  at: string;
  stream: 'stdout' | 'stderr';
  text: string;
}

/** `suanlink.log/v1`: the last lines of a lease's output that the agent still has, after the number asked for. */
export interface LogDocument {
  schema: 'suanlink.log/v1';
  lease_id: string;
  lines: LogLine[];
}

/** `suanlink.last/v1`: what an agent leaves beside its socket, for when it does not run. */
export interface LastDocument {
  schema: 'suanlink.last/v1';
  status: StatusSnapshot;
  recent: RecentDocument;
}

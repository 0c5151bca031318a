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
  sample_age_ms: number | null;
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
  stdout_bytes: number;
  stderr_bytes: number;
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
  }[];
  devices: StatusDevice[];
  leases: StatusLease[];
}

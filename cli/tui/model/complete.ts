/** A status document of an older agent, made to look like one of today: what it cannot say is not known. Pure. */
import type { StatusDevice, StatusLease, StatusSnapshot } from '../../../proto/status.ts';

const deviceDefaults: Omit<StatusDevice, 'id'> = {
  vendor: '',
  index: 0,
  model: '',
  health: 'unknown',
  health_reasons: [],
  offered: false,
  not_offered_reason: '',
  simulated: false,
  lease_id: null,
  memory_total_mib: null,
  memory_used_mib: null,
  utilization_pct: null,
  temperature_c: null,
  power_w: null,
  power_limit_w: null,
  sample_age_ms: null,
  numa_node: null,
  cpu_affinity: null,
  links: null,
  processes: null,
  external_use: '',
  events: [],
  notes: [],
  uuid: '',
  serial: '',
  bus_address: '',
  driver_version: '',
  runtime_version: '',
  firmware: '',
  clock_mhz: null,
  memory_clock_mhz: null,
  memory_temperature_c: null,
  temperature_limit_c: null,
  throttle_reasons: [],
  ecc_uncorrected: null,
  ecc_enabled: null,
};

const leaseDefaults: Partial<StatusLease> = {
  waiting_for: '',
  container_id: null,
  end_reason: null,
  exit_code: null,
  error: null,
  devices_inside: null,
  devices_inside_detail: '',
  timeline: [],
  command: [],
  cpu_milli: 0,
  memory_bytes: 0,
  disk_bytes: 0,
  time_left_ms: null,
  pull: null,
  stop_reason: null,
};

/** Whether everything that this program reads is there: the fields that were added last are. */
function isOfToday({ agent, devices }: StatusSnapshot): boolean {
  const hasAll = devices.length === 0 || devices[0]?.ecc_enabled !== undefined;
  return typeof agent.recent_seq === 'number' && hasAll;
}

/** `document` with every field that this program reads. */
export function complete(document: StatusSnapshot): StatusSnapshot {
  if (isOfToday(document)) return document;
  return {
    ...document,
    problems: document.problems ?? [],
    probes: (document.probes ?? []).map((probe) => ({ ...probe, notes: probe.notes ?? [] })),
    devices: document.devices.map((device) => ({ ...deviceDefaults, ...device })),
    leases: document.leases.map((lease) => ({ ...leaseDefaults, ...lease })),
  };
}

/** Status documents for the terminal view's tests: typed as the agent's own, so that a field that is new must be given. */
import type { StatusDevice, StatusLease, StatusSnapshot } from '../../proto/status.ts';

/** A card that is well; `index` varies its values. */
export function device(index: number, change: Partial<StatusDevice> = {}): StatusDevice {
  return {
    id: `ascend-0000:${String(index).padStart(2, '0')}:00.0`,
    vendor: 'ascend',
    index,
    model: '910B3',
    health: 'ok',
    health_reasons: [],
    offered: true,
    not_offered_reason: '',
    simulated: false,
    lease_id: null,
    memory_total_mib: 65_536,
    memory_used_mib: 3_000 + index * 3_500,
    utilization_pct: (index * 13) % 101,
    temperature_c: 40 + index,
    power_w: 90 + index * 15,
    power_limit_w: 310,
    sample_age_ms: 400,
    numa_node: index >> 2,
    cpu_affinity: '0-31',
    links: [],
    processes: [],
    external_use: '',
    events: [],
    notes: [],
    uuid: '',
    serial: `102${String(index).padStart(9, '0')}`,
    bus_address: `0000:${String(index).padStart(2, '0')}:00.0`,
    driver_version: '24.1.rc3',
    runtime_version: '8.0.RC3',
    firmware: '7.5.0.1.129',
    clock_mhz: 1800,
    memory_clock_mhz: 1600,
    memory_temperature_c: 48,
    temperature_limit_c: null,
    throttle_reasons: [],
    ecc_uncorrected: 0,
    ecc_enabled: true,
    ...change,
  };
}

/** A lease that runs. */
export function lease(name: string, change: Partial<StatusLease> = {}): StatusLease {
  return {
    id: `lease-${name.padEnd(20, 'a')}`,
    epoch: 1,
    job_id: `job-${name.padEnd(20, 'b')}`,
    org: 'tsinghua',
    state: 'running',
    waiting_for: 'its end',
    image: 'registry.example/team/llama-finetune:2026.11',
    accelerator_ids: [device(0).id, device(1).id],
    container_id: 'c0ffee00c0ffee00c0ffee00',
    age_ms: 4_323_000,
    run_ms: 4_300_000,
    ttl_left_ms: 24_000,
    end_reason: null,
    exit_code: null,
    error: null,
    devices_inside: 'match',
    devices_inside_detail: '',
    stdout_bytes: 12_000,
    stderr_bytes: 0,
    timeline: [
      { name: 'accepted', at_ms: 0 },
      { name: 'committed', at_ms: 40 },
      { name: 'pulling', at_ms: 60 },
      { name: 'creating', at_ms: 21_060 },
      { name: 'created', at_ms: 21_200 },
      { name: 'starting', at_ms: 21_210 },
      { name: 'running', at_ms: 21_500 },
    ],
    command: ['python3', 'train.py', '--epochs', '3'],
    cpu_milli: 16_000,
    memory_bytes: 64 * 2 ** 30,
    disk_bytes: 100 * 2 ** 30,
    time_left_ms: 82_000_000,
    pull: null,
    stop_reason: null,
    ...change,
  };
}

/** A node that is well: `cards` cards, one lease on the first two. */
export function healthy(cards = 8, change: Partial<StatusSnapshot> = {}): StatusSnapshot {
  const running = lease('f3a7kq');
  const devices = Array.from({ length: cards }, (_, index) =>
    device(index, { lease_id: index < 2 ? running.id : null }),
  );
  return {
    schema: 'suanlink.status/v1',
    generated_at: '2026-11-25T08:00:00.000Z',
    agent: {
      version: '0.1.0',
      pid: 4711,
      state: 'running',
      uptime_ms: 273_600_000,
      node_id: 'node-aaaaaaaaaaaaaaaaaaaa',
      name: 'gpu-07',
      org: 'tsinghua',
      drain_reason: '',
      drain_left_ms: null,
      recent_seq: 0,
    },
    scheduler: {
      url: 'https://pool.example:7443',
      state: 'connected',
      code: '',
      reason: '',
      retry_in_ms: null,
      attempt: 0,
      connected_ms: 180_000_000,
      unacknowledged_messages: 0,
      outbox_bytes: 0,
    },
    engine: { description: 'podman 4.3.1', problem: '', quarantined_containers: [] },
    problems: [],
    host: {
      hostname: 'gpu-07',
      os: 'openEuler 24.03 (LTS)',
      kernel: '6.6.0-28.0.0.34',
      cpu_model: 'Kunpeng-920',
      cpu_milli: 192_000,
      memory_bytes: 2 ** 40,
      disk_bytes: 4 * 2 ** 40,
      cpu_pct: 12,
      memory_used_bytes: 300 * 2 ** 30,
    },
    probes: [
      {
        vendor: 'ascend',
        status: cards > 0 ? 'present' : 'absent',
        reason: cards > 0 ? '' : 'npu-smi: not found',
        last_good_age_ms: null,
        sampled_age_ms: 500,
        notes: [],
      },
      {
        vendor: 'nvidia',
        status: 'absent',
        reason: 'nvidia-smi: not found',
        last_good_age_ms: null,
        sampled_age_ms: null,
        notes: [],
      },
    ],
    kernel_log_problem: '',
    devices,
    leases: cards > 0 ? [running] : [],
    ...change,
  };
}

/** A node with something of everything: a failed and a failing card, a pull, a failed lease, no scheduler. */
export function troubled(): StatusSnapshot {
  const base = healthy(8);
  const devices = [...base.devices];
  devices[5] = device(5, {
    health: 'failed',
    health_reasons: ['xid 79: GPU has fallen off the bus'],
    offered: false,
    not_offered_reason: 'it failed',
  });
  devices[6] = device(6, {
    health: 'degraded',
    health_reasons: ['2 uncorrected memory errors since the driver was loaded'],
  });
  return {
    ...base,
    devices,
    scheduler: {
      ...base.scheduler,
      state: 'waiting',
      code: 'unavailable',
      reason: 'connect ECONNREFUSED 10.0.0.1:7443',
      retry_in_ms: 8000,
      attempt: 7,
      connected_ms: null,
    },
    leases: [
      ...base.leases,
      lease('q7mmab', {
        state: 'starting',
        waiting_for: 'pull: 1204 of 2800 MiB (43 %)',
        pull: { done_bytes: 1204 * 2 ** 20, total_bytes: 2800 * 2 ** 20, bytes_per_second: 38e6 },
        time_left_ms: null,
        run_ms: null,
        accelerator_ids: [device(3).id],
        age_ms: 42_000,
      }),
      lease('zzzz22', {
        state: 'ended',
        end_reason: 'oom',
        exit_code: 137,
        error: 'the kernel ended it for memory',
        accelerator_ids: [device(4).id],
      }),
    ],
  };
}

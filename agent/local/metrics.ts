/**
 * The status document as metrics, and as an answer to "are you ready?". Pure.
 *
 * A card's metrics are OpenTelemetry's `hw.*`: ratios from 0 to 1, bytes, degrees Celsius, watts, whatever unit the vendor's
 * tool prints. What a tool does not say is left out, never 0. Labels are bounded by the cards of one node; no lease, job or
 * organisation is ever a label here.
 */
import { counter, type Family, gauge, type Sample } from '../../proto/exposition.ts';
import type { StatusDevice, StatusSnapshot } from '../../proto/status.ts';

const mebibyte = 1024 * 1024;

const flag = (value: boolean): number => (value ? 1 : 0);
const scaled = (value: number | null, by: number): number | null => (value === null ? null : value * by);

type Labelled = readonly [Sample[0], number | null];

/** One value of every card. */
function each(
  devices: readonly StatusDevice[],
  value: (device: StatusDevice) => number | null,
  more = {},
): Labelled[] {
  return devices.map((device) => {
    const { id, vendor, model, index } = device;
    return [{ id, vendor, model, index, ...more }, value(device)] as const;
  });
}

/** Each card's state, work and memory. */
function cards({ devices }: StatusSnapshot): Family[] {
  const of = (value: (device: StatusDevice) => number | null, more = {}): Labelled[] =>
    each(devices, value, more);
  const states = ['ok', 'degraded', 'failed', 'unknown'] as const;
  return [
    gauge(
      'hw_status',
      'Whether the card is in this state: 1, else 0.',
      ...states.flatMap((state) => of(({ health }) => flag(health === state), { state })),
    ),
    gauge(
      'hw_gpu_utilization_ratio',
      'Share of time in which the card worked, 0 to 1.',
      ...of((d) => scaled(d.utilization_pct, 0.01)),
    ),
    gauge(
      'hw_gpu_memory_usage_bytes',
      'Memory of the card that is in use.',
      ...of((d) => scaled(d.memory_used_mib, mebibyte)),
    ),
    gauge(
      'hw_gpu_memory_limit_bytes',
      'Memory of the card.',
      ...of((d) => scaled(d.memory_total_mib, mebibyte)),
    ),
  ];
}

/** What wears a card: heat, power, errors; and what we do with it. */
function condition({ devices }: StatusSnapshot): Family[] {
  const of = (value: (device: StatusDevice) => number | null, more = {}): Labelled[] =>
    each(devices, value, more);
  return [
    gauge(
      'hw_temperature_celsius',
      'Temperature by sensor.',
      ...of((d) => d.temperature_c, { sensor: 'core' }),
      ...of((d) => d.memory_temperature_c, { sensor: 'memory' }),
    ),
    gauge(
      'hw_temperature_limit_celsius',
      'Where the card begins to slow down.',
      ...of((d) => d.temperature_limit_c),
    ),
    gauge('hw_power_watts', 'Power that the card draws.', ...of((d) => d.power_w)),
    gauge('hw_power_limit_watts', 'Power that the card may draw.', ...of((d) => d.power_limit_w)),
    gauge('hw_gpu_clock_hertz', 'Clock of the card.', ...of((d) => scaled(d.clock_mhz, 1e6))),
    counter(
      'hw_errors_total',
      'Errors that the card counts since its driver was loaded.',
      ...of((d) => d.ecc_uncorrected, { error_type: 'ecc_uncorrected' }),
    ),
    gauge(
      'suanlink_accelerator_offered',
      'Whether the card is offered for leases.',
      ...of((d) => flag(d.offered)),
    ),
    gauge(
      'suanlink_accelerator_leased',
      'Whether a lease has the card.',
      ...of((d) => flag(d.lease_id !== null)),
    ),
    gauge(
      'suanlink_accelerator_throttled',
      'Whether the card says that it runs slower than it could.',
      ...of((d) => flag(d.throttle_reasons.length > 0)),
    ),
  ];
}

function link({ scheduler }: StatusSnapshot): Family[] {
  return [
    gauge('suanlink_agent_scheduler_connected', 'Whether a session with the scheduler stands.', [
      {},
      flag(scheduler.state === 'connected'),
    ]),
    gauge('suanlink_agent_scheduler_refused', 'Whether the scheduler refuses this node.', [
      {},
      flag(scheduler.state === 'refused'),
    ]),
    gauge('suanlink_agent_scheduler_attempts', 'Tries since the last session.', [{}, scheduler.attempt]),
    gauge('suanlink_agent_outbox_messages', 'Messages that the scheduler has not acknowledged.', [
      {},
      scheduler.unacknowledged_messages,
    ]),
    gauge('suanlink_agent_outbox_bytes', 'What waits on disk for the scheduler.', [
      {},
      scheduler.outbox_bytes,
    ]),
  ];
}

function work({ agent, leases, engine, problems, probes }: StatusSnapshot): Family[] {
  const states = ['accepted', 'starting', 'running', 'stopping', 'ended'] as const;
  const asked = probes.filter(({ status }) => status === 'present' || status === 'failed');
  return [
    gauge('suanlink_build_info', 'Always 1; the label says which release runs.', [
      { version: agent.version, role: 'agent' },
      1,
    ]),
    gauge('suanlink_agent_draining', 'Whether the node takes no new leases.', [
      {},
      flag(agent.state === 'draining'),
    ]),
    gauge(
      'suanlink_agent_leases',
      'Leases on the node by state.',
      ...states.map((state) => [{ state }, leases.filter((lease) => lease.state === state).length] as const),
    ),
    gauge('suanlink_agent_engine_up', 'Whether the container engine works.', [
      {},
      flag(engine.problem === ''),
    ]),
    gauge('suanlink_agent_problems', 'Parts of the agent that do not work.', [{}, problems.length]),
    gauge('suanlink_agent_quarantined_containers', 'Containers with our label that no lease knows.', [
      {},
      engine.quarantined_containers.length,
    ]),
    gauge(
      'suanlink_agent_probe_up',
      "Whether the vendor's tool answers.",
      ...asked.map(({ vendor, status }) => [{ vendor }, flag(status === 'present')] as const),
    ),
    gauge(
      'suanlink_agent_probe_age_seconds',
      "Age of the vendor's last sample.",
      ...asked.map(({ vendor, sampled_age_ms: age }) => [{ vendor }, scaled(age, 0.001)] as const),
    ),
  ];
}

function host({
  host: { cpu_pct: cpu, memory_bytes: memory, memory_used_bytes: used },
}: StatusSnapshot): Family[] {
  return [
    gauge('system_cpu_utilization_ratio', 'Share of the processors in use, 0 to 1.', [{}, scaled(cpu, 0.01)]),
    gauge('system_memory_usage_bytes', 'Memory of the host in use.', [{}, used]),
    gauge('system_memory_limit_bytes', 'Memory of the host that may be leased.', [{}, memory]),
  ];
}

/** Everything that the agent exports of itself and its cards. */
export function agentMetrics(status: StatusSnapshot): Family[] {
  return [...work(status), ...link(status), ...cards(status), ...condition(status), ...host(status)];
}

/** Samples older than this are no samples. */
const staleMs = 600_000;

/** Why no work can come to this node now; '' when it can: connected, and every vendor that is here looked at lately. */
export function unready({ scheduler, probes, engine }: StatusSnapshot): string {
  if (scheduler.state !== 'connected') return `the scheduler is ${scheduler.state}`;
  if (engine.problem !== '') return `engine: ${engine.problem}`;
  const still = probes.find(
    ({ status, sampled_age_ms: age }) => status === 'present' && age !== null && age > staleMs,
  );
  return still
    ? `${still.vendor} was last sampled ${Math.round((still.sampled_age_ms ?? 0) / 1000)} s ago`
    : '';
}

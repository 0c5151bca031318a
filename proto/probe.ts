/**
 * `suanlink.probe/v1`: what the vendors' tools say of one machine, as `suanlink probe --output json` prints it (one
 * document, or one a line with `--watch`). Fields may be added, never changed. `null`: the tool has no value; a field
 * that is missing was not spoken of. Durations and ages in milliseconds, memory in MiB, percentages 0 to 100.
 */

/** One device. Beside these it has every field that its tool told, under the names of `suanlink probe parse`. */
export interface ProbeDevice {
  id: string;
  vendor: string;
  /** Our own verdict; the tool's word is `tool_health`. */
  health: 'ok' | 'degraded' | 'failed' | 'unknown';
  health_reasons: string[];
  tool_health?: string | null;
  index?: number | null;
  position?: number;
  model?: string | null;
  bus_id?: string | null;
  memory_total_mib?: number | null;
  memory_used_mib?: number | null;
  utilization_pct?: number | null;
  temperature_c?: number | null;
  power_w?: number | null;
  power_limit_w?: number | null;
  mig?: unknown[];
  /** When its changing values were read, where that is known by device. */
  sample_age_ms?: number | null;
  /** Who uses it, in words, when that is not this agent. */
  external_use?: string;
  /** Why it cannot be leased although it has not failed. */
  unusable?: string;
  notes?: string[];
  /** What the kernel said of it, oldest first. */
  events?: { at: string; code: string; severity: 'info' | 'degraded' | 'failed'; message: string }[];
  [fact: string]: unknown;
}

/** One vendor's answers. */
export interface ProbeVendor {
  vendor: string;
  status: 'pending' | 'present' | 'absent' | 'failed';
  /** Why absent or failed; '' otherwise. */
  reason: string;
  /** Age of what is shown when the last look failed; null when it is current or there is nothing. */
  last_good_age_ms: number | null;
  /** When the changing values were read, and how long ago; null before the first. */
  sampled_at: string | null;
  sample_age_ms: number | null;
  devices: ProbeDevice[];
  /** What could not be learned beside the devices, and why. */
  notes?: string[];
  [fact: string]: unknown;
}

/** The whole document. */
export interface ProbeDocument {
  schema: 'suanlink.probe/v1';
  generated_at: string;
  /** Changes when cards or partitions come or go. */
  generation: string;
  /** Why the kernel's log is not read; '' when it is. */
  kernel_log_problem?: string;
  probes: ProbeVendor[];
}

/** What the watcher knows as the document of `proto/probe.ts`. Pure. */
import type { ProbeDevice, ProbeDocument, ProbeVendor } from '../../proto/probe.ts';
import { snakeCased } from './output.ts';
import type { ProbedDevice } from './probe.ts';
import type { ProbeSnapshot, VendorState } from './snapshot.ts';

/** The two clocks at one moment. */
export interface Moment {
  /** Monotonic ms. */
  nowMs: number;
  /** Unix ms. */
  wallMs: number;
}

function deviceOf({ reading, ...found }: ProbedDevice): ProbeDevice {
  const { health: word, ...facts } = reading;
  return {
    ...snakeCased(facts),
    ...(word === undefined ? {} : { tool_health: word }),
    ...snakeCased(found),
  } as ProbeDevice;
}

function vendorOf(state: VendorState, { nowMs, wallMs }: Moment): ProbeVendor {
  const { devices, sampledAtMs, ...rest } = state;
  const ageMs = sampledAtMs === null ? null : Math.max(0, Math.round(nowMs - sampledAtMs));
  const lastGoodAgeMs = rest.lastGoodAgeMs === null ? null : Math.round(rest.lastGoodAgeMs);
  return {
    ...snakeCased({ ...rest, lastGoodAgeMs }),
    sampled_at: ageMs === null ? null : new Date(wallMs - ageMs).toISOString(),
    sample_age_ms: ageMs,
    devices: devices.map(deviceOf),
  } as ProbeVendor;
}

/** The document at one moment. */
export function probeDocument({ vendors, generation }: ProbeSnapshot, moment: Moment): ProbeDocument {
  return {
    schema: 'suanlink.probe/v1',
    generated_at: new Date(moment.wallMs).toISOString(),
    generation,
    probes: vendors.map((state) => vendorOf(state, moment)),
  };
}

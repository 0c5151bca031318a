/** What the watcher knows as the document of `proto/probe.ts`. Pure. */
import type { ProbeDevice, ProbeDocument, ProbeVendor } from '../../proto/probe.ts';
import { snakeCased } from './output.ts';
import type { ProbeSnapshot, VendorState, WatchedDevice } from './snapshot.ts';

/** The two clocks at one moment. */
export interface Moment {
  /** Monotonic ms. */
  nowMs: number;
  /** Unix ms. */
  wallMs: number;
}

/** When something was that was at `atMs` of the monotonic clock, for people and as an age. */
function since(atMs: number | null, { nowMs, wallMs }: Moment): { at: string | null; ageMs: number | null } {
  if (atMs === null) return { at: null, ageMs: null };
  const ageMs = Math.max(0, Math.round(nowMs - atMs));
  return { at: new Date(wallMs - ageMs).toISOString(), ageMs };
}

function deviceOf({ reading, sampledAtMs, events, ...found }: WatchedDevice, moment: Moment): ProbeDevice {
  const { health: word, ...facts } = reading;
  return {
    ...snakeCased(facts),
    ...(word === undefined ? {} : { tool_health: word }),
    ...snakeCased(found),
    ...(sampledAtMs === undefined ? {} : { sample_age_ms: since(sampledAtMs, moment).ageMs }),
    ...(events && {
      events: events.map(({ atMs, ...event }) => ({ at: since(atMs, moment).at, ...snakeCased(event) })),
    }),
  } as ProbeDevice;
}

function vendorOf(state: VendorState, moment: Moment): ProbeVendor {
  const { devices, sampledAtMs, ...rest } = state;
  const { at, ageMs } = since(sampledAtMs, moment);
  const lastGoodAgeMs = rest.lastGoodAgeMs === null ? null : Math.round(rest.lastGoodAgeMs);
  return {
    ...snakeCased({ ...rest, lastGoodAgeMs }),
    sampled_at: at,
    sample_age_ms: ageMs,
    devices: devices.map((device) => deviceOf(device, moment)),
  } as ProbeVendor;
}

/** The document at one moment. */
export function probeDocument({ vendors, ...node }: ProbeSnapshot, moment: Moment): ProbeDocument {
  return {
    schema: 'suanlink.probe/v1',
    generated_at: new Date(moment.wallMs).toISOString(),
    ...snakeCased(node),
    probes: vendors.map((state) => vendorOf(state, moment)),
  } as ProbeDocument;
}

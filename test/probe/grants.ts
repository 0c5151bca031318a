/** Grants as tests ask for them: a machine of which only what matters is said. */
import type {
  DeviceGrant,
  DeviceReading,
  GrantHost,
  GrantRefusal,
  ProbedDevice,
  Vendor,
  VendorProbe,
} from '../../agent/probe/probe.ts';

/** A machine on which every mount is there and nothing else but what `parts` say. */
export function grantHost(parts: Partial<GrantHost> = {}): GrantHost {
  return { nodes: [], cdi: [], cdiNodes: {}, runtimes: [], exists: () => true, others: [], ...parts };
}

/** A healthy device. */
export function deviceOf(vendor: Vendor, id: string, reading: DeviceReading): ProbedDevice {
  return { id, vendor, reading, health: 'ok', healthReasons: [] };
}

/** The grant; throws when it is refused. */
export function granted(
  probe: Pick<VendorProbe, 'grant'>,
  devices: readonly ProbedDevice[],
  host: Partial<GrantHost> = {},
): DeviceGrant {
  const answer = probe.grant(devices, grantHost(host));
  if ('refused' in answer) throw new Error(answer.refused);
  return answer;
}

/** Host paths of the granted nodes. */
export function grantedNodes(
  probe: Pick<VendorProbe, 'grant'>,
  devices: readonly ProbedDevice[],
  nodes: readonly string[],
): string[] {
  return granted(probe, devices, { nodes }).nodes.map(({ hostPath }) => hostPath);
}

/** The reason of a refusal; throws when there is none. */
export function refusalOf(answer: DeviceGrant | GrantRefusal): string {
  if ('refused' in answer) return answer.refused;
  throw new Error('it was granted');
}

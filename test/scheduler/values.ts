/** Values that many scheduler tests start from. */
import type { JobSpec } from '../../proto/api.ts';
import { laterFields } from '../../proto/job-fields.ts';
import { type AcceleratorId, parseAcceleratorId, parseOrg } from '../../proto/ids.ts';
import type { AcceleratorInfo, Inventory, Usage } from '../../proto/messages.ts';
import type { Principal } from '../../scheduler/control.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import { makeId } from '../../proto/ids.ts';

export const gib = 1024 ** 3;
export const org = parseOrg('acme');

/** 20 bytes that name a thing in a test. */
export function seed(n: number): Uint8Array {
  return Uint8Array.from({ length: 20 }, (_, i) => (i < 4 ? (n >> (5 * i)) & 31 : 0));
}

/** A deterministic source of bytes: SplitMix32 over `start`. */
export function testRandom(start = 1): (length: number) => Uint8Array {
  let state = start >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return (length) => Uint8Array.from({ length }, () => next() & 255);
}

/** A principal of `role`. */
export function principal(role: Principal['role'] = 'admin', of = org): Principal {
  return { tokenId: makeId('token', seed(9)), name: `${role}@${of}`, org: of, role };
}

/** A small job on one card. */
export function spec(changes: Partial<JobSpec> = {}): JobSpec {
  return {
    image: 'busybox',
    command: ['true'],
    entrypoint: [],
    env: {},
    working_dir: '',
    user: '',
    accelerators: 1,
    accelerator_milli: 1000,
    vendors: [],
    models: [],
    accelerator_memory_bytes: 0,
    cpu_milli: 1000,
    memory_bytes: gib,
    disk_bytes: gib,
    shm_bytes: 0,
    pids: 100,
    network: 'none',
    read_only_root: false,
    time_limit_ms: 3_600_000,
    grace_ms: 1000,
    on_lost: 'stop',
    keep_ms: 0,
    ...laterFields,
    priority: 0,
    node_labels: {},
    ...changes,
  };
}

/** A healthy, offered card. */
export function card(index: number, changes: Partial<AcceleratorInfo> = {}): AcceleratorInfo {
  const vendor = changes.vendor ?? 'nvidia';
  return {
    id: cardId(index, vendor),
    vendor,
    model: 'A100',
    architecture: '',
    index,
    uuid: '',
    serial: '',
    busAddress: '',
    memoryBytes: 80 * gib,
    driverVersion: '',
    runtimeVersion: '',
    health: 'ok',
    healthReasons: [],
    offered: true,
    notOfferedReason: '',
    links: [],
    throughput: [],
    simulated: true,
    ...changes,
  };
}

/** The id of `card(index)`. */
export function cardId(index: number, vendor = 'nvidia'): AcceleratorId {
  return parseAcceleratorId(`${vendor}:${index}`);
}

/** A node of 64 CPUs with `cards` cards. */
export function inventory(cards: number | AcceleratorInfo[], changes: Partial<Inventory> = {}): Inventory {
  return {
    generation: 'g1',
    host: {
      hostname: 'n1',
      os: 'debian 12',
      kernel: '6.1',
      architecture: 'x64',
      cpuModel: 'test',
      cpuMilli: 64_000,
      memoryBytes: 512 * gib,
      diskBytes: 1024 * gib,
      engine: 'fake',
      labels: {},
      region: '',
    },
    accelerators: typeof cards === 'number' ? Array.from({ length: cards }, (_, i) => card(i)) : cards,
    probes: [],
    draining: false,
    drainReason: '',
    ...changes,
  };
}

/** Usage of 1000 ms on `cards` cards. */
export function usage(key: LeaseKey, cards = 1, changes: Partial<Usage> = {}): Usage {
  return {
    ...key,
    part: 1,
    runMs: 1000,
    cardMs: 1000 * cards,
    cpuMs: 250,
    cpuExact: true,
    memoryPeakBytes: gib,
    ...changes,
  };
}

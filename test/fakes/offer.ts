/** An offer and its lease for tests; every field can be replaced. */
import { makeId, parseAcceleratorId, parseOrg } from '../../proto/ids.ts';
import type { Offer, Work } from '../../proto/messages.ts';

/** Ids whose letters come from `n`. */
export const leaseIdOf = (n: number): Offer['leaseId'] => makeId('lease', new Uint8Array(20).fill(n));

/** A small piece of work. */
export function workOf(part: Partial<Work> = {}): Work {
  return {
    image: 'suanlink.test/busybox:1',
    command: ['true'],
    entrypoint: [],
    env: {},
    workingDir: '',
    user: '',
    cpuMilli: 100,
    memoryBytes: 64 * 2 ** 20,
    diskBytes: 0,
    shmBytes: 2 ** 20,
    pids: 64,
    network: 'none',
    readOnlyRoot: false,
    sandbox: '',
    graceMs: 1_000,
    onLost: 'stop',
    keepMs: 0,
    ...part,
  };
}

/** An offer of two cards. */
export function offerOf(part: Partial<Offer> = {}): Offer {
  return {
    leaseId: leaseIdOf(1),
    epoch: 1,
    jobId: makeId('job', new Uint8Array(20).fill(1)),
    org: parseOrg('acme'),
    validForMs: 10_000,
    inventoryGeneration: 'g1',
    acceleratorIds: [parseAcceleratorId('nvidia:GPU-1'), parseAcceleratorId('nvidia:GPU-2')],
    acceleratorMilli: 1000,
    work: workOf(),
    maxDurationMs: 3_600_000,
    ...part,
  };
}

/** A process that commits as fast as it can and says each number that was acknowledged; made to be killed. */
import { makeId } from '../../proto/ids.ts';
import type { JobRecord, LeaseRecord } from '../../scheduler/records.ts';
import { openDisk } from '../../scheduler/store/disk.ts';
import { org, seed, spec } from './values.ts';

const { store } = await openDisk({ stateDir: process.argv[2] ?? '', schedulerId: 'first' });

async function commitOne(n: number): Promise<void> {
  const jobId = makeId('job', seed(n));
  const job: JobRecord = {
    ...{ id: jobId, number: n, org, idempotencyKey: `k${n}`, spec: spec(), specHash: '' },
    ...{ submittedUnixMs: 0, submittedBy: '', state: 'open', cancelled: null, gang: null, end: null },
  };
  const lease: LeaseRecord = {
    ...{
      leaseId: makeId('lease', seed(n)),
      epoch: n,
      jobId,
      org,
      nodeId: makeId('node', seed(1)),
      nodeName: '',
    },
    ...{ model: '', acceleratorIds: [], acceleratorMilli: 1000, inventoryGeneration: '', ttlMs: 1 },
    ...{ price: { tariff: '', cardHourMicroYuan: 0, cpuHourMicroYuan: 0 }, state: 'offered', stop: null },
    ...{ grantedUnixMs: 0, end: null, logRemovedUnixMs: null },
  };
  await store.commit([
    { kind: 'job', row: job },
    { kind: 'lease', row: lease },
    { kind: 'next_epoch', value: n + 1 },
  ]);
  process.stdout.write(`${n}\n`);
}

for (let n = 1; ; n += 3) await Promise.all([commitOne(n), commitOne(n + 1), commitOne(n + 2)]);

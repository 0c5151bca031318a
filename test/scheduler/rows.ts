/** Rows of every kind that store tests write. */
import { makeId } from '../../proto/ids.ts';
import type { TokenRecord } from '../../scheduler/control.ts';
import { sourcesOf } from '../../scheduler/lease/states.ts';
import type { JobRecord, LeaseRecord, NodeRecord, UsageRecord } from '../../scheduler/records.ts';
import type { Write } from '../../scheduler/store/store.ts';
import { cardId, org, seed, spec } from './values.ts';

export const jobRow = (n: number, changes: Partial<JobRecord> = {}): JobRecord => ({
  id: makeId('job', seed(n)),
  number: n,
  org,
  idempotencyKey: null,
  spec: spec({ env: { 名: '值\u0000"' } }),
  specHash: 'h',
  submittedUnixMs: 1_700_000_000_000,
  submittedBy: 'me',
  state: 'open',
  cancelled: null,
  gang: null,
  end: null,
  ...changes,
});
export const nodeRow: NodeRecord = {
  id: makeId('node', seed(1)),
  org,
  name: 'n1',
  publicKey: Uint8Array.from({ length: 32 }, (_, i) => i),
  sessionEpoch: 0,
  receivedSeq: 0,
  enrolledUnixMs: 5,
};
export const leaseRow = (n: number, job = 1, changes: Partial<LeaseRecord> = {}): LeaseRecord => ({
  leaseId: makeId('lease', seed(n)),
  epoch: n,
  jobId: makeId('job', seed(job)),
  org,
  nodeId: nodeRow.id,
  nodeName: 'n1',
  model: 'A100',
  acceleratorIds: [cardId(0), cardId(1)],
  acceleratorMilli: 1000,
  inventoryGeneration: 'g',
  price: { tariff: 't', cardHourMicroYuan: 1, cpuHourMicroYuan: 2 },
  ttlMs: 30_000,
  state: 'offered',
  stop: null,
  grantedUnixMs: 7,
  end: null,
  logRemovedUnixMs: null,
  ...changes,
});
export const usageRow = (n: number, part = 1): UsageRecord => ({
  ...{ leaseId: makeId('lease', seed(n)), epoch: n, part, org, jobId: makeId('job', seed(n)) },
  ...{ nodeId: nodeRow.id, nodeName: 'n1', model: 'A100', cards: 2, runMs: 1, cardMs: 2, cpuMs: 3 },
  ...{ cpuExact: true, memoryPeakBytes: 2 ** 40, tariff: 't', priceMicroYuan: 2 ** 52, recordedUnixMs: 8 },
  ...{ proof: 'signed' as const, reportedCardMs: 2 },
});
export const token: TokenRecord = {
  ...{ id: makeId('token', seed(1)), kind: 'join', secretHash: new Uint8Array(32).fill(7), name: '', org },
  ...{ role: '', createdUnixMs: 1, expiresUnixMs: 0, revoked: false, usedBy: '' },
};
export const end = {
  ...{ reason: 'completed' as const, exitCode: 0, errorCode: '', message: '', endedUnixMs: 9 },
  ...{
    stdoutBytes: 1,
    stderrBytes: 0,
    stdoutSha256: 'a',
    stderrSha256: 'b',
    timeline: [{ name: 'x', atMs: 1 }],
  },
};
export const move = (n: number, state: LeaseRecord['state'], changes: object = {}): Write => ({
  ...{ kind: 'lease_state', leaseId: makeId('lease', seed(n)), epoch: n, from: sourcesOf(state), state },
  ...{ stop: null, end: null, ...changes },
});

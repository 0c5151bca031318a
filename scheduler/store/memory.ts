/** The store in memory: the twin of SQLite for tests and the simulator. What it was told stays in `disk`, so that a
 * scheduler can be started again on it. */
import { assertNever, SuanlinkError } from '../../proto/codes.ts';
import type { TokenRecord } from '../control.ts';
import { neverRan } from '../../proto/lease.ts';
import type {
  JobRecord,
  LeaseRecord,
  NodeRecord,
  PauseRecord,
  SettingRecord,
  StoredJob,
  UsageQuery,
  UsageRecord,
  UsageSum,
} from '../records.ts';
import { monthOf } from '../month.ts';
import { CommitQueue } from './commit-queue.ts';
import { type PastCharge, maxCharges, type Snapshot, type Store, type Write } from './store.ts';

/** What the twin's disk holds; survives `close`. */
export interface MemoryDisk {
  schedulerId: string;
  nextEpoch: number;
  pause: PauseRecord | null;
  /** By kind and name. */
  settings: Map<string, SettingRecord>;
  tokens: Map<string, TokenRecord>;
  nodes: Map<string, NodeRecord>;
  jobs: Map<string, JobRecord>;
  leases: Map<string, LeaseRecord>;
  usage: Map<string, UsageRecord>;
  /** The nodes', by the same keys; this store signs nothing itself. */
  signatures: Map<string, Uint8Array>;
}

/** An empty disk. */
export function createMemoryDisk(schedulerId: string): MemoryDisk {
  return {
    schedulerId,
    nextEpoch: 1,
    pause: null,
    settings: new Map(),
    tokens: new Map(),
    nodes: new Map(),
    jobs: new Map(),
    leases: new Map(),
    usage: new Map(),
    signatures: new Map(),
  };
}

function stale(what: string): never {
  throw new SuanlinkError('stale_epoch', `${what} was changed by another writer; nothing was written`);
}

function insert<T>(table: Map<string, T>, key: string, row: T): void {
  if (table.has(key)) throw new SuanlinkError('conflict', `a row of the scheduler exists already: ${key}`);
  table.set(key, row);
}

function applyNode(disk: MemoryDisk, write: Extract<Write, { kind: 'session' | 'received' }>): void {
  const node = disk.nodes.get(write.nodeId);
  if (write.kind === 'received') {
    if (node && write.seq > node.receivedSeq) disk.nodes.set(node.id, { ...node, receivedSeq: write.seq });
    return;
  }
  if (!node || node.sessionEpoch >= write.sessionEpoch) stale(write.nodeId);
  disk.nodes.set(node.id, { ...node, name: write.name, sessionEpoch: write.sessionEpoch });
}

function applyJob(
  disk: MemoryDisk,
  write: Extract<Write, { kind: 'job' | 'job_cancelled' | 'job_end' }>,
): void {
  if (write.kind === 'job') {
    const { org, idempotencyKey } = write.row;
    for (const job of disk.jobs.values())
      if (idempotencyKey !== null && job.org === org && job.idempotencyKey === idempotencyKey)
        throw new SuanlinkError('conflict', `a row of the scheduler exists already: ${idempotencyKey}`);
    insert(disk.jobs, write.row.id, write.row);
    return;
  }
  const job = disk.jobs.get(write.jobId);
  if (job?.state !== 'open') stale(write.jobId);
  if (write.kind === 'job_cancelled') disk.jobs.set(job.id, { ...job, cancelled: write.message });
  else disk.jobs.set(job.id, { ...job, state: 'ended', end: write.end });
}

function applyWrite(disk: MemoryDisk, write: Write): void {
  switch (write.kind) {
    case 'next_epoch':
      disk.nextEpoch = write.value;
      return;
    case 'pause':
      disk.pause = write.row;
      return;
    case 'setting':
      disk.settings.set(`${write.row.kind} ${write.row.name}`, write.row);
      return;
    case 'setting_over':
      disk.settings.delete(`${write.of} ${write.name}`);
      return;
    case 'token':
      disk.tokens.set(write.row.id, write.row);
      return;
    case 'node':
      insert(disk.nodes, write.row.id, write.row);
      return;
    case 'session':
    case 'received':
      applyNode(disk, write);
      return;
    case 'job':
    case 'job_cancelled':
    case 'job_end':
      applyJob(disk, write);
      return;
    case 'lease':
      insert(disk.leases, write.row.leaseId, write.row);
      return;
    case 'lease_state': {
      const lease = disk.leases.get(write.leaseId);
      if (!lease || lease.epoch !== write.epoch || !write.from.includes(lease.state))
        stale(`${write.leaseId} epoch ${write.epoch}`);
      const { state, stop, end } = write;
      disk.leases.set(lease.leaseId, { ...lease, state, stop, end });
      return;
    }
    case 'log_removed': {
      const lease = disk.leases.get(write.leaseId);
      if (lease?.epoch === write.epoch && lease.state === 'ended' && lease.logRemovedUnixMs === null)
        disk.leases.set(lease.leaseId, { ...lease, logRemovedUnixMs: write.unixMs });
      return;
    }
    case 'usage': {
      const { leaseId, epoch, part } = write.row;
      const key = `${leaseId} ${epoch} ${part}`;
      if (disk.usage.has(key)) return;
      disk.usage.set(key, write.row);
      disk.signatures.set(key, write.nodeSignature);
      return;
    }
    default:
      assertNever(write);
  }
}

function copyOf(disk: MemoryDisk): MemoryDisk {
  return {
    ...disk,
    settings: new Map(disk.settings),
    tokens: new Map(disk.tokens),
    nodes: new Map(disk.nodes),
    jobs: new Map(disk.jobs),
    leases: new Map(disk.leases),
    usage: new Map(disk.usage),
    signatures: new Map(disk.signatures),
  };
}

/** The writes as one transaction: when one of them fails the disk is as it was. */
function applyGroup(disk: MemoryDisk, writes: readonly Write[]): void {
  const before = copyOf(disk);
  try {
    for (const write of writes) applyWrite(disk, write);
  } catch (error) {
    Object.assign(disk, before);
    throw error;
  }
}

/** Leases that may have run, and the newest of each job, by job and epoch. */
function leasesByJob(disk: MemoryDisk): Map<string, LeaseRecord[]> {
  const byJob = Map.groupBy(
    [...disk.leases.values()].sort((a, b) => a.epoch - b.epoch),
    (lease) => lease.jobId as string,
  );
  for (const [id, leases] of byJob)
    byJob.set(
      id,
      leases.filter(
        (lease, i) => i === leases.length - 1 || !lease.end || !neverRan.includes(lease.end.reason),
      ),
    );
  return byJob;
}

/** Card time of each organisation in its newest month. */
function newestMonths(rows: Iterable<UsageRecord>): Snapshot['months'] {
  const newest = new Map<string, Snapshot['months'][number]>();
  for (const { org, cardMs, recordedUnixMs } of rows) {
    const month = monthOf(recordedUnixMs);
    const known = newest.get(org);
    if (known && known.month > month) continue;
    newest.set(org, { org, month, cardMs: known?.month === month ? known.cardMs + cardMs : cardMs });
  }
  return [...newest.values()];
}

/** What a store on `disk` loads. */
export function snapshotOf(disk: MemoryDisk, keep: number): Snapshot {
  const all = [...disk.jobs.values()].sort((a, b) => a.number - b.number);
  const ended = all.filter((job) => job.state === 'ended');
  const dropped = new Set(ended.slice(0, Math.max(0, ended.length - keep)));
  const jobs = all.filter((job) => !dropped.has(job));
  const leases = new Set([...disk.leases.values()].filter((lease) => lease.state !== 'ended'));
  const byJob = leasesByJob(disk);
  for (const job of jobs) for (const lease of byJob.get(job.id) ?? []) leases.add(lease);
  const leaseIds = new Set([...leases].map(({ leaseId }) => leaseId));
  return {
    schedulerId: disk.schedulerId,
    nextEpoch: disk.nextEpoch,
    pause: disk.pause,
    nextNumber: (all.at(-1)?.number ?? 0) + 1,
    tokens: [...disk.tokens.values()],
    nodes: [...disk.nodes.values()],
    jobs,
    leases: [...leases],
    usage: [...disk.usage.values()].filter(({ leaseId }) => leaseIds.has(leaseId)),
    charges: [...disk.usage.values()].slice(-maxCharges).map((row) => chargeOf(disk, row)),
    months: newestMonths(disk.usage.values()),
    settings: [...disk.settings.values()],
    forgottenTo: Math.max(0, ...[...dropped].map(({ number }) => number)),
  };
}

function chargeOf(disk: MemoryDisk, { org, jobId, model, cardMs, recordedUnixMs }: UsageRecord): PastCharge {
  const job = disk.jobs.get(jobId);
  const preemptible = job?.spec.preemptible ?? false;
  return { org, user: job?.submittedBy ?? '', model, cardMs, preemptible, recordedUnixMs };
}

function storedJob(disk: MemoryDisk, job: JobRecord | undefined): StoredJob | undefined {
  if (!job) return undefined;
  const leases = leasesByJob(disk).get(job.id) ?? [];
  const ids = new Set(leases.map(({ leaseId }) => leaseId));
  return { job, leases, usage: [...disk.usage.values()].filter(({ leaseId }) => ids.has(leaseId)) };
}

const nothing = new Uint8Array(0);

function keyOf(record: UsageRecord, { by, utcOffsetMs }: UsageQuery): string {
  if (by === 'day') return new Date(record.recordedUnixMs + utcOffsetMs).toISOString().slice(0, 10);
  return by === 'node' ? record.nodeId : record[by];
}

/** The twin of the sums that SQLite makes. */
function usageSums(records: readonly UsageRecord[], query: UsageQuery): UsageSum[] {
  const { org, sinceUnixMs, untilUnixMs } = query;
  const wanted = records.filter(
    ({ org: of, recordedUnixMs }) =>
      (org === null || of === org) && recordedUnixMs >= sinceUnixMs && recordedUnixMs < untilUnixMs,
  );
  const byKey = [...Map.groupBy(wanted, (record) => keyOf(record, query))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return byKey.map(([key, all]) => {
    const good = all.filter(({ proof }) => proof !== 'disputed');
    const sum = (value: (record: UsageRecord) => number): number =>
      good.reduce((total, record) => total + value(record), 0);
    return {
      key,
      label:
        query.by === 'node'
          ? (all
              .map(({ nodeName }) => nodeName)
              .sort()
              .at(-1) ?? '')
          : '',
      records: all.length,
      leases: new Set(all.map(({ leaseId }) => leaseId)).size,
      runMs: sum(({ runMs }) => runMs),
      cardMs: sum(({ cardMs }) => cardMs),
      cpuMs: sum(({ cpuMs }) => cpuMs),
      priceMicroYuan: sum(({ priceMicroYuan }) => priceMicroYuan),
      disputed: all.length - good.length,
      unsigned: all.filter(({ proof }) => proof === 'unsigned').length,
    };
  });
}

/** A store on `disk`. `later` decides when a group is applied (default: in a microtask). */
export function openMemoryStore(disk: MemoryDisk, later: (run: () => void) => void = queueMicrotask): Store {
  const queue = new CommitQueue((writes) => applyGroup(disk, writes), later);
  return {
    load: async (keep) => snapshotOf(disk, keep),
    commit: queue.commit,
    job: async (id) => storedJob(disk, disk.jobs.get(id)),
    olderJobs: async ({ org, upTo, limit }) =>
      [...disk.jobs.values()]
        .filter((job) => job.state === 'ended' && job.number <= upTo && (org === null || job.org === org))
        .sort((a, b) => b.number - a.number)
        .slice(0, limit)
        .flatMap((job) => storedJob(disk, job) ?? []),
    recentUsage: async ({ org, sinceUnixMs, limit }) =>
      [...disk.usage.values()]
        .filter((row) => row.recordedUnixMs >= sinceUnixMs && (org === null || row.org === org))
        .toReversed()
        .slice(0, limit),
    jobByKey: async (org, key) =>
      storedJob(
        disk,
        [...disk.jobs.values()].find((one) => one.org === org && one.idempotencyKey === key),
      ),
    lease: async (id) => disk.leases.get(id),
    usageSums: async (query) => usageSums([...disk.usage.values()], query),
    jobUsage: async (jobId) =>
      [...disk.usage]
        .filter(([, record]) => record.jobId === jobId)
        .map(([key, record]) => ({
          record,
          nodePublicKey: disk.nodes.get(record.nodeId)?.publicKey ?? nothing,
          nodeSignature: disk.signatures.get(key) ?? nothing,
          countersignature: nothing,
        })),
    close: queue.close,
  };
}

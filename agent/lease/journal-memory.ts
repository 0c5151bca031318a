/** The journal's twin in memory: the same behaviour without a disk, for tests and the simulator. Pure but for time's order. */
import { assertNever } from '../../proto/codes.ts';
import { type Journal, type JournalState, type JournalWrite, leaseName } from './journal.ts';
import type { Lease } from './lease.ts';

/** What a crash leaves: hand it to the next `memoryJournal` to restart on it. */
export interface JournalDisk {
  leases: Map<string, Lease>;
  notes: Map<string, string>;
  outbox: Map<number, Uint8Array>;
  lastSeq: number;
  ackedSeq: number;
}

/** A disk with nothing on it. */
export function emptyDisk(): JournalDisk {
  return { leases: new Map(), notes: new Map(), outbox: new Map(), lastSeq: 0, ackedSeq: 0 };
}

function apply(disk: JournalDisk, write: JournalWrite): void {
  switch (write.kind) {
    case 'put_lease': {
      const known = disk.leases.get(leaseName(write.lease));
      disk.leases.set(
        leaseName(write.lease),
        structuredClone({ ...write.lease, taken: known?.taken ?? write.lease.taken }),
      );
      return;
    }
    case 'drop_lease':
      disk.leases.delete(leaseName(write.key));
      return;
    case 'taken': {
      const lease = disk.leases.get(leaseName(write.key));
      if (lease) lease.taken = structuredClone(write.taken);
      return;
    }
    case 'renewed': {
      const lease = disk.leases.get(leaseName(write.key));
      if (lease) Object.assign(lease, { renewedAt: write.renewedAt, ttlMs: write.ttlMs });
      return;
    }
    case 'note':
      if (write.value === undefined) disk.notes.delete(write.name);
      else disk.notes.set(write.name, write.value);
      return;
    case 'enqueue':
      disk.outbox.set(write.seq, write.frame);
      disk.lastSeq = Math.max(disk.lastSeq, write.seq);
      return;
    case 'acknowledged':
      for (const seq of [...disk.outbox.keys()]) if (seq <= write.seq) disk.outbox.delete(seq);
      disk.ackedSeq = Math.max(disk.ackedSeq, write.seq);
      disk.lastSeq = Math.max(disk.lastSeq, write.seq);
      return;
    default:
      assertNever(write);
  }
}

/** A journal on `disk`. */
export function memoryJournal(disk: JournalDisk = emptyDisk()): Journal {
  return {
    load: (): JournalState => ({
      leases: [...disk.leases.values()].map((lease) => structuredClone(lease)),
      notes: new Map(disk.notes),
      lastSeq: disk.lastSeq,
      ackedSeq: disk.ackedSeq,
    }),
    async commit(writes) {
      for (const write of writes) apply(disk, write);
    },
    outbox: async (afterSeq, limit) =>
      [...disk.outbox]
        .filter(([seq]) => seq > afterSeq)
        .sort(([a], [b]) => a - b)
        .slice(0, limit)
        .map(([seq, frame]) => ({ seq, frame })),
    outboxBytes: () => [...disk.outbox.values()].reduce((sum, frame) => sum + frame.length, 0),
    problem: () => '',
    async close() {},
  };
}

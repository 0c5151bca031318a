/**
 * Writes as rows: which statement, and what it binds. Pure.
 *
 * A group of writes goes to the store's thread as one flat list of values, because a list is cloned in a fraction of the
 * time that objects with names take: the number of a statement, the values that it binds, the next number, and so on.
 * What a later write of the group makes void is left out.
 */
import { assertNever, SuanlinkError } from '../../proto/codes.ts';
import type { NodeId } from '../../proto/ids.ts';
import type { LeaseState } from '../lease/states.ts';
import { fromEnd, fromJob, fromLease, fromNode, fromToken, fromUsage, type Value } from './sqlite-rows.ts';
import type { LeaseWrite, Write } from './store.ts';
import { usageInsert } from './usage-rows.ts';

/** A statement: its text, how many values it is sent with, and what it is called if it must change a row. */
export interface Statement {
  sql: string;
  width: number;
  mustChange?: (values: readonly Value[]) => string;
}

/** Leases may leave at most so many states for another. */
const sources = 4;

const table = {
  next_epoch: {
    sql: "UPDATE meta SET value = ? WHERE key = 'next_epoch'",
    width: 1,
    mustChange: () => 'the epoch counter',
  },
  pause: { sql: "INSERT OR REPLACE INTO meta VALUES ('pause', ?)", width: 1 },
  setting: { sql: 'INSERT OR REPLACE INTO settings VALUES (?,?,?)', width: 3 },
  setting_over: { sql: 'DELETE FROM settings WHERE kind = ? AND name = ?', width: 2 },
  token: { sql: 'INSERT OR REPLACE INTO tokens VALUES (?,?,?,?,?,?,?,?,?,?)', width: 10 },
  node: { sql: 'INSERT INTO nodes VALUES (?,?,?,?,?,?,?)', width: 7 },
  session: {
    sql: 'UPDATE nodes SET name = ?, session_epoch = ? WHERE node_id = ? AND session_epoch < ?',
    width: 4,
    mustChange: (values) => String(values[2]),
  },
  received: { sql: 'UPDATE nodes SET received_seq = ? WHERE node_id = ? AND received_seq < ?', width: 3 },
  job: { sql: 'INSERT INTO jobs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)', width: 13 },
  job_cancelled: {
    sql: "UPDATE jobs SET cancelled = ? WHERE job_id = ? AND state = 'open'",
    width: 2,
    mustChange: (values) => String(values[1]),
  },
  job_end: {
    sql: "UPDATE jobs SET state = 'ended', ending = ? WHERE job_id = ? AND state = 'open'",
    width: 2,
    mustChange: (values) => String(values[1]),
  },
  lease: { sql: 'INSERT INTO leases VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)', width: 19 },
  lease_state: {
    sql: `UPDATE leases SET state = ?, stop = ?, ended_ms = ?, ending = ?, end_reason = ?
      WHERE lease_id = ? AND epoch = ? AND state IN (${'?,'.repeat(sources - 1)}?)`,
    width: 7 + sources,
    mustChange: (values) => `${String(values[5])} epoch ${String(values[6])}`,
  },
  log_removed: {
    sql: "UPDATE leases SET log_removed_ms = ? WHERE lease_id = ? AND epoch = ? AND state = 'ended' AND log_removed_ms IS NULL",
    width: 3,
  },
  // The countersignature comes last and is made where it is written.
  usage: { sql: usageInsert, width: 20 },
} as const satisfies Record<string, Statement>;

type Name = keyof typeof table;
const names = Object.keys(table) as Name[];
const numbers = Object.fromEntries(names.map((name, number) => [name, number])) as Record<Name, number>;

/** The statements, by number. */
export const statements: readonly Statement[] = Object.values(table);
/** The number of the one that writes usage. */
export const usageNumber = numbers.usage;

const text = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

function leaseValues({ leaseId, epoch, from, state, stop, end }: LeaseWrite): Value[] {
  const slots: (LeaseState | null)[] = Array.from({ length: sources }, (_, i) => from[i] ?? null);
  return [
    state,
    text(stop),
    end?.endedUnixMs ?? null,
    fromEnd(end),
    end?.reason ?? null,
    leaseId,
    epoch,
    ...slots,
  ];
}

function valuesOf(write: Write): Value[] {
  switch (write.kind) {
    case 'next_epoch':
      return [String(write.value)];
    case 'pause':
      return [JSON.stringify(write.row)];
    case 'setting':
      return [write.row.kind, write.row.name, JSON.stringify(write.row.value)];
    case 'setting_over':
      return [write.of, write.name];
    case 'token':
      return fromToken(write.row);
    case 'node':
      return fromNode(write.row);
    case 'session':
      return [write.name, write.sessionEpoch, write.nodeId, write.sessionEpoch];
    case 'received':
      return [write.seq, write.nodeId, write.seq];
    case 'job':
      return fromJob(write.row);
    case 'job_cancelled':
      return [write.message, write.jobId];
    case 'job_end':
      return [fromEnd(write.end), write.jobId];
    case 'lease':
      return fromLease(write.row);
    case 'lease_state':
      return leaseValues(write);
    case 'log_removed':
      return [write.unixMs, write.leaseId, write.epoch];
    case 'usage':
      // A piece of its own: it may lie in a frame, which would be cloned with it.
      return [...fromUsage(write.row), write.nodeSignature.length === 0 ? null : write.nodeSignature.slice()];
    default:
      return assertNever(write);
  }
}

/** The group as one list. */
export function pack(writes: readonly Write[]): Value[] {
  const packed: Value[] = [];
  // Counters: of several in a group only the furthest counts.
  const received = new Map<NodeId, number>();
  for (const write of writes)
    if (write.kind === 'received')
      received.set(write.nodeId, Math.max(write.seq, received.get(write.nodeId) ?? 0));
  const epoch = writes.findLast(({ kind }) => kind === 'next_epoch');
  for (const write of writes) {
    if (write.kind === 'received' && received.get(write.nodeId) !== write.seq) continue;
    if (write.kind === 'next_epoch' && write !== epoch) continue;
    packed.push(numbers[write.kind], ...valuesOf(write));
  }
  return packed;
}

/** One row of a packed group. */
export interface PackedRow {
  number: number;
  values: Value[];
}

/** The rows of a list that `pack` made. */
export function unpack(packed: readonly Value[]): PackedRow[] {
  const rows: PackedRow[] = [];
  for (let at = 0; at < packed.length; ) {
    const number = Number(packed[at]);
    const statement = statements[number];
    if (!statement) throw new SuanlinkError('internal', `there is no statement ${number}`);
    const end = at + 1 + statement.width;
    rows.push({ number, values: packed.slice(at + 1, end) });
    at = end;
  }
  return rows;
}

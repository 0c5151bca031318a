/**
 * Usage records on SQLite: written once with both signatures, summed where they lie, so that a bill over all of history
 * costs no memory. Pure but for the database that is handed in.
 */
import type { DatabaseSync } from 'node:sqlite';
import { SuanlinkError } from '../../proto/codes.ts';
import type { NodeId } from '../../proto/ids.ts';
import { signTogether } from '../../proto/receipts.ts';
import { type Receipt, receiptBytes, usageBytes } from '../../proto/signing.ts';
import type { SignedUsage, UsageQuery, UsageRecord, UsageSum } from '../records.ts';
import { blob, type Row, text, toUsage, type Value } from './sqlite-rows.ts';

/** The columns of `usageInsert`, in its order. */
const columns = `lease_id, epoch, part, org, job_id, node_id, node_name, model, cards, run_ms, card_ms, cpu_ms, cpu_exact,
  memory_peak_bytes, tariff, price_micro_yuan, recorded_ms, proof, reported_card_ms, node_signature, countersignature`;

const columnNames = columns.split(',').map((name) => name.trim());

/** Writes a record; the same key again changes nothing. */
export const usageInsert = `INSERT INTO usage (${columns}) VALUES (${columnNames.map(() => '?').join(',')})
  ON CONFLICT (lease_id, epoch, part) DO NOTHING`;

/** The record and the node's signature of a row as it is sent to be written. */
export function usageOf(values: readonly Value[]): [UsageRecord, Uint8Array] {
  const row: Row = {};
  for (const [i, value] of values.entries()) row[columnNames[i] ?? ''] = value;
  return [toUsage(row), row['node_signature'] === null ? new Uint8Array(0) : blob(row, 'node_signature')];
}

/** What the scheduler signs of a record. */
function receiptOf(
  record: UsageRecord,
  nodeSignature: Uint8Array,
  known: { schedulerId: string; nodePublicKey: Uint8Array },
): Receipt {
  const { nodeId, proof, org, jobId, model, cards, cardMs, tariff, priceMicroYuan, recordedUnixMs } = record;
  const usage = usageBytes(nodeId, { ...record, cardMs: record.reportedCardMs });
  const billed = { proof, org, jobId, model, cards, cardMs, tariff, priceMicroYuan, recordedUnixMs };
  return { ...known, ...billed, usage, nodeSignature };
}

/** Signs receipts with the scheduler's key. */
export class Countersigner {
  readonly #db: DatabaseSync;
  readonly #schedulerId: string;
  readonly #sign: (data: Uint8Array) => Uint8Array;
  readonly #publicKeys = new Map<NodeId, Uint8Array>();

  constructor(db: DatabaseSync, schedulerId: string, sign: (data: Uint8Array) => Uint8Array) {
    this.#db = db;
    this.#schedulerId = schedulerId;
    this.#sign = sign;
  }

  /** The countersignatures of records that are written together, with the nodes' signatures, in their order. */
  signAll(usage: readonly (readonly [UsageRecord, Uint8Array])[]): Uint8Array[] {
    const receipts = usage.map(([record, nodeSignature]) => {
      const known = { schedulerId: this.#schedulerId, nodePublicKey: this.#publicKey(record.nodeId) };
      return receiptBytes(receiptOf(record, nodeSignature, known));
    });
    return signTogether(receipts, this.#sign);
  }

  #publicKey(nodeId: NodeId): Uint8Array {
    const known = this.#publicKeys.get(nodeId);
    if (known) return known;
    const row = this.#db.prepare('SELECT public_key FROM nodes WHERE node_id = ?').get(nodeId) as
      | Row
      | undefined;
    const found = row ? blob(row, 'public_key') : new Uint8Array(0);
    if (row) this.#publicKeys.set(nodeId, found);
    return found;
  }
}

const groups = {
  org: { key: 'org', label: "''" },
  node: { key: 'node_id', label: 'MAX(node_name)' },
  model: { key: 'model', label: "''" },
  // The day, in the zone that is asked for, as a count of days since 1970.
  day: { key: '(recorded_ms + ?1) / 86400000', label: "''" },
} as const;

function dayText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

/** The sums of all records that `query` asks for, by key. `too_large` when one of them is over 2^53 - 1. */
export function usageSums(db: DatabaseSync, query: UsageQuery): UsageSum[] {
  const { key, label } = groups[query.by];
  const good = (column: string): string => `SUM(CASE WHEN proof = 'disputed' THEN 0 ELSE ${column} END)`;
  const sql = `SELECT ${key} AS the_key, ${label} AS label, COUNT(*) AS records, COUNT(DISTINCT lease_id) AS leases,
      ${good('run_ms')} AS run_ms, ${good('card_ms')} AS card_ms, ${good('cpu_ms')} AS cpu_ms,
      SUM(price_micro_yuan) AS price, SUM(proof = 'disputed') AS disputed, SUM(proof = 'unsigned') AS unsigned
    FROM usage WHERE recorded_ms >= ?2 AND recorded_ms < ?3 AND (?4 IS NULL OR org = ?4) AND ?1 IS NOT NULL
    GROUP BY the_key ORDER BY the_key`;
  const { utcOffsetMs, sinceUnixMs, untilUnixMs, org } = query;
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  const rows = statement.all(BigInt(utcOffsetMs), sinceUnixMs, untilUnixMs, org) as Row[];
  return rows.map((row) => {
    const count = (column: string): number => {
      const value = Number(row[column]);
      if (!Number.isSafeInteger(value))
        throw new SuanlinkError('too_large', 'a sum is over 2^53 - 1; ask for a shorter time');
      return value;
    };
    return {
      key: query.by === 'day' ? dayText(count('the_key')) : text(row, 'the_key'),
      label: text(row, 'label'),
      records: count('records'),
      leases: count('leases'),
      runMs: count('run_ms'),
      cardMs: count('card_ms'),
      cpuMs: count('cpu_ms'),
      priceMicroYuan: count('price'),
      disputed: count('disputed'),
      unsigned: count('unsigned'),
    };
  });
}

/** The records of a job with their signatures, oldest first. */
export function jobUsage(db: DatabaseSync, jobId: string): SignedUsage[] {
  const rows = db
    .prepare(
      `SELECT usage.*, nodes.public_key FROM usage LEFT JOIN nodes USING (node_id) WHERE job_id = ? ORDER BY number`,
    )
    .all(jobId) as Row[];
  const optional = (row: Row, column: string): Uint8Array =>
    row[column] === null ? new Uint8Array(0) : blob(row, column);
  return rows.map((row) => ({
    record: toUsage(row),
    nodePublicKey: optional(row, 'public_key'),
    nodeSignature: optional(row, 'node_signature'),
    countersignature: optional(row, 'countersignature'),
  }));
}

/** `suanlink usage`: records, sums, and what proves them. */
import { readFileSync } from 'node:fs';
import type { UsageProofView } from '../../proto/api.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import { parseDuration } from '../../proto/duration.ts';
import type { Client, SumQuery } from '../client/client.ts';
import { exitCodes } from '../exit-codes.ts';
import { type ListOptions, printList } from '../output.ts';
import { table } from '../table.ts';
import { print, say } from '../terminal.ts';
import { showYuan } from '../units.ts';
import { checkProof, isProven } from '../usage-proof.ts';

/** Options of `usage`. */
export interface UsageOptions extends ListOptions {
  by?: SumQuery['by'];
  since?: string;
  until?: string;
  utcOffset?: string;
  org?: string;
  limit: string;
}

/** Options of `usage verify`. */
export interface VerifyOptions {
  output?: string;
  key?: string;
}

const hours = (ms: number): string => (ms / 3_600_000).toFixed(3);
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** A time: a duration back from `nowUnixMs`, or a date or time; RFC 3339. */
function timeOf(text: string, nowUnixMs: number): string {
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)))
    return new Date(Date.parse(text)).toISOString();
  return new Date(nowUnixMs - parseDuration(text)).toISOString();
}

/** Lists usage records, newest first, or their sums. */
export async function showUsage(client: Client, options: UsageOptions): Promise<void> {
  const now = Date.now();
  const since = options.since === undefined ? {} : { since: timeOf(options.since, now) };
  if (options.by === undefined) {
    for (const option of ['until', 'utcOffset', 'org'] as const)
      if (options[option] !== undefined)
        throw new SuanlinkError(
          'invalid_argument',
          `--${option === 'utcOffset' ? 'utc-offset' : option} needs --by`,
        );
    return listRecords(client, options, since);
  }
  const until = options.until === undefined ? {} : { until: timeOf(options.until, now) };
  const rest = {
    ...(options.utcOffset === undefined ? {} : { utc_offset: options.utcOffset }),
    ...(options.org === undefined ? {} : { org: options.org }),
  };
  const sums = await client.usageSums({ by: options.by, ...since, ...until, ...rest });
  printList(options, 'usage-sums', sums, {
    id: ({ key }) => key,
    head: [options.by.toUpperCase(), 'LEASES', 'CARD-HOURS', 'CPU-HOURS', 'PRICE', 'UNSIGNED', 'DISPUTED'],
    row: (sum) => [
      sum.label === '' ? sum.key || '-' : `${sum.key} (${sum.label})`,
      String(sum.leases),
      hours(sum.card_ms),
      hours(sum.cpu_ms),
      showYuan(sum.price_micro_yuan),
      String(sum.unsigned),
      String(sum.disputed),
    ],
  });
}

async function listRecords(client: Client, options: UsageOptions, since: { since?: string }): Promise<void> {
  const usage = await client.usage({ ...since, limit: Number(options.limit) });
  printList(options, 'usage', usage, {
    id: ({ lease_id }) => lease_id,
    head: ['LEASE', 'ORG', 'MODEL', 'CARDS', 'CARD-S', 'CPU-S', 'PRICE', 'PROOF', 'RECORDED'],
    row: (record) => [
      record.lease_id,
      record.org,
      record.model || '-',
      String(record.cards),
      seconds(record.card_ms),
      `${record.cpu_exact ? '' : '~'}${seconds(record.cpu_ms)}`,
      showYuan(record.price_micro_yuan),
      record.proof,
      record.recorded_at,
    ],
  });
}

/** Prints the records of a job with their signatures, as a document that `verify` takes. */
export async function showRecords(client: Client, jobId: string): Promise<void> {
  print(JSON.stringify({ schema: 'suanlink.usage-proof/v1', ...(await client.jobUsage(jobId)) }, null, 2));
}

/** The document in a file, or on stdin (`-`). */
export function readProof(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (cause) {
    throw new SuanlinkError('invalid_argument', `cannot read usage records from ${file}`, { cause });
  }
}

/** Says of every record whether its signatures are good; 1 when one is not. */
export function verifyProof(document: unknown, { output, key }: VerifyOptions): number {
  const all = checkProof(document);
  const { scheduler_public_key: used } = document as UsageProofView;
  if (key !== undefined && key !== used)
    throw new SuanlinkError(
      'bad_signature',
      `these records are signed with the key ${used}, not with ${key}`,
    );
  const rows = all.map((checked) => ({
    lease_id: checked.record.lease_id,
    part: checked.record.part,
    node: checked.node,
    scheduler: checked.scheduler,
    proven: isProven(checked),
  }));
  const proven = rows.every((row) => row.proven);
  if (output === 'json')
    print(
      JSON.stringify(
        { schema: 'suanlink.usage-check/v1', scheduler_public_key: used, proven, records: rows },
        null,
        2,
      ),
    );
  else
    print(
      table(
        ['LEASE', 'PART', 'NODE', 'SCHEDULER', 'PROVEN'],
        rows.map((row) => [
          row.lease_id,
          String(row.part),
          row.node,
          row.scheduler,
          row.proven ? 'yes' : 'NO',
        ]),
      ),
    );
  if (key === undefined) say(`suanlink: signed with the key ${used}; compare it with suanlink usage key`);
  return proven ? exitCodes.ok : exitCodes.failure;
}

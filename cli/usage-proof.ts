/** Checks usage records without the scheduler: was it the node that measured this, and does the scheduler stand by what it
 * bills? Pure; node:crypto only computes. */
import { createPublicKey, verify } from 'node:crypto';
import type { SignedUsageView, UsageProofView } from '../proto/api.ts';
import { SuanlinkError } from '../proto/codes.ts';
import { parseId } from '../proto/ids.ts';
import { signedOf } from '../proto/receipts.ts';
import { receiptBytes, usageBytes } from '../proto/signing.ts';

/** Whether a signature is good, is not, or is missing. */
export type Verdict = 'good' | 'BAD' | 'none';

/** What came of one record. */
export interface Checked {
  record: SignedUsageView;
  node: Verdict;
  scheduler: Verdict;
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));

function judge(publicKey: string, signed: Uint8Array, signature: string): Verdict {
  if (signature === '') return 'none';
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, signed, key, bytesOf(signature)) ? 'good' : 'BAD';
  } catch {
    // What is no key signs nothing.
    return 'BAD';
  }
}

/** The same of a scheduler's, which may be one for many. */
function judgeReceipt(publicKey: string, receipt: Uint8Array, countersignature: string): Verdict {
  if (countersignature === '') return 'none';
  const found = signedOf(receipt, bytesOf(countersignature));
  if (!found) return 'BAD';
  return judge(publicKey, found.signed, Buffer.from(found.signature).toString('base64url'));
}

function checkRecord(
  record: SignedUsageView,
  { scheduler_id, scheduler_public_key }: UsageProofView,
): Checked {
  const usage = usageBytes(parseId('node', record.node_id), {
    leaseId: parseId('lease', record.lease_id),
    epoch: record.epoch,
    part: record.part,
    runMs: record.run_ms,
    cardMs: record.reported_card_ms,
    cpuMs: record.cpu_ms,
    cpuExact: record.cpu_exact,
    memoryPeakBytes: record.memory_peak_bytes,
  });
  const receipt = receiptBytes({
    schedulerId: scheduler_id,
    usage,
    nodeSignature: bytesOf(record.node_signature),
    nodePublicKey: bytesOf(record.node_public_key),
    proof: record.proof,
    org: record.org,
    jobId: record.job_id,
    model: record.model,
    cards: record.cards,
    cardMs: record.card_ms,
    tariff: record.tariff,
    priceMicroYuan: record.price_micro_yuan,
    recordedUnixMs: record.recorded_unix_ms,
  });
  return {
    record,
    node: judge(record.node_public_key, usage, record.node_signature),
    scheduler: judgeReceipt(scheduler_public_key, receipt, record.scheduler_signature),
  };
}

/** Every record of a document; `invalid_argument` when it is not one of usage records. */
export function checkProof(document: unknown): Checked[] {
  const proof = document as UsageProofView;
  if (typeof document !== 'object' || document === null || !Array.isArray(proof.records))
    throw new SuanlinkError(
      'invalid_argument',
      'this is no document of usage records (suanlink usage records JOB)',
    );
  try {
    return proof.records.map((record) => checkRecord(record, proof));
  } catch (cause) {
    throw new SuanlinkError('invalid_argument', 'a usage record of this document cannot be read', { cause });
  }
}

/** Whether a record is beyond doubt: the scheduler signed it, and the node did or is known not to sign yet. */
export function isProven({ record, node, scheduler }: Checked): boolean {
  const byNode = record.proof === 'unsigned' ? node === 'none' : node === 'good' && record.proof === 'signed';
  return scheduler === 'good' && byNode;
}

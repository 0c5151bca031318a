/** A usage report of an agent as the record that is billed. Pure. */
import type { Usage } from '../../proto/messages.ts';
import { type UsageProof, usageProofs } from '../../proto/signing.ts';
import type { LeaseRecord, UsageRecord } from '../records.ts';
import { cost } from './tariff.ts';

/** The record of one part; names and prices are those of the grant. A node cannot bill more card time than its own run
 * time times the cards it was granted, and nothing at all with a signature that is not its own: what was said stays on
 * record, for people to settle. */
export function recordUsage(lease: LeaseRecord, usage: Usage, proof: UsageProof, wall: number): UsageRecord {
  const cards = lease.acceleratorIds.length;
  const most = Math.floor((usage.runMs * cards * lease.acceleratorMilli) / 1000);
  const cardMs = Math.min(usage.cardMs, most);
  return {
    leaseId: lease.leaseId,
    epoch: lease.epoch,
    part: usage.part,
    org: lease.org,
    jobId: lease.jobId,
    nodeId: lease.nodeId,
    nodeName: lease.nodeName,
    model: lease.model,
    cards,
    runMs: usage.runMs,
    cardMs,
    cpuMs: usage.cpuMs,
    cpuExact: usage.cpuExact,
    memoryPeakBytes: usage.memoryPeakBytes,
    tariff: lease.price.tariff,
    priceMicroYuan: proof === 'disputed' ? 0 : cost(lease.price, { cardMs, cpuMs: usage.cpuMs }),
    recordedUnixMs: wall,
    proof,
    reportedCardMs: usage.cardMs,
  };
}

function worst(a: UsageProof, b: UsageProof): UsageProof {
  return usageProofs.indexOf(a) > usageProofs.indexOf(b) ? a : b;
}

/** Several parts as one total; undefined for none. */
export function sumUsage(parts: readonly UsageRecord[]): UsageRecord | undefined {
  const [first, ...rest] = parts;
  if (!first) return undefined;
  return rest.reduce(
    (sum, part) => ({
      ...sum,
      part: Math.max(sum.part, part.part),
      runMs: sum.runMs + part.runMs,
      cardMs: sum.cardMs + part.cardMs,
      cpuMs: sum.cpuMs + part.cpuMs,
      cpuExact: sum.cpuExact && part.cpuExact,
      memoryPeakBytes: Math.max(sum.memoryPeakBytes, part.memoryPeakBytes),
      priceMicroYuan: sum.priceMicroYuan + part.priceMicroYuan,
      reportedCardMs: sum.reportedCardMs + part.reportedCardMs,
      proof: worst(sum.proof, part.proof),
      recordedUnixMs: Math.max(sum.recordedUnixMs, part.recordedUnixMs),
    }),
    first,
  );
}

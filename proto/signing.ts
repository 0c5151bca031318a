/** The bytes that are signed (docs/protocol.md): by an agent to prove who it is and what was used, by a scheduler for what
 * it bills. Everybody builds them here. Pure. */
import type { NodeId, TokenId } from './ids.ts';
import type { Usage } from './messages.ts';

const encoder = new TextEncoder();

function join(...parts: (string | Uint8Array)[]): Uint8Array {
  const pieces = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part));
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** What an enrolling agent signs with its new key. */
export function enrolBytes(nonce: Uint8Array, publicKey: Uint8Array, tokenId: TokenId): Uint8Array {
  return join('suanlink.v1 enrol\0', nonce, publicKey, tokenId);
}

/** What an agent signs at every connect. */
export function helloBytes(nonce: Uint8Array, schedulerId: string, nodeId: NodeId): Uint8Array {
  return join('suanlink.v1 hello\0', nonce, schedulerId, '\0', nodeId);
}

/** A count of up to 2^53 - 1 as eight bytes, big end first. */
function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** A text after its length, so that no two lists of texts give the same bytes. */
function counted(text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text;
  return join(u64(bytes.length), bytes);
}

/** What a node signs of a usage record; its signature is not part of it. */
export function usageBytes(nodeId: NodeId, usage: Omit<Usage, 'signature'>): Uint8Array {
  const { leaseId, epoch, part, runMs, cardMs, cpuMs, cpuExact, memoryPeakBytes } = usage;
  return join(
    'suanlink.v1 usage\0',
    counted(nodeId),
    counted(leaseId),
    ...[epoch, part, runMs, cardMs, cpuMs, cpuExact ? 1 : 0, memoryPeakBytes].map(u64),
  );
}

/** What a scheduler adds to a node's usage record when it bills it. */
export interface Receipt {
  schedulerId: string;
  /** What the node signs, or would. */
  usage: Uint8Array;
  /** Empty: none. */
  nodeSignature: Uint8Array;
  /** The key by which the scheduler knows the node. */
  nodePublicKey: Uint8Array;
  /** What the scheduler made of the signature. */
  proof: UsageProof;
  org: string;
  jobId: string;
  model: string;
  cards: number;
  /** As billed: never more than the grant allows. */
  cardMs: number;
  tariff: string;
  priceMicroYuan: number;
  recordedUnixMs: number;
}

/** `signed` by the node's key; `unsigned` by an agent below capability 2; `disputed`: the signature is not the node's. */
export const usageProofs = ['signed', 'unsigned', 'disputed'] as const;
/** One of `usageProofs`. */
export type UsageProof = (typeof usageProofs)[number];

/** What a scheduler signs of a usage record. */
export function receiptBytes(receipt: Receipt): Uint8Array {
  const { schedulerId, usage, nodeSignature, nodePublicKey, proof, org, jobId, model, tariff } = receipt;
  const { cards, cardMs, priceMicroYuan, recordedUnixMs } = receipt;
  return join(
    'suanlink.v1 usage receipt\0',
    ...[schedulerId, usage, nodeSignature, nodePublicKey, proof, org, jobId, model, tariff].map(counted),
    ...[cards, cardMs, priceMicroYuan, recordedUnixMs].map(u64),
  );
}

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

/** Writes a count of up to 2^53 - 1 as eight bytes, big end first. */
function putU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value % 2 ** 32);
}

function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  putU64(new DataView(bytes.buffer), 0, value);
  return bytes;
}

/** A text after its length, so that no two lists of texts give the same bytes. */
function counted(text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text;
  return join(u64(bytes.length), bytes);
}

const usageMark = encoder.encode('suanlink.v1 usage\0');

/** What a node signs of a usage record; its signature is not part of it. Written in one piece: a scheduler does it twice for
 * every lease. */
export function usageBytes(nodeId: NodeId, usage: Omit<Usage, 'signature'>): Uint8Array {
  const { leaseId, epoch, part, runMs, cardMs, cpuMs, cpuExact, memoryPeakBytes } = usage;
  const numbers = [epoch, part, runMs, cardMs, cpuMs, cpuExact ? 1 : 0, memoryPeakBytes];
  const ids = [nodeId, leaseId].map((id) => encoder.encode(id));
  const idsLength = ids.reduce((sum, { length }) => sum + 8 + length, 0);
  const all = new Uint8Array(usageMark.length + idsLength + 8 * numbers.length);
  const view = new DataView(all.buffer);
  all.set(usageMark);
  let at = usageMark.length;
  for (const id of ids) {
    putU64(view, at, id.length);
    all.set(id, at + 8);
    at += 8 + id.length;
  }
  for (const [i, number] of numbers.entries()) putU64(view, at + 8 * i, number);
  return all;
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

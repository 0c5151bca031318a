/** The bytes that an agent signs to prove who it is (docs/protocol.md); both ends build them here. Pure. */
import type { NodeId, TokenId } from './ids.ts';

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

/**
 * Whether an Enrol or a Hello is good. Pure but for the `Proofs` handed in; each refusal has its code, and nothing has
 * been done when one is given. What depends on what happens meanwhile (a token used by somebody else) is checked again
 * by the pool when it applies the command.
 */
import { agree } from '../../proto/capability.ts';
import { type Code, SuanlinkError } from '../../proto/codes.ts';
import type { Enrol, Hello } from '../../proto/messages.ts';
import { enrolBytes, helloBytes } from '../../proto/signing.ts';
import type { TokenRecord } from '../control.ts';
import type { NodeRecord } from '../records.ts';
import type { Proofs } from './proofs.ts';

/** What this connection was challenged with. */
export interface Challenged {
  nonce: Uint8Array;
  schedulerId: string;
}

function refuse(code: Code, message: string): never {
  throw new SuanlinkError(code, message);
}

function requireCapability(peer: number): void {
  if (agree(peer) === undefined)
    refuse('protocol_error', `this scheduler no longer speaks protocol ${peer}; upgrade the agent`);
}

/** Passes an agent that holds the key it shows and the secret of a join token that is good. Whoever does not know the
 * secret learns nothing about the token. */
export function judgeEnrol(
  enrol: Enrol,
  challenged: Challenged,
  token: TokenRecord | undefined,
  wallMs: number,
  proofs: Proofs,
): void {
  requireCapability(enrol.capability);
  const signed = enrolBytes(challenged.nonce, enrol.publicKey, enrol.tokenId);
  if (!proofs.isSignedBy(enrol.publicKey, signed, enrol.signature))
    refuse('bad_signature', 'the signature does not prove possession of the key');
  const good = proofs.hasHash(enrol.tokenSecret, token?.secretHash ?? new Uint8Array(32));
  if (!token || !good || token.kind !== 'join' || token.revoked)
    refuse('unauthenticated', 'this join token is not known, or it was revoked');
  if (token.expiresUnixMs !== 0 && wallMs >= token.expiresUnixMs && token.usedBy === '')
    refuse('join_token_expired', 'this join token is past its expiry; make a new one');
}

/** Passes an agent that proves the key of the node it says it is. */
export function judgeHello(
  hello: Hello,
  challenged: Challenged,
  node: NodeRecord | undefined,
  proofs: Proofs,
): void {
  requireCapability(hello.capability);
  if (!node) refuse('unauthenticated', 'this node is not enrolled here; enrol it again with a join token');
  const signed = helloBytes(challenged.nonce, challenged.schedulerId, hello.nodeId);
  if (!proofs.isSignedBy(node.publicKey, signed, hello.signature))
    refuse('bad_signature', "the signature does not prove possession of this node's key");
}

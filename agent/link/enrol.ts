/**
 * Enrolment (edge): trades a one-time join token for an identity. Before a byte of the token leaves this machine, the
 * scheduler's certificate authority is compared with the hash in the token (`proto/pinned.ts`).
 */
import { capability } from '../../proto/capability.ts';
import { isCode, SuanlinkError } from '../../proto/codes.ts';
import { decodeFrame, encodeFrame } from '../../proto/frame.ts';
import type { NodeId, OrgId, TokenId } from '../../proto/ids.ts';
import { enrolBytes } from '../../proto/signing.ts';
import type { NodeKey } from './identity.ts';
import type { Dial } from './transport.ts';

const timeoutMs = 10_000;

/** What the join token gives us to say. */
export interface EnrolRequest {
  tokenId: TokenId;
  tokenSecret: string;
  nodeName: string;
  key: NodeKey;
}

/** Enrols over one connection of `dial`; the scheduler's refusal comes back with its own code. */
export function enrol(dial: Dial, request: EnrolRequest): Promise<{ nodeId: NodeId; org: OrgId }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ nodeId: NodeId; org: OrgId }>();
  const timer = setTimeout(() => {
    reject(new SuanlinkError('deadline_exceeded', 'the scheduler did not answer the enrolment'));
    transport.close();
  }, timeoutMs);
  const transport = dial({
    frame(bytes) {
      try {
        const message = decodeFrame(bytes).message;
        if (message?.kind === 'challenge') {
          const { tokenId, tokenSecret, nodeName, key } = request;
          const signature = key.sign(enrolBytes(message.value.nonce, key.publicKey, tokenId));
          const value = { tokenId, tokenSecret, publicKey: key.publicKey, signature, nodeName, capability };
          transport.send(encodeFrame({ seq: 0, ack: 0, message: { kind: 'enrol', value } }));
        } else if (message?.kind === 'enrolled') {
          resolve(message.value);
        } else if (message?.kind === 'refuse') {
          const { code, message: why } = message.value;
          reject(
            new SuanlinkError(
              isCode(code) ? code : 'internal',
              `the scheduler refused the enrolment: ${why}`,
            ),
          );
        }
      } catch (caught) {
        reject(SuanlinkError.from(caught));
      }
    },
    closed: (cause) =>
      reject(
        new SuanlinkError(
          isCode(cause.code) ? cause.code : 'unavailable',
          `the enrolment connection failed: ${cause.message}`,
        ),
      ),
  });
  return promise.finally(() => {
    clearTimeout(timer);
    transport.close();
  });
}

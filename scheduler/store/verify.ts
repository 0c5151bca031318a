/** Signatures are verified on a thread of their own (edge): each takes 0.1 ms, and those of one turn go there together. */
import { DiskThread, threadFile } from './thread.ts';
import { keyBytes, packed, signatureBytes } from './verifier.ts';

/** Nobody waits for an end's signature so much that the way to the thread and back should be gone for each alone. */
const gatherMs = 5;

/** Whether `signature` is the Ed25519 signature over `data` of the raw public key. */
type Verify = (publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>;

/** A `Verify` on its own thread, which is begun when it is first needed. */
export function verifyBeside(): { verify: Verify; close(): Promise<void> } {
  let thread: DiskThread | undefined;
  return {
    verify(publicKey, data, signature) {
      if (publicKey.length !== keyBytes || signature.length !== signatureBytes) return false;
      thread ??= new DiskThread(threadFile(), 'proofs', {}, gatherMs);
      return thread.call('verify', [packed(publicKey, data, signature)]);
    },
    async close() {
      await thread?.end();
    },
  };
}

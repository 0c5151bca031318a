/** Signatures are verified on a thread of their own (edge): each takes 0.1 ms. They gather, and go there in one piece. */
import { DiskThread, threadFile } from './thread.ts';
import { type Check, keyBytes, packed, signatureBytes } from './verifier.ts';

/** Nobody waits for an end's signature so much that the way to the thread and back should be gone for each alone: when others
 * have just gone it waits so long for more. */
const gatherMs = 5;

/** It yields to the threads that everybody waits for; of two cores that are both busy it still gets a tenth. */
const niceness = 10;

/** Whether `signature` is the Ed25519 signature over `data` of the raw public key. */
type Verify = (publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>;

interface Waiting extends Check {
  resolve: (isGood: boolean) => void;
  reject: (error: unknown) => void;
}

/** Checks on their way to a thread, which is begun when it is first needed. */
class Beside {
  #thread: DiskThread | undefined;
  #waiting: Waiting[] = [];
  #wentAt = Number.NEGATIVE_INFINITY;

  check(check: Check): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...check, resolve, reject });
      if (this.#waiting.length > 1) return;
      const wait = this.#wentAt + gatherMs - performance.now();
      if (wait > 0) setTimeout(() => this.#go(), wait);
      else setImmediate(() => this.#go());
    });
  }

  async close(): Promise<void> {
    await this.#thread?.end();
  }

  #go(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#wentAt = performance.now();
    this.#thread ??= new DiskThread(threadFile(), 'proofs', { niceness });
    const all = packed(waiting);
    this.#thread.call('verify', [all], [all.buffer]).then(
      (answers) => waiting.forEach(({ resolve }, n) => resolve(answers[n] === 1)),
      (caught: unknown) => waiting.forEach(({ reject }) => reject(caught)),
    );
  }
}

/** A `Verify` on its own thread. */
export function verifyBeside(): { verify: Verify; close(): Promise<void> } {
  const beside = new Beside();
  return {
    verify(publicKey, data, signature) {
      if (publicKey.length !== keyBytes || signature.length !== signatureBytes) return false;
      return beside.check({ publicKey, data, signature });
    },
    close: () => beside.close(),
  };
}

/**
 * One signature for many receipts. A scheduler that bills thousands of records a second signs the root of a tree over those
 * that are written together; each record keeps the path from itself to the root, so that it can be shown and checked alone,
 * and says nothing of the others but hashes.
 *
 * A leaf is `SHA-256(0 ‖ receipt)`, an inner node `SHA-256(1 ‖ left ‖ right)`, an odd node at the end of a level goes up as
 * it is. What is signed is `"suanlink.v1 usage receipts\0" ‖ root`. A countersignature is those 64 bytes and then the path:
 * for each step 0 or 1 (the other node stands left or right) and its hash. One of 64 bytes alone is over the receipt itself.
 * Pure.
 */
import { hash } from 'node:crypto';

const signatureBytes = 64;
const hashBytes = 32;
const stepBytes = 1 + hashBytes;
const prefix = Buffer.from('suanlink.v1 usage receipts\0');

/** In one call: objects that hash piece by piece are slow for the collector of garbage to let go of. */
function digest(tag: 0 | 1, ...parts: Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat([Buffer.of(tag), ...parts]), 'buffer');
}

const rootBytes = (root: Uint8Array): Uint8Array => Buffer.concat([prefix, root]);

/** The countersignatures of receipts that are written together, in their order, by one call of `sign`. */
export function signTogether(
  receipts: readonly Uint8Array[],
  sign: (data: Uint8Array) => Uint8Array,
): Uint8Array[] {
  const [only] = receipts;
  if (!only) return [];
  if (receipts.length === 1) return [sign(only)];
  const paths: Uint8Array[][] = receipts.map(() => []);
  let level = receipts.map((receipt, i) => ({ hash: digest(0, receipt), leaves: [i] }));
  while (level.length > 1) {
    const next: typeof level = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i], level[i + 1]];
      if (!left) break;
      if (!right) {
        next.push(left);
        continue;
      }
      for (const leaf of left.leaves) paths[leaf]?.push(Buffer.of(1), right.hash);
      for (const leaf of right.leaves) paths[leaf]?.push(Buffer.of(0), left.hash);
      next.push({ hash: digest(1, left.hash, right.hash), leaves: [...left.leaves, ...right.leaves] });
    }
    level = next;
  }
  const signature = sign(rootBytes(level[0]?.hash ?? new Uint8Array(0)));
  return paths.map((path) => new Uint8Array(Buffer.concat([signature, ...path])));
}

/** What the first 64 bytes of a countersignature sign; undefined when it is none. */
export function signedOf(
  receipt: Uint8Array,
  countersignature: Uint8Array,
): { signed: Uint8Array; signature: Uint8Array } | undefined {
  const signature = countersignature.subarray(0, signatureBytes);
  if (countersignature.length === signatureBytes) return { signed: receipt, signature };
  const steps = (countersignature.length - signatureBytes) / stepBytes;
  if (!Number.isInteger(steps) || steps < 1) return undefined;
  let node: Uint8Array = digest(0, receipt);
  for (let at = signatureBytes; at < countersignature.length; at += stepBytes) {
    const side = countersignature[at];
    const other = countersignature.subarray(at + 1, at + stepBytes);
    if (side !== 0 && side !== 1) return undefined;
    node = side === 0 ? digest(1, other, node) : digest(1, node, other);
  }
  return { signed: rootBytes(node), signature };
}

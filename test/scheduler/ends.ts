/** End records as an agent makes them. */
import { createHash } from 'node:crypto';
import type { LeaseKey } from '../../proto/lease.ts';
import type { LeaseEnd } from '../../proto/messages.ts';
import { usage } from './values.ts';

const sha256 = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest());

/** An end record of a container that wrote `stdout`. */
export function endOf(key: LeaseKey, stdout = '', changes: Partial<LeaseEnd> = {}): LeaseEnd {
  const { leaseId, epoch } = key;
  return {
    leaseId,
    epoch,
    reason: 'completed',
    exitCode: 0,
    errorCode: '',
    message: '',
    stdoutBytes: Buffer.byteLength(stdout),
    stderrBytes: 0,
    stdoutSha256: sha256(stdout),
    stderrSha256: sha256(''),
    timeline: [{ name: 'running', atMs: 3 }],
    usage: usage({ leaseId, epoch }),
    ...changes,
  };
}

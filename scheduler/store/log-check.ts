/** Whether the log that is stored is the one that the container wrote, by the agent's own count and checksum. Pure. */
import type { LeaseEnd } from '../../proto/messages.ts';
import type { LogStream } from './log-record.ts';
import type { StreamTotal } from './logs.ts';

function fault(name: LogStream, stored: StreamTotal, bytes: number, sha256: Uint8Array): string {
  if (stored.bytes !== bytes) return `${stored.bytes} of ${bytes} bytes of ${name} are stored`;
  return Buffer.compare(stored.sha256, sha256) === 0
    ? ''
    : `the stored ${name} differs from what was written`;
}

/** What the stored log lacks, as a sentence; '' when both streams are complete and equal. */
export function logFault(end: LeaseEnd, stored: Record<LogStream, StreamTotal>): string {
  return [
    fault('stdout', stored.stdout, end.stdoutBytes, end.stdoutSha256),
    fault('stderr', stored.stderr, end.stderrBytes, end.stderrSha256),
  ]
    .filter((text) => text !== '')
    .join('; ');
}

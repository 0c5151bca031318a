/** Whether the log that is stored is the one that the container wrote, by the agent's own count and checksum. Pure. */
import type { LeaseEnd } from '../../proto/messages.ts';
import type { LogStream } from './log-record.ts';
import type { StreamTotal } from './logs.ts';

/** `kept`: of what the container wrote, how much the agent did not leave out. */
function fault(name: LogStream, stored: StreamTotal, kept: number, sha256: Uint8Array): string {
  const found = stored.bytes - stored.droppedBytes;
  if (found !== kept) return `${found} of ${kept} bytes of ${name} are stored`;
  return Buffer.compare(stored.sha256, sha256) === 0
    ? ''
    : `the stored ${name} differs from what was written`;
}

/** What the stored log lacks, as a sentence; '' when both streams are complete and equal. */
export function logFault(end: LeaseEnd, stored: Record<LogStream, StreamTotal>): string {
  return [
    fault('stdout', stored.stdout, end.stdoutBytes - (end.stdoutDroppedBytes ?? 0), end.stdoutSha256),
    fault('stderr', stored.stderr, end.stderrBytes - (end.stderrDroppedBytes ?? 0), end.stderrSha256),
  ]
    .filter((text) => text !== '')
    .join('; ');
}

/** What `run` says of a job on stderr while it waits and runs. */
import type { JobView } from '../../proto/api.ts';
import { plain } from '../plain.ts';
import { say } from '../terminal.ts';

/** While it waits, a new reason is said at most this often. */
const waitingMs = 30_000;

/** One line for what the job is doing; '' when there is nothing to say. Pure. */
function stateLine(job: JobView): string {
  const { lease } = job;
  if (job.state === 'queued') return `waiting: ${plain(job.waiting_reason || 'in the queue')}`;
  if (job.state !== 'leased' || !lease) return '';
  return `${lease.phase} on ${plain(lease.node_name)}${lease.detail === '' ? '' : `: ${plain(lease.detail)}`}`;
}

/** Says what a job is doing whenever that is something new. */
export function createNarrator(isQuiet: boolean, now: () => number): (job: JobView) => void {
  let last = '';
  let waitedAt = Number.NEGATIVE_INFINITY;
  return (job) => {
    const line = stateLine(job);
    if (isQuiet || line === '' || line === last) return;
    if (job.state === 'queued') {
      if (now() - waitedAt < waitingMs) return;
      waitedAt = now();
    }
    last = line;
    say(`suanlink: ${line}`);
  };
}

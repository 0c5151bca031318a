/** `suanlink ps`, `cancel` and `preempt`. */
import type { JobView } from '../../proto/api.ts';
import { parseDuration } from '../../proto/duration.ts';
import type { Client } from '../client/client.ts';
import { type ListOptions, printList } from '../output.ts';
import { say } from '../terminal.ts';
import { showDuration, showMilli } from '../units.ts';

/** Options of `ps`. */
export interface PsOptions extends ListOptions {
  all?: boolean;
  limit: string;
}

function cards({ spec }: JobView): string {
  if (spec.accelerators === 0) return '-';
  return spec.accelerator_milli < 1000 ? showMilli(spec.accelerator_milli) : String(spec.accelerators);
}

/** What it is doing or how it ended, in a word or two. */
function state({ state: word, lease, end }: JobView): string {
  if (end) return end.reason === 'exit_nonzero' ? `exit ${end.exit_code ?? '?'}` : end.reason;
  if (word !== 'leased' || !lease) return word;
  const percent = lease.phase === 'pulling' && / \((\d+ %)\)$/.exec(lease.detail)?.[1];
  if (percent) return `pulling ${percent}`;
  return lease.notice && lease.phase === 'running' ? 'running, idle' : lease.phase;
}

/** Lists jobs: those that live, with `--all` also those that have ended. */
export async function listJobs(client: Client, options: PsOptions): Promise<void> {
  const limit = Number(options.limit);
  const found = options.all
    ? await client.jobs({ limit })
    : (await Promise.all([client.jobs({ state: 'queued', limit }), client.jobs({ state: 'leased', limit })]))
        .flat()
        .sort((a, b) => b.submitted_at.localeCompare(a.submitted_at))
        .slice(0, limit);
  printList(options, 'jobs', found, {
    id: ({ id }) => id,
    head: ['ID', 'STATE', 'CARDS', 'NODE', 'AGE', 'BY', 'IMAGE'],
    row: (job) => [
      job.id,
      state(job),
      cards(job),
      job.lease?.node_name ?? '-',
      showDuration(Math.max(0, Date.now() - Date.parse(job.submitted_at))),
      job.submitted_by,
      job.spec.image,
    ],
  });
}

/** Options of `preempt`. */
export interface PreemptOptions {
  notice: string;
  reason: string;
  message: string;
}

/** Takes the cards of jobs back, one after another; the first failure ends it. */
export async function preemptJobs(
  client: Client,
  ids: readonly string[],
  { notice, reason, message }: PreemptOptions,
): Promise<void> {
  const notice_ms = parseDuration(notice);
  for (const id of ids) {
    const { state, lease } = await client.preempt(id, { reason, message, notice_ms });
    const now = lease?.state === 'stopping' ? `is being stopped on ${lease.node_name}` : `is ${state}`;
    say(`suanlink: ${id} ${now}`);
  }
}

/** Asks jobs to end, one after another; the first failure ends it. */
export async function cancelJobs(client: Client, ids: readonly string[], message: string): Promise<void> {
  for (const id of ids) {
    const job = await client.cancel(id, message);
    say(
      `suanlink: ${id} ${job.state === 'ended' ? `has ended (${job.end?.reason ?? 'cancelled'})` : 'is being cancelled'}`,
    );
  }
}

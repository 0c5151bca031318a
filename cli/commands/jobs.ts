/** `suanlink ps`, `cancel` and `preempt`. */
import type { JobView } from '../../proto/api.ts';
import { parseDuration } from '../../proto/duration.ts';
import { arrayMember, parseId } from '../../proto/ids.ts';
import type { Client } from '../client/client.ts';
import { type ListOptions, printList } from '../output.ts';
import { say } from '../terminal.ts';
import { showDuration, showMilli } from '../units.ts';

/** Options of `ps`. */
export interface PsOptions extends ListOptions {
  all?: boolean;
  limit: string;
  array?: string;
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

/** The ids of the array that job `id` belongs to, in their order; its own alone when it was submitted alone. */
async function arrayOf(client: Client, id: string): Promise<string[]> {
  const { array } = await client.job(id);
  if (!array) return [id];
  const first = parseId('job', array.id);
  return Array.from({ length: array.size }, (_, index) => arrayMember(first, index));
}

async function find(client: Client, { all, array, limit: text }: PsOptions): Promise<JobView[]> {
  const limit = Number(text);
  if (array !== undefined) {
    const jobs = await Promise.all((await arrayOf(client, array)).map((id) => client.job(id)));
    return jobs.filter(({ state }) => all || state !== 'ended');
  }
  if (all) return client.jobs({ limit });
  const living = await Promise.all(
    (['queued', 'leased'] as const).map((state) => client.jobs({ state, limit })),
  );
  return living
    .flat()
    .sort((a, b) => b.submitted_at.localeCompare(a.submitted_at))
    .slice(0, limit);
}

/** Lists jobs: those that live, with `--all` also those that have ended; with `--array` those of one array in their order. */
export async function listJobs(client: Client, options: PsOptions): Promise<void> {
  const found = await find(client, options);
  const some = found.some(({ array }) => array !== null);
  printList(options, 'jobs', found, {
    id: ({ id }) => id,
    head: ['ID', ...(some ? ['ARRAY'] : []), 'STATE', 'CARDS', 'NODE', 'AGE', 'BY', 'IMAGE'],
    row: (job) => [
      job.id,
      ...(some ? [job.array ? `${job.array.index} of ${job.array.size}` : '-'] : []),
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

/** Options of `cancel`. */
export interface CancelOptions {
  message: string;
  array?: boolean;
}

/** Asks jobs, or the arrays that they belong to, to end, one after another; the first failure ends it. */
export async function cancelJobs(
  client: Client,
  ids: readonly string[],
  { message, array }: CancelOptions,
): Promise<void> {
  const whole = array ? (await Promise.all(ids.map((id) => arrayOf(client, id)))).flat() : ids;
  for (const id of new Set(whole)) {
    const job = await client.cancel(id, message);
    say(
      `suanlink: ${id} ${job.state === 'ended' ? `has ended (${job.end?.reason ?? 'cancelled'})` : 'is being cancelled'}`,
    );
  }
}

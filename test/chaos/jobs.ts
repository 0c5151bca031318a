/**
 * Jobs that bear witness: a container writes a numbered line every tenth of a second with the machine's uptime, so what
 * it did can be told from its output alone: every line must be there once, in order, and its time must be on the bill.
 */
import type { JobSpec, JobView } from '../../proto/api.ts';

/** The image that the engines hold. */
export const image = 'suanlink.test/busybox:1';

const mib = 2 ** 20;
/** How late Docker may notice that a container has started. */
const lateStartMs = 500;

/** What a job must do. */
export interface Witness {
  lines: number;
  exit: number;
  spec: Partial<JobSpec>;
}

/** A job of `lines` lines (a tenth of a second each) that exits with `exit`; a stubborn one does not hear SIGTERM. */
export function witness(
  lines: number,
  exit: number,
  stubborn: boolean,
  changes: Partial<JobSpec> = {},
): Witness {
  const onTerm = stubborn ? 'trap "" TERM' : 'trap "exit 143" TERM';
  const body = `${onTerm}; i=0; while [ $i -lt ${lines} ]; do read u r < /proc/uptime; echo "line $i $u"; i=$((i+1)); sleep 0.1; done; exit ${exit}`;
  const spec: Partial<JobSpec> = {
    ...{
      image,
      command: ['sh', '-c', body],
      memory_bytes: 32 * mib,
      cpu_milli: 50,
      shm_bytes: mib,
      pids: 32,
    },
    ...{ time_limit_ms: 300_000, grace_ms: 1000, disk_bytes: mib },
    ...changes,
  };
  return { lines, exit, spec };
}

/** What was compared of one job. */
export interface Compared {
  bytes: number;
  cardMs: number;
}

/** Compares what a job's log, end and usage say of each other; throws with what does not fit. `mayLack`: its engine was
 * killed while it ran and loses what a container writes meanwhile (Docker does), so only a prefix of its log is there. */
export function compare(wanted: Witness, job: JobView, stdout: Buffer, mayLack = false): Compared {
  const say = (what: string): never => {
    throw new Error(`${job.id} (${job.end?.reason}): ${what}`);
  };
  const text = stdout.toString();
  const lines = text.split('\n');
  // A killed container may have been in the middle of a line.
  const tail = lines.pop() ?? '';
  const uptimes = lines.map((line, i) => {
    const [word, number, uptime] = line.split(' ');
    if (word !== 'line' || Number(number) !== i) say(`I4: line ${i} of its log is ${JSON.stringify(line)}`);
    return Number(uptime);
  });
  const { end } = job;
  if (!end) return say('I2: it has no end');
  if (/log|bytes|checksum|sha/i.test(end.message)) say(`I4: ${end.message}`);
  const own = end.reason === 'completed' || end.reason === 'exit_nonzero';
  const isWhole = uptimes.length === wanted.lines && tail === '';
  if (own && ((!isWhole && !mayLack) || end.exit_code !== wanted.exit))
    say(`I4: ${uptimes.length} of ${wanted.lines} lines, exit code ${end.exit_code} for ${wanted.exit}`);
  const { usage } = end;
  const cards = wanted.spec.accelerators ?? 0;
  if (usage.card_ms !== usage.run_ms * cards)
    say(`I5: ${usage.card_ms} card-ms for ${usage.run_ms} ms on ${cards}`);
  const ranMs = ((uptimes.at(-1) ?? 0) - (uptimes[0] ?? 0)) * 1000;
  // Docker dates a start after the fact, by some 100 ms (more on a busy machine), to the tenant's advantage; what the
  // engine adds before the first and after the last line is not the job's.
  if (end.reason !== 'node_lost' && end.reason !== 'engine_lost' && usage.run_ms < ranMs - lateStartMs)
    say(`I5: it ran ${ranMs} ms by its own words, ${usage.run_ms} ms were billed`);
  if (own && isWhole && usage.run_ms > ranMs + 10_000)
    say(`I5: it ran ${ranMs} ms by its own words, ${usage.run_ms} ms were billed`);
  return { bytes: stdout.length, cardMs: usage.card_ms };
}

/** `suanlink ps`, `logs`, `cancel` and `preempt` on the command line. */
import { type Command, Option } from 'commander';
import type { CancelOptions, PreemptOptions, PsOptions } from '../commands/jobs.ts';
import type { LogsOptions } from '../commands/logs.ts';
import type { ConnectionOptions } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Done, withClient, withConnection, withExamples, withList } from './options.ts';

function definePs(program: Command, done: Done): void {
  const ps = program
    .command('ps')
    .summary('list jobs')
    .description('Lists the jobs that wait or run; with --all also those that have ended. Newest first.')
    .option('-a, --all', 'also those that have ended')
    .option('--array <JOB>', 'those of the array that this job belongs to, in their order')
    .option('--limit <N>', 'at most so many, up to 1000', '100')
    .action(async (options: ConnectionOptions & PsOptions) => {
      const { listJobs } = await import('../commands/jobs.ts');
      await withClient(options, (client) => listJobs(client, options));
      done(exitCodes.ok);
    });
  withConnection(withList(ps));
  withExamples(
    ps,
    'suanlink ps',
    'suanlink ps --all --output json | jq -r .jobs[].end.reason',
    'suanlink cancel $(suanlink ps -q)',
  );
}

function defineLogs(program: Command, done: Done): void {
  const logs = program
    .command('logs')
    .summary('what a job wrote')
    .description(
      'Prints what a job has written, its stdout to stdout and its stderr to stderr. With --follow until the job has ended; Ctrl-C then leaves the job alone.',
    )
    .argument('<job>', 'job-…')
    .option('-f, --follow', 'go on until the job has ended')
    .addOption(
      new Option('--stream <NAME>', 'which stream').choices(['stdout', 'stderr', 'both']).default('both'),
    )
    .option('--reconnect-timeout <DURATION>', 'give up after this long without a connection', '15m')
    .action(async (id: string, options: ConnectionOptions & LogsOptions) => {
      const { showLogs } = await import('../commands/logs.ts');
      await withClient(options, async (client) => done(await showLogs(client, id, options)));
    });
  withConnection(logs);
  withExamples(
    logs,
    'suanlink logs job-aaaaaaaaaaaaaaaaaaaa',
    'suanlink logs -f --stream stdout job-aaaaaaaaaaaaaaaaaaaa > out',
  );
}

function defineCancel(program: Command, done: Done): void {
  const cancel = program
    .command('cancel')
    .summary('end jobs')
    .description(
      'Asks jobs to end: queued ones at once, running ones by SIGTERM and, after their grace, SIGKILL.',
    )
    .argument('<jobs...>', 'job-…')
    .option('--array', 'and all others of the arrays that they belong to')
    .option('--message <TEXT>', 'why, for those who look later', 'cancelled at the command line')
    .action(async (ids: string[], options: ConnectionOptions & CancelOptions) => {
      const { cancelJobs } = await import('../commands/jobs.ts');
      await withClient(options, (client) => cancelJobs(client, ids, options));
      done(exitCodes.ok);
    });
  withConnection(cancel);
  withExamples(
    cancel,
    'suanlink cancel job-aaaaaaaaaaaaaaaaaaaa',
    'suanlink cancel --message "wrong data" $(suanlink ps -q)',
  );
}

function definePreempt(program: Command, done: Done): void {
  const preempt = program
    .command('preempt')
    .summary('take the cards of running jobs back')
    .description(
      'Takes the cards of running jobs back: SIGTERM at once, SIGKILL after the notice or the grace of the job, whichever is longer. A job with retries left waits for other cards; all others end as preempted. For operators and admins.',
    )
    .argument('<jobs...>', 'job-…')
    .option(
      '--notice <DURATION>',
      'between SIGTERM and SIGKILL, such as 60s (default: the grace of the job)',
      '0s',
    )
    .addOption(
      new Option('--reason <WORD>', 'what the job ends with')
        .choices(['preempted', 'owner_reclaimed'])
        .default('preempted'),
    )
    .option('--message <TEXT>', 'why, for those who look later', 'preempted at the command line')
    .action(async (ids: string[], options: ConnectionOptions & PreemptOptions) => {
      const { preemptJobs } = await import('../commands/jobs.ts');
      await withClient(options, (client) => preemptJobs(client, ids, options));
      done(exitCodes.ok);
    });
  withConnection(preempt);
  withExamples(
    preempt,
    'suanlink preempt job-aaaaaaaaaaaaaaaaaaaa --notice 60s',
    'suanlink preempt --reason owner_reclaimed --message "we need the node" job-aaaaaaaaaaaaaaaaaaaa',
  );
}

/** Defines the commands about jobs, but for `run`. */
export function defineJobs(program: Command, done: Done): void {
  definePs(program, done);
  defineLogs(program, done);
  defineCancel(program, done);
  definePreempt(program, done);
}

/** `suanlink run` on the command line. */
import { type Command, Option } from 'commander';
import type { RunOptions } from '../commands/run.ts';
import { collect, collectWords, type Done, withConnection, withExamples } from './options.ts';

/** Adds the options that say what a job needs and how its container is made. */
export function withNeeds(command: Command): Command {
  command
    .optionsGroup('What it needs:')
    .option('-a, --accelerators <N>', 'whole cards, or a share of one such as 0.5 (default: 0)')
    .option('--vendor <NAME>', 'nvidia, ascend, cambricon, …; may be repeated (default: any)', collectWords)
    .option(
      '--model <NAME>',
      'or words of it, such as 910B3 or "A100 80GB"; may be repeated (default: any)',
      collectWords,
    )
    .option('--accelerator-memory <SIZE>', 'at least this much memory per card')
    .option('--architecture <NAME>', 'of the cards, such as hopper; may be repeated', collectWords)
    .option('--linked', "cards joined by the vendor's own links (NVLink, HCCS, …)")
    .option('--min-driver <VERSION>', 'driver of at least this version')
    .option('--min-runtime <VERSION>', 'CUDA, CANN, … of at least this version')
    .option(
      '--min-tflops <PRECISION=N>',
      'dense peak per card that is known to be this high, such as fp16=300; may be repeated',
      collect,
    )
    .option('--max-price <YUAN>', 'of a whole card per hour, such as 3.5')
    .option('--nodes <N>', 'on so many nodes at the same time, each with all of this (default: 1)')
    .option('-c, --cpus <N>', 'cores, such as 2.5 (default: 1)')
    .option('-m, --memory <SIZE>', 'such as 4GiB (default: 1GiB)')
    .option('--disk <SIZE>', 'space for what the job writes (default: not reserved)')
    .option('--shm-size <SIZE>', '/dev/shm (default: 64MiB)')
    .option('--pids <N>', 'processes and threads at most (default: 1024)')
    .option('--node-label <NAME=VALUE>', 'only on nodes with this label; may be repeated', collect)
    .option(
      '--node-rule <RULE>',
      "'NAME in A,B', 'NAME not in A,B', 'NAME' (is there) or '!NAME' (is not); may be repeated",
      collect,
    )
    .option('--region <CODE>', 'GB/T 2260 code or its first digits; may be repeated', collectWords)
    .option('--owner <ORG>', 'only on nodes of this organisation; may be repeated', collectWords)
    .option('--not-owner <ORG>', 'not on nodes of this organisation; may be repeated', collectWords)
    .option('--spread', 'on the least used node, whatever its pool says')
    .addOption(
      new Option(
        '--pack',
        'where it leaves most room for others, whatever its pool says (default: as it says)',
      ).conflicts('spread'),
    )
    .option('--priority <N>', '-1000 to 1000, higher first (default: 0)')
    .option(
      '--preemptible',
      'only on cards that nobody else wants now, for less; stopped with notice when others need them, and queued again',
    )
    .option(
      '--keep-idle',
      'do not take its cards back when they idle, while your organisation is within its share',
    );
  return withContainer(command);
}

function withContainer(command: Command): Command {
  return command
    .optionsGroup('The container:')
    .option('--image <IMAGE>', 'the image, when it is not the first word')
    .option(
      '-e, --env <NAME=VALUE>',
      'a variable; NAME alone takes its value from here; may be repeated',
      collect,
    )
    .option('--env-file <FILE>', 'NAME=VALUE lines; may be repeated', collect)
    .option('-w, --workdir <DIR>', "working directory (default: the image's)")
    .option('-u, --user <USER>', "user or user:group (default: the image's)")
    .option('--entrypoint <COMMAND>', "instead of the image's entrypoint")
    .addOption(new Option('--network <KIND>', 'network (default: none)').choices(['none', 'bridge']))
    .option('--read-only', 'read-only root file system')
    .addOption(
      new Option(
        '--sandbox <CLASS>',
        'a kernel of its own (gvisor) or a virtual machine (kata), on nodes that have it; without accelerators',
      ).choices(['gvisor', 'kata']),
    );
}

function withTime(command: Command): Command {
  return command
    .optionsGroup('Time:')
    .option('-t, --time-limit <DURATION>', 'end it after, such as 2h (default: 1h, at most 30d)')
    .option('--grace <DURATION>', 'between SIGTERM and SIGKILL (default: 10s)')
    .option('--keep-when-lost <DURATION>', 'how long a cut-off node may keep it up (default: it is stopped)')
    .option('--queue-timeout <DURATION>', 'cancel it when it has not been placed by then (default: never)')
    .option('--reconnect-timeout <DURATION>', 'give up following after this long without a connection', '15m')
    .option(
      '--max-retries <N>',
      'new attempts when its node, card or engine was lost or taken back (default: 0, at most 10)',
    )
    .optionsGroup('This command:')
    .option(
      '--array <N>',
      'N equal jobs, all or none, each with SUANLINK_ARRAY_INDEX (from 0); their output comes in that order',
    )
    .option('--idempotency-key <KEY>', 'a repeated run with the same key finds its first job again')
    .option('-d, --detach', 'print the id of the job (of each) and end')
    .option('--result-file <FILE>', 'write how it ended as JSON')
    .option('-q, --quiet', 'say nothing but how it ended');
}

/** Defines `run`. */
export function defineRun(program: Command, done: Done): void {
  const run = program
    .command('run')
    .summary('run a job and end with its exit code')
    .description(
      "Submits a job, waits for capacity, streams what it writes and ends with its exit code. stdout carries the job's stdout and nothing else; what suanlink has to say goes to stderr.",
    )
    .usage('[options] IMAGE [--] [COMMAND…]')
    .argument('[words...]', 'image, and the command with its arguments')
    .passThroughOptions()
    .action(async (words: string[], options: RunOptions) => {
      const { runCommand } = await import('../commands/run.ts');
      done(await runCommand(words, options));
    });
  withConnection(withTime(withNeeds(run)));
  withExamples(
    run,
    'suanlink run --accelerators 1 registry.example/team/train:1.2 -- python train.py',
    'suanlink run -a 2 --vendor ascend --memory 64GiB --time-limit 8h IMAGE -- bash -c "make test"',
    'suanlink run -a 0.5 --idempotency-key "$CI_PIPELINE_ID-$CI_JOB_NAME" IMAGE -- pytest',
    "suanlink run --array 8 IMAGE -- sh -c 'pytest --shard $SUANLINK_ARRAY_INDEX'",
    'id=$(suanlink run --detach IMAGE -- ./long-job); suanlink logs -f "$id"',
  );
  run.addHelpText(
    'after',
    "\nExit codes: the job's own; 124 time limit, 125 suanlink failed, 126/127 command cannot be executed/is not there,\n130 Ctrl-C, 137 killed or out of memory; of an array that of its first job that did not succeed. The last line on stderr says which: suanlink: result=… reason=… job_exit=… lease=…\n",
  );
}

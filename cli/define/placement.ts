/** `suanlink explain` and `suanlink plan` on the command line. */
import type { Command } from 'commander';
import type { PlacementOptions } from '../commands/placement.ts';
import { exitCodes } from '../exit-codes.ts';
import type { JobOptions } from '../run/job-request.ts';
import { type Done, withClient, withConnection, withExamples, withOutput } from './options.ts';
import { withNeeds } from './run.ts';

function defineExplain(program: Command, done: Done): void {
  const explain = program
    .command('explain')
    .summary('why a job is where it is, or why it waits')
    .description(
      'Tells how the nodes rank for a job, as the pool is now; for one that waits what each group of nodes lacks, and what would change that.',
    )
    .argument('<job>', 'job-…')
    .action(async (id: string, options: PlacementOptions) => {
      const { explainJob } = await import('../commands/placement.ts');
      await withClient(options, (client) => explainJob(client, id, options));
      done(exitCodes.ok);
    });
  withConnection(withOutput(explain));
  withExamples(explain, 'suanlink explain job-aaaaaaaaaaaaaaaaaaaa');
}

function definePlan(program: Command, done: Done): void {
  const plan = program
    .command('plan')
    .summary('where a job would go now, without submitting it')
    .description(
      'Takes the options of `run` and tells where such a job would go if it were first in the queue. Ends with 0 when it would be placed now, with 7 when it would wait.',
    )
    .usage('[options] [IMAGE] [--] [COMMAND…]')
    .argument('[words...]', 'image and command, as for `run`; they may be left out')
    .passThroughOptions()
    .option('-t, --time-limit <DURATION>', 'owners may lend for a limited time only (default: 1h)')
    .action(async (words: string[], options: PlacementOptions & JobOptions) => {
      const { planJob } = await import('../commands/placement.ts');
      await withClient(options, async (client) => done(await planJob(client, words, options)));
    });
  withConnection(withOutput(withNeeds(plan)));
  withExamples(
    plan,
    'suanlink plan --accelerators 8 --linked --model H20',
    'suanlink plan -a 1 --region 44 --max-price 3 --output json | jq .placement.fitting',
  );
}

/** Defines the commands about placement. */
export function definePlacement(program: Command, done: Done): void {
  defineExplain(program, done);
  definePlan(program, done);
}

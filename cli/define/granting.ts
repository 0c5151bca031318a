/** `suanlink alerts` and `granting` on the command line. */
import type { Command } from 'commander';
import type { AlertsOptions } from '../commands/granting.ts';
import type { ConnectionOptions } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Done, withClient, withConnection, withExamples, withOutput } from './options.ts';

/** Defines `alerts` and `granting pause|resume`. */
export function defineGranting(program: Command, done: Done): void {
  const alerts = program
    .command('alerts')
    .summary('what keeps leases from being granted')
    .description(
      'Says whether leases are granted, and what stands against it: a pause, or many nodes that vanished at once.',
    )
    .action(async (options: ConnectionOptions & AlertsOptions) => {
      const { showAlerts } = await import('../commands/granting.ts');
      await withClient(options, (client) => showAlerts(client, options));
      done(exitCodes.ok);
    });
  withConnection(withOutput(alerts));
  withExamples(alerts, 'suanlink alerts', 'suanlink alerts --output json | jq .granting');

  const granting = program
    .command('granting')
    .summary('pause and resume the granting of leases')
    .description('Pauses and resumes the granting of leases. Leases that there are go on. For operators.');
  const pause = granting
    .command('pause')
    .summary('grant nothing')
    .description('Grants nothing until it is resumed, also after a restart of the scheduler; jobs wait.')
    .option('--message <TEXT>', 'why, for those who wait', '')
    .action(async (options: ConnectionOptions & { message: string }) => {
      const { setGranting } = await import('../commands/granting.ts');
      await withClient(options, (client) => setGranting(client, { pause: options.message }));
      done(exitCodes.ok);
    });
  withConnection(pause);
  withExamples(pause, 'suanlink granting pause --message "the cooling is being repaired"');
  const resume = granting
    .command('resume')
    .summary('grant again')
    .description(
      'Ends a pause, and the stop after a mass loss of nodes: leases of nodes that are still missing are given up one ttl and margin later.',
    )
    .action(async (options: ConnectionOptions) => {
      const { setGranting } = await import('../commands/granting.ts');
      await withClient(options, (client) => setGranting(client, 'resume'));
      done(exitCodes.ok);
    });
  withConnection(resume);
  withExamples(resume, 'suanlink granting resume');
}

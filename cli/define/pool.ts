/** `suanlink nodes` and `context` on the command line. */
import type { Command } from 'commander';
import type { SetOptions } from '../commands/context.ts';
import type { ConnectionOptions } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ListOptions } from '../output.ts';
import { type Done, withClient, withConnection, withExamples, withList } from './options.ts';

/** Defines `nodes`. */
export function definePool(program: Command, done: Done): void {
  const nodes = program
    .command('nodes')
    .summary('list nodes and what is free on them')
    .description('Lists nodes with the accelerators that they offer and what is free.')
    .action(async (options: ConnectionOptions & ListOptions) => {
      const { listNodes } = await import('../commands/pool.ts');
      await withClient(options, (client) => listNodes(client, options));
      done(exitCodes.ok);
    });
  withConnection(withList(nodes));
  withExamples(
    nodes,
    'suanlink nodes',
    "suanlink nodes --output json | jq '.nodes[].accelerators[] | select(.lease_id == null)'",
  );
}

/** Defines `context ls|use|set|current`. */
export function defineContext(program: Command, done: Done): void {
  const context = program
    .command('context')
    .summary('the schedulers that you work with')
    .description(
      'Contexts: the schedulers that you work with, saved in $XDG_CONFIG_HOME/suanlink/config.yaml.',
    );
  const list = context
    .command('ls')
    .summary('list contexts')
    .description('Lists what is saved, never a token.')
    .action(async (options: ListOptions) => {
      const { listContexts } = await import('../commands/context.ts');
      listContexts(options);
      done(exitCodes.ok);
    });
  withExamples(withList(list), 'suanlink context ls');
  const use = context
    .command('use')
    .summary('choose the context that commands use')
    .description('Makes a saved context the one that commands use.')
    .argument('<name>', 'as saved')
    .action(async (name: string) => {
      const { chooseContext } = await import('../commands/context.ts');
      chooseContext(name);
      done(exitCodes.ok);
    });
  withExamples(use, 'suanlink context use pool');
  const set = context
    .command('set')
    .summary('save or change a context')
    .description(
      'Saves a context, or changes the parts that are given. With --ca-hash the authority is fetched, checked and kept.',
    )
    .argument('<name>', 'letters, digits, . _ -')
    .option('--scheduler <URL>', 'https://host:7443 or unix:/path')
    .option('--token-file <FILE>', 'file with the API token')
    .option('--ca-file <FILE>', "the scheduler's certificate authority")
    .option('--ca-hash <HEX>', 'SHA-256 of that authority, instead of the file')
    .action(async (name: string, options: SetOptions) => {
      const { setContext } = await import('../commands/context.ts');
      await setContext(name, options);
      done(exitCodes.ok);
    });
  withExamples(
    set,
    'suanlink context set pool --scheduler https://pool.example:7443 --token-file ~/pool-token --ca-hash 3c69…',
  );
  const current = context
    .command('current')
    .summary('the context that commands use')
    .description('Prints the name of the context that commands use.')
    .action(async () => {
      const { showContext } = await import('../commands/context.ts');
      showContext();
      done(exitCodes.ok);
    });
  withExamples(current, 'suanlink context current');
}

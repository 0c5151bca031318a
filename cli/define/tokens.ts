/** `suanlink token` on the command line. */
import { type Command, Option } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CreateOptions } from '../commands/token.ts';
import type { ListOptions } from '../output.ts';
import { type Done, withClient, withConnection, withExamples, withList, withOutput } from './options.ts';

/** Defines `token create|ls|revoke`. */
export function defineToken(program: Command, done: Done): void {
  const token = program
    .command('token')
    .summary('make, list and revoke tokens')
    .description('Tokens: API tokens for people and pipelines, join tokens that enrol one node each.');
  const create = token
    .command('create')
    .summary('make a token')
    .description('Makes a token. Its text goes to stdout, once; the scheduler keeps a hash. For admins.')
    .addOption(new Option('--kind <KIND>', 'api, or join for a node').choices(['api', 'join']).default('api'))
    .option('--name <NAME>', 'what it is for; a join token is for one node and can do without')
    .option('--org <NAME>', 'its organisation (default: your own)')
    .addOption(
      new Option('--role <ROLE>', 'what an API token may do (default: tenant)').choices([
        'viewer',
        'tenant',
        'operator',
        'admin',
      ]),
    )
    .option('--expires <DURATION>', 'such as 90d, or never for API tokens (default: 365d; join: 24h)')
    .action(async (options: CreateOptions) => {
      const { createToken } = await import('../commands/token.ts');
      done(await createToken(options));
    });
  withConnection(withOutput(create));
  withExamples(
    create,
    'suanlink token create --kind join --org acme --name gpu-07 > join-token',
    'suanlink token create --org acme --name ci --expires 90d > ci-token',
  );
  const list = token
    .command('ls')
    .summary('list tokens')
    .description('Lists tokens, never their secrets.')
    .action(async (options: ConnectionOptions & ListOptions) => {
      const { listTokens } = await import('../commands/token.ts');
      await withClient(options, (client) => listTokens(client, options));
      done(exitCodes.ok);
    });
  withConnection(withList(list));
  withExamples(list, 'suanlink token ls', 'suanlink token ls --output json');
  const revoke = token
    .command('revoke')
    .summary('end tokens for good')
    .description('Ends tokens for good, by their ids. For admins.')
    .argument('<ids...>', 'token-…')
    .action(async (ids: string[], options: ConnectionOptions) => {
      const { revokeTokens } = await import('../commands/token.ts');
      await withClient(options, (client) => revokeTokens(client, ids));
      done(exitCodes.ok);
    });
  withConnection(revoke);
  withExamples(revoke, 'suanlink token revoke token-aaaaaaaaaaaaaaaaaaaa');
}

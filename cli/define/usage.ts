/** `suanlink usage` on the command line. */
import { type Command, Option } from 'commander';
import type { UsageOptions, VerifyOptions } from '../commands/usage.ts';
import type { ConnectionOptions } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Done, withClient, withConnection, withExamples, withList, withOutput } from './options.ts';

function defineProof(usage: Command, done: Done): void {
  const records = usage
    .command('records')
    .summary('what a job used, with signatures')
    .description(
      'Prints the usage records of a job, however old, as JSON with the signatures of node and scheduler, to be kept and verified.',
    )
    .argument('<job>', 'job-…')
    .action(async (id: string, options: ConnectionOptions) => {
      const { showRecords } = await import('../commands/usage.ts');
      await withClient(options, (client) => showRecords(client, id));
      done(exitCodes.ok);
    });
  withConnection(records);
  withExamples(records, 'suanlink usage records job-aaaaaaaaaaaaaaaaaaaa > records.json');

  const verify = usage
    .command('verify')
    .summary('check who stands by a bill')
    .description(
      'Checks the signatures of usage records: the node’s over what it measured, the scheduler’s over what it bills. Takes a job, or a file of records, which needs no scheduler. Ends with 1 when one is not proven.',
    )
    .argument('<what>', 'job-…, a file of records, or - for stdin')
    .option('--key <KEY>', 'the scheduler’s public key, as usage key prints it')
    .action(async (what: string, options: ConnectionOptions & VerifyOptions) => {
      const { readProof, verifyProof } = await import('../commands/usage.ts');
      if (!/^job-[a-z2-7]{20}$/.test(what)) return done(verifyProof(readProof(what), options));
      await withClient(options, async (client) => done(verifyProof(await client.jobUsage(what), options)));
    });
  withConnection(withOutput(verify));
  withExamples(
    verify,
    'suanlink usage verify job-aaaaaaaaaaaaaaaaaaaa',
    'suanlink usage verify --key "$(cat pool-usage-key)" records.json',
  );

  const key = usage
    .command('key')
    .summary('the key that signs bills')
    .description('Prints the public key with which the scheduler signs usage records (Ed25519, base64url).')
    .action(async (options: ConnectionOptions) => {
      const { print } = await import('../terminal.ts');
      await withClient(options, async (client) => print((await client.usageKey()).scheduler_public_key));
      done(exitCodes.ok);
    });
  withConnection(key);
  withExamples(key, 'suanlink usage key > pool-usage-key');
}

/** Defines `usage` and what proves it. */
export function defineUsage(program: Command, done: Done): void {
  const usage = program
    .command('usage')
    .summary('what was used, and its price')
    .description(
      'Lists usage records, newest first: card-seconds, CPU-seconds and the price of each lease; with --by the sums over all there is.',
    )
    .addOption(new Option('--by <WHAT>', 'sums instead of records').choices(['org', 'node', 'model', 'day']))
    .option('--since <WHEN>', 'a duration back, such as 24h, or a time such as 2026-11-01T00:00:00Z')
    .option('--until <WHEN>', 'the same, not included (with --by; default: now)')
    .option('--utc-offset <OFFSET>', 'where days begin, such as +08:00 (with --by; default: +00:00)')
    .option('--org <NAME>', 'one organisation only (with --by; for operators)')
    .option('--limit <N>', 'at most so many records, up to 1000', '100')
    .enablePositionalOptions()
    .action(async (options: ConnectionOptions & UsageOptions) => {
      const { showUsage } = await import('../commands/usage.ts');
      await withClient(options, (client) => showUsage(client, options));
      done(exitCodes.ok);
    });
  withConnection(withList(usage));
  withExamples(
    usage,
    'suanlink usage --since 30d',
    'suanlink usage --by day --since 2026-11-01 --utc-offset +08:00',
    'suanlink usage --by org --output json | jq \'.["usage-sums"][] | {key, price_micro_yuan}\'',
  );
  defineProof(usage, done);
}

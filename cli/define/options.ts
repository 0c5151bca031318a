/** What command definitions share: repeated options, the options that say which scheduler, examples. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Client } from '../client/client.ts';
import type { ConnectionOptions } from '../connection.ts';

/** Tells the exit code of a command that has ended. */
export type Done = (exitCode: number) => void;

/** Collects an option that may be given more than once. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** Collects an option whose values may also be separated by commas. */
export function collectWords(value: string, before: string[] | undefined): string[] {
  const words = value.split(',').map((word) => word.trim());
  if (words.includes('')) throw new InvalidArgumentError('a word is missing.');
  return [...(before ?? []), ...words];
}

/** Adds the options that say which scheduler, as whom. */
export function withConnection(command: Command): Command {
  return command
    .optionsGroup('Which scheduler (default: the current context):')
    .option('--context <NAME>', 'a saved context (env SUANLINK_CONTEXT)')
    .option('--scheduler <URL>', 'https://host:7443 or unix:/path (env SUANLINK_SCHEDULER)')
    .option(
      '--token-file <FILE>',
      'file with the API token (env SUANLINK_TOKEN_FILE; SUANLINK_TOKEN for the token itself)',
    )
    .option('--ca-file <FILE>', "the scheduler's certificate authority (env SUANLINK_CA_FILE)")
    .option('--ca-hash <HEX>', 'SHA-256 of that authority instead of the file (env SUANLINK_CA_HASH)');
}

/** Adds `--lang` to those of `commands`, and what is below them, that lack it. */
export function withLanguage(commands: readonly Command[]): void {
  for (const command of commands) {
    if (!command.options.some(({ long }) => long === '--lang'))
      command.option('--lang <LANG>', 'en or zh-CN (default: SUANLINK_LANG, the configuration, the locale)');
    withLanguage(command.commands);
  }
}

/** Adds `--output`. */
export function withOutput(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <FORMAT>', 'how to print').choices(['table', 'json']).default('table'),
  );
}

/** Adds `--output` and `-q`, for lists. */
export function withList(command: Command): Command {
  return withOutput(command).option('-q, --quiet', 'print ids only, one a line');
}

/** Adds examples to the end of a command's help. */
export function withExamples(command: Command, ...lines: string[]): Command {
  const examples = lines.map((line) => `  ${line}\n`).join('');
  return command.addHelpText('after', () => `\n${command.createHelp().styleTitle('Examples:')}\n${examples}`);
}

/** Runs `act` with a client of the scheduler that `options` name, and lets go of its connections. */
export async function withClient(
  options: ConnectionOptions,
  act: (client: Client) => Promise<void>,
): Promise<void> {
  const [{ createClient }, { resolveConnection }] = await Promise.all([
    import('../client/client.ts'),
    import('../connection.ts'),
  ]);
  const client = createClient(resolveConnection(options, process.env));
  try {
    await act(client);
  } finally {
    client.close();
  }
}

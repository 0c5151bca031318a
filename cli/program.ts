/** The command line: every command with its options, help and examples; what a command does is loaded when it is called. */
import { Command, Option } from 'commander';
import type { CreateOptions } from './commands/token.ts';
import type { AgentOptions } from './commands/agent.ts';
import type { RunOptions } from './commands/run.ts';
import type { SchedulerOptions } from './commands/scheduler.ts';

/** Tells the exit code of a command that has ended. */
export type Done = (exitCode: number) => void;

/** Collects an option that may be given more than once. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** The options that say which scheduler, as whom. */
export function withConnection(command: Command): Command {
  return command
    .optionsGroup('Which scheduler (default: the current context):')
    .option('--context NAME', 'a saved context (env SUANLINK_CONTEXT)')
    .option('--scheduler URL', 'https://host:7443 or unix:/path (env SUANLINK_SCHEDULER)')
    .option('--token-file FILE', 'file with the API token (env SUANLINK_TOKEN_FILE, or SUANLINK_TOKEN for the token itself)')
    .option('--ca-file FILE', "the scheduler's certificate authority (env SUANLINK_CA_FILE)")
    .option('--ca-hash HEX', 'SHA-256 of that authority, instead of the file (env SUANLINK_CA_HASH)');
}

/** Examples at the end of a command's help. */
export function examples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

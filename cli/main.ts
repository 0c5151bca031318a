/**
 * `suanlink`: parses the command line, hands over to one command, and ends with its exit code.
 *
 * Every command is a module of its own that is loaded when it is called, so the quick ones stay quick. What fails comes
 * here as a `SuanlinkError`: its message goes to stderr, its code decides the exit code (`exit-codes.ts`).
 */
import { CommanderError } from 'commander';
import { exitCodes, exitOfCode } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { asError, describe, flush, quietlyEndOnClosedPipe, say } from './terminal.ts';

/** Runs the command in `words` (without program names); the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = buildProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (caught) {
    // commander has said what is wrong, or has shown the help that was asked for.
    if (caught instanceof CommanderError)
      return caught.exitCode === 0 ? exitCodes.ok : words[0] === 'run' ? exitCodes.own_failure : exitCodes.usage;
    const error = asError(caught, words[0] ?? 'suanlink');
    say(`suanlink${words[0] === undefined ? '' : ` ${words[0]}`}: ${describe(error)}`);
    return exitOfCode(error.code);
  }
}

quietlyEndOnClosedPipe();
const exitCode = await main(process.argv.slice(2));
await flush();
process.exit(exitCode);

/**
 * `suanlink`: parses the command line, hands over to one command, and ends with its exit code.
 *
 * Every command is a module of its own that is loaded when it is called, so the quick ones stay quick. What fails comes
 * here as a `SuanlinkError`: its message goes to stderr, its code decides the exit code (`exit-codes.ts`).
 */
import { exitCodes, exitOfCode } from './exit-codes.ts';
import { asError, describe, flush, quietlyEndOnClosedPipe, say } from './terminal.ts';

/** Runs the command in `words` (without program names); the exit code. */
async function main(words: readonly string[]): Promise<number> {
  // The program calls itself with these, stand-in tools many times a second: they do not pay for the command line.
  if (words[0]?.startsWith('internal-')) {
    const { internal } = await import('./commands/internal.ts');
    return internal(words);
  }
  const { CommanderError } = await import('commander');
  const { buildProgram } = await import('./program.ts');
  let exitCode: number = exitCodes.ok;
  const program = buildProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (caught) {
    // commander has said what is wrong, or has shown the help that was asked for.
    if (caught instanceof CommanderError) {
      if (caught.exitCode === 0) return exitCodes.ok;
      if (words[0] !== 'run') return exitCodes.usage;
      const { lastLine } = await import('./run/outcome.ts');
      say(lastLine('error', 'usage', null, null));
      return exitCodes.own_failure;
    }
    const error = asError(caught, words[0] ?? 'suanlink');
    say(`suanlink${words[0] === undefined ? '' : ` ${words[0]}`}: ${describe(error)}`);
    return exitOfCode(error.code);
  }
}

quietlyEndOnClosedPipe();
const exitCode = await main(process.argv.slice(2));
await flush();
process.exit(exitCode);

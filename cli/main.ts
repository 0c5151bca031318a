/**
 * `suanlink`: parses the command line, hands over to one command, and ends with its exit code.
 *
 * Every command is a module of its own that is loaded when it is called, so the quick ones stay quick. What fails comes
 * here as a `SuanlinkError`: its message goes to stderr, its code decides the exit code (`exit-codes.ts`).
 */
import { exitCodes, exitOfCode } from './exit-codes.ts';
import type { Language } from './i18n/translate.ts';
import { operatorCommands } from './operator-commands.ts';
import { languageHere } from './language.ts';
import { asError, describe, flush, quietlyEndOnClosedPipe, say } from './terminal.ts';

/** What `--lang` says; commands that do not know it may have it among words that are not ours. */
function askedLanguage(words: readonly string[]): string | undefined {
  if (!operatorCommands.has(words[0] ?? '')) return undefined;
  const at = words.findIndex((word) => word === '--' || /^--lang(?:=|$)/.test(word));
  const word = words[at];
  return word === '--lang' ? words[at + 1] : word?.startsWith('--lang=') ? word.slice(7) : undefined;
}

/** Runs the command in `words`; the exit code of one that ran. */
async function run(words: readonly string[], language: Language): Promise<number> {
  const { buildProgram } = await import('./program.ts');
  const { translator } = await import('./i18n/translate.ts');
  let exitCode: number = exitCodes.ok;
  const program = buildProgram((code) => {
    exitCode = code;
  }, translator(language));
  if (language === 'zh-CN') {
    const [{ speakChinese }, cells] = await Promise.all([
      import('./localise.ts'),
      import('./tui/view/cells.ts'),
    ]);
    speakChinese(program, cells);
  }
  await program.parseAsync([...words], { from: 'user' });
  return exitCode;
}

/** Runs what the command line says (without program names); the exit code. */
async function main(words: readonly string[]): Promise<number> {
  // The program calls itself with these, stand-in tools many times a second: they do not pay for the command line.
  if (words[0]?.startsWith('internal-')) {
    const { internal } = await import('./commands/internal.ts');
    return internal(words);
  }
  let language: Language = 'en';
  try {
    language = await languageHere(askedLanguage(words));
    return await run(words, language);
  } catch (caught) {
    const { CommanderError } = await import('commander');
    // commander has said what is wrong, or has shown the help that was asked for.
    if (caught instanceof CommanderError) {
      if (caught.exitCode === 0) return exitCodes.ok;
      if (words[0] !== 'run') return exitCodes.usage;
      const { lastLine } = await import('./run/outcome.ts');
      say(lastLine('error', 'usage', null, null));
      return exitCodes.own_failure;
    }
    const { spoken } = await import('./i18n/spoken-error.ts');
    const error = asError(caught, words[0] ?? 'suanlink');
    say(
      `suanlink${words[0] === undefined ? '' : ` ${words[0]}`}: ${describe(error, spoken(error, language))}`,
    );
    return exitOfCode(error.code);
  }
}

quietlyEndOnClosedPipe();
const exitCode = await main(process.argv.slice(2));
await flush();
process.exit(exitCode);

/** `suanlink version` and `suanlink help exit-codes` on the command line. */
import type { Command } from 'commander';
import { exitCodes, exitMeanings } from '../exit-codes.ts';
import { languageHere, speech } from '../language.ts';
import { print } from '../terminal.ts';
import { version, versionDocument } from '../version.ts';
import { type Done, withExamples } from './options.ts';

/** The table of exit codes as text. */
async function exitCodesText(asked: string | undefined): Promise<string> {
  const [{ exitMeaningsZhCn }, t] = await Promise.all([import('../exit-codes-zh-cn.ts'), speech(asked)]);
  const meanings = (await languageHere(asked)) === 'zh-CN' ? exitMeaningsZhCn : exitMeanings;
  const rows = Object.entries(exitCodes).map(
    ([name, code]) => `${String(code).padStart(4)}  ${meanings[name as keyof typeof exitCodes]}`,
  );
  return `${t('help.exit_codes')}\n${rows.join('\n')}\n`;
}

/** Defines `version` and the help topic. */
export function defineAbout(program: Command, done: Done): void {
  withExamples(
    program
      .command('version')
      .summary('what this build is')
      .description('Prints the version of this build. Asks nobody.')
      .option('--json', 'as JSON, with the commit and the protocols that it speaks')
      .action((options: { json?: boolean }) => {
        print(options.json ? JSON.stringify(versionDocument(), null, 2) : `suanlink ${version()}`);
        done(exitCodes.ok);
      }),
    'suanlink version',
    'suanlink version --json | jq -r .commit',
  );
  const help = program
    .command('help')
    .summary('help on a command or a topic')
    .description('Shows the help of a command, or of a topic: exit-codes.')
    .argument('[words...]', 'a command, or exit-codes')
    .action(async (words: string[], options: { lang?: string }) => {
      if (words[0] === 'exit-codes') {
        print(await exitCodesText(options.lang));
        return done(exitCodes.ok);
      }
      let at = program;
      for (const word of words) {
        const next = at.commands.find((each) => each.name() === word || each.aliases().includes(word));
        if (!next)
          return program.error(`error: there is no help on '${words.join(' ')}'; see suanlink --help`);
        at = next;
      }
      at.outputHelp();
      return done(exitCodes.ok);
    });
  withExamples(help, 'suanlink help run', 'suanlink help exit-codes');
}

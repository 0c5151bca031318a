/**
 * The command line in the person's language: what commander shows and says, and the help of the operator's commands. The
 * texts stay where the commands are defined, in English; here they are replaced by those of the catalogue.
 */
import { type Command, Help } from 'commander';
import { headingsZhCn, helpZhCn, parserZhCn } from './i18n/help-zh-cn.ts';

/** How wide text is in a terminal, where Chinese characters take two cells. */
interface Measure {
  textWidth(text: string): number;
  wrapText(text: string, width: number): string[];
}

const words: Readonly<Record<string, string>> = {
  '[options]': '[选项]',
  '[command]': '[命令]',
  COMMAND: '命令',
};

function placeholders(text: string): string {
  return text.replaceAll(/\[options\]|\[command\]|\bCOMMAND\b/g, (word) => words[word] ?? word);
}

/** What commander adds to a description in parentheses. */
const added = / ?\(((?:choices|default|env): .*)\)$/;
const addedWords: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/choices: /, '可选：'],
  [/(?:, )?default: /, '；默认：'],
  [/(?:, )?env: /, '；环境变量：'],
];

function describedInChinese(text: string): string {
  return text.replace(added, (_whole, words: string) => {
    const said = addedWords.reduce((so, [english, chinese]) => so.replace(english, chinese), words);
    return `（${said.replace(/^；/, '')}）`;
  });
}

const plainHelp = new Help();

/** How help is put together, for commander. */
const chineseHelp = ({ textWidth, wrapText }: Measure): Partial<Help> => ({
  styleTitle: (title) => headingsZhCn[title] ?? title,
  commandUsage: (command) => placeholders(plainHelp.commandUsage(command)),
  subcommandTerm: (command) => placeholders(plainHelp.subcommandTerm(command)),
  optionDescription: (option) => describedInChinese(plainHelp.optionDescription(option)),
  argumentDescription: (argument) => describedInChinese(plainHelp.argumentDescription(argument)),
  displayWidth: textWidth,
  boxWrap: (text, width) =>
    text
      .split('\n')
      .flatMap((line) => wrapText(line, width))
      .join('\n'),
});

/** What commander says of a wrong command line. */
function parserText(text: string): string {
  return parserZhCn.reduce((said, [pattern, chinese]) => said.replace(pattern, chinese), text);
}

/** Makes `command` and everything below it speak Chinese. */
export function speakChinese(command: Command, measure: Measure): void {
  const chinese = (text: string): string => helpZhCn[text] ?? text;
  if (command.description() !== '') command.description(chinese(command.description()));
  if (command.summary() !== '') command.summary(chinese(command.summary()));
  for (const option of command.options) option.description = chinese(option.description);
  for (const argument of command.registeredArguments) argument.description = chinese(argument.description);
  command
    .helpOption('-h, --help', chinese('display help for command'))
    .configureHelp(chineseHelp(measure))
    .configureOutput({ outputError: (text, write) => write(parserText(text)) });
  for (const below of command.commands) speakChinese(below, measure);
  // The command `help` that commander adds by itself.
  const others = plainHelp.visibleCommands(command).filter((each) => !command.commands.includes(each));
  for (const help of others) help.description(chinese(help.description()));
}

/** The man page and the completions of shells, made from the command line's own definitions, so that they cannot say
 * anything else than `--help` does. */
import type { Command, Option } from 'commander';
import { exitCodes, exitMeanings } from '../../cli/exit-codes.ts';

/** A command with the words that lead to it. */
interface Known {
  words: readonly string[];
  command: Command;
}

function visible(command: Command): Option[] {
  return command.options.filter((option) => !option.hidden);
}

/** Every command that help shows, each after those above it. */
function commandsOf(program: Command): Known[] {
  const below = (command: Command, words: readonly string[]): Known[] =>
    command
      .createHelp()
      .visibleCommands(command)
      .flatMap((each) => {
        const own = [...words, each.name()];
        return [{ words: own, command: each }, ...below(each, own)];
      });
  return below(program, []);
}

/** Text for roff: a line that begins with a dot or a quote is a request, and a minus is not a hyphen. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}

function optionLines(command: Command): string[] {
  return visible(command).flatMap((option) => ['.TP', `.B ${roff(option.flags)}`, roff(option.description)]);
}

/** `suanlink.1` as roff. `date` is ISO, `YYYY-MM-DD`. */
export function manPage(program: Command, version: string, date: string): string {
  const sections = commandsOf(program).flatMap(({ words, command }) => [
    `.SS suanlink ${roff(words.join(' '))}`,
    `.B suanlink ${roff(words.join(' '))} ${roff(command.usage())}`,
    '.PP',
    roff(command.description() || command.summary()),
    ...optionLines(command),
  ]);
  const codes = Object.entries(exitCodes).flatMap(([name, code]) => [
    '.TP',
    `.B ${code}`,
    roff(exitMeanings[name as keyof typeof exitCodes]),
  ]);
  return [
    `.TH SUANLINK 1 ${date} "suanlink ${roff(version)}" "suanlink"`,
    '.SH NAME',
    'suanlink \\- leases idle accelerators: run jobs on them, or offer your own',
    '.SH SYNOPSIS',
    '.B suanlink',
    '.I COMMAND',
    '[options]',
    '.SH COMMANDS',
    ...sections,
    '.SH EXIT STATUS',
    ...codes,
    '.SH FILES',
    ...['.TP', '.I /etc/suanlink/agent.yaml', 'the agent; and conf.d/ beside it'],
    ...['.TP', '.I /var/lib/suanlink/', 'state of agent and scheduler'],
    ...['.TP', '.I /run/suanlink/agent.sock', 'the agent\\(aqs control socket'],
    '',
  ].join('\n');
}

/** What may follow at one place: commands and options. */
interface Place {
  words: string;
  follow: { word: string; says: string }[];
}

function places(program: Command): Place[] {
  return [{ words: [] as readonly string[], command: program }, ...commandsOf(program)].map(
    ({ words, command }) => ({
      words: words.join(' '),
      follow: [
        ...command
          .createHelp()
          .visibleCommands(command)
          .map((each) => ({ word: each.name(), says: each.summary() || each.description() })),
        ...visible(command).flatMap((option) =>
          [option.long, option.short]
            .filter((word) => word !== undefined)
            .map((word) => ({
              word,
              says: option.description,
            })),
        ),
        { word: '--help', says: 'help' },
      ],
    }),
  );
}

/** Functions for the shell that say what may follow: `words` is what stands before, without options. */
const walk = `  local word path=
  for word in "$@"; do
    case $word in -*) continue ;; esac
    case " $known " in *" \${path:+$path/}$word "*) path=\${path:+$path/}$word ;; esac
  done
`;

/** For bash. */
export function bashCompletion(program: Command): string {
  const found = places(program);
  const known = found.map(({ words }) => words.replaceAll(' ', '/')).filter((words) => words !== '');
  const cases = found.map(
    ({ words, follow }) =>
      `    '${words.replaceAll(' ', '/')}') list='${follow.map(({ word }) => word).join(' ')}' ;;`,
  );
  return `# bash completion for suanlink
_suanlink() {
  local known='${known.join(' ')}' list=
  set -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
${walk}  case $path in
${cases.join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$list" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _suanlink suanlink
`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** For zsh, as a file \`_suanlink\` on \`fpath\`. */
export function zshCompletion(program: Command): string {
  const found = places(program);
  const known = found.map(({ words }) => words.replaceAll(' ', '/')).filter((words) => words !== '');
  const cases = found.map(({ words, follow }) => {
    const list = follow.map(({ word, says }) => quote(`${word.replaceAll(':', '\\:')}:${says}`));
    return `    '${words.replaceAll(' ', '/')}') list=(${list.join(' ')}) ;;`;
  });
  return `#compdef suanlink
_suanlink() {
  local known='${known.join(' ')}'
  local -a list
  set -- "\${(@)words[2,CURRENT-1]}"
${walk}  case $path in
${cases.join('\n')}
  esac
  _describe suanlink list
  _files
}
_suanlink "$@"
`;
}

/** For fish. */
export function fishCompletion(program: Command): string {
  const lines = places(program).flatMap(({ words, follow }) => {
    const last = words.split(' ').at(-1) ?? '';
    const when = words === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${last}`;
    return follow.map(({ word, says }) => {
      const what = word.startsWith('--')
        ? `-l ${word.slice(2)}`
        : word.startsWith('-')
          ? `-s ${word.slice(1)}`
          : `-a ${word}`;
      return `complete -c suanlink -n '${when}' ${what} -d ${quote(says)}`;
    });
  });
  return `# fish completion for suanlink\n${[...new Set(lines)].join('\n')}\n`;
}

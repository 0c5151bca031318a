/**
 * The commands that a document tells its reader to type: each line of its `sh` blocks, each line after `$ ` of its `console`
 * blocks, and inline code that begins with a program of ours or of the system, with a word after it. Pure.
 *
 * Names of programs alone, other vendors' tools and files are no commands.
 */

/** One of them, on one line, without its comment. */
export interface Told {
  text: string;
  /** The number of its `sh` block in the document, from 0; undefined when it stands in a sentence or in a `console` block. */
  block: number | undefined;
}

/** What a command begins with. */
const begins =
  /^(?:[A-Z_]+=\S+ )*(?:suanlink [a-z]|npm (?:test|run [a-z])|node [a-z]+\/|sh [a-z]|vitest |\.ci\/run|(?:install\.sh|bench|systemctl|systemd-analyze|journalctl|curl|git|export) \S)/;

/** Short forms, and what they stand for. */
const short: readonly [RegExp, string][] = [
  [/^install\.sh /, 'sh install.sh '],
  [/^bench /, 'npm run bench -- '],
];

const whole = (text: string): string =>
  short.reduce((line, [from, to]) => line.replace(from, to), text.replace(/\s+/g, ' ').trim());

/** Lines of shell code as commands: continued lines joined, several on a line apart, comments gone. */
function commands(code: string): string[] {
  return code
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(^| +)#.*$/, ''))
    .flatMap((line) => line.split('; '))
    .map(whole)
    .filter((line) => line !== '');
}

/** Every command of a document, in its order but for those in sentences, which come last. */
export function told(document: string): Told[] {
  const all: Told[] = [];
  let block = 0;
  const sentences = document.replace(/^```(\w*)\n(.*?)^```$/gms, (_, kind: string, code: string) => {
    if (kind === 'sh') {
      for (const text of commands(code)) all.push({ text, block });
      block += 1;
    }
    const typed = code.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
    if (kind === 'console')
      for (const text of commands(typed.join('\n'))) all.push({ text, block: undefined });
    return '';
  });
  for (const [, code = ''] of sentences.matchAll(/`([^`]+)`/g))
    if (begins.test(code.replace(/\s+/g, ' '))) all.push({ text: whole(code), block: undefined });
  return all;
}

/** Lines that look like commands in blocks that are neither `sh` nor `console`, where `told` does not look. */
export function hidden(document: string): string[] {
  return [...document.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, kind = '']) => kind === '')
    .flatMap(([, , code = '']) => code.split('\n'))
    .filter((line) => line.startsWith('$ ') || begins.test(line));
}

/** What README and docs tell a person to type exists: commands, their options, and those of install.sh. And the man page and
 * the completions know every command. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../cli/program.ts';
import { bashCompletion, fishCompletion, manPage, zshCompletion } from '../../scripts/package/documents.ts';
import { told } from './told.ts';

const root = join(import.meta.dirname, '../..');
const program = buildProgram(() => {});
const script = readFileSync(join(root, 'packaging/install.sh'), 'utf8');

/** Command lines, several on a line told apart. */
function typed(file: string): string[] {
  return told(readFileSync(join(root, file), 'utf8')).flatMap(({ text }) =>
    text.split(/; |\$\(|\)| \| | && /).map((each) => each.trim()),
  );
}

/** The command that `words` lead to, and what is left of them. */
function resolve(words: readonly string[]): { command: Command; rest: readonly string[] } {
  let command = program;
  let at = 0;
  for (; at < words.length; at += 1) {
    const next = command.commands.find((each) => each.name() === words[at]);
    if (!next) break;
    command = next;
  }
  return { command, rest: words.slice(at) };
}

/** What is wrong with a command line of ours; undefined when it is good. */
function wrong(line: string): string | undefined {
  const [first = '', ...words] = line.split(/\s+/);
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  if (first === 'sh' && own[0] === 'install.sh') {
    const unknown = own.find(
      (word) => word.startsWith('--') && !script.includes(`      ${word}`) && !script.includes(` ${word} |`),
    );
    return unknown && `${line}: install.sh has no ${unknown}`;
  }
  if (first !== 'suanlink') return undefined;
  const { command, rest } = resolve(own);
  if (command === program) return `${line}: there is no such command`;
  const known = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  const unknown = rest.find(
    (word) => /^--?[a-z]/.test(word) && !known.has(word.split('=')[0]) && word !== '--help',
  );
  return unknown && `${line}: ${command.name()} has no ${unknown}`;
}

describe('what documents tell to type', () => {
  const files = [
    'README.md',
    'README.zh-CN.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
  ];
  const lines = files.filter((name) => name.endsWith('.md')).flatMap((file) => typed(file));
  const ours = lines.filter((line) => /^(suanlink |sh install\.sh)/.test(line));

  it('has been found', () => {
    expect(ours.length).toBeGreaterThan(40);
    expect(wrong('suanlink nonsense')).toBeDefined();
    expect(wrong('suanlink run --nonsense')).toBeDefined();
    expect(wrong('sh install.sh --nonsense')).toBeDefined();
  });

  it('exists', () => {
    expect(ours.map(wrong).filter((what) => what !== undefined)).toEqual([]);
  });
});

describe('what is made from the command line', () => {
  it('is a man page that names every command and option', () => {
    const page = manPage(program, '1.0.0', '2026-01-01');
    const { status, stderr, error } = spawnSync('man', ['--warnings', '-l', '-'], {
      input: page,
      encoding: 'utf8',
    });
    // Not every machine has man.
    if (!error) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const command of program.createHelp().visibleCommands(program)) {
      expect(page).toContain(`.SS suanlink ${command.name().replaceAll('-', '\\-')}`);
      for (const { long, hidden } of command.options)
        if (long && !hidden) expect(page).toContain(long.replaceAll('-', '\\-'));
    }
  });

  /** What bash would offer after these words. */
  function offered(...words: string[]): string[] {
    const list = words.map((word) => `'${word}'`).join(' ');
    const text = `${bashCompletion(program)}\nCOMP_WORDS=(suanlink ${list}); COMP_CWORD=${words.length}; _suanlink; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', text], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.trim().split('\n');
  }

  it('completes commands, those below them, and options in bash', () => {
    expect(offered('sch')).toEqual(['scheduler']);
    expect(offered('scheduler', '--listen', 'x', 'b')).toEqual(['backup']);
    expect(offered('scheduler', 'backup', '--st')).toEqual(['--state-dir']);
    expect(offered('config', '')).toEqual(expect.arrayContaining(['init', 'validate', 'show', 'schema']));
  });

  it('is as complete for zsh and fish', () => {
    for (const { word } of program
      .createHelp()
      .visibleCommands(program)
      .map((each) => ({ word: each.name() }))) {
      expect(zshCompletion(program)).toContain(`'${word}:`);
      expect(fishCompletion(program)).toContain(`-a ${word} `);
    }
  });
});

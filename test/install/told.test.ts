/** Every command that README and docs tell to type is run by some test, or is listed with the reason why it cannot be. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cannot, elsewhere, followed, inClone, onMachine } from './places.ts';
import { hidden, told } from './told.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('what a document tells to type', () => {
  const document = [
    'Say `suanlink status` or `install.sh --help`; `suanlink` and `suanlink.v1` are names, `npu-smi info` is not ours.',
    '```sh',
    'suanlink ps -a; suanlink logs JOB     # what it said',
    '# only words',
    'curl -s \\',
    '  127.0.0.1:9468/metrics | grep x',
    '```',
    '```console',
    '$ npm run simulate -- --seed 1   # again',
    'seed 1: clean',
    '```',
    'And (`bench agent`, `suanlink run',
    '--preemptible`).',
    '```sh',
    'suanlink top',
    '```',
    '',
  ].join('\n');

  it('is every line of shell code, and what sentences name', () => {
    expect(told(document)).toEqual([
      { text: 'suanlink ps -a', block: 0 },
      { text: 'suanlink logs JOB', block: 0 },
      { text: 'curl -s 127.0.0.1:9468/metrics | grep x', block: 0 },
      { text: 'npm run simulate -- --seed 1', block: undefined },
      { text: 'suanlink top', block: 1 },
      { text: 'suanlink status', block: undefined },
      { text: 'sh install.sh --help', block: undefined },
      { text: 'npm run bench -- agent', block: undefined },
      { text: 'suanlink run --preemptible', block: undefined },
    ]);
  });

  it('must not stand in a block that does not say that it is shell code', () => {
    expect(hidden(document)).toEqual([]);
    expect(hidden('```\nnpm test   everything\n$ suanlink top\nseed 1\n```\n')).toEqual([
      'npm test   everything',
      '$ suanlink top',
    ]);
  });
});

describe('each command of README and docs', () => {
  const files = [
    'README.md',
    'README.zh-CN.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ];
  const all = files.flatMap((file) => told(read(file)).map((each) => ({ file, ...each })));
  const named = [onMachine, inClone, elsewhere, cannot]
    .flat()
    .map((each) => (typeof each === 'string' ? each : each[0]));
  const inOrder = (file: string, block: number | undefined): boolean =>
    block !== undefined && followed[file]?.includes(block) === true;

  it('stands where it is seen', () => {
    expect(all.length).toBeGreaterThan(150);
    expect(files.flatMap((file) => hidden(read(file)))).toEqual([]);
  });

  it('is run by a test, or listed with the reason why not', () => {
    const places = new Set(named);
    expect(all.filter(({ file, block, text }) => !inOrder(file, block) && !places.has(text))).toEqual([]);
  });

  it('is listed once, and no other is', () => {
    expect(named.filter((text, n) => named.indexOf(text) !== n)).toEqual([]);
    const texts = new Set(all.map(({ text }) => text));
    expect(named.filter((text) => !texts.has(text))).toEqual([]);
    for (const [file, blocks] of Object.entries(followed))
      for (const n of blocks) expect(all.some((each) => each.file === file && each.block === n)).toBe(true);
  });

  it.each(elsewhere)('%s is in %s', (_, file, words) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(read(file)).toContain(words);
  });
});

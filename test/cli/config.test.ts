/** `suanlink config` of the built program, whose bundle is not the source: what is in force, and who said so. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';

const program = join(import.meta.dirname, '../../dist/suanlink');
const dir = mkdtempSync(join(tmpdir(), 'suanlink-config-'));
const file = join(dir, 'agent.yaml');
afterAll(() => rmSync(dir, { recursive: true }));

const config = (...words: string[]): string =>
  execFileSync(program, ['config', ...words], { encoding: 'utf8' });

it('shows each setting with the line that says it, as YAML that can be read back', () => {
  writeFileSync(file, 'max_cards: 3\nlabels: {rack: a}\n');
  const shown = config('show', '--config', file, '--origin');
  expect(shown).toContain(`# ${file}:1:1\nmax_cards: 3\n`);
  expect(shown).toMatch(/# default\nengine: auto\n/);
  const { config: asJson } = JSON.parse(config('show', '--config', file, '--origin', '--output', 'json'));
  expect(parse(config('show', '--config', file))).toEqual(asJson);
});

it('shows of a proxy that it has credentials, and not which', () => {
  writeFileSync(file, 'proxy: http://node:hush@proxy.example:3128\n');
  for (const output of ['yaml', 'json'])
    expect(config('show', '--config', file, '--output', output)).toMatch(
      /proxy"?: "?http:\/\/\*\*\*@proxy\.example:3128/,
    );
});

it('makes a sample that it takes itself', () => {
  const sample = join(dir, 'sample.yaml');
  config('init', '--file', sample);
  expect(() => config('validate', '--config', sample)).not.toThrow();
  expect(() => JSON.parse(config('schema'))).not.toThrow();
});

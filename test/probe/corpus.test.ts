/**
 * Conformance: every capture of the corpus, read with its arguments and without, against the facts in its sidecar; by
 * the parser, and by the built program's `probe parse` as its users meet it.
 */
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { readingToJson, type ReadingJson } from '../../agent/probe/output.ts';
import { parseCapture, probes } from '../../agent/probe/registry.ts';
import { type Capture, captures, corpusFolder, judge } from './corpus.ts';

const all = captures();
const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

describe('corpus', () => {
  it('is there', () => {
    expect(
      all.length,
      `no captures in ${corpusFolder}: set SUANLINK_CORPUS to the folder of captures`,
    ).toBeGreaterThan(0);
  });

  it('has a probe for every vendor', () => {
    const vendors = new Set(all.map(({ vendor }) => vendor));
    expect([...vendors].filter((vendor) => !probes.some((probe) => probe.vendor === vendor))).toEqual([]);
  });

  it.each(all.map((capture) => [capture.name, capture] as const))('%s', (_name, capture) => {
    const named = parseCapture(capture.tool, capture.args, capture.text);
    expect(judge(capture, readingToJson(named)).wrong).toEqual([]);
    const bare = parseCapture(capture.tool, '', capture.text);
    expect(judge(capture, readingToJson(bare)).wrong).toEqual([]);
    // Windows line ends and a tool's own colours change nothing.
    const windows = parseCapture(
      capture.tool,
      capture.args,
      `\uFEFF${capture.text.replaceAll('\n', '\r\n')}`,
    );
    expect(readingToJson(windows)).toEqual(readingToJson(named));
  });
});

/** What the built program prints and how it ends. */
async function asked(capture: Capture, args: string): Promise<{ json: ReadingJson; code: number }> {
  const words = ['probe', 'parse', '--tool', capture.tool, '--args', args, capture.path, '--output', 'json'];
  const ended = await run(join(root, 'dist/suanlink'), words).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
  return { json: JSON.parse(ended.stdout) as ReadingJson, code: ended.code };
}

describe('the built program', () => {
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'scripts/build.ts'), '--if-changed']);
  });

  it.concurrent.each(all.map((capture) => [capture.name, capture] as const))(
    'reads %s',
    async (_name, capture) => {
      const { json, code } = await asked(capture, capture.args);
      expect(judge(capture, json).wrong).toEqual([]);
      expect(code).toBe(json.status === 'failed' ? 1 : 0);
      expect(json).toEqual(readingToJson(parseCapture(capture.tool, capture.args, capture.text)));
    },
  );
});

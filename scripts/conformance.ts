/**
 * Writes the conformance table of `docs/vendors.md`: every capture of the corpus against its sidecar, per vendor. With
 * `--check` it only compares. A capture is read with its arguments and without; a fact counts once, and is wrong when
 * either reading has it wrong. `test/probe/conformance.test.ts` fails when the table is not that of the captures.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readingToJson } from '../agent/probe/output.ts';
import { parseCapture, probes } from '../agent/probe/registry.ts';
import { type Capture, captures, corpusFolder, judge } from '../test/probe/corpus.ts';

const page = join(import.meta.dirname, '../docs/vendors.md');
const begin = '<!-- conformance:begin -->\n';
const end = '<!-- conformance:end -->\n';

interface Row {
  captures: number;
  devices: number;
  facts: number;
  wrong: number;
  crashes: number;
}

const columns = ['captures', 'devices', 'facts', 'wrong', 'crashes'] as const;

function rowOf(capture: Capture): Row {
  try {
    const [named, bare] = [capture.args, ''].map((args) =>
      readingToJson(parseCapture(capture.tool, args, capture.text)),
    );
    if (!named || !bare) throw new Error('nothing was read');
    const judged = judge(capture, named);
    const wrong = new Set([...judged.wrong, ...judge(capture, bare).wrong]);
    return {
      captures: 1,
      devices: named.devices.length,
      facts: judged.facts,
      wrong: wrong.size,
      crashes: 0,
    };
  } catch {
    return { captures: 1, devices: 0, facts: 0, wrong: 0, crashes: 1 };
  }
}

function total(rows: readonly Row[]): Row {
  const of = (column: keyof Row): number => rows.reduce((sum, row) => sum + row[column], 0);
  return {
    captures: of('captures'),
    devices: of('devices'),
    facts: of('facts'),
    wrong: of('wrong'),
    crashes: of('crashes'),
  };
}

/** The table as Markdown: one row per vendor in the order of the registry, and their sum. */
export function conformanceTable(all: readonly Capture[]): string {
  const rows = probes.map(
    ({ vendor }) =>
      [vendor, total(all.filter((each) => each.vendor === vendor).map((each) => rowOf(each)))] as const,
  );
  const cells = [
    ['vendor', ...columns],
    ...[...rows, ['all', total(rows.map(([, row]) => row))] as const].map(([vendor, row]) => [
      vendor,
      ...columns.map((column) => String(row[column])),
    ]),
  ];
  const widths = ['vendor', ...columns].map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const lines = cells.map(
    ([first = '', ...rest]) =>
      `| ${[first.padEnd(widths[0] ?? 0), ...rest.map((cell, at) => cell.padStart(widths[at + 1] ?? 0))].join(' | ')} |\n`,
  );
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return lines.toSpliced(1, 0, `| ${rule.join(' | ')} |\n`).join('');
}

/** The table that stands in the page now. */
export function tableInPage(): string {
  return readFileSync(page, 'utf8').split(begin)[1]?.split(end)[0]?.trim() ?? '';
}

function write(table: string): void {
  const [before = '', rest = ''] = readFileSync(page, 'utf8').split(begin);
  writeFileSync(page, `${before}${begin}\n${table}\n${end}${rest.split(end)[1] ?? ''}`);
}

if (import.meta.main) {
  const all = captures();
  const table = conformanceTable(all);
  console.log(table);
  if (all.length === 0) {
    console.error(`no captures in ${corpusFolder}: set SUANLINK_CORPUS to the folder of captures`);
    process.exitCode = 1;
  } else if (!process.argv.includes('--check')) write(table);
  else if (tableInPage() !== table.trim()) {
    console.error('docs/vendors.md has another table: run node scripts/conformance.ts');
    process.exitCode = 1;
  }
}

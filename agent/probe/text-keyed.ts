/**
 * Reads `key : value` text with sections by indentation (`nvidia-smi -q`, `cnmon info`). Pure and linear. Only the
 * order of indentations counts, never their width; where a source lost all indentation, the last heading rules.
 */
import type { ProcessReading } from './probe.ts';
import { count, mib, unknown } from './text.ts';

/** One line: a heading (`value` undefined) or a pair, below the headings in `sections` (outermost first). */
export interface KeyedLine {
  sections: readonly string[];
  key: string;
  value: string | undefined;
  indent: number;
}

const maxDepth = 12;

/** Position of the colon between key and value: the first that is followed by a blank or ends the line. */
function separator(line: string): number {
  let at = line.indexOf(':');
  while (at >= 0) {
    const next = line.charAt(at + 1);
    if (next === '' || next === ' ' || next === '\t') return at;
    at = line.indexOf(':', at + 1);
  }
  return -1;
}

/** All non-blank lines with the headings above them. */
export function keyedLines(lines: readonly string[]): KeyedLine[] {
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const flat = indents.every((indent) => indent === indents[0]);
  const open: { indent: number; name: string }[] = [];
  const read: KeyedLine[] = [];
  for (const line of lines) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const indent = line.length - line.trimStart().length;
    const at = separator(line);
    const heading = at < 0;
    if (!flat || heading) while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) open.pop();
    const key = heading ? trimmed : line.slice(0, at).trim();
    read.push({
      sections: open.map(({ name }) => name),
      key,
      value: heading ? undefined : line.slice(at + 1).trim(),
      indent,
    });
    // A pair may head deeper lines too: `Process ID : 1234` above its type and name.
    if (open.length < maxDepth && !(flat && !heading)) open.push({ indent, name: key });
  }
  return read;
}

/** Values by `key` and by `section>key` (nearest heading), in lower case; the first of a name wins. */
export function valuesByName(lines: readonly KeyedLine[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const { sections, key, value } of lines) {
    if (value === undefined) continue;
    const name = key.toLowerCase();
    for (const full of [`${sections.at(-1)?.toLowerCase() ?? ''}>${name}`, name])
      if (!values.has(full)) values.set(full, value);
  }
  return values;
}

/** The value of the first name that is there. */
export function valueOf(values: ReadonlyMap<string, string>, ...names: string[]): string | undefined {
  const name = names.find((each) => values.has(each));
  return name === undefined ? undefined : values.get(name);
}

/** Processes of one device: a `PID` below a heading that says so begins one, and its name and memory follow. */
export function keyedProcesses(
  lines: readonly KeyedLine[],
  device: ProcessReading['device'],
): ProcessReading[] {
  const processes: ProcessReading[] = [];
  for (const { sections, key, value } of lines) {
    if (value === undefined || !sections.some((name) => /^process/i.test(name))) continue;
    const pid = /^(?:pid|process id)$/i.test(key) ? count(value) : null;
    const last = processes.at(-1);
    if (pid !== null) processes.push({ device, pid });
    else if (last !== undefined && /^(?:cmdline|name|process name|command(?: line)?)$/i.test(key))
      last.name ??= unknown(value);
    else if (last !== undefined && /\bmemory\b/i.test(key)) last.memoryUsedMib ??= mib(value);
  }
  return processes;
}

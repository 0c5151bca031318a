/**
 * Settings of a daemon in files: text → checked values, or a list of problems with file:line:col. Pure; each daemon has a
 * table of its own. Unknown keys are errors with a "did you mean": a misspelt limit that is silently ignored is worse
 * than a daemon that does not start.
 */
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { SuanlinkError } from './codes.ts';

/** What is wrong with a value, as the rest of a sentence that begins with the setting's name; undefined when it is good. */
export type Check = (value: unknown) => string | undefined;

/** The settings of one daemon. */
export interface Table<T extends object> {
  /** Values where nobody says another. */
  defaults: T;
  checks: Record<keyof T, Check>;
}

/** Any text. */
export const isString: Check = (value) => (typeof value === 'string' ? undefined : 'must be text');

/** A list of texts. */
export const isStrings: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? undefined
    : 'must be a list of texts';

/** Names with a text each. */
export const isStringMap: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => typeof item === 'string')
    ? undefined
    : 'must be a map of texts';

/** A whole number from `min` to `max`. */
export const within =
  (min: number, max: number, unit: string): Check =>
  (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
      ? undefined
      : `must be a whole number of ${unit} from ${min} to ${max}`;

/** One of some words. */
export const oneOf =
  (...words: string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value) ? undefined : `must be one of ${words.join(', ')}`;

/** What a parser says of the first item that it refuses, after the check that there are items. */
export const each =
  (parse: (item: string) => unknown): Check =>
  (value) => {
    const wrong = isStrings(value);
    if (wrong) return wrong;
    for (const item of Array.isArray(value) ? value : []) {
      try {
        parse(String(item));
      } catch (error) {
        return `is wrong: ${SuanlinkError.from(error).message}`;
      }
    }
    return undefined;
  };

/** What a parser says of a text; of anything else, `otherwise`. */
export const parsed =
  (parse: (text: string) => unknown, otherwise: string): Check =>
  (value) =>
    typeof value === 'string' ? each(parse)([value]) : otherwise;

/** `host:port`, or nothing. */
export const hostPort: Check = (value) =>
  typeof value === 'string' && /^(?:|(?:\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5})$/.test(value)
    ? undefined
    : 'must be host:port, such as 127.0.0.1:9467';

/** Edit distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known word that is meant by `word`, or all of them. */
export function didYouMean(word: string, known: readonly string[]): string {
  const best = known.map((name) => ({ name, off: distance(word, name) })).sort((a, b) => a.off - b.off)[0];
  return best && best.off <= Math.max(2, word.length / 3)
    ? `; did you mean ${best.name}?`
    : `; known are ${known.join(', ')}`;
}

/** The text of one file. */
export interface ConfigFile {
  file: string;
  text: string;
}

/** The settings in force, and where each was said. */
export interface Effective<T extends object> {
  config: T;
  /** `file:line:col`, or the option or variable; a setting that nobody says is missing. */
  origins: Partial<Record<keyof T, string>>;
}

function isKey<T extends object>({ checks }: Table<T>, name: PropertyKey): name is keyof T {
  return Object.hasOwn(checks, name);
}

/** Takes the settings of one file over into `into`; what is wrong with it as `file:line:col: what`. */
function readFile<T extends object>(
  table: Table<T>,
  { file, text }: ConfigFile,
  into: Effective<T>,
): string[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number | undefined): string => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${file}:${line}:${col}`;
  };
  const problems = document.errors.map((error) => `${at(error.pos[0])}: ${error.message.split('\n')[0]}`);
  if (problems.length > 0) return problems;
  const root = document.contents;
  if (root === null) return [];
  if (!isMap(root)) return [`${at(0)}: the file must be a map of settings`];
  for (const { key, value } of root.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const where = isScalar(key) ? at(key.range?.[0]) : at(0);
    if (!isKey(table, name)) {
      problems.push(`${where}: unknown key ${name}${didYouMean(name, Object.keys(table.checks))}`);
      continue;
    }
    const plain: unknown =
      value && typeof value === 'object' && 'toJSON' in value ? document.createNode(value).toJSON() : value;
    const wrong = table.checks[name](plain);
    const range =
      value && typeof value === 'object' && 'range' in value && Array.isArray(value.range)
        ? value.range[0]
        : undefined;
    if (wrong) problems.push(`${range === undefined ? where : at(range)}: ${name} ${wrong}`);
    else {
      Object.assign(into.config, { [name]: plain });
      into.origins[name] = where;
    }
  }
  return problems;
}

/** Reads files one over the other, a later one's settings in place of an earlier one's; `config_invalid` with every
 * problem as `file:line:col: what`, one a line. */
export function readSettings<T extends object>(table: Table<T>, files: readonly ConfigFile[]): Effective<T> {
  const effective: Effective<T> = { config: { ...table.defaults }, origins: {} };
  const problems = files.flatMap((file) => readFile(table, file, effective));
  if (problems.length > 0) throw new SuanlinkError('config_invalid', problems.join('\n'));
  return effective;
}

/** Keys that differ, by what it takes to put them into force. */
export interface ConfigChange {
  applied: string[];
  needRestart: string[];
}

/** Compares two configurations, setting by setting; those in `live` are looked at whenever they are needed. */
export function settingsChange<T extends object>(
  live: ReadonlySet<keyof T>,
  before: T,
  after: T,
): ConfigChange {
  const names = Object.keys(before) as (keyof T & string)[];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return {
    applied: changed.filter((name) => live.has(name)),
    needRestart: changed.filter((name) => !live.has(name)),
  };
}

/** What is in force after a reload: of `after` what is in `live`, all else as it was. */
export function settingsInForce<T extends object>(live: ReadonlySet<keyof T>, before: T, after: T): T {
  const applied = Object.entries(after).filter(([name]) => live.has(name as keyof T));
  return { ...before, ...Object.fromEntries(applied) };
}

/** A daemon's settings explained: a commented sample of its file and a JSON Schema, from one table. Pure. */
import { stringify } from 'yaml';

/** What is said of one setting. */
export interface Field {
  about: string;
  schema: object;
  /** Shown in the sample in place of a default that is empty. */
  example?: unknown;
}

/** The settings of one file. */
export interface Explained<T extends object> {
  /** What the schema is called. */
  title: string;
  /** The lines at the head of the sample, without `#`. */
  head: readonly string[];
  fields: Record<keyof T, Field>;
  defaults: T;
}

/** Schema of any text. */
export const text = { type: 'string' };
/** Schema of a list of texts. */
export const texts = { type: 'array', items: text };
/** Schema of a whole number. */
export const whole = (minimum: number, maximum: number): object => ({ type: 'integer', minimum, maximum });
/** Schema of one of some words. */
export const choice = (...words: string[]): object => ({ enum: words });

function isEmpty(value: unknown): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}

const names = <T extends object>(fields: Record<keyof T, Field>): (keyof T & string)[] =>
  Object.keys(fields) as (keyof T & string)[];

/** A file in which every setting stands as a comment, at its default or with an example. */
export function sampleOf<T extends object>({ head, fields, defaults }: Explained<T>): string {
  const parts = names<T>(fields).map((name) => {
    const { about, example } = fields[name];
    const value: unknown = isEmpty(defaults[name]) ? example : defaults[name];
    const lines = stringify({ [name]: value }, { lineWidth: 0 })
      .trimEnd()
      .split('\n');
    return `# ${about}\n${lines.map((line) => `#${line}`).join('\n')}\n`;
  });
  return `${head.map((line) => `# ${line}`).join('\n')}\n\n${parts.join('\n')}`;
}

/** JSON Schema (2020-12) of the file, for editors. */
export function schemaOf<T extends object>({ title, fields, defaults }: Explained<T>): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      names<T>(fields).map((name) => [
        name,
        { ...fields[name].schema, description: fields[name].about, default: defaults[name] },
      ]),
    ),
  };
}

/** A setting as it stands in the file. */
export function settingText(name: string, value: unknown): string {
  return stringify({ [name]: value }, { lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

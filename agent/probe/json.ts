/**
 * Reads the JSON that tools print, and what some of them print instead. Pure, linear in the text, never throws.
 *
 * Seen in practice: banners and warnings before it; hy-smi leaves out commas, prints `23%` without quotes and one object
 * per card; output that ends in the middle. So this reader takes commas as blanks, bare words as values, goes on after
 * the end of a value to look for the next, and says when the text ended inside one. Every scalar stays the text that was
 * printed (`null` and numbers too): whoever needs a number converts it with `text.ts`, and no digit is lost or made up.
 */

/** An object keeps the order of its keys; a repeated key keeps its first value. */
export type Json = string | Json[] | JsonObject;
/** A JSON object; a map, because keys come from outside. */
export interface JsonObject extends ReadonlyMap<string, Json> {}

/** What `readJson` found. */
export interface JsonText {
  /** Objects and arrays at top level, in order. */
  values: Json[];
  /** The text ended inside a value. */
  truncated: boolean;
}

const maxDepth = 24;
const starts = /\{\s*["}]|\[\s*[{\]"]/g;
const blanks = /[\s,]*/y;
const bareWord = /[^,{}[\]\n\r"]*/y;
const quoted = /"([^"\\\n\r]*(?:\\.[^"\\\n\r]*)*)("?)/y;
const escapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

class Reader {
  readonly #text: string;
  #at = 0;
  truncated = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** Moves to the next place where an object or array may begin; false when there is none. */
  seek(): boolean {
    starts.lastIndex = this.#at;
    const found = starts.exec(this.#text);
    if (found === null) return false;
    this.#at = found.index;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  /** The next character after blanks and commas; '' at the end of the text. */
  #next(): string {
    this.#match(blanks);
    return this.#text.charAt(this.#at);
  }

  /** A quoted text; null when its end is not on its line: what stands there may be half a number. */
  #string(): string | null {
    const found = this.#match(quoted);
    if (found === null || found[2] === '') {
      this.truncated ||= this.#at >= this.#text.length;
      if (found === null) this.#at += 1;
      return null;
    }
    // What is no escape stays as it is: without its backslash, `6\520` would be a number that nobody printed.
    return (found[1] ?? '').replace(/\\(u[0-9a-fA-F]{4}|.)/g, (whole, code: string) =>
      code.length === 5 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (escapes[code] ?? whole),
    );
  }

  /** A value; null when there is none (a closing bracket comes) or the text ended inside it. */
  value(depth: number): Json | null {
    const next = this.#next();
    if (depth > maxDepth) return this.#skip();
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"') return this.#string();
    if (next === '' || next === '}' || next === ']') return null;
    const found = this.#match(bareWord)?.[0].trim() ?? '';
    if (this.#at >= this.#text.length) {
      this.truncated = true;
      return null;
    }
    return found;
  }

  /** Deeper than any tool prints: the rest is not read. */
  #skip(): null {
    this.#at = this.#text.length;
    this.truncated = true;
    return null;
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, Json>();
    this.#at += 1;
    for (;;) {
      const next = this.#next();
      if (next === '}') break;
      if (next !== '"') {
        if (next === '' || next === ']') {
          this.truncated ||= next === '';
          return members;
        }
        this.#at += 1;
        continue;
      }
      const key = this.#string();
      if (this.#next() !== ':') continue;
      this.#at += 1;
      const value = this.value(depth + 1);
      if (key !== null && value !== null && !members.has(key)) members.set(key, value);
    }
    this.#at += 1;
    return members;
  }

  #array(depth: number): Json[] {
    const items: Json[] = [];
    this.#at += 1;
    for (;;) {
      const next = this.#next();
      if (next === ']') break;
      if (next === '' || next === '}') {
        this.truncated ||= next === '';
        return items;
      }
      if (next === ':') {
        this.#at += 1;
        continue;
      }
      const item = this.value(depth + 1);
      if (item !== null) items.push(item);
    }
    this.#at += 1;
    return items;
  }
}

/** All objects and arrays in a text, noise around them passed over. */
export function readJson(text: string): JsonText {
  const reader = new Reader(text);
  const values: Json[] = [];
  while (reader.seek()) {
    const value = reader.value(0);
    if (value !== null) values.push(value);
  }
  return { values, truncated: reader.truncated };
}

/** The value as an object, undefined when it is none. */
export function objectOf(value: Json | undefined): JsonObject | undefined {
  return value instanceof Map ? value : undefined;
}

/** The value as a list; a single object is a list of one, everything else an empty one. */
export function listOf(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  return value instanceof Map ? [value] : [];
}

/** Member of an object whose key matches, blanks around the key ignored (`"Power Draw "`). */
export function member(object: JsonObject | undefined, key: RegExp): Json | undefined {
  if (object === undefined) return undefined;
  for (const [name, value] of object) if (key.test(name.trim())) return value;
  return undefined;
}

/** The member's text; undefined when there is none or it is no scalar. */
export function textOf(object: JsonObject | undefined, key: RegExp): string | undefined {
  const value = member(object, key);
  return typeof value === 'string' ? value : undefined;
}

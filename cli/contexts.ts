/**
 * Contexts: the schedulers that a person works with, in `$XDG_CONFIG_HOME/suanlink/config.yaml` (0600, it may hold
 * tokens). SUANLINK_CONFIG names another file.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LineCounter, parseDocument, stringify } from 'yaml';
import { SuanlinkError } from '../proto/codes.ts';
import { configPath } from './config-path.ts';

/** What a context may say. */
const contextKeys = ['scheduler', 'token', 'token_file', 'ca_file', 'ca_hash'] as const;

/** One saved scheduler. */
export type Context = Partial<Record<(typeof contextKeys)[number], string>>;

/** The whole file. */
export interface Contexts {
  current?: string;
  /** What to speak: `en`, `zh-CN`. */
  language?: string;
  contexts: Record<string, Context>;
}

/** The file's contents; nothing when there is none. `config_invalid` with file:line:column. */
export function readContexts(env: Record<string, string | undefined>): Contexts {
  const path = configPath(env);
  if (!existsSync(path)) return { contexts: {} };
  return parseContexts(readFileSync(path, 'utf8'), path);
}

/** Writes the file, 0600, so that a crash leaves the old one or the new one. */
export function writeContexts(env: Record<string, string | undefined>, contexts: Contexts): string {
  const path = configPath(env);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(beside, stringify(contexts), { mode: 0o600, flag: 'wx' });
  renameSync(beside, path);
  return path;
}

/** `text` as contexts; `path` is for messages. Unknown keys and wrong types are `config_invalid`. */
export function parseContexts(text: string, path: string): Contexts {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fail = (problem: string, at?: readonly string[]): never => {
    const node: unknown = at ? document.getIn(at, true) : undefined;
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    const start = Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0;
    const { line, col } = lines.linePos(start);
    throw new SuanlinkError('config_invalid', `${path}:${line}:${col}: ${problem}`);
  };
  const broken = document.errors[0];
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new SuanlinkError('config_invalid', `${path}:${line}:${col}: ${broken.message.split('\n')[0]}`);
  }
  const whole = record(document.toJS(), () => fail('must be a map with `current` and `contexts`'));
  for (const key of Object.keys(whole))
    if (key !== 'current' && key !== 'contexts' && key !== 'language')
      fail(`unknown key ${JSON.stringify(key)}; known are current, language and contexts`, [key]);
  const current = whole['current'];
  if (current !== undefined && typeof current !== 'string')
    return fail('current must be a name', ['current']);
  const language = whole['language'];
  if (language !== undefined && typeof language !== 'string')
    return fail('language must be a word such as en or zh-CN', ['language']);
  const listed = record(whole['contexts'] ?? {}, () => fail('contexts must be a map', ['contexts']));
  const contexts = Object.entries(listed).map(([name, value]) => {
    const fields = record(value, () => fail(`context ${name} must be a map`, ['contexts', name]));
    const known = Object.entries(fields).map(([key, field]) => {
      const found = contextKeys.find((each) => each === key);
      if (!found)
        return fail(`unknown key ${JSON.stringify(key)}; known are ${contextKeys.join(', ')}`, [
          'contexts',
          name,
          key,
        ]);
      if (typeof field !== 'string') return fail(`${key} must be text`, ['contexts', name, key]);
      return [found, field] as const;
    });
    return [name, Object.fromEntries(known)] as const;
  });
  return {
    ...(current === undefined ? {} : { current }),
    ...(language === undefined ? {} : { language }),
    contexts: Object.fromEntries(contexts),
  };
}

function record(value: unknown, otherwise: () => never): Record<string, unknown> {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return otherwise();
  return { ...value };
}

/** `suanlink context ls|use|set|current`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SuanlinkError } from '../../proto/codes.ts';
import { fetchPinned } from '../../proto/pinned.ts';
import { proxyFor } from '../../proto/proxy.ts';
import { checkUrl, parseHash } from '../connection.ts';
import { configPath } from '../config-path.ts';
import { type Context, readContexts, writeContexts } from '../contexts.ts';
import { type ListOptions, printList } from '../output.ts';
import { print, say } from '../terminal.ts';

/** Options of `context set`; a missing one leaves what was saved. */
export interface SetOptions {
  scheduler?: string;
  tokenFile?: string;
  caFile?: string;
  caHash?: string;
}

const nameShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Lists contexts; never their tokens. */
export function listContexts(options: ListOptions): void {
  const { current, contexts } = readContexts(process.env);
  const rows = Object.entries(contexts).map(([id, context]) => ({
    id,
    current: id === current,
    scheduler: context.scheduler ?? null,
    has_token: context.token !== undefined || context.token_file !== undefined,
    ca_file: context.ca_file ?? null,
  }));
  printList(options, 'contexts', rows, {
    id: ({ id }) => id,
    head: ['', 'NAME', 'SCHEDULER', 'TOKEN', 'CA'],
    row: (row) => [
      row.current ? '*' : '',
      row.id,
      row.scheduler ?? '-',
      row.has_token ? 'yes' : 'no',
      row.ca_file ?? '-',
    ],
  });
}

/** Prints the name of the context that commands use. */
export function showContext(): void {
  const name = process.env['SUANLINK_CONTEXT'] ?? readContexts(process.env).current;
  if (name === undefined)
    throw new SuanlinkError(
      'not_found',
      'no context is in use; save one with `suanlink context set NAME --scheduler URL`',
    );
  print(name);
}

/** Makes `name` the context that commands use. */
export function chooseContext(name: string): void {
  const { contexts } = readContexts(process.env);
  if (!Object.hasOwn(contexts, name))
    throw new SuanlinkError(
      'not_found',
      `there is no context ${JSON.stringify(name)}; see suanlink context ls`,
    );
  writeContexts(process.env, { current: name, contexts });
  say(`suanlink: commands now use ${name}`);
}

/** Fetches the authority that has the hash, and keeps it beside the configuration: later commands need no hash. */
async function keepAuthority(name: string, url: string, caHash: string): Promise<string> {
  const pem = await fetchPinned(new URL(url), parseHash(caHash), proxyFor(url, '', process.env));
  const path = join(dirname(configPath(process.env)), `${name}.ca.crt`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, pem, { mode: 0o644 });
  return path;
}

/** Saves a context, and uses it when it is the first. */
export async function setContext(name: string, options: SetOptions): Promise<void> {
  if (!nameShape.test(name))
    throw new SuanlinkError(
      'invalid_argument',
      'a context is named with letters, digits, . _ - and at most 64 of them',
    );
  const { current, contexts } = readContexts(process.env);
  const before: Context = Object.hasOwn(contexts, name) ? (contexts[name] ?? {}) : {};
  const scheduler = options.scheduler === undefined ? before.scheduler : checkUrl(options.scheduler);
  if (scheduler === undefined)
    throw new SuanlinkError('invalid_argument', 'a new context needs --scheduler URL');
  // What was saved for another scheduler is not carried over to this one.
  const kept = scheduler === before.scheduler ? before : {};
  const caFile =
    options.caFile !== undefined
      ? resolve(options.caFile)
      : options.caHash !== undefined
        ? await keepAuthority(name, scheduler, options.caHash)
        : kept.ca_file;
  const context: Context = {
    ...kept,
    scheduler,
    ...(options.tokenFile === undefined ? {} : { token_file: resolve(options.tokenFile) }),
    ...(caFile === undefined ? {} : { ca_file: caFile }),
  };
  const path = writeContexts(process.env, {
    current: current ?? name,
    contexts: { ...contexts, [name]: context },
  });
  say(`suanlink: saved ${name} in ${path}${current === undefined ? '; commands now use it' : ''}`);
}

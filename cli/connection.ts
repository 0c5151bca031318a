/**
 * Which scheduler to talk to, with which token and whom to trust: options win over the environment, the environment over
 * the context in the configuration file, and without one it is the scheduler of this machine, if we may. A token is never an argument: other users see arguments.
 */
import { readFileSync } from 'node:fs';
import { SuanlinkError } from '../proto/codes.ts';
import { type Proxy, proxyFor } from '../proto/proxy.ts';
import { type Context, readContexts } from './contexts.ts';
import { localScheduler } from './local-scheduler.ts';

/** Options of every command that talks to the scheduler. */
export interface ConnectionOptions {
  context?: string;
  scheduler?: string;
  tokenFile?: string;
  caFile?: string;
  caHash?: string;
}

/** Whom to believe that it is the scheduler. */
export type Trust =
  /** The system's authorities. */
  | { kind: 'system' }
  /** This authority alone. */
  | { kind: 'ca'; pem: string }
  /** The authority with this SHA-256 (hex) alone, which the server itself presents. */
  | { kind: 'pin'; hash: string };

/** Where to connect and as whom. */
export interface Connection {
  /** `https://host:port`, `http://` on loopback, or `unix:/path`. */
  url: string;
  token: string;
  trust: Trust;
  /** To go through; by HTTPS_PROXY and NO_PROXY. */
  proxy?: Proxy;
}

type Environment = Record<string, string | undefined>;

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new SuanlinkError('config_invalid', `cannot read the ${what} from ${path}`, { cause });
  }
}

/** Where to connect by `options`, `env` and the configuration file. `config_invalid` says what is missing. */
export function resolveConnection(options: ConnectionOptions, env: Environment): Connection {
  const context = chooseContext(options, env);
  const url = options.scheduler ?? env['SUANLINK_SCHEDULER'] ?? context.scheduler;
  if (url === undefined || url === '')
    throw new SuanlinkError(
      'config_invalid',
      'no scheduler is named: give --scheduler URL, set SUANLINK_SCHEDULER, or save one with `suanlink context set NAME --scheduler URL`',
    );
  const checked = checkUrl(url);
  // A context's token goes to the scheduler of that context and to no other, whatever the rest of the line says.
  const own = context.scheduler !== undefined && checkUrl(context.scheduler) === checked ? context : {};
  const proxy = proxyFor(checked, '', env);
  return {
    url: checked,
    token: findToken(options, env, own),
    trust: findTrust(options, env, own),
    ...(proxy && { proxy }),
  };
}

function chooseContext(options: ConnectionOptions, env: Environment): Context {
  const wanted = options.context ?? env['SUANLINK_CONTEXT'];
  const { current, contexts } = readContexts(env);
  const name = wanted ?? current;
  if (name === undefined) return localScheduler();
  const found = contexts[name];
  if (found) return found;
  const known = Object.keys(contexts);
  throw new SuanlinkError(
    'config_invalid',
    `there is no context ${JSON.stringify(name)}; ${known.length === 0 ? 'none has been saved' : `known: ${known.join(', ')}`}`,
  );
}

/** `text` as the url of a scheduler: plain HTTP only where nobody else can listen in. `config_invalid`. */
export function checkUrl(text: string): string {
  if (/^unix:(?:\/\/)?\//.test(text)) return `unix:${text.replace(/^unix:(?:\/\/)?/, '')}`;
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new SuanlinkError(
      'config_invalid',
      `${JSON.stringify(text)} is not the url of a scheduler; it looks like https://host:7443 or unix:/path`,
    );
  const url = new URL(text);
  const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !loopback)
    throw new SuanlinkError(
      'config_invalid',
      `${url.origin} would send the token in the clear; use https:// (http:// is for this machine alone)`,
    );
  return url.origin;
}

function findToken(options: ConnectionOptions, env: Environment, context: Context): string {
  const file = (path: string): string => readText(path, 'token');
  if (options.tokenFile !== undefined) return file(options.tokenFile);
  if (env['SUANLINK_TOKEN']) return env['SUANLINK_TOKEN'].trim();
  if (env['SUANLINK_TOKEN_FILE']) return file(env['SUANLINK_TOKEN_FILE']);
  if (context.token !== undefined) return context.token;
  if (context.token_file !== undefined) return file(context.token_file);
  throw new SuanlinkError(
    'unauthenticated',
    'no token is given: set SUANLINK_TOKEN or SUANLINK_TOKEN_FILE, give --token-file FILE, or save one with `suanlink context set NAME --token-file FILE`',
  );
}

function findTrust(options: ConnectionOptions, env: Environment, context: Context): Trust {
  const layers = [
    { file: options.caFile, hash: options.caHash },
    { file: env['SUANLINK_CA_FILE'], hash: env['SUANLINK_CA_HASH'] },
    { file: context.ca_file, hash: context.ca_hash },
  ];
  const first = layers.find(({ file, hash }) => file || hash);
  if (first?.file) return { kind: 'ca', pem: readText(first.file, 'certificate authority') };
  if (!first?.hash) return { kind: 'system' };
  return { kind: 'pin', hash: parseHash(first.hash) };
}

/** A certificate's SHA-256 as people paste it (colons, capitals, `sha256:`), in 64 lower-case hex digits; `config_invalid`. */
export function parseHash(text: string): string {
  const hash = text
    .trim()
    .toLowerCase()
    .replace(/^sha256:/, '')
    .replaceAll(':', '');
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw new SuanlinkError(
      'config_invalid',
      'the CA hash must be 64 hex digits (SHA-256 of the certificate)',
    );
  return hash;
}

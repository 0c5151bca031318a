/**
 * The HTTP proxy on the way to a scheduler: whether there is one, which, and what its refusals mean. Pure; `tunnel.ts`
 * goes through it. The proxy is asked to CONNECT and no more: TLS is between the two ends, and verified there.
 *
 * The agent's setting wins over HTTPS_PROXY, that over https_proxy; NO_PROXY (else no_proxy) exempts from each of them.
 * Unix sockets and loopback are never reached through a proxy. A URL may carry credentials: they stand in no message.
 */
import { BlockList, isIP } from 'node:net';
import { SuanlinkError } from './codes.ts';

/** A proxy to go through. */
export interface Proxy {
  host: string;
  port: number;
  /** What it is told of us (`Proxy-Authorization`), a secret; '' when its URL has no credentials. */
  authorization: string;
  /** `host:port` and who named it, for messages. */
  name: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The setting by which an agent goes straight to its scheduler whatever the environment says. */
export const noProxy = 'none';

/** A host as `URL` gives it, without the brackets of IPv6. */
export function bareHost({ hostname }: URL): string {
  return hostname.replaceAll(/^\[|\]$/g, '');
}

/** `host:port` as HTTP writes it. */
export function authorityOf(host: string, port: number): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** The port of an `http:` or `https:` URL. */
export function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}

/** Part of a URL's user and password as it was before it was encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A percent sign that encodes nothing stands for itself.
  }
}

/** `text` as a URL of a proxy; a bare `host:port` is one too. Undefined when it is none that we can go through. */
function proxyUrl(text: string): URL | undefined {
  const full = text.includes('://') ? text : `http://${text}`;
  if (/\s/.test(full) || !URL.canParse(full)) return undefined;
  const url = new URL(full);
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '';
  return url.protocol === 'http:' && url.hostname !== '' && isBare ? url : undefined;
}

/** Reads the URL of a proxy that `by` has named; `config_invalid` without a word of the URL, which may hold a password. */
export function parseProxy(text: string, by: string): Proxy {
  const url = proxyUrl(text.trim());
  if (!url)
    throw new SuanlinkError(
      'config_invalid',
      `${by} names no proxy that can be used: it looks like http://proxy.example:3128 or http://USER:PASSWORD@proxy.example:3128`,
    );
  const { username, password } = url;
  const credentials = `${decoded(username)}:${decoded(password)}`;
  const host = bareHost(url);
  return {
    host,
    port: portOf(url),
    authorization: credentials === ':' ? '' : `Basic ${Buffer.from(credentials).toString('base64')}`,
    name: `${authorityOf(host, portOf(url))} (${by})`,
  };
}

/** Texts of a proxy's URL that must leave the machine nowhere: its password as it is written, and as it is meant. */
export function proxySecrets(text: string): string[] {
  const password = /^(?:[a-z]+:\/\/)?[^:@/]*:(.*)@/i.exec(text)?.[1] ?? '';
  return password === '' ? [] : [...new Set([password, decoded(password)])];
}

/** `text` without its credentials, to be shown. */
export function withoutCredentials(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/i, '$1***@');
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127\..*|::ffff:7f.*)$/i.test(host);
}

/** Whether the address or network `entry` (10.1.2.3, 10.0.0.0/8) holds the address `host`. */
function holdsAddress(entry: string, host: string): boolean {
  const [network = '', bits] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  const length = Number(bits ?? (family === 6 ? 128 : 32));
  if (!Number.isInteger(length) || length < 0 || length > (family === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, length, type);
  return list.check(host, type);
}

/**
 * Whether `list` (NO_PROXY) exempts a target: entries are separated by commas or blanks; `*` is everything, a name is
 * itself and all below it, with a dot before it or not; an address or a network such as 10.0.0.0/8 is itself; each may
 * end in `:port`.
 */
export function isExempt(host: string, port: number, list: string): boolean {
  const wanted = host.toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = entry, itsPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
      if (itsPort !== undefined && Number(itsPort) !== port) return false;
      const bare = name.replaceAll(/^\[|\]$/g, '').replace(/^\*?\./, '');
      return wanted === bare || wanted.endsWith(`.${bare}`) || holdsAddress(bare, wanted);
    });
}

const first = (env: Environment, ...names: string[]): [name: string, value: string] | undefined =>
  names.map((name): [string, string] => [name, env[name]?.trim() ?? '']).find(([, value]) => value !== '');

/**
 * The proxy on the way to `scheduler` (`https://…`, `http://…` or `unix:…`), undefined when the way is straight.
 * `setting` is the agent's own, '' when it says nothing. `config_invalid` for a proxy that cannot be used.
 */
export function proxyFor(scheduler: string, setting: string, env: Environment): Proxy | undefined {
  if (!/^https?:/.test(scheduler) || setting === noProxy) return undefined;
  const url = new URL(scheduler);
  const host = bareHost(url);
  if (isLoopback(host)) return undefined;
  const named = setting === '' ? first(env, 'HTTPS_PROXY', 'https_proxy') : (['`proxy`', setting] as const);
  const exempt = first(env, 'NO_PROXY', 'no_proxy')?.[1] ?? '';
  if (!named || isExempt(host, portOf(url), exempt)) return undefined;
  const [by, text] = named;
  return parseProxy(text, by);
}

/** What a proxy's answer to CONNECT means that is not 2xx, and what to do; `to` is where we wanted to go. */
export function proxyRefusal(proxy: Proxy, status: number, to: string): SuanlinkError {
  const details = { proxy_status: status };
  const said = (code: 'unauthenticated' | 'permission_denied' | 'unavailable', what: string): SuanlinkError =>
    new SuanlinkError(code, `the proxy ${proxy.name} ${what}`, { details });
  if (status === 407)
    return proxy.authorization === ''
      ? said(
          'unauthenticated',
          'wants credentials (407): put them into its URL, http://USER:PASSWORD@HOST:PORT',
        )
      : said('unauthenticated', 'does not take the credentials in its URL (407): correct them');
  if (status === 403 || status === 405)
    return said(
      'permission_denied',
      `lets nobody through to ${to} (${status}): have it allow CONNECT to ${to}`,
    );
  if (status >= 502 && status <= 504)
    return said(
      'unavailable',
      `does not reach ${to} (${status}): look at the scheduler, and at the proxy's way to it`,
    );
  return said('unavailable', `answers ${status} to CONNECT ${to}: it is to be an HTTP proxy that tunnels`);
}

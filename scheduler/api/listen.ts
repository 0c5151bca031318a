/** Where the scheduler listens and under which names it is known there. Pure: interfaces and host name are handed in. */
import { SuanlinkError } from '../../proto/codes.ts';

/** A place to listen at. */
export type Listen = { kind: 'tcp'; host: string; port: number } | { kind: 'unix'; path: string };

/** The network as the machine has it: its name and the addresses of its interfaces, loopback included. */
export interface HostNames {
  hostname: string;
  addresses: readonly string[];
}

/** The port for everything (DESIGN §12). */
const defaultPort = 7443;

/** `host:port`, `[ipv6]:port`, `host`, `:port`, `port` or `unix:/path`; `config_invalid` for anything else. Port 0: any
 * free one. */
export function parseListen(text: string): Listen {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
    if (!path.startsWith('/') || path.length > 100)
      throw wrong(text, 'a socket needs an absolute path of at most 100 characters');
    return { kind: 'unix', path };
  }
  if (/^\d{1,5}$/.test(text)) return { kind: 'tcp', host: '0.0.0.0', port: portOf(text, text) };
  const match =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]*)|([0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F.]*))(?::(\d{1,5}))?$/.exec(
      text,
    );
  if (!match) throw wrong(text, 'it must be host:port, [ipv6]:port or unix:/path');
  const [, bracketed, host, bare, port] = match;
  const at = bracketed ?? bare ?? (host === '' || host === undefined ? '0.0.0.0' : host);
  return { kind: 'tcp', host: at, port: port === undefined ? defaultPort : portOf(port, text) };
}

function portOf(digits: string, text: string): number {
  const port = Number(digits);
  if (port > 65_535) throw wrong(text, 'a port is at most 65535');
  return port;
}

function wrong(text: string, problem: string): SuanlinkError {
  return new SuanlinkError('config_invalid', `cannot listen at ${JSON.stringify(text)}: ${problem}`);
}

/** Whether only this machine reaches `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Refuses to serve without TLS where others could listen in: `config_invalid`. */
export function checkPlain(listen: Listen): void {
  if (listen.kind === 'unix' || isLoopback(listen.host)) return;
  throw new SuanlinkError(
    'config_invalid',
    `TLS can be off on loopback and unix sockets only, and ${listen.host} is neither; leave out --tls off, or listen at 127.0.0.1`,
  );
}

/** The names and addresses that the server's certificate must cover; `more` are those that the operator adds. */
export function certificateHosts(listen: Listen, machine: HostNames, more: readonly string[]): string[] {
  const local = ['localhost', '127.0.0.1', '::1'];
  const heard =
    listen.kind === 'unix'
      ? []
      : isEverywhere(listen.host)
        ? [machine.hostname, ...machine.addresses]
        : [listen.host];
  const usable = (host: string): boolean => /^[A-Za-z0-9.:-]{1,253}$/.test(host) && !host.includes('%');
  return [...new Set([...local, ...heard, ...more])].filter(usable);
}

/** The url under which others reach a scheduler that listens at `listen`; `port` is the one it got. */
export function urlOf(listen: Listen, port: number, tls: boolean, machine: HostNames): string {
  if (listen.kind === 'unix') return `unix:${listen.path}`;
  const outward = machine.addresses.find((address) => !isLoopback(address) && !address.startsWith('fe80:'));
  const host = isEverywhere(listen.host) ? (outward ?? '127.0.0.1') : listen.host;
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

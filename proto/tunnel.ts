/** Connections through an HTTP proxy (edge): CONNECT, then the bytes of both ends and nothing of ours. */
import { request } from 'node:http';
import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SuanlinkError } from './codes.ts';
import { authorityOf, type Proxy, proxyRefusal } from './proxy.ts';

/** How long a proxy may take, which has to reach the other end first. */
const answerMs = 10_000;

function notReached(proxy: Proxy, error: Error & { code?: string }): SuanlinkError {
  if (error instanceof SuanlinkError) return error;
  const isForeign = error.code?.startsWith('HPE_') ?? false;
  const what = isForeign
    ? 'does not speak HTTP: correct its address'
    : `cannot be reached (${error.message || error.code}): is it up, and is its address right?`;
  return new SuanlinkError('unavailable', `the proxy ${proxy.name} ${what}`, { cause: error });
}

/**
 * Opens a connection to `host:port` through `proxy`; nothing was said over it yet. Rejects with a message that names
 * the proxy: `unauthenticated`, `permission_denied`, `unavailable`, `deadline_exceeded`; an answer that refuses is in
 * `details.proxy_status`.
 */
export function openTunnel(proxy: Proxy, host: string, port: number, limitMs = answerMs): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const to = authorityOf(host, port);
  const asking = request({
    ...{ host: proxy.host, port: proxy.port, method: 'CONNECT', path: to, agent: false },
    headers: {
      host: to,
      ...(proxy.authorization === '' ? {} : { 'proxy-authorization': proxy.authorization }),
    },
  });
  const late = setTimeout(() => {
    const what = `does not answer within ${limitMs / 1000} s: is it up, and may it go to ${to}?`;
    asking.destroy(new SuanlinkError('deadline_exceeded', `the proxy ${proxy.name} ${what}`));
  }, limitMs);
  asking.on('error', (error) => reject(notReached(proxy, error)));
  asking.once('connect', ({ statusCode = 0 }, socket, head) => {
    if (statusCode < 200 || statusCode > 299) {
      socket.destroy();
      reject(proxyRefusal(proxy, statusCode, to));
      return;
    }
    if (head.length > 0) socket.unshift(head);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    resolve(socket);
  });
  asking.end();
  return promise.finally(() => clearTimeout(late));
}

/** For `https.request` and `ws`: connections through `proxy`, TLS within them. */
export class TunnelAgent extends Agent {
  readonly #proxy: Proxy;

  constructor(proxy: Proxy, options: AgentOptions = {}) {
    super(options);
    this.#proxy = proxy;
  }

  /** See `http.Agent`; the connection comes by `given`. */
  override createConnection(
    options: RequestOptions,
    given: (error: Error | null, stream: Duplex) => void = () => {},
  ): undefined {
    // A failure comes without a stream, whatever the types say.
    const failed = given as (error: Error) => void;
    openTunnel(this.#proxy, options.host ?? '', Number(options.port)).then(
      (socket) => {
        const within = { ...options, socket };
        const connection = super.createConnection(within);
        if (connection) given(null, connection);
      },
      (error: unknown) => failed(SuanlinkError.from(error)),
    );
  }
}

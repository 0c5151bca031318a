/**
 * Requests to the scheduler over connections that stay open: what goes wrong comes back as a typed error that says
 * whether trying again may help.
 */
import {
  Agent as HttpAgent,
  type IncomingMessage,
  request as httpRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { type Code, isCode, SuanlinkError } from '../../proto/codes.ts';
import { fetchPinned } from '../../proto/pinned.ts';
import { bareHost, portOf } from '../../proto/proxy.ts';
import { TunnelAgent } from '../../proto/tunnel.ts';
import type { Connection } from '../connection.ts';

/** How long an answer may take to begin. */
const answerMs = 30_000;
/** An answer that is not a stream is at most this long. */
const maxBodyBytes = 64 * 1024 * 1024;

/** One request. */
export interface Ask {
  method: 'GET' | 'POST';
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Sends requests to one scheduler. */
export interface Http {
  /** The answer's JSON. Rejects with the scheduler's own error, `unavailable`, `ca_mismatch` or `deadline_exceeded`. */
  json(ask: Ask): Promise<unknown>;
  /** The answer as it comes, when its status is 2xx; else rejects as `json` does. */
  stream(ask: Ask): Promise<IncomingMessage>;
  close(): void;
}

function tlsProblem(error: Error & { code?: string }): string | undefined {
  const code = error.code ?? '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `its certificate is for other names (${error.message}); use one of them, or start the scheduler with --hostname`;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'its certificate is not valid at this time; compare the clocks';
  if (/SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|CERT_|UNABLE_TO_DECRYPT/.test(code))
    return 'its certificate is not from an authority that is trusted here; give --ca-file ca.crt or --ca-hash HASH (the scheduler prints both)';
  return undefined;
}

/** What a failed connection means. */
function networkError(error: Error & { code?: string }, where: string): SuanlinkError {
  if (error.name === 'AbortError') return new SuanlinkError('unavailable', 'given up', { cause: error });
  const tls = tlsProblem(error);
  if (tls)
    return new SuanlinkError('ca_mismatch', `${where} is not trusted: ${tls}; the token was not sent`, {
      cause: error,
    });
  if (error.code === 'EPROTO')
    return new SuanlinkError(
      'protocol_error',
      `${where} does not speak TLS; is it http:// on this machine?`,
      { cause: error },
    );
  const why = error.message || error.code || 'the connection failed';
  return new SuanlinkError('unavailable', `cannot reach the scheduler at ${where}: ${why}`, { cause: error });
}

/** The scheduler's error in an answer that is not 2xx, or what a proxy in between may have meant. */
function answerError(status: number, text: string): SuanlinkError {
  try {
    const body: unknown = JSON.parse(text);
    const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
    if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
      const code: Code = isCode(String(error.code)) ? (String(error.code) as Code) : 'internal';
      return new SuanlinkError(code, String(error.message), { details: { http_status: status } });
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  const code = status >= 502 && status <= 504 ? 'unavailable' : 'protocol_error';
  return new SuanlinkError(
    code,
    `the answer (HTTP ${status}) is not from a suanlink scheduler; is a proxy in between?`,
    {
      details: { http_status: status },
    },
  );
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxBodyBytes) {
      response.destroy();
      throw new SuanlinkError(
        'too_large',
        `the answer is over ${maxBodyBytes} bytes; ask for less with --limit`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function pathOf({ path, query = {} }: Ask): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(
    given.map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** How to get to the scheduler: its address, and whom to trust there. */
interface Way {
  secure: boolean;
  options: RequestOptions;
  /** For messages. */
  where: string;
}

async function wayTo(connection: Connection): Promise<Way> {
  const keep = { keepAlive: true, keepAliveMsecs: 30_000, noDelay: true, maxSockets: 16 };
  if (connection.url.startsWith('unix:')) {
    const socketPath = connection.url.slice('unix:'.length);
    return { secure: false, options: { socketPath, agent: new HttpAgent(keep) }, where: connection.url };
  }
  const url = new URL(connection.url);
  const secure = url.protocol === 'https:';
  const address = { hostname: bareHost(url), port: portOf(url) };
  if (!secure) return { secure, options: { ...address, agent: new HttpAgent(keep) }, where: url.origin };
  const { trust, proxy } = connection;
  const ca =
    trust.kind === 'pin'
      ? await fetchPinned(url, trust.hash, proxy)
      : trust.kind === 'ca'
        ? trust.pem
        : undefined;
  const tls = { ...keep, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) } as const;
  const agent = proxy ? new TunnelAgent(proxy, tls) : new HttpsAgent(tls);
  const where = proxy ? `${url.origin} through the proxy ${proxy.name}` : url.origin;
  return { secure, options: { ...address, agent }, where };
}

/** One try of one request; the answer's head. */
async function exchange(
  { secure, options, where }: Way,
  token: string,
  ask: Ask,
): Promise<{ response: IncomingMessage } | { error: SuanlinkError; wasKept: boolean }> {
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof exchange>>>();
  const request = (secure ? httpsRequest : httpRequest)({
    ...options,
    method: ask.method,
    path: pathOf(ask),
    ...(ask.signal ? { signal: ask.signal } : {}),
    headers: {
      ...(options.socketPath ? { host: 'localhost' } : {}),
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...ask.headers,
    },
  });
  const late = setTimeout(() => {
    const message = `${where} did not answer within ${answerMs / 1000} s`;
    request.destroy(new SuanlinkError('deadline_exceeded', message));
  }, answerMs);
  request.once('response', (response) => resolve({ response }));
  request.once('error', (cause) => {
    const error = cause instanceof SuanlinkError ? cause : networkError(cause, where);
    resolve({ error, wasKept: request.reusedSocket });
  });
  request.end(body);
  return promise.finally(() => clearTimeout(late));
}

/** Sends requests by `connection`; nothing is sent before the first of them. */
export function createHttp(connection: Connection): Http {
  let way: Promise<Way> | undefined;

  async function send(ask: Ask): Promise<IncomingMessage> {
    way ??= wayTo(connection);
    const found = await way.catch((caught: unknown) => {
      way = undefined;
      throw caught;
    });
    let tried = await exchange(found, connection.token, ask);
    // A kept connection that the other side had just closed says nothing about the scheduler: once more on a new one.
    if ('error' in tried && tried.wasKept && ask.method === 'GET' && !ask.signal?.aborted)
      tried = await exchange(found, connection.token, ask);
    if ('error' in tried) throw tried.error;
    return tried.response;
  }

  async function stream(ask: Ask): Promise<IncomingMessage> {
    const response = await send(ask);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw answerError(status, await readAll(response));
  }

  return {
    stream,
    json: async (ask) => parseJson(await readAll(await stream(ask))),
    close: () =>
      void way?.then(
        ({ options }) => typeof options.agent === 'object' && options.agent.destroy(),
        () => {},
      ),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new SuanlinkError('protocol_error', 'the answer is not JSON; is this a suanlink scheduler?', {
      cause,
    });
  }
}

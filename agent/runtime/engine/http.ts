/**
 * Talks HTTP to a container engine on its unix socket (edge): plain `node:http`, because the idle agent must stay small
 * (docs/adr/0002-engine-client.md has the measurements).
 *
 * How it works. Short requests share a few kept connections. Whatever lasts (attach, wait, events, pulls, imports) has
 * a connection of its own, so it never holds up a short one. Bodies are capped. A connection that is refused, breaks
 * or stays silent rejects with `engine_unavailable`; what an HTTP status means is the caller's business.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SuanlinkError } from '../../../proto/codes.ts';

/** An answer with its whole body. */
export interface Answer {
  status: number;
  text: string;
  headers: IncomingMessage['headers'];
}

/** What may be said with a request. */
export interface RequestOptions {
  /** Sent as JSON. */
  json?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Silence after which the engine counts as unavailable, in milliseconds; 0 never. Default two minutes. */
  silenceMs?: number;
  /** A connection of its own, for a request that may take long. */
  lasting?: boolean;
}

/** Largest answer that is read whole: a listing of some thousand containers. */
const maxAnswerBytes = 16 * 1024 * 1024;
const defaultSilenceMs = 120_000;

/** See the head of this file. */
export class EngineHttp {
  readonly socketPath: string;
  readonly #pool = new Agent({ keepAlive: true, maxSockets: 32, maxFreeSockets: 2 });
  readonly #closing = new AbortController();

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** One request with its whole answer, whatever its status. A read that met a stale connection is sent once more. */
  async send(method: 'GET' | 'POST' | 'DELETE', path: string, options: RequestOptions = {}): Promise<Answer> {
    try {
      return await this.#answer(await this.#open(method, path, options), path);
    } catch (caught) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (method === 'GET' && isStaleConnection(caught))
        return this.#answer(await this.#open(method, path, options), path);
      throw caught;
    }
  }

  /** A request whose answer is read as it comes, on a connection of its own. Destroy the result to hang up. */
  stream(method: 'GET' | 'POST', path: string, options: RequestOptions = {}): Promise<IncomingMessage> {
    return this.#open(method, path, { silenceMs: 0, ...options, lasting: true });
  }

  /** Reads an answer that turned out to be short (an error) to its end. */
  async whole(incoming: IncomingMessage, path: string): Promise<Answer> {
    return this.#answer(incoming, path);
  }

  /** Sends `body` as it comes, and gives the whole answer. */
  async upload(path: string, type: string, body: AsyncIterable<Uint8Array>): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = request({
      socketPath: this.socketPath,
      method: 'POST',
      path,
      agent: false,
      signal: this.#closing.signal,
      headers: { host: 'engine', 'content-type': type },
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    const sending = pipeline(Readable.from(body, { objectMode: false }), outgoing);
    // The engine may answer with an error before it has read all; then its answer says more than the broken pipe.
    sending.catch(async (error: unknown) => {
      await sleep(100);
      reject(error);
    });
    try {
      return await this.#answer(await promise, path);
    } catch (caught) {
      throw this.#unavailable(caught, `POST ${path}`);
    } finally {
      outgoing.destroy();
    }
  }

  /** Turns a connection into the raw stream of an attach; gives the engine's answer when it will not. */
  async hijack(path: string): Promise<{ socket: Socket; head: Buffer } | Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<{ socket: Socket; head: Buffer } | Answer>();
    const outgoing = request({
      socketPath: this.socketPath,
      method: 'POST',
      path,
      agent: false,
      signal: this.#closing.signal,
      timeout: defaultSilenceMs,
      headers: { host: 'engine', connection: 'Upgrade', upgrade: 'tcp' },
    });
    outgoing.on('upgrade', (_incoming, socket: Socket, head) => {
      socket.setTimeout(0);
      resolve({ socket, head });
    });
    outgoing.on('response', (incoming) => {
      this.#answer(incoming, path).then(resolve, reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`silent for ${defaultSilenceMs} ms`)));
    outgoing.on('error', reject);
    outgoing.end();
    try {
      return await promise;
    } catch (caught) {
      throw this.#unavailable(caught, `POST ${path}`);
    }
  }

  /** Ends every connection; requests under way reject. */
  close(): void {
    this.#closing.abort();
    this.#pool.destroy();
  }

  async #open(method: string, path: string, options: RequestOptions): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const body = options.json === undefined ? undefined : Buffer.from(JSON.stringify(options.json));
    const silenceMs = options.silenceMs ?? defaultSilenceMs;
    const outgoing = request({
      socketPath: this.socketPath,
      method,
      path,
      agent: options.lasting ? false : this.#pool,
      signal: options.signal ?? this.#closing.signal,
      ...(silenceMs > 0 ? { timeout: silenceMs } : {}),
      headers: {
        host: 'engine',
        ...(body ? { 'content-type': 'application/json', 'content-length': body.length } : {}),
        ...options.headers,
      },
    });
    outgoing.on('response', resolve);
    outgoing.on('timeout', () => outgoing.destroy(new Error(`silent for ${silenceMs} ms`)));
    outgoing.on('error', (error) => reject(markStale(error, outgoing.reusedSocket)));
    outgoing.end(body);
    if (options.signal) this.#endWith(outgoing);
    try {
      return await promise;
    } catch (caught) {
      if (options.signal?.aborted) throw options.signal.reason;
      throw this.#unavailable(caught, `${method} ${path}`);
    }
  }

  /** A request with a signal of its caller ends with `close` too. */
  #endWith(outgoing: { destroy(): unknown; once(event: 'close', run: () => void): unknown }): void {
    const end = (): void => {
      outgoing.destroy();
    };
    this.#closing.signal.addEventListener('abort', end, { once: true });
    outgoing.once('close', () => this.#closing.signal.removeEventListener('abort', end));
  }

  async #answer(incoming: IncomingMessage, path: string): Promise<Answer> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > maxAnswerBytes)
          throw new SuanlinkError(
            'engine_error',
            `the engine's answer to ${path} is over ${maxAnswerBytes} bytes`,
          );
        chunks.push(chunk);
      }
    } catch (caught) {
      throw this.#unavailable(caught, path);
    }
    return {
      status: incoming.statusCode ?? 0,
      text: Buffer.concat(chunks).toString(),
      headers: incoming.headers,
    };
  }

  #unavailable(caught: unknown, doing: string): SuanlinkError {
    return unavailable(this.socketPath, caught, doing);
  }
}

/** Whatever went wrong below HTTP as `engine_unavailable`, with the reason in words. */
export function unavailable(socketPath: string, caught: unknown, doing: string): SuanlinkError {
  if (caught instanceof SuanlinkError) return caught;
  const code = caught instanceof Error && 'code' in caught ? String(caught.code) : '';
  const reason = reasons[code] ?? (caught instanceof Error ? caught.message : code);
  return new SuanlinkError(
    'engine_unavailable',
    `the container engine at ${socketPath} does not answer (${reason}; ${doing.split('?')[0]})`,
    { cause: caught, details: isStaleConnection(caught) ? { stale: true } : {} },
  );
}

/** The lines of a body as they come, without empty ones; `engine_error` for one over a megabyte. */
export async function* bodyLines(incoming: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > maxLineLength)
      throw new SuanlinkError(
        'engine_error',
        `a line of the engine's answer is over ${maxLineLength} characters`,
      );
    yield* parts.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}

const maxLineLength = 1024 * 1024;

const reasons: Record<string, string> = {
  ENOENT: 'there is no such socket: is the engine running?',
  ECONNREFUSED: 'nobody listens on the socket: is the engine running?',
  EACCES: 'this user may not use the socket: is it in the engine’s group?',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
};

/** A status that nobody expected, in the engine's own words. */
export function engineError(answer: Answer, doing: string): SuanlinkError {
  return new SuanlinkError(
    'engine_error',
    `${doing}: the engine answers ${answer.status}: ${message(answer)}`,
    {
      details: { status: answer.status },
    },
  );
}

/** The engine's words in an error answer, in one line of at most 1000 characters. */
export function message(answer: Answer): string {
  return oneLine(/"message":"((?:[^"\\]|\\.)*)"/.exec(answer.text)?.[1] ?? answer.text);
}

function oneLine(text: string): string {
  return text.replaceAll('\\"', '"').replaceAll(/\s+/g, ' ').trim().slice(0, 1000);
}

function markStale(error: Error, reused: boolean): Error {
  return reused ? Object.assign(error, { stale: true }) : error;
}

/** Whether a kept connection broke before it carried an answer: the engine closed it while it lay idle. */
function isStaleConnection(caught: unknown): boolean {
  if (caught instanceof SuanlinkError) return caught.details['stale'] === true;
  return caught instanceof Error && 'stale' in caught && caught.stale === true;
}

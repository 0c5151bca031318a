/** Requests as a client makes them, with the answer read as JSON. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';

/** What came back. */
export interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body when it is JSON, else undefined. */
  body: unknown;
}

/** What to send. */
export interface Sent {
  method?: string;
  token?: string;
  /** Sent as JSON; a string as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  tls?: RequestOptions;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** One request, on a connection of its own. */
export function call(url: string, sent: Sent = {}): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const body =
    sent.body === undefined || typeof sent.body === 'string' ? sent.body : JSON.stringify(sent.body);
  const options = {
    ...sent.tls,
    agent: false,
    method: sent.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(sent.token === undefined ? {} : { authorization: `Bearer ${sent.token}` }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...sent.headers,
    },
  };
  const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, options, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('error', reject);
    response.once('end', () => {
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) });
    });
  });
  request.once('error', reject);
  request.end(body);
  return promise;
}

/** The `error` of an answer, with its status. */
export function errorOf(answered: Answered): {
  status: number;
  code: unknown;
  message: string;
  details: unknown;
} {
  const { error } = answered.body as { error: { code: unknown; message: string; details: unknown } };
  return { status: answered.status, code: error.code, message: error.message, details: error.details };
}

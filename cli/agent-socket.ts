/** The control socket of this node's agent: one request and its answer, the agent's status document. */
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isCode, SuanlinkError } from '../proto/codes.ts';
import type { LogDocument, RecentDocument, StatusSnapshot } from '../proto/status.ts';
import { SpokenError } from './i18n/spoken-error.ts';

const answerMs = 5_000;

/** Where the agent's socket is by default: the system's place for root or where it exists, else the user's own. */
export function defaultSocket(): string {
  if (process.getuid?.() === 0) return '/run/suanlink/agent.sock';
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state');
  return join(process.env['XDG_RUNTIME_DIR'] || join(state, 'suanlink/run'), 'suanlink/agent.sock');
}

/** Why nobody answers, for a person. */
function socketProblem(error: NodeJS.ErrnoException, path: string): SuanlinkError {
  const options = { cause: error };
  if (error.code === 'EACCES')
    return new SpokenError('permission_denied', 'error.socket_denied', { path }, options);
  return new SpokenError('unavailable', 'error.no_agent', { path }, options);
}

/** What came back: a document of ours, or the agent's error thrown as ours. */
function read(text: string, path: string): { schema: string } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new SpokenError('protocol_error', 'error.not_agent', { path }, { cause });
  }
  if (typeof document === 'object' && document !== null && 'schema' in document)
    return document as { schema: string };
  if (typeof document === 'object' && document !== null && 'error' in document) {
    const { code, message } = document.error as { code: string; message: string };
    throw new SuanlinkError(isCode(code) ? code : 'internal', message);
  }
  throw new SpokenError('protocol_error', 'error.not_agent', { path });
}

/** What each kind of document is. */
interface Documents {
  'suanlink.status/v1': StatusSnapshot;
  'suanlink.recent/v1': RecentDocument;
  'suanlink.log/v1': LogDocument;
}

/** Asks the agent; its status after what was asked for. `unavailable` when none runs, `permission_denied` when the socket is
 * not ours to open, and the agent's own refusals. */
export function askAgent(path: string, method: 'GET' | 'POST', route: string): Promise<StatusSnapshot> {
  return ask(path, method, route, 'suanlink.status/v1');
}

/** Asks the agent for what has happened lately. Fails as `askAgent` does. */
export function askRecent(path: string): Promise<RecentDocument> {
  return ask(path, 'GET', '/v1/recent', 'suanlink.recent/v1');
}

/** Asks the agent for a lease's last lines after number `after`. Fails as `askAgent` does. */
export function askLog(path: string, lease: string, after: number): Promise<LogDocument> {
  return ask(path, 'GET', `/v1/leases/${lease}/log?after=${after}`, 'suanlink.log/v1');
}

async function ask<Schema extends keyof Documents>(
  path: string,
  method: 'GET' | 'POST',
  route: string,
  schema: Schema,
): Promise<Documents[Schema]> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asking = request({ socketPath: path, path: route, method, timeout: answerMs }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('error', (error) => reject(socketProblem(error, path)));
    answer.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
  asking.once('timeout', () => asking.destroy(new Error(`no answer within ${answerMs / 1000} s`)));
  asking.once('error', (error) => reject(socketProblem(error, path)));
  asking.end();
  const document = read(await promise, path);
  if (document.schema !== schema)
    throw new SpokenError('protocol_error', 'error.other_form', { path, schema: document.schema });
  return document as Documents[Schema];
}

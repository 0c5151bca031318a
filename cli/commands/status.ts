/** `suanlink status`: what this node's agent says of itself, over its control socket. */
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SuanlinkError } from '../../proto/codes.ts';
import type { StatusSnapshot } from '../../proto/status.ts';
import { exitCodes } from '../exit-codes.ts';
import { statusText } from '../status-text.ts';
import { print, say } from '../terminal.ts';

/** Options of `status`. */
export interface StatusOptions {
  socket?: string;
  output: 'table' | 'json';
}

const answerMs = 5_000;

/** Where the agent's socket is by default: the system's place for root or where it exists, else the user's own. */
function defaultSocket(): string {
  if (process.getuid?.() === 0) return '/run/suanlink/agent.sock';
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state');
  return join(process.env['XDG_RUNTIME_DIR'] || join(state, 'suanlink/run'), 'suanlink/agent.sock');
}

/** Why nobody answers, for a person. */
function socketProblem(error: NodeJS.ErrnoException, path: string): SuanlinkError {
  const options = { cause: error };
  if (error.code === 'EACCES')
    return new SuanlinkError(
      'permission_denied',
      `you may not open ${path}; run as root, or join the group that owns it (sudo usermod -aG suanlink $USER, then log in again)`,
      options,
    );
  return new SuanlinkError(
    'unavailable',
    `no agent answers at ${path}; start it (systemctl start suanlink, or suanlink agent), or name its socket with --socket`,
    options,
  );
}

/** The agent's status document; `unavailable` when none runs, `permission_denied` when the socket is not ours to open. */
async function readStatus(path: string): Promise<StatusSnapshot> {
  const { promise, resolve, reject } = Promise.withResolvers<StatusSnapshot>();
  const asking = request({ socketPath: path, path: '/v1/status', timeout: answerMs }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('error', (error) => reject(socketProblem(error, path)));
    answer.once('end', () => {
      try {
        const document: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        if (typeof document !== 'object' || document === null || !('schema' in document))
          throw new SyntaxError('it is not a status document');
        resolve(document as StatusSnapshot);
      } catch (cause) {
        reject(
          new SuanlinkError('protocol_error', `what answers at ${path} is not a suanlink agent`, { cause }),
        );
      }
    });
  });
  asking.once('timeout', () => asking.destroy(new Error(`no answer within ${answerMs / 1000} s`)));
  asking.once('error', (error) => reject(socketProblem(error, path)));
  asking.end();
  return promise;
}

/** Prints the status; 3 when no agent runs or it is not connected to its scheduler. */
export async function showStatus(options: StatusOptions): Promise<number> {
  const path = options.socket ?? defaultSocket();
  let status: StatusSnapshot;
  try {
    status = await readStatus(path);
  } catch (caught) {
    const error = SuanlinkError.from(caught);
    if (error.code !== 'unavailable') throw error;
    say(`suanlink status: ${error.message}`);
    return exitCodes.not_connected;
  }
  print(options.output === 'json' ? JSON.stringify(status, null, 2) : statusText(status));
  return status.scheduler.state === 'connected' ? exitCodes.ok : exitCodes.not_connected;
}

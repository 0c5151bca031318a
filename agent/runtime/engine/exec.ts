/**
 * A command inside a running container (edge), for short looks from inside: its output is capped, and it has a deadline.
 *
 * How it works. The engine makes the command, starts it on a connection of its own with framed output, and is asked for
 * the exit code at the end of that. An engine cannot end such a command, so at the deadline, or when it prints too much,
 * we hang up: it goes on unheard and ends with its container, by whose limits it is bound all the time.
 *
 * A command that the image has not got is told in three ways: by the status of the start (Podman, newer Docker), by exit
 * code 126 or 127 with the words of the OCI runtime on the output (older Docker), or by both.
 */
import type { IncomingMessage } from 'node:http';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { ExecLimits, ExecResult } from '../runtime.ts';
import type { Connection } from './connection.ts';
import { decodeCreated, decodeExec } from './decode.ts';
import { type Answer, engineError, message } from './http.ts';
import { Demultiplexer } from './multiplex.ts';
import { startError } from './start.ts';

/** See the head of this file. */
export async function execInside(
  connection: Connection,
  id: string,
  argv: readonly string[],
  limits: ExecLimits,
): Promise<ExecResult> {
  const late = new AbortController();
  const cancel = connection.clock.at(connection.clock.now() + limits.timeoutMs, () => late.abort());
  try {
    const { api } = await connection.facts();
    const made = await connection.http.send('POST', `${api}/containers/${id}/exec`, {
      json: { AttachStdout: true, AttachStderr: true, AttachStdin: false, Tty: false, Cmd: argv },
      signal: late.signal,
    });
    if (made.status !== 201) throw execError(made, id);
    const exec = `${api}/exec/${decodeCreated(made.text)}`;
    const stream = await connection.http.stream('POST', `${exec}/start`, {
      json: { Detach: false, Tty: false },
      signal: late.signal,
    });
    if (stream.statusCode !== 200) throw execError(await connection.http.whole(stream, exec), id);
    const output = await take(stream, limits.maxBytes);
    if (output.truncated) return { exitCode: -1, ...output };
    return ended(await exitCode(connection, `${exec}/json`, late.signal), output);
  } catch (caught) {
    if (!late.signal.aborted) throw caught;
    throw new SuanlinkError('deadline_exceeded', `${argv[0]} has not ended after ${limits.timeoutMs} ms`, {
      cause: caught,
    });
  } finally {
    cancel();
  }
}

type Output = Omit<ExecResult, 'exitCode'>;

/** Reads until the end, or until `maxBytes` are here; then hangs up. */
async function take(stream: IncomingMessage, maxBytes: number): Promise<Output> {
  const frames = new Demultiplexer();
  const parts = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  let left = maxBytes;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (const piece of frames.push(chunk)) {
      const data = piece.data.subarray(0, Math.max(0, left));
      left -= piece.data.length;
      parts[piece.stream].push(data);
    }
    if (left < 0) break;
  }
  stream.destroy();
  const text = (of: Uint8Array[]): string => Buffer.concat(of).toString();
  return { stdout: text(parts.stdout), stderr: text(parts.stderr), truncated: left < 0 };
}

/** The exit code, which Podman notes some milliseconds after the end of the output. */
async function exitCode(connection: Connection, path: string, signal: AbortSignal): Promise<number> {
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, 50)) {
    const answer = await connection.http.send('GET', path, { signal });
    if (answer.status !== 200) throw engineError(answer, 'asking for the end of a command');
    const code = decodeExec(answer.text);
    if (code !== undefined) return code;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = connection.clock.at(connection.clock.now() + pauseMs, resolve);
    signal.addEventListener('abort', reject, { once: true });
    await promise.finally(cancel);
  }
}

/** The result; for a command that could not be run, the error. Docker says 126 for all of them, Podman 126 or 127. */
function ended(exitCode: number, output: Output): ExecResult {
  const said = `${output.stdout}${output.stderr}`.trim();
  if ((exitCode !== 126 && exitCode !== 127) || !ofRuntime.test(said)) return { exitCode, ...output };
  const { code } = startError({ status: 400, text: said, headers: {} }, '');
  const isMissing = code === 'command_not_found' || (exitCode === 127 && code !== 'command_not_executable');
  throw new SuanlinkError(isMissing ? 'command_not_found' : 'command_not_executable', said);
}

/** Words of the OCI runtime (runc, crun) or of the engine about it, not of the command. */
const ofRuntime = /\bOCI (?:runtime|permission)/;

/** Why the engine did not run it: Podman answers 409, 404 or 500 where Docker answers 404 or 409. */
function execError(answer: Answer, id: string): SuanlinkError {
  const text = message(answer);
  const gone = answer.status === 404 && /no such container|no container with/i.test(text);
  if (gone || answer.status === 409 || /not running|container state improper/i.test(text))
    return new SuanlinkError('not_found', `container ${id} does not run`);
  const error = startError(answer, id);
  const isCommand = error.code === 'command_not_found' || error.code === 'command_not_executable';
  return isCommand ? error : engineError(answer, 'running a command in a container');
}

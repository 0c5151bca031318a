/**
 * Starts a container so that no byte it writes is missed, and follows its output to the end (edge).
 *
 * How it works. Attach first, then start: Docker attaches to a container that is only created; Podman must have
 * initialised it. Bytes then come framed on one connection; while the sink's promise is open nothing more is read, so
 * the engine's pipe fills and the container blocks: nothing grows.
 *
 * The end of that connection alone proves nothing: it looks the same when the container ended, when it closed its
 * output and runs on, and when the engine was killed. So at the end the engine is asked. Only "exited", said by the
 * engine process that we were attached to (see presence.ts), makes the output complete; in every other case the
 * caller goes on with the engine's log.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { ObservedContainer, OutputSink } from '../runtime.ts';
import type { Connection } from './connection.ts';
import { type Answer, engineError, message } from './http.ts';
import { Demultiplexer } from './multiplex.ts';

/** What `start` gives. */
export interface Started {
  startedAtMs: number;
  drained: Promise<{ complete: boolean }>;
}

/** Longest pause between two looks at a container whose output has ended, in milliseconds. */
const lookAgainMs = 8;
/** Looks after which it counts as running on: about two seconds. Podman takes some 10 ms, on a busy machine more. */
const maxLooks = 250;

/** Who is told of the end: `atEnd` when the output has ended, `onExit` when the exit state is known with it. */
interface Ends {
  atEnd: () => void;
  onExit: (observed: ObservedContainer) => void;
}

/** See the head of this file. */
export async function startContainer(
  connection: Connection,
  id: string,
  sink: OutputSink,
  ends: Ends,
): Promise<Started> {
  const { api, dialect } = await connection.facts();
  const preparation = dialect.preparation(id);
  if (preparation) {
    const prepared = await connection.http.send('POST', preparation);
    if (prepared.status !== 204 && prepared.status !== 304) throw startError(prepared, id);
  }
  const term = await connection.presence.term();
  const attach = await connection.http.hijack(
    `${api}/containers/${id}/attach?stream=true&stdout=true&stderr=true`,
  );
  if (!('socket' in attach)) throw startError(attach, id);
  const reading = drain(attach.socket, attach.head, sink);
  const startedAtMs = connection.clock.wall();
  const answer = await connection.http
    .send('POST', `${api}/containers/${id}/start`)
    .catch((caught: unknown) => {
      attach.socket.destroy();
      throw caught;
    });
  if (answer.status === 304) {
    // It ran already, so its first bytes went by before we attached.
    attach.socket.destroy();
    return { startedAtMs, drained: Promise.resolve({ complete: false }) };
  }
  if (answer.status !== 204) {
    attach.socket.destroy();
    throw startError(answer, id);
  }
  return { startedAtMs, drained: finish(connection, id, term, reading, ends) };
}

/** Hands all bytes to the sink; true when the stream ended between two frames. Never rejects. */
async function drain(
  socket: AsyncIterable<Buffer> & { destroy(): unknown },
  head: Buffer,
  sink: OutputSink,
): Promise<boolean> {
  const frames = new Demultiplexer();
  const take = async (chunk: Buffer): Promise<void> => {
    for (const piece of frames.push(chunk)) {
      const held = sink(piece);
      if (held) await held;
    }
  };
  try {
    if (head.length > 0) await take(head);
    for await (const chunk of socket) await take(chunk);
    return frames.whole;
  } catch {
    // The connection broke or the sink refused: the caller learns it as "not complete" and reads the log instead.
    socket.destroy();
    return false;
  }
}

async function finish(
  connection: Connection,
  id: string,
  term: number,
  reading: Promise<boolean>,
  ends: Ends,
): Promise<{ complete: boolean }> {
  const whole = await reading;
  try {
    ends.atEnd();
    const observed = await endOf(connection, id);
    if (observed) ends.onExit(observed);
    return { complete: whole && observed !== undefined && connection.presence.same(term) };
  } catch {
    return { complete: false }; // The engine does not answer: `wait` will say so.
  }
}

/** The exit state, if the container is reported as ended soon enough. */
async function endOf(connection: Connection, id: string): Promise<ObservedContainer | undefined> {
  for (let looks = 1; looks <= maxLooks; looks++) {
    const observed = (await connection.inspect(id))?.observed;
    if (!observed || observed.state === 'exited') return observed;
    await sleep(Math.min(looks, lookAgainMs));
  }
  return undefined;
}

/** Only words about the command itself: a device, mount or cgroup file can be missing or forbidden as well. */
const notFound = /executable file .*not found|exec: "[^"]*": .*no such file or directory/i;
const notExecutable =
  /exec: "[^"]*": .*(permission denied|is a directory|exec format error)|open executable: (permission denied|operation not permitted)/i;

/** Why a start failed, from the engine's words: all engines pass on those of the OCI runtime (runc, crun). */
export function startError(answer: Answer, id: string): SuanlinkError {
  const text = message(answer);
  if (answer.status === 404 && /no such container|no container with/i.test(text))
    return new SuanlinkError('not_found', `there is no container ${id}`);
  if (notFound.test(text))
    return new SuanlinkError('command_not_found', `the image has no such command: ${tail(text)}`);
  if (notExecutable.test(text))
    return new SuanlinkError('command_not_executable', `the command cannot be executed: ${tail(text)}`);
  if (answer.status >= 400)
    return new SuanlinkError('container_start_failed', `the engine could not start the container: ${text}`);
  return engineError(answer, `starting container ${id}`);
}

/** The end of the runtime's chain of errors, which names the command. */
function tail(text: string): string {
  return /exec: .*$/.exec(text)?.[0] ?? text;
}

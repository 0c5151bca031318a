/**
 * Reads a container's output from the engine's own log (edge), for containers that we did not start ourselves: after an
 * agent's restart, or when an attach connection was lost.
 *
 * How it works. Where the log file is on this machine and we may read it, it is read directly and followed by looking
 * again: it holds every byte. Elsewhere the log endpoint serves; Docker follows it, Podman is asked again (its
 * follower drops lines). Either way the container's end is waited for beside it, and the log is read once more after
 * the engine has finished with the container: only then is it complete.
 */
import { constants } from 'node:fs';
import { access, type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { OutputFrom, OutputPiece, OutputSink } from '../runtime.ts';
import type { Connection } from './connection.ts';
import type { LogFile } from './dialect.ts';
import { engineError } from './http.ts';
import { LogParser } from './log-parse.ts';
import { after, Demultiplexer } from './multiplex.ts';
import { waitForExit } from './wait.ts';

const lookAgainMs = 50;
const askAgainMs = 500;
const chunkBytes = 256 * 1024;
/** Looks at a container, 5 ms apart, until Podman must have cleaned up behind it; its log was complete before that. */
const settleTries = 400;

/**
 * Gives the sink all output from `from` on and resolves when the container has ended and its log was read to the end;
 * `complete: false` when the signal came first. `not_found` when the container is gone, `engine_unavailable`.
 */
export async function readOutput(
  connection: Connection,
  id: string,
  from: OutputFrom,
  sink: OutputSink,
  signal: AbortSignal,
  readLogFiles: boolean,
): Promise<{ complete: boolean }> {
  const { dialect } = await connection.facts();
  const inspected = await connection.inspect(id);
  if (!inspected) throw new SuanlinkError('not_found', `there is no container ${id}`);
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const end: End = { settled: false };
  const ending = watchEnd(connection, id, either, end);
  try {
    const file = readLogFiles ? dialect.logFile(id, inspected) : undefined;
    const take = taker(from, sink);
    if (file && (await readable(file.path))) await readFile(file, take, end, either);
    else await readEndpoint(connection, id, take, end, either);
    if (signal.aborted) return { complete: false };
    if (end.failure) throw end.failure;
    return { complete: true };
  } finally {
    stop.abort();
    await ending;
  }
}

/** What the watcher has found out: the engine has finished with the container, or cannot be asked any more. */
interface End {
  settled: boolean;
  failure?: SuanlinkError;
}

type Take = (piece: OutputPiece) => Promise<void>;

async function watchEnd(connection: Connection, id: string, signal: AbortSignal, end: End): Promise<void> {
  try {
    await waitForExit(connection, id, signal);
    for (let tries = 0; tries < settleTries && !(await connection.inspect(id))?.settled; tries++)
      await sleep(5);
  } catch (caught) {
    if (!signal.aborted) end.failure = SuanlinkError.from(caught, 'engine_error', 'waiting for the end');
  }
  end.settled = true;
}

/** Skips what was taken before; what overlaps is cut. */
function taker(from: OutputFrom, sink: OutputSink): Take {
  return async (piece) => {
    const fresh = after(from, piece);
    const held = fresh && sink(fresh);
    if (held) await held;
  };
}

async function readable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false; // Another machine, another mount namespace, another user: the endpoint serves.
  }
}

async function readFile(log: LogFile, take: Take, end: End, signal: AbortSignal): Promise<void> {
  await using file = await open(log.path, 'r');
  const parser = new LogParser(log.format);
  const buffer = Buffer.alloc(chunkBytes);
  for (let position = 0; !signal.aborted; ) {
    // Noted before the read: what was written before the end is then surely read.
    const last = end.settled;
    position = await readOn(file, buffer, position, parser, take, signal);
    if (last) return;
    if (!end.settled) await pause(lookAgainMs, signal);
  }
}

async function readOn(
  file: FileHandle,
  buffer: Buffer,
  from: number,
  parser: LogParser,
  take: Take,
  signal: AbortSignal,
): Promise<number> {
  for (let position = from; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0 || signal.aborted) return position;
    position += bytesRead;
    for (const piece of parser.push(buffer.subarray(0, bytesRead))) await take(piece);
  }
}

async function readEndpoint(
  connection: Connection,
  id: string,
  take: Take,
  end: End,
  signal: AbortSignal,
): Promise<void> {
  const { api, dialect } = await connection.facts();
  const seen: OutputFrom = { stdout: 0, stderr: 0 };
  while (!signal.aborted) {
    const last = end.settled;
    const follow = dialect.followsLogs && !last;
    const path = `${api}/containers/${id}/logs?stdout=true&stderr=true&follow=${String(follow)}`;
    await readOnce(connection, path, taker(seen, countInto(seen, take)), signal);
    if (last) return;
    if (!end.settled) await pause(dialect.followsLogs ? lookAgainMs : askAgainMs, signal);
  }
}

/** Every request begins at the first byte again; `seen` is how far the ones before came. */
function countInto(seen: OutputFrom, take: Take): OutputSink {
  return async (piece) => {
    await take(piece);
    seen[piece.stream] = piece.offset + piece.data.length;
  };
}

async function readOnce(
  connection: Connection,
  path: string,
  take: Take,
  signal: AbortSignal,
): Promise<void> {
  try {
    const answer = await connection.http.stream('GET', path, { signal });
    if (answer.statusCode !== 200)
      throw engineError(await connection.http.whole(answer, path), 'reading the log');
    const frames = new Demultiplexer();
    for await (const chunk of answer as AsyncIterable<Buffer>)
      for (const piece of frames.push(chunk)) await take(piece);
  } catch (caught) {
    if (signal.aborted) return;
    throw SuanlinkError.from(caught, 'engine_unavailable', 'the engine hung up while its log was read');
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/** The agent's control socket as a stream of events for the view (edge). */
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { SuanlinkError } from '../../proto/codes.ts';
import type { LastDocument, StatusSnapshot } from '../../proto/status.ts';
import { readLines } from '../client/lines.ts';
import { complete } from './model/complete.ts';
import type { TuiEvent } from './model/reduce.ts';
import { savedPath } from './model/saved.ts';
import { type Cause, type Failure, type Feed, subscribe } from './subscription.ts';

/** Why a connection failed. */
function causeOf(error: Failure, wasLive: boolean): Cause {
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'denied';
  if (error.code === 'protocol_error') return 'foreign';
  return wasLive ? 'lost' : 'absent';
}

async function* statuses(
  socketPath: string,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<StatusSnapshot> {
  const asking = request({ socketPath, path: `/v1/watch?interval_ms=${intervalMs}`, signal });
  asking.end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  // What goes wrong from here on is told by the answer.
  asking.on('error', () => {});
  for await (const line of readLines(answer)) {
    const status = readStatus(line);
    if (!status) throw new SuanlinkError('protocol_error', 'this is no status');
    yield status;
  }
}

/** What the agent has left behind, for when it does not run. */
function readSaved(socket: string, tell: (event: TuiEvent) => void): void {
  const path = savedPath(socket);
  try {
    const last = JSON.parse(readFileSync(path, 'utf8')) as LastDocument;
    const at = statSync(path).mtimeMs;
    if (last.schema === 'suanlink.last/v1') tell({ kind: 'saved', last, at });
  } catch {
    return; // There is none, or it is not ours to read: the view says that there is no snapshot.
  }
}

/** A document of the agent; undefined when it is none. */
function readStatus(text: string): StatusSnapshot | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const known =
      typeof document === 'object' &&
      document !== null &&
      'schema' in document &&
      document.schema === 'suanlink.status/v1';
    return known ? complete(document as StatusSnapshot) : undefined;
  } catch {
    return undefined;
  }
}

/** Subscribes; `tell` is called for everything that happens until `close`. */
export function openFeed(socket: string, intervalMs: number, tell: (event: TuiEvent) => void): Feed {
  const source = {
    open: (signal: AbortSignal) => statuses(socket, intervalMs, signal),
    patienceMs: Math.max(15_000, 3 * intervalMs),
    causeOf,
  };
  return subscribe(source, {
    heard: (status) => tell({ kind: 'status', status }),
    down(connection) {
      tell({ kind: 'connection', connection });
      if (connection.cause === 'absent') readSaved(socket, tell);
    },
  });
}

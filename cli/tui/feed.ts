/**
 * The agent's control socket as a stream of events for the view (edge): subscribes, and when that breaks says why, and
 * tries again after 1, 2, 4 … 10 s for as long as it takes.
 */
import { readFileSync, statSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { readLines } from '../client/lines.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import type { LastDocument, StatusSnapshot } from '../../proto/status.ts';
import { complete } from './model/complete.ts';
import type { TuiEvent } from './model/reduce.ts';
import type { Connection } from './model/state.ts';
import { savedPath } from './model/saved.ts';

/** Longest pause between two tries. */
const maxPauseMs = 10_000;

type Cause = Extract<Connection, { kind: 'down' }>['cause'];

/** A subscription that lasts until it is closed. */
export interface Feed {
  /** Tries now rather than at the end of the pause. */
  retry(): void;
  close(): void;
}

/** Pause before try number `failures` (from 1). */
function pauseMs(failures: number): number {
  return Math.min(maxPauseMs, 1000 * 2 ** Math.max(0, failures - 1));
}

/** Why a connection failed. */
function causeOf(error: { code?: string }, wasLive: boolean): Cause {
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'denied';
  if (error.code === 'protocol_error') return 'foreign';
  return wasLive ? 'lost' : 'absent';
}

class Subscription implements Feed {
  readonly #socket: string;
  readonly #intervalMs: number;
  readonly #tell: (event: TuiEvent) => void;
  #request: ClientRequest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;
  #failures = 0;
  #since = 0;
  #live = false;
  #closed = false;

  constructor(socket: string, intervalMs: number, tell: (event: TuiEvent) => void) {
    this.#socket = socket;
    this.#intervalMs = intervalMs;
    this.#tell = tell;
    this.#subscribe();
  }

  retry(): void {
    if (this.#live || this.#closed) return;
    this.#failures = 0;
    this.#subscribe();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#request?.destroy();
  }

  #subscribe(): void {
    clearTimeout(this.#timer);
    this.#request?.destroy();
    const asking = request({
      socketPath: this.#socket,
      path: `/v1/watch?interval_ms=${this.#intervalMs}`,
    });
    this.#request = asking;
    this.#listenForSilence();
    asking.once('response', (answer) => {
      this.#read(answer, asking).then(
        () => this.#lost(asking, new Error('the agent has hung up')),
        (error: unknown) => this.#lost(asking, SuanlinkError.from(error)),
      );
    });
    asking.once('error', (error) => this.#lost(asking, error));
    asking.end();
  }

  async #read(answer: AsyncIterable<unknown>, asking: ClientRequest): Promise<void> {
    for await (const line of readLines(answer)) this.#heard(line, asking);
  }

  #listenForSilence(): void {
    clearTimeout(this.#silence);
    const patienceMs = Math.max(15_000, 3 * this.#intervalMs);
    this.#silence = setTimeout(
      () => this.#request && this.#lost(this.#request, new Error('the agent is silent')),
      patienceMs,
    );
  }

  #heard(line: string, asking: ClientRequest): void {
    if (asking !== this.#request || this.#closed) return;
    const status = readStatus(line);
    if (!status) {
      this.#lost(asking, Object.assign(new Error('this is no status'), { code: 'protocol_error' }));
      return;
    }
    this.#live = true;
    this.#failures = 0;
    this.#listenForSilence();
    // Outside of this reading: a fault of the view is no failure of the connection.
    setImmediate(() => this.#closed || this.#tell({ kind: 'status', status }));
  }

  #lost(asking: ClientRequest, error: Error & { code?: string }): void {
    if (asking !== this.#request || this.#closed) return;
    this.#request = undefined;
    asking.on('error', () => {});
    asking.destroy();
    clearTimeout(this.#silence);
    if (this.#failures === 0) this.#since = Date.now();
    this.#failures += 1;
    const cause = causeOf(error, this.#live);
    this.#live = false;
    const waitMs = pauseMs(this.#failures);
    const retryAt = Date.now() + waitMs;
    this.#tell({
      kind: 'connection',
      connection: { kind: 'down', cause, message: error.message, since: this.#since, retryAt },
    });
    if (cause === 'absent') this.#readSaved();
    this.#timer = setTimeout(() => this.#subscribe(), waitMs);
  }

  /** What the agent has left behind, for when it does not run. */
  #readSaved(): void {
    const path = savedPath(this.#socket);
    try {
      const last = JSON.parse(readFileSync(path, 'utf8')) as LastDocument;
      const at = statSync(path).mtimeMs;
      if (last.schema === 'suanlink.last/v1') this.#tell({ kind: 'saved', last, at });
    } catch {
      return; // There is none, or it is not ours to read: the view says that there is no snapshot.
    }
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
  return new Subscription(socket, intervalMs, tell);
}

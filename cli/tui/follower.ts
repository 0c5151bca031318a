/** Keeps what is on the screen beside the status up to date (edge): what has happened lately, and one lease's log. Each is
 * asked for when it may have changed, one request at a time. */
import { SuanlinkError } from '../../proto/codes.ts';
import { askLog, askRecent } from '../agent-socket.ts';
import type { TuiEvent } from './model/reduce.ts';
import type { TuiState } from './model/state.ts';

/** See the head of this file. */
export class Follower {
  readonly #socket: string;
  readonly #tell: (event: TuiEvent) => void;
  #askingRecent = false;
  #askingLog = '';

  constructor(socket: string, tell: (event: TuiEvent) => void) {
    this.#socket = socket;
    this.#tell = tell;
  }

  /** Looks whether `state` needs something. */
  look(state: TuiState): void {
    if (state.connection.kind !== 'live' || !state.status || state.paused) return;
    // An agent of an older release has neither.
    const seq = (state.status.agent as { recent_seq?: number }).recent_seq;
    if (seq !== undefined && seq !== state.recent?.seq) this.#recent();
    const { detail } = state;
    if (detail && detail.kind !== 'device' && seq !== undefined) this.#log(detail.id, state);
  }

  #recent(): void {
    if (this.#askingRecent) return;
    this.#askingRecent = true;
    askRecent(this.#socket).then(
      (recent) => {
        this.#askingRecent = false;
        this.#tell({ kind: 'recent', recent });
      },
      () => {
        this.#askingRecent = false; // The subscription says that the agent is gone; the next status asks again.
      },
    );
  }

  #log(lease: string, { log }: TuiState): void {
    if (this.#askingLog === lease) return;
    this.#askingLog = lease;
    const after = log.lease === lease ? (log.lines.at(-1)?.number ?? 0) : 0;
    askLog(this.#socket, lease, after).then(
      ({ lines }) => this.#told(lease, { kind: 'log', lease, lines, problem: '' }),
      (caught: unknown) =>
        this.#told(lease, { kind: 'log', lease, lines: [], problem: SuanlinkError.from(caught).message }),
    );
  }

  #told(lease: string, event: TuiEvent): void {
    if (this.#askingLog === lease) this.#askingLog = '';
    this.#tell(event);
  }
}

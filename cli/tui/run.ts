/**
 * `suanlink top` on a terminal (edge): feeds keys, the agent's status and time into `reduce`, draws what `frame` makes of
 * the state, and does what is asked for.
 *
 * Frames. A key is drawn at once. What the agent says is drawn at most once per interval, unless something has changed
 * that an operator waits for (a state, not a number).
 */
import { SuanlinkError } from '../../proto/codes.ts';
import { askAgent } from '../agent-socket.ts';
import { spoken } from '../i18n/spoken-error.ts';
import { type Language, translator, type Translate } from '../i18n/translate.ts';
import type { Effect } from './model/effects.ts';
import { headline } from './model/headline.ts';
import { reduce, type TuiEvent } from './model/reduce.ts';
import { startState, type TuiState } from './model/state.ts';
import { openFeed } from './feed.ts';
import { Follower } from './follower.ts';
import { Stage } from './stage.ts';
import type { Feed } from './subscription.ts';
import type { Colour } from './term/paint.ts';
import { shellCommand } from './model/shell-command.ts';
import { visit } from './visit.ts';
import { frame, pageOf } from './view/frame.ts';
import { ascii, unicode } from './view/glyphs.ts';
import { shortId } from './model/format.ts';

/** What the view is opened with. */
export interface TopOptions {
  socket: string;
  version: string;
  language: Language;
  intervalMs: number;
  readonly: boolean;
  ascii: boolean;
  colour: Colour;
}

/** How often a countdown is drawn. */
const tickMs = 1_000;

class Top {
  readonly #options: TopOptions;
  readonly #stage: Stage;
  readonly #feed: Feed;
  readonly #follower: Follower;
  #state: TuiState;
  #drawnAt = 0;
  #scrollMax = 0;
  #pending: NodeJS.Timeout | undefined;
  /** A shell has the screen. */
  #visiting = false;
  readonly #tick: NodeJS.Timeout;

  constructor(options: TopOptions) {
    this.#options = options;
    const { socket, version, language, intervalMs, readonly } = options;
    this.#state = startState({
      now: Date.now(),
      socket,
      ownVersion: version,
      language,
      readonly,
      intervalMs,
    });
    const { colour } = options;
    this.#stage = new Stage({
      ...{ colour, version },
      onKey: (key) => this.#key(key),
      redraw: () => this.#draw(),
    });
    this.#draw();
    this.#follower = new Follower(socket, (event) => this.#take(event));
    this.#feed = openFeed(socket, intervalMs, (event) => this.#take(event));
    this.#tick = setInterval(() => this.#counted(), tickMs);
  }

  /** Runs until it is quit; the exit code. */
  async run(): Promise<number> {
    const code = await this.#stage.ended;
    this.#close();
    return code;
  }

  #close(): void {
    clearInterval(this.#tick);
    clearTimeout(this.#pending);
    this.#feed.close();
    this.#stage.close();
  }

  #take(event: TuiEvent): void {
    const before = this.#state;
    const { state, effects } = reduce(before, event, Date.now());
    this.#state = state;
    for (const effect of effects) this.#do(effect);
    // What has just been told needs no second look: an answer is looked at with the next status or key.
    if (event.kind === 'status' || event.kind === 'key') this.#follower.look(state);
    const urgent = event.kind !== 'status' || headline(before) !== headline(state);
    const wait = urgent ? 0 : this.#drawnAt + this.#options.intervalMs - 50 - Date.now();
    if (wait <= 0) this.#draw();
    else this.#pending ??= setTimeout(() => this.#draw(), wait);
  }

  #key(key: string): void {
    const { cols, rows } = this.#stage.size();
    const { redraw } = this.#state;
    this.#take({ kind: 'key', key, page: pageOf(cols, rows), scrollMax: this.#scrollMax });
    if (this.#state.redraw !== redraw) this.#stage.again();
  }

  /** Time alone changes the screen while something counts down or a word stands for a moment. */
  #counted(): void {
    const { connection, toast, status } = this.#state;
    const counting =
      connection.kind === 'down' || toast !== undefined || status?.scheduler.state === 'waiting';
    const stale = status !== undefined && Date.now() - this.#state.statusAt > 2 * this.#options.intervalMs;
    if (counting || stale) this.#take({ kind: 'tick' });
  }

  #draw(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    if (this.#visiting) return;
    this.#drawnAt = Date.now();
    const { cols, rows } = this.#stage.size();
    const glyphs = this.#options.ascii ? ascii : unicode;
    const t = translator(this.#state.language);
    const { lines, scrollMax } = frame(this.#state, cols, rows, glyphs, t);
    this.#scrollMax = scrollMax;
    this.#stage.show(lines);
  }

  #do(effect: Effect): void {
    switch (effect.kind) {
      case 'quit':
        return this.#stage.end(0);
      case 'retry':
        return this.#feed.retry();
      case 'copy':
        this.#stage.copy(effect.text);
        return this.#told('ok', 'toast.copied', { id: effect.text });
      case 'drain': {
        const query = new URLSearchParams({ reason: effect.reason });
        if (effect.deadlineMs !== undefined) query.set('deadline_ms', String(effect.deadlineMs));
        return this.#ask(`/v1/drain?${query.toString()}`, 'told.drained');
      }
      case 'undrain':
        return this.#ask('/v1/undrain', 'told.undrained');
      case 'reconnect':
        return this.#ask('/v1/reconnect', 'told.reconnecting');
      case 'cancel': {
        const query = new URLSearchParams({ reason: effect.reason });
        const lease = shortId(effect.lease);
        return this.#ask(`/v1/leases/${effect.lease}/end?${query.toString()}`, 'told.cancelled', { lease });
      }
      case 'shell':
        return this.#shellIn(effect.lease);
    }
  }

  /** The screen and the keys are the shell's until it ends. */
  #shellIn(id: string): void {
    const { status } = this.#state;
    const command =
      status &&
      shellCommand(
        status.engine,
        status.leases.find((lease) => lease.id === id),
      );
    if (!command) return this.#told('warn', 'told.no_shell', {});
    this.#visiting = true;
    this.#stage.lend();
    const back = (): void => {
      this.#visiting = false;
      this.#stage.reclaim();
    };
    visit(command, () => this.#stage.size()).then(
      (code) => {
        back();
        if (code !== 0) this.#told('warn', 'told.shell_ended', { code: String(code) });
      },
      (caught: unknown) => {
        back();
        this.#refused(caught);
      },
    );
  }

  #ask(route: string, done: Parameters<Translate>[0], values: Record<string, string> = {}): void {
    askAgent(this.#options.socket, 'POST', route).then(
      (status) => {
        this.#take({ kind: 'status', status });
        this.#told('ok', done, values);
      },
      (caught: unknown) => this.#refused(caught),
    );
  }

  #refused(caught: unknown): void {
    const reason = spoken(SuanlinkError.from(caught), this.#state.language);
    this.#told('crit', 'told.refused', { reason });
  }

  #told(role: 'ok' | 'warn' | 'crit', key: Parameters<Translate>[0], values: Record<string, string>): void {
    this.#take({ kind: 'told', role, text: translator(this.#state.language)(key, values) });
  }
}

/** Shows the view until it is quit; the exit code. */
export function runTop(options: TopOptions): Promise<number> {
  return new Top(options).run();
}

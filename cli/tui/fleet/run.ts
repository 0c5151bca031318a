/**
 * `suanlink top --fleet` on a terminal (edge): feeds keys, the scheduler's stream and time into `reduceFleet`, draws what
 * `fleetFrame` makes of the state, and does what is asked for. A key is drawn at once, before anything else is looked at.
 */
import type { Client } from '../../client/client.ts';
import { type Language, translator } from '../../i18n/translate.ts';
import { Stage } from '../stage.ts';
import type { Feed } from '../subscription.ts';
import type { Colour } from '../term/paint.ts';
import { ascii, unicode } from '../view/glyphs.ts';
import { type FleetEffect, type FleetViewEvent, reduceFleet } from './model/reduce.ts';
import { type FleetState, startFleet } from './model/state.ts';
import { Finder, openFleet } from './source.ts';
import { fleetExtent, fleetFrame } from './view/frame.ts';

/** What the view is opened with. */
export interface FleetTopOptions {
  client: Client;
  url: string;
  version: string;
  language: Language;
  intervalMs: number;
  ascii: boolean;
  colour: Colour;
}

/** How often what counts down or ages is drawn. */
const tickMs = 1_000;

class FleetTop {
  readonly #options: FleetTopOptions;
  readonly #stage: Stage;
  readonly #feed: Feed;
  readonly #finder: Finder;
  readonly #tick: NodeJS.Timeout;
  #state: FleetState;
  #scrollMax = 0;

  constructor(options: FleetTopOptions) {
    this.#options = options;
    const { client, url, language, intervalMs, colour, version } = options;
    this.#state = startFleet({ now: Date.now(), url, language, intervalMs });
    this.#stage = new Stage({
      ...{ colour, version },
      onKey: (key) => this.#key(key),
      redraw: () => this.#draw(),
    });
    this.#draw();
    this.#finder = new Finder(client, (event) => this.#take(event));
    this.#feed = openFleet(client, intervalMs, (event) => this.#take(event));
    this.#tick = setInterval(() => this.#counted(), tickMs);
  }

  /** Runs until it is quit; the exit code. */
  async run(): Promise<number> {
    const code = await this.#stage.ended;
    clearInterval(this.#tick);
    this.#feed.close();
    this.#stage.close();
    this.#options.client.close();
    return code;
  }

  #take(event: FleetViewEvent): void {
    const { state, effects } = reduceFleet(this.#state, event, Date.now());
    this.#state = state;
    this.#draw();
    for (const effect of effects) this.#do(effect);
    // What has just been told needs no second look: an answer is looked at with the next update or key.
    if (event.kind === 'fleet' || event.kind === 'key') this.#finder.look(state);
  }

  #key(key: string): void {
    const { cols, rows } = this.#stage.size();
    const { redraw } = this.#state;
    this.#take({ kind: 'key', key, extent: fleetExtent(this.#state, cols, rows, this.#scrollMax) });
    if (this.#state.redraw !== redraw) this.#stage.again();
  }

  /** Time alone changes the screen while something counts down or ages. */
  #counted(): void {
    const { connection, toast, fleetAt, intervalMs } = this.#state;
    const stale = Date.now() - fleetAt > 3 * intervalMs;
    if (connection.kind === 'down' || toast !== undefined || stale) this.#take({ kind: 'tick' });
  }

  #draw(): void {
    const { cols, rows } = this.#stage.size();
    const glyphs = this.#options.ascii ? ascii : unicode;
    const { lines, scrollMax } = fleetFrame(
      this.#state,
      cols,
      rows,
      glyphs,
      translator(this.#state.language),
    );
    this.#scrollMax = scrollMax;
    this.#stage.show(lines);
  }

  #do(effect: FleetEffect): void {
    switch (effect.kind) {
      case 'quit':
        return this.#stage.end(0);
      case 'retry':
        return this.#feed.retry();
      case 'copy':
        this.#stage.copy(effect.text);
        return this.#take({
          ...{ kind: 'told', role: 'ok' },
          text: translator(this.#state.language)('toast.copied', { id: effect.text }),
        });
    }
  }
}

/** Shows the view until it is quit; the exit code. */
export function runFleetTop(options: FleetTopOptions): Promise<number> {
  return new FleetTop(options).run();
}

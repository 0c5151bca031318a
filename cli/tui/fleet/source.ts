/** What the fleet's view hears from the scheduler (edge): the stream, and one node or job at a time. */
import { type Code, SuanlinkError } from '../../../proto/codes.ts';
import type { Client } from '../../client/client.ts';
import { type Cause, type Failure, type Feed, subscribe } from '../subscription.ts';
import { type Fleet, FleetBook } from './model/fleet.ts';
import type { FleetViewEvent } from './model/reduce.ts';
import type { FleetState, Found } from './model/state.ts';

const refused: ReadonlySet<string> = new Set<Code>(['unauthenticated', 'permission_denied']);
/** What may pass by itself; '' is a connection that ended without a word. */
const away: ReadonlySet<string> = new Set<Code | ''>(['unavailable', 'deadline_exceeded', '']);

function causeOf({ code = '' }: Failure, wasLive: boolean): Cause {
  if (refused.has(code)) return 'denied';
  if (!away.has(code)) return 'foreign';
  return wasLive ? 'lost' : 'absent';
}

async function* fleets(client: Client, intervalMs: number, signal: AbortSignal): AsyncGenerator<Fleet> {
  const book = new FleetBook();
  for await (const event of client.fleet({ follow: true, interval_ms: intervalMs }, signal)) {
    const fleet = book.take(event);
    if (fleet) yield fleet;
  }
}

/** Subscribes; `tell` is called for everything that happens until `close`. */
export function openFleet(client: Client, intervalMs: number, tell: (event: FleetViewEvent) => void): Feed {
  const source = {
    open: (signal: AbortSignal) => fleets(client, intervalMs, signal),
    patienceMs: Math.max(15_000, 3 * intervalMs),
    causeOf,
  };
  return subscribe(source, {
    heard: (fleet) => tell({ kind: 'fleet', fleet }),
    down: (connection) => tell({ kind: 'connection', connection }),
  });
}

/** Keeps the node or job that is on the screen up to date: asked for when it is opened and with every update, one request at
 * a time. Why a job waits costs the scheduler a look at all nodes and is asked once. */
export class Finder {
  readonly #client: Client;
  readonly #tell: (event: FleetViewEvent) => void;
  #asking = '';
  #askedAt = 0;

  constructor(client: Client, tell: (event: FleetViewEvent) => void) {
    this.#client = client;
    this.#tell = tell;
  }

  /** Looks whether `state` needs something. */
  look({ detail, found, fleetAt, connection }: FleetState): void {
    if (!detail || connection.kind !== 'live' || this.#asking === detail.id) return;
    const { id, kind } = detail;
    const isKnown = found?.id === id;
    if (isKnown && this.#askedAt === fleetAt) return;
    this.#askedAt = fleetAt;
    this.#asking = id;
    void this.#ask(kind === 'node' ? this.#node(id) : this.#job(id, isKnown), id);
  }

  async #ask(answer: Promise<Found>, id: string): Promise<void> {
    const found = await answer.catch(
      (caught: unknown): Found => ({ id, problem: SuanlinkError.from(caught).message }),
    );
    if (this.#asking === id) this.#asking = '';
    // Outside of this promise: a fault of the view is no failure of the request.
    setImmediate(() => this.#tell({ kind: 'found', found }));
  }

  async #node(id: string): Promise<Found> {
    return { id, node: await this.#client.node(id), problem: '' };
  }

  async #job(id: string, isKnown: boolean): Promise<Found> {
    const job = await this.#client.job(id);
    if (isKnown) return { id, job, problem: '' };
    return { id, job, explained: (await this.#client.explain(id)).text, problem: '' };
  }
}
